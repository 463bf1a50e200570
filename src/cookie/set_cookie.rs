//! The lenient reading of a `Set-Cookie` line (RFC 6265bis §5.6, RFC 6265 §5.2).

use std::borrow::Cow;
use std::fmt;

use super::attribute::{Attribute, Meaning};
use super::clock::Timestamp;
use super::model::UserAgentModel;
use super::refusal::Refusal;
use super::same_site::SameSite;

/// The longest lifetime in seconds: 400 days (RFC 6265bis §5.5).
pub const LIFETIME_LIMIT: i64 = 34_560_000;

/// The most octets of name and value together (RFC 6265bis §5.6 step 5).
const PAIR_LIMIT: usize = 4096;

/// A `Set-Cookie` line as a user agent reads it.
///
/// Where an attribute is repeated, the methods give the last valid one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// The name; empty for a nameless cookie.
    pub name: Vec<u8>,
    /// The value, quotes included.
    pub value: Vec<u8>,
    /// All attributes in the order in which they were written, the ignored ones too.
    pub attributes: Vec<Attribute>,
}

/// How long a cookie lives, counted from its arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Until the browser closes.
    UntilClose,
    /// This many seconds, parts of a second rounded up; zero or less removes the cookie.
    Seconds(i64),
}

/// Reads a `Set-Cookie` field value as `model` does.
///
/// Refuses only for what the line alone shows: control octets, size, missing name.
pub fn parse_set_cookie(line: &[u8], model: UserAgentModel) -> Result<SetCookie, Refusal> {
    let bis = model == UserAgentModel::Rfc6265bis;
    if bis && let Some(offset) = line.iter().position(|octet| is_refused_control(*octet)) {
        return Err(Refusal::ControlOctet { offset, octet: line[offset] });
    }
    let mut segments = line.split(|octet| *octet == b';');
    let pair = segments.next().unwrap_or_default();
    let (name, value) = match split_at_equals(pair) {
        (name, Some(value)) => (name, value),
        (value, None) if bis => (&[][..], value),
        (_, None) => return Err(Refusal::NoEquals),
    };
    if bis {
        let length = name.len() + value.len();
        if length > PAIR_LIMIT {
            return Err(Refusal::TooLarge { length });
        }
        if length == 0 {
            return Err(Refusal::EmptyNameAndValue);
        }
    } else if name.is_empty() {
        return Err(Refusal::EmptyName);
    }
    let attributes = segments
        .map(|segment| {
            let (name, value) = split_at_equals(segment);
            Attribute::new(name.to_vec(), value.map(<[u8]>::to_vec), model)
        })
        .collect();
    Ok(SetCookie { name: name.to_vec(), value: value.to_vec(), attributes })
}

impl SetCookie {
    /// A cookie without attributes.
    #[must_use]
    pub fn new(name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), value: value.into(), attributes: Vec::new() }
    }

    /// The same cookie with one more attribute, read as RFC 6265bis does.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<&str>) -> Self {
        let value = value.map(|value| value.as_bytes().to_vec());
        self.attributes.push(Attribute::new(name.into(), value, UserAgentModel::Rfc6265bis));
        self
    }

    /// Max-Age in seconds, saturating, before the cap.
    #[must_use]
    pub fn max_age(&self) -> Option<i64> {
        self.last(|meaning| match meaning {
            Meaning::MaxAge(seconds) => Some(*seconds),
            _ => None,
        })
    }

    /// Expires, before the cap.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.last(|meaning| match meaning {
            Meaning::Expires(at) => Some(*at),
            _ => None,
        })
    }

    /// Domain in lower case, without a leading dot. Both none and empty mean host-only.
    #[must_use]
    pub fn domain(&self) -> Option<&[u8]> {
        self.last(|meaning| match meaning {
            Meaning::Domain(domain) => Some(&domain[..]),
            _ => None,
        })
    }

    /// The Path that applies; none for the default path, be Path missing, empty or relative.
    #[must_use]
    pub fn path(&self) -> Option<&[u8]> {
        self.last(|meaning| match meaning {
            Meaning::Path(path) => Some(Some(&path[..])),
            Meaning::DefaultPath => Some(None),
            _ => None,
        })
        .flatten()
    }

    /// Whether a Path that counts is written at all, also an empty one.
    #[must_use]
    pub fn has_path(&self) -> bool {
        self.any(|meaning| matches!(meaning, Meaning::Path(_) | Meaning::DefaultPath))
    }

    /// Whether Secure is written.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.any(|meaning| *meaning == Meaning::Secure)
    }

    /// Whether `HttpOnly` is written.
    #[must_use]
    pub fn http_only(&self) -> bool {
        self.any(|meaning| *meaning == Meaning::HttpOnly)
    }

    /// The mode of `SameSite`; none when it is not written, [`SameSite::Default`] when its value
    /// is unknown.
    #[must_use]
    pub fn same_site(&self) -> Option<SameSite> {
        self.last(|meaning| match meaning {
            Meaning::SameSite(mode) => Some(*mode),
            _ => None,
        })
    }

    /// Whether Partitioned is written.
    #[must_use]
    pub fn partitioned(&self) -> bool {
        self.any(|meaning| *meaning == Meaning::Partitioned)
    }

    /// How long a cookie that arrives at `now` lives: Max-Age before Expires, and at most
    /// [`LIFETIME_LIMIT`] in RFC 6265bis.
    #[must_use]
    pub fn effective_lifetime(&self, now: Timestamp, model: UserAgentModel) -> Lifetime {
        let seconds = match (self.max_age(), self.expires()) {
            (Some(seconds), _) => seconds,
            // Rounded up, so that only a moment that has come counts as removal.
            (None, Some(at)) => at.minus(now).saturating_add(999).div_euclid(1000),
            (None, None) => return Lifetime::UntilClose,
        };
        Lifetime::Seconds(match model {
            UserAgentModel::Rfc6265 => seconds,
            UserAgentModel::Rfc6265bis => seconds.min(LIFETIME_LIMIT),
        })
    }

    /// When a cookie that arrives at `now` expires; none for when the browser closes.
    #[must_use]
    pub fn expiry(&self, now: Timestamp, model: UserAgentModel) -> Option<Timestamp> {
        let at = match (self.max_age(), self.expires()) {
            (Some(seconds), _) if seconds <= 0 => return Some(Timestamp::from_millis(i64::MIN)),
            (Some(seconds), _) => now.plus(seconds),
            (None, at) => at?,
        };
        Some(match model {
            UserAgentModel::Rfc6265 => at,
            UserAgentModel::Rfc6265bis => at.min(now.plus(LIFETIME_LIMIT)),
        })
    }

    /// The line that reads back as this cookie, if it is [printable](Self::is_printable).
    #[must_use]
    pub fn to_line(&self) -> Vec<u8> {
        let mut line = self.name.clone();
        line.push(b'=');
        line.extend_from_slice(&self.value);
        for attribute in &self.attributes {
            line.extend_from_slice(b"; ");
            line.extend_from_slice(&attribute.name);
            if let Some(value) = &attribute.value {
                line.push(b'=');
                line.extend_from_slice(value);
            }
        }
        line
    }

    /// Whether [`to_line`](Self::to_line) reads back as this very cookie in `model`.
    #[must_use]
    pub fn is_printable(&self, model: UserAgentModel) -> bool {
        parse_set_cookie(&self.to_line(), model).as_ref() == Ok(self)
    }

    /// The last attribute for which `pick` finds something.
    fn last<'a, T>(&'a self, pick: impl Fn(&'a Meaning) -> Option<T>) -> Option<T> {
        self.attributes.iter().rev().find_map(|attribute| pick(&attribute.meaning))
    }

    fn any(&self, test: impl Fn(&Meaning) -> bool) -> bool {
        self.attributes.iter().any(|attribute| test(&attribute.meaning))
    }
}

impl fmt::Display for SetCookie {
    /// The line of [`SetCookie::to_line`], with U+FFFD where it is not UTF-8.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.to_line();
        let text: Cow<'_, str> = String::from_utf8_lossy(&line);
        f.write_str(&text)
    }
}

/// What stands before and after the first equals sign, without spaces and tabs around.
fn split_at_equals(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|octet| *octet == b'=') {
        Some(at) => (trim_whitespace(&text[..at]), Some(trim_whitespace(&text[at + 1..]))),
        None => (trim_whitespace(text), None),
    }
}

/// Removes spaces and tabs at both ends.
pub(super) fn trim_whitespace(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// A control octet other than tab.
const fn is_refused_control(octet: u8) -> bool {
    matches!(octet, 0x00..=0x08 | 0x0A..=0x1F | 0x7F)
}
