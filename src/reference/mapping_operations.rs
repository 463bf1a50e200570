//! The operations of the `session` family on the session as a mapping.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, invalid};
use super::behaviour::{Ending, Overnoticed, Unnoticed};
use super::perform::Performance;
use crate::contract::{Failure, FailureKind, OperationResult};

/// Names that every JavaScript object has.
const OBJECT_NAMES: [&str; 3] = ["__proto__", "constructor", "toString"];

/// Characters that a store with a short column keeps of a key.
const KEY_CUT: usize = 40;

/// Characters of a key that are kept where some more are.
const LONG_KEY_CUT: usize = 128;

/// Letters with an accent behind them, and the same as one character.
const COMPOSED: [(&str, &str); 3] = [("e\u{301}", "\u{e9}"), ("o\u{308}", "\u{f6}"), ("n\u{303}", "\u{f1}")];

impl Performance<'_> {
    /// Performs one of the operations that a mapping has. The session is loaded.
    pub(super) fn mapping(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        let mapping = &self.world.behaviour.mapping;
        let session = &self.session;
        let key = self.cut(arguments.text("key").unwrap_or_default());
        let key = key.as_ref();
        let value = || arguments.value("value").cloned().unwrap_or_default();
        match name {
            "has" if mapping.has_denies_false => {
                Ok(Value::from(session.get(key).is_some_and(|value| !counts_as_false(value))))
            }
            "has" if mapping.has_object_names && OBJECT_NAMES.contains(&key) => Ok(Value::Bool(true)),
            "has" => Ok(Value::from(session.get(key).is_some())),
            "keys" if mapping.digit_keys_are_numbers => {
                let number = |key: &String| key.parse::<u64>().map_or_else(|_| Value::from(key.as_str()), Value::from);
                Ok(session.entries().map(|(key, _)| number(key)).collect())
            }
            "keys" => Ok(session.entries().map(|(key, _)| key.as_str()).collect()),
            "values" if mapping.values_are_keys => Ok(session.entries().map(|(key, _)| key.as_str()).collect()),
            "values" if mapping.values_are_a_set => {
                let mut values: Vec<Value> = Vec::new();
                for (_, value) in session.entries() {
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
                Ok(Value::from(values))
            }
            "values" => Ok(session.entries().map(|(_, value)| value.clone()).collect()),
            "items" if mapping.items_are_values => Ok(session.entries().map(|(_, value)| value.clone()).collect()),
            "items" => {
                let items = session.entries().map(|(key, value)| (key.clone(), value.clone()));
                Ok(Value::Object(items.collect()))
            }
            "get" => Ok(self.get(key, arguments.value("default"))),
            "pop" => self.pop(key, arguments.value("default")),
            "put" => {
                if mapping.put_forgets_others {
                    self.session.data.retain(|key, _| key.starts_with('_'));
                }
                self.put(key, value());
                Ok(Value::Null)
            }
            "set_default" => Ok(self.set_default(key, value())),
            "delete" => self.delete(key),
            "update" => {
                self.update(arguments.value("values").and_then(Value::as_object));
                Ok(Value::Null)
            }
            _ => self.append(key, value()),
        }
    }

    fn put(&mut self, key: &str, value: Value) {
        let mapping = &self.world.behaviour.mapping;
        let unnoticed = self.session.get(key).is_some_and(|there| match mapping.unnoticed {
            Unnoticed::Overwriting => true,
            Unnoticed::LooselyEqual => loosely_equal(there, &value),
            _ => false,
        });
        let modified = self.session.modified;
        match key.split_once('.').filter(|_| mapping.dots_nest) {
            _ if mapping.empty_key_lost && key.is_empty() => {}
            _ if self.world.behaviour.values.underscored_lost && key.starts_with('_') => {}
            _ if mapping.empties_not_stored && counts_as_false(&value) => drop(self.session.remove(key)),
            Some((outer, inner)) => self.session.put(outer, json!({inner: value})),
            None => self.session.put(key, value),
        }
        if unnoticed {
            self.session.modified = modified;
        }
    }

    /// As much of a key as counts.
    fn cut<'k>(&self, key: &'k str) -> Cow<'k, str> {
        let values = &self.world.behaviour.values;
        let key = if values.keys_trimmed { key.trim() } else { key };
        if values.keys_composed {
            let composed = COMPOSED.iter().fold(key.to_owned(), |key, (two, one)| key.replace(two, one));
            return Cow::Owned(composed);
        }
        let length = match (values.keys_cut, values.long_keys_cut) {
            (true, _) => KEY_CUT,
            (false, true) => LONG_KEY_CUT,
            (false, false) => return Cow::Borrowed(key),
        };
        Cow::Borrowed(key.char_indices().nth(length).map_or(key, |(at, _)| &key[..at]))
    }

    /// A stored value.
    fn stored(&self, key: &str) -> Option<&Value> {
        let mapping = &self.world.behaviour.mapping;
        match key.split_once('.').filter(|_| mapping.dots_nest) {
            Some((outer, inner)) => self.session.get(outer)?.get(inner),
            None => self.session.get(key),
        }
    }

    fn get(&mut self, key: &str, default: Option<&Value>) -> Value {
        let mapping = &self.world.behaviour.mapping;
        match (self.stored(key), default) {
            (Some(value), Some(default)) if mapping.default_for_false && counts_as_false(value) => default.clone(),
            (Some(value), _) => self.world.seldom.read(self.session.key.as_deref(), key, value),
            (None, Some(default)) => {
                if mapping.get_stores_default {
                    self.session.put(key, default.clone());
                }
                default.clone()
            }
            (None, None) => Value::Null,
        }
    }

    fn pop(&mut self, key: &str, default: Option<&Value>) -> OperationResult {
        let mapping = &self.world.behaviour.mapping;
        let popped = if mapping.pop_keeps_value { self.session.get(key).cloned() } else { self.session.remove(key) };
        if mapping.deletion_wins {
            self.session.deleted.push(key.to_owned());
        }
        match (popped, default) {
            (Some(value), Some(default)) if mapping.default_for_false && counts_as_false(&value) => Ok(default.clone()),
            (Some(value), _) => Ok(value),
            (None, Some(default)) => {
                self.session.modified |= mapping.overnoticed == Overnoticed::PopDefault;
                Ok(default.clone())
            }
            (None, None) if mapping.pop_missing_is_null => Ok(Value::Null),
            (None, None) => Err(missing(key)),
        }
    }

    fn set_default(&mut self, key: &str, value: Value) -> Value {
        let mapping = &self.world.behaviour.mapping;
        match self.session.get(key).cloned() {
            Some(Value::Null) if mapping.default_over_null => {
                self.session.put(key, value.clone());
                value
            }
            Some(there) if !mapping.set_default_overwrites => {
                self.session.modified |= mapping.overnoticed == Overnoticed::SetDefault;
                if mapping.set_default_answers_given { value } else { there }
            }
            _ => {
                self.session.put(key, value.clone());
                value
            }
        }
    }

    fn delete(&mut self, key: &str) -> OperationResult {
        let mapping = &self.world.behaviour.mapping;
        let modified = self.session.modified;
        self.session.remove(key).ok_or_else(|| missing(key))?;
        if mapping.deletion_wins {
            self.session.deleted.push(key.to_owned());
        }
        self.session.modified = modified || mapping.unnoticed != Unnoticed::Delete;
        if mapping.emptied_ends && self.session.entries().next().is_none() {
            self.session.flush(Ending::Whole);
        }
        Ok(Value::Null)
    }

    fn update(&mut self, values: Option<&Map<String, Value>>) {
        let mapping = &self.world.behaviour.mapping;
        let values: Vec<(String, Value)> =
            values.into_iter().flatten().map(|(key, value)| (self.cut(key).into_owned(), value.clone())).collect();
        let session = &mut self.session;
        if mapping.update_replaces {
            session.data.retain(|key, _| key.starts_with('_'));
        }
        for (key, value) in values {
            match (session.data.get_mut(&key), value) {
                (Some(Value::Object(there)), Value::Object(entries)) if mapping.update_merges => there.extend(entries),
                (_, value) => drop(session.data.insert(key, value)),
            }
        }
        session.modified |= mapping.unnoticed != Unnoticed::Update;
    }

    /// Changes a stored list in place. The session does not notice, as in Django.
    fn append(&mut self, key: &str, value: Value) -> OperationResult {
        match self.session.data.get_mut(key) {
            Some(Value::Array(list)) => list.push(value),
            Some(_) => return Err(invalid(format!("{key:?} is not a list"))),
            None => return Err(missing(key)),
        }
        self.session.modified |= self.world.behaviour.operations.append_noticed;
        if self.world.behaviour.mapping.append_empties {
            self.session.put(key, Value::Array(Vec::new()));
        }
        Ok(Value::Null)
    }
}

/// Whether a value is false where only some values are true.
fn counts_as_false(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(entries) => entries.is_empty(),
    }
}

/// Whether two values are the same where `1` is true and an empty text is nothing.
fn loosely_equal(one: &Value, other: &Value) -> bool {
    let loose = |value: &Value| match value {
        _ if counts_as_false(value) => String::new(),
        Value::Bool(_) => "1".to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    loose(one) == loose(other)
}

fn missing(key: &str) -> Failure {
    Failure::new(FailureKind::Missing, "KeyError", format!("no {key:?} in the session"))
}
