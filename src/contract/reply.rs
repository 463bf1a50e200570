//! What a server answers to a program.

use serde_json::{Map, Value};

/// Why an operation failed, as far as the contract tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// What was asked for does not exist.
    Missing,
    /// The framework, or the adapter for types, refused the arguments.
    Invalid,
    /// The framework has no such operation or parameter.
    Unsupported,
    /// Anything else that the framework raised.
    Exception,
}

impl FailureKind {
    /// All kinds, in the order of the contract.
    pub const ALL: [Self; 4] = [Self::Missing, Self::Invalid, Self::Unsupported, Self::Exception];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Invalid => "invalid",
            Self::Unsupported => "unsupported",
            Self::Exception => "exception",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A failed operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub error: FailureKind,
    /// The framework's own word for it, an exception's class name.
    pub kind: Option<String>,
    /// The framework's own sentence.
    pub message: Option<String>,
}

impl Failure {
    /// A failure with a sentence.
    #[must_use]
    pub fn new(error: FailureKind, kind: &str, message: impl Into<String>) -> Self {
        Self { error, kind: Some(kind.to_owned()), message: Some(message.into()) }
    }
}

/// The result of one operation.
pub type OperationResult = Result<Value, Failure>;

/// The results of a program, one per operation that was run.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// One entry per operation, in order.
    pub results: Vec<OperationResult>,
}

/// Why a body is not a reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The body is not JSON.
    #[error("the answer is not JSON: {0}")]
    NotJson(String),
    /// The body has no `results`: the program failed as a whole.
    #[error("the answer has no results")]
    Unavailable,
    /// A member has the wrong form.
    #[error("results[{index}] is neither {{\"ok\": …}} nor {{\"error\": …}}")]
    Malformed {
        /// Which entry.
        index: usize,
    },
}

impl Reply {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, ReplyError> {
        let value: Value = serde_json::from_slice(body).map_err(|error| ReplyError::NotJson(error.to_string()))?;
        let entries = value.get("results").and_then(Value::as_array).ok_or(ReplyError::Unavailable)?;
        let results = entries
            .iter()
            .enumerate()
            .map(|(index, entry)| read_result(entry).ok_or(ReplyError::Malformed { index }))
            .collect::<Result<_, _>>()?;
        Ok(Self { results })
    }

    /// The JSON object that servers answer.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let results = self.results.iter().map(write_result).collect();
        Value::Object(Map::from_iter([("results".to_owned(), Value::Array(results))]))
    }
}

fn read_result(entry: &Value) -> Option<OperationResult> {
    let entry = entry.as_object()?;
    if let Some(value) = entry.get("ok") {
        return Some(Ok(value.clone()));
    }
    let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let error = FailureKind::named(entry.get("error")?.as_str()?)?;
    Some(Err(Failure { error, kind: text("kind"), message: text("message") }))
}

fn write_result(result: &OperationResult) -> Value {
    let mut object = Map::new();
    match result {
        Ok(value) => {
            object.insert("ok".to_owned(), value.clone());
        }
        Err(failure) => {
            object.insert("error".to_owned(), Value::from(failure.error.as_str()));
            for (name, text) in [("kind", &failure.kind), ("message", &failure.message)] {
                if let Some(text) = text {
                    object.insert(name.to_owned(), Value::from(text.as_str()));
                }
            }
        }
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_survives_its_json() {
        let reply =
            Reply { results: vec![Ok(Value::Null), Err(Failure::new(FailureKind::Missing, "KeyError", "'a'"))] };
        assert_eq!(Reply::parse(reply.to_json().to_string().as_bytes()), Ok(reply));
    }

    #[test]
    fn what_is_not_a_reply_says_why() {
        assert!(matches!(Reply::parse(b"<html>"), Err(ReplyError::NotJson(_))));
        assert_eq!(Reply::parse(b"{}"), Err(ReplyError::Unavailable));
        let body = br#"{"results": [{"ok": 1}, {"error": "who knows"}]}"#;
        assert_eq!(Reply::parse(body), Err(ReplyError::Malformed { index: 1 }));
    }
}
