//! What goes together: the same outcome of a case on several variants is told once.

use std::collections::HashMap;

use crate::event::{CaseOutcome, Standing, StoredRun, VariantRun, Verdict};

/// The section of a report that an entry belongs to, the one that needs most attention first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The run fails because of it.
    Failure,
    /// It could not be judged.
    Inconclusive,
    /// A should was broken.
    Warning,
    /// A may or an advice was broken.
    Note,
    /// A failure that is known and excused.
    Known,
    /// Everything held.
    Passed,
    /// There was nothing to judge.
    NotExercised,
    /// It needs what the target does not offer.
    NotApplicable,
}

impl Severity {
    /// All of them, the one that needs most attention first.
    pub const ALL: [Self; 8] = [
        Self::Failure,
        Self::Inconclusive,
        Self::Warning,
        Self::Note,
        Self::Known,
        Self::Passed,
        Self::NotExercised,
        Self::NotApplicable,
    ];

    /// The words for several entries, `failures`.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Failure => "failures",
            Self::Inconclusive => "inconclusive",
            Self::Warning => "warnings",
            Self::Note => "notes",
            Self::Known => "known failures",
            Self::Passed => "passed",
            Self::NotExercised => "not exercised",
            Self::NotApplicable => "not applicable",
        }
    }

    /// A word for machines: a CSS class, a filter.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Inconclusive => "inconclusive",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Known => "known",
            Self::Passed => "passed",
            Self::NotExercised => "not-exercised",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// Whether something is to be told about it: neither passed nor left out.
    #[must_use]
    pub const fn needs_attention(self) -> bool {
        matches!(self, Self::Failure | Self::Inconclusive | Self::Warning | Self::Note | Self::Known)
    }

    /// The section of an outcome.
    #[must_use]
    pub fn of(outcome: &CaseOutcome, strict: bool) -> Self {
        if matches!(outcome.standing, Standing::Known { .. }) {
            return Self::Known;
        }
        if outcome.verdict == Verdict::Error || outcome.fails(strict) {
            return Self::Failure;
        }
        match outcome.verdict {
            Verdict::Error | Verdict::Fail | Verdict::Untestable => Self::Failure,
            Verdict::Inconclusive => Self::Inconclusive,
            Verdict::Warn => Self::Warning,
            Verdict::Note => Self::Note,
            Verdict::Pass => Self::Passed,
            Verdict::NotExercised => Self::NotExercised,
            Verdict::NotApplicable => Self::NotApplicable,
        }
    }
}

/// One outcome and the variants that share it.
pub(in crate::report) struct Shared<'a> {
    /// The outcome on the first of the variants.
    pub(in crate::report) outcome: &'a CaseOutcome,
    /// The variants, in the order of the run.
    pub(in crate::report) variants: Vec<&'a str>,
}

impl Shared<'_> {
    /// The variants in words; `None` where the run has only one.
    pub(in crate::report) fn variants_in_words(&self, run: &StoredRun) -> Option<String> {
        variants_in_words(&self.variants, run)
    }
}

/// The variants on which cases were looked at.
pub(in crate::report) fn tried(run: &StoredRun) -> impl Iterator<Item = &VariantRun> {
    run.variants.iter().filter(|variant| variant.failed_to_run.is_none() || !variant.outcomes.is_empty())
}

/// Variants in words; `None` where the run has only one.
pub(in crate::report) fn variants_in_words(variants: &[&str], run: &StoredRun) -> Option<String> {
    if run.variants.len() == 1 {
        return None;
    }
    if variants.len() == tried(run).count() {
        return Some("every variant".to_owned());
    }
    Some(named(variants))
}

/// The first of some names, and how many more there are.
pub(in crate::report) fn named(names: &[&str]) -> String {
    const NAMED: usize = 4;
    let shown = names[..names.len().min(NAMED)].join(", ");
    if names.len() > NAMED { format!("{shown} and {} more", names.len() - NAMED) } else { shown }
}

/// The outcomes that `keep` chooses, by case and way of ending, in the order in which they first came; the worst
/// verdict first.
pub(in crate::report) fn grouped<'a>(run: &'a StoredRun, keep: impl Fn(&CaseOutcome) -> bool) -> Vec<Shared<'a>> {
    let mut groups: Vec<Shared<'a>> = Vec::new();
    let mut known: HashMap<(&str, String), usize> = HashMap::new();
    for variant in &run.variants {
        for outcome in variant.outcomes.iter().filter(|outcome| keep(outcome)) {
            let ways = outcome.ways_of_failing();
            let manner = format!("{:?} {:?} {ways:?} {:?}", outcome.verdict, outcome.standing, outcome.reason);
            let index = *known.entry((outcome.case.as_str(), manner)).or_insert_with(|| {
                groups.push(Shared { outcome, variants: Vec::new() });
                groups.len() - 1
            });
            groups[index].variants.push(&variant.variant);
        }
    }
    groups.sort_by_key(|group| group.outcome.verdict);
    groups
}
