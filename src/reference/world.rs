//! What the requests of one server share.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::accounts::Accounts;
use super::auth_operations::{PASSWORD_MARK, USER};
use super::behaviour::{Behaviour, SignatureCheck};
use super::engine::Engine;
use super::error::StoreError;
use super::expiry::Lifetimes;
use super::key_source::{KeySource, random_text};
use super::rare::Seldom;
use super::serialiser::{change, mangle};
use super::signer::Signer;
use crate::cookie::{Clock, OffsetClock, Timestamp, parse_cookie_field};
use crate::wire::{Request, Response};

/// Keeps the signatures of sealed keys apart from all others.
const SEAL: &str = "key";

/// In place of a user: all of them.
pub(super) const EVERYBODY: &str = "";

/// Keys of a session that a careless store keeps.
const KEYS_KEPT: usize = 50;

/// What the requests of one server share. Clones share everything but their behaviour.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) behaviour: Behaviour,
    pub(super) clock: OffsetClock,
    pub(super) seldom: Arc<Seldom>,
    pub(super) engine: Arc<Engine>,
    pub(super) keys: Arc<KeySource>,
    pub(super) signer: Signer,
    pub(super) lifetimes: Lifetimes,
    pub(super) session_cookie: String,
    pub(super) secure: bool,
    pub(super) save_every_request: bool,
    pub(super) sealed_keys: bool,
    /// How often each user's password was changed. Whoever is not in it has the first one.
    pub(super) passwords: Arc<Mutex<HashMap<String, u64>>>,
    /// Accounts and their sessions.
    pub(super) accounts: Accounts,
    /// What ends with the process.
    pub(super) memory: Arc<Mutex<Memory>>,
    /// What happened to the server.
    pub(super) events: Arc<Events>,
    /// Whose turn it is, where sessions are served one at a time.
    pub(super) turn: Arc<tokio::sync::Mutex<()>>,
}

/// What a careless process remembers across requests.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) last_user: Option<String>,
    /// The key that a request brought last.
    pub(super) last_presented: Option<String>,
    last_saved: Option<(String, Map<String, Value>)>,
    /// Data by key, of sessions whose records may be gone.
    saved: HashMap<String, Map<String, Value>>,
    /// What was stored after the session in a cookie of this value.
    later: HashMap<String, Map<String, Value>>,
    /// Cookies that were set in answers.
    pub(super) cookies_set: Vec<(String, String)>,
    /// Data by user.
    by_user: HashMap<String, Map<String, Value>>,
    /// Requests so far, where processes take turns.
    turn: usize,
    /// Data by process and key.
    copies: HashMap<(usize, String), Map<String, Value>>,
    /// The POST that came last, and its answer.
    pub(super) last_post: Option<(Vec<u8>, Response)>,
    /// The custom expiry that was set last, by any session.
    pub(super) expiry: Option<Value>,
    /// Answers to GET, by target.
    pub(super) answers: HashMap<String, Response>,
    /// What is known of each session cookie that came back.
    visits: HashMap<String, Visits>,
    /// Session cookies with which somebody is logged in, and who.
    pub(super) logged_in: HashMap<String, String>,
    /// Keys that were replaced, by what replaced them.
    pub(super) replaced: HashMap<String, String>,
    /// Users who have logged out.
    pub(super) logged_out: HashSet<String>,
    /// Anti-forgery tokens that were used.
    pub(super) used_tokens: HashSet<String>,
    /// Users who have logged in.
    pub(super) users: HashSet<String>,
}

/// What is known of a session cookie.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Visits {
    /// When it was given out.
    pub(super) first: Option<Timestamp>,
    /// How often it came back.
    pub(super) requests: usize,
}

/// What happened to a server since its first start.
#[derive(Debug, Default)]
pub(super) struct Events {
    restarts: AtomicU32,
    flushed: AtomicBool,
}

impl Memory {
    /// Whether the user of a session cookie has logged out before.
    pub(super) fn has_logged_out(&self, cookie: &str) -> bool {
        self.logged_in.get(cookie).is_some_and(|user| self.logged_out.contains(user))
    }
}

impl Events {
    pub(super) fn restarted(&self) -> bool {
        self.restarts() > 0
    }

    /// How often it was started again.
    pub(super) fn restarts(&self) -> u32 {
        self.restarts.load(Ordering::Relaxed)
    }

    pub(super) fn flushed(&self) -> bool {
        self.flushed.load(Ordering::Relaxed)
    }

    pub(super) fn note_restart(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn note_flush(&self) {
        self.flushed.store(true, Ordering::Relaxed);
    }
}

impl World {
    /// The session cookie of a request.
    pub(super) fn presented(&self, request: &Request) -> Option<String> {
        let mut pairs = request.headers_named("Cookie").flat_map(parse_cookie_field);
        let (_, value) = pairs.find(|(name, _)| name == self.session_cookie.as_bytes())?;
        Some(String::from_utf8_lossy(&value).into_owned())
    }

    /// Whether a request brings other cookies than that of the session.
    pub(super) fn other_cookies(&self, request: &Request) -> bool {
        let mut pairs = request.headers_named("Cookie").flat_map(parse_cookie_field);
        pairs.any(|(name, _)| name != self.session_cookie.as_bytes())
    }

    /// What is known of a session cookie.
    pub(super) fn visits(&self, value: &str) -> Visits {
        self.memory().visits.get(value).copied().unwrap_or_default()
    }

    /// The session cookies that were given out longer ago than the default lifetime, whatever became of them.
    pub(super) fn long_begun(&self) -> Vec<String> {
        let oldest = self.clock.now().plus(-self.lifetimes.default_lifetime());
        let memory = self.memory();
        let long_begun = memory.visits.iter().filter(|(_, visits)| visits.first.is_some_and(|first| first < oldest));
        long_begun.map(|(value, _)| value.clone()).collect()
    }

    /// The session cookies with which nobody is logged in, whatever became of them.
    pub(super) fn visitors(&self) -> Vec<String> {
        let memory = self.memory();
        let visitors = memory.visits.keys().filter(|value| !memory.logged_in.contains_key(*value));
        visitors.cloned().collect()
    }

    /// What the process remembers of who is logged in with a session cookie, as a session keeps it.
    pub(super) fn remembered_user(&self, value: &str) -> Map<String, Value> {
        let user = self.memory().logged_in.get(value).cloned();
        let Some(user) = user else { return Map::new() };
        let mark = self.password_mark(&user);
        [(USER.to_owned(), Value::from(user)), (PASSWORD_MARK.to_owned(), Value::from(mark))].into_iter().collect()
    }

    /// Notes that a session cookie came back.
    pub(super) fn note_visit(&self, value: &str) {
        self.memory().visits.entry(value.to_owned()).or_default().requests += 1;
    }

    /// Notes that a session cookie was given out, in exchange for another one perhaps.
    pub(super) fn note_given(&self, before: Option<&str>, value: &str, user: Option<&str>) {
        let now = self.clock.now();
        let mut memory = self.memory();
        let mut visits = before.and_then(|before| memory.visits.get(before).copied()).unwrap_or_default();
        visits.first = visits.first.or(Some(now));
        memory.visits.insert(value.to_owned(), visits);
        if let Some(user) = user {
            memory.logged_in.insert(value.to_owned(), user.to_owned());
            memory.users.insert(user.to_owned());
        }
    }

    /// The text of the session cookie for a key.
    pub(super) fn sealed(&self, key: &str) -> Result<String, StoreError> {
        if !self.sealed_keys || self.engine.sealer().is_some() {
            return Ok(key.to_owned());
        }
        let nonce = random_text(8)?;
        let signature = self.signer.sign(&[SEAL, key, &nonce], SignatureCheck::Whole);
        Ok(format!("{key}.{nonce}.{signature}"))
    }

    /// The key in the text of a session cookie; the text itself when there is none in it.
    pub(super) fn unsealed(&self, text: String) -> String {
        let mut parts = text.split('.');
        let (Some(key), Some(nonce), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return text;
        };
        let ours = self.sealed_keys && self.signer.verify(&[SEAL, key, nonce], signature, SignatureCheck::Whole);
        if ours { key.to_owned() } else { text }
    }

    /// What a session keeps of a user's password, so that a changed one ends it.
    pub(super) fn password_mark(&self, user: &str) -> String {
        let passwords = self.passwords.lock().unwrap_or_else(PoisonError::into_inner);
        let changes: u64 = [user, EVERYBODY].into_iter().filter_map(|user| passwords.get(user)).sum();
        let life = &self.behaviour.life;
        let changes = if life.passwords_alternate { changes % 2 } else { changes };
        let purpose = if life.restart_logs_out && self.events.restarted() { "password again" } else { "password" };
        self.signer.sign(&[purpose, user, &changes.to_string()], SignatureCheck::Whole)
    }

    /// Changes the password of a user.
    pub(super) fn change_password(&self, user: &str) {
        *self.passwords.lock().unwrap_or_else(PoisonError::into_inner).entry(user.to_owned()).or_default() += 1;
    }

    /// How often passwords were changed.
    pub(super) fn password_changes(&self) -> u64 {
        self.passwords.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// The data of a session that was loaded, or what becomes of it where records are mixed up.
    pub(super) fn recall(&self, key: &str, mut data: Map<String, Value>) -> Map<String, Value> {
        let storage = &self.behaviour.storage;
        let mut memory = self.memory();
        if storage.workers_apart {
            memory.turn += 1;
            let process = memory.turn % 2;
            return memory.copies.entry((process, key.to_owned())).or_insert(data).clone();
        }
        let user = data.get(USER).and_then(Value::as_str).filter(|_| self.behaviour.values.shared_by_user);
        if let Some(shared) = user.and_then(|user| memory.by_user.get(user)) {
            data.extend(shared.clone());
        }
        match (&memory.last_saved, memory.later.get(key)) {
            (Some((other, saved)), _) if storage.mixes_records && other != key => saved.clone(),
            (_, Some(later)) => mixed(data, later),
            _ => data,
        }
    }

    /// What the process remembers of a record that is not in the store.
    pub(super) fn remembered(&self, key: &str) -> Option<Map<String, Value>> {
        self.memory().saved.get(key).cloned()
    }

    /// The data to store, after what careless serialisers do to it.
    pub(super) fn serialise(&self, key: &str, data: &Map<String, Value>) -> Map<String, Value> {
        let storage = &self.behaviour.storage;
        let mut data = data.clone();
        for (name, value) in &mut data {
            if !name.starts_with('_') {
                mangle(value, storage);
                change(value, self.behaviour.values.change);
            }
        }
        if self.behaviour.values.fifty_keys_at_most {
            let own: Vec<String> = data.keys().filter(|name| !name.starts_with('_')).cloned().collect();
            for name in own.iter().take(own.len().saturating_sub(KEYS_KEPT)) {
                data.remove(name);
            }
        }
        if self.behaviour.values.shared_by_user
            && let Some(user) = data.get(USER).and_then(Value::as_str)
        {
            let own = data.iter().filter(|(name, _)| !name.starts_with('_'));
            let own = own.map(|(name, value)| (name.clone(), value.clone())).collect();
            self.memory().by_user.insert(user.to_owned(), own);
        }
        if storage.workers_apart {
            let mut memory = self.memory();
            let process = memory.turn % 2;
            memory.copies.insert((process, key.to_owned()), data.clone());
        }
        if storage.mixes_records {
            self.memory().last_saved = Some((key.to_owned(), data.clone()));
        }
        if storage.remembers_deleted {
            self.memory().saved.insert(key.to_owned(), data.clone());
        }
        if storage.mixes_states {
            self.memory().later.insert(key.to_owned(), data.clone());
        }
        data
    }

    /// What a stop and a start of the server does to what is not in its stores.
    pub(super) fn forget(&self) {
        *self.memory() = Memory::default();
        if self.behaviour.life.restart_forgets_passwords {
            self.passwords.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        if self.behaviour.accounts.restart_enables {
            self.accounts.enable_all();
        }
        if self.behaviour.accounts.restart_forgets_sessions {
            self.accounts.forget_sessions();
        }
        self.keys.restart();
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Both values of every key on which two states differ.
fn mixed(mut data: Map<String, Value>, other: &Map<String, Value>) -> Map<String, Value> {
    for (name, value) in &mut data {
        if let Some(theirs) = other.get(name).filter(|theirs| *theirs != value) {
            *value = Value::from(vec![value.take(), theirs.clone()]);
        }
    }
    data
}
