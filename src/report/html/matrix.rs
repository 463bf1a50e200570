//! A matrix as a page.

use askama::Template;

use super::super::matrix::{Mark, Matrix};
use super::super::model::{Cell, Table, Tone};
use super::Error;
use super::frame::{Frame, script_data};

/// The script of the page.
const SCRIPT: &str = include_str!("matrix.js");

/// Writes a matrix.
pub fn write(matrix: &Matrix) -> Result<String, Error> {
    let mut groups: Vec<&str> = matrix.rows.iter().map(|row| row.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut target_names: Vec<&str> = matrix.columns.iter().map(|column| column.target.as_str()).collect();
    target_names.dedup();
    let value = serde_json::to_value(matrix).map_err(Error::custom)?;
    Page {
        frame: Frame::with_script("Frameworks beside each other · hardtack".to_owned(), &matrix.tool, SCRIPT),
        targets: target_names.len(),
        differ: matrix.rows.iter().filter(|row| row.differs).count(),
        when: matrix.started.get(..10).unwrap_or("an unknown day"),
        columns: columns(matrix),
        legend: legend(),
        data: script_data(&value),
        matrix,
        groups,
        target_names,
    }
    .render()
}

#[derive(Template)]
#[template(path = "matrix.html")]
struct Page<'a> {
    frame: Frame,
    matrix: &'a Matrix,
    targets: usize,
    differ: usize,
    when: &'a str,
    columns: Table,
    groups: Vec<&'a str>,
    target_names: Vec<&'a str>,
    legend: Vec<Legend>,
    data: String,
}

/// A sign and what it means.
struct Legend {
    letter: char,
    sign: &'static str,
    means: &'static str,
}

fn legend() -> Vec<Legend> {
    Mark::ALL.into_iter().map(|(mark, means)| Legend { letter: mark.letter(), sign: sign(mark), means }).collect()
}

/// The sign in cells; `matrix.js` knows the same.
const fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Pass => "✓",
        Mark::Fail => "✗",
        Mark::Warn => "!",
        Mark::Note => "•",
        Mark::Known => "k",
        Mark::Inconclusive => "?",
        Mark::NotApplicable => "–",
        Mark::Absent => "",
    }
}

/// The columns with their counts.
fn columns(matrix: &Matrix) -> Table {
    const COUNTED: [(Mark, &str, Tone); 7] = [
        (Mark::Pass, "pass", Tone::Good),
        (Mark::Fail, "fail", Tone::Bad),
        (Mark::Warn, "warn", Tone::Warning),
        (Mark::Note, "note", Tone::Plain),
        (Mark::Known, "known", Tone::Plain),
        (Mark::Inconclusive, "open", Tone::Warning),
        (Mark::NotApplicable, "n.a.", Tone::Faint),
    ];
    let mut head: Vec<String> = ["target", "variant", ""].map(str::to_owned).into();
    head.extend(COUNTED.iter().map(|(_, name, _)| (*name).to_owned()));
    let row = |index: usize| {
        let column = &matrix.columns[index];
        let judged = COUNTED.iter().filter(|(mark, ..)| *mark != Mark::NotApplicable);
        let shares = judged.map(|(mark, _, tone)| (*tone, matrix.count(index, *mark))).collect();
        let mut row: Vec<Cell> =
            vec![column.software.as_str().into(), column.variant.replace(',', ", ").into(), Cell::of_shares(shares)];
        row.extend(COUNTED.iter().map(|(mark, _, tone)| match matrix.count(index, *mark) {
            0 => Cell::new("0", Tone::Faint),
            count => Cell::new(count.to_string(), *tone),
        }));
        row
    };
    Table {
        caption: "targets and variants".to_owned(),
        numbers: (3..head.len()).collect(),
        head,
        rows: (0..matrix.columns.len()).map(row).collect(),
    }
}
