//! Integration tests of the `verify` floor.
