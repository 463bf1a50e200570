//! What goes wrong once in a while: one in so many chances, the same ones in every run.
//!
//! Faults of the registry are wrong every time, which a few requests show. What is wrong once in ten thousand
//! requests shows under load only.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use crate::contract::Wrong;

/// Keys of ended sessions rest as long as this many others have ended, so that nobody who has just used one meets
/// the next who gets it.
const RESTING_KEYS: usize = 50;

/// What goes wrong, and how rarely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rare {
    /// What.
    pub kind: Wrong,
    /// Once in so many chances; at least 1.
    pub one_in: u64,
    /// Which of them: the chance with this number, modulo `one_in`.
    pub seed: u64,
}

/// Decides about each chance.
#[derive(Debug, Default)]
pub(super) struct Seldom {
    rare: Option<Rare>,
    chances: AtomicU64,
    count: AtomicU64,
    memory: Mutex<Memory>,
}

type Data = Map<String, Value>;

/// What it takes to be wrong.
#[derive(Debug, Default)]
struct Memory {
    /// Whose value was read last, by the name of the value.
    last_read: HashMap<String, (String, Value)>,
    /// The data before the last write, and after it, by session.
    writes: HashMap<String, (Data, Data)>,
    ended: VecDeque<String>,
}

impl Seldom {
    pub(super) fn new(rare: Option<Rare>) -> Self {
        Self { rare, ..Self::default() }
    }

    /// How often it went wrong.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    fn is(&self, kind: Wrong) -> bool {
        self.rare.is_some_and(|rare| rare.kind == kind)
    }

    /// Whether it goes wrong this time. Asking takes the chance.
    pub(super) fn happens(&self, kind: Wrong) -> bool {
        let Some(rare) = self.rare.filter(|rare| rare.kind == kind) else { return false };
        let one_in = rare.one_in.max(1);
        let happens = self.chances.fetch_add(1, Ordering::Relaxed) % one_in == rare.seed % one_in;
        self.count.fetch_add(u64::from(happens), Ordering::Relaxed);
        happens
    }

    /// What a read of a session's value answers.
    pub(super) fn read(&self, session: Option<&str>, name: &str, value: &Value) -> Value {
        let Some(session) = session else { return value.clone() };
        if self.is(Wrong::WrongUser) {
            let mut memory = self.memory();
            let other = memory.last_read.insert(name.to_owned(), (session.to_owned(), value.clone()));
            if let Some((_, theirs)) = other.filter(|(whose, theirs)| whose != session && theirs != value)
                && self.happens(Wrong::WrongUser)
            {
                return theirs;
            }
        } else if self.is(Wrong::StaleRead) {
            let memory = self.memory();
            let before = memory.writes.get(session).and_then(|(before, _)| before.get(name));
            if let Some(before) = before.filter(|before| *before != value)
                && self.happens(Wrong::StaleRead)
            {
                return before.clone();
            }
        }
        value.clone()
    }

    /// Notes what is written to a session that exists.
    pub(super) fn written(&self, session: &str, data: &Map<String, Value>) {
        if self.is(Wrong::StaleRead) {
            let mut memory = self.memory();
            let entry = memory.writes.entry(session.to_owned()).or_default();
            entry.0 = std::mem::replace(&mut entry.1, data.clone());
        }
    }

    /// Notes that a session has ended.
    pub(super) fn ended(&self, key: &str) {
        if self.is(Wrong::DuplicateKey) {
            self.memory().ended.push_back(key.to_owned());
        }
    }

    /// A key that was used before, when a new one is asked for and it goes wrong.
    pub(super) fn used_key(&self) -> Option<String> {
        if !self.is(Wrong::DuplicateKey) {
            return None;
        }
        let mut memory = self.memory();
        let rested = memory.ended.len() > RESTING_KEYS;
        (rested && self.happens(Wrong::DuplicateKey)).then(|| memory.ended.pop_front()).flatten()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
