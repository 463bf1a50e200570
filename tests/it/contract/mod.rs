//! Integration tests of the `contract` floor.
