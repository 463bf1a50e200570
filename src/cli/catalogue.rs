//! Which specs a command works on.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::document::Source;
use crate::event::ExitCode;
use crate::spec::{Catalogue, CatalogueError, load_directory};

/// The catalogue inside the program, with folders added to it.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Specs {
    /// Add the specs of this folder, or replace those of the same id; may be given several times
    #[arg(long = "specs", value_name = "DIR")]
    folders: Vec<PathBuf>,
}

impl Specs {
    /// Reads everything.
    pub(super) fn load(&self) -> Result<Catalogue, Failure> {
        let mut catalogue = embedded()?;
        for folder in &self.folders {
            let files = load_directory(folder).map_err(|error| unreadable(folder, &error))?;
            if files.is_empty() {
                return Err(Failure::bad_input(format!("there is no spec in {}", folder.display()))
                    .fix("name a folder with `.yaml` files; `hardtack specs new ID` writes one to begin with"));
            }
            catalogue = catalogue.with_directory(files)?;
        }
        Ok(catalogue)
    }
}

/// The catalogue inside the program. A test reads it too, so that a failure here is a bug.
pub(super) fn embedded() -> Result<Catalogue, Failure> {
    Catalogue::embedded().map_err(|error| Failure { exit: ExitCode::OUR_BUG, ..error.into() })
}

/// A file or folder that cannot be read.
pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::bad_input(format!("failed to read {}: {error}", path.display())).fix("check the path and its permissions")
}

impl From<CatalogueError> for Failure {
    fn from(error: CatalogueError) -> Self {
        match error.rules {
            Some(rules) => Self::bad_input(rules),
            None => error.files.into(),
        }
    }
}

/// `specs/cookies/delete.yaml:23`
pub(super) fn place(source: &Source, line: usize) -> String {
    format!("{}:{line}", source.name())
}
