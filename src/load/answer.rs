//! What an answer says, compared with what it should say.

use std::borrow::Cow;

use serde_json::Value;

use crate::contract::{Failure, Reply};

/// What an answer says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    /// What was expected, octet by octet.
    Expected,
    /// The values of all operations.
    Values(Vec<Value>),
    /// An operation failed.
    Failed(Failure),
    /// No reply of the contract, or another status than 200.
    Unusable(Cow<'static, str>),
}

impl Said {
    /// Reads an answer. `expected` is the JSON text of the only result, where it is known: comparing it is much
    /// cheaper than reading the reply.
    pub(super) fn read(status: u16, body: &[u8], expected: &[u8]) -> Self {
        if status != 200 {
            return Self::Unusable(format!("status {status}").into());
        }
        if is_reply_of(body, expected) {
            return Self::Expected;
        }
        let reply = match Reply::parse(body) {
            Ok(reply) => reply,
            Err(error) => return Self::Unusable(error.to_string().into()),
        };
        match reply.results.into_iter().collect::<Result<Vec<_>, _>>() {
            Ok(values) if !values.is_empty() => Self::Values(values),
            Ok(_) => Self::Unusable("a reply without results".into()),
            Err(failure) => Self::Failed(failure),
        }
    }

    /// What it says, in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Expected => "what was expected".to_owned(),
            Self::Values(values) => Value::from(values.clone()).to_string(),
            Self::Failed(failure) => failure_words(failure),
            Self::Unusable(why) => why.to_string(),
        }
    }
}

/// How a failed operation is counted.
pub(super) fn failure_words(failure: &Failure) -> String {
    match &failure.kind {
        Some(kind) => format!("{}: {kind}", failure.error.as_str()),
        None => failure.error.as_str().to_owned(),
    }
}

/// Whether a body is the reply with this one result, written without spaces or with one behind each mark: the two
/// ways in which JSON libraries write it.
fn is_reply_of(body: &[u8], expected: &[u8]) -> bool {
    const FORMS: [(&[u8], &[u8]); 2] = [(br#"{"results":[{"ok":"#, b"}]}"), (br#"{"results": [{"ok": "#, b"}]}")];
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    FORMS.iter().any(|(before, after)| {
        body.len() == before.len() + expected.len() + after.len()
            && body.starts_with(before)
            && body[before.len()..].starts_with(expected)
            && body.ends_with(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_answers_are_recognised_in_both_spellings_and_nothing_else_is() {
        let read = |body: &str| Said::read(200, body.as_bytes(), b"\"abc\"");
        assert_eq!(read(r#"{"results":[{"ok":"abc"}]}"#), Said::Expected);
        assert_eq!(read("{\"results\": [{\"ok\": \"abc\"}]}\n"), Said::Expected);
        assert_eq!(read(r#"{ "results": [ {"ok":"abc"} ] }"#), Said::Values(vec![Value::from("abc")]));
        assert_eq!(read(r#"{"results":[{"ok":"abd"}]}"#), Said::Values(vec![Value::from("abd")]));
        assert_eq!(read(r#"{"results":[{"ok":null}]}"#), Said::Values(vec![Value::Null]));
        assert!(matches!(read(r#"{"results":[{"error":"exception","kind":"abc"}]}"#), Said::Failed(_)));
        assert!(matches!(read("<html>"), Said::Unusable(_)));
        assert!(matches!(Said::read(503, br#"{"results":[{"ok":"abc"}]}"#, b"\"abc\""), Said::Unusable(_)));
    }
}
