//! hardtack judges what a server does with HTTP cookies and sessions.
//!
//! The folders of this crate are the floors of a house; a lower floor knows
//! nothing of a higher one:
//!
//! `cookie`, `document` ← `wire`, `contract` ← `spec`, `target`, `event` ←
//! `judge`, `rig`, `reference` ← `verify`, `prop`, `load` ← `report` ← `testing`, `cli`.
//!
//! Rust tests use [`testing`]: that module stays stable. The floors may change with each release, and the documentation
//! leaves them out; their own comments are in the source.

#[cfg_attr(doc, doc(hidden))]
pub mod cookie;
#[cfg_attr(doc, doc(hidden))]
pub mod document;

#[cfg_attr(doc, doc(hidden))]
pub mod contract;
#[cfg_attr(doc, doc(hidden))]
pub mod wire;

#[cfg_attr(doc, doc(hidden))]
pub mod event;
#[cfg_attr(doc, doc(hidden))]
pub mod spec;
#[cfg_attr(doc, doc(hidden))]
pub mod target;

#[cfg_attr(doc, doc(hidden))]
pub mod judge;
#[cfg(feature = "reference")]
#[cfg_attr(doc, doc(hidden))]
pub mod reference;
#[cfg_attr(doc, doc(hidden))]
pub mod rig;

#[cfg(feature = "load")]
#[cfg_attr(doc, doc(hidden))]
pub mod load;
#[cfg_attr(doc, doc(hidden))]
pub mod prop;
#[cfg_attr(doc, doc(hidden))]
pub mod verify;

#[cfg_attr(doc, doc(hidden))]
pub mod report;

pub mod testing;

#[cfg(all(feature = "cli", feature = "reference"))]
#[cfg_attr(doc, doc(hidden))]
pub mod cli;
