//! A stored run as JSON: `schemas/run.schema.json` describes it.

use std::io::{self, Write};

use crate::event::StoredRun;

/// The version of the format: `StoredRun::schema`.
pub const SCHEMA_VERSION: u32 = 1;

/// The JSON Schema of a stored run.
pub const SCHEMA: &str = include_str!("../../schemas/run.schema.json");

/// Writes a run, indented, keys in a fixed order, with a line end.
pub fn write(run: &StoredRun, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, run)?;
    out.write_all(b"\n")?;
    out.flush()
}
