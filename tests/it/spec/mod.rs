//! Integration tests of the `spec` floor.

mod specs_folder;
