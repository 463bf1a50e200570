//! Monitors: cases that look at every exchange of a run.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::event::{CaseOutcome, Expectations, Secrecy, Verdict};
use crate::judge::{Judged, Matching, Observation, Saved, judge_monitor, monitor_expectations};
use crate::spec::{Body, Case, Monitor, Profile};
use crate::wire::Exchange;

use super::outcome::{blank, finding};

/// How many exchanges with findings a monitor keeps.
const KEPT: usize = 20;

/// The monitors of a variant, with what they have seen so far.
#[derive(Debug)]
pub(super) struct Monitors(Mutex<Vec<Watch>>);

#[derive(Debug)]
struct Watch {
    case: Arc<Case>,
    held: usize,
    broken: Vec<Judged>,
    known: BTreeSet<(String, String)>,
    exchanges: Vec<Arc<Exchange>>,
}

impl Monitors {
    pub(super) fn new(cases: impl IntoIterator<Item = Arc<Case>>) -> Self {
        let watch = |case| Watch { case, held: 0, broken: Vec::new(), known: BTreeSet::new(), exchanges: Vec::new() };
        Self(Mutex::new(cases.into_iter().map(watch).collect()))
    }

    /// Judges one exchange.
    pub(super) fn observe(&self, observation: &Observation) {
        let saved = Saved::new();
        for watch in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            let Some(monitor) = monitor_of(&watch.case) else { continue };
            for judged in judge_monitor(monitor, observation, Matching::new(&saved, watch.case.tolerance_ms)) {
                watch.take(judged, observation);
            }
        }
    }

    /// What each monitor came to.
    pub(super) fn outcomes(&self, profile: Profile, secrecy: &Secrecy) -> Vec<CaseOutcome> {
        let watches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watches.iter().map(|watch| watch.outcome(profile, secrecy)).collect()
    }
}

fn monitor_of(case: &Case) -> Option<&Monitor> {
    match &case.body {
        Body::Monitor(monitor) => Some(monitor),
        Body::Steps(_) => None,
    }
}

impl Watch {
    fn take(&mut self, judged: Judged, observation: &Observation) {
        if judged.held {
            self.held += 1;
            return;
        }
        // The same cookie breaks the same rule in a hundred cases: one finding.
        if self.known.insert((judged.subject.clone(), judged.code.clone())) {
            if self.exchanges.len() < KEPT {
                self.exchanges.push(Arc::clone(&observation.exchange));
            }
            self.broken.push(judged);
        }
    }

    fn outcome(&self, profile: Profile, secrecy: &Secrecy) -> CaseOutcome {
        let level = self.case.level.get(profile);
        let verdict = match (self.broken.is_empty(), self.held) {
            (false, _) => Verdict::of_broken(level),
            (true, 0) => Verdict::NotExercised,
            (true, _) => Verdict::Pass,
        };
        let reason = (verdict == Verdict::NotExercised)
            .then(|| "no exchange of this run had anything for it to look at".to_owned());
        let declared = monitor_of(&self.case).map_or(0, monitor_expectations);
        let outcome = CaseOutcome {
            verdict,
            reason,
            findings: self
                .broken
                .iter()
                .map(|judged| finding(&self.case, judged.clone(), self.case.span, level))
                .collect(),
            expectations: Expectations { declared, evaluated: self.held + self.broken.len() },
            ..blank(&self.case, profile)
        };
        secrecy.with_evidence(outcome, &self.exchanges)
    }
}
