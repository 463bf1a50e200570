//! The attributes: separators, names, and the values of those with a grammar of their own.

use super::finding::{FindingCode, Findings};
use super::segment::{Piece, Segment};
use super::{domain, expires, pair};
use crate::cookie::LIFETIME_LIMIT;

/// The longest attribute value that clients read.
const VALUE_LIMIT: usize = 1024;

/// Names with a production of their own, or registered; the first five have a value.
const KNOWN: [&str; 8] = ["Expires", "Max-Age", "Domain", "Path", "SameSite", "Secure", "HttpOnly", "Partitioned"];

const OBSOLETE: [&str; 5] = ["Version", "Comment", "CommentURL", "Discard", "Port"];

pub(super) fn check(attributes: &[Segment<'_>], findings: &mut Findings<'_>) {
    for (index, attribute) in attributes.iter().enumerate() {
        if attribute.is_empty() {
            if !findings.profile.allows_empty_attributes() {
                let message = "there is no attribute after this semicolon";
                findings.at(FindingCode::NoEmptyAttribute, attribute.whole.at - 1, message);
            }
            // RFC 6265 wants the space even before an empty attribute.
            if attribute.whole.text != b" " && findings.profile == super::GrammarProfile::Rfc6265 {
                separator(attribute, findings);
            }
            continue;
        }
        separator(attribute, findings);
        spaces(attribute, findings);
        octets(attribute, findings);
        let repeats = |earlier: &Segment<'_>| earlier.name.text.eq_ignore_ascii_case(attribute.name.text);
        if attributes[..index].iter().any(|earlier| !earlier.is_empty() && repeats(earlier)) {
            let message = format!("the attribute {} is repeated; clients use the last", attribute.name.lossy());
            findings.from(FindingCode::AttributeUnique, attribute.name.at, message);
        }
        name(attribute, findings);
        value(attribute, findings);
    }
}

fn separator(attribute: &Segment<'_>, findings: &mut Findings<'_>) {
    let gap = &attribute.whole.text[..attribute.leading()];
    if gap != b" " {
        let message = match gap {
            [] => "there is no space after the semicolon",
            [_] => "there is a tab instead of a space after the semicolon",
            _ => "there is more than one whitespace octet after the semicolon",
        };
        findings.from(FindingCode::SeparatorSingleSpace, attribute.whole.at - 1, message);
    }
}

fn spaces(attribute: &Segment<'_>, findings: &mut Findings<'_>) {
    let known = KNOWN[..7].iter().any(|known| attribute.is(known));
    if let Some(offset) = attribute.trailing() {
        if known {
            findings.at(FindingCode::NoBws, offset, "whitespace after the attribute");
        } else {
            let message = "an extension attribute may not end with whitespace";
            findings.at(FindingCode::AttributeNoEdgeSpace, offset, message);
        }
    }
    // An extension attribute is free text, spaces beside its equals sign included.
    if KNOWN[..5].iter().any(|known| attribute.is(known)) {
        for offset in attribute.around_equals() {
            findings.at(FindingCode::NoBws, offset, "whitespace beside the equals sign");
        }
    }
}

fn octets(attribute: &Segment<'_>, findings: &mut Findings<'_>) {
    for piece in [attribute.name, attribute.value] {
        pair::octet_classes(piece, findings);
        if let Some((offset, octet)) = piece.first(|octet| !matches!(octet, b' '..=b'~')) {
            let message = format!("the octet 0x{octet:02X} is not allowed in an attribute");
            findings.at(FindingCode::AttributeOctets, offset, message);
        }
    }
    let length = attribute.value.text.len();
    if length > VALUE_LIMIT {
        let message = format!("the value has {length} octets, more than {VALUE_LIMIT}: clients ignore the attribute");
        findings.from(FindingCode::SizeAttribute, attribute.value.at, message);
    }
}

fn name(attribute: &Segment<'_>, findings: &mut Findings<'_>) {
    if KNOWN.iter().any(|known| attribute.is(known)) {
        return;
    }
    let written = attribute.name.lossy();
    if OBSOLETE.iter().any(|obsolete| attribute.is(obsolete)) {
        let message = format!("{written} is an attribute of RFC 2109 or RFC 2965; no client reads it");
        findings.from(FindingCode::NoObsoleteAttributes, attribute.name.at, message);
        return;
    }
    let message = if attribute.is("Priority") {
        "Priority is an attribute of one vendor; other clients ignore it".to_owned()
    } else if let Some(meant) = near_miss(&written) {
        format!("clients ignore the unknown attribute \"{written}\"; did you mean {meant}?")
    } else {
        format!("clients ignore the unknown attribute \"{written}\"")
    };
    findings.from(FindingCode::AttributeKnown, attribute.name.at, message);
}

fn value(attribute: &Segment<'_>, findings: &mut Findings<'_>) {
    let value = attribute.value;
    if attribute.is("Expires") {
        expires::check(value, findings);
    } else if attribute.is("Max-Age") {
        max_age(value, findings);
    } else if attribute.is("Domain") {
        domain::check(value, findings);
    } else if attribute.is("Path") {
        if !value.text.starts_with(b"/") {
            let message = "the path does not begin with a slash, so clients use the default path";
            findings.from(FindingCode::PathAbsolute, value.at, message);
        }
    } else if attribute.is("SameSite") {
        if !["Strict", "Lax", "None"].iter().any(|mode| value.text.eq_ignore_ascii_case(mode.as_bytes())) {
            let message = "the value is none of Strict, Lax and None, so clients use their default";
            findings.from(FindingCode::SamesiteValue, value.at, message);
        }
    } else if (attribute.is("Secure") || attribute.is("HttpOnly"))
        && let Some(equals) = attribute.equals
    {
        let message = format!("{} takes no value; clients honour it whatever the value says", attribute.name.lossy());
        findings.at(FindingCode::FlagsWithoutValue, equals, message);
    }
}

fn max_age(value: Piece<'_>, findings: &mut Findings<'_>) {
    if value.text.is_empty() {
        findings.from(FindingCode::MaxAgeDigits, value.at, "there are no digits");
        return;
    }
    if let Some((offset, octet)) = value.first(|octet| !octet.is_ascii_digit()) {
        let message = format!("\"{}\" is not a digit", octet.escape_ascii());
        findings.at(FindingCode::MaxAgeDigits, offset, message);
        return;
    }
    let zero_is_fine = findings.profile.allows_zero_max_age();
    match value.text {
        b"0" if zero_is_fine => {}
        b"0" => {
            let message = "this text of the grammar has no Max-Age=0, though every client deletes on it";
            findings.at(FindingCode::MaxAgeNoLeadingZero, value.at, message);
        }
        [b'0', ..] => findings.at(FindingCode::MaxAgeNoLeadingZero, value.at, "a leading zero"),
        digits => {
            let seconds =
                digits.iter().fold(0_i64, |sum, digit| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
            if seconds > LIFETIME_LIMIT {
                let message = "more than 400 days (34560000 seconds); clients cut it";
                findings.from(FindingCode::LifetimeCap, value.at, message);
            }
        }
    }
}

/// The known attribute that a wrong name is close to: other hyphens, or one letter off.
fn near_miss(written: &str) -> Option<&'static str> {
    let plain = |name: &str| -> Vec<u8> {
        name.bytes().filter(u8::is_ascii_alphabetic).map(|octet| octet.to_ascii_lowercase()).collect()
    };
    let wrong = plain(written);
    KNOWN.into_iter().find(|known| {
        let known = plain(known);
        wrong == known || (wrong.len() > 3 && one_edit_apart(&wrong, &known))
    })
}

fn one_edit_apart(a: &[u8], b: &[u8]) -> bool {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    a.len() - end <= 1 && b.len() - end <= 1
}
