//! Load runs: scenarios, and what a run counts.

mod command;
mod correctness;
mod golden;
mod scenarios;
mod schema;
