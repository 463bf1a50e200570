//! One attribute of a `Set-Cookie` line, and what it means (RFC 6265bis §5.6.1 to §5.6.7).

use super::clock::Timestamp;
use super::date::{DateError, parse_cookie_date};
use super::model::UserAgentModel;
use super::same_site::SameSite;

/// The longest attribute value that RFC 6265bis reads, in octets.
pub(super) const VALUE_LIMIT: usize = 1024;

/// An attribute as it was written, whitespace around name and value removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name in the case in which it was written; empty for an empty segment.
    pub name: Vec<u8>,
    /// What follows the equals sign; none without one.
    pub value: Option<Vec<u8>>,
    /// What a user agent makes of it.
    pub meaning: Meaning,
}

/// What a user agent makes of one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The moment of a parsable Expires, before any cap.
    Expires(Timestamp),
    /// The seconds of a valid Max-Age, saturating, before any cap.
    MaxAge(i64),
    /// The Domain in lower case without one leading dot; empty means host-only.
    Domain(Vec<u8>),
    /// A Path that begins with a slash.
    Path(Vec<u8>),
    /// A Path that is empty or relative and so asks for the default path.
    DefaultPath,
    /// Secure, with whatever value.
    Secure,
    /// `HttpOnly`, with whatever value.
    HttpOnly,
    /// `SameSite`; an unknown value gives [`SameSite::Default`].
    SameSite(SameSite),
    /// Partitioned, with whatever value.
    Partitioned,
    /// Nothing.
    Ignored(IgnoredBecause),
}

/// Why a user agent ignores an attribute but keeps the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IgnoredBecause {
    /// The model does not know the name.
    #[error("the attribute is unknown")]
    Unknown,
    /// Nothing stands between two semicolons, or after the last.
    #[error("the attribute is empty")]
    Empty,
    /// The value exceeds 1024 octets (bis §5.6 attributes, step 6).
    #[error("the value has {length} octets, more than 1024")]
    TooLong {
        /// Octets of the value.
        length: usize,
    },
    /// The Expires date does not parse.
    #[error("the date does not parse: {0}")]
    BadDate(DateError),
    /// The Max-Age is not an optional minus sign and digits.
    #[error("the value is not a whole number of seconds")]
    BadMaxAge,
    /// The Domain is empty (RFC 6265 §5.2.3 only).
    #[error("the domain is empty")]
    EmptyDomain,
}

impl Attribute {
    /// An attribute with the meaning that `model` gives it. Name and value must be trimmed.
    #[must_use]
    pub fn new(name: Vec<u8>, value: Option<Vec<u8>>, model: UserAgentModel) -> Self {
        let meaning = meaning_of(&name, value.as_deref(), model);
        Self { name, value, meaning }
    }

    /// Whether this is the attribute called `name`, in any case.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// Why it is ignored, if it is.
    #[must_use]
    pub const fn ignored(&self) -> Option<IgnoredBecause> {
        match self.meaning {
            Meaning::Ignored(why) => Some(why),
            _ => None,
        }
    }
}

fn meaning_of(name: &[u8], value: Option<&[u8]>, model: UserAgentModel) -> Meaning {
    let bis = model == UserAgentModel::Rfc6265bis;
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    if name.is_empty() && value.is_none() {
        return Meaning::Ignored(IgnoredBecause::Empty);
    }
    let value = value.unwrap_or_default();
    if bis && value.len() > VALUE_LIMIT {
        return Meaning::Ignored(IgnoredBecause::TooLong { length: value.len() });
    }
    if is("Expires") {
        match parse_cookie_date(value) {
            Ok(at) => Meaning::Expires(at),
            Err(why) => Meaning::Ignored(IgnoredBecause::BadDate(why)),
        }
    } else if is("Max-Age") {
        max_age(value).map_or(Meaning::Ignored(IgnoredBecause::BadMaxAge), Meaning::MaxAge)
    } else if is("Domain") {
        if value.is_empty() && !bis {
            return Meaning::Ignored(IgnoredBecause::EmptyDomain);
        }
        Meaning::Domain(value.strip_prefix(b".").unwrap_or(value).to_ascii_lowercase())
    } else if is("Path") {
        if value.starts_with(b"/") { Meaning::Path(value.to_vec()) } else { Meaning::DefaultPath }
    } else if is("Secure") {
        Meaning::Secure
    } else if is("HttpOnly") {
        Meaning::HttpOnly
    } else if bis && is("SameSite") {
        Meaning::SameSite(SameSite::from_value(value))
    } else if bis && is("Partitioned") {
        Meaning::Partitioned
    } else {
        Meaning::Ignored(IgnoredBecause::Unknown)
    }
}

/// An optional minus sign and at least one digit (RFC 6265bis §5.6.2), saturating.
fn max_age(value: &[u8]) -> Option<i64> {
    let (negative, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let seconds =
        digits.iter().fold(0_i64, |sum, digit| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    Some(if negative { -seconds } else { seconds })
}
