//! The top of a report: facts, tables by area, spec and variant, hints.

use std::collections::{BTreeMap, BTreeSet};

use super::super::group::{Severity, tried};
use super::super::model::{Cell, Entry, Occurrence, Table, Tone};
use super::super::words::{counted, software};
use crate::event::{CaseOutcome, ExitCode, Place, Standing, StoredRun, TargetFacts, VariantRun};
use crate::spec::CaseId;

/// `Django 5.2.19 on gunicorn 27`; of several releases the first names them all.
pub(super) fn title(run: &StoredRun) -> String {
    let mut names: Vec<String> = Vec::new();
    for variant in tried(run) {
        let name = software(&variant.target);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [] => run.variants.first().map_or_else(|| "nothing".to_owned(), |variant| variant.target.name.clone()),
        [one] => one.clone(),
        [first, ..] => {
            let TargetFacts { name, .. } = &tried(run).next().map(|one| one.target.clone()).unwrap_or_default();
            if name.is_empty() { first.clone() } else { format!("{name}: {}", names.join(", ")) }
        }
    }
}

/// Label and text.
pub(super) fn facts(run: &StoredRun) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut add = |label: &str, text: String| {
        if !text.is_empty() {
            facts.push((label.to_owned(), text));
        }
    };
    let targets: BTreeSet<&str> = tried(run).map(|variant| variant.target.binding.as_str()).collect();
    add("binding", targets.into_iter().collect::<Vec<_>>().join("; "));
    add("target file", run.variants.iter().find_map(|one| one.target.file.clone()).unwrap_or_default());
    let variants: Vec<&str> = run.variants.iter().map(|variant| variant.variant.as_str()).collect();
    add("variants", if variants == ["default"] { String::new() } else { variants.join("; ") });
    add("profile", run.profile.as_str().to_owned());
    add("browsers as in", run.standard.clone());
    add("catalogue", run.catalogue.clone());
    facts
}

/// Counts that tables show, by severity.
const COLUMNS: [(Severity, &str, Tone); 7] = [
    (Severity::Passed, "pass", Tone::Good),
    (Severity::Failure, "fail", Tone::Bad),
    (Severity::Warning, "warn", Tone::Warning),
    (Severity::Note, "note", Tone::Plain),
    (Severity::Known, "known", Tone::Plain),
    (Severity::Inconclusive, "open", Tone::Warning),
    (Severity::NotApplicable, "n.a.", Tone::Faint),
];

#[derive(Default)]
struct Tally(BTreeMap<Severity, usize>);

impl Tally {
    fn add(&mut self, severity: Severity) {
        let severity = if severity == Severity::NotExercised { Severity::NotApplicable } else { severity };
        *self.0.entry(severity).or_default() += 1;
    }

    fn get(&self, severity: Severity) -> usize {
        self.0.get(&severity).copied().unwrap_or_default()
    }

    /// The grade in words: the worst that was seen.
    fn grade(&self) -> Cell {
        let (word, tone) = match self.0.keys().next() {
            Some(Severity::Failure) => ("fails", Tone::Bad),
            Some(Severity::Inconclusive) => ("open", Tone::Warning),
            Some(Severity::Warning) => ("warnings", Tone::Warning),
            Some(Severity::Note) => ("notes", Tone::Good),
            Some(Severity::Known) => ("excused", Tone::Plain),
            Some(Severity::Passed) => ("conforms", Tone::Good),
            _ => ("not judged", Tone::Faint),
        };
        Cell::new(word, tone)
    }

    fn row(&self, name: &str) -> Vec<Cell> {
        let bar = COLUMNS.iter().filter(|(severity, ..)| *severity != Severity::NotApplicable);
        let shares = bar.map(|(severity, _, tone)| (*tone, self.get(*severity))).collect();
        let mut row = vec![Cell::from(name), self.grade(), Cell::of_shares(shares)];
        row.extend(COLUMNS.iter().map(|(severity, _, tone)| match self.get(*severity) {
            0 => Cell::new("0", Tone::Faint),
            count => Cell::new(count.to_string(), *tone),
        }));
        row
    }
}

/// By area, by spec and, where there are several, by variant.
pub(super) fn tables(run: &StoredRun, strict: bool) -> Vec<Table> {
    let everything = || tried(run).flat_map(|variant| variant.outcomes.iter().map(move |one| (variant, one)));
    let tallied = |caption: &str, name: &dyn Fn(&VariantRun, &CaseOutcome) -> String| {
        let mut names: Vec<String> = Vec::new();
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        for (variant, outcome) in everything() {
            let name = name(variant, outcome);
            if !tallies.contains_key(&name) {
                names.push(name.clone());
            }
            tallies.entry(name).or_default().add(Severity::of(outcome, strict));
        }
        let mut head = vec![caption.to_owned(), "grade".to_owned(), String::new()];
        head.extend(COLUMNS.iter().map(|(_, name, _)| (*name).to_owned()));
        let rows = names.iter().map(|name| tallies[name].row(name)).collect();
        Table { caption: format!("by {caption}"), numbers: (3..head.len()).collect(), head, rows }
    };
    let mut tables = Vec::new();
    if tried(run).count() > 1 {
        tables.push(tallied("variant", &|variant, _| variant.variant.replace(',', ", ")));
    }
    tables.push(tallied("area", &|_, outcome| area(&outcome.case).to_owned()));
    tables.push(tallied("spec", &|_, outcome| spec(&outcome.case).to_owned()));
    tables.retain(|table| !table.rows.is_empty());
    tables
}

/// `sessions/logout`
pub(super) fn spec(case: &CaseId) -> &str {
    case.as_str().split('#').next().unwrap_or_default()
}

fn area(case: &CaseId) -> &str {
    case.as_str().split('/').next().unwrap_or_default()
}

/// A variant that could not be run, as an entry.
pub(super) fn not_run(variant: &VariantRun) -> Option<Entry> {
    let (reason, exit) = variant.failed_to_run.as_ref()?;
    // What this machine does not have says nothing about the target.
    let missing = *exit == ExitCode::CONFORMS;
    Some(Entry {
        id: format!("hardtack/start#{}", if missing { "not-here" } else { "not-run" }),
        group: "hardtack/start".to_owned(),
        title: "The variant is up and answers".to_owned(),
        severity: if missing { Severity::NotApplicable } else { Severity::Failure },
        word: if missing { "not here" } else { "not run" }.to_owned(),
        level: "must",
        on: vec![Occurrence { variant: variant.variant.clone(), elapsed_ms: 0 }],
        change: None,
        message: reason.clone(),
        problems: Vec::new(),
        place: None,
        target: variant.target.file.clone().map(|file| Place { file, line: 1, column: 1 }),
        why: "Nothing can be said about a server that does not run.".to_owned(),
        sources: Vec::new(),
        blocks: Vec::new(),
    })
}

/// Whether the day for a new look has passed when the run began.
pub(super) fn is_overdue(review_by: &str, run: &StoredRun) -> bool {
    run.started.get(..10).is_some_and(|today| review_by < today)
}

/// Those of the run, and known failures whose review is due.
pub(super) fn hints(run: &StoredRun) -> Vec<String> {
    let overdue: BTreeSet<&str> = run
        .variants
        .iter()
        .flat_map(|variant| &variant.outcomes)
        .filter(|outcome| {
            matches!(&outcome.standing, Standing::Known { review_by: Some(date), .. } if is_overdue(date, run))
        })
        .map(|outcome| outcome.case.as_str())
        .collect();
    let mut hints = run.summary.hints.clone();
    if let Some(first) = overdue.first() {
        let count = counted(overdue.len(), "known failure is", "known failures are");
        hints.push(format!("{count} past the day for a new look, {first} for one: look again and move `review_by`"));
    }
    hints
}
