//! What one run of a case brings together.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::outcome::{blank, finding};
use super::trace::Trace;
use crate::document::Span;
use crate::event::{CaseOutcome, DesignSeen, Expectations, Secrecy, StepTrace, Verdict};
use crate::judge::Judged;
use crate::spec::{Case, Profile};
use crate::wire::Exchange;

/// Why a case went no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// Set-up failed, or an offered gate or clock did not work.
    Inconclusive(String),
    /// Offered, but does not work.
    Untestable(String),
    /// Needs something that the target does not offer, as it turned out.
    NotApplicable(String),
    /// A moment was missed, or a session was over before the answer that should show it came: nothing was seen.
    TooLate(String),
    /// No answer came to a step that had expectations; they are broken.
    NoAnswer,
}

/// What one run of a case brings together.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Each expectation, the first time that it broke, else the last time that it held.
    judged: BTreeMap<String, (usize, Vec<Judged>, Span)>,
    exchanges: Vec<Arc<Exchange>>,
    steps: Vec<StepTrace>,
    observed: Vec<String>,
    trace: Option<Trace>,
}

impl Record {
    /// An empty record, which tells of exchanges where there is a trace.
    pub(super) fn traced(trace: Option<Trace>) -> Self {
        Self { trace, ..Self::default() }
    }

    pub(super) fn step(&mut self, what: String, span: Span, exchange: Option<&Arc<Exchange>>) {
        if let (Some(trace), Some(exchange)) = (&mut self.trace, exchange) {
            trace.tell(&what, Some(span.line), exchange);
        }
        self.steps.push(StepTrace { what, line: span.line, exchange: exchange.map(|exchange| exchange.id) });
        self.exchanges.extend(exchange.cloned());
    }

    pub(super) fn observed(&mut self, fact: &str) {
        if !self.observed.iter().any(|known| known == fact) {
            self.observed.push(fact.to_owned());
        }
    }

    /// Takes the judgements of one step. Of an expectation that is judged again, in a repeated step, the first break
    /// counts.
    pub(super) fn judged(&mut self, judged: Vec<Judged>, span: Span) {
        let mut by_expectation: BTreeMap<String, Vec<Judged>> = BTreeMap::new();
        let mut order = Vec::new();
        for one in judged {
            if !order.contains(&one.expectation) {
                order.push(one.expectation.clone());
            }
            by_expectation.entry(one.expectation.clone()).or_default().push(one);
        }
        for expectation in order {
            let Some(entries) = by_expectation.remove(&expectation) else { continue };
            let place = self.judged.len();
            let known = self.judged.entry(expectation).or_insert((place, Vec::new(), span));
            if known.1.iter().all(|one| one.held) {
                known.1 = entries;
            }
        }
    }

    /// The outcome of the case.
    pub(super) fn outcome(
        self,
        case: &Case,
        profile: Profile,
        design: Option<DesignSeen>,
        stopped: Option<Stop>,
        secrecy: &Secrecy,
    ) -> CaseOutcome {
        let empty = blank(case, profile);
        let evaluated = self.judged.len();
        let mut groups: Vec<_> = self.judged.into_values().collect();
        groups.sort_by_key(|(place, ..)| *place);
        let findings: Vec<_> = groups
            .into_iter()
            .flat_map(|(_, judged, span)| judged.into_iter().map(move |one| (one, span)))
            .filter(|(one, _)| !one.held)
            .map(|(one, span)| finding(case, one, span, empty.level))
            .collect();
        let (verdict, reason) = verdict(&empty, !findings.is_empty(), evaluated, design.as_ref(), stopped);
        let outcome = CaseOutcome {
            verdict,
            reason,
            design,
            findings,
            expectations: Expectations { evaluated, ..empty.expectations },
            steps: self.steps,
            observed: self.observed,
            ..empty
        };
        let mut outcome = secrecy.with_evidence(outcome, &self.exchanges);
        if verdict == Verdict::Pass {
            outcome.exchanges.clear();
        }
        outcome
    }
}

fn verdict(
    empty: &CaseOutcome,
    broken: bool,
    evaluated: usize,
    design: Option<&DesignSeen>,
    stopped: Option<Stop>,
) -> (Verdict, Option<String>) {
    let of_expectations = if broken { Some(Verdict::of_broken(empty.level)) } else { None };
    let of_design = design.map(|design| Verdict::of_grade(design.grade));
    // What is broken is broken, also when the case could not go on: verdicts are in order, the worst first.
    if let Some(verdict) = of_expectations {
        return (of_design.map_or(verdict, |design| design.min(verdict)), None);
    }
    match stopped {
        Some(Stop::Inconclusive(reason) | Stop::TooLate(reason)) => (Verdict::Inconclusive, Some(reason)),
        Some(Stop::Untestable(reason)) => (Verdict::Untestable, Some(reason)),
        Some(Stop::NotApplicable(reason)) => (Verdict::NotApplicable, Some(reason)),
        Some(Stop::NoAnswer) | None => match of_design {
            Some(verdict) => (verdict, None),
            None if evaluated > 0 => (Verdict::Pass, None),
            None => (Verdict::NotExercised, Some("no expectation was evaluated".to_owned())),
        },
    }
}
