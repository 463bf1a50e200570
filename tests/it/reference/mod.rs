//! Integration tests of the `reference` floor.
