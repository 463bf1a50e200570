//! A scenario, as the reader leaves it.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::contract::Control;
use crate::document::{Source, Span};

/// What a load run does to a server, and what must hold meanwhile.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The file and its text.
    pub source: Source,
    /// Its name, for `--scenario`.
    pub name: String,
    /// What happens, in one line.
    pub title: String,
    /// What it answers.
    pub why: String,
    /// How many virtual users there are.
    pub users: u32,
    /// Whether every variant of the target is measured, one after the other.
    pub every_variant: bool,
    /// The sessions that are there when measuring begins.
    pub population: Population,
    /// What virtual users do; each pass draws one by weight.
    pub journeys: Vec<Journey>,
    /// What happens when, one after the other.
    pub phases: Vec<Phase>,
    /// What is done to the world meanwhile.
    pub events: Vec<Event>,
    /// What must hold.
    pub thresholds: Thresholds,
}

/// The sessions that are there when measuring begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// How many; several sizes are measured one after the other.
    pub sessions: Vec<u32>,
    /// Octets of payload in each, beside its marker.
    pub payload: u32,
    /// Which of them a journey takes.
    pub access: Access,
    /// Whether somebody is logged in to each.
    pub logged_in: bool,
    /// How long each lives, where that is less than the server's own lifetime.
    pub lifetime: Option<Duration>,
    /// How many may write to one of them at the same time.
    pub writers: Writers,
}

/// How many may write to a session at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Writers {
    /// One after the other: every write can be told from the next.
    #[default]
    One,
    /// Journeys that write nothing but versions do so side by side. Of writes that overlap either may stay.
    Many,
}

/// Which session of the population a journey takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Access {
    /// Any, with equal chances.
    Uniform,
    /// The first ones most: the k-th with a chance in proportion to 1/k^s.
    Zipf(f64),
    /// Always the first.
    One,
}

/// Steps that one virtual user performs one after the other with one session.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// Its name in reports.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// How often it is drawn, against the weights of the others.
    pub weight: u32,
    /// Whose session it is.
    pub on: On,
    /// The steps.
    pub steps: Vec<Step>,
}

/// Whose session a journey works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// One of the population.
    Population,
    /// One that it begins itself.
    New,
}

/// One request, with one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The operation of the contract.
    pub operation: String,
    /// Its arguments; text with a `$` in front stands for what the harness fills in.
    pub arguments: Map<String, Value>,
    /// What the harness knows about its result.
    pub role: StepRole,
    /// The name under which it is reported.
    pub name: String,
    /// Which cookie goes along.
    pub cookie: WhichCookie,
    /// The pause after it.
    pub think: Pause,
    /// Where it stands.
    pub span: Span,
}

/// What the harness knows about the result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepRole {
    /// Reads the marker that the session got when it began.
    ReadsMarker,
    /// Writes that marker; begins the session if need be.
    WritesMarker,
    /// Reads the last version that was written.
    ReadsVersion,
    /// Writes the next version.
    WritesVersion,
    /// Logs the session's user in.
    LogsIn,
    /// Asks who is logged in.
    AsksWho,
    /// Ends the session.
    Ends,
    /// Anything else: that it worked is all that is known.
    Other,
}

/// What stands for a value that the harness fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    /// The session's marker.
    Marker,
    /// The session's next version.
    Next,
    /// The session's user.
    User,
}

impl Variable {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Marker, Self::Next, Self::User];

    /// How it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Marker => "$marker",
            Self::Next => "$next",
            Self::User => "$user",
        }
    }

    /// The variable that a text names.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Which cookie goes along with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichCookie {
    /// What the browser has.
    Current,
    /// What it had before the session was ended.
    Old,
}

/// A pause between two bounds; each pause is drawn with equal chances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pause {
    /// The shortest.
    pub from: Duration,
    /// The longest.
    pub to: Duration,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Its name in reports.
    pub name: String,
    /// How long it lasts.
    pub length: Duration,
    /// Whether its latencies count. Correctness always does.
    pub measured: bool,
    /// How many of the virtual users are active; all when `None`.
    pub users: Option<u32>,
    /// Journeys begun per second by all users together; `None` for as many as they manage.
    pub rate: Option<f64>,
}

/// Something done to the world while the run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, from the start of the first phase.
    pub at: Duration,
    /// What.
    pub control: Control,
    /// Where it stands.
    pub span: Span,
}

/// What must hold at the end.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Thresholds {
    /// The longest response time that half of the requests may have, in microseconds.
    pub p50_us: Option<u64>,
    /// The same for 95 in 100.
    pub p95_us: Option<u64>,
    /// The same for 99 in 100.
    pub p99_us: Option<u64>,
    /// The same for 999 in 1,000.
    pub p999_us: Option<u64>,
    /// The greatest share of failed requests, from 0 to 1.
    pub errors: Option<f64>,
    /// The smallest rate, in requests per second.
    pub min_rate: Option<f64>,
    /// The greatest number of lost sessions.
    pub lost_sessions: Option<u64>,
    /// The greatest number of lost writes.
    pub lost_writes: Option<u64>,
    /// The greatest number of logouts that did not hold.
    pub revived_logouts: Option<u64>,
    /// The greatest number of keys that were handed out twice.
    pub duplicate_keys: Option<u64>,
    /// The greatest number of reads that gave an older value.
    pub stale_reads: Option<u64>,
    /// The greatest number of sessions that outlived their lifetime.
    pub outlived: Option<u64>,
}

impl Scenario {
    /// From the start of the first phase to the end of the last.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.phases.iter().map(|phase| phase.length).sum()
    }

    /// The operations that a target must offer.
    #[must_use]
    pub fn operations(&self) -> Vec<&str> {
        let mut needed: Vec<&str> =
            self.journeys.iter().flat_map(|one| &one.steps).map(|step| step.operation.as_str()).collect();
        if self.uses_population() {
            needed.push("session.put");
            if self.population.logged_in {
                needed.push("auth.login");
            }
            if self.population.lifetime.is_some() {
                needed.push("session.set_expiry");
            }
        }
        needed.sort_unstable();
        needed.dedup();
        needed
    }

    /// Whether any journey works on the population.
    #[must_use]
    pub fn uses_population(&self) -> bool {
        self.journeys.iter().any(|one| one.on == On::Population)
    }

    /// Whether it makes services fail, for which a proxy must stand in front of them.
    #[must_use]
    pub fn makes_outages(&self) -> bool {
        self.events.iter().any(|event| !matches!(event.control, Control::Flush(_) | Control::RestartServer))
    }
}
