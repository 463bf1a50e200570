//! Which values can ever stand at a place, so that what is impossible is found by reading.

use serde_json::Value;

use super::listed;
use crate::contract::{FactInfo, FactKind};
use crate::document::duration;

/// The values that an observation can have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Values {
    /// Anything.
    Any,
    /// Text or null.
    Text,
    /// Text without capitals, or null.
    LowerCase,
    /// true or false.
    Flag,
    /// A whole number.
    Count,
    /// A number of seconds, or null. A duration as text stands for its seconds.
    Seconds,
    /// One of these words, or null.
    Word(fn() -> Vec<&'static str>),
    /// What a fact can be.
    Fact(&'static FactInfo),
}

impl Values {
    /// Whether durations stand for numbers of seconds.
    pub(super) fn are_seconds(self) -> bool {
        match self {
            Self::Seconds => true,
            Self::Fact(fact) => fact.kind == FactKind::Seconds,
            _ => false,
        }
    }

    /// Whether `value` can be observed.
    pub(super) fn allow(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Text => value.is_string() || value.is_null(),
            Self::LowerCase => match value {
                Value::String(text) => !text.contains(char::is_uppercase),
                _ => value.is_null(),
            },
            Self::Flag => value.is_boolean(),
            Self::Count => value.is_i64() || value.is_u64(),
            Self::Seconds => value.is_number() || value.is_null(),
            Self::Word(words) => value.is_null() || value.as_str().is_some_and(|text| words().contains(&text)),
            Self::Fact(fact) => fact.allows(value),
        }
    }

    /// What the observation is, in words.
    pub(super) fn describe(self) -> String {
        match self {
            Self::Any => "any value".to_owned(),
            Self::Text => "text or null".to_owned(),
            Self::LowerCase => "text in lower case, or null".to_owned(),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::Count => "a whole number".to_owned(),
            Self::Seconds => "a number of seconds, a duration such as `1h`, or null".to_owned(),
            Self::Word(words) => format!("null or one of {}", listed(words())),
            Self::Fact(fact) => match fact.kind {
                FactKind::Text => "text".to_owned(),
                FactKind::OneOf(words) => format!("one of {}", listed(words.iter().copied())),
                FactKind::Seconds => "a number of seconds or a duration such as `14d`".to_owned(),
                FactKind::Integer => "a whole number".to_owned(),
                FactKind::Boolean => "`true` or `false`".to_owned(),
            },
        }
    }

    /// The words that it can be, for suggestions.
    pub(super) fn words(self) -> Vec<&'static str> {
        match self {
            Self::Word(words) => words(),
            Self::Fact(FactInfo { kind: FactKind::OneOf(words), .. }) => words.to_vec(),
            _ => Vec::new(),
        }
    }
}

/// Seconds of a duration, whole where possible.
pub(super) fn seconds(text: &str) -> Result<Value, duration::DurationError> {
    let milliseconds = duration::parse(text)?;
    if milliseconds % 1000 == 0 {
        return Ok(Value::from(milliseconds / 1000));
    }
    #[expect(clippy::cast_precision_loss, reason = "a duration with a fraction of a second is short")]
    let seconds = milliseconds as f64 / 1000.0;
    Ok(Value::from(seconds))
}
