//! One small formatter per output: a sink of events, or a function of a run.
//!
//! Nothing here judges. Reports say what [`crate::event`] holds, each in its own form: [`terminal`] for people,
//! [`json`] for a stored run, [`events`] for programs that follow a run while it goes on.
//!
//! The other formats are functions of one [`model::Report`], whichever command made the run: see [`model`].

pub mod baseline;
pub mod events;
mod exchange_fields;
mod fan_out;
pub mod github;
pub mod group;
#[cfg(feature = "reports")]
pub mod html;
pub mod json;
#[cfg(feature = "reports")]
pub mod junit;
pub mod markdown;
pub mod matrix;
pub mod model;
#[cfg(all(feature = "load", feature = "cli"))]
pub mod of_load;
pub mod of_verify;
pub mod pairs;
pub mod plain;
pub mod sarif;
pub mod terminal;
pub mod words;

pub use fan_out::FanOut;
pub use group::Severity;
pub use model::Report;
