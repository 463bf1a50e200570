//! What can go wrong below the operations.

use std::time::Duration;

/// A store that cannot do what it was asked, as a fragment that fits "failed to reach the session: …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The service does not answer.
    #[error("the {service} is not available: {cause}")]
    Unavailable {
        /// `cache`, `database` or `directory`.
        service: &'static str,
        /// What its client says.
        cause: String,
    },
    /// The service took too long.
    #[error("the {service} did not answer within {after:?}")]
    Timeout {
        /// `cache`.
        service: &'static str,
        /// The limit.
        after: Duration,
    },
    /// The stored text is not a record.
    #[error("the record of the session is damaged")]
    Corrupt,
    /// The key cannot be looked up.
    #[error("the session key is malformed")]
    BadKey,
    /// The operating system gives no random octets.
    #[error("no random octets: {0}")]
    Randomness(String),
}

impl StoreError {
    /// The name of the error in replies.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } | Self::Timeout { .. } => "StoreUnavailable",
            Self::Corrupt => "CorruptRecord",
            Self::BadKey => "InvalidKey",
            Self::Randomness(_) => "RandomnessError",
        }
    }
}

/// Why a session could not be saved at the end of a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The record was deleted while the request ran.
    #[error("the session was ended before the request was complete")]
    Interrupted,
    /// A signed cookie would exceed what browsers keep.
    #[error("the session needs a cookie of {octets} octets, browsers keep {limit}")]
    TooLarge {
        /// Octets of name and value.
        octets: usize,
        /// What browsers keep.
        limit: usize,
    },
    /// The store cannot do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    /// The status of the framework's own answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Interrupted => 400,
            Self::TooLarge { .. } | Self::Store(StoreError::Corrupt | StoreError::BadKey) => 500,
            Self::Store(_) => 503,
        }
    }

    /// The name of the error in replies.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Interrupted => "SessionInterrupted",
            Self::TooLarge { .. } => "SessionTooLarge",
            Self::Store(error) => error.kind(),
        }
    }
}
