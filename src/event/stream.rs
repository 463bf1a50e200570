//! The event stream: what reporters read while a run goes on.

use super::{CaseOutcome, Counts, ExitCode, RunSummary, TargetFacts};
use crate::spec::{CaseId, Profile};
use crate::wire::Evidence;

/// Something that happened in a run.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A run begins.
    RunStarted {
        /// hardtack's version.
        tool: String,
        /// A digest of the catalogue's text and the number of its cases.
        catalogue: String,
        /// The grading profile.
        profile: Profile,
        /// The variants to come.
        variants: Vec<String>,
        /// When, RFC 3339.
        started: String,
    },
    /// A variant is up and the cases are chosen.
    VariantStarted {
        /// The variant.
        variant: String,
        /// What is under test.
        target: TargetFacts,
        /// How many cases will run; the others are reported at once.
        cases: usize,
    },
    /// A variant could not be run.
    VariantFailed {
        /// The variant.
        variant: String,
        /// Why, and what to do.
        reason: String,
        /// The exit code that it asks for.
        exit: ExitCode,
    },
    /// A case begins.
    CaseStarted {
        /// The variant.
        variant: String,
        /// Which case.
        case: CaseId,
    },
    /// A case waits for a moment in the life of a cookie.
    CaseWaiting {
        /// The variant.
        variant: String,
        /// Which case.
        case: CaseId,
        /// For how long, in milliseconds.
        for_ms: u64,
        /// For what, in words.
        what: String,
    },
    /// A request was answered, or was not: told only where a trace was asked for.
    Exchanged {
        /// The variant.
        variant: String,
        /// Which case; none where a page is only read.
        case: Option<CaseId>,
        /// Who did what, in words.
        what: String,
        /// Where the step stands in its spec.
        line: Option<usize>,
        /// What was asked and answered. Of real applications without bodies, see [`super::Secrecy::live`].
        exchange: Box<Evidence>,
    },
    /// A case ended.
    CaseFinished {
        /// The variant.
        variant: String,
        /// What came of it.
        outcome: Box<CaseOutcome>,
    },
    /// All cases of a variant ended.
    VariantFinished {
        /// The variant.
        variant: String,
        /// How many ended how.
        counts: Counts,
    },
    /// The run ended.
    RunFinished {
        /// The end.
        summary: RunSummary,
    },
}

/// Something that reads events, one at a time, in order.
pub trait Sink: Send {
    /// Takes one event.
    fn take(&mut self, event: &Event);
}

/// Nobody listens: what came of the run is read at its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Sink for Nobody {
    fn take(&mut self, _: &Event) {}
}
