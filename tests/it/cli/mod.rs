//! The built command, from the outside.

mod check_target;
mod command;
mod documents;
mod generated;
mod help;
mod init;
mod known;
mod matrix;
mod pairs;
mod report;
mod serve;
mod specs;
mod verify;
