//! Integration tests of the `cookie` floor.
