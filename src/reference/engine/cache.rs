//! The `cache` engine: records in a cache and nowhere else.

use super::memcached::Memcached;
use super::memory_cache::{MemoryCache, Reachability};
use super::record::{DAMAGE, Found, Record};
use crate::cookie::Timestamp;
use crate::reference::error::StoreError;

/// A cache of records, inside the process or in memcached.
#[derive(Debug)]
pub(super) enum Cache {
    Memory(MemoryCache),
    Memcached(Memcached),
}

impl Cache {
    pub(super) async fn load(&self, key: &str) -> Result<Found, StoreError> {
        let text = match self {
            Self::Memory(cache) => cache.get(key)?,
            Self::Memcached(cache) => cache.get(key).await?,
        };
        Ok(Found::from_text(text.as_deref()))
    }

    /// Stores a record, which the cache may forget at `until`.
    pub(super) async fn put(&self, key: &str, record: &Record, until: Option<Timestamp>) -> Result<(), StoreError> {
        self.put_text(key, record.to_text(), until).await
    }

    /// Replaces a record; `false` when there is none any more.
    pub(super) async fn update(
        &self,
        key: &str,
        record: &Record,
        until: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        match self {
            Self::Memory(cache) => cache.replace(key, record.to_text(), until),
            Self::Memcached(cache) => cache.replace(key, &record.to_text(), until).await,
        }
    }

    /// Replaces a record and its key; `false` when there is none any more. Of two that try, one deletes the old
    /// record and goes on.
    pub(super) async fn rename(
        &self,
        old: &str,
        new: &str,
        record: &Record,
        until: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        if !self.delete(old).await? {
            return Ok(false);
        }
        self.put(new, record, until).await.map(|()| true)
    }

    /// Whether there was a record to delete.
    pub(super) async fn delete(&self, key: &str) -> Result<bool, StoreError> {
        match self {
            Self::Memory(cache) => cache.delete(key),
            Self::Memcached(cache) => cache.delete(key).await,
        }
    }

    /// The number of records; `None` where the cache cannot tell.
    pub(super) fn count(&self) -> Result<Option<u64>, StoreError> {
        match self {
            Self::Memory(cache) => cache.count().map(Some),
            Self::Memcached(_) => Ok(None),
        }
    }

    /// Damages a record; `false` when there is none.
    pub(super) async fn corrupt(&self, key: &str) -> Result<bool, StoreError> {
        match self {
            Self::Memory(cache) => cache.replace(key, DAMAGE.to_owned(), None),
            Self::Memcached(cache) => cache.replace(key, DAMAGE, None).await,
        }
    }

    /// Forgets everything.
    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        match self {
            Self::Memory(cache) => {
                cache.flush();
                Ok(())
            }
            Self::Memcached(cache) => cache.flush().await,
        }
    }

    /// Begins or ends an outage; `false` when the cache is not ours to break.
    pub(super) fn set_reachability(&self, reachability: Reachability) -> bool {
        match self {
            Self::Memory(cache) => {
                cache.set_reachability(reachability);
                true
            }
            Self::Memcached(_) => false,
        }
    }

    /// What a restart of the server does: a cache of its own is gone.
    pub(super) fn restart(&self) {
        if let Self::Memory(cache) = self {
            cache.flush();
        }
    }

    pub(super) const fn is_memory(&self) -> bool {
        matches!(self, Self::Memory(_))
    }

    async fn put_text(&self, key: &str, text: String, until: Option<Timestamp>) -> Result<(), StoreError> {
        match self {
            Self::Memory(cache) => cache.set(key, text, until),
            Self::Memcached(cache) => cache.set(key, &text, until).await,
        }
    }
}
