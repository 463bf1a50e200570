//! The `db` engine: one row per session in `SQLite`, with the columns of Django's table.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};

use super::record::{DAMAGE, Found, Record};
use crate::cookie::Timestamp;
use crate::reference::behaviour::SweepRule;
use crate::reference::error::StoreError;

const SCHEMA: &str = "
    PRAGMA synchronous = OFF;
    PRAGMA journal_mode = MEMORY;
    CREATE TABLE IF NOT EXISTS session (
        session_key TEXT PRIMARY KEY,
        session_data TEXT NOT NULL,
        expire_date INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS stale_copy (session_key TEXT PRIMARY KEY);
";

/// A table of sessions. Statements are short, so they run on the calling task.
#[derive(Debug)]
pub(super) struct Database {
    path: Option<PathBuf>,
    connection: Mutex<Connection>,
    stopped: AtomicBool,
}

impl Database {
    /// Opens the database at `path` or makes it; without a path, one in memory.
    pub(super) fn open(path: Option<PathBuf>) -> Result<Self, StoreError> {
        let connection = match &path {
            Some(path) => Connection::open(path),
            None => Connection::open_in_memory(),
        };
        let connection = connection.map_err(failed)?;
        connection.execute_batch(SCHEMA).map_err(failed)?;
        Ok(Self { path, connection: Mutex::new(connection), stopped: AtomicBool::new(false) })
    }

    /// Closes the database and opens it again, as a server that starts does. One in memory stays open: it stands
    /// for a database that does not stop with the server.
    pub(super) fn reopen(&self) -> Result<(), StoreError> {
        let Some(path) = &self.path else { return Ok(()) };
        let fresh = Connection::open(path).map_err(failed)?;
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Makes every statement fail, or no longer.
    pub(super) fn set_stopped(&self, stopped: bool) {
        self.stopped.store(stopped, Ordering::SeqCst);
    }

    pub(super) fn load(&self, key: &str) -> Result<Found, StoreError> {
        let row: Option<(String, i64)> = self
            .connection()?
            .query_row("SELECT session_data, expire_date FROM session WHERE session_key = ?1", [key], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(failed)?;
        let Some((text, expire_date)) = row else { return Ok(Found::Nothing) };
        Ok(match serde_json::from_str(&text) {
            Ok(data) => Found::Record(Record { deadline: Timestamp::from_millis(expire_date), data }),
            Err(_) => Found::Corrupt,
        })
    }

    /// Stores a record under a new key, or over whatever is there.
    pub(super) fn put(&self, key: &str, record: &Record) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR REPLACE INTO session (session_key, session_data, expire_date) VALUES (?1, ?2, ?3)",
            params![key, data_text(record), record.deadline.as_millis()],
        )
        .map(drop)
    }

    /// Replaces a record; `false` when there is none any more.
    pub(super) fn update(&self, key: &str, record: &Record) -> Result<bool, StoreError> {
        self.rename(key, key, record)
    }

    /// Replaces a record and its key at once; `false` when there is none any more.
    pub(super) fn rename(&self, old: &str, new: &str, record: &Record) -> Result<bool, StoreError> {
        self.execute(
            "UPDATE session SET session_key = ?1, session_data = ?2, expire_date = ?3 WHERE session_key = ?4",
            params![new, data_text(record), record.deadline.as_millis(), old],
        )
    }

    /// Whether there was a record to delete.
    pub(super) fn delete(&self, key: &str) -> Result<bool, StoreError> {
        self.execute("DELETE FROM session WHERE session_key = ?1", [key])
    }

    pub(super) fn exists(&self, key: &str) -> Result<bool, StoreError> {
        self.connection()?
            .query_row("SELECT EXISTS (SELECT 1 FROM session WHERE session_key = ?1)", [key], |row| row.get(0))
            .map_err(failed)
    }

    /// The number of records, or of those that end after a moment.
    pub(super) fn count(&self, after: Option<Timestamp>) -> Result<u64, StoreError> {
        let after = after.map_or(i64::MIN, Timestamp::as_millis);
        let count: i64 = self
            .connection()?
            .query_row("SELECT COUNT(*) FROM session WHERE expire_date > ?1", [after], |row| row.get(0))
            .map_err(failed)?;
        Ok(count.unsigned_abs())
    }

    /// Deletes what the rule names.
    pub(super) fn sweep(&self, now: Timestamp, rule: SweepRule) -> Result<(), StoreError> {
        match rule {
            SweepRule::Expired | SweepRule::LongBegunToo => {
                self.execute("DELETE FROM session WHERE expire_date <= ?1", [now.as_millis()])
            }
            SweepRule::Everything => self.execute("DELETE FROM session", []),
            SweepRule::EndingWithBrowserToo => self.execute(
                "DELETE FROM session WHERE expire_date <= ?1 OR session_data LIKE '%\"browser_close\"%'",
                [now.as_millis()],
            ),
            SweepRule::OfVisitors => self.execute(
                "DELETE FROM session WHERE expire_date <= ?1 AND session_data NOT LIKE '%\"_auth_user\"%'",
                [now.as_millis()],
            ),
            SweepRule::Nothing => Ok(false),
        }
        .map(drop)
    }

    /// Damages a record; `false` when there is none.
    pub(super) fn corrupt(&self, key: &str) -> Result<bool, StoreError> {
        self.execute("UPDATE session SET session_data = ?1 WHERE session_key = ?2", [DAMAGE, key])
    }

    /// Keys whose copy in the cache must not be believed.
    pub(super) fn stale_copies(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare("SELECT session_key FROM stale_copy").map_err(failed)?;
        let keys = statement.query_map([], |row| row.get(0)).map_err(failed)?;
        keys.collect::<Result<_, _>>().map_err(failed)
    }

    /// Remembers whether the copy of a key in the cache must not be believed.
    pub(super) fn set_stale(&self, key: &str, stale: bool) -> Result<(), StoreError> {
        let statement = if stale {
            "INSERT OR REPLACE INTO stale_copy (session_key) VALUES (?1)"
        } else {
            "DELETE FROM stale_copy WHERE session_key = ?1"
        };
        self.execute(statement, [key]).map(drop)
    }

    fn execute(&self, statement: &str, values: impl rusqlite::Params) -> Result<bool, StoreError> {
        self.connection()?.execute(statement, values).map(|rows| rows > 0).map_err(failed)
    }

    fn connection(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        if self.stopped.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { service: "database", cause: "it is stopped".to_owned() });
        }
        Ok(self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn data_text(record: &Record) -> String {
    serde_json::Value::Object(record.data.clone()).to_string()
}

#[allow(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable { service: "database", cause: error.to_string() }
}
