//! Mismatches: an answer that no design explains.

use serde_json::{Map, Value, json};

use crate::contract::{OperationResult, operation};
use crate::spec::Level;

/// Stands for the key that a mismatch is about.
pub const THE_KEY: &str = "$the_key";

/// An answer that the model does not explain.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// What kind, in kebab-case. The same kind in a smaller history is the same failure.
    pub code: &'static str,
    /// What it is about, where the kind alone does not say it; otherwise empty.
    pub subject: String,
    /// Its weight.
    pub level: Level,
    /// One sentence.
    pub message: String,
    /// What was expected, in words.
    pub expected: String,
    /// What was seen, in words.
    pub actual: String,
    /// The request of a step to which it belongs; 0 unless several went out at the same time.
    pub request: usize,
    /// The key that it is about: [`THE_KEY`] stands for it in `expect`.
    pub key: Option<Vec<u8>>,
    /// The expectation that breaks, as the `expect` of a spec's step; empty where a spec cannot say it.
    pub expect: Map<String, Value>,
}

impl Mismatch {
    /// A mismatch that a spec cannot say.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            subject: String::new(),
            level: Level::Must,
            message: message.into(),
            expected: String::new(),
            actual: String::new(),
            request: 0,
            key: None,
            expect: Map::new(),
        }
    }

    /// The same with what was expected and seen.
    #[must_use]
    pub fn comparing(mut self, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        self.expected = expected.into();
        self.actual = actual.into();
        self
    }

    /// The same with the expectation that breaks.
    #[must_use]
    pub fn expecting(mut self, name: &str, matcher: Value) -> Self {
        self.expect.insert(name.to_owned(), matcher);
        self
    }

    /// The same with the key that it is about.
    #[must_use]
    pub fn about_key(mut self, key: Option<&Vec<u8>>) -> Self {
        self.key = key.cloned();
        self
    }

    /// The same with a lower weight.
    #[must_use]
    pub const fn at(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// A result other than expected. `place` is the place of the operation in a program of `of`.
    #[must_use]
    pub fn result(
        code: &'static str,
        op: &str,
        (place, of): (usize, usize),
        want: Wanted,
        got: &OperationResult,
    ) -> Self {
        let actual = match got {
            Ok(value) => value.to_string(),
            Err(failure) => {
                let detail = failure.message.as_deref().or(failure.kind.as_deref()).unwrap_or_default();
                format!("error {} {detail}", failure.error.as_str()).trim_end().to_owned()
            }
        };
        let (words, one) = match want {
            Wanted::Value { words, field, matcher } => {
                let field = field.or_else(|| operation(op).and_then(|known| known.result.names().first().copied()));
                match field {
                    Some(field) => (words, json!({"result": {field: matcher}})),
                    None => (words, json!({"error": null})),
                }
            }
            Wanted::Success => ("no error".to_owned(), json!({"error": null})),
            Wanted::Error(word) => (format!("error {word}"), json!({"error": word})),
        };
        let expect = match (of, one) {
            (1, Value::Object(one)) => one,
            (_, one) => {
                let mut all = vec![Value::Null; place];
                all.push(one);
                Map::from_iter([("results".to_owned(), Value::Array(all))])
            }
        };
        let message = format!("{op} should answer {words}, and answers {actual}");
        Self { expect, ..Self::new(code, message).comparing(words, actual) }
    }
}

/// What an operation should have answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// A value.
    Value {
        /// In words.
        words: String,
        /// The field; the operation's only one when `None`.
        field: Option<&'static str>,
        /// The matcher of a spec.
        matcher: Value,
    },
    /// Any value.
    Success,
    /// This error.
    Error(&'static str),
}

impl Wanted {
    /// Exactly this value.
    #[must_use]
    pub fn exactly(value: &Value) -> Self {
        Self::Value { words: value.to_string(), field: None, matcher: matcher(value) }
    }

    /// These values in any order.
    #[must_use]
    pub fn in_any_order(values: &[Value]) -> Self {
        let words = Value::from(values.to_vec()).to_string();
        Self::Value {
            words,
            field: None,
            matcher: json!({"has_only": values.iter().map(text_safe).collect::<Vec<_>>()}),
        }
    }
}

/// A matcher for exactly this value.
#[must_use]
pub fn matcher(value: &Value) -> Value {
    match value {
        Value::Object(_) | Value::Array(_) => json!({"is": text_safe(value)}),
        other => text_safe(other),
    }
}

/// A value as specs write it: a text that begins with a dollar is written with two.
fn text_safe(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('$') => Value::from(format!("${text}")),
        Value::Array(values) => values.iter().map(text_safe).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), text_safe(value))).collect())
        }
        other => other.clone(),
    }
}
