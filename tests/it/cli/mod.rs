//! Integration tests of the `cli` floor.
