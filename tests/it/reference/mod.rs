//! Integration tests of the `reference` floor.

mod accounts;
mod browser;
mod contract;
mod cookies;
mod expiry;
mod failures;
mod fault_scenes;
mod faults;
mod memcached;
mod properties;
mod scenes;
mod sessions;
mod spec_faults;
