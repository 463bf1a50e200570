//! Requests, encoded once, with gaps for a cookie and for what a session fills in.

use std::ops::Range;

use serde_json::Value;

use super::marker::{LENGTH, Marker, write_number, write_version};
use super::scenario::Variable;
use crate::contract::{Call, Program};

/// What stands in front of a cookie.
const COOKIE: &str = "Cookie: ";

/// A request with gaps.
#[derive(Debug, Clone)]
pub(super) struct Template {
    /// Method, target, the fields that are always the same, and the name of the field with the cookie.
    head: Vec<u8>,
    /// `None` for a GET.
    body: Option<Vec<Part>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Octets(Vec<u8>),
    Gap(Variable),
}

/// What fills the gaps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fill {
    pub(super) marker: Marker,
    pub(super) next: u32,
}

/// The name of a session's user: this and the marker.
pub(super) const USER_PREFIX: u8 = b'u';

impl Template {
    /// The request of a program. Programs that only read travel in the query of a GET.
    pub(super) fn new(base_path: &str, host: &str, calls: Vec<Call>) -> Self {
        let reads = calls.iter().all(|call| reads_only(&call.op) && !call.arguments.values().any(is_gap));
        let program = Program { calls, status: None };
        if let Some(target) = program.query_target(base_path).filter(|_| reads) {
            let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{COOKIE}");
            return Self { head: head.into_bytes(), body: None };
        }
        let target = Program::body_target(base_path);
        let head = format!("POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{COOKIE}");
        Self { head: head.into_bytes(), body: Some(parts(&program.to_json().to_string())) }
    }

    /// GET or POST.
    pub(super) const fn method(&self) -> &'static str {
        if self.body.is_some() { "POST" } else { "GET" }
    }

    /// The request target.
    pub(super) fn target(&self) -> &str {
        let line = self.head.split(|&octet| octet == b'\r').next().unwrap_or_default();
        str::from_utf8(line).ok().and_then(|line| line.split(' ').nth(1)).unwrap_or_default()
    }

    /// Writes the whole request, and says where in it the cookie stands. Without a cookie there is no `Cookie` field.
    pub(super) fn write(&self, cookie: &[u8], fill: Fill, to: &mut Vec<u8>) -> Range<usize> {
        to.clear();
        if cookie.is_empty() {
            to.extend_from_slice(&self.head[..self.head.len() - COOKIE.len()]);
        } else {
            to.extend_from_slice(&self.head);
            to.extend_from_slice(cookie);
            to.extend_from_slice(b"\r\n");
        }
        let cookie = self.head.len()..self.head.len() + cookie.len();
        if let Some(parts) = &self.body {
            to.extend_from_slice(b"Content-Length: ");
            write_number(parts.iter().map(|part| part.length(fill)).sum::<usize>() as u64, to);
            to.extend_from_slice(b"\r\n\r\n");
            for part in parts {
                part.write(fill, to);
            }
        } else {
            to.extend_from_slice(b"\r\n");
        }
        cookie
    }

    /// Writes the body alone.
    pub(super) fn write_body(&self, fill: Fill, to: &mut Vec<u8>) {
        to.clear();
        self.body.iter().flatten().for_each(|part| part.write(fill, to));
    }
}

impl Part {
    fn length(&self, fill: Fill) -> usize {
        match self {
            Self::Octets(octets) => octets.len(),
            Self::Gap(Variable::Marker) => LENGTH,
            Self::Gap(Variable::User) => LENGTH + 1,
            Self::Gap(Variable::Next) => LENGTH + 1 + fill.next.checked_ilog10().unwrap_or(0) as usize + 1,
        }
    }

    fn write(&self, fill: Fill, to: &mut Vec<u8>) {
        match self {
            Self::Octets(octets) => to.extend_from_slice(octets),
            Self::Gap(Variable::Marker) => to.extend_from_slice(fill.marker.octets()),
            Self::Gap(Variable::User) => {
                to.push(USER_PREFIX);
                to.extend_from_slice(fill.marker.octets());
            }
            Self::Gap(Variable::Next) => write_version(fill.marker, fill.next, to),
        }
    }
}

fn is_gap(value: &Value) -> bool {
    value.as_str().is_some_and(|text| Variable::named(text).is_some())
}

/// Operations that change nothing.
pub(super) fn reads_only(operation: &str) -> bool {
    matches!(
        operation,
        "session.get"
            | "session.has"
            | "session.keys"
            | "session.values"
            | "session.items"
            | "session.key"
            | "session.get_expiry"
            | "auth.whoami"
            | "cookie.list"
            | "cookie.get_signed"
    )
}

/// JSON text, cut where a whole string is a variable. What is filled in needs no escapes.
fn parts(json: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = json;
    loop {
        let first = Variable::ALL
            .into_iter()
            .filter_map(|variable| {
                let quoted = format!("\"{}\"", variable.as_str());
                rest.find(&quoted).map(|at| (at, variable))
            })
            .min_by_key(|(at, _)| *at);
        let Some((at, variable)) = first else { break };
        parts.push(Part::Octets(rest.as_bytes()[..=at].to_vec()));
        parts.push(Part::Gap(variable));
        rest = &rest[at + 1 + variable.as_str().len()..];
    }
    parts.push(Part::Octets(rest.as_bytes().to_vec()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(calls: Vec<Call>, cookie: &[u8], next: u32) -> String {
        let mut octets = Vec::new();
        let fill = Fill { marker: Marker::new(1, 2), next };
        Template::new("/_hardtack", "a.test", calls).write(cookie, fill, &mut octets);
        String::from_utf8(octets).unwrap()
    }

    #[test]
    fn reads_are_gets() {
        let text = written(vec![Call::new("session.get").with("key", "marker")], b"sessionid=k", 0);
        assert!(text.starts_with("GET /_hardtack/run?program=%7B"), "{text}");
        assert!(text.ends_with("\r\nHost: a.test\r\nCookie: sessionid=k\r\n\r\n"), "{text}");
    }

    #[test]
    fn gaps_are_filled_and_counted() {
        for next in [1, 9, 10, 4_000_000_000] {
            let calls = vec![
                Call::new("auth.login").with("user", "$user"),
                Call::new("session.put").with("key", "version").with("value", "$next"),
            ];
            let text = written(calls, b"", next);
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("Content-Length: {}", body.len())), "{text}");
            assert!(!head.contains("Cookie"), "{text}");
            let json: Value = serde_json::from_str(body).unwrap();
            assert_eq!(json["program"][0]["user"], "u0000000100000002");
            assert_eq!(json["program"][1]["value"], format!("0000000100000002:{next}"));
        }
    }

    #[test]
    fn only_whole_strings_are_gaps() {
        let text = written(vec![Call::new("session.put").with("key", "a").with("value", "5 $marker")], b"", 0);
        assert!(text.contains("5 $marker"), "{text}");
    }
}
