//! Integration tests of the `verify` floor.

mod bad_input;
mod bug_classes;
mod concurrency;
mod exit_codes;
mod har;
pub mod harness;
mod mapped;
mod monitors;
mod reference;
mod several_cookies;
mod steps;
mod tutorial_table;
mod urls;
mod waiting;
