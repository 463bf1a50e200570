//! Integration tests of the `reference` floor.

mod browser;
mod contract;
mod cookies;
mod expiry;
mod failures;
mod sessions;
mod spec_faults;
