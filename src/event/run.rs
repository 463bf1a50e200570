//! What came of a run: the stored form of the event stream.

use std::collections::BTreeMap;

use serde::{Deserialize as _, Serialize as _};

use super::{CaseOutcome, ExitCode, Standing, Verdict};
use crate::contract::Facts;
use crate::spec::Profile;

/// How many cases ended how.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    /// Cases by verdict; known failures are not among them.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// Known failures.
    pub known: usize,
    /// Broken claims, stale known failures, known failures that fail in another way.
    pub broken_promises: usize,
}

impl Counts {
    /// Counts outcomes.
    #[must_use]
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a CaseOutcome>) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            if matches!(outcome.standing, Standing::Known { .. }) {
                counts.known += 1;
                continue;
            }
            *counts.verdicts.entry(outcome.verdict).or_default() += 1;
            counts.broken_promises += usize::from(outcome.standing.fails());
        }
        counts
    }

    /// The number of cases with this verdict.
    #[must_use]
    pub fn get(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// All cases counted.
    #[must_use]
    pub fn total(&self) -> usize {
        self.known + self.verdicts.values().sum::<usize>()
    }

    /// The exit code of a run with these counts.
    #[must_use]
    pub fn exit_code(&self, strict: bool) -> ExitCode {
        let exercised = self.total() - self.get(Verdict::NotApplicable) - self.get(Verdict::NotExercised);
        let failed = self.get(Verdict::Fail)
            + self.get(Verdict::Untestable)
            + self.broken_promises
            + if strict { self.get(Verdict::Warn) } else { 0 };
        let mut code = ExitCode::CONFORMS;
        if self.get(Verdict::Error) > 0 {
            code = code.and(ExitCode::OUR_BUG);
        }
        if exercised == 0 {
            code = code.and(ExitCode::NOTHING_RUN);
        }
        if failed > 0 {
            code = code.and(ExitCode::FAILED);
        }
        if self.get(Verdict::Inconclusive) > 0 {
            code = code.and(ExitCode::INCONCLUSIVE);
        }
        code
    }
}

/// What was under test.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct TargetFacts {
    /// The target's name.
    pub name: String,
    /// The framework, empty when nothing is known.
    pub framework: String,
    /// The framework's version.
    pub version: String,
    /// The HTTP server in front of it.
    pub server: Option<String>,
    /// The target file, `None` where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Which binding was used and what would unlock more, in words.
    pub binding: String,
    /// Facts about its design.
    pub facts: Facts,
}

/// One variant of a run.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct VariantRun {
    /// The variant, `engine=db`.
    pub variant: String,
    /// What was under test.
    pub target: TargetFacts,
    /// What came of each case, in the order of the catalogue.
    pub outcomes: Vec<CaseOutcome>,
    /// Why the variant could not be run, and which exit code that is.
    #[serde(serialize_with = "write_failure", deserialize_with = "read_failure")]
    pub failed_to_run: Option<(String, ExitCode)>,
    /// How many ended how.
    pub counts: Counts,
}

/// `{reason, exit}`, or null.
#[derive(serde::Serialize, serde::Deserialize)]
struct FailedToRun {
    reason: String,
    exit: ExitCode,
}

#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn write_failure<S: serde::Serializer>(failed: &Option<(String, ExitCode)>, to: S) -> Result<S::Ok, S::Error> {
    failed.clone().map(|(reason, exit)| FailedToRun { reason, exit }).serialize(to)
}

fn read_failure<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<(String, ExitCode)>, D::Error> {
    Ok(Option::<FailedToRun>::deserialize(from)?.map(|failed| (failed.reason, failed.exit)))
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RunSummary {
    /// All variants together.
    pub counts: Counts,
    /// The exit code.
    pub exit: ExitCode,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// Things to do next: `nothing bound for auth.login, 23 cases did not run: add …`.
    pub hints: Vec<String>,
}

/// A run, complete: what `--json` writes and other reports read.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct StoredRun {
    /// The version of this format.
    pub schema: u32,
    /// hardtack's version.
    pub tool: String,
    /// The standard that browsers are modelled on.
    pub standard: String,
    /// A digest of the catalogue's text and the number of its cases.
    pub catalogue: String,
    /// The grading profile.
    pub profile: Profile,
    /// When it started, RFC 3339.
    pub started: String,
    /// The variants, in the order of the plan.
    pub variants: Vec<VariantRun>,
    /// The end.
    pub summary: RunSummary,
}
