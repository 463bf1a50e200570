//! What goes wrong once in a while: one in so many chances, the same ones in every run.
//!
//! Faults of the registry are wrong every time, which a few requests show. What is wrong once in ten thousand
//! requests shows under load only.

use std::collections::{HashMap, VecDeque};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

/// Keys of ended sessions rest as long as this many others have ended, so that nobody who has just used one meets
/// the next who gets it.
const RESTING_KEYS: usize = 50;

/// What goes wrong once in a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RareKind {
    /// A read answers with another session's value.
    WrongUser,
    /// A session is lost.
    LostSession,
    /// A write is acknowledged and not stored.
    LostWrite,
    /// A logout leaves the record.
    RevivedLogout,
    /// A new session gets the key of one that has ended.
    DuplicateKey,
    /// A read answers with the value before the last.
    StaleRead,
    /// A session is read after its end.
    Outlived,
}

impl RareKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::WrongUser,
        Self::LostSession,
        Self::LostWrite,
        Self::RevivedLogout,
        Self::DuplicateKey,
        Self::StaleRead,
        Self::Outlived,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WrongUser => "wrong-user",
            Self::LostSession => "lost-session",
            Self::LostWrite => "lost-write",
            Self::RevivedLogout => "revived-logout",
            Self::DuplicateKey => "duplicate-key",
            Self::StaleRead => "stale-read",
            Self::Outlived => "outlived",
        }
    }
}

impl FromStr for RareKind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| format!("there is no `{name}`"))
    }
}

/// What goes wrong, and how rarely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rare {
    /// What.
    pub kind: RareKind,
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

    fn is(&self, kind: RareKind) -> bool {
        self.rare.is_some_and(|rare| rare.kind == kind)
    }

    /// Whether it goes wrong this time. Asking takes the chance.
    pub(super) fn happens(&self, kind: RareKind) -> bool {
        let Some(rare) = self.rare.filter(|rare| rare.kind == kind) else { return false };
        let one_in = rare.one_in.max(1);
        let happens = self.chances.fetch_add(1, Ordering::Relaxed) % one_in == rare.seed % one_in;
        self.count.fetch_add(u64::from(happens), Ordering::Relaxed);
        happens
    }

    /// What a read of a session's value answers.
    pub(super) fn read(&self, session: Option<&str>, name: &str, value: &Value) -> Value {
        let Some(session) = session else { return value.clone() };
        if self.is(RareKind::WrongUser) {
            let mut memory = self.memory();
            let other = memory.last_read.insert(name.to_owned(), (session.to_owned(), value.clone()));
            if let Some((_, theirs)) = other.filter(|(whose, theirs)| whose != session && theirs != value)
                && self.happens(RareKind::WrongUser)
            {
                return theirs;
            }
        } else if self.is(RareKind::StaleRead) {
            let memory = self.memory();
            let before = memory.writes.get(session).and_then(|(before, _)| before.get(name));
            if let Some(before) = before.filter(|before| *before != value)
                && self.happens(RareKind::StaleRead)
            {
                return before.clone();
            }
        }
        value.clone()
    }

    /// Notes what is written to a session that exists.
    pub(super) fn written(&self, session: &str, data: &Map<String, Value>) {
        if self.is(RareKind::StaleRead) {
            let mut memory = self.memory();
            let entry = memory.writes.entry(session.to_owned()).or_default();
            entry.0 = std::mem::replace(&mut entry.1, data.clone());
        }
    }

    /// Notes that a session has ended.
    pub(super) fn ended(&self, key: &str) {
        if self.is(RareKind::DuplicateKey) {
            self.memory().ended.push_back(key.to_owned());
        }
    }

    /// A key that was used before, when a new one is asked for and it goes wrong.
    pub(super) fn used_key(&self) -> Option<String> {
        if !self.is(RareKind::DuplicateKey) {
            return None;
        }
        let mut memory = self.memory();
        let rested = memory.ended.len() > RESTING_KEYS;
        (rested && self.happens(RareKind::DuplicateKey)).then(|| memory.ended.pop_front()).flatten()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
