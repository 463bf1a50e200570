//! Integration tests of the `judge` floor.
