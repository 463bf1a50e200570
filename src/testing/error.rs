//! Why a suite cannot be put together.

use std::path::PathBuf;

use crate::document::Diagnostics;
use crate::target::VariantError;
use crate::verify::{FilterError, StageError};

/// Why a suite cannot be put together. What goes wrong later is in the [`Verdicts`](super::Verdicts).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is no URL.
    #[error("failed to read the URL `{text}`: {cause}; write it like http://127.0.0.1:8000/")]
    Url {
        /// The text.
        text: String,
        /// Why not.
        cause: url::ParseError,
    },
    /// Nothing answers there, or not as a server does.
    #[error("failed to reach the server under test: {0}")]
    Unreachable(#[from] StageError),
    /// A target file that cannot be opened.
    #[error("failed to read {}: {cause}", path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// A target file with mistakes in it.
    #[error("{0}")]
    Target(Diagnostics),
    /// An axis or value that the target file does not have.
    #[error(transparent)]
    Variant(#[from] VariantError),
    /// A filter that cannot be read.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A filter that chooses nothing: a test of nothing must not pass.
    #[error("the filter `{0}` chooses no case; `hardtack specs list` names them all")]
    NothingSelected(String),
    /// Specs with mistakes in them.
    #[error("{0}")]
    Specs(String),
}
