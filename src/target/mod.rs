//! The target file: what is under test, and how to reach, start and harm it.
//!
//! [`read_target`] reads one; [`Target::for_url`] stands for a bare URL. This
//! version knows the bindings `contract`, `mapped` and `passive`.

mod check;
pub mod code;
mod entries;
mod excuse;
mod forms;
mod known;
pub mod mapping;
mod model;
mod pairs;
mod permission;
mod placeholder;
mod read;
mod services;
mod shape;
mod variant;

pub use known::{KnownFile, known_shape, read_known};
pub use model::{
    Axis, AxisValue, Binding, Claim, Known, Launch, Ready, ServiceCommand, ServiceKind, ServiceReady, ServiceSpec,
    Target, VariantPattern,
};
pub use pairs::{Pair, PairsFile, pairs_json_schema, pairs_shape, read_pairs};
pub use permission::WriteRefused;
pub use placeholder::{Placeholder, expand};
pub use read::read_target;
pub use shape::{json_schema, shape};
pub use variant::{Variant, VariantError};
