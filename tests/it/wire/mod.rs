//! Integration tests of the `wire` floor.

pub(crate) mod scripted;

mod bad_answers;
mod connections;
mod delimiting;
mod evidence;
mod properties;
mod remote;
mod serving;
mod tls;
