//! Exit codes, and which one counts when several apply.

/// How a command ended, as a process exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct ExitCode(u8);

impl ExitCode {
    /// The target conforms.
    pub const CONFORMS: Self = Self(0);
    /// A failure, a broken claim, a stale known failure, a missed threshold or an untestable case.
    pub const FAILED: Self = Self(1);
    /// A bad command line, spec or target file.
    pub const BAD_INPUT: Self = Self(2);
    /// The target cannot be reached.
    pub const UNREACHABLE: Self = Self(3);
    /// Nothing failed but something stayed inconclusive.
    pub const INCONCLUSIVE: Self = Self(4);
    /// Nothing was selected or nothing was exercised.
    pub const NOTHING_RUN: Self = Self(5);
    /// A load run that measured nothing valid.
    pub const LOAD_INVALID: Self = Self(6);
    /// Our own bug.
    pub const OUR_BUG: Self = Self(70);
    /// Interrupted; partial results are written.
    pub const INTERRUPTED: Self = Self(130);

    /// All codes, the one that wins over the others first.
    pub const PRECEDENCE: [Self; 9] = [
        Self::INTERRUPTED,
        Self::OUR_BUG,
        Self::BAD_INPUT,
        Self::UNREACHABLE,
        Self::NOTHING_RUN,
        Self::FAILED,
        Self::LOAD_INVALID,
        Self::INCONCLUSIVE,
        Self::CONFORMS,
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self.0
    }

    /// The result in a word or two, for the end of a report.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self.0 {
            0 => "CONFORMS",
            1 => "FAILED",
            3 => "NOT REACHABLE",
            4 => "INCONCLUSIVE",
            5 => "NOTHING RUN",
            6 => "LOAD INVALID",
            130 => "INTERRUPTED",
            _ => "ERROR",
        }
    }

    /// What it means, for help texts.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self.0 {
            0 => "the target conforms",
            1 => "a failure, a broken claim, a stale known failure, a missed threshold or an untestable case",
            2 => "bad command line, spec or target file",
            3 => "target not reachable",
            4 => "nothing failed but something stayed inconclusive",
            5 => "nothing selected or nothing exercised",
            6 => "load run invalid",
            70 => "a bug in hardtack",
            130 => "interrupted; partial results are written",
            _ => "unknown",
        }
    }

    /// The one that counts when both apply.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let rank = |code: Self| Self::PRECEDENCE.iter().position(|candidate| *candidate == code);
        if rank(self) <= rank(other) { self } else { other }
    }
}

impl From<ExitCode> for u8 {
    fn from(code: ExitCode) -> Self {
        code.0
    }
}

impl TryFrom<u8> for ExitCode {
    type Error = String;

    fn try_from(code: u8) -> Result<Self, Self::Error> {
        Self::PRECEDENCE.into_iter().find(|known| known.0 == code).ok_or_else(|| format!("no exit code {code}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_as_documented() {
        let order: Vec<u8> = ExitCode::PRECEDENCE.iter().map(|code| code.code()).collect();
        assert_eq!(order, [130, 70, 2, 3, 5, 1, 6, 4, 0]);
        assert_eq!(ExitCode::FAILED.and(ExitCode::NOTHING_RUN), ExitCode::NOTHING_RUN);
        assert_eq!(ExitCode::INCONCLUSIVE.and(ExitCode::FAILED), ExitCode::FAILED);
        assert_eq!(ExitCode::CONFORMS.and(ExitCode::CONFORMS), ExitCode::CONFORMS);
    }
}
