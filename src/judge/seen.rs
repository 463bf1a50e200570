//! One `Set-Cookie` line: what was written, and what a browser made of it.

use serde_json::Value;

use crate::cookie::{Attribute, Finding, Lifetime, Meaning, Reception, SetCookie, Timestamp, UserAgentModel};
use crate::spec::CookieField;

/// The effect of one `Set-Cookie` line, judged when the whole response has been taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EffectSeen {
    /// Kept, with a lifetime.
    Stored,
    /// Kept, and forgotten when the browser closes.
    StoredUntilClose,
    /// The line asks for removal, and the browser holds no cookie of this name for this host.
    Removed,
    /// The line asks for removal, and the browser still holds a cookie of this name for this host: the path or the
    /// domain is another.
    Kept,
    /// The browser ignored the line.
    Refused,
}

impl EffectSeen {
    /// The word in specs and reports; `kept` is a removal that misses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::StoredUntilClose => "stored_until_close",
            Self::Removed => "removed",
            Self::Kept => "kept",
            Self::Refused => "refused",
        }
    }
}

/// One `Set-Cookie` line of a response.
#[derive(Debug, Clone, PartialEq)]
pub struct CookieSeen {
    /// The field value as it arrived, without whitespace at its edges.
    pub line: Vec<u8>,
    /// Name, value and attributes as written, also of a line that the browser refuses.
    pub written: SetCookie,
    /// What the browser did with it.
    pub reception: Reception,
    /// What came of it in the end.
    pub effect: EffectSeen,
    /// How long it lives from its arrival; none when it was refused.
    pub lifetime: Option<Lifetime>,
    /// Expires, in seconds from the response's own Date (from the arrival without one).
    pub expires_in: Option<i64>,
    /// Where the line leaves the strict grammar or good advice.
    pub findings: Vec<Finding>,
    /// How many lines of the response set this name.
    pub times: usize,
    /// Whether words about it must not show its value: the server is not a local one.
    pub secret: bool,
}

impl CookieSeen {
    /// The name as text.
    #[must_use]
    pub fn name(&self) -> String {
        text(&self.written.name)
    }

    /// How long the server means the cookie to live, in seconds from its own Date: Max-Age before Expires.
    #[must_use]
    pub fn meant_lifetime(&self) -> Option<i64> {
        self.written.max_age().or(self.expires_in)
    }

    /// The last attribute of a name that user agents read, as written; empty text without a value.
    fn attribute(&self, name: &str) -> Option<String> {
        let attributes = self.written.attributes.iter().rev();
        let found = attributes
            .into_iter()
            .find(|attribute| attribute.is(name) && !matches!(attribute.meaning, Meaning::Ignored(_)))?;
        Some(text(found.value.as_deref().unwrap_or_default()))
    }
}

/// Reads a line without refusing it: for its name and attributes where a browser ignores it.
pub(super) fn read_leniently(line: &[u8], model: UserAgentModel) -> SetCookie {
    let mut segments = line.split(|octet| *octet == b';');
    let pair = segments.next().unwrap_or_default();
    let (name, value) = match split(pair) {
        (name, Some(value)) => (name, value),
        (value, None) => (&[][..], value),
    };
    let attributes = segments.map(|segment| {
        let (name, value) = split(segment);
        Attribute::new(name.to_vec(), value.map(<[u8]>::to_vec), model)
    });
    SetCookie { name: name.to_vec(), value: value.to_vec(), attributes: attributes.collect() }
}

fn split(segment: &[u8]) -> (&[u8], Option<&[u8]>) {
    match segment.iter().position(|octet| *octet == b'=') {
        Some(at) => (trim(&segment[..at]), Some(trim(&segment[at + 1..]))),
        None => (trim(segment), None),
    }
}

fn trim(mut octets: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = octets {
        octets = rest;
    }
    octets
}

pub(super) fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// One thing to know of a cookie, as the value that specs match and save; null when there is none.
#[must_use]
pub fn field_of(cookie: &CookieSeen, field: CookieField) -> Value {
    let or_null = |text: Option<String>| text.map_or(Value::Null, Value::from);
    match field {
        CookieField::Lifetime => match cookie.lifetime {
            Some(Lifetime::Seconds(seconds)) => Value::from(seconds.max(0)),
            Some(Lifetime::UntilClose) | None => Value::Null,
        },
        CookieField::Effect => Value::from(cookie.effect.as_str()),
        CookieField::Because => or_null(cookie.reception.refusal().map(|refusal| refusal.code().to_owned())),
        CookieField::Value => Value::from(text(&cookie.written.value)),
        CookieField::MaxAge => cookie.written.max_age().map_or(Value::Null, Value::from),
        CookieField::Expires => cookie.expires_in.map_or(Value::Null, Value::from),
        CookieField::Path => or_null(cookie.attribute("Path")),
        CookieField::Domain => or_null(cookie.written.domain().map(text)),
        CookieField::SameSite => or_null(cookie.attribute("SameSite").map(|value| value.to_ascii_lowercase())),
        CookieField::Secure => Value::from(cookie.written.secure()),
        CookieField::HttpOnly => Value::from(cookie.written.http_only()),
        CookieField::Partitioned => Value::from(cookie.written.partitioned()),
        CookieField::Times => Value::from(cookie.times),
    }
}

/// Seconds from `date` to `at`, rounded to the nearest.
pub(super) fn seconds_between(date: Timestamp, at: Timestamp) -> i64 {
    at.minus(date).saturating_add(500).div_euclid(1000)
}
