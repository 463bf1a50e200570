//! Integration tests of the `target` floor.

mod excuse;
mod golden;
mod known;
mod pairs;
mod permission;
mod reader;
mod sample;
mod schema;
mod shipped;
