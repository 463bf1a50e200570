//! The five session engines, by Django's names.

mod cache;
mod cached_db;
mod db;
mod file;
mod memcached;
mod memory_cache;
mod record;
mod signed_cookies;

use std::path::Path;

use self::cache::Cache;
use self::cached_db::{CachedDatabase, UntilRule};
use self::db::Database;
use self::file::Directory;
use self::memcached::Memcached;
use self::memory_cache::MemoryCache;
pub(super) use self::memory_cache::Reachability;
pub(super) use self::record::{Found, Record};
pub(super) use self::signed_cookies::SignedCookies;
use super::behaviour::{Behaviour, Fallback, Storage, SweepRule, Writes};
use super::config::{CacheKind, EngineKind};
use super::error::StoreError;
use super::expiry::Lifetimes;
use super::signer::Signer;
use crate::cookie::{OffsetClock, Timestamp};

/// Where the sessions of one server are.
#[derive(Debug)]
pub(super) struct Engine {
    store: Store,
    policy: Storage,
    lifetimes: Lifetimes,
}

#[derive(Debug)]
enum Store {
    Db(Database),
    File(Directory),
    Cache(Cache),
    CachedDb(Box<CachedDatabase>),
    SignedCookies(SignedCookies),
}

/// What was found under a key.
#[derive(Debug)]
pub(super) struct Lookup {
    pub(super) found: Found,
    /// The session is to go on under a new key.
    pub(super) rotate: bool,
}

/// What an engine is made of.
pub(super) struct Parts<'a> {
    pub(super) kind: EngineKind,
    pub(super) cache: &'a CacheKind,
    /// Of the engines that are files; `None` for a database in memory.
    pub(super) directory: Option<&'a Path>,
    pub(super) clock: &'a OffsetClock,
    pub(super) signer: &'a Signer,
    pub(super) lifetimes: &'a Lifetimes,
    pub(super) behaviour: &'a Behaviour,
}

impl Engine {
    pub(super) fn open(parts: &Parts<'_>) -> Result<Self, StoreError> {
        let policy = parts.behaviour.storage.clone();
        let cache = || match parts.cache {
            CacheKind::InProcess => Cache::Memory(MemoryCache::new(parts.clock.clone())),
            CacheKind::Memcached(address) => Cache::Memcached(Memcached::new(address.clone(), parts.clock.clone())),
        };
        let database = || Database::open(parts.directory.map(|directory| directory.join("sessions.sqlite3")));
        let store = match parts.kind {
            EngineKind::Db | EngineKind::File if policy.writes == Writes::InProcess => {
                Store::Cache(Cache::Memory(MemoryCache::new(parts.clock.clone())))
            }
            EngineKind::Db => Store::Db(database()?),
            EngineKind::File => {
                let no_directory =
                    || StoreError::Unavailable { service: "directory", cause: "none was made".to_owned() };
                Store::File(Directory::open(&parts.directory.ok_or_else(no_directory)?.join("sessions"))?)
            }
            EngineKind::Cache => Store::Cache(cache()),
            EngineKind::CachedDb => {
                Store::CachedDb(Box::new(CachedDatabase::new(policy.clone(), database()?, cache())?))
            }
            EngineKind::SignedCookies => {
                Store::SignedCookies(SignedCookies::new(parts.signer.clone(), parts.behaviour.signing.clone()))
            }
        };
        Ok(Self { store, policy, lifetimes: parts.lifetimes.clone() })
    }

    /// The sealer of an engine without a store.
    pub(super) fn sealer(&self) -> Option<&SignedCookies> {
        match &self.store {
            Store::SignedCookies(cookies) => Some(cookies),
            _ => None,
        }
    }

    /// What is under a key, expired or not.
    pub(super) async fn load(&self, key: &str, now: Timestamp) -> Result<Lookup, StoreError> {
        let whole = |found| Lookup { found, rotate: false };
        match &self.store {
            Store::Db(database) => database.load(key).map(whole),
            Store::File(directory) => directory.load(key).map(whole),
            Store::Cache(cache) => match cache.load(key).await {
                Err(_) if self.policy.outage_looks_empty => Ok(whole(Found::Nothing)),
                found => found.map(whole),
            },
            Store::CachedDb(cached) => {
                let looked = cached.load(key, self.until()).await?;
                let rotate = looked.missed && self.policy.fallback == Fallback::NewKey;
                Ok(Lookup { found: looked.found, rotate })
            }
            Store::SignedCookies(cookies) => Ok(whole(cookies.open(key, &self.lifetimes, now))),
        }
    }

    /// Stores a record under a new key, or over whatever is there.
    pub(super) async fn put(&self, key: &str, record: &Record) -> Result<(), StoreError> {
        match &self.store {
            Store::Db(database) => database.put(key, record),
            Store::File(directory) => directory.put(key, record),
            Store::Cache(cache) => cache.put(key, record, self.until()(record)).await,
            Store::CachedDb(cached) => cached.put(key, record, self.until()).await,
            Store::SignedCookies(_) => Ok(()),
        }
    }

    /// Replaces a record; `false` when there is none any more.
    pub(super) async fn update(&self, key: &str, record: &Record) -> Result<bool, StoreError> {
        match &self.store {
            Store::Db(database) => database.update(key, record),
            Store::File(directory) => directory.update(key, record),
            Store::Cache(cache) => cache.update(key, record, self.until()(record)).await,
            Store::CachedDb(cached) => cached.update(key, record, self.until()).await,
            Store::SignedCookies(_) => Ok(true),
        }
    }

    /// Replaces a record and its key; `false` when there is none any more.
    pub(super) async fn rename(&self, old: &str, new: &str, record: &Record) -> Result<bool, StoreError> {
        match &self.store {
            Store::Db(database) => database.rename(old, new, record),
            Store::File(directory) => directory.rename(old, new, record),
            Store::Cache(cache) => cache.rename(old, new, record, self.until()(record)).await,
            Store::CachedDb(cached) => cached.rename(old, new, record, self.until()).await,
            Store::SignedCookies(_) => Ok(true),
        }
    }

    /// Whether there was a record to delete.
    pub(super) async fn delete(&self, key: &str) -> Result<bool, StoreError> {
        match &self.store {
            Store::Db(database) => database.delete(key),
            Store::File(directory) => directory.delete(key),
            Store::Cache(cache) => cache.delete(key).await,
            Store::CachedDb(cached) => cached.delete(key).await,
            Store::SignedCookies(_) => Ok(false),
        }
    }

    /// Deletes a record behind the back of its session: of `cached_db`, the row alone.
    pub(super) async fn delete_durable(&self, key: &str) -> Result<bool, StoreError> {
        match &self.store {
            Store::CachedDb(cached) => cached.database.delete(key),
            _ => self.delete(key).await,
        }
    }

    /// Forgets every session.
    pub(super) async fn forget_everything(&self, now: Timestamp) -> Result<(), StoreError> {
        if let Some(cache) = self.cache() {
            cache.flush().await?;
        }
        self.sweep(now, SweepRule::Everything)
    }

    /// Whether the durable store has a record under a key.
    pub(super) async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        match &self.store {
            Store::Db(database) => database.exists(key),
            Store::File(directory) => Ok(directory.exists(key)),
            Store::Cache(_) if self.policy.writes == Writes::InProcess => Ok(false),
            Store::Cache(cache) => cache.load(key).await.map(|found| found != Found::Nothing),
            Store::CachedDb(cached) => cached.database.exists(key),
            Store::SignedCookies(_) => Ok(false),
        }
    }

    /// The number of records in the durable store, expired ones too; `None` where it cannot tell.
    pub(super) fn count(&self, now: Timestamp) -> Result<Option<u64>, StoreError> {
        let live = self.policy.expired_not_counted.then_some(now);
        match &self.store {
            Store::Db(database) => database.count(live).map(Some),
            Store::File(directory) => directory.count().map(Some),
            Store::Cache(_) if self.policy.writes == Writes::InProcess => Ok(Some(0)),
            Store::Cache(cache) => cache.count(),
            Store::CachedDb(cached) => cached.database.count(live).map(Some),
            Store::SignedCookies(_) => Ok(None),
        }
    }

    /// Removes expired records from the durable store. Caches and cookies expire by themselves.
    pub(super) fn clear_expired(&self, now: Timestamp) -> Result<(), StoreError> {
        self.sweep(now, self.lifetimes.policy.sweep)
    }

    fn sweep(&self, now: Timestamp, rule: SweepRule) -> Result<(), StoreError> {
        match &self.store {
            Store::Db(database) => database.sweep(now, rule),
            Store::File(directory) => directory.sweep(now, rule),
            Store::CachedDb(cached) => cached.database.sweep(now, rule),
            Store::Cache(_) | Store::SignedCookies(_) => Ok(()),
        }
    }

    /// Damages a record in the durable store; `false` when there is none.
    pub(super) async fn corrupt(&self, key: &str) -> Result<bool, StoreError> {
        match &self.store {
            Store::Db(database) => database.corrupt(key),
            Store::File(directory) => directory.corrupt(key),
            Store::Cache(cache) => cache.corrupt(key).await,
            Store::CachedDb(cached) => cached.database.corrupt(key),
            Store::SignedCookies(_) => Ok(false),
        }
    }

    /// Whether [`Engine::count`] can tell.
    pub(super) fn counts(&self) -> bool {
        match &self.store {
            Store::Db(_) | Store::File(_) | Store::CachedDb(_) => true,
            Store::Cache(cache) => cache.is_memory(),
            Store::SignedCookies(_) => false,
        }
    }

    /// Makes the cache forget everything; `false` without a cache.
    pub(super) async fn flush_cache(&self) -> Result<bool, StoreError> {
        match self.cache() {
            Some(_) if self.policy.cache_survives_flush => Ok(true),
            Some(cache) => cache.flush().await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Begins or ends an outage of the cache; `false` without a cache of our own.
    pub(super) fn set_cache(&self, reachability: Reachability) -> bool {
        self.cache().is_some_and(|cache| cache.set_reachability(reachability))
    }

    /// Begins or ends an outage of the database; `false` without a database.
    pub(super) fn set_database_stopped(&self, stopped: bool) -> bool {
        match &self.store {
            Store::Db(database) => database.set_stopped(stopped),
            Store::CachedDb(cached) => cached.database.set_stopped(stopped),
            _ => return false,
        }
        true
    }

    /// Whether there is a cache, and whether outages of it can be made here.
    pub(super) fn has_cache(&self) -> (bool, bool) {
        self.cache().map_or((false, false), |cache| (true, cache.is_memory()))
    }

    /// Whether there is a database.
    pub(super) const fn has_database(&self) -> bool {
        matches!(self.store, Store::Db(_) | Store::CachedDb(_))
    }

    /// What a stop and a start of the server does to its stores.
    pub(super) fn restart(&self, now: Timestamp) -> Result<(), StoreError> {
        match &self.store {
            Store::Db(database) => database.reopen()?,
            Store::CachedDb(cached) => cached.restart()?,
            Store::Cache(cache) => cache.restart(),
            Store::File(_) | Store::SignedCookies(_) => {}
        }
        if self.policy.lost_on_restart { self.sweep(now, SweepRule::Everything) } else { Ok(()) }
    }

    fn cache(&self) -> Option<&Cache> {
        match &self.store {
            // Nobody outside knows of it.
            Store::Cache(_) if self.policy.writes == Writes::InProcess => None,
            Store::Cache(cache) => Some(cache),
            Store::CachedDb(cached) => Some(&cached.cache),
            _ => None,
        }
    }

    fn until(&self) -> UntilRule {
        if self.lifetimes.caches_may_forget() { |record| Some(record.deadline) } else { |_| None }
    }
}
