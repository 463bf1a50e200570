//! A program: a list of operations inside one request.

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::Call;

/// The longest `?program=` text sent in a URL, in octets; longer programs travel in a POST body.
const LONGEST_QUERY: usize = 4096;

/// How a program travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// In the query of a GET.
    Get,
    /// In the query of a HEAD.
    Head,
    /// In the body of a POST.
    #[default]
    Post,
    /// Asks for the request itself; for plain visits.
    Trace,
}

impl Method {
    /// The method's token.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Trace => "TRACE",
        }
    }
}

/// A list of operations inside one request, on one session load.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// The operations, in order; empty is the page that touches nothing.
    pub calls: Vec<Call>,
    /// The status that the response shall have; 200 when `None`.
    pub status: Option<u16>,
}

impl Program {
    /// A program of one call.
    #[must_use]
    pub fn of(call: Call) -> Self {
        Self { calls: vec![call], status: None }
    }

    /// The JSON object of `POST {base}/run`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("program".to_owned(), Value::Array(self.calls.iter().map(Call::to_json).collect()));
        if let Some(status) = self.status {
            object.insert("status".to_owned(), Value::from(status));
        }
        Value::Object(object)
    }

    /// Reads what [`Program::to_json`] writes. Unknown members are ignored; anything malformed is `None`.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let calls = object.get("program")?.as_array()?.iter().map(Call::from_json).collect::<Option<Vec<_>>>()?;
        let status = match object.get("status") {
            None | Some(Value::Null) => None,
            Some(status) => Some(
                status.as_u64().and_then(|code| u16::try_from(code).ok()).filter(|code| (200..=599).contains(code))?,
            ),
        };
        Some(Self { calls, status })
    }

    /// The request target below `base` for a program that travels in the query, or `None` when it is too long.
    #[must_use]
    pub fn query_target(&self, base: &str) -> Option<String> {
        let text = self.to_json().to_string();
        let encoded: String = form_urlencoded::Serializer::new(String::new()).append_pair("program", &text).finish();
        (encoded.len() <= LONGEST_QUERY).then(|| format!("{base}/run?{encoded}"))
    }

    /// The request target below `base` for a program that travels in the body.
    #[must_use]
    pub fn body_target(base: &str) -> String {
        format!("{base}/run")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_survives_its_json() {
        let program = Program {
            calls: vec![Call::new("session.put").with("key", "a").with("value", 1), Call::new("ctl.raise").fatal()],
            status: Some(503),
        };
        assert_eq!(Program::from_json(&program.to_json()), Some(program));
    }

    #[test]
    fn a_malformed_program_is_refused() {
        for text in [r"[]", r#"{"program": 5}"#, r#"{"program": [{}]}"#, r#"{"program": [], "status": 99}"#] {
            assert_eq!(Program::from_json(&serde_json::from_str(text).unwrap()), None, "{text}");
        }
    }

    #[test]
    fn long_programs_do_not_travel_in_the_query() {
        let short = Program::of(Call::new("session.keys"));
        assert!(short.query_target("/b").unwrap().starts_with("/b/run?program=%7B"));
        let long = Program::of(Call::new("session.put").with("key", "k").with("value", "x".repeat(5000)));
        assert_eq!(long.query_target("/b"), None);
    }
}
