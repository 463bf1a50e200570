//! Integration tests of the `target` floor.
