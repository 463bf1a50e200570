//! Public suffixes and sites, by the Public Suffix List compiled into the `psl` crate.

use super::domain::is_ip_address;
use super::origin::Origin;

/// Whether a canonical domain is a public suffix. A lone label that the list does not know is one.
#[must_use]
pub fn is_public_suffix(domain: &str) -> bool {
    !domain.is_empty()
        && !is_ip_address(domain)
        && psl::suffix_str(domain).is_some_and(|suffix| suffix.len() == domain.len())
}

/// The registrable domain of a canonical host; none for addresses and public suffixes.
#[must_use]
pub fn registrable_domain(host: &str) -> Option<&str> {
    if is_ip_address(host) { None } else { psl::domain_str(host) }
}

/// The site of an origin, such as `https://example.org`: scheme and registrable domain, or the
/// host where there is none.
#[must_use]
pub fn site_of(origin: &Origin) -> String {
    let host = origin.host.to_ascii_lowercase();
    format!("{}://{}", origin.scheme.name(), registrable_domain(&host).unwrap_or(&host))
}
