//! Property tests.

#![allow(clippy::large_futures, reason = "a test is one future, made once")]

mod accounts;
mod cookies;
mod differential;
mod failed;
mod flaky;
mod lifetimes;
mod model;
mod outages;
mod reference;
mod sample;
mod servers;
mod shrinking;
