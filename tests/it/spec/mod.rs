//! Integration tests of the `spec` floor.
