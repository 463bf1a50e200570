//! The logical host that a request is addressed to, apart from the socket address.

use std::{fmt, net::SocketAddr};

use tokio::{
    net::{TcpStream, lookup_host},
    time::{Instant, timeout_at},
};
use url::{Host, Url};

use super::{Limits, WireError};
use crate::cookie::{Origin, Scheme};

/// Scheme, host and port of a request: what `Host` and a browser's address bar
/// say. It need not be where the connection goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Authority {
    /// The scheme.
    pub scheme: Scheme,
    /// Name or address, an IPv6 address without brackets.
    pub host: String,
    /// The port, also where it is the scheme's default.
    pub port: u16,
}

/// A URL that names no HTTP authority.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an http or https URL with a host")]
pub struct AuthorityError(String);

impl Authority {
    /// An authority of its three parts. Brackets around an IPv6 address are taken off.
    pub fn new(scheme: Scheme, host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let host = bare.map_or_else(|| host.clone(), str::to_owned);
        Self { scheme, host, port }
    }

    /// The authority of an http or https URL.
    pub fn of(url: &Url) -> Result<Self, AuthorityError> {
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(AuthorityError(url.to_string())),
        };
        let host = match url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => return Err(AuthorityError(url.to_string())),
        };
        Ok(Self { scheme, host, port: url.port().unwrap_or(scheme.default_port()) })
    }

    /// The authority that a `Host` field value names; `None` when it is no
    /// `host [":" port]`.
    #[must_use]
    pub fn from_host_field(scheme: Scheme, value: &[u8]) -> Option<Self> {
        let text = str::from_utf8(value).ok()?;
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
            _ => (text, scheme.default_port()),
        };
        (!host.is_empty()).then(|| Self::new(scheme, host, port))
    }

    /// The value of the `Host` field: the port only where it is not the scheme's default.
    #[must_use]
    pub fn host_field(&self) -> String {
        let host = self.bracketed();
        if self.port == self.scheme.default_port() { host } else { format!("{host}:{}", self.port) }
    }

    /// The URL of an origin-form target at this authority, as text.
    #[must_use]
    pub fn url(&self, target: &str) -> String {
        format!("{self}{target}")
    }

    /// Whether the host is `localhost`, `*.localhost` or a loopback address: the hosts that count as
    /// trustworthy over plain http, and that active tests may touch without leave.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        Origin::http(&self.host).is_potentially_trustworthy()
    }

    /// The first address of this host, by the system's resolver, that accepts a
    /// connection within [`Limits::connect`].
    pub async fn reachable_address(&self, limits: &Limits) -> Result<SocketAddr, WireError> {
        let end = Instant::now() + limits.connect;
        let address = format!("{}:{}", self.bracketed(), self.port);
        let failed = |cause: String| WireError::Connect { address: address.clone(), cause };
        let late = || WireError::ConnectTimeout { address: address.clone(), after: limits.connect };
        let found = timeout_at(end, lookup_host((self.host.as_str(), self.port)))
            .await
            .map_err(|_| late())?
            .map_err(|error| failed(error.to_string()))?;
        let mut last = failed("the name has no address".to_owned());
        for candidate in found {
            match timeout_at(end, TcpStream::connect(candidate)).await {
                Ok(Ok(_)) => return Ok(candidate),
                Ok(Err(error)) => last = failed(error.to_string()),
                Err(_) => return Err(late()),
            }
        }
        Err(last)
    }

    fn bracketed(&self) -> String {
        if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() }
    }
}

impl From<&Authority> for Origin {
    fn from(authority: &Authority) -> Self {
        Self::new(authority.scheme, &authority.host, authority.port)
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.name(), self.host_field())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_field_omits_only_the_default_port() {
        assert_eq!(Authority::new(Scheme::Http, "a.test", 80).host_field(), "a.test");
        assert_eq!(Authority::new(Scheme::Https, "a.test", 80).host_field(), "a.test:80");
        assert_eq!(Authority::new(Scheme::Http, "[::1]", 8080).host_field(), "[::1]:8080");
    }

    #[test]
    fn host_field_reads_back() {
        for text in ["a.test", "a.test:8080", "[::1]", "[::1]:8080", "127.0.0.1:1"] {
            let authority = Authority::from_host_field(Scheme::Http, text.as_bytes()).unwrap();
            assert_eq!(authority.host_field(), text);
        }
        assert_eq!(Authority::from_host_field(Scheme::Http, b"a:b"), None);
        assert_eq!(Authority::from_host_field(Scheme::Http, b""), None);
    }

    #[test]
    fn urls_give_their_authority() {
        let url = Url::parse("https://[::1]/x").unwrap();
        assert_eq!(Authority::of(&url).unwrap(), Authority::new(Scheme::Https, "::1", 443));
        assert!(Authority::of(&Url::parse("ftp://a.test/").unwrap()).is_err());
    }

    #[test]
    fn loopback_is_by_name_or_address() {
        for host in ["localhost", "LOCALHOST", "a.localhost", "localhost.", "127.9.9.9", "::1"] {
            assert!(Authority::new(Scheme::Http, host, 80).is_loopback(), "{host}");
        }
        for host in ["notlocalhost", "localhost.test", "10.0.0.1"] {
            assert!(!Authority::new(Scheme::Http, host, 80).is_loopback(), "{host}");
        }
    }
}
