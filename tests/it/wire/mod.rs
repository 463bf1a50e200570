//! Integration tests of the `wire` floor.

pub(crate) mod scripted;

mod bad_answers;
mod connections;
mod delimiting;
mod properties;
mod serving;
mod tls;
