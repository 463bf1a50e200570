//! Stored runs, read from files.

use std::path::Path;

use super::Failure;
use super::catalogue::unreadable;
use crate::event::StoredRun;
use crate::report::json;

/// The run that a file holds.
pub(super) fn stored_run(path: &Path) -> Result<StoredRun, Failure> {
    let text = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    json::read(&text).map_err(|error| {
        Failure::bad_input(format!("failed to read the run in {}: {error}", path.display())).fix(error.fix())
    })
}
