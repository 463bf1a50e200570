//! The `file` engine: one file per session, replaced as a whole.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::record::{DAMAGE, Found, Record};
use crate::cookie::Timestamp;
use crate::reference::auth_operations::USER;
use crate::reference::behaviour::SweepRule;
use crate::reference::error::StoreError;
use crate::reference::expiry::Expiry;

/// What the names of the files begin with, as Django's do.
const PREFIX: &str = "sessionid";

/// A directory of sessions. Files are small, so they are read and written on the calling task.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    // One writer at a time, so that nothing is written over a session that was just deleted.
    writing: Mutex<()>,
}

impl Directory {
    /// Uses the directory at `path`, which is made if need be.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(path).map_err(failed)?;
        Ok(Self { path: path.to_owned(), writing: Mutex::new(()) })
    }

    pub(super) fn load(&self, key: &str) -> Result<Found, StoreError> {
        match fs::read(self.file(key)) {
            Ok(octets) => Ok(Found::from_text(Some(&String::from_utf8_lossy(&octets)))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::Nothing),
            Err(error) => Err(failed(error)),
        }
    }

    /// Stores a record under a new key, or over whatever is there.
    pub(super) fn put(&self, key: &str, record: &Record) -> Result<(), StoreError> {
        let _writing = self.lock();
        self.write(key, &record.to_text())
    }

    /// Replaces a record; `false` when there is none any more.
    pub(super) fn update(&self, key: &str, record: &Record) -> Result<bool, StoreError> {
        let _writing = self.lock();
        if !self.file(key).exists() {
            return Ok(false);
        }
        self.write(key, &record.to_text()).map(|()| true)
    }

    /// Replaces a record and its key; `false` when there is none any more.
    pub(super) fn rename(&self, old: &str, new: &str, record: &Record) -> Result<bool, StoreError> {
        let _writing = self.lock();
        if !self.file(old).exists() {
            return Ok(false);
        }
        self.write(new, &record.to_text())?;
        remove(&self.file(old))
    }

    /// Whether there was a record to delete.
    pub(super) fn delete(&self, key: &str) -> Result<bool, StoreError> {
        let _writing = self.lock();
        remove(&self.file(key))
    }

    pub(super) fn exists(&self, key: &str) -> bool {
        self.file(key).exists()
    }

    pub(super) fn count(&self) -> Result<u64, StoreError> {
        Ok(self.files()?.len() as u64)
    }

    /// Deletes what the rule names.
    pub(super) fn sweep(&self, now: Timestamp, rule: SweepRule) -> Result<(), StoreError> {
        let _writing = self.lock();
        for file in self.files()? {
            let text = fs::read(&file).unwrap_or_default();
            let ended = match Found::from_text(Some(&String::from_utf8_lossy(&text))) {
                Found::Record(record) if rule == SweepRule::EndingWithBrowserToo => {
                    record.deadline <= now || Expiry::of(&record.data) == Expiry::BrowserClose
                }
                Found::Record(record) if rule == SweepRule::OfVisitors => {
                    record.deadline <= now && !record.data.contains_key(USER)
                }
                Found::Record(record) => record.deadline <= now,
                Found::Corrupt | Found::Nothing => false,
            };
            if rule == SweepRule::Everything || (rule != SweepRule::Nothing && ended) {
                remove(&file)?;
            }
        }
        Ok(())
    }

    /// Damages a record; `false` when there is none.
    pub(super) fn corrupt(&self, key: &str) -> Result<bool, StoreError> {
        let _writing = self.lock();
        if !self.file(key).exists() {
            return Ok(false);
        }
        self.write(key, DAMAGE).map(|()| true)
    }

    /// The file of a key. Keys are letters and digits, so a name never leaves the directory.
    fn file(&self, key: &str) -> PathBuf {
        self.path.join(format!("{PREFIX}{key}"))
    }

    fn files(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().to_string_lossy().starts_with(PREFIX) {
                files.push(entry.path());
            }
        }
        Ok(files)
    }

    /// Writes beside the file and renames, so that a reader never sees half a record.
    fn write(&self, key: &str, text: &str) -> Result<(), StoreError> {
        let draft = self.path.join("draft");
        let mut file = fs::File::create(&draft).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        drop(file);
        fs::rename(&draft, self.file(key)).map_err(failed)
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remove(file: &Path) -> Result<bool, StoreError> {
    match fs::remove_file(file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
fn failed(error: io::Error) -> StoreError {
    StoreError::Unavailable { service: "directory", cause: error.to_string() }
}
