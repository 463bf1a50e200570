//! The cookie-date of RFC 6265bis §5.1.1: tokens recognised by shape, in any order.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::fixdate::days_from_civil;

/// Why a text is not a cookie-date (RFC 6265bis §5.1.1 steps 5 and 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateError {
    /// No token has the shape of a time.
    #[error("no time of the form hh:mm:ss was found")]
    NoTime,
    /// No token has the shape of a day of the month.
    #[error("no day of the month was found")]
    NoDay,
    /// No token starts with an English month.
    #[error("no English month name was found")]
    NoMonth,
    /// No token has the shape of a year of two to four digits.
    #[error("no year of two to four digits was found")]
    NoYear,
    /// The day is 0 or above 31.
    #[error("the day {0} is not between 1 and 31")]
    Day(u16),
    /// The year is before 1601.
    #[error("the year {0} is before 1601")]
    Year(u16),
    /// The hour is above 23.
    #[error("the hour {0} is above 23")]
    Hour(u16),
    /// The minute is above 59.
    #[error("the minute {0} is above 59")]
    Minute(u16),
    /// The second is above 59; there are no leap seconds here.
    #[error("the second {0} is above 59")]
    Second(u16),
    /// The month has no such day.
    #[error("the month has no day {0}")]
    NoSuchDate(u16),
}

/// Reads a date as user agents do (RFC 6265bis §5.1.1, with erratum 4148 of RFC 6265).
///
/// Every zone is read as UTC; two-digit years 70 to 99 are in 19xx, 0 to 69 in 20xx.
pub fn parse_cookie_date(text: &[u8]) -> Result<Timestamp, DateError> {
    let Tokens { time, day, month, year } = Tokens::of(text);
    let day = day.ok_or(DateError::NoDay)?.value;
    let month = month.ok_or(DateError::NoMonth)?;
    let year = match year.ok_or(DateError::NoYear)?.value {
        late @ 70..=99 => late + 1900,
        early @ 0..=69 => early + 2000,
        full => full,
    };
    let [hour, minute, second] = time.ok_or(DateError::NoTime)?;
    if !(1..=31).contains(&day) {
        return Err(DateError::Day(day));
    }
    if year < 1601 {
        return Err(DateError::Year(year));
    }
    if hour > 23 {
        return Err(DateError::Hour(hour));
    }
    if minute > 59 {
        return Err(DateError::Minute(minute));
    }
    if second > 59 {
        return Err(DateError::Second(second));
    }
    let days = days_from_civil(year, month, day).ok_or(DateError::NoSuchDate(day))?;
    let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Ok(Timestamp::from_secs(days * 86_400 + of_day))
}

/// Whether the year of this date is written with two or three digits.
pub(super) fn has_short_year(text: &[u8]) -> bool {
    Tokens::of(text).year.is_some_and(|year| year.digits < 4)
}

/// The first token of each shape (RFC 6265bis §5.1.1 step 2).
#[derive(Default)]
struct Tokens {
    time: Option<[u16; 3]>,
    day: Option<Number>,
    month: Option<u8>,
    year: Option<Number>,
}

#[derive(Clone, Copy)]
struct Number {
    value: u16,
    digits: usize,
}

impl Tokens {
    fn of(text: &[u8]) -> Self {
        let mut found = Self::default();
        for token in text.split(|octet| is_delimiter(*octet)).filter(|token| !token.is_empty()) {
            if found.time.is_none()
                && let Some(time) = time_of(token)
            {
                found.time = Some(time);
            } else if found.day.is_none()
                && let Some(day) = leading_number(token, 1, 2)
            {
                found.day = Some(day);
            } else if found.month.is_none()
                && let Some(month) = month_of(token)
            {
                found.month = Some(month);
            } else if found.year.is_none()
                && let Some(year) = leading_number(token, 2, 4)
            {
                found.year = Some(year);
            }
        }
        found
    }
}

const fn is_delimiter(octet: u8) -> bool {
    matches!(octet, 0x09 | 0x20..=0x2F | 0x3B..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E)
}

/// `least` to `most` digits, then the end or a non-digit and anything.
fn leading_number(token: &[u8], least: usize, most: usize) -> Option<Number> {
    let digits = token.iter().take_while(|octet| octet.is_ascii_digit()).count();
    (least..=most).contains(&digits).then(|| {
        let value = token[..digits].iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        Number { value, digits }
    })
}

/// `hh:mm:ss` of one or two digits each, then the end or a non-digit and anything.
fn time_of(token: &[u8]) -> Option<[u16; 3]> {
    let mut fields = token.splitn(3, |octet| *octet == b':');
    let mut whole = || {
        let field = fields.next()?;
        leading_number(field, 1, 2).filter(|number| number.digits == field.len())
    };
    let (hour, minute) = (whole()?, whole()?);
    let second = leading_number(fields.next()?, 1, 2)?;
    Some([hour.value, minute.value, second.value])
}

/// 1 to 12 for a token that starts with a month's first three letters, in any case.
fn month_of(token: &[u8]) -> Option<u8> {
    const MONTHS: [&[u8; 3]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let start = token.get(..3)?;
    (1..).zip(MONTHS).find(|(_, month)| start.eq_ignore_ascii_case(*month)).map(|(n, _)| n)
}
