//! YAML as a tree with spans, the shapes it must have, and diagnostics with place, cause and fix.
//!
//! The floor has no I/O: the caller passes a name and the bytes, and gets a
//! [`Document`] or [`Diagnostics`]. A [`Shape`] says once what a document must
//! look like; checking, the JSON Schema for editors and the reference pages all
//! come from it. After a check the floors above walk the tree with
//! [`Node::at`], [`Node::items`], [`Node::text`] and their siblings.

mod check;
mod check_map;
pub mod code;
mod decode;
mod describe;
mod diagnostic;
pub mod duration;
mod json_schema;
mod map_shape;
mod position;
mod read;
mod render;
mod scalar;
mod shape;
mod source;
mod suggest;
mod syntax;
mod syntax_error;
mod tree;
mod walk;

pub use decode::MAX_BYTES;
pub use diagnostic::{Diagnostic, Diagnostics, Label, Severity};
pub use map_shape::{Field, KeyRule, Keys, MapShape};
pub use read::{MAX_DEPTH, read};
pub use render::{Style, render};
pub use shape::{Shape, ShapeKind, Shapes, Word};
pub use source::{Source, Span};
pub use suggest::{distance, nearest};
pub use syntax::Syntax;
pub use tree::{Document, Key, Kind, Node, Value, Written};
