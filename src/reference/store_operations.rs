//! The operations of the `store` family: looking into the durable store, and damaging it.

use serde_json::Value;

use super::arguments::Arguments;
use super::behaviour::SweepRule;
use super::perform::{Performance, exception};
use crate::contract::{Failure, FailureKind, OperationResult};
use crate::cookie::Clock;

impl Performance<'_> {
    pub(super) async fn store(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        let engine = &self.world.engine;
        let failed = |error| exception(&error);
        // What was never issued is in no store, and must not reach one.
        // It comes as the cookie has it, or as the application does.
        let text = self.world.unsealed(arguments.text("key").unwrap_or_default().to_owned());
        let key = self.world.keys.candidate(&text).map_err(failed)?;
        match (name, key) {
            ("clear_expired", _) if self.world.lifetimes.policy.sweep == SweepRule::LongBegunToo => {
                for key in self.world.long_begun() {
                    engine.delete(&key).await.map_err(failed)?;
                }
                Ok(Value::Null)
            }
            ("clear_expired", _) => engine.clear_expired(self.world.clock.now()).map(|()| Value::Null).map_err(failed),
            ("count", _) => {
                engine.count(self.world.clock.now()).map(|count| count.map_or(Value::Null, Value::from)).map_err(failed)
            }
            ("exists", _) if self.world.behaviour.storage.exists_broken => Ok(Value::Null),
            ("exists", Some(key)) => engine.exists(&key).await.map(Value::from).map_err(failed),
            ("delete", Some(key)) => engine.delete_durable(&key).await.map(Value::from).map_err(failed),
            ("corrupt", Some(key)) if engine.corrupt(&key).await.map_err(failed)? => Ok(Value::Null),
            ("corrupt", _) => Err(no_record()),
            (_, _) => Ok(Value::Bool(false)),
        }
    }
}

fn no_record() -> Failure {
    Failure::new(FailureKind::Missing, "KeyError", "no record under this key")
}
