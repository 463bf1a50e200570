//! What every report for other programs and for browsers is made from.
//!
//! A command turns what it stored into one [`Report`]; a format is a function of it. So a new command needs one
//! conversion, and a new format one function:
//!
//! ```text
//! verify: StoredRun ─┐             ┌─► JUnit     SARIF     Markdown
//! prop, load: theirs ┴─► Report ───┴─► HTML      GitHub annotations
//! ```
//!
//! All texts are plain and may hold anything that a server sent: each format escapes them in its own way. The only
//! exception is [`Chart::svg`].

use super::group::Severity;
use crate::event::{ExitCode, Place};

/// A run, ready to be written in any format.
#[derive(Debug, Clone)]
pub struct Report {
    /// The subcommand that made it, `verify`.
    pub command: &'static str,
    /// What was under test, `Django 5.2.19`.
    pub title: String,
    /// When it started, RFC 3339.
    pub started: String,
    /// hardtack's version.
    pub tool: String,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// How it ended.
    pub exit: ExitCode,
    /// The result in one sentence, behind the word for [`Report::exit`].
    pub summary: String,
    /// What there is to know about the run: binding, profile, versions. Label and text.
    pub facts: Vec<(String, String)>,
    /// Numbers to show first: counts, percentiles.
    pub figures: Vec<Figure>,
    /// Tables of the summary: by variant, by group, thresholds.
    pub tables: Vec<Table>,
    /// Pictures of the summary.
    pub charts: Vec<Chart>,
    /// What is different from the baseline.
    pub changes: Option<ChangeSummary>,
    /// Everything that was judged; in any order.
    pub entries: Vec<Entry>,
    /// Things to do next.
    pub hints: Vec<String>,
}

/// A number of the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it counts, `failures`.
    pub label: String,
    /// The number with its unit.
    pub value: String,
    /// Whether it is good or bad.
    pub tone: Tone,
    /// The entries behind it.
    pub severity: Option<Severity>,
}

/// Whether something is good or bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Tone {
    /// Neither.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// To be looked at.
    Warning,
    /// Broken.
    Bad,
    /// Beside the point.
    Faint,
}

/// A table. Rows are as wide as the head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The columns.
    pub head: Vec<String>,
    /// Which columns hold numbers.
    pub numbers: Vec<usize>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// Whether it is good or bad.
    pub tone: Tone,
    /// Shares of a whole, drawn as a bar where a format can draw.
    pub bar: Vec<(Tone, usize)>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub caption: String,
    /// What it says, for people who do not see it.
    pub says: String,
    /// An `<svg>` element without script, written as it is: whoever makes it has escaped its texts.
    pub svg: String,
}

/// What is different from the baseline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeSummary {
    /// The baseline in words: what was under test, and when.
    pub baseline: String,
    /// What was broken then and is not now.
    pub fixed: Vec<String>,
    /// How many entries are broken now and were not then.
    pub new: usize,
    /// How many are broken in both.
    pub still: usize,
    /// How many were judged then and not now.
    pub gone: usize,
}

/// How an entry differs from the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// It was not broken, or less badly.
    New,
    /// It was broken.
    Still,
}

impl Change {
    /// The words in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Still => "still failing",
        }
    }
}

/// One thing that was judged: a case, an invariant, a threshold.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its stable name, `sessions/logout#then-write@row`. With [`Entry::on`] it is unique.
    pub id: String,
    /// What it belongs to, `sessions/logout`.
    pub group: String,
    /// What it asks for, in one sentence.
    pub title: String,
    /// The section that it belongs to.
    pub severity: Severity,
    /// Its verdict, `fail`, `stale`.
    pub word: String,
    /// Its weight, `must`.
    pub level: &'static str,
    /// Where it was judged, with the same outcome.
    pub on: Vec<Occurrence>,
    /// How it differs from the baseline.
    pub change: Option<Change>,
    /// What came of it, in one or two sentences. Empty for what passed.
    pub message: String,
    /// What broke, one by one.
    pub problems: Vec<Problem>,
    /// Where it stands in a spec.
    pub place: Option<Place>,
    /// Where the reader can change something: the target file.
    pub target: Option<Place>,
    /// Why it matters, in plain words.
    pub why: String,
    /// The rules that it decides and other references.
    pub sources: Vec<String>,
    /// Everything else that is to be told, in order.
    pub blocks: Vec<Block>,
}

/// Where an entry was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The variant, `engine=db`; empty where there are none.
    pub variant: String,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// One thing that broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its kind, `cookie-lifetime`.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// What was expected.
    pub expected: String,
    /// What was seen.
    pub actual: String,
    /// Where the expectation stands.
    pub place: Option<Place>,
}

/// A part of an entry.
#[derive(Debug, Clone)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A labelled text.
    Field {
        /// The label.
        label: &'static str,
        /// The text.
        text: String,
        /// Whether it is good or bad.
        tone: Tone,
    },
    /// A heading for the blocks that follow.
    Heading(String),
    /// A table.
    Table(Table),
    /// What was done, in order.
    Steps(Vec<Step>),
    /// What went over the wire, one line each.
    Exchange {
        /// `exchange 2 with app.localhost`
        title: String,
        /// The lines.
        lines: Vec<WireLine>,
    },
    /// Text to copy: a command line, a spec, a seed.
    Copy {
        /// What it is for.
        label: String,
        /// The text.
        text: String,
    },
    /// A picture.
    Chart(Chart),
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who did what.
    pub text: String,
    /// Whether something broke in it.
    pub broke: bool,
}

/// One line of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireLine {
    /// Which way it went.
    pub way: Way,
    /// The line, octets as text.
    pub text: String,
    /// Whether it is what readers look for.
    pub strong: bool,
}

/// Which way a line of an exchange went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the server.
    Sent,
    /// From the server.
    Received,
    /// A remark of ours.
    Remark,
}

impl Way {
    /// `>`, `<`, `!`
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Sent => ">",
            Self::Received => "<",
            Self::Remark => "!",
        }
    }
}

impl Tone {
    /// A word for machines: a CSS class.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Faint => "faint",
        }
    }
}

impl Cell {
    /// A cell.
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone, bar: Vec::new() }
    }

    /// A bar of these shares.
    #[must_use]
    pub fn of_shares(shares: Vec<(Tone, usize)>) -> Self {
        Self { bar: shares.into_iter().filter(|(_, share)| *share > 0).collect(), ..Self::default() }
    }

    /// The shares of its bar in percent of the whole.
    #[must_use]
    pub fn percentages(&self) -> Vec<(Tone, f64)> {
        let whole: usize = self.bar.iter().map(|(_, share)| share).sum();
        #[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
        let percent = |share: usize| share as f64 * 100.0 / whole.max(1) as f64;
        self.bar.iter().map(|(tone, share)| (*tone, percent(*share))).collect()
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, Tone::Plain)
    }
}

impl Report {
    /// The word for the result, `CONFORMS`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        self.exit.word()
    }

    /// The entries of a section, in their order.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.severity == severity)
    }
}

impl Entry {
    /// The case without its row: the stable name of the rule that it checks.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.id.split_once('@').map_or(self.id.as_str(), |(rule, _)| rule)
    }

    /// Where it was judged, in words; empty where there are no variants.
    #[must_use]
    pub fn on_in_words(&self) -> String {
        let names: Vec<&str> = self.on.iter().map(|one| one.variant.as_str()).filter(|name| !name.is_empty()).collect();
        super::group::named(&names)
    }
}
