//! Why a command ended without doing its work.

use std::fmt;

use crate::document::{Diagnostics, Style};
use crate::event::ExitCode;

/// Why a command ended without doing its work: what is wrong, what to do, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: ExitCode,
    pub(super) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A sentence, and what to do about it.
    Message { message: String, fix: String },
    /// Findings in files.
    Found(Vec<Diagnostics>),
}

impl Failure {
    /// A bad command line, spec or target file.
    #[must_use]
    pub fn bad_input(message: impl fmt::Display) -> Self {
        Self::new(ExitCode::BAD_INPUT, message)
    }

    /// A bug of ours, or of the system below us.
    #[must_use]
    pub fn our_bug(message: impl fmt::Display) -> Self {
        Self::new(ExitCode::OUR_BUG, message)
    }

    /// A failure with this exit code.
    #[must_use]
    pub fn new(exit: ExitCode, message: impl fmt::Display) -> Self {
        Self { exit, what: What::Message { message: message.to_string(), fix: String::new() } }
    }

    /// The findings in files, where that is what went wrong.
    pub(super) fn found(&self) -> Option<&[Diagnostics]> {
        match &self.what {
            What::Found(found) => Some(found),
            What::Message { .. } => None,
        }
    }

    /// What is wrong and what to do, as one text.
    pub(super) fn words(&self) -> String {
        match &self.what {
            What::Message { message, fix } if fix.is_empty() => message.clone(),
            What::Message { message, fix } => format!("{message}: {fix}"),
            What::Found(found) => found.iter().map(|one| one.render(Style::Plain)).collect(),
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn fix(mut self, text: impl fmt::Display) -> Self {
        if let What::Message { fix, .. } = &mut self.what {
            *fix = text.to_string();
        }
        self
    }
}

impl From<Diagnostics> for Failure {
    fn from(found: Diagnostics) -> Self {
        vec![found].into()
    }
}

impl From<Vec<Diagnostics>> for Failure {
    fn from(found: Vec<Diagnostics>) -> Self {
        Self { exit: ExitCode::BAD_INPUT, what: What::Found(found) }
    }
}
