//! Stores inside a process: a database file, a folder of files.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::{Ceiling, CeilingError, jump, per_second};
use crate::rig::Scratch;

/// Look-ups between two looks at the clock.
const BATCH: u64 = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    Sqlite,
    Files,
}

pub(super) fn measure(store: Store, keys: u32, value: &[u8], length: Duration) -> Result<Ceiling, CeilingError> {
    let name = if store == Store::Sqlite { "SQLite" } else { "files" };
    let failed = |error: &dyn std::error::Error| CeilingError::Store { store: name, cause: error.to_string() };
    let scratch = Scratch::new(None).map_err(|error| failed(&error))?;
    match store {
        Store::Sqlite => {
            let database = Connection::open(scratch.path().join("ceiling.sqlite3")).map_err(|error| failed(&error))?;
            let per_second = sqlite(&database, keys, value, length).map_err(|error| failed(&error))?;
            let how = format!("SELECT by key, one thread, prepared once, {keys} rows in a file with WAL");
            Ok(Ceiling { store: "SQLite".to_owned(), how, per_second })
        }
        Store::Files => {
            let path = |key: u32| scratch.path().join(format!("session{key}"));
            for key in 0..keys {
                std::fs::write(path(key), value).map_err(|error| failed(&error))?;
            }
            let per_second = ask(keys, length, |key| std::fs::read(path(key)).map(|read| read.len()))
                .map_err(|error| failed(&error))?;
            let how = format!("read by name, one thread, {keys} files in one folder, in the page cache");
            Ok(Ceiling { store: "files".to_owned(), how, per_second })
        }
    }
}

fn sqlite(database: &Connection, keys: u32, value: &[u8], length: Duration) -> rusqlite::Result<f64> {
    database.pragma_update(None, "journal_mode", "wal")?;
    database.pragma_update(None, "synchronous", "off")?;
    database.execute_batch("CREATE TABLE session (key TEXT PRIMARY KEY, data BLOB); BEGIN")?;
    {
        let mut insert = database.prepare("INSERT INTO session VALUES (?1, ?2)")?;
        for key in 0..keys {
            insert.execute(params![name(key), value])?;
        }
    }
    database.execute_batch("COMMIT")?;
    let mut select = database.prepare("SELECT data FROM session WHERE key = ?1")?;
    ask(keys, length, |key| select.query_row([name(key)], |row| row.get::<_, Vec<u8>>(0)).map(|data| data.len()))
}

/// A key as long as a session's.
fn name(key: u32) -> String {
    format!("{key:032}")
}

fn ask<E>(keys: u32, length: Duration, mut look: impl FnMut(u32) -> Result<usize, E>) -> Result<f64, E> {
    let mut state = 1;
    let mut count = 0;
    let start = Instant::now();
    while start.elapsed() < length {
        for _ in 0..BATCH {
            std::hint::black_box(look(jump(&mut state, keys))?);
        }
        count += BATCH;
    }
    Ok(per_second(count, start.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_stores_find_what_was_laid_down() {
        for store in [Store::Sqlite, Store::Files] {
            let ceiling = measure(store, 50, b"value", Duration::from_millis(20)).unwrap();
            assert!(ceiling.per_second > 0.0, "{ceiling:?}");
        }
    }
}
