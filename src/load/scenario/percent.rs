//! Shares as people write them: `0.1%`.

use crate::document::Syntax;

/// `0.1%`: a share of all requests.
pub(super) const PERCENT: Syntax = Syntax {
    name: "a percentage",
    rule: "it is a number from 0 to 100 and a percent sign",
    example: "0.1%",
    pattern: "^[0-9]+(\\.[0-9]+)?%$",
    holds: |text| parse(text).is_some(),
    repair: |text| format!("{}%", text.trim().trim_end_matches('%').trim()),
};

/// The share, from 0 to 1, that a text such as `0.1%` says.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let number: f64 = text.strip_suffix('%')?.parse().ok()?;
    (0.0..=100.0).contains(&number).then_some(number / 100.0)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn percentages() {
        assert_eq!(parse("0.1%"), Some(0.001));
        assert_eq!(parse("100%"), Some(1.0));
        for text in ["0.1", "101%", "-1%", "%", "a%"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
