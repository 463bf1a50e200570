//! Reading a tree by hand, after its check: typed access that answers with diagnostics, never with a panic.

use super::code;
use super::describe::quoted;
use super::diagnostic::Diagnostic;
use super::duration;
use super::source::Span;
use super::tree::{Key, Node, Value};

impl Node {
    /// The value of an entry that must be there.
    pub fn at(&self, key: &str) -> Result<&Self, Diagnostic> {
        self.entries()?;
        self.get(key).ok_or_else(|| {
            Diagnostic::error(code::MISSING_KEY, format!("the key `{key}` is missing"))
                .at(self.span, "in this map")
                .fix(format!("add `{key}: …`"))
        })
    }

    /// The items of a list.
    pub fn items(&self) -> Result<&[Self], Diagnostic> {
        self.as_seq().ok_or_else(|| self.not("a list"))
    }

    /// The items of a list, or the value itself as the only one: for "text or list of texts".
    #[must_use]
    pub fn one_or_many(&self) -> &[Self] {
        self.as_seq().unwrap_or(std::slice::from_ref(self))
    }

    /// The entries of a map, in the order of the file.
    pub fn entries(&self) -> Result<&[(Key, Self)], Diagnostic> {
        self.as_map().ok_or_else(|| self.not("a map"))
    }

    /// A text.
    pub fn text(&self) -> Result<&str, Diagnostic> {
        self.as_text().ok_or_else(|| self.not("text"))
    }

    /// A text, with its place.
    pub fn spanned_text(&self) -> Result<(String, Span), Diagnostic> {
        Ok((self.text()?.to_owned(), self.span))
    }

    /// The texts of a list, or of a single text.
    pub fn texts(&self) -> Result<Vec<String>, Diagnostic> {
        self.one_or_many().iter().map(|item| item.text().map(str::to_owned)).collect()
    }

    /// A boolean.
    pub fn boolean(&self) -> Result<bool, Diagnostic> {
        self.as_bool().ok_or_else(|| self.not("a boolean"))
    }

    /// A whole number.
    pub fn integer(&self) -> Result<i64, Diagnostic> {
        self.as_int().ok_or_else(|| self.not("a whole number"))
    }

    /// A whole number of a narrower type.
    pub fn integer_as<T: TryFrom<i64>>(&self) -> Result<T, Diagnostic> {
        T::try_from(self.integer()?)
            .map_err(|_| Diagnostic::error(code::OUT_OF_RANGE, "the number is out of range").at(self.span, ""))
    }

    /// A number, whole or not.
    pub fn number(&self) -> Result<f64, Diagnostic> {
        match self.value {
            #[expect(clippy::cast_precision_loss, reason = "a float was asked for")]
            Value::Int(value) => Ok(value as f64),
            Value::Float(value) => Ok(value),
            _ => Err(self.not("a number")),
        }
    }

    /// A duration (text, or a number of seconds) in milliseconds, never negative.
    pub fn milliseconds(&self) -> Result<i64, Diagnostic> {
        let refuse = |why: duration::DurationError| {
            Diagnostic::error(code::DURATION, "this is not a duration")
                .at(self.span, "")
                .because(quoted(&why.to_string()))
                .fix("write a whole number and a unit, such as `500ms`, `2s`, `1h` or `14d`")
        };
        match &self.value {
            Value::Text(text) => duration::parse(text).map_err(refuse),
            Value::Int(_) | Value::Float(_) => duration::from_seconds(self.number()?).map_err(refuse),
            _ => Err(self.not("a duration")),
        }
    }

    fn not(&self, wanted: &str) -> Diagnostic {
        let found = self.kind().name();
        Diagnostic::error(code::WRONG_TYPE, format!("this must be {wanted}, not {found}"))
            .at(self.span, format!("this is {found}"))
            .fix(format!("write {wanted}"))
    }
}
