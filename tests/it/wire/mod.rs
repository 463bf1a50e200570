//! Integration tests of the `wire` floor.
