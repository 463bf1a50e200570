//! The directory of durable engines: given, or made for one server and deleted with it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::config::{EngineKind, StorePlace};
use super::error::StoreError;
use super::key_source::random_text;

/// The directory of durable engines.
#[derive(Debug)]
pub(super) struct StoreDirectory {
    path: PathBuf,
    temporary: bool,
}

impl StoreDirectory {
    /// The directory that an engine needs, if it needs one.
    pub(super) fn make(place: &StorePlace, engine: EngineKind) -> Result<Option<Self>, StoreError> {
        let directory = match (place, engine) {
            (_, EngineKind::Cache | EngineKind::SignedCookies)
            | (StorePlace::Temporary, EngineKind::Db | EngineKind::CachedDb) => return Ok(None),
            (StorePlace::Directory(path), _) => Self { path: path.clone(), temporary: false },
            (StorePlace::Temporary, EngineKind::File) => {
                let name = format!("hardtack-{}-{}", std::process::id(), random_text(8)?);
                Self { path: std::env::temp_dir().join(name), temporary: true }
            }
        };
        let failed = |error: io::Error| StoreError::Unavailable {
            service: "directory",
            cause: format!("{}: {error}", directory.path.display()),
        };
        fs::create_dir_all(&directory.path).map_err(failed)?;
        Ok(Some(directory))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for StoreDirectory {
    fn drop(&mut self) {
        if self.temporary {
            // What cannot be deleted is left to the system's own cleaning of temporary files.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
