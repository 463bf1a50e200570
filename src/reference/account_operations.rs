//! The operations of the `auth` family on accounts and on sessions as seen from outside.

use serde_json::Value;

use super::arguments::Arguments;
use super::auth_operations::{SESSION_NAME, USER};
use super::behaviour::{EndAll, EndOthers, SessionList};
use super::perform::Performance;
use crate::contract::{Failure, FailureKind, OperationResult};

fn nobody() -> Failure {
    Failure::new(FailureKind::Missing, "NoUser", "nobody is logged in")
}

impl Performance<'_> {
    pub(super) fn account(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        let (accounts, rules) = (&self.world.accounts, &self.world.behaviour.accounts);
        match name {
            "disable" => accounts.disable(arguments.required_text("user")),
            "end_all" => {
                let user = arguments.required_text("user");
                if rules.end_all == EndAll::ForGood {
                    accounts.disable(user);
                }
                let first = accounts.sessions(user).into_iter().next();
                accounts.end(|owner, name| match rules.end_all {
                    EndAll::OfUser | EndAll::ForGood => owner == user,
                    EndAll::OfEveryone => true,
                    EndAll::FirstOnly => owner == user && first.as_deref() == Some(name),
                });
            }
            "sessions" => return self.sessions(),
            _ => {
                let Some(user) = self.current_user() else { return Err(nobody()) };
                let own = self.session_name();
                accounts.end(|owner, name| match rules.end_others {
                    EndOthers::Others => owner == user && own.as_deref() != Some(name),
                    EndOthers::OwnToo => owner == user,
                    EndOthers::OfEveryone => own.as_deref() != Some(name),
                });
            }
        }
        Ok(Value::Null)
    }

    fn sessions(&mut self) -> OperationResult {
        let Some(user) = self.current_user() else { return Err(nobody()) };
        let accounts = &self.world.accounts;
        let names = match self.world.behaviour.accounts.list {
            SessionList::Names => accounts.sessions(&user),
            SessionList::EndedToo => accounts.all_sessions(&user),
            SessionList::OwnOnly => self.session_name().into_iter().collect(),
        };
        Ok(Value::from(names))
    }

    /// The name of the session in its user's list.
    pub(super) fn session_name(&self) -> Option<String> {
        self.session.get(SESSION_NAME).and_then(Value::as_str).map(str::to_owned)
    }

    /// The session leaves its user's list.
    pub(super) fn leave_list(&self) {
        if let (Some(user), Some(name)) = (self.session.get(USER).and_then(Value::as_str), self.session_name()) {
            self.world.accounts.forget(user, &name);
        }
    }
}
