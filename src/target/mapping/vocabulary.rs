//! What cases call things, and what the application calls them.
//!
//! A case speaks of the user `alice` and of a key `basket`. An application has
//! users of its own, with passwords, and takes keys that are articles of a
//! shop. Where it says which values it accepts, each name of a case stands for
//! one of them, the same all through the case, and is put back into results.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::model::{MappedUser, Mapping};
use super::template::{Variables, as_text};
use crate::contract::{Call, ParameterKind, ResultField, operation};

/// The longest text of a case that is a mere name.
const LONGEST_NAME: usize = 64;

/// The parameter that names users.
const USER: &str = "user";

/// Names of one case and what they stand for.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// What the application takes, by parameter. Parameters that are not listed take everything.
    accepted: BTreeMap<String, Vec<Value>>,
    /// What has been given out: the case's value, then the application's.
    given: BTreeMap<String, Vec<(Value, Value)>>,
}

/// A value that the application cannot take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unaccepted {
    /// The case needs more different names than there are.
    TooMany {
        /// The parameter.
        parameter: String,
        /// How many there are.
        count: usize,
    },
    /// The value is the point of the case.
    Special {
        /// The parameter.
        parameter: String,
        /// The value.
        value: Value,
    },
}

impl Vocabulary {
    /// A vocabulary in which nothing is given out yet.
    #[must_use]
    pub fn of(mapping: &Mapping) -> Self {
        let mut accepted: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (parameter, values) in mapping.operations.values().flat_map(|operation| &operation.accepts) {
            // What one operation stores another one reads: only what all of them take.
            accepted
                .entry(parameter.clone())
                .and_modify(|known| known.retain(|value| values.contains(value)))
                .or_insert_with(|| values.clone());
        }
        if !mapping.users.is_empty() {
            let users = mapping.users.iter().map(|user| Value::from(user.name.as_str())).collect();
            accepted.insert(USER.to_owned(), users);
        }
        Self { accepted, given: BTreeMap::new() }
    }

    /// Puts the application's words in place of the case's.
    pub fn rename(&mut self, call: &mut Call) -> Result<(), Unaccepted> {
        let Some(operation) = operation(&call.op) else { return Ok(()) };
        for (name, value) in &mut call.arguments {
            match operation.parameter(name).map(|parameter| parameter.kind) {
                Some(ParameterKind::Object) => {
                    let Value::Object(members) = value else { continue };
                    let mut renamed = Map::new();
                    for (key, member) in std::mem::take(members) {
                        let key = self.give("key", &Value::from(key))?;
                        renamed.insert(as_text(&key), self.give("value", &member)?);
                    }
                    *members = renamed;
                }
                _ => *value = self.give(name, value)?,
            }
        }
        Ok(())
    }

    /// Puts the case's words back into a result.
    pub fn undo(&self, operation_name: &str, result: &mut Value, shown: impl Fn(&Value) -> Option<String>) {
        match operation(operation_name).map(|operation| operation.result) {
            Some(ResultField::User) => {
                let known = shown(result).map_or_else(|| result.clone(), Value::from);
                *result = self.back(USER, &known);
            }
            Some(ResultField::Value("keys")) => self.each(result, "key"),
            Some(ResultField::Value("values")) => self.each(result, "value"),
            Some(ResultField::Value("value")) => *result = self.back("value", result),
            Some(ResultField::Value("items")) => {
                if let Value::Object(members) = result {
                    let renamed = std::mem::take(members).into_iter().map(|(key, value)| {
                        (as_text(&self.back("key", &Value::from(key))), self.back("value", &value))
                    });
                    *members = renamed.collect();
                }
            }
            _ => {}
        }
    }

    fn each(&self, result: &mut Value, parameter: &str) {
        if let Value::Array(items) = result {
            for item in items {
                *item = self.back(parameter, item);
            }
        }
    }

    fn back(&self, parameter: &str, value: &Value) -> Value {
        let given = self.given.get(parameter).map(Vec::as_slice).unwrap_or_default();
        let meant = given.iter().find(|(_, theirs)| as_text(theirs) == as_text(value) && !value.is_null());
        meant.map_or_else(|| value.clone(), |(ours, _)| ours.clone())
    }

    /// The application's word for a value of the case.
    fn give(&mut self, parameter: &str, value: &Value) -> Result<Value, Unaccepted> {
        let Some(accepted) = self.accepted.get(parameter) else { return Ok(value.clone()) };
        let given = self.given.entry(parameter.to_owned()).or_default();
        if let Some((_, theirs)) = given.iter().find(|(ours, _)| ours == value) {
            return Ok(theirs.clone());
        }
        let is_free = |word: &&Value| given.iter().all(|(_, theirs)| theirs != *word);
        let itself = accepted.iter().find(|word| as_text(word) == as_text(value)).filter(is_free);
        if itself.is_none() && !is_name(value) {
            return Err(Unaccepted::Special { parameter: parameter.to_owned(), value: value.clone() });
        }
        let word = itself.or_else(|| accepted.iter().find(is_free)).cloned();
        let too_many = || Unaccepted::TooMany { parameter: parameter.to_owned(), count: accepted.len() };
        let word = word.ok_or_else(too_many)?;
        given.push((value.clone(), word.clone()));
        Ok(word)
    }
}

/// Whether a value of a case is a mere name, for which another one does as well.
fn is_name(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        (1..=LONGEST_NAME).contains(&text.len())
            && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
    })
}

impl Mapping {
    /// A value of a user: `user` is the login, `user.password` a field of it.
    #[must_use]
    pub fn user_value(&self, name: &str, asked: &str, variables: &dyn Variables) -> Option<Value> {
        let user = self.users.iter().find(|user| user.name == name)?;
        let template = match asked.strip_prefix("user.") {
            None | Some("login") => &user.login,
            Some("shown") => user.shown.as_ref().unwrap_or(&user.login),
            Some(field) => user.fields.get(field)?,
        };
        template.value(variables).ok()
    }

    /// The user whom an application shows so.
    #[must_use]
    pub fn user_shown_as(&self, shown: &Value, variables: &dyn Variables) -> Option<String> {
        let seen = |user: &&MappedUser| {
            self.user_value(&user.name, "user.shown", variables).is_some_and(|name| as_text(&name) == as_text(shown))
        };
        self.users.iter().find(seen).map(|user| user.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn vocabulary() -> Vocabulary {
        let accepted = [
            ("key".to_owned(), vec![json!("tea"), json!("pear")]),
            ("value".to_owned(), vec![json!(1), json!(2)]),
            ("user".to_owned(), vec![json!("carol"), json!("alice")]),
        ];
        Vocabulary { accepted: accepted.into(), given: BTreeMap::new() }
    }

    fn put(key: &str, value: Value) -> Call {
        Call::new("session.put").with("key", key).with("value", value)
    }

    #[test]
    fn names_stand_for_accepted_values_and_come_back() {
        let mut words = vocabulary();
        let mut call = put("basket", json!("apple"));
        words.rename(&mut call).unwrap();
        assert_eq!(call, put("tea", json!(1)));
        let mut call = put("pear", json!(2));
        words.rename(&mut call).unwrap();
        assert_eq!(call, put("pear", json!(2)));
        let mut result = json!(["pear", "tea", "other"]);
        words.undo("session.keys", &mut result, |_| None);
        assert_eq!(result, json!(["pear", "basket", "other"]));
        let mut result = json!("1");
        words.undo("session.get", &mut result, |_| None);
        assert_eq!(result, json!("apple"));
        let mut result = json!({"tea": 1, "x": null});
        words.undo("session.items", &mut result, |_| None);
        assert_eq!(result, json!({"basket": "apple", "x": null}));
    }

    #[test]
    fn users_keep_their_names_where_they_have_them() {
        let mut words = vocabulary();
        let mut call = Call::new("auth.login").with("user", "alice");
        words.rename(&mut call).unwrap();
        assert_eq!(call.argument("user"), Some(&json!("alice")));
        let mut call = Call::new("auth.login").with("user", "bob");
        words.rename(&mut call).unwrap();
        assert_eq!(call.argument("user"), Some(&json!("carol")));
        let mut result = json!("Carol C.");
        words.undo("auth.whoami", &mut result, |shown| (shown == "Carol C.").then(|| "carol".to_owned()));
        assert_eq!(result, json!("bob"));
    }

    #[test]
    fn what_the_application_cannot_take_is_told() {
        let mut words = vocabulary();
        for (key, value) in [("a", json!([1])), ("ключ", json!(1)), ("", json!(1)), ("a", json!(7))] {
            assert!(matches!(words.clone().rename(&mut put(key, value)), Err(Unaccepted::Special { .. })), "{key}");
        }
        words.rename(&mut put("a", json!("x"))).unwrap();
        words.rename(&mut put("b", json!("y"))).unwrap();
        let error = words.rename(&mut put("c", json!("y"))).unwrap_err();
        assert_eq!(error, Unaccepted::TooMany { parameter: "key".into(), count: 2 });
    }
}
