//! The operations of the `session` family.

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, invalid};
use super::behaviour::{Clear, Unnoticed, Vary};
use super::perform::{Performance, exception};
use crate::contract::{Failure, FailureKind, OperationResult, TimeValue};
use crate::cookie::Clock;

/// Where the test cookie is kept.
const TEST_COOKIE: &str = "_test_cookie";

impl Performance<'_> {
    pub(super) async fn session(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        let world = self.world;
        let (life, mapping) = (&world.behaviour.life, &world.behaviour.mapping);
        let keys_only = matches!(name, "has" | "keys");
        if keys_only && life.vary == Vary::NotForKeys {
            self.session.load_quietly(world).await.map_err(|error| exception(&error))?;
        } else {
            self.loaded().await?;
        }
        let session = &mut self.session;
        let key = arguments.text("key").unwrap_or_default();
        match name {
            "get" => {
                let found = session.get(key).cloned();
                match (found, arguments.value("default")) {
                    (Some(value), _) => Ok(value),
                    (None, Some(default)) => {
                        if mapping.get_stores_default {
                            session.put(key, default.clone());
                        }
                        Ok(default.clone())
                    }
                    (None, None) => Ok(Value::Null),
                }
            }
            "put" => {
                if mapping.put_forgets_others {
                    session.data.retain(|key, _| key.starts_with('_'));
                }
                session.put(key, arguments.value("value").cloned().unwrap_or_default());
                Ok(Value::Null)
            }
            "delete" => {
                let modified = session.modified;
                session.remove(key).ok_or_else(|| missing(key))?;
                session.modified = modified || mapping.unnoticed != Unnoticed::Delete;
                Ok(Value::Null)
            }
            "has" => Ok(Value::from(session.get(key).is_some())),
            "pop" => self.pop(key, arguments.value("default")),
            "set_default" => {
                let value = arguments.value("value").cloned().unwrap_or_default();
                match session.get(key) {
                    Some(there) if !mapping.set_default_overwrites => Ok(there.clone()),
                    _ => {
                        session.put(key, value.clone());
                        Ok(value)
                    }
                }
            }
            "update" => {
                self.update(arguments.value("values").and_then(Value::as_object));
                Ok(Value::Null)
            }
            "append" => match session.data.get_mut(key) {
                // In place: the session does not notice, as in Django.
                Some(Value::Array(list)) => {
                    list.push(arguments.value("value").cloned().unwrap_or_default());
                    if mapping.append_empties {
                        list.clear();
                        session.modified = true;
                    }
                    Ok(Value::Null)
                }
                Some(_) => Err(invalid(format!("{key:?} is not a list"))),
                None => Err(missing(key)),
            },
            "touch" => {
                session.modified |= mapping.unnoticed != Unnoticed::Touch;
                Ok(Value::Null)
            }
            "keys" => Ok(session.entries().map(|(key, _)| key.as_str()).collect()),
            "values" if mapping.values_are_keys => Ok(session.entries().map(|(key, _)| key.as_str()).collect()),
            "values" => Ok(session.entries().map(|(_, value)| value.clone()).collect()),
            "items" if mapping.items_are_values => Ok(session.entries().map(|(_, value)| value.clone()).collect()),
            "items" => {
                Ok(session.entries().map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>().into())
            }
            "clear" => {
                if life.clear == Clear::EmptiesEveryone {
                    let forgotten = world.engine.forget_everything(world.clock.now()).await;
                    forgotten.map_err(|error| exception(&error))?;
                    session.key = None;
                }
                session.clear(life.clear);
                Ok(Value::Null)
            }
            "flush" => {
                let anonymous = session.is_empty();
                session.flush(life.flush);
                session.created = anonymous && life.flush_creates;
                Ok(Value::Null)
            }
            "cycle_key" => {
                session.cycle_key(life.cycle_key);
                Ok(Value::Null)
            }
            "key" => Ok(session.key.clone().map_or(Value::Null, Value::from)),
            "set_expiry" => self.set_expiry(arguments.time("to")),
            "get_expiry" => Ok(json!({
                "age": world.lifetimes.age(&session.data, world.clock.now()),
                "at_browser_close": world.lifetimes.ends_with_browser(&session.data),
            })),
            "set_test_cookie" => {
                session.put(TEST_COOKIE, Value::from("worked"));
                Ok(Value::Null)
            }
            "test_cookie_worked" => Ok(Value::from(session.get(TEST_COOKIE).is_some() && !mapping.test_cookie_lost)),
            _ => {
                if !mapping.test_cookie_stays {
                    session.remove(TEST_COOKIE);
                }
                Ok(Value::Null)
            }
        }
    }

    fn pop(&mut self, key: &str, default: Option<&Value>) -> OperationResult {
        let mapping = &self.world.behaviour.mapping;
        let popped = if mapping.pop_keeps_value { self.session.get(key).cloned() } else { self.session.remove(key) };
        match (popped, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) if mapping.pop_missing_is_null => Ok(Value::Null),
            (None, None) => Err(missing(key)),
        }
    }

    fn update(&mut self, values: Option<&Map<String, Value>>) {
        let mapping = &self.world.behaviour.mapping;
        let session = &mut self.session;
        if mapping.update_replaces {
            session.data.retain(|key, _| key.starts_with('_'));
        }
        session.data.extend(values.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
        session.modified |= mapping.unnoticed != Unnoticed::Update;
    }

    fn set_expiry(&mut self, to: Option<TimeValue>) -> OperationResult {
        let to = to.unwrap_or(TimeValue::Null);
        let changed = self.world.lifetimes.set(&mut self.session.data, &to, self.world.clock.now()).map_err(invalid)?;
        self.session.modified |= changed;
        self.session.expiry_set |= changed;
        Ok(Value::Null)
    }
}

fn missing(key: &str) -> Failure {
    Failure::new(FailureKind::Missing, "KeyError", format!("no {key:?} in the session"))
}
