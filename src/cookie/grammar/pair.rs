//! The cookie-pair: name, equals sign, value.

use super::finding::{FindingCode, Findings};
use super::segment::{Piece, Segment};

/// The most octets of name and value together that clients store.
const PAIR_LIMIT: usize = 4096;

pub(super) fn check(pair: &Segment<'_>, findings: &mut Findings<'_>) {
    if pair.leading() > 0 && !pair.whole.text.is_empty() {
        findings.at(FindingCode::NoBws, pair.whole.at, "whitespace before the cookie");
    }
    if let Some(offset) = pair.trailing() {
        findings.at(FindingCode::NoBws, offset, "whitespace after the cookie-pair");
    }
    octet_classes(pair.name, findings);
    octet_classes(pair.value, findings);
    let length = pair.name.text.len() + pair.value.text.len();
    if length > PAIR_LIMIT {
        let message =
            format!("name and value have {length} octets together, more than {PAIR_LIMIT}: clients drop the cookie");
        findings.from(FindingCode::SizePair, pair.name.at, message);
    }
    let Some(equals) = pair.equals else {
        let message = "there is no equals sign before the first semicolon, so this is not a cookie-pair";
        findings.from(FindingCode::PairHasEquals, pair.whole.at, message);
        return;
    };
    for offset in pair.around_equals() {
        findings.at(FindingCode::NoBws, offset, "whitespace beside the equals sign");
    }
    if pair.name.text.is_empty() {
        findings.at(FindingCode::NameNonempty, equals, "the name is empty");
    }
    if let Some((offset, octet)) = pair.name.first(|octet| is_printable(octet) && !is_token_octet(octet)) {
        let message = format!("{} is not allowed in a name", shown(octet));
        findings.at(FindingCode::NameToken, offset, message);
    }
    check_value(pair.value, findings);
}

fn check_value(value: Piece<'_>, findings: &mut Findings<'_>) {
    let inner = match value.text {
        [b'"', inner @ .., b'"'] => Piece { at: value.at + 1, text: inner },
        _ => value,
    };
    if let Some((offset, _)) = inner.first(|octet| octet == b'"') {
        let message = "a double quote may only appear as one pair around the whole value";
        findings.at(FindingCode::ValueQuotesPaired, offset, message);
    }
    let wrong = |octet| matches!(octet, b' ' | b',' | b'\\');
    if let Some((offset, octet)) = inner.first(wrong) {
        let json = matches!(value.text.first(), Some(b'{' | b'[')) && value.text.contains(&b'"');
        let message = if json {
            format!("the value looks like raw JSON, and {} is not allowed in a value", shown(octet))
        } else {
            format!("{} is not allowed in a value", shown(octet))
        };
        findings.at(FindingCode::ValueOctets, offset, message);
    }
}

/// Control and non-ASCII octets; the first of each kind.
pub(super) fn octet_classes(piece: Piece<'_>, findings: &mut Findings<'_>) {
    if let Some((offset, octet)) = piece.first(|octet| octet.is_ascii_control()) {
        let message = format!("the control octet 0x{octet:02X} makes clients drop or cut the cookie");
        findings.at(FindingCode::ValueNoControl, offset, message);
    }
    if let Some((offset, octet)) = piece.first(|octet| !octet.is_ascii()) {
        findings.at(FindingCode::AsciiOnly, offset, format!("the octet 0x{octet:02X} is not ASCII"));
    }
}

/// A tchar of RFC 9110 §5.6.2.
pub(super) const fn is_token_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || matches!(
            octet,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

const fn is_printable(octet: u8) -> bool {
    matches!(octet, b' '..=b'~')
}

fn shown(octet: u8) -> String {
    if octet == b' ' { "a space".to_owned() } else { format!("\"{}\"", octet.escape_ascii()) }
}
