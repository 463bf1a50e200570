//! What one worker has seen, or all of them together.
//!
//! A record holds histograms and counts, never percentiles or rates, so that records can be added without loss.

use std::collections::BTreeMap;

use super::correctness::{Counters, Evidence};
use super::histogram::Latencies;
use super::identity::Identity;
use super::lines::{self, MARK};

/// What one worker has seen, or all of them together.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Record {
    /// What workers of one run have in common.
    pub run: String,
    /// The scenario's name.
    pub scenario: String,
    /// A digest of the scenario with everything that the command line changed in it.
    pub digest: String,
    /// Where requests went.
    pub target: String,
    /// The workers that are in it; one, before records are added.
    pub ranks: Vec<u32>,
    /// How many workers there are.
    pub size: u32,
    /// Virtual users.
    pub users: u32,
    /// Sessions of the population.
    pub sessions: u32,
    /// When measuring began, in milliseconds since 1970.
    pub started_ms: u64,
    /// By how many milliseconds a worker began late; the latest one's.
    pub late_ms: u64,
    /// Whether it was ended early.
    pub interrupted: bool,
    /// The phases.
    pub phases: Vec<PhaseRecord>,
    /// How late timers rang, where arrivals are fixed in advance. None of it is in the latencies.
    pub timer_lag: Latencies,
    /// What went wrong.
    pub wrong: Counters,
    /// The first exchanges behind each.
    pub evidence: Vec<Evidence>,
    /// Failed requests by reason.
    pub errors: BTreeMap<String, u64>,
    /// Connections that were opened.
    pub connections: u64,
    /// Connections that could not be opened.
    pub refused_connections: u64,
    /// Sessions that were begun again after they had ended or were lost.
    pub begun_again: u64,
    /// Answers whose end came 30 ms or more after their beginning.
    #[serde(default)]
    pub held_back: u64,
    /// Passes that were given up because no session was free for a writer.
    pub given_up: u64,
    /// The requests that Goose has counted.
    pub counted_by_goose: u64,
    /// What each worker's machine says of it.
    pub generators: Vec<Generator>,
    /// Second by second; empty where nobody asked for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seconds: Vec<Second>,
}

/// What was seen in one phase.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct PhaseRecord {
    /// Its name.
    pub name: String,
    /// Whether its latencies count.
    pub measured: bool,
    /// How long it lasted, in seconds.
    pub seconds: f64,
    /// Arrivals per second that were asked for, by all workers together.
    pub rate: Option<f64>,
    /// Passes that were begun.
    pub passes: u64,
    /// What was seen of each step.
    pub steps: Vec<StepRecord>,
}

/// What was seen of one step.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct StepRecord {
    /// Journey and step, `read/session.get`.
    pub name: String,
    /// Requests that worked.
    pub ok: u64,
    /// Requests that failed.
    pub failed: u64,
    /// From the moment at which each was sent to the end of its answer.
    pub service: Latencies,
    /// From the moment at which each was intended; `None` where no arrivals are fixed in advance, and both are the
    /// same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Latencies>,
}

/// What a worker's machine says of it.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Generator {
    /// The worker.
    pub rank: u32,
    /// Its share of one core while measuring, from 0 to 1; `None` where the system does not tell.
    pub core: Option<f64>,
    /// The share of the time in which it waited for a core.
    pub waiting: Option<f64>,
    /// CPU time per request, in microseconds.
    pub cpu_us_per_request: Option<f64>,
}

/// One second of a run.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Second {
    /// Its number, from the start of the first phase.
    pub at: u32,
    /// Requests that were answered in it.
    pub requests: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// What went wrong in it.
    pub wrong: u64,
    /// Their response times, with two significant digits.
    pub latencies: Latencies,
}

/// Why two records cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is nothing to add.
    #[error("there is no record to merge: workers print it in lines that begin with `{}`", MARK.trim_end())]
    Nothing,
    /// They are of different runs.
    #[error("worker {rank} has another {what} than the others: `{theirs}`, not `{ours}`")]
    Another {
        /// The worker.
        rank: u32,
        /// What differs.
        what: &'static str,
        /// Its value with the others.
        ours: String,
        /// Its value there.
        theirs: String,
    },
    /// The same worker twice.
    #[error("worker {0} is there twice")]
    Twice(u32),
    /// Workers are missing.
    #[error("{} of {size} workers are missing: {}", missing.len(), list(missing))]
    Missing {
        /// Which.
        missing: Vec<u32>,
        /// How many there should be.
        size: u32,
    },
    /// A line is damaged.
    #[error("a worker's line cannot be read: {0}")]
    Unreadable(String),
}

fn list(ranks: &[u32]) -> String {
    ranks.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

impl Record {
    /// The lines that a worker prints, each with its end.
    #[must_use]
    pub fn lines(&self) -> String {
        // Maps with text as keys, numbers and texts: nothing that JSON could not hold.
        let json = serde_json::to_string(self).unwrap_or_default();
        lines::write(self.ranks.first().copied().unwrap_or_default(), &json)
    }

    /// The records in what workers printed. Other lines, and what an engine puts before its workers' lines, are
    /// passed over.
    pub fn read_lines(text: &str) -> Result<Vec<Self>, MergeError> {
        let record =
            |json: String| serde_json::from_str(&json).map_err(|error| MergeError::Unreadable(error.to_string()));
        lines::read(text)?.into_iter().map(record).collect()
    }

    /// All workers of a run together. Refuses records of different runs, and a run that is not complete.
    pub fn merge(records: Vec<Self>) -> Result<Self, MergeError> {
        let mut records = records.into_iter();
        let mut sum = records.next().ok_or(MergeError::Nothing)?;
        for record in records {
            sum.add(record)?;
        }
        let missing: Vec<u32> = (0..sum.size).filter(|rank| !sum.ranks.contains(rank)).collect();
        if !missing.is_empty() {
            return Err(MergeError::Missing { missing, size: sum.size });
        }
        sum.ranks.sort_unstable();
        sum.generators.sort_by_key(|one| one.rank);
        Ok(sum)
    }

    fn add(&mut self, other: Self) -> Result<(), MergeError> {
        let rank = other.ranks.first().copied().unwrap_or_default();
        for (what, ours, theirs) in [
            ("run", &self.run, &other.run),
            ("scenario", &self.scenario, &other.scenario),
            ("digest of the scenario", &self.digest, &other.digest),
            ("target", &self.target, &other.target),
            ("number of workers", &self.size.to_string(), &other.size.to_string()),
        ] {
            if ours != theirs {
                return Err(MergeError::Another { rank, what, ours: ours.clone(), theirs: theirs.clone() });
            }
        }
        if let Some(twice) = other.ranks.iter().find(|rank| self.ranks.contains(rank)) {
            return Err(MergeError::Twice(*twice));
        }
        self.ranks.extend(other.ranks);
        self.users += other.users;
        self.sessions += other.sessions;
        self.started_ms = self.started_ms.min(other.started_ms);
        self.late_ms = self.late_ms.max(other.late_ms);
        self.interrupted |= other.interrupted;
        for (ours, theirs) in self.phases.iter_mut().zip(other.phases) {
            ours.add(theirs);
        }
        self.timer_lag.add(&other.timer_lag);
        self.wrong.add(&other.wrong);
        self.evidence.extend(other.evidence);
        for (reason, count) in other.errors {
            *self.errors.entry(reason).or_default() += count;
        }
        self.connections += other.connections;
        self.refused_connections += other.refused_connections;
        self.begun_again += other.begun_again;
        self.held_back += other.held_back;
        self.given_up += other.given_up;
        self.counted_by_goose += other.counted_by_goose;
        self.generators.extend(other.generators);
        for second in other.seconds {
            add_second(&mut self.seconds, second);
        }
        Ok(())
    }

    /// The requests of measured phases: those that worked, and those that failed.
    #[must_use]
    pub fn measured(&self) -> (u64, u64) {
        self.measured_steps().fold((0, 0), |(ok, failed), step| (ok + step.ok, failed + step.failed))
    }

    /// Seconds that were measured.
    #[must_use]
    pub fn measured_seconds(&self) -> f64 {
        self.phases.iter().filter(|phase| phase.measured).map(|phase| phase.seconds).sum()
    }

    /// Requests per second in measured phases.
    #[must_use]
    pub fn rate(&self) -> f64 {
        let (ok, failed) = self.measured();
        per_second(ok + failed, self.measured_seconds())
    }

    /// Passes per second in measured phases.
    #[must_use]
    pub fn pass_rate(&self) -> f64 {
        let passes = self.phases.iter().filter(|phase| phase.measured).map(|phase| phase.passes).sum();
        per_second(passes, self.measured_seconds())
    }

    /// Passes per second that were asked for; `None` where there was no rate.
    #[must_use]
    pub fn asked_rate(&self) -> Option<f64> {
        let measured = || self.phases.iter().filter(|phase| phase.measured);
        let asked: f64 = measured().map(|phase| phase.rate.map(|rate| rate * phase.seconds)).sum::<Option<f64>>()?;
        let seconds = self.measured_seconds();
        (seconds > 0.0).then_some(asked / seconds)
    }

    /// The share of failed requests in measured phases, from 0 to 1.
    #[must_use]
    pub fn error_share(&self) -> f64 {
        let (ok, failed) = self.measured();
        share(failed, ok + failed)
    }

    /// Response times of all requests in measured phases.
    #[must_use]
    pub fn response(&self) -> Latencies {
        let mut all = Latencies::default();
        self.measured_steps().for_each(|step| all.add(step.response()));
        all
    }

    /// Service times of all requests in measured phases.
    #[must_use]
    pub fn service(&self) -> Latencies {
        let mut all = Latencies::default();
        self.measured_steps().for_each(|step| all.add(&step.service));
        all
    }

    /// The steps of measured phases, each once, in the order of the scenario.
    #[must_use]
    pub fn by_step(&self) -> Vec<StepRecord> {
        let mut sums: Vec<StepRecord> = Vec::new();
        for step in self.measured_steps() {
            match sums.iter_mut().find(|sum| sum.name == step.name) {
                Some(sum) => sum.add(step),
                None => sums.push(step.clone()),
            }
        }
        sums
    }

    fn measured_steps(&self) -> impl Iterator<Item = &StepRecord> {
        self.phases.iter().filter(|phase| phase.measured).flat_map(|phase| &phase.steps)
    }
}

/// Adds one second to a series.
pub(super) fn add_second(series: &mut Vec<Second>, second: Second) {
    match series.binary_search_by_key(&second.at, |one| one.at) {
        Ok(index) => {
            let sum = &mut series[index];
            sum.requests += second.requests;
            sum.failed += second.failed;
            sum.wrong += second.wrong;
            sum.latencies.add(&second.latencies);
        }
        Err(index) => series.insert(index, second),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn per_second(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl PhaseRecord {
    fn add(&mut self, other: Self) {
        self.seconds = self.seconds.max(other.seconds);
        self.passes += other.passes;
        for theirs in other.steps {
            match self.steps.iter_mut().find(|ours| ours.name == theirs.name) {
                Some(ours) => ours.add(&theirs),
                None => self.steps.push(theirs),
            }
        }
    }

    /// Requests per second.
    #[must_use]
    pub fn request_rate(&self) -> f64 {
        per_second(self.steps.iter().map(|step| step.ok + step.failed).sum(), self.seconds)
    }

    /// The share of failed requests.
    #[must_use]
    pub fn error_share(&self) -> f64 {
        let (ok, failed) = self.steps.iter().fold((0, 0), |(ok, failed), step| (ok + step.ok, failed + step.failed));
        share(failed, ok + failed)
    }

    /// Response times of all steps.
    #[must_use]
    pub fn response(&self) -> Latencies {
        let mut all = Latencies::default();
        self.steps.iter().for_each(|step| all.add(step.response()));
        all
    }
}

impl StepRecord {
    /// Response times.
    #[must_use]
    pub fn response(&self) -> &Latencies {
        self.response.as_ref().unwrap_or(&self.service)
    }

    fn add(&mut self, other: &Self) {
        self.ok += other.ok;
        self.failed += other.failed;
        if self.response.is_some() || other.response.is_some() {
            let mut response = self.response().clone();
            response.add(other.response());
            self.response = Some(response);
        }
        self.service.add(&other.service);
    }
}

impl Record {
    /// A record of a worker that has seen nothing yet.
    #[must_use]
    pub fn empty(identity: Identity) -> Self {
        Self { ranks: vec![identity.rank], size: identity.size, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(rank: u32, latencies: &[u64]) -> Record {
        let mut service = Latencies::default();
        for one in latencies {
            service.record(*one);
        }
        let step = StepRecord { name: "a/b".into(), ok: service.count(), service, ..StepRecord::default() };
        let phase =
            PhaseRecord { name: "p".into(), measured: true, seconds: 2.0, steps: vec![step], ..PhaseRecord::default() };
        Record { run: "r".into(), users: 5, phases: vec![phase], ..Record::empty(Identity { rank, size: 2 }) }
    }

    #[test]
    fn workers_add_up_exactly_and_percentiles_are_not_averaged() {
        let lines = [record(1, &[1000; 99]).lines(), "noise\n".to_owned(), record(0, &[10; 901]).lines()].concat();
        let merged = Record::merge(Record::read_lines(&lines).unwrap()).unwrap();
        assert_eq!((merged.ranks.as_slice(), merged.users), ([0, 1].as_slice(), 10));
        assert_eq!(merged.measured(), (1000, 0));
        assert!((merged.rate() - 500.0).abs() < 1e-9);
        assert_eq!((merged.response().at(0.90), merged.response().at(0.95)), (10, 1000));
    }

    #[test]
    fn what_does_not_belong_together_is_refused() {
        let other = Record { run: "x".into(), ..record(1, &[1]) };
        let differs = Record::merge(vec![record(0, &[1]), other]).unwrap_err();
        assert_eq!(differs.to_string(), "worker 1 has another run than the others: `x`, not `r`");
        assert_eq!(Record::merge(vec![record(0, &[1]), record(0, &[1])]), Err(MergeError::Twice(0)));
        assert_eq!(Record::merge(vec![record(1, &[1])]), Err(MergeError::Missing { missing: vec![0], size: 2 }));
        assert_eq!(Record::merge(Vec::new()), Err(MergeError::Nothing));
    }
}
