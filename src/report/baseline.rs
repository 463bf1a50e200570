//! Two runs beside each other: what is new, fixed, still failing.
//!
//! A baseline explains and never excuses: what is excused stands in a target file or in a file of known failures,
//! with a reason.

use std::collections::{HashMap, HashSet};

use super::group::Severity;
use super::model::{Change, ChangeSummary};
use crate::event::{ExitCode, StoredRun, VariantRun, Verdict};

/// A run against an older one. Cases are compared variant by variant.
#[derive(Debug)]
pub struct Changes {
    summary: ChangeSummary,
    by_case: HashMap<(String, String), Change>,
    new_failures: usize,
}

/// How badly something is broken; 0 where it is not.
const fn badness(severity: Severity) -> u8 {
    match severity {
        Severity::Failure => 3,
        Severity::Warning => 2,
        Severity::Note => 1,
        _ => 0,
    }
}

fn severities(run: &StoredRun, strict: bool) -> impl Iterator<Item = (&VariantRun, &str, Severity)> {
    run.variants.iter().flat_map(move |variant| {
        let one = move |outcome| (variant, Severity::of(outcome, strict));
        variant.outcomes.iter().map(move |outcome| {
            let (variant, severity) = one(outcome);
            (variant, outcome.case.as_str(), severity)
        })
    })
}

impl Changes {
    /// What is different in `run`. With `strict`, warnings count as failures in both.
    #[must_use]
    pub fn since(baseline: &StoredRun, run: &StoredRun, strict: bool) -> Self {
        let before: HashMap<(&str, &str), Severity> = severities(baseline, strict)
            .map(|(variant, case, severity)| ((variant.variant.as_str(), case), severity))
            .collect();
        let mut summary = ChangeSummary { baseline: in_words(baseline), ..ChangeSummary::default() };
        let mut by_case = HashMap::new();
        let mut new_failures = 0;
        let mut seen = HashSet::new();
        for (variant, case, severity) in severities(run, strict) {
            let key = (variant.variant.as_str(), case);
            seen.insert(key);
            let old = before.get(&key).copied();
            let change = match (old, badness(severity)) {
                (_, 0) => {
                    let was = old.is_some_and(|old| badness(old) > 0 || old == Severity::Known);
                    match severity {
                        Severity::Passed if was => summary.fixed.push(named(run, variant, case)),
                        Severity::Inconclusive | Severity::NotExercised | Severity::NotApplicable if was => {
                            summary.gone += 1;
                        }
                        _ => {}
                    }
                    continue;
                }
                (Some(old), now) if badness(old) >= now => Change::Still,
                _ => Change::New,
            };
            match change {
                Change::New => summary.new += 1,
                Change::Still => summary.still += 1,
            }
            new_failures += usize::from(change == Change::New && severity == Severity::Failure);
            by_case.insert((variant.variant.clone(), case.to_owned()), change);
        }
        let judged = |severity: Severity| severity.needs_attention() || severity == Severity::Passed;
        summary.gone += before.iter().filter(|(key, severity)| judged(**severity) && !seen.contains(*key)).count();
        Self { summary, by_case, new_failures }
    }

    /// The numbers.
    #[must_use]
    pub const fn summary(&self) -> &ChangeSummary {
        &self.summary
    }

    /// How a case differs on a variant.
    #[must_use]
    pub fn of(&self, variant: &str, case: &str) -> Option<Change> {
        // The standard library offers no look-up by borrowed pairs.
        self.by_case.get(&(variant.to_owned(), case.to_owned())).copied()
    }

    /// The exit code when only new failures count: what failed before is told and fails nothing.
    #[must_use]
    pub fn exit_for_new(&self, run: &StoredRun) -> ExitCode {
        if run.summary.exit != ExitCode::FAILED || self.new_failures > 0 {
            return run.summary.exit;
        }
        if run.summary.counts.get(Verdict::Inconclusive) > 0 { ExitCode::INCONCLUSIVE } else { ExitCode::CONFORMS }
    }

    /// Whether anything fails that did not fail before.
    #[must_use]
    pub const fn has_new_failures(&self) -> bool {
        self.new_failures > 0
    }
}

fn named(run: &StoredRun, variant: &VariantRun, case: &str) -> String {
    if run.variants.len() == 1 { case.to_owned() } else { format!("{case} on {}", variant.variant) }
}

fn in_words(run: &StoredRun) -> String {
    let name = run.variants.first().map_or("a run", |variant| variant.target.name.as_str());
    format!("{name}, {}, hardtack {}", run.started, run.tool)
}
