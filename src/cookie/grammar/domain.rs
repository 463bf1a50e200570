//! The value of Domain: a host name of LDH labels (RFC 1034 §3.5, RFC 1123 §2.1).

use super::finding::{FindingCode, Findings};
use super::segment::Piece;
use crate::cookie::is_ip_address;

pub(super) fn check(value: Piece<'_>, findings: &mut Findings<'_>) {
    let text = value.lossy();
    if is_ip_address(&text) {
        let message = "an IP address; clients keep such a cookie on exactly this host, with or without Domain";
        findings.from(FindingCode::DomainNotIp, value.at, message);
        return;
    }
    if let Some((offset, message)) = complaint(value) {
        findings.at(FindingCode::DomainSyntax, offset, message);
    }
}

/// The first thing that makes a value not a host name, and where it is.
fn complaint(value: Piece<'_>) -> Option<(usize, &'static str)> {
    let text = value.text;
    match text {
        [] => return Some((value.at, "the domain is empty")),
        [b'.', ..] => return Some((value.at, "a leading dot; clients ignore it")),
        [b'"', ..] => return Some((value.at, "quotes; clients drop the cookie")),
        _ => {}
    }
    if text.windows(3).any(|three| three == b"://") {
        return Some((value.at, "a scheme; clients drop the cookie"));
    }
    if let Some((offset, octet)) = value.first(|octet| !octet.is_ascii_alphanumeric() && octet != b'-' && octet != b'.')
    {
        return Some((
            offset,
            if octet == b':' { "a port; clients drop the cookie" } else { "no host name has this octet" },
        ));
    }
    if text.ends_with(b".") {
        return Some((value.end() - 1, "a trailing dot; clients drop the cookie"));
    }
    if text.len() > 253 {
        return Some((value.at, "longer than the 253 octets of a host name"));
    }
    let mut at = value.at;
    for label in text.split(|octet| *octet == b'.') {
        match label {
            [] => return Some((at, "an empty label")),
            [b'-', ..] | [.., b'-'] => {
                return Some((at, "a label that begins or ends with a hyphen"));
            }
            _ if label.len() > 63 => return Some((at, "a label longer than 63 octets")),
            _ => at += label.len() + 1,
        }
    }
    None
}
