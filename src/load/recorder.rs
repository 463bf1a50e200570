//! Counting while a worker runs.

use std::collections::BTreeMap;
use std::time::Duration;

use super::correctness::{Counters, Evidence, KEPT};
use super::histogram::Latencies;
use super::record::{PhaseRecord, Second, StepRecord};
use super::scenario::Phase;
use crate::contract::Wrong;

/// Counts what a worker sees.
#[derive(Debug)]
pub(super) struct Recorder {
    names: Vec<String>,
    phases: Vec<PhaseCounts>,
    pub(super) timer_lag: Latencies,
    pub(super) wrong: Counters,
    pub(super) evidence: Vec<Evidence>,
    pub(super) errors: BTreeMap<String, u64>,
    pub(super) connections: u64,
    pub(super) refused_connections: u64,
    pub(super) begun_again: u64,
    pub(super) held_back: u64,
    pub(super) given_up: u64,
    pub(super) requests: u64,
    second: Second,
    /// Seconds that are over.
    pub(super) over: Vec<Second>,
}

#[derive(Debug)]
struct PhaseCounts {
    phase: Phase,
    passes: u64,
    /// By step; made when first needed, since a histogram takes a lot of room.
    steps: Vec<Option<StepCounts>>,
}

#[derive(Debug, Default)]
struct StepCounts {
    ok: u64,
    failed: u64,
    service: Latencies,
    response: Option<Latencies>,
}

/// One request that came to an end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    pub(super) phase: usize,
    pub(super) step: usize,
    /// When, after the start of the first phase.
    pub(super) at: Duration,
    pub(super) service: Duration,
    pub(super) response: Duration,
    pub(super) ok: bool,
}

impl Recorder {
    /// Counts steps of these names in these phases.
    pub(super) fn new(phases: &[Phase], names: Vec<String>) -> Self {
        let steps = || names.iter().map(|_| None).collect();
        Self {
            phases: phases
                .iter()
                .map(|phase| PhaseCounts { phase: phase.clone(), passes: 0, steps: steps() })
                .collect(),
            names,
            timer_lag: Latencies::default(),
            wrong: Counters::default(),
            evidence: Vec::new(),
            errors: BTreeMap::new(),
            connections: 0,
            refused_connections: 0,
            begun_again: 0,
            held_back: 0,
            given_up: 0,
            requests: 0,
            second: empty_second(0),
            over: Vec::new(),
        }
    }

    /// Counts a pass that begins.
    pub(super) fn pass(&mut self, phase: usize) {
        self.phases[phase].passes += 1;
    }

    /// Counts a request.
    pub(super) fn ended(&mut self, ended: Ended) {
        let phase = &mut self.phases[ended.phase];
        let open = phase.phase.rate.is_some();
        let step = phase.steps[ended.step]
            .get_or_insert_with(|| StepCounts { response: open.then(Latencies::default), ..StepCounts::default() });
        let response = micros(ended.response);
        step.service.record(micros(ended.service));
        if let Some(latencies) = &mut step.response {
            latencies.record(response);
        }
        step.ok += u64::from(ended.ok);
        step.failed += u64::from(!ended.ok);
        self.requests += 1;
        self.turn_to(ended.at);
        self.second.requests += 1;
        self.second.failed += u64::from(!ended.ok);
        self.second.latencies.record(response);
    }

    /// Counts why a request failed.
    pub(super) fn error(&mut self, reason: &str) {
        if let Some(count) = self.errors.get_mut(reason) {
            *count += 1;
        } else {
            self.errors.insert(reason.to_owned(), 1);
        }
    }

    /// Counts something that must not happen, and keeps the first of each kind.
    pub(super) fn wrong(&mut self, wrong: Wrong, evidence: impl FnOnce() -> Evidence) {
        self.wrong.count(wrong);
        self.second.wrong += 1;
        if self.evidence.iter().filter(|one| one.wrong == wrong).count() < KEPT {
            self.evidence.push(evidence());
        }
    }

    /// Goes on to the second of a moment.
    pub(super) fn turn_to(&mut self, now: Duration) {
        let at = u32::try_from(now.as_secs()).unwrap_or(u32::MAX);
        if at > self.second.at {
            let over = std::mem::replace(&mut self.second, empty_second(at));
            self.over.push(over);
        }
    }

    /// The second that has begun, ended now.
    pub(super) fn last_second(&mut self) -> Second {
        std::mem::replace(&mut self.second, empty_second(u32::MAX))
    }

    /// What was seen in each phase, up to `now`.
    pub(super) fn phases(&self, now: Duration) -> Vec<PhaseRecord> {
        let mut start = Duration::ZERO;
        let records = self.phases.iter().map(|counts| {
            let length = now.saturating_sub(start).min(counts.phase.length);
            start += counts.phase.length;
            let steps = counts.steps.iter().zip(&self.names).filter_map(|(step, name)| {
                let step = step.as_ref()?;
                Some(StepRecord {
                    name: name.clone(),
                    ok: step.ok,
                    failed: step.failed,
                    service: step.service.clone(),
                    response: step.response.clone(),
                })
            });
            PhaseRecord {
                name: counts.phase.name.clone(),
                measured: counts.phase.measured,
                seconds: length.as_secs_f64(),
                rate: counts.phase.rate,
                passes: counts.passes,
                steps: steps.collect(),
            }
        });
        records.collect()
    }
}

fn empty_second(at: u32) -> Second {
    Second { at, latencies: Latencies::with_digits(2), ..Second::default() }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
