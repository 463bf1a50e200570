//! What property tests found, as outcomes that every report reads.

use std::time::Duration;

use super::search::{CounterExample, Searched};
use super::spec_writer::Found;
use crate::event::{CaseOutcome, Expectations, Finding, Place, Secrecy, Standing, StepTrace, Verdict};
use crate::spec::{CaseId, Level, Profile};

/// An outcome of a property, not judged yet.
#[must_use]
pub fn property_outcome(id: &str, title: &str, _: Profile) -> CaseOutcome {
    CaseOutcome {
        case: CaseId::new(id),
        title: title.to_owned(),
        why: String::new(),
        rules: Vec::new(),
        refs: Vec::new(),
        catches: Vec::new(),
        place: Place { file: "property tests".to_owned(), line: 1, column: 1 },
        level: Level::Must,
        verdict: Verdict::NotExercised,
        standing: Standing::Plain,
        reason: None,
        design: None,
        findings: Vec::new(),
        expectations: Expectations { declared: 1, evaluated: 0 },
        steps: Vec::new(),
        observed: Vec::new(),
        exchanges: Vec::new(),
        elapsed_ms: 0,
    }
}

/// Milliseconds.
#[must_use]
pub fn after(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The outcome of all histories together: a pass when they were played and nothing failed.
#[must_use]
pub fn histories_outcome(searched: &Searched, profile: Profile) -> CaseOutcome {
    let progress = searched.progress;
    let mut outcome = property_outcome("prop/sessions#histories", "Random histories agree with the model", profile);
    let requests = usize::try_from(progress.requests).unwrap_or(usize::MAX);
    outcome.expectations = Expectations { declared: requests, evaluated: requests };
    outcome.observed.push(format!(
        "{} histories, {} requests, {} of {} pairs of operations",
        progress.histories, progress.requests, progress.reached, progress.possible
    ));
    for deviation in &searched.excused {
        outcome.observed.push(format!("known: {} ({})", deviation.about(), deviation.case()));
    }
    let failing = searched.found.iter().any(|example| example.failed.mismatch.level == Level::Must);
    outcome.verdict = match (failing, progress.histories, &searched.inconclusive) {
        // Each failing history has an outcome of its own.
        (true, ..) | (false, 0, None) => Verdict::NotExercised,
        (false, _, Some(_)) => Verdict::Inconclusive,
        (false, _, None) => Verdict::Pass,
    };
    outcome.reason = match outcome.verdict {
        Verdict::NotExercised if failing => Some("the search ended with a failing history".to_owned()),
        Verdict::NotExercised => Some("no history was played".to_owned()),
        _ => searched.inconclusive.clone(),
    };
    outcome
}

/// The outcome of a history that fails.
#[must_use]
pub fn counter_example(
    example: &CounterExample,
    words: &[String],
    spec: Option<&Found>,
    confirmed: Option<bool>,
    command: &str,
    profile: Profile,
    secrecy: &Secrecy,
) -> CaseOutcome {
    let failed = &example.failed;
    let mismatch = &failed.mismatch;
    let subject = if mismatch.subject.is_empty() { String::new() } else { format!("@{}", row_of(&mismatch.subject)) };
    let id = format!("prop/sessions#{}{subject}", mismatch.code);
    let mut outcome = property_outcome(&id, &mismatch.message, profile);
    let flaky = !example.reproduced.always();
    outcome.level = mismatch.level;
    outcome.verdict = Verdict::of_broken(mismatch.level);
    outcome.expectations = Expectations { declared: 1, evaluated: 1 };
    let exchanges = example.played.exchanges.clone();
    outcome.findings.push(Finding {
        code: mismatch.code.to_owned(),
        expectation: format!("steps[{}]", failed.step),
        level: mismatch.level,
        message: mismatch.message.clone(),
        expected: mismatch.expected.clone(),
        actual: mismatch.actual.clone(),
        place: Place {
            file: spec.map_or_else(|| "property tests".to_owned(), |spec| format!("{}.yaml", spec.id)),
            line: 1,
            column: 1,
        },
        exchange: exchanges.last().map(|exchange| exchange.id),
        cookie: Vec::new(),
    });
    outcome.steps = words
        .iter()
        .enumerate()
        .map(|(index, what)| StepTrace {
            what: what.clone(),
            line: index + 1,
            exchange: (index == failed.step).then(|| exchanges.last().map(|exchange| exchange.id)).flatten(),
        })
        .collect();
    let reproduced = example.reproduced;
    outcome.observed.push(format!(
        "found after {} histories and {} ms; {} smaller histories were tried",
        example.histories,
        after(example.after),
        example.tries
    ));
    if flaky {
        let rate =
            format!("flaky: failed {} of {} times when it was played again", reproduced.failed, reproduced.played);
        outcome.reason = Some(rate.clone());
        outcome.observed.push(rate);
    }
    outcome.observed.push(match confirmed {
        Some(true) => "`hardtack verify --specs` fails on the written spec in the same way".to_owned(),
        Some(false) => "the written spec does not fail by itself: play the history again with its seed".to_owned(),
        None => "no expectation of a spec says this: play the history again with its seed".to_owned(),
    });
    outcome.observed.push(format!("again: {command}"));
    secrecy.with_evidence(outcome, &exchanges)
}

/// The part of an id behind `@`.
fn row_of(subject: &str) -> String {
    let plain: String =
        subject.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    plain.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}
