//! Integration tests of the `reference` floor.

mod browser;
mod contract;
mod expiry;
mod sessions;
