//! The JSON Schema of spec files, for editors.

use super::shape;

/// The JSON Schema of spec files, as `schemas/spec.schema.json` holds it.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let (shapes, spec) = shape::documented();
    shapes.json_schema(&spec, "urn:hardtack:schema:spec")
}
