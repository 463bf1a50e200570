//! What a scalar without quotes means: the YAML 1.2 core schema.

use super::tree::Value;

/// A number that the tree cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadNumber {
    /// Outside the range of its type.
    TooLarge,
    /// `.inf` or `.nan`.
    NotFinite,
}

/// Types a plain scalar (YAML 1.2.2, section 10.3.2). `yes`, `no`, `on` and `off` are text.
pub(super) fn resolve(text: &str) -> Result<Value, BadNumber> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Err(BadNumber::NotFinite),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Err(BadNumber::NotFinite);
    }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|digit| digit.is_digit(radix))
        {
            let number = i64::from_str_radix(digits, radix).map_err(|_| BadNumber::TooLarge)?;
            return Ok(Value::Int(number));
        }
    }
    if is_digits(unsigned) {
        let number = text.parse().map_err(|_| BadNumber::TooLarge)?;
        return Ok(Value::Int(number));
    }
    if is_float(unsigned)
        && let Ok(number) = text.parse::<f64>()
    {
        return if number.is_finite() { Ok(Value::Float(number)) } else { Err(BadNumber::TooLarge) };
    }
    Ok(Value::Text(text.to_owned()))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let exponent_fits =
        exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => is_digits(fraction),
        Some((whole, fraction)) => is_digits(whole) && (fraction.is_empty() || is_digits(fraction)),
        None => is_digits(mantissa),
    };
    mantissa_fits && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_core_schema_is_typed() {
        for text in [
            "yes",
            "no",
            "on",
            "off",
            "Y",
            "nULL",
            "tRUE",
            "1_000",
            "0b1",
            "1:30",
            "2024-01-01",
            "0o8",
            "0x",
            "-0x1",
            "0o+7",
            ".",
            "-",
            "+",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            ".e1",
            "inf",
            "nan",
            "-.",
            "+.e3",
            "١",
        ] {
            assert_eq!(resolve(text), Ok(Value::Text(text.to_owned())), "{text}");
        }
        for (text, number) in [
            ("0", 0),
            ("-0", 0),
            ("+12", 12),
            ("010", 10),
            ("0o17", 15),
            ("0xfF", 255),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(resolve(text), Ok(Value::Int(number)), "{text}");
        }
        for (text, number) in [("1.", 1.0), (".5", 0.5), ("-1.5e3", -1500.0), ("1e-2", 0.01)] {
            assert_eq!(resolve(text), Ok(Value::Float(number)), "{text}");
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(text), Ok(Value::Null), "{text}");
        }
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        for text in ["9223372036854775808", "0xffffffffffffffff", "1e999"] {
            assert_eq!(resolve(text), Err(BadNumber::TooLarge), "{text}");
        }
        for text in [".nan", "-.inf", "+.INF"] {
            assert_eq!(resolve(text), Err(BadNumber::NotFinite), "{text}");
        }
    }
}
