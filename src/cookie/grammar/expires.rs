//! The value of Expires: an IMF-fixdate (RFC 9110 §5.6.7) that exists.

use super::finding::{FindingCode, Findings};
use super::segment::Piece;
use crate::cookie::date::has_short_year;
use crate::cookie::{DateError, FixdateError, Timestamp, parse_cookie_date, parse_imf_fixdate, weekday_name};

/// 19 January 2038, 03:14:07 UTC: the last second of a 32-bit clock.
const LAST_32_BIT_SECOND: i64 = 2_147_483_647;

pub(super) fn check(value: Piece<'_>, findings: &mut Findings<'_>) {
    match parse_imf_fixdate(value.text) {
        Ok(at) => {
            let weekday = weekday_name(at);
            if !value.text.starts_with(weekday.as_bytes()) {
                let message = format!("that day is a {weekday}");
                findings.from(FindingCode::ExpiresRealDate, value.at, message);
            }
            far_future(at, value, findings);
        }
        Err(FixdateError::NoSuchDate) => no_such_date(value, findings),
        Err(FixdateError::Form { offset }) => {
            let message = format!("not an IMF-fixdate: {}", form_of(value.text));
            findings.at(FindingCode::ExpiresImfFixdate, value.at + offset, message);
            if has_short_year(value.text) {
                let message = "the year has fewer than four digits; clients read such years differently";
                findings.from(FindingCode::ExpiresFourDigitYear, value.at, message);
            }
            match parse_cookie_date(value.text) {
                Ok(at) => far_future(at, value, findings),
                Err(DateError::NoTime | DateError::NoDay | DateError::NoMonth | DateError::NoYear) => {}
                Err(_) => no_such_date(value, findings),
            }
        }
    }
}

fn no_such_date(value: Piece<'_>, findings: &mut Findings<'_>) {
    let message = "there is no such date or time; clients ignore the attribute, and the cookie dies with the browser";
    findings.from(FindingCode::ExpiresRealDate, value.at, message);
}

fn far_future(at: Timestamp, value: Piece<'_>, findings: &mut Findings<'_>) {
    if at.as_secs() > LAST_32_BIT_SECOND {
        let message = "after 19 January 2038, where 32-bit clocks end";
        findings.from(FindingCode::ExpiresBefore2038, value.at, message);
    }
}

/// What kind of date it is instead.
fn form_of(text: &[u8]) -> &'static str {
    const DAYS: [&[u8]; 7] = [b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday"];
    if text.is_empty() {
        "the date is empty"
    } else if DAYS.iter().any(|day| text.len() > day.len() && text[..day.len()].eq_ignore_ascii_case(day)) {
        "the weekday is written in full"
    } else if text.get(7) == Some(&b'-') || text.get(6) == Some(&b'-') {
        "there are dashes between day, month and year"
    } else if has_short_year(text) {
        "the year has fewer than four digits"
    } else if !text.ends_with(b" GMT") {
        "it does not end with GMT"
    } else if parse_cookie_date(text) == Err(DateError::NoMonth) {
        "the month is not an English one"
    } else {
        "it must read like \"Sun, 06 Nov 1994 08:49:37 GMT\""
    }
}
