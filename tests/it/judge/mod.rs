//! Integration tests of the `judge` floor.

mod cookies;
mod expectations;
mod monitors;
mod seen;
