//! Values in words that a person reads.

use serde_json::Value;

/// The longest text of a value that a message shows, in characters.
const LONGEST: usize = 160;

/// A value as JSON, cut when it is long; `nothing` for null.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        other => cut(&other.to_string()),
    }
}

/// A text, cut when it is long.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} octets)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

/// Seconds, with the largest round unit beside them.
pub(super) fn seconds(value: f64) -> String {
    const UNITS: [(f64, &str); 4] = [(604_800.0, "weeks"), (86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes")];
    let plain = format!("{value} s");
    let years = value / 31_557_600.0;
    // Moments at the beginning of 1970 delete cookies; nobody reads thousands of weeks.
    if years.abs() >= 2.0 {
        return format!("{plain} ({} years)", (years * 10.0).round() / 10.0);
    }
    for (size, unit) in UNITS {
        let count = value / size;
        if count.abs() >= 1.0 {
            let tenths = (count * 10.0).round() / 10.0;
            return format!("{plain} ({tenths} {unit})");
        }
    }
    plain
}

/// Words joined with commas and a last `or` or `and`.
pub(super) fn join(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_a_unit_beside_them() {
        assert_eq!(seconds(5.0), "5 s");
        assert_eq!(seconds(1_209_600.0), "1209600 s (2 weeks)");
        assert_eq!(seconds(-90.0), "-90 s (-1.5 minutes)");
        assert_eq!(seconds(34_560_000.0), "34560000 s (57.1 weeks)");
        assert_eq!(seconds(-1_795_992_027.0), "-1795992027 s (-56.9 years)");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "é".repeat(200);
        assert!(cut(&long).ends_with("… (400 octets)"));
    }
}
