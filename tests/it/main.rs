//! The integration tests, in one binary so that they link once.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise, helpers included")]

mod api;
#[cfg(unix)]
mod ci_use;
mod cli;
mod contract;
mod cookie;
mod document;
mod floors;
mod judge;
#[cfg(feature = "load")]
mod load;
mod prop;
mod reference;
mod report;
mod rig;
mod spec;
mod target;
mod verify;
mod wire;
