//! The IMF-fixdate of RFC 9110 §5.6.7, and the calendar under both kinds of dates.

use super::clock::Timestamp;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Why a text is not an IMF-fixdate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FixdateError {
    /// The text leaves the form `Wdy, DD Mon YYYY HH:MM:SS GMT` at this octet.
    #[error("not of the form \"Wdy, DD Mon YYYY HH:MM:SS GMT\" from octet {offset} on")]
    Form {
        /// Octets from the start of the text.
        offset: usize,
    },
    /// The form is right, but there is no such day or time (leap seconds included).
    #[error("the form is right, but there is no such date or time")]
    NoSuchDate,
}

/// Reads exactly `Wdy, DD Mon YYYY HH:MM:SS GMT`, 29 octets, case-sensitive.
///
/// The weekday must be one, but need not be the right one: compare with [`weekday_name`].
pub fn parse_imf_fixdate(text: &[u8]) -> Result<Timestamp, FixdateError> {
    let form = |offset| FixdateError::Form { offset };
    one_of(text, 0, &WEEKDAYS)?;
    literal(text, 3, b", ")?;
    let day = digits(text, 5, 2)?;
    literal(text, 7, b" ")?;
    let month = one_of(text, 8, &MONTHS)? + 1;
    literal(text, 11, b" ")?;
    let year = digits(text, 12, 4)?;
    literal(text, 16, b" ")?;
    let hour = digits(text, 17, 2)?;
    literal(text, 19, b":")?;
    let minute = digits(text, 20, 2)?;
    literal(text, 22, b":")?;
    let second = digits(text, 23, 2)?;
    literal(text, 25, b" GMT")?;
    if text.len() > 29 {
        return Err(form(29));
    }
    if hour > 23 || minute > 59 || second > 59 {
        return Err(FixdateError::NoSuchDate);
    }
    let days = days_from_civil(year, month, day).ok_or(FixdateError::NoSuchDate)?;
    let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Ok(Timestamp::from_secs(days * 86_400 + of_day))
}

/// Writes `Wdy, DD Mon YYYY HH:MM:SS GMT`. Moments outside the years 0000 to 9999 are clamped to them.
#[must_use]
pub fn format_imf_fixdate(at: Timestamp) -> String {
    let seconds = at.as_secs().clamp(-62_167_219_200, 253_402_300_799);
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil_from_days(days);
    format!(
        "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} GMT",
        weekday_name(at),
        MONTHS[month - 1],
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60,
    )
}

/// The weekday of a moment in UTC: `Mon` to `Sun`.
#[must_use]
pub fn weekday_name(at: Timestamp) -> &'static str {
    // 1 January 1970 was a Thursday.
    let index = (at.as_secs().clamp(-62_167_219_200, 253_402_300_799).div_euclid(86_400) + 3).rem_euclid(7);
    WEEKDAYS[usize::try_from(index).unwrap_or_default()]
}

fn literal(text: &[u8], at: usize, expected: &[u8]) -> Result<(), FixdateError> {
    for (index, octet) in (at..).zip(expected) {
        if text.get(index) != Some(octet) {
            return Err(FixdateError::Form { offset: index });
        }
    }
    Ok(())
}

fn digits(text: &[u8], at: usize, count: usize) -> Result<u16, FixdateError> {
    (at..at + count).try_fold(0, |sum, index| match text.get(index) {
        Some(digit) if digit.is_ascii_digit() => Ok(sum * 10 + u16::from(digit - b'0')),
        _ => Err(FixdateError::Form { offset: index }),
    })
}

/// The index of the three-letter name that stands at `at`.
fn one_of(text: &[u8], at: usize, names: &[&str]) -> Result<u8, FixdateError> {
    let found = text.get(at..at + 3);
    (0..)
        .zip(names)
        .find(|(_, name)| found == Some(name.as_bytes()))
        .map(|(index, _)| index)
        .ok_or(FixdateError::Form { offset: at })
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar; none if it does not exist.
pub(super) fn days_from_civil(year: u16, month: u8, day: u16) -> Option<i64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 => 28 + u16::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years that begin in March put the leap day last, so that months have a regular rhythm.
    let year = i64::from(year) - i64::from(month <= 2);
    let month = (i64::from(month) + 9) % 12;
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    Some(year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468)
}

/// Year, month (1 to 12) and day of the date this many days from 1970-01-01.
fn civil_from_days(days: i64) -> (i64, usize, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or(1), day)
}
