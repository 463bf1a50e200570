//! What was judged in a load run: correctness, thresholds, and whether the numbers are the server's.

use super::super::group::Severity;
use super::super::model::{Block, Entry, Occurrence, Problem, Tone};
use crate::contract::Wrong;
use crate::load::{Evidence, Leg, LoadRun, Record};

/// Everything that was judged, leg by leg.
pub(super) fn entries(run: &LoadRun) -> Vec<Entry> {
    run.legs.iter().flat_map(|leg| of_leg(run, leg)).collect()
}

fn of_leg(run: &LoadRun, leg: &Leg) -> Vec<Entry> {
    let Some(record) = &leg.record else {
        let not_run = leg.not_run.as_ref();
        let fails = not_run.is_some_and(|not_run| not_run.exit.code() != 0);
        let severity = if fails { Severity::Failure } else { Severity::NotApplicable };
        let message = not_run.map(|not_run| not_run.reason.clone()).unwrap_or_default();
        return vec![Entry { message, ..entry(leg, "load/leg", "The scenario can be run", severity, 0) }];
    };
    let mut entries: Vec<Entry> = Wrong::ALL.into_iter().map(|wrong| correctness(leg, record, wrong)).collect();
    // A search tries rates that cannot hold.
    if run.search.is_some() {
        return entries;
    }
    for missed in leg.missed.iter().filter(|missed| missed.threshold != "wrong_user") {
        let id = format!("load/threshold#{}", missed.threshold.replace('_', "-"));
        let title = format!("{} is {}", missed.threshold, missed.wanted);
        let problem = Problem {
            code: format!("threshold-{}", missed.threshold.replace('_', "-")),
            message: format!("{} was {}, not {}", missed.threshold, missed.got, missed.wanted),
            expected: missed.wanted.clone(),
            actual: missed.got.clone(),
            place: None,
        };
        entries.push(Entry {
            message: problem.message.clone(),
            problems: vec![problem],
            ..entry(leg, &id, &title, Severity::Failure, elapsed(record))
        });
    }
    for event in &leg.events {
        if let Some(why) = &event.failed {
            let message = format!("{} at {:.1} s failed: {why}", event.control, event.at);
            let title = "What the scenario does to the world works";
            entries
                .push(Entry { message, ..entry(leg, "load/events", title, Severity::Inconclusive, elapsed(record)) });
        }
    }
    if let Some(verdict) = &leg.verdict {
        let severity = if verdict.kind.is_valid() { Severity::Passed } else { Severity::Inconclusive };
        let message = format!("{}: {}", verdict.kind.name(), verdict.because);
        let title = "The numbers are the server's, not the generator's";
        entries.push(Entry { message, ..entry(leg, "load/validity", title, severity, elapsed(record)) });
    }
    entries
}

fn correctness(leg: &Leg, record: &Record, wrong: Wrong) -> Entry {
    let count = record.wrong.get(wrong);
    let name = wrong.name().replace('_', "-");
    let threshold = match wrong {
        Wrong::WrongUser => "wrong_user",
        Wrong::LostSession => "lost_sessions",
        Wrong::LostWrite => "lost_writes",
        Wrong::RevivedLogout => "revived_logouts",
        Wrong::DuplicateKey => "duplicate_keys",
        Wrong::StaleRead => "stale_reads",
        Wrong::Outlived => "outlived",
    };
    let severity = if count == 0 {
        Severity::Passed
    } else if leg.missed.iter().any(|missed| missed.threshold == threshold) {
        Severity::Failure
    } else {
        Severity::Warning
    };
    let title = format!("It never happens that {}", wrong.means());
    let entry = entry(leg, &format!("load/correctness#{name}"), &title, severity, elapsed(record));
    if count == 0 {
        return entry;
    }
    let shown: Vec<&Evidence> = record.evidence.iter().filter(|one| one.wrong == wrong).collect();
    let problems = shown.iter().map(|evidence| Problem {
        code: format!("load-{name}"),
        message: format!("{:.3} s after the start, {}", evidence.at, evidence.step),
        expected: evidence.expected.clone(),
        actual: evidence.seen.clone(),
        place: None,
    });
    Entry {
        message: format!("{count} times: {}", wrong.means()),
        problems: problems.collect(),
        blocks: shown.iter().flat_map(|evidence| blocks(evidence)).collect(),
        ..entry
    }
}

/// The exchange as text: it was masked when it was kept.
fn blocks(evidence: &Evidence) -> [Block; 3] {
    [
        Block::Heading(format!("{:.3} s, worker {}: {}", evidence.at, evidence.rank, evidence.step)),
        Block::Field { label: "request", text: evidence.request.clone(), tone: Tone::Plain },
        Block::Field { label: "answer", text: evidence.answer.clone(), tone: Tone::Plain },
    ]
}

fn elapsed(record: &Record) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a run, never negative")]
    let elapsed = (record.measured_seconds() * 1000.0) as u64;
    elapsed
}

fn entry(leg: &Leg, id: &str, title: &str, severity: Severity, elapsed_ms: u64) -> Entry {
    Entry {
        id: id.to_owned(),
        group: id.split('#').next().unwrap_or(id).to_owned(),
        title: title.to_owned(),
        severity,
        word: match severity {
            Severity::Passed => "pass",
            Severity::Failure => "fail",
            Severity::Warning => "warn",
            Severity::NotApplicable => "not applicable",
            _ => "invalid",
        }
        .to_owned(),
        level: "must",
        on: vec![Occurrence { variant: leg.label.clone(), elapsed_ms }],
        change: None,
        message: String::new(),
        problems: Vec::new(),
        place: None,
        target: None,
        why: String::new(),
        sources: Vec::new(),
        blocks: Vec::new(),
    }
}
