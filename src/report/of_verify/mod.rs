//! A stored run of `verify` as a [`Report`].

mod entry;
mod evidence;
mod summary;

use std::collections::HashMap;

use super::baseline::Changes;
use super::group::{Severity, tried};
use super::model::{Change, Entry, Figure, Occurrence, Report, Tone};
use super::words::{counted, elapsed};
use crate::event::{CaseOutcome, Counts, StoredRun, VariantRun, Verdict};

pub use entry::word;

/// How a stored run is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Telling<'a> {
    /// Whether warnings are failures.
    pub strict: bool,
    /// What is different from an older run.
    pub changes: Option<&'a Changes>,
}

/// The report of a stored run. Outcomes that several variants share are told once.
#[must_use]
pub fn report(run: &StoredRun, telling: Telling<'_>) -> Report {
    Report {
        command: "verify",
        title: summary::title(run),
        started: run.started.clone(),
        tool: run.tool.clone(),
        elapsed_ms: run.summary.elapsed_ms,
        exit: run.summary.exit,
        summary: sentence(run),
        facts: summary::facts(run),
        figures: figures(&run.summary.counts, telling.strict),
        tables: summary::tables(run, telling.strict),
        charts: Vec::new(),
        changes: telling.changes.map(|changes| changes.summary().clone()),
        entries: entries(run, telling),
        hints: summary::hints(run),
    }
}

fn sentence(run: &StoredRun) -> String {
    let counts = &run.summary.counts;
    let judged = counts.total() - counts.get(Verdict::NotApplicable) - counts.get(Verdict::NotExercised);
    format!(
        "{judged} of {} judged on {} in {}",
        counted(counts.total(), "case", "cases"),
        counted(tried(run).count(), "variant", "variants"),
        elapsed(run.summary.elapsed_ms),
    )
}

fn figures(counts: &Counts, strict: bool) -> Vec<Figure> {
    let warnings = counts.get(Verdict::Warn);
    let failures = counts.get(Verdict::Fail)
        + counts.get(Verdict::Untestable)
        + counts.get(Verdict::Error)
        + counts.broken_promises
        + if strict { warnings } else { 0 };
    let left_out = counts.get(Verdict::NotApplicable) + counts.get(Verdict::NotExercised);
    let figure = |severity: Severity, count: usize, tone| Figure {
        label: severity.plural().to_owned(),
        value: count.to_string(),
        tone: if count == 0 { Tone::Faint } else { tone },
        severity: Some(severity),
    };
    let mut figures = vec![
        figure(Severity::Passed, counts.get(Verdict::Pass), Tone::Good),
        figure(Severity::Failure, failures, Tone::Bad),
        figure(Severity::Warning, if strict { 0 } else { warnings }, Tone::Warning),
        figure(Severity::Note, counts.get(Verdict::Note), Tone::Plain),
        figure(Severity::Known, counts.known, Tone::Plain),
        figure(Severity::Inconclusive, counts.get(Verdict::Inconclusive), Tone::Warning),
    ];
    figures.push(figure(Severity::NotApplicable, left_out, Tone::Faint));
    figures
}

/// What tells one outcome from another: the same on several variants is one entry.
type Manner<'a> = (&'a str, Severity, &'static str, Option<Change>, Vec<&'a str>, Option<&'a str>, String);

fn entries(run: &StoredRun, telling: Telling<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut known: HashMap<Manner<'_>, usize> = HashMap::new();
    for variant in &run.variants {
        entries.extend(summary::not_run(variant));
        for outcome in &variant.outcomes {
            let severity = Severity::of(outcome, telling.strict);
            let change = telling.changes.and_then(|changes| changes.of(&variant.variant, outcome.case.as_str()));
            let manner = (
                outcome.case.as_str(),
                severity,
                entry::word(outcome),
                change,
                outcome.ways_of_failing(),
                outcome.reason.as_deref(),
                format!("{:?}", outcome.standing),
            );
            let index = *known.entry(manner).or_insert_with(|| {
                entries.push(new_entry(run, variant, outcome, severity, change));
                entries.len() - 1
            });
            let on = Occurrence { variant: shown(run, variant), elapsed_ms: outcome.elapsed_ms };
            entries[index].on.push(on);
        }
    }
    entries.sort_by_key(|entry| (entry.severity, entry.change != Some(Change::New)));
    entries
}

fn new_entry(
    run: &StoredRun,
    variant: &VariantRun,
    outcome: &CaseOutcome,
    severity: Severity,
    change: Option<Change>,
) -> Entry {
    let mut entry = entry::entry(outcome, severity, variant.target.file.as_deref());
    entry.change = change;
    if let crate::event::Standing::Known { review_by: Some(date), .. } = &outcome.standing {
        entry.message.push_str(if summary::is_overdue(date, run) { " The review is overdue." } else { "" });
    }
    entry
}

/// The variant's name where there are several.
fn shown(run: &StoredRun, variant: &VariantRun) -> String {
    if run.variants.len() == 1 && variant.variant == "default" { String::new() } else { variant.variant.clone() }
}
