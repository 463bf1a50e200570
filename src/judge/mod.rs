//! Judging what was observed: expectations, designs, monitors. No I/O.
//!
//! An [`Observation`] is what one exchange brought: the response, what a
//! browser made of each `Set-Cookie` line, the results of the program and what
//! the jar holds afterwards. [`judge`] holds an expectation against it,
//! `classify` recognises designs in saved values, `saved_value` takes a
//! value out of it, and [`judge_monitor`] looks at every exchange of a run.

mod at_rest;
mod classify;
mod code;
mod compared;
mod cookie;
mod expectation;
mod growth;
mod judged;
mod key_sample;
mod matching;
mod monitor;
mod observation;
mod probe;
mod reply;
mod saving;
mod seen;
mod sight;
mod words;

pub use at_rest::AtRest;
pub use classify::{UNCLASSIFIED, classify};
pub use code::{CODES, Code};
pub use expectation::judge;
pub use judged::Judged;
pub use matching::Matching;
pub use monitor::{judge_monitor, monitor_expectations};
pub use observation::{Observation, SESSION_ROLE, SessionNames, Visit};
pub use probe::{ProbeError, judge_outcome, run_probe};
pub use reply::{NoReply, read_reply};
pub use saving::saved_value;
pub use seen::{CookieSeen, EffectSeen, field_of};
pub use sight::looks_like_a_session;

/// Values saved by a case, by name without `$`.
pub type Saved = std::collections::BTreeMap<String, serde_json::Value>;
