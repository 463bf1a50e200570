//! How much a case weighs, by grading profile.

use std::collections::BTreeMap;

use super::Case;

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
///
/// Where a profile says nothing of its own, the default profile speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// What is true on the wire, by the standards in force.
    #[default]
    Default,
    /// What the tutorial that the project began from teaches, right or wrong.
    Tutorial,
    /// RFC 6265bis, cookies as browsers treat them today.
    Rfc6265bis,
    /// RFC 6265 of 2011, the cookie standard in force.
    Rfc6265,
    /// OWASP's Application Security Verification Standard 4.0.3.
    #[serde(rename = "asvs-4")]
    Asvs4,
    /// OWASP's Application Security Verification Standard 5.0.
    #[serde(rename = "asvs-5")]
    Asvs5,
    /// OWASP's session management cheat sheet and testing guide.
    Owasp,
    /// NIST SP 800-63B-4, its chapter on sessions.
    #[serde(rename = "nist-800-63b-4")]
    Nist80063b4,
    /// What Django documents and does.
    Django,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 9] = [
        Self::Default,
        Self::Tutorial,
        Self::Rfc6265bis,
        Self::Rfc6265,
        Self::Asvs4,
        Self::Asvs5,
        Self::Owasp,
        Self::Nist80063b4,
        Self::Django,
    ];

    /// The word in specs and on the command line. But for the default it is also the kind of references to the
    /// profile's document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Tutorial => "tutorial",
            Self::Rfc6265bis => "rfc6265bis",
            Self::Rfc6265 => "rfc6265",
            Self::Asvs4 => "asvs-4",
            Self::Asvs5 => "asvs-5",
            Self::Owasp => "owasp",
            Self::Nist80063b4 => "nist-800-63b-4",
            Self::Django => "django",
        }
    }

    /// The profile with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == word)
    }
}

impl Case {
    /// Whether the case belongs to a profile. The default has them all. The others have those with a level in them,
    /// of their own or by a rule; what one teaches or one framework does weighs nothing of its own, so that a
    /// reference to the tutorial or to Django is enough.
    #[must_use]
    pub fn is_in(&self, profile: Profile) -> bool {
        let by_reference = matches!(profile, Profile::Tutorial | Profile::Django);
        let refers = |text: &String| text.split_once(':').is_some_and(|(kind, _)| kind == profile.as_str());
        profile == Profile::Default
            || self.level.others.contains_key(&profile)
            || (by_reference && self.refs.iter().any(refers))
    }
}

/// A value for every profile: one for all, or one each with a fallback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByProfile<T> {
    /// What holds where nothing else is said.
    pub default: T,
    /// What other profiles say of their own, even where it is the same.
    pub others: BTreeMap<Profile, T>,
}

impl<T: Copy> ByProfile<T> {
    /// The same value for all profiles.
    #[must_use]
    pub const fn all(value: T) -> Self {
        Self { default: value, others: BTreeMap::new() }
    }

    /// The value that `profile` states itself.
    #[must_use]
    pub fn stated(&self, profile: Profile) -> Option<T> {
        if profile == Profile::Default { Some(self.default) } else { self.others.get(&profile).copied() }
    }

    /// The value for `profile`: its own, or that of the default.
    #[must_use]
    pub fn get(&self, profile: Profile) -> T {
        self.stated(profile).unwrap_or(self.default)
    }
}
