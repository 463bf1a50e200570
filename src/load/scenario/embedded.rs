//! The scenarios inside this program.

use include_dir::{Dir, include_dir};

use super::{Scenario, read_scenario};
use crate::document::Diagnostics;

static EMBEDDED: Dir = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// Every scenario inside this program, by name. A test reads them too, so that an error here is a bug.
pub fn embedded() -> Result<Vec<Scenario>, Diagnostics> {
    let mut files: Vec<_> =
        EMBEDDED.files().filter(|file| file.path().extension().is_some_and(|ending| ending == "yaml")).collect();
    files.sort_by_key(|file| file.path());
    files.iter().map(|file| read_scenario(&format!("scenarios/{}", file.path().display()), file.contents())).collect()
}

/// The embedded scenario of this name.
pub fn find(name: &str) -> Result<Option<Scenario>, Diagnostics> {
    Ok(embedded()?.into_iter().find(|scenario| scenario.name == name))
}
