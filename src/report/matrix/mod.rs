//! Several targets and variants beside each other: a column each, a row for each case.

mod differ;
mod gather;
pub mod markdown;
pub mod terminal;

use std::collections::BTreeMap;

pub use gather::{Gathered, gather};

/// The version of the format.
pub const SCHEMA_VERSION: u32 = 1;

/// The JSON Schema of a matrix.
pub const SCHEMA: &str = include_str!("../../../schemas/matrix.schema.json");

/// A comparison; its JSON is what `hardtack matrix --json` writes and what the page holds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Matrix {
    /// The version of this format.
    pub schema: u32,
    /// What this is, `matrix`.
    pub kind: &'static str,
    /// hardtack's version.
    pub tool: String,
    /// When the first run started, RFC 3339.
    pub started: String,
    /// A digest of the catalogue's text and the number of its cases.
    pub catalogue: String,
    /// The grading profile.
    pub profile: String,
    /// The variants that were judged, target by target.
    pub columns: Vec<Column>,
    /// The variants that could not be: they are green nowhere.
    pub absent: Vec<Absent>,
    /// The cases, in the order of the catalogue.
    pub rows: Vec<Row>,
    /// What cells point to.
    pub notes: Vec<Note>,
}

/// One target and variant.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Column {
    /// The target's name.
    pub target: String,
    /// What it is, `Django 5.2.19`.
    pub software: String,
    /// The variant, `engine=db`.
    pub variant: String,
    /// The target file, to run it again.
    pub file: String,
    /// How many cases ended how, by mark.
    pub counts: BTreeMap<Mark, usize>,
}

/// A variant that could not be judged.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Absent {
    /// The target's name, or its file where it could not be read.
    pub target: String,
    /// The variant; empty for a whole target.
    pub variant: String,
    /// Why, and what to do.
    pub reason: String,
    /// Whether only this machine lacks something, so that it says nothing about the target.
    pub missing_here: bool,
}

/// One case.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Row {
    /// Its id.
    pub case: String,
    /// What it asks for.
    pub title: String,
    /// What it belongs to, `sessions/logout`.
    pub group: String,
    /// Its weight.
    pub level: &'static str,
    /// Why it matters.
    pub why: String,
    /// The rules that it decides.
    pub rules: Vec<String>,
    /// Where it stands.
    pub place: String,
    /// One mark for each column.
    pub marks: String,
    /// Whether the columns that judged it differ, in their marks or in the design that they have.
    pub differs: bool,
    /// Notes by column.
    pub notes: BTreeMap<usize, usize>,
}

/// What is known about a cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, serde::Serialize)]
pub struct Note {
    /// The verdict, with its standing.
    pub word: String,
    /// What came of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// The design that was recognised, and its grade.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub design: String,
    /// What broke: message, expected, actual.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub broke: Vec<[String; 3]>,
    /// The exchange in which it broke: request, status, cookies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wire: Vec<String>,
}

/// How a case ended, in one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Everything held.
    Pass,
    /// The run fails because of it.
    Fail,
    /// A should was broken.
    Warn,
    /// A may or an advice was broken.
    Note,
    /// A failure that the target file excuses.
    Known,
    /// It could not be judged.
    Inconclusive,
    /// It needs what the target does not offer, or there was nothing to judge.
    NotApplicable,
    /// It was not in the run.
    Absent,
}

impl Mark {
    /// All of them, with what they mean.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Pass, "pass"),
        (Self::Fail, "fails"),
        (Self::Warn, "warns: a should is broken"),
        (Self::Note, "note: an advice is not kept"),
        (Self::Known, "known failure, explained in the target file"),
        (Self::Inconclusive, "could not be judged"),
        (Self::NotApplicable, "not applicable"),
        (Self::Absent, "not in the run"),
    ];

    /// The letter.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Pass => 'p',
            Self::Fail => 'f',
            Self::Warn => 'w',
            Self::Note => 'o',
            Self::Known => 'k',
            Self::Inconclusive => 'i',
            Self::NotApplicable => 'n',
            Self::Absent => 'x',
        }
    }

    /// Whether the case was judged.
    const fn is_judged(self) -> bool {
        !matches!(self, Self::Inconclusive | Self::NotApplicable | Self::Absent)
    }
}

impl Matrix {
    /// The number of cases of a column with this mark.
    #[must_use]
    pub fn count(&self, column: usize, mark: Mark) -> usize {
        self.columns[column].counts.get(&mark).copied().unwrap_or_default()
    }

    /// As JSON, indented, with a line end.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }
}
