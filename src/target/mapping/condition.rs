//! Conditions on answers: whether an operation worked, found nothing, or was refused.

use regex_lite::Regex;
use serde_json::Value;

use super::json_path::JsonPath;
use super::template::{Variables, as_text};
use crate::wire::Response;

/// What must hold of an answer, all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// The status is one of these; any when empty.
    pub status: Vec<u16>,
    /// Fields that contain a text.
    pub headers: Vec<(String, String)>,
    /// A text that the body contains.
    pub text: Option<String>,
    /// A regular expression that the body matches.
    pub matches: Option<String>,
    /// JSON paths and the values to which they lead first.
    pub json: Vec<(JsonPath, Value)>,
}

impl Condition {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, response: &Response, variables: &dyn Variables) -> bool {
        self.broken(response, variables).is_none()
    }

    /// What does not hold, in words: the first of it.
    #[must_use]
    pub fn broken(&self, response: &Response, variables: &dyn Variables) -> Option<String> {
        if !self.status.is_empty() && !self.status.contains(&response.status) {
            let asked: Vec<String> = self.status.iter().map(u16::to_string).collect();
            return Some(format!("the status is {}, not {}", response.status, asked.join(" or ")));
        }
        for (name, part) in &self.headers {
            let contains = |value: &[u8]| String::from_utf8_lossy(value).contains(part.as_str());
            if !response.headers_named(name).any(contains) {
                return Some(format!("no field {name} contains `{part}`"));
            }
        }
        let body = String::from_utf8_lossy(&response.body);
        if let Some(text) = self.text.as_ref().filter(|text| !body.contains(text.as_str())) {
            return Some(format!("the body does not contain `{text}`"));
        }
        let matched = |pattern: &String| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(&body));
        if let Some(pattern) = self.matches.as_ref().filter(|pattern| !matched(pattern)) {
            return Some(format!("the body does not match `{pattern}`"));
        }
        let document: Option<Value> = serde_json::from_slice(&response.body).ok();
        for (path, wanted) in &self.json {
            let first = document.as_ref().and_then(|document| path.find(document, variables).ok()?.into_iter().next());
            if first.as_ref() != Some(wanted) {
                let seen = first.map_or_else(|| "nothing".to_owned(), |value| as_text(&value));
                return Some(format!("the JSON has {seen} where {wanted} was expected"));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_must_hold() {
        let page = Response::text(302, r#"{"ok": true, "user": "bob"}"#).with_header("Location", "/account?x");
        let json = |path: &str, value: Value| vec![(JsonPath::parse(path).unwrap(), value)];
        let good = Condition {
            status: vec![303, 302],
            headers: vec![("location".into(), "/account".into())],
            text: Some("bob".into()),
            matches: Some("b.b".into()),
            json: json("json.ok", Value::from(true)),
        };
        assert_eq!(good.broken(&page, &|_: &str| None), None);
        assert_eq!(Condition::default().broken(&page, &|_: &str| None), None);
        for (bad, words) in [
            (Condition { status: vec![200], ..good.clone() }, "the status is 302, not 200"),
            (
                Condition { headers: vec![("Location".into(), "/login".into())], ..good.clone() },
                "no field Location contains `/login`",
            ),
            (Condition { text: Some("alice".into()), ..good.clone() }, "the body does not contain `alice`"),
            (Condition { matches: Some("^$".into()), ..good.clone() }, "the body does not match `^$`"),
            (
                Condition { json: json("json.no", 1.into()), ..good.clone() },
                "the JSON has nothing where 1 was expected",
            ),
        ] {
            assert_eq!(bad.broken(&page, &|_: &str| None).as_deref(), Some(words));
        }
    }
}
