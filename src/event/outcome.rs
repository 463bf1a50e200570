//! What came of a case.

use std::sync::Arc;

use crate::spec::{CaseId, DesignName, FaultName, Grade, Level, RuleId};
use crate::wire::Evidence;

/// What came of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Our own bug.
    Error,
    /// A must was broken, or no design fits.
    Fail,
    /// Offered, but does not work.
    Untestable,
    /// A should was broken.
    Warn,
    /// A may or an advice was broken.
    Note,
    /// Set-up failed, or an offered gate or clock did not work.
    Inconclusive,
    /// Everything held, and something was evaluated.
    Pass,
    /// Selected, but there was nothing to judge.
    NotExercised,
    /// Needs something that the target does not offer.
    NotApplicable,
}

impl Verdict {
    /// All verdicts, the worst first.
    pub const ALL: [Self; 9] = [
        Self::Error,
        Self::Fail,
        Self::Untestable,
        Self::Warn,
        Self::Note,
        Self::Inconclusive,
        Self::Pass,
        Self::NotExercised,
        Self::NotApplicable,
    ];

    /// The words in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Fail => "fail",
            Self::Untestable => "untestable",
            Self::Warn => "warn",
            Self::Note => "note",
            Self::Inconclusive => "inconclusive",
            Self::Pass => "pass",
            Self::NotExercised => "not exercised",
            Self::NotApplicable => "not applicable",
        }
    }

    /// The verdict of a broken expectation of this level.
    pub(crate) const fn of_broken(level: Level) -> Self {
        match level {
            Level::Must => Self::Fail,
            Level::Should => Self::Warn,
            Level::May | Level::Advice | Level::Watch => Self::Note,
        }
    }

    /// The verdict of a design with this grade.
    pub(crate) const fn of_grade(grade: Grade) -> Self {
        match grade {
            Grade::Pass | Grade::Accept => Self::Pass,
            Grade::Warn => Self::Warn,
            Grade::Fail => Self::Fail,
        }
    }
}

/// How a verdict stands against what the target file says.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Standing {
    /// The target file says nothing about it.
    #[default]
    Plain,
    /// The design that the target file claims.
    AsClaimed,
    /// A known failure: excused.
    Known {
        /// Why it is accepted.
        because: String,
        /// When to look again.
        review_by: Option<String>,
    },
    /// Listed as known, but it fails in another way.
    KnownButDifferent {
        /// How it was expected to fail.
        expected: String,
    },
    /// Listed as known, but it does not fail.
    Stale {
        /// How it was expected to fail.
        expected: String,
    },
    /// Another design than claimed.
    ClaimBroken {
        /// The design claimed.
        claimed: DesignName,
    },
}

impl Standing {
    /// Whether this standing is itself a failure.
    #[must_use]
    pub const fn fails(&self) -> bool {
        matches!(self, Self::KnownButDifferent { .. } | Self::Stale { .. } | Self::ClaimBroken { .. })
    }
}

/// A place in a spec or target file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// One expectation that was broken.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// What kind of expectation broke, `cookie-lifetime`, or a grammar rule: has a page in the documentation.
    pub code: String,
    /// Which expectation: `steps[1].expect.set_cookie.session.lifetime`. Stable: known failures name it.
    pub expectation: String,
    /// Its weight.
    pub level: Level,
    /// One sentence.
    pub message: String,
    /// What was expected, in words.
    pub expected: String,
    /// What was seen, in words.
    pub actual: String,
    /// Where the expectation stands.
    pub place: Place,
    /// The exchange in which it broke, by [`Evidence::id`].
    pub exchange: Option<u64>,
    /// For a cookie: expected and actual attributes side by side.
    pub cookie: Vec<ComparedAttribute>,
}

/// One attribute of a cookie, expected against actual.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ComparedAttribute {
    /// The attribute.
    pub name: String,
    /// What was expected, `None` when nothing was asked.
    pub expected: Option<String>,
    /// What was seen.
    pub actual: String,
    /// Whether it held.
    pub held: bool,
}

/// The design that `classify` recognised.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DesignSeen {
    /// Its name, `unclassified` when none fits.
    pub name: DesignName,
    /// Its grade under the profile of the run.
    pub grade: Grade,
    /// What it means.
    pub means: String,
    /// The saved values that showed it.
    pub values: serde_json::Map<String, serde_json::Value>,
}

/// How many expectations there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Expectations {
    /// Declared in the case.
    pub declared: usize,
    /// Evaluated in this run.
    pub evaluated: usize,
}

/// What one step did, for reports.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StepTrace {
    /// Who did what, in words.
    pub what: String,
    /// Where it stands in the spec.
    pub line: usize,
    /// Its exchange.
    pub exchange: Option<u64>,
}

/// What came of one case on one variant.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct CaseOutcome {
    /// Which case.
    pub case: CaseId,
    /// Its title.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// The rules that it decides.
    pub rules: Vec<RuleId>,
    /// References.
    pub refs: Vec<String>,
    /// The faults it is meant to catch.
    pub catches: Vec<FaultName>,
    /// Where it stands.
    pub place: Place,
    /// Its weight under the profile of the run.
    pub level: Level,
    /// What came of it.
    pub verdict: Verdict,
    /// How that stands against the target file.
    pub standing: Standing,
    /// Why there is no judgement, and what would unlock it: for `not applicable`, `inconclusive`, `untestable`, `error`.
    pub reason: Option<String>,
    /// The design that was recognised.
    pub design: Option<DesignSeen>,
    /// What broke.
    pub findings: Vec<Finding>,
    /// How many expectations there were.
    pub expectations: Expectations,
    /// What was done.
    pub steps: Vec<StepTrace>,
    /// Facts observed by the way, `serialised`.
    pub observed: Vec<String>,
    /// The exchanges: all of them when the verdict is not a pass, none otherwise. Secrets of real applications are
    /// masked in them, see [`super::Secrecy`].
    pub exchanges: Vec<Arc<Evidence>>,
    /// How long it took, waits included, in milliseconds.
    pub elapsed_ms: u64,
}

impl CaseOutcome {
    /// Whether the run fails because of this case.
    #[must_use]
    pub fn fails(&self, strict: bool) -> bool {
        if matches!(self.standing, Standing::Known { .. }) {
            return false;
        }
        self.standing.fails()
            || matches!(self.verdict, Verdict::Fail | Verdict::Untestable)
            || (strict && self.verdict == Verdict::Warn)
    }

    /// The ways in which it fails, any of which a known failure may name: the design, codes and expectations.
    #[must_use]
    pub fn ways_of_failing(&self) -> Vec<&str> {
        let design = self.design.iter().map(|design| design.name.as_str());
        let findings = self.findings.iter().flat_map(|finding| [finding.code.as_str(), finding.expectation.as_str()]);
        design.chain(findings).collect()
    }
}
