//! Load: the operations of the contract under load, judged while they are measured.
//!
//! A [`scenario`] says what virtual users do. [`run_worker`] runs one worker: it prepares its share of the
//! population, lets Goose run the users, and leaves a [`Record`] of histograms and counts. Records of several
//! workers, processes of one machine or of many, are added by [`Record::merge`] without loss.

mod access;
mod answer;
mod attack;
mod ceiling;
mod cores;
mod correctness;
mod exchange;
mod follow_up;
mod histogram;
mod identity;
mod judge;
mod leg;
mod lines;
mod marker;
mod open_files;
mod pace;
mod pass;
mod plan;
mod population_file;
mod prepare;
mod processes;
mod ranks;
mod record;
mod recorder;
mod run;
pub mod scenario;
mod schedstat;
mod search;
#[cfg(feature = "reference")]
mod served;
mod session;
mod template;
mod told;
mod traced;
mod versions;
mod worker;

pub use attack::{Lead, Message, WorkerError, run_worker};
pub use ceiling::{CeilingError, CeilingRequest};
pub use cores::{allowed_cores, keep_to, shared_out};
pub use correctness::{Counters, Evidence};
pub use histogram::{Latencies, NotAHistogram};
pub use identity::{Identity, IdentityError};
pub use leg::{Follow, LegError, LegRequest, Seen, run_leg};
pub use lines::MARK;
pub use open_files::TooFewFiles;
pub use plan::{Plan, Site, Through};
pub use population_file::FileError;
pub use prepare::PrepareError;
pub use ranks::{Heard, RankError, Ranks, SAYS};
pub use record::{Generator, MergeError, PhaseRecord, Record, Second, StepRecord};
pub use run::{
    Ceiling, EventRecord, Leg, LoadRun, Missed, NotRun, Search, SearchStep, TargetCpu, Verdict, VerdictKind, in_ms,
};
pub use scenario::parse_percent;
pub use search::{Bracket, Criteria};
#[cfg(feature = "reference")]
pub use served::Served;
