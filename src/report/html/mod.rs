//! One self-contained HTML page: no network, works from a file, readable on a phone, light and dark, prints well.
//!
//! [`Frame`], `base.html`, `parts.html` and the style are the visual language of every page. Whatever came from a
//! server goes through the templates' escaping, through [`script_data`], or into the page as text by script; the
//! page's own policy allows no script but ours, should all of that fail.
//!
//! What needs attention is written as plain `<details>`, so that it is there without script. Entries that passed, and
//! those beyond [`FULL`], are data from which rows are made when somebody looks.

pub mod frame;
mod matrix;

use std::collections::HashMap;

use askama::Template;
use serde_json::json;

use super::group::Severity;
use super::model::{Block, Cell, Change, Entry, Report, Tone, Way};
use frame::{Frame, script_data};
pub use matrix::write as matrix;

/// Entries of one severity that are written with all their evidence.
pub const FULL: usize = 200;

/// Why a page could not be written.
pub type Error = askama::Error;

/// Writes a report.
pub fn write(report: &Report) -> Result<String, Error> {
    let variants = variants(report);
    let anchors = anchors(report);
    let section = |severity: Severity| Section::of(report, severity, &anchors);
    let sections =
        Severity::ALL.into_iter().filter(|severity| severity.needs_attention()).filter_map(section).collect();
    let folds = Severity::ALL.into_iter().filter(|severity| !severity.needs_attention()).filter_map(section).collect();
    let mut groups: Vec<&str> = report.entries.iter().map(|entry| entry.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    Page {
        frame: Frame::new(format!("{}: {} · hardtack {}", report.title, report.word(), report.command), &report.tool),
        tone: match report.exit.code() {
            0 => "good",
            4 | 130 => "warning",
            _ => "bad",
        },
        when: report.started.replace('T', " ").replace('Z', " UTC"),
        data: data(report, &variants, &anchors),
        report,
        variants,
        groups,
        sections,
        folds,
    }
    .render()
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    frame: Frame,
    report: &'a Report,
    tone: &'static str,
    when: String,
    variants: Vec<&'a str>,
    groups: Vec<&'a str>,
    sections: Vec<Section<'a>>,
    folds: Vec<Section<'a>>,
    data: String,
}

/// The entries of one severity.
struct Section<'a> {
    severity: Severity,
    count: usize,
    entries: Vec<Shown<'a>>,
    more: usize,
}

/// An entry with its place in the page.
struct Shown<'a> {
    entry: &'a Entry,
    index: usize,
    anchor: &'a str,
    on: String,
}

impl Shown<'_> {
    /// Whether the message says more than the first problem, which stands below it.
    fn says_more(&self) -> bool {
        let repeats = self.entry.problems.first().is_some_and(|one| self.entry.message.starts_with(&one.message));
        !self.entry.message.is_empty() && !repeats
    }
}

impl<'a> Section<'a> {
    fn of(report: &'a Report, severity: Severity, anchors: &'a [String]) -> Option<Self> {
        let all = || report.entries.iter().enumerate().filter(move |(_, entry)| entry.severity == severity);
        let count = all().count();
        let full = if severity.needs_attention() { FULL } else { 0 };
        let shown = |(index, entry): (usize, &'a Entry)| Shown {
            entry,
            index,
            anchor: &anchors[index],
            on: entry.on_in_words(),
        };
        let entries: Vec<_> = all().take(full).map(shown).collect();
        (count > 0).then(|| Self { severity, count, more: count - entries.len(), entries })
    }

    /// `5 cases`; the same outcome on several variants is one of them.
    fn counted(&self) -> String {
        super::words::counted(self.count, "case", "cases")
    }
}

/// The variants in the order of the report.
fn variants(report: &Report) -> Vec<&str> {
    let mut variants: Vec<&str> =
        report.entries.iter().flat_map(|entry| &entry.on).map(|on| on.variant.as_str()).collect();
    variants.sort_unstable();
    variants.dedup();
    variants.retain(|variant| !variant.is_empty());
    variants
}

/// A name for each entry that may stand behind `#` in an address: `sessions/logout:then-write@row`.
fn anchors(report: &Report) -> Vec<String> {
    let mut times: HashMap<String, usize> = HashMap::new();
    let mut anchor = |entry: &Entry| {
        let plain = |character: char| character.is_ascii_alphanumeric() || "/._=@-".contains(character);
        let name: String = entry
            .id
            .chars()
            .map(|character| match character {
                '#' => ':',
                _ if plain(character) => character,
                _ => '-',
            })
            .collect();
        let time = times.entry(name.clone()).and_modify(|time| *time += 1).or_insert(1);
        if *time == 1 { name } else { format!("{name}~{time}") }
    };
    report.entries.iter().map(&mut anchor).collect()
}

/// What the page's script looks through: one row for each entry.
fn data(report: &Report, variants: &[&str], anchors: &[String]) -> String {
    let index: HashMap<&str, usize> = variants.iter().enumerate().map(|(index, name)| (*name, index)).collect();
    let rows: Vec<_> = report
        .entries
        .iter()
        .zip(anchors)
        .map(|(entry, anchor)| {
            let on: Vec<usize> = entry.on.iter().filter_map(|on| index.get(on.variant.as_str()).copied()).collect();
            let change = match entry.change {
                Some(Change::New) => "new",
                Some(Change::Still) => "still",
                None => "",
            };
            json!([
                entry.id,
                if *anchor == entry.id.replace('#', ":") { "" } else { anchor },
                entry.title,
                entry.severity.key(),
                entry.word,
                entry.level,
                entry.group,
                if on.len() == variants.len() { json!("*") } else { json!(on) },
                entry.message,
                change,
            ])
        })
        .collect();
    script_data(&json!({"full": FULL, "variants": variants, "rows": rows}))
}

/// A share of a bar, in percent.
struct Share {
    tone: &'static str,
    x: String,
    width: String,
}

fn shares(cell: &Cell) -> Vec<Share> {
    let mut x = 0.0;
    let mut share = |(tone, width): (Tone, f64)| {
        let share = Share { tone: tone.key(), x: format!("{x:.2}"), width: format!("{width:.2}") };
        x += width;
        share
    };
    cell.percentages().into_iter().map(&mut share).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
const fn way(way: &Way) -> &'static str {
    match way {
        Way::Sent => "sent",
        Way::Received => "received",
        Way::Remark => "remark",
    }
}
