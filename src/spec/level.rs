//! How much a case weighs, by grading profile.

use std::collections::BTreeMap;

/// How much a broken expectation weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Observed and shown, never counted against the target.
    Watch,
    /// Good advice; breaking it is a note.
    Advice,
    /// Allowed either way; breaking it is a note.
    May,
    /// Recommended; breaking it is a warning.
    Should,
    /// Required; breaking it is a failure.
    Must,
}

impl Level {
    /// All levels, the weightiest first.
    pub const ALL: [Self; 5] = [Self::Must, Self::Should, Self::May, Self::Advice, Self::Watch];

    /// The word in specs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
            Self::Advice => "advice",
            Self::Watch => "watch",
        }
    }

    /// The level with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// How a design is graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// What the rule asks for.
    Pass,
    /// A legitimate choice.
    Accept,
    /// Works, with a trap.
    Warn,
    /// Breaks the rule.
    Fail,
}

impl Grade {
    /// All grades, the best first.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Accept, Self::Warn, Self::Fail];

    /// The word in specs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Accept => "accept",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }

    /// The grade with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.as_str() == word)
    }
}

/// A grading profile: whose idea of right and wrong is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// What is true on the wire, by the standards in force.
    #[default]
    Default,
    /// What the tutorial that the project began from teaches, right or wrong.
    Tutorial,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 2] = [Self::Default, Self::Tutorial];

    /// The word in specs and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Tutorial => "tutorial",
        }
    }

    /// The profile with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == word)
    }

    /// The kind of reference that a case must carry to be selected by this profile; `None` selects all cases.
    #[must_use]
    pub const fn selects_references(self) -> Option<&'static str> {
        match self {
            Self::Default => None,
            Self::Tutorial => Some("tutorial:"),
        }
    }
}

/// A value for every profile: one for all, or one each with a fallback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByProfile<T> {
    /// What holds where nothing else is said.
    pub default: T,
    /// What other profiles say.
    pub others: BTreeMap<Profile, T>,
}

impl<T: Copy> ByProfile<T> {
    /// The same value for all profiles.
    #[must_use]
    pub const fn all(value: T) -> Self {
        Self { default: value, others: BTreeMap::new() }
    }

    /// The value for `profile`.
    #[must_use]
    pub fn get(&self, profile: Profile) -> T {
        self.others.get(&profile).copied().unwrap_or(self.default)
    }
}
