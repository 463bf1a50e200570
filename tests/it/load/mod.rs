//! Load runs: scenarios, and what a run counts.

mod golden;
mod scenarios;
mod schema;
