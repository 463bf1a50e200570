//! One small formatter per output: a sink of events, or a function of a stored run.
//!
//! Nothing here judges. Reports say what [`crate::event`] holds, each in its
//! own form: [`terminal`] for people, [`json`] for a stored run, [`events`]
//! for programs that follow a run while it goes on.

pub mod events;
mod fan_out;
pub mod json;
pub mod terminal;

pub use fan_out::FanOut;
