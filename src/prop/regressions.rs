//! Regressions: failing histories of earlier runs, played first.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::history::History;

/// The version of the file.
const VERSION: u32 = 1;

/// Failing histories of earlier runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Regressions {
    version: u32,
    /// The histories.
    pub regressions: Vec<Regression>,
}

/// A failing history of an earlier run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    /// The target and variant on which it failed.
    pub variant: String,
    /// How it failed.
    pub code: String,
    /// The seed and number that drew it.
    pub seed: String,
    /// The smallest history that failed.
    pub history: History,
}

/// Why the file of regressions is of no use.
#[derive(Debug, thiserror::Error)]
pub enum RegressionsError {
    /// It cannot be read or written.
    #[error("failed to use the regressions in {path}: {cause}")]
    File {
        /// The file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It holds something else.
    #[error("{path} holds no regressions: {cause}")]
    Form {
        /// The file.
        path: String,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
}

impl Default for Regressions {
    fn default() -> Self {
        Self { version: VERSION, regressions: Vec::new() }
    }
}

impl Regressions {
    /// Reads a file; without one there are no regressions.
    pub fn read(path: &Path) -> Result<Self, RegressionsError> {
        let name = path.display().to_string();
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(cause) => return Err(RegressionsError::File { path: name, cause }),
        };
        serde_json::from_slice(&text).map_err(|cause| RegressionsError::Form { path: name, cause })
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) -> Result<(), RegressionsError> {
        let name = path.display().to_string();
        let mut text =
            serde_json::to_string_pretty(self).map_err(|cause| RegressionsError::Form { path: name.clone(), cause })?;
        text.push('\n');
        std::fs::write(path, text).map_err(|cause| RegressionsError::File { path: name, cause })
    }

    /// Adds a history unless it is there; whether it was new.
    pub fn add(&mut self, new: Regression) -> bool {
        let known = self.regressions.iter().any(|old| old.history == new.history && old.variant == new.variant);
        if !known {
            self.regressions.push(new);
        }
        !known
    }
}
