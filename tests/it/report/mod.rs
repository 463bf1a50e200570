//! Integration tests of the `report` floor.
