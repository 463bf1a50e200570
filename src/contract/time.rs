//! Typed times: what kind of native value a server shall build.

use serde_json::{Value, json};

/// A time argument, typed so that the server builds its own native value.
#[derive(Debug, Clone, PartialEq)]
pub enum TimeValue {
    /// A plain number of seconds.
    Seconds(f64),
    /// A duration object of so many seconds.
    In(f64),
    /// An absolute instant, so many seconds from now.
    At(f64),
    /// Text passed to the framework unchanged.
    Raw(String),
    /// The framework's null.
    Null,
}

/// A value that is no typed time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a time: write a number of seconds, {{in: seconds}}, {{at: seconds}}, {{raw: text}} or null")]
pub struct TimeError(String);

impl TimeValue {
    /// Reads the JSON form.
    pub fn from_json(value: &Value) -> Result<Self, TimeError> {
        let unreadable = || TimeError(value.to_string());
        match value {
            Value::Null => Ok(Self::Null),
            Value::Number(seconds) => seconds.as_f64().map(Self::Seconds).ok_or_else(unreadable),
            Value::Object(object) if object.len() == 1 => {
                let (kind, inner) = object.iter().next().ok_or_else(unreadable)?;
                match kind.as_str() {
                    "in" => inner.as_f64().map(Self::In),
                    "at" => inner.as_f64().map(Self::At),
                    "raw" => inner.as_str().map(|text| Self::Raw(text.to_owned())),
                    _ => None,
                }
                .ok_or_else(unreadable)
            }
            _ => Err(unreadable()),
        }
    }

    /// The JSON form.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Seconds(seconds) => json!(seconds),
            Self::In(seconds) => json!({"in": seconds}),
            Self::At(seconds) => json!({"at": seconds}),
            Self::Raw(text) => json!({"raw": text}),
            Self::Null => Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_survives_its_json() {
        for time in [
            TimeValue::Seconds(60.0),
            TimeValue::In(1.5),
            TimeValue::At(-10.0),
            TimeValue::Raw("tomorrow".to_owned()),
            TimeValue::Null,
        ] {
            assert_eq!(TimeValue::from_json(&time.to_json()), Ok(time));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for value in [json!("60"), json!(true), json!([1]), json!({"in": "1"}), json!({"in": 1, "at": 2}), json!({})] {
            assert!(TimeValue::from_json(&value).is_err(), "{value}");
        }
    }
}
