//! The `cached_db` engine: the database is the truth, a cache in front of it is for speed.

use std::collections::HashSet;
use std::sync::{Mutex as SyncMutex, MutexGuard as SyncGuard, PoisonError};

use tokio::sync::Mutex;

use super::cache::Cache;
use super::db::Database;
use super::record::{Found, Record};
use crate::cookie::Timestamp;
use crate::reference::behaviour::{CachedWrites, DeletesLeave, Fallback, Storage};
use crate::reference::error::StoreError;

/// Database first, then cache. The cache may go away at any time: reads fall back, writes and deletions are
/// remembered, so that what it still holds when it comes back is not believed.
#[derive(Debug)]
pub(super) struct CachedDatabase {
    policy: Storage,
    pub(super) database: Database,
    pub(super) cache: Cache,
    // Copies that could not be written or deleted. Also in the database, for after a restart.
    stale: SyncMutex<HashSet<String>>,
    // A copy is written together with its row, so that a deletion in between cannot be undone.
    copying: Mutex<()>,
}

/// What was found, and whether the cache had missed it.
pub(super) struct Looked {
    pub(super) found: Found,
    pub(super) missed: bool,
}

impl CachedDatabase {
    pub(super) fn new(policy: Storage, database: Database, cache: Cache) -> Result<Self, StoreError> {
        let stale = SyncMutex::new(database.stale_copies()?.into_iter().collect());
        Ok(Self { policy, database, cache, stale, copying: Mutex::default() })
    }

    pub(super) async fn load(&self, key: &str, until: UntilRule) -> Result<Looked, StoreError> {
        if !self.is_stale(key) && self.policy.fallback != Fallback::Always {
            match self.cache.load(key).await {
                Ok(found @ Found::Record(_)) => return Ok(Looked { found, missed: false }),
                Err(error) if self.policy.needs_cache => return Err(error),
                Ok(Found::Corrupt | Found::Nothing) | Err(_) => {}
            }
        }
        if self.policy.fallback == Fallback::Nothing {
            return Ok(Looked { found: Found::Nothing, missed: true });
        }
        let _copying = self.copying.lock().await;
        let found = self.database.load(key)?;
        if let Found::Record(record) = &found {
            self.copy(key, record, until).await?;
        }
        Ok(Looked { found, missed: true })
    }

    /// Stores a record under a new key, or over whatever is there.
    pub(super) async fn put(&self, key: &str, record: &Record, until: UntilRule) -> Result<(), StoreError> {
        let _copying = self.copying.lock().await;
        if self.policy.cached_writes == CachedWrites::CacheFirst {
            self.cache.put(key, record, until(record)).await?;
        }
        if self.policy.cached_writes != CachedWrites::CacheOnly {
            self.database.put(key, record)?;
        }
        self.copy(key, record, until).await
    }

    /// Replaces a record; `false` when there is none any more.
    pub(super) async fn update(&self, key: &str, record: &Record, until: UntilRule) -> Result<bool, StoreError> {
        let _copying = self.copying.lock().await;
        let there = match self.policy.cached_writes {
            CachedWrites::CacheFirst => {
                self.cache.put(key, record, until(record)).await?;
                self.database.update(key, record)?
            }
            CachedWrites::Through => self.database.update(key, record)?,
            CachedWrites::FirstOnly => self.database.exists(key)?,
            CachedWrites::CacheOnly => matches!(self.cache.load(key).await?, Found::Record(_)),
        };
        if there {
            self.copy(key, record, until).await?;
        } else {
            self.forget(key).await?;
        }
        Ok(there)
    }

    /// Replaces a record and its key; `false` when there is none any more.
    pub(super) async fn rename(
        &self,
        old: &str,
        new: &str,
        record: &Record,
        until: UntilRule,
    ) -> Result<bool, StoreError> {
        let _copying = self.copying.lock().await;
        let there = match self.policy.cached_writes {
            CachedWrites::CacheOnly => self.cache.delete(old).await?,
            CachedWrites::Through | CachedWrites::FirstOnly | CachedWrites::CacheFirst => {
                self.database.rename(old, new, record)?
            }
        };
        if !self.policy.replaced_stays_in_cache {
            self.forget(old).await?;
        }
        if there {
            self.copy(new, record, until).await?;
        }
        Ok(there)
    }

    /// Whether there was a record to delete.
    pub(super) async fn delete(&self, key: &str) -> Result<bool, StoreError> {
        let _copying = self.copying.lock().await;
        let there = match self.policy.deletes_leave {
            DeletesLeave::Database => self.database.exists(key)?,
            DeletesLeave::Nothing | DeletesLeave::Cache => self.database.delete(key)?,
        };
        if self.policy.deletes_leave != DeletesLeave::Cache {
            self.forget(key).await?;
        }
        Ok(there)
    }

    /// What a restart of the server does.
    pub(super) fn restart(&self) -> Result<(), StoreError> {
        self.database.reopen()?;
        self.cache.restart();
        let stale = self.database.stale_copies()?;
        *self.stale() = stale.into_iter().collect();
        Ok(())
    }

    /// Writes the copy of a row.
    async fn copy(&self, key: &str, record: &Record, until: UntilRule) -> Result<(), StoreError> {
        let written = self.cache.put(key, record, until(record)).await;
        self.note(key, written)
    }

    /// Deletes the copy of a row that is gone.
    async fn forget(&self, key: &str) -> Result<(), StoreError> {
        let deleted = self.cache.delete(key).await.map(drop);
        self.note(key, deleted)
    }

    /// Survives an outage of the cache, and remembers which copy missed what.
    fn note(&self, key: &str, outcome: Result<(), StoreError>) -> Result<(), StoreError> {
        match outcome {
            Err(error) if self.policy.needs_cache => Err(error),
            Err(_) if self.policy.forgets_outage => Ok(()),
            Err(_) => {
                self.stale().insert(key.to_owned());
                self.database.set_stale(key, true)
            }
            Ok(()) if self.is_stale(key) => {
                self.stale().remove(key);
                self.database.set_stale(key, false)
            }
            Ok(()) => Ok(()),
        }
    }

    fn is_stale(&self, key: &str) -> bool {
        self.stale().contains(key)
    }

    fn stale(&self) -> SyncGuard<'_, HashSet<String>> {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the cache may forget a record.
pub(super) type UntilRule = fn(&Record) -> Option<Timestamp>;
