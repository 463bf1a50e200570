//! A stored run as JSON, written and read back: `schemas/run.schema.json` describes it.

use std::io::{self, Write};

use serde_json::Value;

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

/// Why a text is no stored run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not JSON at all.
    #[error("line {line}, column {column}: not JSON: {cause}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the parser says.
        cause: String,
    },
    /// Event lines, which `--events` writes.
    #[error("these are event lines, not a stored run")]
    Events,
    /// JSON, but of another kind.
    #[error("this is JSON, but no stored run: it has no `schema` and `variants`")]
    NotARun,
    /// Written by a newer hardtack.
    #[error("this run has version {found} of the format; this hardtack reads version {SCHEMA_VERSION}")]
    Newer {
        /// Its version.
        found: u64,
    },
    /// A version that never was.
    #[error("there is no version {found} of the format")]
    NoSuchVersion {
        /// What stands there.
        found: String,
    },
    /// A run that was damaged, or written by something else.
    #[error("line {line}, column {column}: {cause}")]
    Broken {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What does not fit.
        cause: String,
    },
}

impl ReadError {
    /// What to do about it.
    #[must_use]
    pub fn fix(&self) -> &'static str {
        match self {
            Self::NotJson { .. } | Self::NotARun => "name a file that `hardtack verify --json FILE` has written",
            Self::Events => "name the file of `--json`, not that of `--events`",
            Self::Newer { .. } => {
                "read it with the hardtack that wrote it (`tool` in the file says which), or a newer one"
            }
            Self::NoSuchVersion { .. } | Self::Broken { .. } => {
                "write the run again with `--json`; `hardtack specs schema run` prints the schema to check a file with"
            }
        }
    }
}

/// Reads a run back. The version is looked at before anything else, so that a newer format is told as such.
pub fn read(text: &[u8]) -> Result<StoredRun, ReadError> {
    let head: Value = serde_json::from_slice(text).map_err(|error| not_json(text, &error))?;
    let version = head.get("schema").filter(|_| head.get("variants").is_some()).ok_or(ReadError::NotARun)?;
    match version.as_u64() {
        Some(found) if found == u64::from(SCHEMA_VERSION) => {}
        Some(found) if found > u64::from(SCHEMA_VERSION) => return Err(ReadError::Newer { found }),
        _ => return Err(ReadError::NoSuchVersion { found: version.to_string() }),
    }
    // Read from the text and not from the tree, so that errors have a place.
    serde_json::from_slice(text).map_err(|error| ReadError::Broken {
        line: error.line(),
        column: error.column(),
        cause: without_place(&error),
    })
}

fn not_json(text: &[u8], error: &serde_json::Error) -> ReadError {
    let first = text.split(|octet| *octet == b'\n').next().unwrap_or_default();
    if serde_json::from_slice::<Value>(first).is_ok_and(|line| line.get("event").is_some()) {
        return ReadError::Events;
    }
    ReadError::NotJson { line: error.line(), column: error.column(), cause: without_place(error) }
}

/// What serde says, without the place that it appends.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(cause, _)| cause.to_owned())
}
