//! A cache inside the process, with outages on demand.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::cookie::{Clock, OffsetClock, Timestamp};
use crate::reference::error::StoreError;

/// Whether the cache answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reference) enum Reachability {
    Answers,
    /// Connections are refused.
    Refuses,
    /// Connections are swallowed. In one process nobody waits for that: it shows as a timeout at once.
    Silent,
}

/// Texts with an optional end, by the server's clock.
#[derive(Debug)]
pub(super) struct MemoryCache {
    clock: OffsetClock,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    reachability: Reachability,
    entries: HashMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    text: String,
    until: Option<Timestamp>,
}

impl MemoryCache {
    pub(super) fn new(clock: OffsetClock) -> Self {
        let state = State { reachability: Reachability::Answers, entries: HashMap::new() };
        Self { clock, state: Mutex::new(state) }
    }

    pub(super) fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        let now = self.clock.now();
        let state = self.answering()?;
        Ok(state.entries.get(key).filter(|entry| entry.lives(now)).map(|entry| entry.text.clone()))
    }

    pub(super) fn set(&self, key: &str, text: String, until: Option<Timestamp>) -> Result<(), StoreError> {
        self.answering()?.entries.insert(key.to_owned(), Entry { text, until });
        Ok(())
    }

    /// Sets what is there; `false` when nothing is.
    pub(super) fn replace(&self, key: &str, text: String, until: Option<Timestamp>) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut state = self.answering()?;
        let there = state.entries.get(key).is_some_and(|entry| entry.lives(now));
        if there {
            state.entries.insert(key.to_owned(), Entry { text, until });
        }
        Ok(there)
    }

    /// Whether there was an entry to delete.
    pub(super) fn delete(&self, key: &str) -> Result<bool, StoreError> {
        let now = self.clock.now();
        Ok(self.answering()?.entries.remove(key).is_some_and(|entry| entry.lives(now)))
    }

    pub(super) fn count(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        Ok(self.answering()?.entries.values().filter(|entry| entry.lives(now)).count() as u64)
    }

    /// Forgets everything, whether it answers or not.
    pub(super) fn flush(&self) {
        self.lock().entries.clear();
    }

    pub(super) fn set_reachability(&self, reachability: Reachability) {
        self.lock().reachability = reachability;
    }

    fn answering(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.lock();
        let cause = match state.reachability {
            Reachability::Answers => return Ok(state),
            Reachability::Refuses => "connection refused",
            Reachability::Silent => "no answer",
        };
        Err(StoreError::Unavailable { service: "cache", cause: cause.to_owned() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn lives(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}
