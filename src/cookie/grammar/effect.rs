//! Rules about attributes together: without one of them, another loses the cookie.

use super::finding::{FindingCode, Findings};
use super::segment::Segment;
use crate::cookie::NamePrefix;

pub(super) fn check(pair: &Segment<'_>, attributes: &[Segment<'_>], findings: &mut Findings<'_>) {
    let last = |name: &str| attributes.iter().rev().find(|attribute| attribute.is(name));
    let secure = last("Secure").is_some();
    if let Some(same_site) = last("SameSite")
        && same_site.value.text.eq_ignore_ascii_case(b"None")
        && !secure
    {
        let message = "clients drop a cookie with SameSite=None and without Secure";
        findings.from(FindingCode::SamesiteNoneSecure, same_site.name.at, message);
    }
    if let Some(partitioned) = last("Partitioned")
        && !secure
    {
        let message = "clients drop a cookie with Partitioned and without Secure";
        findings.from(FindingCode::PartitionedSecure, partitioned.name.at, message);
    }
    let Some(prefix) = NamePrefix::of(pair.name.text) else {
        return;
    };
    let text = prefix.text();
    if !pair.name.text.starts_with(text.as_bytes()) {
        let message = format!("the prefix is written {text}; in another case only clients honour it");
        findings.from(FindingCode::PrefixExactCase, pair.name.at, message);
    }
    let code = match prefix {
        NamePrefix::Secure => FindingCode::PrefixSecure,
        NamePrefix::Host => FindingCode::PrefixHost,
        NamePrefix::Http => FindingCode::PrefixHttp,
        NamePrefix::HostHttp => FindingCode::PrefixHostHttp,
    };
    let mut lacks = |offset: usize, what: &str| {
        findings.from(code, offset, format!("{text} needs {what}"));
    };
    if !secure {
        lacks(pair.name.at, "Secure");
    }
    if prefix.needs_http_only() && last("HttpOnly").is_none() {
        lacks(pair.name.at, "HttpOnly");
    }
    if prefix.needs_host() {
        if let Some(domain) = last("Domain") {
            lacks(domain.name.at, "to have no Domain");
        }
        match last("Path") {
            None => lacks(pair.name.at, "an explicit Path=/"),
            Some(path) if path.value.text != b"/" => lacks(path.value.at, "Path=/ exactly"),
            Some(_) => {}
        }
    }
}
