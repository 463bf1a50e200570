//! Why a suite cannot be put together.

use std::fmt;
use std::path::PathBuf;

use crate::document::Diagnostics;
use crate::prop::RegressionsError;
use crate::target::VariantError;
use crate::verify::{FilterError, StageError};

/// Why a suite cannot be put together, in words that end with what to do. What goes wrong later is in the
/// [`Verdicts`](super::Verdicts).
///
/// `unwrap` and `expect` show the same words: they are what a test that fails prints.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Cause>);

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Cause {
    #[error("failed to read the URL `{text}`: {cause}; write it like http://127.0.0.1:8000/")]
    Url { text: String, cause: url::ParseError },
    #[error("failed to reach the server under test: {0}")]
    Unreachable(StageError),
    #[error("failed to read {}: {cause}", path.display())]
    File { path: PathBuf, cause: std::io::Error },
    #[error("{0}")]
    Target(Diagnostics),
    #[error(transparent)]
    Variant(VariantError),
    #[error(transparent)]
    Filter(FilterError),
    /// A test of nothing must not pass.
    #[error("the filter `{0}` chooses no case; `hardtack specs list` names them all")]
    NothingSelected(String),
    #[error("{0}")]
    Specs(String),
    #[error("failed to read the regressions: {0}; correct the file or remove it")]
    Regressions(RegressionsError),
}

impl Cause {
    /// The error that users see.
    pub(super) fn told(self) -> Error {
        Error(Box::new(self))
    }
}
