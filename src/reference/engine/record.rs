//! What a store keeps of one session.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cookie::Timestamp;

/// The data of one session and the moment at which it ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::reference) struct Record {
    pub(in crate::reference) deadline: Timestamp,
    pub(in crate::reference) data: Map<String, Value>,
}

/// What a store has under a key.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::reference) enum Found {
    Record(Record),
    /// Something that is not a record.
    Corrupt,
    Nothing,
}

/// What stands in a record after `store.corrupt`.
pub(super) const DAMAGE: &str = "{\"data\": damaged";

impl Record {
    /// The text that files and caches keep.
    pub(super) fn to_text(&self) -> String {
        // Maps with text keys and integers always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Found {
    /// Reads [`Record::to_text`].
    pub(super) fn from_text(text: Option<&str>) -> Self {
        match text.map(serde_json::from_str) {
            None => Self::Nothing,
            Some(Ok(record)) => Self::Record(record),
            Some(Err(_)) => Self::Corrupt,
        }
    }
}
