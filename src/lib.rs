//! hardtack judges what a server does with HTTP cookies and sessions.
//!
//! The folders of this crate are the floors of a house; a lower floor knows
//! nothing of a higher one:
//!
//! `cookie`, `document` ← `wire`, `contract` ← `spec`, `target`, `event` ←
//! `judge`, `rig`, `reference` ← `verify`, `prop`, `load` ← `report` ← `testing`, `cli`.
//!
//! Rust tests use [`testing`]: that module stays stable; the floors may change with each release.

pub mod cookie;
pub mod document;

pub mod contract;
pub mod wire;

pub mod event;
pub mod spec;
pub mod target;

pub mod judge;
#[cfg(feature = "reference")]
pub mod reference;
pub mod rig;

#[cfg(feature = "load")]
pub mod load;
pub mod prop;
pub mod verify;

pub mod report;

pub mod testing;

#[cfg(all(feature = "cli", feature = "reference"))]
pub mod cli;
