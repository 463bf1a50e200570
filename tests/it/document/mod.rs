//! Integration tests of the `document` floor.
