//! The cookies of a request, as the application sees them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::behaviour::{BadPair, FieldLimit, Nameless, Reader, SessionChoice};
use crate::cookie::parse_cookie_field;
use crate::wire::{Request, Version};

/// The pairs of all Cookie fields of a request, in order.
#[derive(Debug, Clone)]
pub(super) struct RequestCookies {
    policy: Reader,
    pairs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A field that a careless server cannot read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnreadableCookie {
    /// What it answers.
    pub(super) status: u16,
}

/// Octets of a value that count as many.
const LONG: usize = 1000;

/// Names that every JavaScript object has.
const OBJECT_NAMES: [&[u8]; 4] = [b"__proto__", b"constructor", b"hasOwnProperty", b"toString"];

/// Names that attributes of cookies have, or had.
const ATTRIBUTE_NAMES: [&[u8]; 7] = [b"comment", b"domain", b"expires", b"max-age", b"path", b"secure", b"version"];

impl RequestCookies {
    /// Reads all fields, joined with `; `.
    pub(super) fn of(request: &Request, policy: &Reader) -> Result<Self, UnreadableCookie> {
        let crumbs_lost = policy.first_crumb_only && request.version == Version::Http2;
        let fields = if policy.first_field_only || crumbs_lost { 1 } else { usize::MAX };
        let joined = request.headers_named("Cookie").take(fields).collect::<Vec<_>>().join(&b"; "[..]);
        match policy.field_limit {
            FieldLimit::RefusesLarge if joined.len() > 4000 => return Err(UnreadableCookie { status: 431 }),
            FieldLimit::FailsOnLarger if joined.len() > 8000 => return Err(UnreadableCookie { status: 500 }),
            FieldLimit::IgnoresLarger if joined.len() > 8000 => {
                return Ok(Self { policy: policy.clone(), pairs: Vec::new() });
            }
            _ => {}
        }
        if policy.not_utf8_fails && str::from_utf8(&joined).is_err() {
            return Err(UnreadableCookie { status: 500 });
        }
        if policy.quotes_are_slow {
            unquote_slowly(&joined);
        }
        let mut pairs = split(&joined, policy);
        if policy.commas_split {
            pairs = pairs.into_iter().flat_map(|pair| split_at(b',', &pair)).collect();
        }
        if policy.comma_spaces_split {
            pairs = pairs.into_iter().flat_map(|pair| split_at_comma_and_space(&pair)).collect();
        }
        if policy.spaces_split {
            pairs = pairs.into_iter().flat_map(|pair| split_at(b' ', &pair)).collect();
        }
        if pairs.iter().any(is_malformed) {
            match policy.bad_pair {
                BadPair::Isolated => {}
                BadPair::EmptiesTheList => pairs.clear(),
                BadPair::FailsTheRequest => return Err(UnreadableCookie { status: 500 }),
            }
        }
        if policy.broken_escape_empties && pairs.iter().any(|(_, value)| has_broken_escape(value)) {
            pairs.clear();
        }
        pairs.retain(|(name, _)| !policy.dollar_names_lost || !name.starts_with(b"$"));
        pairs.retain(|(name, _)| !policy.object_names_lost || !OBJECT_NAMES.contains(&name.as_slice()));
        pairs.retain(|(name, _)| !policy.attribute_names_lost || !ATTRIBUTE_NAMES.contains(&name.as_slice()));
        pairs.retain(|(_, value)| !policy.empty_values_lost || !value.is_empty());
        pairs.truncate(if policy.twenty_pairs { 20 } else { usize::MAX });
        for (name, value) in &mut pairs {
            read_name(name, policy);
            shift_nameless(name, value, policy.nameless);
            if policy.quotes_dropped
                && let [b'"', bare @ .., b'"'] = value.as_slice()
            {
                *value = bare.to_vec();
            }
            if policy.values_end_at_equals
                && let Some(equals) = value.iter().position(|octet| *octet == b'=')
            {
                value.truncate(equals);
            }
        }
        if policy.names_without_case {
            let all = std::mem::take(&mut pairs);
            for (name, value) in all {
                pairs.retain(|(other, _)| !other.eq_ignore_ascii_case(&name));
                pairs.push((name, value));
            }
        }
        if policy.last_pair_only {
            pairs.drain(..pairs.len().saturating_sub(1));
        }
        Ok(Self { policy: policy.clone(), pairs })
    }

    /// The value of the session cookie of this name, as text. Of several that differ none counts: the order says
    /// nothing about who set them (RFC 6265bis, section 4.2.2).
    pub(super) fn session(&self, name: &str) -> Option<String> {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        if self.policy.session == SessionChoice::Suffix {
            let (_, value) = self.pairs.iter().find(|(found, _)| found.ends_with(name.as_bytes()))?;
            return Some(text(value));
        }
        if self.policy.session == SessionChoice::AnyCase {
            let (_, value) = self.pairs.iter().find(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))?;
            return Some(text(value));
        }
        if self.policy.session_lost_beside_long && self.pairs.iter().any(|(_, value)| value.len() > LONG) {
            return None;
        }
        let first = self.pairs.iter().position(|(found, _)| self.is(found, name))?;
        let value = &self.pairs[first].1;
        match self.policy.session {
            SessionChoice::Agreed => {
                let agreed = self.pairs.iter().all(|(found, other)| !self.is(found, name) || other == value);
                agreed.then(|| text(value))
            }
            SessionChoice::Single => {
                let alone = self.pairs.iter().filter(|(found, _)| self.is(found, name)).count() == 1;
                alone.then(|| text(value))
            }
            SessionChoice::First | SessionChoice::Suffix | SessionChoice::AnyCase => Some(text(value)),
            SessionChoice::Last => self.last(name),
            SessionChoice::Foremost => (first == 0).then(|| text(value)),
        }
    }

    fn is(&self, found: &[u8], name: &str) -> bool {
        if self.policy.names_without_case {
            found.eq_ignore_ascii_case(name.as_bytes())
        } else {
            found == name.as_bytes()
        }
    }

    /// Whether there are cookies, and none of this name.
    pub(super) fn are_without(&self, name: &str) -> bool {
        !self.pairs.is_empty() && self.last(name).is_none()
    }

    /// The octets of the last cookie of this name, as text.
    pub(super) fn last(&self, name: &str) -> Option<String> {
        let (_, value) = self.pairs.iter().rev().find(|(found, _)| self.is(found, name))?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// The octets of the first cookie of this name, as text.
    pub(super) fn first(&self, name: &str) -> Option<String> {
        let (_, value) = self.pairs.iter().find(|(found, _)| found == name.as_bytes())?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// [`RequestCookies::last`], decoded.
    pub(super) fn last_decoded(&self, name: &str) -> Option<String> {
        self.last(name).map(|value| String::from_utf8_lossy(&self.decode(value.as_bytes())).into_owned())
    }

    /// Adds a cookie that the browser did not send.
    pub(super) fn remember(&mut self, name: &str, value: &str) {
        if self.last(name).is_none() {
            self.pairs.push((name.as_bytes().to_vec(), value.as_bytes().to_vec()));
        }
    }

    /// All pairs as `[name, value]`; octets that are not UTF-8 as `{"b64": …}`.
    pub(super) fn to_json(&self) -> Value {
        let pairs = self.pairs.iter();
        pairs.map(|(name, value)| json!([to_json(name), self.value_to_json(&self.decode(value))])).collect()
    }

    fn value_to_json(&self, value: &[u8]) -> Value {
        let json = value.strip_prefix(b"j:").filter(|_| self.policy.json_values);
        json.and_then(|json| serde_json::from_slice(json).ok()).unwrap_or_else(|| to_json(value))
    }

    /// Undoes what the writer does to values.
    fn decode(&self, value: &[u8]) -> Vec<u8> {
        let mut value = value.to_vec();
        if self.policy.plus_is_space {
            value.iter_mut().filter(|octet| **octet == b'+').for_each(|octet| *octet = b' ');
        }
        if self.policy.values_not_decoded { value } else { percent_decode(&value) }
    }
}

/// The pairs of a field.
fn split(field: &[u8], policy: &Reader) -> Vec<(Vec<u8>, Vec<u8>)> {
    if policy.quotes_swallow || (policy.version_switches && field.starts_with(b"$Version")) {
        return parse_with_quotes(field);
    }
    if policy.space_needed {
        let text = String::from_utf8_lossy(field);
        let pairs = text.split("; ").filter_map(|pair| pair.split_once('='));
        return pairs.map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect();
    }
    if policy.empty_pairs_count {
        let segments = field.split(|octet| *octet == b';');
        let read = |segment: &[u8]| {
            let pairs = parse_cookie_field(segment);
            if pairs.is_empty() { vec![(Vec::new(), Vec::new())] } else { pairs }
        };
        return segments.flat_map(read).collect();
    }
    parse_cookie_field(field)
}

/// Takes as long as a parser that cuts off what it has read at every backslash. It waits instead of working, so that it
/// takes the same time on every machine and in every build.
fn unquote_slowly(field: &[u8]) {
    /// Nanoseconds for every octet that is moved.
    const STEP: u64 = 6;
    let escapes = field.split(|octet| *octet == b'\\').count() - 1;
    let moved = u64::try_from(escapes.saturating_mul(field.len()) / 2).unwrap_or(u64::MAX);
    std::thread::sleep(std::time::Duration::from_nanos(moved.saturating_mul(STEP)));
}

/// What careless servers make of a name.
fn read_name(name: &mut Vec<u8>, policy: &Reader) {
    if policy.names_decoded {
        *name = percent_decode(name);
    }
    if policy.names_trimmed {
        *name = String::from_utf8_lossy(name).trim().as_bytes().to_vec();
    }
    if policy.names_mapped {
        name.iter_mut().filter(|octet| b".[".contains(octet)).for_each(|octet| *octet = b'_');
    }
}

/// What a pair without a name becomes.
fn shift_nameless(name: &mut Vec<u8>, value: &mut Vec<u8>, policy: Nameless) {
    if !name.is_empty() {
        return;
    }
    match (policy, value.iter().position(|octet| *octet == b'=')) {
        (Nameless::Name, None) => *name = std::mem::take(value),
        (Nameless::Shifted, Some(equals)) => {
            *name = value[..equals].to_vec();
            value.drain(..=equals);
        }
        _ => {}
    }
}

fn to_json(octets: &[u8]) -> Value {
    match str::from_utf8(octets) {
        Ok(text) => Value::from(text),
        Err(_) => json!({"b64": STANDARD.encode(octets)}),
    }
}

/// Replaces `%` with two hexadecimal digits by the octet that they name.
fn percent_decode(octets: &[u8]) -> Vec<u8> {
    let digit = |octet: Option<&u8>| octet.and_then(|octet| char::from(*octet).to_digit(16));
    let mut decoded = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some((first, after)) = rest.split_first() {
        if let (b'%', Some(high), Some(low)) = (first, digit(after.first()), digit(after.get(1))) {
            decoded.push(u8::try_from(high * 16 + low).unwrap_or_default());
            rest = &after[2..];
        } else {
            decoded.push(*first);
            rest = after;
        }
    }
    decoded
}

/// Whether a server that expects only its own cookies trips over a pair.
fn is_malformed((name, value): &(Vec<u8>, Vec<u8>)) -> bool {
    let token = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    let plain = |octet: &u8| octet.is_ascii_graphic() && !b"\"\\".contains(octet);
    name.is_empty() || !name.iter().all(token) || !value.iter().all(plain)
}

/// Reads pairs as RFC 2109 did: a quoted value runs to its closing quote.
fn parse_with_quotes(field: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut quoted = false;
    let mut pairs = vec![Vec::new()];
    for octet in field {
        match octet {
            b'"' => quoted = !quoted,
            b';' if !quoted => {
                pairs.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(pair) = pairs.last_mut() {
            pair.push(*octet);
        }
    }
    let read = |pair: &Vec<u8>| {
        let equals = pair.iter().position(|octet| *octet == b'=')?;
        let (name, value) = (pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii());
        let bare = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
        Some((name.to_vec(), bare.unwrap_or(value).to_vec()))
    };
    pairs.iter().filter_map(read).collect()
}

/// Whether a percent sign has no two digits behind it.
fn has_broken_escape(value: &[u8]) -> bool {
    let digits = |rest: &[u8]| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit);
    value.iter().enumerate().any(|(at, octet)| *octet == b'%' && !digits(&value[at + 1..]))
}

/// Makes a pair of everything behind a comma and a space that looks like one.
fn split_at_comma_and_space((name, value): &(Vec<u8>, Vec<u8>)) -> Vec<(Vec<u8>, Vec<u8>)> {
    let Some(at) = value.windows(2).position(|two| two == b", ") else { return vec![(name.clone(), value.clone())] };
    let mut pairs = vec![(name.clone(), value[..at].to_vec())];
    pairs.extend(parse_cookie_field(&value[at + 2..]));
    pairs
}

/// Makes a pair of everything behind a separator that looks like one.
fn split_at(separator: u8, (name, value): &(Vec<u8>, Vec<u8>)) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut parts = value.split(|octet| *octet == separator);
    let mut pairs = vec![(name.clone(), parts.next().unwrap_or_default().to_vec())];
    pairs.extend(parts.flat_map(parse_cookie_field));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(fields: &[&str]) -> RequestCookies {
        let request = fields.iter().fold(Request::get("/"), |request, field| request.with_header("Cookie", field));
        RequestCookies::of(&request, &Reader::default()).unwrap()
    }

    #[test]
    fn every_pair_of_every_field_is_seen() {
        let seen = cookies(&["a=1; a=2", "b=x=y; foo; =v"]);
        assert_eq!(seen.to_json(), json!([["a", "1"], ["a", "2"], ["b", "x=y"], ["", "foo"], ["", "v"]]));
        assert_eq!(seen.last("a").as_deref(), Some("2"));
        assert_eq!(seen.last("A"), None);
    }

    #[test]
    fn quotes_and_commas_are_ordinary() {
        let seen = cookies(&[r#"a="x; sid=1; c=d", e=f"#]);
        assert_eq!(seen.to_json(), json!([["a", "\"x"], ["sid", "1"], ["c", "d\", e=f"]]));
    }

    #[test]
    fn values_are_decoded_where_that_makes_sense() {
        let seen = cookies(&["a=%E6%B8%85%20b; c=%zz%4; %41=1"]);
        assert_eq!(seen.to_json(), json!([["a", "清 b"], ["c", "%zz%4"], ["%41", "1"]]));
    }
}
