//! Host names: canonical form and domain match (RFC 6265bis §5.1.2 and §5.1.3).

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The host in lower case with U-labels turned into A-labels; none if it has no such form.
///
/// Borrows when the host already is canonical, which is the usual case.
#[must_use]
pub fn canonical_host(host: &str) -> Option<Cow<'_, str>> {
    let punycode = host.as_bytes().windows(4).any(|four| four.eq_ignore_ascii_case(b"xn--"));
    if punycode || !host.is_ascii() {
        // Also refuses fake A-labels.
        return url::Host::parse(host).ok().map(|host| Cow::Owned(host.to_string()));
    }
    if let Some(IpAddr::V6(address)) = ip_address(host) {
        return Some(Cow::Owned(format!("[{address}]")));
    }
    Some(if host.bytes().any(|octet| octet.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    })
}

/// Whether `host` domain-matches `domain`; both canonical (RFC 6265bis §5.1.3).
#[must_use]
pub fn domain_matches(host: &str, domain: &str) -> bool {
    if host == domain {
        return true;
    }
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')) && !is_ip_address(host)
}

/// Whether a host is an IP address, IPv6 with or without brackets.
#[must_use]
pub fn is_ip_address(host: &str) -> bool {
    ip_address(host).is_some()
}

pub(super) fn ip_address(host: &str) -> Option<IpAddr> {
    if host.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && let Ok(address) = host.parse::<Ipv4Addr>()
    {
        return Some(address.into());
    }
    if !host.contains(':') {
        return None;
    }
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    inner.parse::<Ipv6Addr>().ok().map(IpAddr::from)
}
