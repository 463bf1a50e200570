//! Durations as people write them: `500ms`, `2s`, `1h30m`, `14d`.

use std::fmt::Write;

/// Units from the largest to the smallest, with their length in milliseconds.
const UNITS: [(&str, i64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// The syntax as a regular expression, for JSON Schema.
pub const PATTERN: &str = "^(?=[0-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$";

/// Why a text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// There is no number where one is needed.
    #[error("a duration is a whole number and a unit, such as `2s`, `1h30m` or `14d`")]
    NoNumber,
    /// A number without a unit.
    #[error("the number {0} has no unit; the units are ms, s, m, h, d and w")]
    NoUnit(String),
    /// A unit that does not exist.
    #[error("`{0}` is not a unit; the units are ms, s, m, h, d and w")]
    UnknownUnit(String),
    /// The same unit twice, or a larger one after a smaller one.
    #[error("the unit `{0}` must come earlier, and only once: larger units come first")]
    UnitOrder(String),
    /// More milliseconds than 64 bits hold.
    #[error("the duration is too long")]
    TooLong,
    /// A number of seconds below zero.
    #[error("a duration is not negative")]
    Negative,
}

/// Milliseconds of a number of seconds, rounded to the nearest.
pub fn from_seconds(seconds: f64) -> Result<i64, DurationError> {
    let milliseconds = (seconds * 1000.0).round();
    if milliseconds < 0.0 {
        return Err(DurationError::Negative);
    }
    // 2^63
    if milliseconds.is_nan() || milliseconds >= 9_223_372_036_854_775_808.0 {
        return Err(DurationError::TooLong);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was just checked")]
    Ok(milliseconds as i64)
}

/// Reads a duration and returns milliseconds, never negative.
pub fn parse(text: &str) -> Result<i64, DurationError> {
    let mut total: i64 = 0;
    let mut rest = text;
    let mut first_allowed = 0;
    loop {
        let (digits, after) = rest.split_at(end_of(rest, |c| c.is_ascii_digit()));
        if digits.is_empty() {
            return Err(DurationError::NoNumber);
        }
        let (unit, after) = after.split_at(end_of(after, |c| !c.is_ascii_digit()));
        if unit.is_empty() {
            return Err(DurationError::NoUnit(digits.to_owned()));
        }
        let index = UNITS
            .iter()
            .position(|(name, _)| *name == unit)
            .ok_or_else(|| DurationError::UnknownUnit(unit.to_owned()))?;
        if index < first_allowed {
            return Err(DurationError::UnitOrder(unit.to_owned()));
        }
        let number: i64 = digits.parse().map_err(|_| DurationError::TooLong)?;
        total = number
            .checked_mul(UNITS[index].1)
            .and_then(|part| total.checked_add(part))
            .ok_or(DurationError::TooLong)?;
        if after.is_empty() {
            return Ok(total);
        }
        first_allowed = index + 1;
        rest = after;
    }
}

/// Writes milliseconds so that [`parse`] reads them back. Negative durations,
/// which only arise from arithmetic, are written with a sign.
#[must_use]
pub fn print(milliseconds: i64) -> String {
    let mut out = String::new();
    if milliseconds < 0 {
        out.push('-');
    }
    let mut rest = milliseconds.unsigned_abs();
    // Weeks are read but not written: "14d" is how cookie lifetimes are spoken of.
    for (unit, length) in &UNITS[1..] {
        let length = length.unsigned_abs();
        if rest >= length {
            let _ = write!(out, "{}{unit}", rest / length);
            rest %= length;
        }
    }
    if milliseconds == 0 {
        out.push_str("0s");
    }
    out
}

fn end_of(text: &str, part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !part(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, expected) in [
            ("0s", 0),
            ("500ms", 500),
            ("2s", 2000),
            ("1m", 60_000),
            ("1h30m", 5_400_000),
            ("14d", 1_209_600_000),
            ("2w", 1_209_600_000),
            ("1s1ms", 1001),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, expected) in [
            ("", DurationError::NoNumber),
            ("soon", DurationError::NoNumber),
            ("-2s", DurationError::NoNumber),
            ("60", DurationError::NoUnit("60".into())),
            ("1.5h", DurationError::UnknownUnit(".".into())),
            ("2 s", DurationError::UnknownUnit(" s".into())),
            ("3min", DurationError::UnknownUnit("min".into())),
            ("1m1h", DurationError::UnitOrder("h".into())),
            ("1s1s", DurationError::UnitOrder("s".into())),
            ("99999999999w", DurationError::TooLong),
            ("99999999999999999999s", DurationError::TooLong),
        ] {
            assert_eq!(parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn writes_the_shortest_form() {
        for (milliseconds, expected) in [(0, "0s"), (90_500, "1m30s500ms"), (1_209_600_000, "14d"), (-2000, "-2s")] {
            assert_eq!(print(milliseconds), expected);
        }
    }
}
