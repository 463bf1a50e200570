//! The rules that need to know where a line came from and when.

use super::finding::{Finding, FindingCode, Findings, GrammarProfile};
use super::segment::{Piece, Segment};
use crate::cookie::{
    LIFETIME_LIMIT, Origin, Timestamp, canonical_host, domain_matches, is_public_suffix, parse_cookie_date,
};

/// How far Max-Age and Expires may be apart, in seconds.
const AGREEMENT_TOLERANCE: i64 = 60;

/// Date and Expires are cut to whole seconds, and a busy server keeps its Date for more than one, so that "now" may be a
/// few seconds off.
const CLOCK_STEP: i64 = 3;

/// How far Expires may exceed the lifetime limit, in seconds: a day, for clock skew.
const CAP_TOLERANCE: i64 = 86_400;

/// Checks what only the origin of the response and its Date field decide.
///
/// `date` is the moment of the response's own Date field; without it lifetimes are not compared.
#[must_use]
pub fn check_in_context(line: &[u8], origin: &Origin, date: Option<Timestamp>) -> Vec<Finding> {
    let attributes = Segment::all(line).split_off(1);
    let last = |name: &str| attributes.iter().rev().find(|attribute| attribute.is(name));
    let mut findings = Findings::new(line, GrammarProfile::default());
    if let Some(secure) = last("Secure")
        && !origin.is_potentially_trustworthy()
    {
        let message = "clients drop a Secure cookie that comes over plain HTTP";
        findings.from(FindingCode::SecureOverTlsOnly, secure.name.at, message);
    }
    if let Some(domain) = last("Domain") {
        check_domain(domain.value, origin, &mut findings);
    }
    if let Some(date) = date {
        let max_age = last("Max-Age").and_then(|attribute| Some((attribute, seconds(attribute.value.text)?)));
        let expires = last("Expires").and_then(|attribute| {
            let at = parse_cookie_date(attribute.value.text).ok()?;
            Some((attribute, at.minus(date).div_euclid(1000)))
        });
        check_lifetime(max_age, expires, &mut findings);
    }
    findings.sorted()
}

fn check_domain(value: Piece<'_>, origin: &Origin, findings: &mut Findings<'_>) {
    let text = value.lossy().to_ascii_lowercase();
    let domain = text.strip_prefix('.').unwrap_or(&text);
    let Some(host) = canonical_host(&origin.host) else {
        return;
    };
    if domain.is_empty() || *host == *domain {
        return;
    }
    if is_public_suffix(domain) {
        let message = format!("{domain} is a public suffix, shared by unrelated sites; clients drop the cookie");
        findings.from(FindingCode::DomainNotPublicSuffix, value.at, message);
    } else if !domain_matches(&host, domain) {
        let message = format!("{domain} is neither {host} nor a parent of it; clients drop the cookie");
        findings.from(FindingCode::DomainCoversHost, value.at, message);
    }
}

fn check_lifetime(
    max_age: Option<(&Segment<'_>, i64)>,
    expires: Option<(&Segment<'_>, i64)>,
    findings: &mut Findings<'_>,
) {
    let Some((attribute, until)) = expires else {
        return;
    };
    let Some((_, age)) = max_age else {
        // With Max-Age beside it, Expires has no effect and the line alone decides.
        if until > LIFETIME_LIMIT + CAP_TOLERANCE {
            let message = "more than 400 days after the Date of the response; clients cut it";
            findings.from(FindingCode::LifetimeCap, attribute.value.at, message);
        }
        return;
    };
    let both_delete = age <= 0 && until <= 0;
    let one_deletes = (age <= 0) != (until <= 0) && age.abs_diff(until) > CLOCK_STEP.unsigned_abs();
    if !both_delete && (one_deletes || age.abs_diff(until) > AGREEMENT_TOLERANCE.unsigned_abs()) {
        let message = format!("Max-Age says {age} seconds and Expires {until}, counted from the Date of the response");
        findings.from(FindingCode::MaxAgeExpiresAgree, attribute.value.at, message);
    }
}

/// The seconds of a Max-Age that clients accept, saturating.
fn seconds(value: &[u8]) -> Option<i64> {
    let (sign, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (-1, digits),
        None => (1, value),
    };
    if digits.is_empty() {
        return None;
    }
    let number = digits.iter().try_fold(0_i64, |sum, digit| {
        digit.is_ascii_digit().then(|| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0')))
    })?;
    Some(sign * number)
}
