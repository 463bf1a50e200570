//! Integration tests of the `rig` floor.
