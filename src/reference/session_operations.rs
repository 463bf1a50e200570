//! The operations of the `session` family on the session as a whole.

use serde_json::{Value, json};

use super::arguments::{Arguments, invalid};
use super::behaviour::{Clear, RefusedUnknown, Unnoticed, Vary, ZeroExpiry};
use super::expiry::Lifetimes;
use super::perform::{Performance, exception};
use crate::contract::{Failure, OperationResult, TimeValue};
use crate::cookie::Clock;

/// Where the test cookie is kept.
const TEST_COOKIE: &str = "_test_cookie";

impl Performance<'_> {
    pub(super) async fn session(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        let world = self.world;
        let (life, mapping) = (&world.behaviour.life, &world.behaviour.mapping);
        if matches!(name, "has" | "keys") && life.vary == Vary::NotForKeys {
            self.session.load_quietly(world).await.map_err(|error| exception(&error))?;
        } else {
            self.loaded().await?;
        }
        let session = &mut self.session;
        match name {
            "touch" => {
                session.touched |= !session.modified;
                session.modified |= mapping.unnoticed != Unnoticed::Touch;
            }
            "clear" => {
                session.refuse_unknown(life.refused_unknown == RefusedUnknown::Clear);
                self.clear().await?;
            }
            "flush" => {
                self.leave_list();
                let session = &mut self.session;
                let anonymous = session.is_empty();
                session.refuse_unknown(life.refused_unknown == RefusedUnknown::Flush);
                session.kept_expiry =
                    Lifetimes::custom(&session.data).filter(|_| world.behaviour.expiry.survives_flush);
                session.flush(life.flush);
                session.created = anonymous && life.flush_creates;
            }
            "cycle_key" => {
                session.cycle_key(life.cycle_key);
                if world.behaviour.accounts.new_key_leaves_list {
                    self.leave_list();
                }
            }
            "key" => {
                session.created |= life.asking_for_key_creates && session.key.is_none();
                session.modified |= session.created;
                return Ok(session.key.clone().map_or(Value::Null, Value::from));
            }
            "set_expiry" => self.set_expiry(arguments.time("to"))?,
            "get_expiry" => {
                let data = if world.behaviour.expiry.told_late { &session.at_load } else { &session.data };
                return Ok(json!({
                    "age": world.lifetimes.age(data, world.clock.now()),
                    "at_browser_close": world.lifetimes.ends_with_browser(data),
                }));
            }
            "set_test_cookie" => session.put(TEST_COOKIE, Value::from("worked")),
            "test_cookie_worked" => {
                return Ok(Value::from(session.get(TEST_COOKIE).is_some() && !mapping.test_cookie_lost));
            }
            "delete_test_cookie" if mapping.test_cookie_stays => {}
            "delete_test_cookie" => drop(session.remove(TEST_COOKIE)),
            _ => return self.mapping(name, arguments),
        }
        Ok(Value::Null)
    }

    async fn clear(&mut self) -> Result<(), Failure> {
        let rule = self.world.behaviour.life.clear;
        if rule == Clear::EmptiesEveryone {
            let forgotten = self.world.engine.forget_everything(self.world.clock.now()).await;
            forgotten.map_err(|error| exception(&error))?;
            self.session.key = None;
        }
        if self.world.behaviour.operations.clear_leaves_lists {
            self.session.data.retain(|_, value| value.is_array());
            self.session.modified = true;
            return Ok(());
        }
        self.session.clear(rule);
        Ok(())
    }

    fn set_expiry(&mut self, to: Option<TimeValue>) -> Result<(), Failure> {
        let to = to.unwrap_or(TimeValue::Null);
        let policy = &self.world.behaviour.expiry;
        if policy.zero == ZeroExpiry::BeginningOnly && to == TimeValue::Seconds(0.0) && self.session.key.is_some() {
            return Ok(());
        }
        let changed = self.world.lifetimes.set(&mut self.session.data, &to, self.world.clock.now()).map_err(invalid)?;
        self.session.modified |= changed && !policy.unnoticed_alone;
        self.session.expiry_set |= changed;
        if self.world.behaviour.expiry.shared {
            self.world.memory().expiry = Lifetimes::custom(&self.session.data);
        }
        Ok(())
    }
}
