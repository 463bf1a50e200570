//! What must not happen to sessions, whatever the framework: load counts it, and the reference server can do it.

use std::fmt;
use std::str::FromStr;

/// One way in which a server's sessions are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// An answer holds somebody else's data.
    WrongUser,
    /// A live session is not found.
    LostSession,
    /// A write that was acknowledged is gone.
    LostWrite,
    /// A session answers after its logout.
    RevivedLogout,
    /// A new session gets a key that was handed out before.
    DuplicateKey,
    /// A read gives a value that had been overwritten; a later read gives the right one.
    StaleRead,
    /// A session answers after its lifetime.
    Outlived,
}

impl Wrong {
    /// All of them, the worst first.
    pub const ALL: [Self; 7] = [
        Self::WrongUser,
        Self::LostSession,
        Self::LostWrite,
        Self::RevivedLogout,
        Self::DuplicateKey,
        Self::StaleRead,
        Self::Outlived,
    ];

    /// Its name in JSON and reports; [`Wrong::flag`] is that of the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WrongUser => "wrong_user",
            Self::LostSession => "lost_session",
            Self::LostWrite => "lost_write",
            Self::RevivedLogout => "revived_logout",
            Self::DuplicateKey => "duplicate_key",
            Self::StaleRead => "stale_read",
            Self::Outlived => "outlived",
        }
    }

    /// What it means, in a sentence.
    #[must_use]
    pub const fn means(self) -> &'static str {
        match self {
            Self::WrongUser => "an answer held somebody else's data",
            Self::LostSession => "a live session was not found",
            Self::LostWrite => "a write that was acknowledged was gone",
            Self::RevivedLogout => "a session answered after its logout",
            Self::DuplicateKey => "a new session got a key that was handed out before",
            Self::StaleRead => "a read gave an older value, a later read the right one",
            Self::Outlived => "a session answered after its lifetime",
        }
    }

    /// Its name on the command line, `lost-session`.
    #[must_use]
    pub const fn flag(self) -> &'static str {
        match self {
            Self::WrongUser => "wrong-user",
            Self::LostSession => "lost-session",
            Self::LostWrite => "lost-write",
            Self::RevivedLogout => "revived-logout",
            Self::DuplicateKey => "duplicate-key",
            Self::StaleRead => "stale-read",
            Self::Outlived => "outlived",
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A name that means none of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no `{0}`")]
pub struct NotWrong(String);

impl FromStr for Wrong {
    type Err = NotWrong;

    /// Reads what [`Wrong::flag`] writes.
    fn from_str(flag: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|wrong| wrong.flag() == flag).ok_or_else(|| NotWrong(flag.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_flag() {
        for wrong in Wrong::ALL {
            assert_eq!(wrong.flag().parse(), Ok(wrong));
            assert_eq!(wrong.flag().replace('-', "_"), wrong.name());
        }
        assert!("lost_session".parse::<Wrong>().is_err());
    }
}
