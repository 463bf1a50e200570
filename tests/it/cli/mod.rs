//! The built command, from the outside.

mod command;
mod documents;
mod help;
mod serve;
mod specs;
mod verify;
