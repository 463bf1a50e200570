//! Outcomes and events of all commands: the one stream that every report reads.

mod evidence;
mod exit;
mod outcome;
mod run;
mod stream;

pub use evidence::{STORED_BODY_OCTETS, Secrecy};
pub use exit::ExitCode;
pub use outcome::{
    CaseOutcome, ComparedAttribute, DesignSeen, Expectations, Finding, Place, Standing, StepTrace, Verdict,
};
pub use run::{Counts, RunSummary, StoredRun, TargetFacts, VariantRun};
pub use stream::{Event, Nobody, Sink};
