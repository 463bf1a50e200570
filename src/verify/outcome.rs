//! From what a case brought to its outcome.

use crate::document::{Source, Span};
use crate::event::{CaseOutcome, Expectations, Finding, Place, Standing, Verdict};
use crate::judge::Judged;
use crate::spec::{Action, Body, Case, Level, Profile};

use super::applicability::all_steps;

/// Where a span stands.
pub(super) fn place(source: &Source, span: Span) -> Place {
    Place { file: source.name().to_owned(), line: span.line, column: span.column }
}

/// The finding of a broken expectation.
pub(super) fn finding(case: &Case, judged: Judged, span: Span, level: Level) -> Finding {
    Finding {
        code: judged.code,
        expectation: judged.expectation,
        level,
        message: judged.message,
        expected: judged.expected,
        actual: judged.actual,
        place: place(&case.source, span),
        exchange: judged.exchange,
        cookie: judged.cookie,
    }
}

/// An outcome that says nothing yet: not exercised.
pub(super) fn blank(case: &Case, profile: Profile) -> CaseOutcome {
    CaseOutcome {
        case: case.id.clone(),
        title: case.title.clone(),
        why: case.why.clone(),
        rules: case.rules.clone(),
        refs: case.refs.clone(),
        catches: case.catches.clone(),
        place: place(&case.source, case.span),
        level: case.level.get(profile),
        verdict: Verdict::NotExercised,
        standing: Standing::Plain,
        reason: None,
        design: None,
        findings: Vec::new(),
        expectations: Expectations { declared: declared(case), evaluated: 0 },
        steps: Vec::new(),
        observed: Vec::new(),
        exchanges: Vec::new(),
        elapsed_ms: 0,
    }
}

/// An outcome without a judgement, and why.
pub(super) fn without_judgement(case: &Case, profile: Profile, verdict: Verdict, reason: String) -> CaseOutcome {
    CaseOutcome { verdict, reason: Some(reason), ..blank(case, profile) }
}

/// The number of single expectations that the steps of a case declare.
fn declared(case: &Case) -> usize {
    match &case.body {
        Body::Steps(steps) => all_steps(steps)
            .into_iter()
            .filter(|step| !matches!(step.action, Action::Together(_) | Action::Repeat(_)))
            .map(|step| step.expect.declared())
            .sum(),
        Body::Monitor(_) => 0,
    }
}
