//! What must not happen however fast a server is: counters, and the first exchanges behind each.

use crate::contract::Wrong;

/// How often each happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Counters {
    /// See [`Wrong::WrongUser`].
    pub wrong_user: u64,
    /// See [`Wrong::LostSession`].
    pub lost_session: u64,
    /// See [`Wrong::LostWrite`].
    pub lost_write: u64,
    /// See [`Wrong::RevivedLogout`].
    pub revived_logout: u64,
    /// See [`Wrong::DuplicateKey`].
    pub duplicate_key: u64,
    /// See [`Wrong::StaleRead`].
    pub stale_read: u64,
    /// See [`Wrong::Outlived`].
    pub outlived: u64,
}

impl Counters {
    /// How often one of them happened.
    #[must_use]
    pub const fn get(&self, wrong: Wrong) -> u64 {
        match wrong {
            Wrong::WrongUser => self.wrong_user,
            Wrong::LostSession => self.lost_session,
            Wrong::LostWrite => self.lost_write,
            Wrong::RevivedLogout => self.revived_logout,
            Wrong::DuplicateKey => self.duplicate_key,
            Wrong::StaleRead => self.stale_read,
            Wrong::Outlived => self.outlived,
        }
    }

    fn slot(&mut self, wrong: Wrong) -> &mut u64 {
        match wrong {
            Wrong::WrongUser => &mut self.wrong_user,
            Wrong::LostSession => &mut self.lost_session,
            Wrong::LostWrite => &mut self.lost_write,
            Wrong::RevivedLogout => &mut self.revived_logout,
            Wrong::DuplicateKey => &mut self.duplicate_key,
            Wrong::StaleRead => &mut self.stale_read,
            Wrong::Outlived => &mut self.outlived,
        }
    }

    /// Counts one.
    pub fn count(&mut self, wrong: Wrong) {
        *self.slot(wrong) += 1;
    }

    /// Adds those of another worker.
    pub fn add(&mut self, other: &Self) {
        for wrong in Wrong::ALL {
            *self.slot(wrong) += other.get(wrong);
        }
    }

    /// Those that happened.
    pub fn happened(&self) -> impl Iterator<Item = (Wrong, u64)> {
        Wrong::ALL.into_iter().map(|wrong| (wrong, self.get(wrong))).filter(|(_, count)| *count > 0)
    }
}

/// One exchange that shows what went wrong. Secrets are masked.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// What it shows.
    pub wrong: Wrong,
    /// Seconds after the start.
    pub at: f64,
    /// The worker that saw it.
    pub rank: u32,
    /// The step, as reports name it.
    pub step: String,
    /// What was expected, in words.
    pub expected: String,
    /// What came, in words.
    pub seen: String,
    /// The request, its cookie masked.
    pub request: String,
    /// The answer, cut where it is long.
    pub answer: String,
}

/// How many exchanges are kept of each kind, by each worker.
pub(super) const KEPT: usize = 3;
