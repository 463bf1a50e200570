//! Integration tests of the `verify` floor.

mod harness;
mod reference;
