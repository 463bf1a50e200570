//! Taking a value out of an observation.

use serde_json::{Map, Value};

use super::observation::Observation;
use super::seen::{field_of, text};
use super::sight::sight;
use crate::contract::{OperationResult, ResultField, operation};
use crate::spec::SavePath;

/// The value at a path; null when there is none.
#[must_use]
pub fn saved_value(path: &SavePath, observation: &Observation) -> Value {
    match path {
        SavePath::Status => observation.status().map_or(Value::Null, Value::from),
        SavePath::Result(field) => result_field(observation, 0, field),
        SavePath::ResultOf(index, field) => result_field(observation, *index, field),
        SavePath::Error => error_word(first_failure(observation)),
        SavePath::ErrorKind => first_failure(observation)
            .and_then(|result| result.as_ref().err()?.kind.as_deref())
            .map_or(Value::Null, Value::from),
        SavePath::Header(name) => header(observation, name),
        SavePath::SetCookie(name, field) => observation
            .session
            .first(name)
            .and_then(|name| observation.cookie(name))
            .map_or(Value::Null, |cookie| field_of(cookie, *field)),
        SavePath::Seen(name) => sight(name, observation).unwrap_or_default(),
        SavePath::Jar(name) => observation
            .session
            .first(name)
            .and_then(|name| observation.held(name))
            .map_or(Value::Null, |cookie| Value::from(text(&cookie.value))),
    }
}

/// The fields of a response joined with `, `; null when there is none.
pub(super) fn header(observation: &Observation, name: &str) -> Value {
    let Ok(response) = &observation.exchange.result else { return Value::Null };
    let values: Vec<String> = response.headers_named(name).map(text).collect();
    if values.is_empty() { Value::Null } else { Value::from(values.join(", ")) }
}

/// The first failed operation, or the last operation when none failed.
pub(super) fn first_failure(observation: &Observation) -> Option<&OperationResult> {
    let results = &observation.reply.as_ref().ok()?.results;
    results.iter().find(|result| result.is_err()).or(results.last())
}

/// The word of the contract; null when nothing failed or nothing was answered.
pub(super) fn error_word(result: Option<&OperationResult>) -> Value {
    result.and_then(|result| result.as_ref().err()).map_or(Value::Null, |failure| Value::from(failure.error.as_str()))
}

/// A field of the result of the n-th operation, by the names of the contract; null when it failed.
pub(super) fn result_field(observation: &Observation, index: usize, field: &str) -> Value {
    let Ok(reply) = &observation.reply else { return Value::Null };
    let Some(Ok(value)) = reply.results.get(index) else { return Value::Null };
    let shape = observation.operations.get(index).and_then(|name| operation(name)).map(|operation| operation.result);
    match shape {
        Some(ResultField::Value(name)) if name == field => without_own_names(name, value),
        Some(ResultField::User) if field == "user" => value.clone(),
        Some(ResultField::Members(_)) => {
            value.as_object().and_then(|members: &Map<_, _>| members.get(field)).cloned().unwrap_or_default()
        }
        _ => Value::Null,
    }
}

/// The keys or items of a session without names beginning with `_`: those are the framework's own.
fn without_own_names(field: &str, value: &Value) -> Value {
    match (field, value) {
        ("keys", Value::Array(keys)) => {
            keys.iter().filter(|key| !key.as_str().is_some_and(is_own_name)).cloned().collect()
        }
        ("items", Value::Object(items)) => {
            let kept = items.iter().filter(|(key, _)| !is_own_name(key));
            Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        _ => value.clone(),
    }
}

fn is_own_name(name: &str) -> bool {
    name.starts_with('_')
}
