//! A cookie in a jar.

use super::clock::Timestamp;
use super::same_site::SameSite;

/// A cookie as a user agent stores it (RFC 6265bis §5.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCookie {
    /// The name; empty for a nameless cookie.
    pub name: Vec<u8>,
    /// The value, quotes included.
    pub value: Vec<u8>,
    /// The canonical domain, without a leading dot.
    pub domain: String,
    /// Only for exactly this host.
    pub host_only: bool,
    /// The path; octets that are not UTF-8 are replaced, such a path matches no request.
    pub path: String,
    /// When it expires; none means when the browser closes.
    pub expires: Option<Timestamp>,
    /// When it was first set; a replacement keeps it.
    pub creation: Timestamp,
    /// Its place among all cookies of its jar, in order of creation.
    pub creation_order: u64,
    /// When it was last set or sent.
    pub last_access: Timestamp,
    /// Only over secure connections.
    pub secure: bool,
    /// Hidden from scripts.
    pub http_only: bool,
    /// The same-site mode.
    pub same_site: SameSite,
    /// The top-level site to which a partitioned cookie belongs.
    pub partition: Option<String>,
}

impl StoredCookie {
    /// A host-only cookie with path `/` that dies when the browser closes and has no flags.
    #[must_use]
    pub fn new(name: &[u8], value: &[u8], host: &str, now: Timestamp) -> Self {
        Self {
            name: name.to_vec(),
            value: value.to_vec(),
            domain: host.to_ascii_lowercase(),
            host_only: true,
            path: "/".to_owned(),
            expires: None,
            creation: now,
            creation_order: 0,
            last_access: now,
            secure: false,
            http_only: false,
            same_site: SameSite::Default,
            partition: None,
        }
    }

    /// Whether its time is over. The very millisecond of the expiry counts as over, as in browsers.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}
