//! Load runs: scenarios, and what a run counts.

mod command;
mod correctness;
mod golden;
#[cfg(unix)]
mod leg;
mod scenarios;
mod schema;
