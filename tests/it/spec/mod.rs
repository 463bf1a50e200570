//! Integration tests of the `spec` floor.

mod catalogue;
mod golden;
mod lint;
mod meaning;
mod model;
mod properties;
mod rules;
mod sample;
mod schema;
mod specs_folder;
