//! What cookies are made from: what the application asks for, and what the request contributes.

use crate::contract::TimeValue;

/// What an application asks for when it sets or deletes a cookie.
#[derive(Debug, Clone, Default)]
pub(super) struct CookieArguments {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) max_age: Option<TimeValue>,
    pub(super) expires: Option<TimeValue>,
    pub(super) path: PathArgument,
    pub(super) domain: Option<String>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: Option<String>,
    pub(super) partitioned: bool,
}

/// The `path` argument.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum PathArgument {
    /// Not given.
    #[default]
    Default,
    /// No attribute.
    Omitted,
    Given(String),
}

impl CookieArguments {
    /// A `max_age` that is no whole number of seconds.
    pub(super) fn fraction(&self) -> Option<f64> {
        match self.max_age {
            Some(TimeValue::Seconds(seconds)) if seconds.fract() != 0.0 => Some(seconds),
            _ => None,
        }
    }
}

/// What the request contributes to cookies.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestScope {
    /// Without port.
    pub(super) host: String,
    /// The directory of its path.
    pub(super) directory: String,
    /// Whether it brought a session cookie.
    pub(super) returning: bool,
    /// What X-Forwarded-Host says.
    pub(super) forwarded: Option<String>,
    /// Whether it came over TLS.
    pub(super) over_tls: bool,
}
