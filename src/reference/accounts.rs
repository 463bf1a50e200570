//! Accounts: who may log in, and which sessions each user has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::cookie::Timestamp;

/// The accounts of a server. Users exist on demand.
#[derive(Debug, Default, Clone)]
pub(super) struct Accounts(Arc<Mutex<HashMap<String, Account>>>);

#[derive(Debug, Default)]
struct Account {
    disabled: bool,
    /// The names of its sessions, in the order of the logins.
    sessions: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    ended: bool,
    /// When it is over by itself.
    until: Option<Timestamp>,
}

/// What a request does to the list of a user's sessions, once it is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AccountChange {
    /// A session begins; it may be ended from outside by the same request.
    Begun { user: String, name: String, ended: bool },
    /// A session is over.
    Left { user: String, name: String },
}

impl Accounts {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what a request that was saved has done. A session that was ended from outside stays in mind: a copy of it
    /// may be in a cookie.
    pub(super) fn note(&self, changes: Vec<AccountChange>) {
        let mut accounts = self.lock();
        for change in changes {
            match change {
                AccountChange::Begun { user, name, ended } => {
                    accounts.entry(user).or_default().sessions.push(Entry { name, ended, until: None });
                }
                AccountChange::Left { user, name } => {
                    if let Some(account) = accounts.get_mut(&user) {
                        account.sessions.retain(|entry| entry.name != name || entry.ended);
                    }
                }
            }
        }
    }

    /// Notes until when a session lives that was saved.
    pub(super) fn extend(&self, name: &str, until: Timestamp) {
        for account in self.lock().values_mut() {
            account.sessions.iter_mut().filter(|entry| entry.name == name).for_each(|entry| entry.until = Some(until));
        }
    }

    /// Disables an account.
    pub(super) fn disable(&self, user: &str) {
        self.lock().entry(user.to_owned()).or_default().disabled = true;
    }

    /// Opens an account again.
    pub(super) fn enable(&self, user: &str) {
        if let Some(account) = self.lock().get_mut(user) {
            account.disabled = false;
        }
    }

    /// Opens all accounts again.
    pub(super) fn enable_all(&self) {
        self.lock().values_mut().for_each(|account| account.disabled = false);
    }

    /// Forgets which sessions there are.
    pub(super) fn forget_sessions(&self) {
        self.lock().values_mut().for_each(|account| account.sessions.clear());
    }

    /// Whether an account is disabled.
    pub(super) fn is_disabled(&self, user: &str) -> bool {
        self.lock().get(user).is_some_and(|account| account.disabled)
    }

    /// The names of a user's sessions that are not over at this moment.
    pub(super) fn sessions_at(&self, user: &str, now: Timestamp) -> Vec<String> {
        let accounts = self.lock();
        let sessions = accounts.get(user).map(|account| account.sessions.as_slice()).unwrap_or_default();
        let live = sessions.iter().filter(|entry| !entry.ended && entry.until.is_none_or(|until| now < until));
        live.map(|entry| entry.name.clone()).collect()
    }

    /// The names of a user's sessions that nobody has ended.
    pub(super) fn sessions(&self, user: &str) -> Vec<String> {
        let accounts = self.lock();
        let sessions = accounts.get(user).map(|account| account.sessions.as_slice()).unwrap_or_default();
        sessions.iter().filter(|entry| !entry.ended).map(|entry| entry.name.clone()).collect()
    }

    /// The names of a user's sessions, and of those that were ended from outside.
    pub(super) fn all_sessions(&self, user: &str) -> Vec<String> {
        let accounts = self.lock();
        let sessions = accounts.get(user).map(|account| account.sessions.as_slice()).unwrap_or_default();
        sessions.iter().map(|entry| entry.name.clone()).collect()
    }

    /// Whether a session was ended from outside.
    pub(super) fn was_ended(&self, user: &str, name: &str) -> bool {
        let accounts = self.lock();
        accounts.get(user).is_some_and(|account| account.sessions.iter().any(|entry| entry.name == name && entry.ended))
    }

    /// Ends the sessions for which `which` holds, by user and name; whether there was one.
    pub(super) fn end(&self, which: impl Fn(&str, &str) -> bool) -> bool {
        let mut found = false;
        for (user, account) in self.lock().iter_mut() {
            for entry in account.sessions.iter_mut().filter(|entry| which(user, &entry.name)) {
                entry.ended = true;
                found = true;
            }
        }
        found
    }
}
