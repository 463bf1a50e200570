//! Integration tests of the `document` floor.

mod golden;
mod properties;
mod sample;
mod schema;
mod tree;
