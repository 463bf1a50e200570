//! The built command, from the outside.

mod command;
mod help;
mod serve;
mod specs;
