//! The session of one request: loaded when first asked for, saved at the end.

use serde_json::{Map, Value};

use super::accounts::AccountChange;
use super::behaviour::{Clear, CycleKey, Ending, Enforcement};
use super::engine::Found;
use super::error::StoreError;
use super::expiry::Expiry;
use super::world::World;
use crate::contract::Wrong;
use crate::cookie::{Clock, Timestamp};

/// Names that begin with this are the server's own, and not listed.
const INTERNAL: char = '_';

/// The session of one request.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "what happened to a session is a set of independent facts")]
pub(super) struct Session {
    /// What the cookie of the request says.
    pub(super) presented: Option<String>,
    /// The key of the record that this session continues; of a signed cookie, its value.
    pub(super) key: Option<String>,
    pub(super) data: Map<String, Value>,
    /// Whether `data` and `key` are what the store says.
    loaded: bool,
    /// Why the store did not say it.
    pub(super) failure: Option<StoreError>,
    /// What was loaded, where somebody compares.
    pub(super) loaded_data: Option<Map<String, Value>>,
    /// Whether anybody looked.
    pub(super) accessed: bool,
    /// Whether there is something to save.
    pub(super) modified: bool,
    /// Whether there shall be a record even without data.
    pub(super) created: bool,
    /// Whether there is something to save although nothing was written.
    pub(super) only_read: bool,
    /// Whether the cookie is to be sent again without saving.
    pub(super) resend: bool,
    /// The record whose data goes on under a new key.
    pub(super) continues: Option<Continued>,
    /// Whether it was to end with the browser before it was ended.
    pub(super) until_close: bool,
    /// Whether it was ended in this request.
    pub(super) flushed: bool,
    /// Records that end with this request.
    pub(super) retired: Vec<String>,
    /// What the deletion of the cookie is to carry, or that there is to be none.
    pub(super) farewell: Farewell,
    /// Where the end of a life does not move: the end that the store has.
    pub(super) loaded_deadline: Option<Timestamp>,
    /// Whether the expiry was set in this request.
    pub(super) expiry_set: bool,
    /// A record that gets the same data.
    pub(super) bound_too: Option<String>,
    /// What it does to its user's list of sessions, once it is saved.
    pub(super) account_changes: Vec<AccountChange>,
    /// Whether the request fails because its key opens nothing.
    pub(super) refused: bool,
    /// Whether its key is one that the browser sent and nobody issued.
    pub(super) taken: bool,
    /// Whether its key was replaced in this request.
    pub(super) rotated: bool,
    /// Keys of the data that stay away whatever is stored.
    pub(super) deleted: Vec<String>,
    /// The data as it was when the request began, where somebody looks at it.
    pub(super) at_load: Map<String, Value>,
    /// Whether it was touched before anything else was changed.
    pub(super) touched: bool,
    /// The expiry of a session that was ended, where it counts for the next one.
    pub(super) kept_expiry: Option<Value>,
    /// Data that comes back when something is stored.
    pub(super) cleared: Option<Map<String, Value>>,
}

/// A record whose data goes on under a new key.
#[derive(Debug)]
pub(super) struct Continued {
    pub(super) key: String,
    /// Whether the session goes on although the record was ended meanwhile: somebody has just logged in.
    pub(super) regardless: bool,
    /// Whether the old record stays.
    pub(super) stays: bool,
}

/// How the cookie of an ended session is deleted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Farewell {
    /// With an empty value.
    #[default]
    Plain,
    /// With a value that is still good.
    Live(String),
    /// Not at all.
    None,
}

impl Session {
    pub(super) fn new(presented: Option<String>) -> Self {
        Self { presented, ..Self::default() }
    }

    /// Whether the store has said what this session is.
    pub(super) const fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// Whether there is nothing to keep: no record and no data.
    pub(super) fn is_empty(&self) -> bool {
        self.key.is_none() && self.data.is_empty() && self.continues.is_none() && !self.created
    }

    /// Loads the session unless that has happened. Counts as access.
    pub(super) async fn load(&mut self, world: &World) -> Result<(), StoreError> {
        self.accessed = true;
        self.load_quietly(world).await
    }

    /// Loads the session unless that has happened, without counting as access.
    pub(super) async fn load_quietly(&mut self, world: &World) -> Result<(), StoreError> {
        if self.loaded {
            return Ok(());
        }
        let outcome = self.load_from(world).await;
        self.loaded = outcome.is_ok();
        self.failure = outcome.clone().err();
        outcome
    }

    async fn load_from(&mut self, world: &World) -> Result<(), StoreError> {
        let Some(sent) = self.presented.clone() else { return Ok(()) };
        let candidate = if world.engine.sealer().is_some() { Some(sent) } else { world.keys.candidate(&sent)? };
        if let Some(key) = candidate {
            self.look_up(world, key).await?;
        }
        Ok(())
    }

    async fn look_up(&mut self, world: &World, key: String) -> Result<(), StoreError> {
        let now = world.clock.now();
        let mut looked = world.engine.load(&key, now).await?;
        if looked.found != Found::Nothing && world.seldom.happens(Wrong::LostSession) {
            world.engine.delete(&key).await?;
            looked.found = Found::Nothing;
        }
        let alive = |data: &Map<String, Value>, deadline| {
            world.lifetimes.alive(data, deadline, now) || world.seldom.happens(Wrong::Outlived)
        };
        match looked.found {
            Found::Record(record) if alive(&record.data, record.deadline) => {
                self.data = world.recall(&key, record.data);
                if world.behaviour.expiry.told_late {
                    self.at_load.clone_from(&self.data);
                }
                self.loaded_data = world.behaviour.life.conflicts_restore.then(|| self.data.clone());
                self.loaded_deadline = Some(record.deadline);
                self.key = Some(key);
            }
            Found::Record(record) => match world.lifetimes.policy.enforcement {
                Enforcement::AfterOneRead => {
                    world.engine.delete(&key).await?;
                    self.data = record.data;
                    self.key = Some(key);
                }
                Enforcement::KeepsKey => self.key = Some(key),
                Enforcement::BeginsAnew => self.created = true,
                Enforcement::All
                | Enforcement::Nothing
                | Enforcement::DefaultOnly
                | Enforcement::CustomOnly
                | Enforcement::NotInstants => {}
            },
            Found::Corrupt if world.behaviour.storage.corrupt_fails => return Err(StoreError::Corrupt),
            // Its next write repairs it.
            Found::Corrupt => {
                if world.behaviour.storage.corrupt_keeps_user {
                    self.data = world.remembered_user(&key);
                }
                self.key = Some(key);
            }
            Found::Nothing if world.keys.adopts(&key) => {
                self.key = Some(key);
                self.created = true;
            }
            Found::Nothing => match world.remembered(&key) {
                Some(data) => (self.data, self.key) = (data, Some(key)),
                None => self.created = world.behaviour.life.unknown_key_creates,
            },
        }
        if looked.rotate && self.key.is_some() {
            self.rotate(false, false);
        }
        self.modified |= self.created;
        Ok(())
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.data.get(key)
    }

    /// Stores a value.
    pub(super) fn put(&mut self, key: &str, value: Value) {
        self.data.insert(key.to_owned(), value);
        self.modified = true;
    }

    /// Removes a value.
    pub(super) fn remove(&mut self, key: &str) -> Option<Value> {
        let removed = self.data.remove(key);
        self.modified |= removed.is_some();
        removed
    }

    /// The entries that are the application's.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.data.iter().filter(|(key, _)| !key.starts_with(INTERNAL))
    }

    /// Forgets the data; the key stays.
    pub(super) fn clear(&mut self, rule: Clear) {
        if rule == Clear::UntilNextWrite {
            self.cleared = Some(self.data.clone());
        }
        if rule != Clear::KeepsData {
            self.data.clear();
        }
        if rule == Clear::RotatesKey && self.key.is_some() {
            self.rotate(false, false);
        }
        self.modified = true;
    }

    /// Ends the session: no data, no record, no cookie.
    pub(super) fn flush(&mut self, ending: Ending) {
        if matches!(ending, Ending::Nothing | Ending::UserOnly) {
            return;
        }
        self.until_close |= Expiry::of(&self.data) == Expiry::BrowserClose;
        self.data.clear();
        self.flushed = true;
        self.created = false;
        self.modified = true;
        let replaced = self.continues.take().filter(|_| ending != Ending::KeepsReplaced);
        let ended = self.key.take().into_iter().chain(replaced.map(|continued| continued.key));
        let ended: Vec<String> = ended.collect();
        match (ending, ended.first()) {
            (Ending::KeepsRecord, _) => return,
            (Ending::KeepsCookie, _) => self.farewell = Farewell::None,
            (Ending::LiveValue, Some(key)) => {
                self.farewell = Farewell::Live(key.clone());
                return;
            }
            (Ending::Whole | Ending::Nothing | Ending::UserOnly | Ending::KeepsReplaced, _)
            | (Ending::LiveValue, None) => {}
        }
        self.retired.extend(ended);
    }

    /// Makes the request fail when its key opens nothing, where a careless server does that.
    pub(super) fn refuse_unknown(&mut self, careless: bool) {
        self.refused |= careless && self.presented.is_some() && self.key.is_none();
    }

    /// Gives the session a new key.
    pub(super) fn cycle_key(&mut self, rule: CycleKey) {
        if rule == CycleKey::DropsData {
            self.data.clear();
        }
        if rule == CycleKey::ResetsExpiry {
            super::expiry::Lifetimes::forget_custom(&mut self.data);
        }
        if rule == CycleKey::LogsOut {
            self.data.remove(super::auth_operations::USER);
        }
        if rule == CycleKey::TwiceKeepsOldRecord
            && let Some(continued) = &mut self.continues
        {
            continued.stays = true;
        }
        self.created = true;
        self.rotate(rule == CycleKey::Regardless, rule == CycleKey::KeepsOldRecord);
    }

    /// Moves the data to a new key when the session is saved.
    pub(super) fn rotate(&mut self, regardless: bool, stays: bool) {
        if let Some(key) = self.key.take() {
            self.continues = Some(Continued { key, regardless, stays });
            self.rotated = true;
        }
        self.modified = true;
    }
}
