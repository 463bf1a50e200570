//! A matrix as Markdown: the columns with their counts, then the cases that anything breaks.

use std::fmt::Write as _;

use super::super::markdown::{code, escape, one_line};
use super::{Mark, Matrix};

/// Marks that the table of columns counts.
pub(super) const COUNTED: [(Mark, &str); 7] = [
    (Mark::Pass, "pass"),
    (Mark::Fail, "fail"),
    (Mark::Warn, "warn"),
    (Mark::Note, "note"),
    (Mark::Known, "known"),
    (Mark::Inconclusive, "open"),
    (Mark::NotApplicable, "n.a."),
];

/// Writes a matrix.
#[must_use]
pub fn write(matrix: &Matrix) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "# Frameworks beside each other\n");
    let _ = writeln!(
        text,
        "Measured on {} with hardtack {}, catalogue {}, profile {}. *Open* could not be judged, *n.a.* needs what the \
         target does not offer, *known* is a failure that the target file explains.\n",
        matrix.started.get(..10).unwrap_or("an unknown day"),
        escape(&matrix.tool),
        escape(&matrix.catalogue),
        escape(&matrix.profile)
    );
    columns(&mut text, matrix);
    absent(&mut text, matrix);
    broken(&mut text, matrix);
    text
}

fn columns(text: &mut String, matrix: &Matrix) {
    let heads: Vec<&str> = COUNTED.iter().map(|(_, name)| *name).collect();
    let _ = writeln!(text, "| target | variant | {} |", heads.join(" | "));
    let _ = writeln!(text, "| --- | --- |{}", " ---: |".repeat(COUNTED.len()));
    for (index, column) in matrix.columns.iter().enumerate() {
        let counts: Vec<String> = COUNTED.iter().map(|(mark, _)| matrix.count(index, *mark).to_string()).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            escape(&column.software),
            escape(&column.variant.replace(',', ", ")),
            counts.join(" | ")
        );
    }
    text.push('\n');
}

fn absent(text: &mut String, matrix: &Matrix) {
    if matrix.absent.is_empty() {
        return;
    }
    let _ = writeln!(text, "## Not judged\n");
    for one in &matrix.absent {
        let variant = if one.variant.is_empty() { String::new() } else { format!(" {}", escape(&one.variant)) };
        let why = if one.missing_here { "not on this machine" } else { "could not be run" };
        let _ = writeln!(text, "- {}{variant}, {why}: {}", escape(&one.target), escape(&one_line(&one.reason)));
    }
    text.push('\n');
}

/// Cases by group, with the columns that break them.
fn broken(text: &mut String, matrix: &Matrix) {
    let _ = writeln!(text, "## What they break\n");
    let mut group = "";
    let mut some = false;
    for row in &matrix.rows {
        let mut by_mark: Vec<(Mark, &str, Vec<String>)> =
            [(Mark::Fail, "fail"), (Mark::Known, "known"), (Mark::Warn, "warn")]
                .map(|(mark, word)| (mark, word, Vec::new()))
                .into();
        for (column, letter) in matrix.columns.iter().zip(row.marks.chars()) {
            let found = by_mark.iter_mut().find(|(mark, ..)| mark.letter() == letter);
            // Several variants of one release are named once.
            if let Some((.., names)) = found.filter(|(.., names)| names.last() != Some(&column.software)) {
                names.push(column.software.clone());
            }
        }
        let told: Vec<String> = by_mark
            .into_iter()
            .filter(|(.., names)| !names.is_empty())
            .map(|(_, word, names)| format!("**{word}**: {}", escape(&names.join(", "))))
            .collect();
        if told.is_empty() {
            continue;
        }
        some = true;
        if row.group != group {
            group = &row.group;
            let _ = writeln!(text, "\n### {}\n", escape(group));
        }
        let _ = writeln!(text, "- {} {} ({}). {}", code(&row.case), escape(&row.title), row.level, told.join("; "));
    }
    if !some {
        let _ = writeln!(text, "Nothing: whatever was judged holds.");
    }
}
