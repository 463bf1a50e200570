//! What an application is told of its session: key, expiry, and the entries that are its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::content::Expiry;
use super::mismatch::{Mismatch, Wanted, matcher};
use super::results::{in_any_order, success};
use super::working::{Place, Working};
use super::world::World;
use crate::contract::{Call, OperationResult};
use crate::cookie::Timestamp;

/// How many seconds an age may be off.
const AGE_TOLERANCE: i64 = 3;

impl Working {
    pub(super) fn key_told(
        &self,
        world: &mut World,
        call: &Call,
        place: Place,
        got: Option<&OperationResult>,
    ) -> Result<(), Mismatch> {
        let Some(got) = got else { return Ok(()) };
        let Ok(told) = got else { return success(call, place, Some(got)) };
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
            return Err(Mismatch::result(
                "key-untold",
                &call.op,
                place,
                Wanted::Value {
                    words: "the key of the session".to_owned(),
                    field: None,
                    matcher: json!({"present": true}),
                },
                &Ok(told.clone()),
            ));
        }
        Ok(())
    }

    pub(super) fn expiry_told(
        &self,
        world: &World,
        call: &Call,
        place: Place,
        got: Option<&OperationResult>,
        now: Timestamp,
    ) -> Result<(), Mismatch> {
        let Some(got) = got else { return Ok(()) };
        let Ok(told @ Value::Object(_)) = got else { return success(call, place, Some(got)) };
        let age = match self.content.expiry {
            Expiry::After(seconds) => Some(seconds),
            Expiry::At(at) => Some(at.minus(now).div_euclid(1000)),
            Expiry::Usual | Expiry::BrowserClose => world.design.default_lifetime,
        };
        let close = match self.content.expiry {
            Expiry::BrowserClose => Some(true),
            Expiry::Usual => world.design.browser_close,
            Expiry::After(_) | Expiry::At(_) => Some(false),
        };
        let seen = told.get("age").and_then(Value::as_i64);
        if let Some(age) = age
            && seen.is_none_or(|seen| (seen - age).abs() > AGE_TOLERANCE)
        {
            let matcher = json!({"at_least": age - AGE_TOLERANCE, "at_most": age + AGE_TOLERANCE});
            let want = Wanted::Value { words: format!("an age of {age} s"), field: Some("age"), matcher };
            return Err(Mismatch::result("expiry-age", &call.op, place, want, got));
        }
        if let Some(close) = close
            && told.get("at_browser_close") != Some(&Value::Bool(close))
        {
            let words = format!("at_browser_close {close}");
            let want = Wanted::Value { words, field: Some("at_browser_close"), matcher: matcher(&Value::from(close)) };
            return Err(Mismatch::result("expiry-at-close", &call.op, place, want, got));
        }
        Ok(())
    }

    pub(super) fn values(
        &self,
        call: &Call,
        place: Place,
        got: Option<&OperationResult>,
        values: &[Value],
    ) -> Result<(), Mismatch> {
        let Some(Ok(Value::Array(seen))) = got else { return in_any_order(call, place, got, None, values) };
        // Values of the framework's own cannot be told from the application's.
        let own = if self.content.is_plain() { Some(seen.len()) } else { None };
        let all = values.iter().all(|value| seen.contains(value)) && own.is_none_or(|count| count == values.len());
        if all { Ok(()) } else { in_any_order(call, place, got, None, values) }
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
