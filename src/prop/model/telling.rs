//! What an application is told of its session: key, expiry, and the entries that are its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::content::Expiry;
use super::mismatch::{Mismatch, Wanted, matcher};
use super::performed::Performed;
use super::working::Working;
use super::world::World;

/// How many seconds an age may be off.
const AGE_TOLERANCE: i64 = 3;

impl Working {
    pub(super) fn key_told(&mut self, world: &mut World, one: &Performed<'_>) -> Result<(), Mismatch> {
        let Some(Ok(told)) = one.got else { return one.success() };
        if let (None, Value::String(text)) = (self.origin, told) {
            self.told = Some(text.clone());
        }
        if let (Some(origin), Value::String(text)) = (self.origin, told) {
            match world.texts.insert(text.clone(), origin) {
                Some(before) if before != origin && world.records[before].alive => {
                    let message = format!("session.key tells the same key {text} for two sessions");
                    return Err(Mismatch::new("key-shared", message));
                }
                _ => return Ok(()),
            }
        }
        // A session that is not stored yet may know its key or not; without any there is none to tell.
        if self.origin.is_some() {
            let words = "the key of the session".to_owned();
            let want = Wanted::Value { words, field: None, matcher: json!({"present": true}) };
            return Err(one.wrong("key-untold", want));
        }
        Ok(())
    }

    pub(super) fn expiry_told(&self, world: &World, one: &Performed<'_>) -> Result<(), Mismatch> {
        let Some(Ok(told @ Value::Object(_))) = one.got else { return one.success() };
        if self.content.expiry == Expiry::Unclear {
            return Ok(());
        }
        let age = match self.content.expiry {
            Expiry::After(seconds) => Some(seconds),
            Expiry::At(at) => Some(at.minus(one.now).div_euclid(1000)),
            Expiry::Usual | Expiry::BrowserClose | Expiry::Unclear => world.design.default_lifetime,
        };
        let close = match self.content.expiry {
            Expiry::BrowserClose => Some(true),
            Expiry::Usual => world.design.browser_close,
            Expiry::After(_) | Expiry::At(_) | Expiry::Unclear => Some(false),
        };
        let seen = told.get("age").and_then(Value::as_i64);
        if let Some(age) = age
            && seen.is_none_or(|seen| (seen - age).abs() > AGE_TOLERANCE)
        {
            let matcher = json!({"at_least": age - AGE_TOLERANCE, "at_most": age + AGE_TOLERANCE});
            let want = Wanted::Value { words: format!("an age of {age} s"), field: Some("age"), matcher };
            return Err(one.wrong("expiry-age", want));
        }
        if let Some(close) = close
            && told.get("at_browser_close") != Some(&Value::Bool(close))
        {
            let words = format!("at_browser_close {close}");
            let want = Wanted::Value { words, field: Some("at_browser_close"), matcher: matcher(&Value::from(close)) };
            return Err(one.wrong("expiry-at-close", want));
        }
        Ok(())
    }

    pub(super) fn values(&self, one: &Performed<'_>, values: &[Value]) -> Result<(), Mismatch> {
        let Some(Ok(Value::Array(seen))) = one.got else { return one.in_any_order(None, values) };
        // Values of the framework's own cannot be told from the application's.
        let own = if self.content.is_plain() { Some(seen.len()) } else { None };
        let all = values.iter().all(|value| seen.contains(value)) && own.is_none_or(|count| count == values.len());
        if all { Ok(()) } else { one.in_any_order(None, values) }
    }

    /// The keys that are the application's.
    pub(super) fn visible(&self, keys: &Value) -> Value {
        let Value::Array(keys) = keys else { return keys.clone() };
        keys.iter().filter(|key| key.as_str().is_none_or(|key| !self.is_own(key))).cloned().collect()
    }

    /// Items without those that are the framework's own.
    pub(super) fn without_own(&self, items: &Value) -> Value {
        let Value::Object(items) = items else { return items.clone() };
        let mut left: BTreeMap<String, Value> = items.clone().into_iter().collect();
        left.retain(|key, _| !self.is_own(key));
        Value::Object(left.into_iter().collect())
    }

    /// Whether a key is the framework's own: that of a login or a test cookie among the application's.
    pub(super) fn is_own(&self, key: &str) -> bool {
        if self.content.data.contains_key(key) {
            return false;
        }
        key.starts_with('_')
            || (self.content.test_cookie && key.contains("test"))
            || (self.content.user.is_some() && key == "user")
    }
}
