//! The operations of the `auth` family on accounts and on sessions as seen from outside.

use serde_json::Value;

use super::accounts::AccountChange;
use super::arguments::Arguments;
use super::auth_operations::{SESSION_NAME, USER, fold_width};
use super::behaviour::{Disabling, EndAll, EndOthers, SessionList};
use super::perform::Performance;
use crate::contract::{Failure, FailureKind, OperationResult};
use crate::cookie::Clock;

fn nobody() -> Failure {
    Failure::new(FailureKind::Missing, "NoUser", "nobody is logged in")
}

/// A name without space around it and double width.
fn likeness(name: &str) -> String {
    name.trim().chars().map(fold_width).collect()
}

impl Performance<'_> {
    pub(super) fn account(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        let world = self.world;
        let (accounts, rules) = (&world.accounts, &world.behaviour.accounts);
        match name {
            "disable" => {
                let user = arguments.required_text("user");
                if rules.disabling_opens_others {
                    accounts.enable_all();
                }
                accounts.disable(user);
                let oldest: Vec<String> = accounts.sessions(user).into_iter().take(5).collect();
                match rules.disabling {
                    Disabling::OfUser if rules.disabled_ends_once => self.end_sessions(|owner, _| owner == user),
                    Disabling::OfUser => {}
                    Disabling::FiveAtMost => self.end_sessions(|_, name| oldest.iter().any(|oldest| oldest == name)),
                    Disabling::ByBeginning => self.end_sessions(|owner, _| owner.starts_with(user)),
                }
            }
            "end_all" => {
                let user = arguments.required_text("user");
                if rules.end_all == EndAll::ForGood {
                    accounts.disable(user);
                }
                let (sessions, own) = (accounts.sessions(user), self.session_name());
                self.end_sessions(|owner, name| match rules.end_all {
                    EndAll::OfUser | EndAll::ForGood => owner == user,
                    EndAll::ByBeginning => owner.starts_with(user.trim_end_matches(['%', '*'])),
                    EndAll::ByLikeness => likeness(owner) == likeness(user),
                    EndAll::OfEveryone => true,
                    EndAll::FirstOnly => sessions.iter().take(1).any(|first| first == name),
                    EndAll::TenAtMost => sessions.iter().take(10).any(|oldest| oldest == name),
                    EndAll::SparesAsker => owner == user && own.as_deref() != Some(name),
                    EndAll::ByHundredLetters => owner.chars().take(100).eq(user.chars().take(100)),
                });
            }
            "sessions" => return self.sessions(),
            _ => {
                let Some(user) = self.current_user() else { return Err(nobody()) };
                let (own, rotated) = (self.session_name(), self.session.rotated);
                let others = accounts.sessions(&user).into_iter().filter(|name| own.as_ref() != Some(name));
                let newest = others.skip(1).last();
                self.end_sessions(|owner, name| match rules.end_others {
                    EndOthers::Others | EndOthers::VisitorsToo => owner == user && own.as_deref() != Some(name),
                    EndOthers::SparesNewest => {
                        owner == user && own.as_deref() != Some(name) && newest.as_deref() != Some(name)
                    }
                    EndOthers::OwnToo => owner == user,
                    EndOthers::OwnWithNewKeyToo => owner == user && (rotated || own.as_deref() != Some(name)),
                    EndOthers::OfEveryone => own.as_deref() != Some(name),
                });
            }
        }
        Ok(Value::Null)
    }

    /// Ends the sessions for which `which` holds, by user and name, those that this request begins included.
    fn end_sessions(&mut self, which: impl Fn(&str, &str) -> bool) {
        self.world.accounts.end(&which);
        for change in &mut self.session.account_changes {
            if let AccountChange::Begun { user, name, ended } = change {
                *ended |= which(user, name);
            }
        }
    }

    /// Whether a session was ended from outside, or by this request.
    pub(super) fn was_ended(&self, user: &str, name: &str) -> bool {
        self.world.accounts.was_ended(user, name)
            || self
                .session
                .account_changes
                .iter()
                .any(|change| matches!(change, AccountChange::Begun { name: begun, ended: true, .. } if begun == name))
    }

    fn sessions(&mut self) -> OperationResult {
        let Some(user) = self.current_user() else { return Err(nobody()) };
        let accounts = &self.world.accounts;
        let names = match self.world.behaviour.accounts.list {
            SessionList::Names => self.with_own_changes(&user, accounts.sessions_at(&user, self.world.clock.now())),
            SessionList::ExpiredToo => self.with_own_changes(&user, accounts.sessions(&user)),
            SessionList::EndedToo => self.with_own_changes(&user, accounts.all_sessions(&user)),
            SessionList::ThreeAtMost => {
                let all = self.with_own_changes(&user, accounts.sessions_at(&user, self.world.clock.now()));
                all.into_iter().take(3).collect()
            }
            SessionList::OwnOnly => self.session_name().into_iter().collect(),
        };
        Ok(Value::from(names))
    }

    /// The name of the session in its user's list.
    pub(super) fn session_name(&self) -> Option<String> {
        self.session.get(SESSION_NAME).and_then(Value::as_str).map(str::to_owned)
    }

    /// The names of a user's sessions, and what this request does to them when it is saved.
    fn with_own_changes(&self, user: &str, mut names: Vec<String>) -> Vec<String> {
        for change in &self.session.account_changes {
            match change {
                AccountChange::Begun { user: owner, name, ended: false } if owner == user => names.push(name.clone()),
                AccountChange::Left { name, .. } => names.retain(|other| other != name),
                AccountChange::Begun { .. } => {}
            }
        }
        names
    }

    /// The session leaves its user's list, once this request is saved.
    pub(super) fn leave_list(&mut self) {
        let user = self.session.get(USER).and_then(Value::as_str).map(str::to_owned);
        if let (Some(user), Some(name)) = (user, self.session_name()) {
            self.session.account_changes.push(AccountChange::Left { user, name });
        }
    }
}
