//! Probes: native code with a name, for what data cannot say.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

use super::Code;
use super::at_rest::AtRest;
use super::growth::growth;
use super::judged::Judged;
use super::key_sample::{greatest_entropy, is_biased, is_predictable};
use super::matching::Matching;
use super::observation::SessionNames;
use super::words::show;
use crate::spec::Expect;

/// A probe that could not be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    /// No such probe.
    #[error("there is no probe `{0}`")]
    Unknown(String),
    /// A size was never measured.
    #[error("a size has no times, so nothing can be said of their growth: {sizes:?} microseconds")]
    Unmeasured {
        /// The times by size.
        sizes: [Vec<u64>; 4],
    },
    /// An argument has the wrong type.
    #[error("`{argument}` of {probe} should be {expected}, not {actual}")]
    Argument {
        /// The probe.
        probe: &'static str,
        /// The argument.
        argument: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        actual: String,
    },
}

/// Runs a probe on filled-in arguments; the result is named as in the table of probes. Null stands for a value that
/// was never there: the result is null too.
pub fn run_probe(name: &str, arguments: &Map<String, Value>) -> Result<Map<String, Value>, ProbeError> {
    let argument = |name: &str| arguments.get(name).unwrap_or(&Value::Null);
    let (field, result) = match name {
        "probe.readable" => {
            let wrong = |argument, actual: &Value| ProbeError::Argument {
                probe: "probe.readable",
                argument,
                expected: "text",
                actual: actual.to_string(),
            };
            let marker = argument("marker").as_str().ok_or_else(|| wrong("marker", argument("marker")))?;
            let readable = match argument("value") {
                Value::Null => Value::Null,
                Value::String(value) => Value::from(is_readable(value, marker)),
                other => return Err(wrong("value", other)),
            };
            ("readable", readable)
        }
        "probe.unique" => {
            let values = list("probe.unique", argument("values"))?;
            let distinct: BTreeSet<String> = values.iter().map(Value::to_string).collect();
            ("unique", Value::from(distinct.len() == values.len()))
        }
        "probe.key_entropy" => {
            let keys = texts(list("probe.key_entropy", argument("values"))?);
            ("bits", keys.map_or(Value::Null, |keys| Value::from(greatest_entropy(&keys))))
        }
        "probe.predictable" => {
            let keys = texts(list("probe.predictable", argument("values"))?);
            ("predictable", keys.map_or(Value::Null, |keys| Value::from(is_predictable(&keys))))
        }
        "probe.growth" => {
            let sizes = ["single", "double", "fourfold", "eightfold"].map(|name| numbers(argument(name)));
            let growth = growth(&sizes).ok_or(ProbeError::Unmeasured { sizes })?;
            ("growth", Value::from(growth))
        }
        "probe.biased" => {
            let keys = texts(list("probe.biased", argument("values"))?);
            ("biased", keys.and_then(|keys| is_biased(&keys)).map_or(Value::Null, Value::from))
        }
        other => return Err(ProbeError::Unknown(other.to_owned())),
    };
    Ok(Map::from_iter([(field.to_owned(), result)]))
}

/// The argument `values` of a probe.
fn list<'a>(probe: &'static str, values: &'a Value) -> Result<&'a [Value], ProbeError> {
    let wrong = || ProbeError::Argument { probe, argument: "values", expected: "a list", actual: values.to_string() };
    values.as_array().map(Vec::as_slice).ok_or_else(wrong)
}

/// The values as whole numbers; what is none is left out.
fn numbers(values: &Value) -> Vec<u64> {
    values.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

/// The values as texts; `None` when one of them was never there.
fn texts(values: &[Value]) -> Option<Vec<&str>> {
    values.iter().map(Value::as_str).collect()
}

/// Judges what a step without an answer of its own came to, such as a probe; `path` is where it stands.
#[must_use]
pub fn judge_outcome(
    expect: &Expect,
    code: Code,
    result: &Map<String, Value>,
    matching: Matching<'_>,
    path: &str,
) -> Vec<Judged> {
    let entry = |place: String, code, matcher, value: &Value, what: &str| {
        Judged::new(place, code, matching.holds(matcher, value), matching.words(matcher), show(value)).about(what)
    };
    let mut judged = Vec::new();
    for (field, matcher) in &expect.result {
        let value = result.get(field).cloned().unwrap_or_default();
        judged.push(entry(format!("{path}.expect.result.{field}"), code, matcher, &value, field));
    }
    let session = SessionNames::default();
    judged.extend(AtRest { session: &session, held: &[], matching }.judge(expect, path));
    judged
}

/// Whether the marker stands in the value itself, percent-decoded, or in a part of it that is base64.
fn is_readable(value: &str, marker: &str) -> bool {
    let plain = percent_decoded(value);
    let holds = |octets: &[u8]| octets.windows(marker.len().max(1)).any(|part| part == marker.as_bytes());
    if holds(value.as_bytes()) || holds(&plain) {
        return true;
    }
    let text = String::from_utf8_lossy(&plain);
    let in_alphabet = |one: char| one.is_ascii_alphanumeric() || matches!(one, '+' | '/' | '-' | '_' | '=');
    text.split(|one| !in_alphabet(one)).any(|part| {
        // What is left after whole quanta of four characters decodes too; a separator may be part of the alphabet.
        let starts = [0].into_iter().chain(part.match_indices(['-', '_']).map(|(at, _)| at + 1));
        starts.into_iter().any(|start| decoded(&part[start..]).is_some_and(|octets| holds(&octets)))
    })
}

/// The octets of base64 or base64url text, with or without padding.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let standard: String = text
        .chars()
        .map(|one| match one {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    GeneralPurpose::new(&alphabet::STANDARD, config).decode(standard).ok()
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let digit = |octet: Option<&u8>| octet.and_then(|octet| char::from(*octet).to_digit(16));
    let octets = text.as_bytes();
    let mut plain = Vec::with_capacity(octets.len());
    let mut at = 0;
    while at < octets.len() {
        let pair = (digit(octets.get(at + 1)), digit(octets.get(at + 2)));
        if let (b'%', (Some(high), Some(low))) = (octets[at], pair) {
            plain.extend(u8::try_from(high * 16 + low));
            at += 3;
        } else {
            plain.push(octets[at]);
            at += 1;
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    fn run(name: &str, arguments: &Value) -> Result<Value, ProbeError> {
        run_probe(name, arguments.as_object().unwrap()).map(Value::Object)
    }

    fn readable(value: &str) -> Value {
        run("probe.readable", &json!({"value": value, "marker": "hunter2"})).unwrap()["readable"].clone()
    }

    #[test]
    fn what_anybody_can_decode_is_readable() {
        let payload = URL_SAFE_NO_PAD.encode(br#"{"secret":"hunter2"}"#);
        assert_eq!(readable("x=hunter2"), json!(true));
        assert_eq!(readable("%68unter2"), json!(true));
        assert_eq!(readable(&payload), json!(true));
        assert_eq!(readable(&format!("{payload}:1xVJHc:KDKRbGuGNSf4O0Pmw3DgdXVzs98RV-RBB67xZorS1R4")), json!(true));
        assert_eq!(readable(&format!("v1-{payload}.sig")), json!(true));
        assert_eq!(readable("wauldp6kxanvlonk2btmcu0ykkz0hr8k"), json!(false));
        assert_eq!(readable(""), json!(false));
    }

    #[test]
    fn values_are_unique_or_not() {
        assert_eq!(run("probe.unique", &json!({"values": ["a", "b"]})), Ok(json!({"unique": true})));
        assert_eq!(run("probe.unique", &json!({"values": ["a", "a"]})), Ok(json!({"unique": false})));
    }

    #[test]
    fn wrong_arguments_are_named() {
        assert_eq!(run("probe.nothing", &json!({})), Err(ProbeError::Unknown("probe.nothing".into())));
        assert!(run("probe.unique", &json!({"values": 5})).unwrap_err().to_string().contains("a list"));
        assert_eq!(run("probe.readable", &json!({"value": null, "marker": "x"})), Ok(json!({"readable": null})));
    }
}
