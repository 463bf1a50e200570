//! What came of a load run: one leg for each variant, population size or rate.

use std::time::Duration;

use super::record::Record;
use super::scenario::{Scenario, Thresholds};
use crate::contract::Wrong;
use crate::event::ExitCode;

/// The version of this format.
pub const FORMAT: u32 = 1;

/// A load run, complete: what `--json` writes and other reports read.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LoadRun {
    /// The version of this format; the name tells it apart from other runs.
    pub load: u32,
    /// hardtack's version.
    pub tool: String,
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// What it answers.
    pub why: String,
    /// What was under test.
    pub target: String,
    /// What must hold.
    pub thresholds: Thresholds,
    /// The legs, in the order in which they were run.
    pub legs: Vec<Leg>,
    /// What a search for the greatest rate found.
    pub search: Option<Search>,
    /// The exit code.
    pub exit: ExitCode,
}

/// One leg: the scenario once, against one variant.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Leg {
    /// What tells it apart from the others, `engine=db` or `10,000 sessions`.
    pub label: String,
    /// The variant.
    pub variant: String,
    /// What the server says of itself.
    pub server: String,
    /// What was seen; `None` where nothing could be.
    pub record: Option<Record>,
    /// Why there is nothing, and whether that is a fault.
    pub not_run: Option<NotRun>,
    /// What was done to the world meanwhile.
    pub events: Vec<EventRecord>,
    /// What the server's processes used, where they are on this machine.
    pub target_cpu: Option<TargetCpu>,
    /// What the numbers are worth.
    pub verdict: Option<Verdict>,
    /// What the store does without the server.
    pub ceiling: Option<Ceiling>,
    /// Thresholds that were missed.
    pub missed: Vec<Missed>,
}

/// Why a leg was not run.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct NotRun {
    /// Why, and what to do.
    pub reason: String,
    /// The exit code that this asks for; [`ExitCode::CONFORMS`] for what does not apply here.
    pub exit: ExitCode,
}

/// Something that was done to the world.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EventRecord {
    /// When, in seconds after the start.
    pub at: f64,
    /// What.
    pub control: String,
    /// Why it did not work.
    pub failed: Option<String>,
}

/// What the server's processes used.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TargetCpu {
    /// Cores in use on average, from start to end.
    pub cores: f64,
    /// Cores of this machine.
    pub of: u32,
    /// How many processes that is.
    pub processes: u32,
    /// Whether the server runs inside this very process.
    pub inside: bool,
}

/// What the store does without the server: look-ups of the same keys and sizes, asked for directly.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ceiling {
    /// The store.
    pub store: String,
    /// How it was asked.
    pub how: String,
    /// Look-ups per second.
    pub per_second: f64,
}

/// What the numbers are worth.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Verdict {
    /// In one word.
    pub kind: VerdictKind,
    /// Why, in a sentence.
    pub because: String,
}

/// What limited the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictKind {
    /// The server: these are its numbers.
    TargetBound,
    /// The rate that was asked for.
    RateHeld,
    /// The pauses of the virtual users.
    Paced,
    /// Ourselves: the latencies are those of our own queue.
    GeneratorBound,
    /// Less than the asked rate was reached, and it is not our fault.
    RateNotReached,
    /// Nothing was measured.
    NothingMeasured,
}

impl VerdictKind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TargetBound => "target-bound",
            Self::RateHeld => "rate held",
            Self::Paced => "paced by think times",
            Self::GeneratorBound => "generator-bound",
            Self::RateNotReached => "rate not reached",
            Self::NothingMeasured => "nothing measured",
        }
    }

    /// Whether the numbers say something about the server.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        matches!(self, Self::TargetBound | Self::RateHeld | Self::Paced)
    }
}

/// Above this share of a core the generator's own queue is in the latencies.
const BUSY: f64 = 0.85;

/// A generator that waits for a core for more than this share of the time is not free to send.
const WAITING: f64 = 0.25;

/// Less than this share of an asked rate is not the asked rate.
const REACHED: f64 = 0.98;

impl Verdict {
    /// What the numbers of a record are worth.
    #[must_use]
    pub fn of(record: &Record, thinks: bool) -> Self {
        let (ok, failed) = record.measured();
        if ok + failed == 0 {
            let because = "no request came to an end in a measured phase".to_owned();
            return Self { kind: VerdictKind::NothingMeasured, because };
        }
        let busiest = record.generators.iter().filter_map(|one| one.core).fold(0.0, f64::max);
        let waiting = record.generators.iter().filter_map(|one| one.waiting).fold(0.0, f64::max);
        let asked = record.asked_rate();
        let missed = asked.filter(|asked| record.pass_rate() < asked * REACHED);
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        if busiest > BUSY {
            let because = format!(
                "a worker used {} of its core, so that answers waited for us: use more workers or machines, or fewer \
                 users",
                percent(busiest)
            );
            return Self { kind: VerdictKind::GeneratorBound, because };
        }
        if waiting > WAITING {
            let because = format!(
                "a worker waited for a core in {} of the time: other programs of this machine, or the server itself, \
                 were in its way; leave it a core of its own",
                percent(waiting)
            );
            return Self { kind: VerdictKind::GeneratorBound, because };
        }
        match (asked, missed) {
            (_, Some(asked)) => Self {
                kind: VerdictKind::RateNotReached,
                because: format!(
                    "{:.1} passes per second were asked for, {:.1} were begun, and the workers were free: the server \
                     is too slow for this rate, or there are too few users",
                    asked,
                    record.pass_rate()
                ),
            },
            (Some(asked), None) => {
                Self { kind: VerdictKind::RateHeld, because: format!("{asked:.1} passes per second, as asked for") }
            }
            (None, _) if thinks => {
                Self { kind: VerdictKind::Paced, because: "virtual users think between their requests".to_owned() }
            }
            (None, _) => Self {
                kind: VerdictKind::TargetBound,
                because: format!("every user asked again at once, and the busiest worker used {}", percent(busiest)),
            },
        }
    }
}

/// A threshold that was missed.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Missed {
    /// Its name, `p99`.
    pub threshold: String,
    /// What was asked for, in words.
    pub wanted: String,
    /// What came, in words.
    pub got: String,
}

impl Thresholds {
    /// Those that a record misses. Somebody else's data is missed without being asked for.
    #[must_use]
    pub fn missed(&self, record: &Record) -> Vec<Missed> {
        let mut missed = Vec::new();
        let mut miss = |threshold: &str, wanted: String, got: String| {
            missed.push(Missed { threshold: threshold.to_owned(), wanted, got });
        };
        let wrong = &record.wrong;
        if wrong.wrong_user > 0 {
            miss("wrong_user", "never".to_owned(), format!("{} answers", wrong.wrong_user));
        }
        let response = record.response();
        let shares = [
            ("p50", 0.5, self.p50_us),
            ("p95", 0.95, self.p95_us),
            ("p99", 0.99, self.p99_us),
            ("p999", 0.999, self.p999_us),
        ];
        for (name, share, limit) in shares {
            if let Some(limit) = limit.filter(|limit| response.at(share) > *limit) {
                miss(name, format!("at most {}", in_ms(limit)), in_ms(response.at(share)));
            }
        }
        if let Some(limit) = self.errors.filter(|limit| record.error_share() > *limit) {
            let percent = |share: f64| format!("{:.3} %", share * 100.0);
            miss("errors", format!("at most {}", percent(limit)), percent(record.error_share()));
        }
        if let Some(limit) = self.min_rate.filter(|limit| record.rate() < *limit) {
            miss("min_rate", format!("at least {limit:.1} per second"), format!("{:.1} per second", record.rate()));
        }
        for (kind, name, limit) in [
            (Wrong::LostSession, "lost_sessions", self.lost_sessions),
            (Wrong::LostWrite, "lost_writes", self.lost_writes),
            (Wrong::RevivedLogout, "revived_logouts", self.revived_logouts),
            (Wrong::DuplicateKey, "duplicate_keys", self.duplicate_keys),
            (Wrong::StaleRead, "stale_reads", self.stale_reads),
            (Wrong::Outlived, "outlived", self.outlived),
        ] {
            if let Some(limit) = limit.filter(|limit| wrong.get(kind) > *limit) {
                miss(name, format!("at most {limit}"), wrong.get(kind).to_string());
            }
        }
        missed
    }
}

/// Microseconds in the unit that reads best.
#[must_use]
pub fn in_ms(microseconds: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a minute has few microseconds")]
    let milliseconds = microseconds as f64 / 1000.0;
    match microseconds {
        0..1000 => format!("{microseconds} µs"),
        1000..10_000 => format!("{milliseconds:.2} ms"),
        10_000..1_000_000 => format!("{milliseconds:.1} ms"),
        _ => format!("{:.2} s", milliseconds / 1000.0),
    }
}

/// What a search for the greatest rate found.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Search {
    /// What had to hold, in words.
    pub wanted: String,
    /// The greatest rate that held, in passes per second; `None` when not even the first one did.
    pub held: Option<f64>,
    /// The smallest rate that did not; `None` when the search ended before it met one.
    pub failed: Option<f64>,
    /// Every step, in the order in which it was tried.
    pub steps: Vec<SearchStep>,
}

impl Search {
    /// The steps, the smallest rate first.
    #[must_use]
    pub fn by_rate(&self) -> Vec<&SearchStep> {
        let mut steps: Vec<_> = self.steps.iter().collect();
        steps.sort_by(|one, other| one.rate.total_cmp(&other.rate));
        steps
    }
}

/// One rate that was tried.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SearchStep {
    /// Passes per second that were asked for.
    pub rate: f64,
    /// Passes per second that were begun.
    pub reached: f64,
    /// The 99th percentile of response times, in microseconds.
    pub p99_us: u64,
    /// The share of failed requests.
    pub errors: f64,
    /// Whether it held.
    pub held: bool,
    /// Why not.
    pub because: String,
}

impl Leg {
    /// The exit code of this leg alone.
    #[must_use]
    pub fn exit(&self) -> ExitCode {
        let mut exit = self.not_run.as_ref().map_or(ExitCode::CONFORMS, |not_run| not_run.exit);
        if let Some(record) = &self.record {
            if record.interrupted {
                exit = exit.and(ExitCode::INTERRUPTED);
            }
            if !self.missed.is_empty() {
                exit = exit.and(ExitCode::FAILED);
            }
            if self.events.iter().any(|event| event.failed.is_some()) {
                exit = exit.and(ExitCode::INCONCLUSIVE);
            }
        }
        match self.verdict.as_ref().map(|verdict| verdict.kind) {
            Some(VerdictKind::NothingMeasured) => exit.and(ExitCode::NOTHING_RUN),
            Some(kind) if !kind.is_valid() => exit.and(ExitCode::LOAD_INVALID),
            _ => exit,
        }
    }
}

impl LoadRun {
    /// A run of a scenario that has not begun.
    #[must_use]
    pub fn new(scenario: &Scenario, target: &str) -> Self {
        Self {
            load: FORMAT,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            title: scenario.title.clone(),
            why: scenario.why.clone(),
            target: target.to_owned(),
            thresholds: scenario.thresholds.clone(),
            legs: Vec::new(),
            search: None,
            exit: ExitCode::CONFORMS,
        }
    }

    /// Adds a leg; its exit code counts, unless it belongs to a search, which is expected to fail now and then.
    pub fn add(&mut self, leg: Leg) {
        self.exit = self.exit.and(leg.exit());
        self.legs.push(leg);
    }

    /// Settles the exit code at the end: a run in which no leg ran has measured nothing.
    pub fn settle(&mut self) {
        if self.legs.iter().all(|leg| leg.record.is_none()) {
            self.exit = self.exit.and(ExitCode::NOTHING_RUN);
        }
    }

    /// How long all measured phases took together.
    #[must_use]
    pub fn measured(&self) -> Duration {
        let seconds = self.legs.iter().filter_map(|leg| leg.record.as_ref()).map(Record::measured_seconds).sum();
        Duration::from_secs_f64(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::super::identity::Identity;
    use super::super::record::{Generator, PhaseRecord, StepRecord};
    use super::*;

    fn record(requests: u64, rate: Option<f64>, core: f64, waiting: f64) -> Record {
        let mut step = StepRecord { name: "a".into(), ok: requests, ..StepRecord::default() };
        (0..requests).for_each(|_| step.service.record(1000));
        let phase = PhaseRecord {
            measured: true,
            seconds: 10.0,
            rate,
            passes: requests,
            steps: vec![step],
            ..PhaseRecord::default()
        };
        let generator = Generator { core: Some(core), waiting: Some(waiting), ..Generator::default() };
        Record { phases: vec![phase], generators: vec![generator], ..Record::empty(Identity::ALONE) }
    }

    #[test]
    fn a_run_knows_what_limited_it() {
        let kind = |record: Record| Verdict::of(&record, false).kind;
        assert_eq!(kind(record(1000, None, 0.5, 0.0)), VerdictKind::TargetBound);
        assert_eq!(kind(record(1000, None, 0.9, 0.0)), VerdictKind::GeneratorBound);
        assert_eq!(kind(record(1000, None, 0.5, 0.3)), VerdictKind::GeneratorBound);
        assert_eq!(kind(record(1000, Some(100.0), 0.5, 0.0)), VerdictKind::RateHeld);
        assert_eq!(kind(record(900, Some(100.0), 0.5, 0.0)), VerdictKind::RateNotReached);
        assert_eq!(kind(record(900, Some(100.0), 0.95, 0.0)), VerdictKind::GeneratorBound);
        assert_eq!(kind(record(0, None, 0.0, 0.0)), VerdictKind::NothingMeasured);
        assert_eq!(Verdict::of(&record(10, None, 0.1, 0.0), true).kind, VerdictKind::Paced);
    }

    #[test]
    fn thresholds_decide_and_wrong_users_always_do() {
        let mut seen = record(1000, None, 0.5, 0.0);
        assert_eq!(Thresholds::default().missed(&seen), []);
        seen.wrong.wrong_user = 1;
        seen.wrong.lost_write = 2;
        let thresholds = Thresholds {
            p99_us: Some(500),
            min_rate: Some(200.0),
            lost_writes: Some(1),
            errors: Some(0.0),
            ..Thresholds::default()
        };
        let missed: Vec<String> = thresholds.missed(&seen).into_iter().map(|one| one.threshold).collect();
        assert_eq!(missed, ["wrong_user", "p99", "min_rate", "lost_writes"]);
    }

    #[test]
    fn latencies_are_told_in_the_unit_that_reads_best() {
        assert_eq!([15, 1500, 15_000, 1_500_000].map(in_ms), ["15 µs", "1.50 ms", "15.0 ms", "1.50 s"]);
    }
}
