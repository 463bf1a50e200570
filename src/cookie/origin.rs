//! Where a request goes, and in which situation it is made.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::domain::ip_address;

/// The scheme of an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port used when none is written.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Scheme, host and port of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// Plain or over TLS.
    pub scheme: Scheme,
    /// A host name in any case, or an IP address (IPv6 with or without brackets).
    pub host: String,
    /// The port; cookies do not look at it.
    pub port: u16,
}

impl Origin {
    /// An origin with the host in lower case.
    #[must_use]
    pub fn new(scheme: Scheme, host: &str, port: u16) -> Self {
        Self { scheme, host: host.to_ascii_lowercase(), port }
    }

    /// An `https` origin on port 443.
    #[must_use]
    pub fn https(host: &str) -> Self {
        Self::new(Scheme::Https, host, 443)
    }

    /// An `http` origin on port 80.
    #[must_use]
    pub fn http(host: &str) -> Self {
        Self::new(Scheme::Http, host, 80)
    }

    /// Whether browsers treat a connection to this origin as secure: TLS, `localhost`, names under
    /// it, or a loopback address (Secure Contexts §3.1).
    #[must_use]
    pub fn is_potentially_trustworthy(&self) -> bool {
        self.scheme == Scheme::Https || is_loopback(&self.host)
    }
}

impl std::fmt::Display for Origin {
    /// Like `https://example.org:8443`, without a port that is the scheme's own.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://", self.scheme.name())?;
        match ip_address(&self.host) {
            Some(IpAddr::V6(address)) => write!(f, "[{address}]")?,
            _ => f.write_str(&self.host)?,
        }
        if self.port == self.scheme.default_port() { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

fn is_loopback(host: &str) -> bool {
    if let Some(address) = ip_address(host) {
        return address.is_loopback();
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let last_label = name.rsplit('.').next().unwrap_or(name);
    last_label.eq_ignore_ascii_case("localhost")
}

/// The situation of a request, as far as cookies depend on it (RFC 6265bis §5.2).
///
/// The default is a same-site HTTP request with a safe method, in no top-level navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts about one request, each named by the standard")]
pub struct RequestContext {
    /// The request is same-site.
    pub same_site: bool,
    /// The request navigates a top-level page.
    pub top_level_navigation: bool,
    /// The method is safe (GET, HEAD, OPTIONS, TRACE).
    pub safe_method: bool,
    /// Cookies travel in HTTP; false for an API such as `document.cookie`.
    pub http_api: bool,
    /// The site of the page in the address bar, such as `https://example.org`, which is the key of
    /// partitioned cookies; none means the site of the request itself.
    pub top_level_site: Option<String>,
    /// Cookies without `SameSite` that are at most two minutes old also go with unsafe top-level
    /// navigations (RFC 6265bis §5.6.7.2).
    pub lax_allowing_unsafe: bool,
}

impl Default for RequestContext {
    fn default() -> Self {
        Self {
            same_site: true,
            top_level_navigation: false,
            safe_method: true,
            http_api: true,
            top_level_site: None,
            lax_allowing_unsafe: false,
        }
    }
}
