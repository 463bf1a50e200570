//! The target file: what is under test, and how to reach, start and harm it.

mod model;
mod variant;

pub use model::{
    Axis, AxisValue, Binding, Claim, Known, Launch, Ready, ServiceKind, ServiceSpec, Target, VariantPattern,
};
pub use variant::{Variant, VariantError};
