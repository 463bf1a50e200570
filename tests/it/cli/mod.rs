//! The built command, from the outside.

mod check_target;
pub(crate) mod command;
mod docs;
mod documents;
mod generated;
mod help;
mod init;
mod known;
mod matrix;
mod pairs;
mod prop;
mod report;
pub(crate) mod serve;
mod specs;
mod verify;
