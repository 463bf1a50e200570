//! What serialisers make of the data of a session.

use serde_json::Value;

use super::behaviour::{Change, Storage};

/// Octets of text that a column of many databases holds.
const WIDEST: usize = 65_535;

/// How deep values are that a careless store keeps.
const DEPTH: usize = 16;

/// The data of a value as it is stored.
pub(super) fn mangle(value: &mut Value, storage: &Storage) {
    match value {
        Value::Number(number) if storage.rounds_integers && !number.is_f64() => {
            let rounded = number.as_f64().and_then(|number| format!("{number:.0}").parse().ok());
            *value = rounded.map_or(Value::Null, Value::Number);
        }
        Value::Number(number) if storage.stringifies => *value = Value::from(number.to_string()),
        Value::String(text) if storage.mangles_unicode => {
            *text = text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        }
        Value::Array(values) => values.iter_mut().for_each(|value| mangle(value, storage)),
        Value::Object(entries) => entries.values_mut().for_each(|value| mangle(value, storage)),
        _ => {}
    }
}

/// Changes what is of one kind, at any depth.
pub(super) fn change(value: &mut Value, what: Change) {
    if what == Change::DeepIsCut {
        return cut(value, DEPTH);
    }
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| change(value, what)),
        Value::Object(entries) => entries.values_mut().for_each(|value| change(value, what)),
        _ => {}
    }
    match (what, &mut *value) {
        (Change::BooleansAreNumbers, Value::Bool(truth)) => *value = Value::from(u8::from(*truth)),
        (Change::DigitsAreNumbers, Value::String(text)) if text.bytes().all(|octet| octet.is_ascii_digit()) => {
            if let Ok(number) = text.parse::<u64>() {
                *value = Value::from(number);
            }
        }
        (Change::Trimmed, Value::String(text)) => *text = text.trim().to_owned(),
        (Change::BackslashesDropped, Value::String(text)) => text.retain(|letter| letter != '\\'),
        (Change::EndsAtFourOctets, Value::String(text)) => {
            let end = text.char_indices().find(|(_, letter)| letter.len_utf8() == 4);
            text.truncate(end.map_or(text.len(), |(at, _)| at));
        }
        (Change::EndsAtNul, Value::String(text)) => text.truncate(text.find('\0').unwrap_or(text.len())),
        (Change::LongIsLost, Value::String(text)) if text.len() > WIDEST => *value = Value::Null,
        (Change::DatesRewritten, Value::String(text)) if is_moment(text) => {
            text.truncate(text.len() - 1);
            text.push_str(".000Z");
        }
        (Change::SinglePrecision, Value::Number(number)) if number.is_f64() => {
            *value = number.as_f64().map_or(Value::Null, |number| Value::from(in_single_precision(number)));
        }
        (Change::SingleItemsUnwrapped, Value::Array(values)) if values.len() == 1 => *value = values.remove(0),
        _ => {}
    }
}

/// Leaves nothing of what is nested deeper.
fn cut(value: &mut Value, depth: usize) {
    match value {
        Value::Array(_) | Value::Object(_) if depth == 0 => *value = Value::Null,
        Value::Array(values) => values.iter_mut().for_each(|value| cut(value, depth - 1)),
        Value::Object(entries) => entries.values_mut().for_each(|value| cut(value, depth - 1)),
        _ => {}
    }
}

/// Whether text is a moment of UTC, to the second.
fn is_moment(text: &str) -> bool {
    let octets = text.as_bytes();
    octets.len() == 20 && octets[4] == b'-' && octets[10] == b'T' && octets[19] == b'Z'
}

#[allow(clippy::cast_possible_truncation, reason = "the loss is what is wanted")]
fn in_single_precision(number: f64) -> f64 {
    f64::from(number as f32)
}
