//! The parts of an entry as plain text, for formats that hold nothing else.

use std::fmt::Write as _;

use super::model::{Block, Entry, Table};

/// Columns of labels.
const LABEL: usize = 12;

/// An entry as text: what broke, what was done, how to repeat it.
#[must_use]
pub fn entry(entry: &Entry) -> String {
    let mut text = String::new();
    line(&mut text, &entry.title);
    if !entry.message.is_empty() && entry.message != entry.title {
        line(&mut text, &entry.message);
    }
    if !entry.why.is_empty() {
        line(&mut text, &entry.why);
    }
    for block in &entry.blocks {
        write_block(&mut text, block);
    }
    if !entry.sources.is_empty() {
        line(&mut text, "");
        field(&mut text, "see", &entry.sources.join(", "));
    }
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

fn field(text: &mut String, label: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  {label:<LABEL$}{value}");
}

fn write_block(text: &mut String, block: &Block) {
    match block {
        Block::Text(paragraph) => {
            line(text, "");
            line(text, paragraph);
        }
        Block::Heading(heading) => {
            line(text, "");
            line(text, heading);
        }
        Block::Field { label, text: value, .. } => field(text, label, value),
        Block::Table(table) => write_table(text, table),
        Block::Steps(steps) => {
            line(text, "");
            for (index, step) in steps.iter().enumerate() {
                let mark = if step.broke { "→" } else { " " };
                let _ = writeln!(text, "  {mark} {}. {}", index + 1, step.text);
            }
        }
        Block::Exchange { title, lines } => {
            line(text, "");
            line(text, title);
            for one in lines {
                let _ = writeln!(text, "  {} {}", one.way.mark(), one.text);
            }
        }
        Block::Copy { label, text: copied } => {
            line(text, "");
            let _ = writeln!(text, "{label}:");
            for one in copied.lines() {
                let _ = writeln!(text, "  {one}");
            }
        }
        Block::Chart(chart) => {
            line(text, "");
            let _ = writeln!(text, "{}: {}", chart.caption, chart.says);
        }
    }
}

/// Columns as wide as their widest cell.
fn write_table(text: &mut String, table: &Table) {
    let widths: Vec<usize> = (0..table.head.len())
        .map(|column| {
            let cells = table.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text.chars().count());
            cells.chain([table.head[column].chars().count()]).max().unwrap_or_default()
        })
        .collect();
    let mut write_row = |cells: Vec<&str>| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        line(text, &format!("  {}", padded.join("  ")));
    };
    write_row(table.head.iter().map(String::as_str).collect());
    for row in &table.rows {
        write_row(row.iter().map(|cell| cell.text.as_str()).collect());
    }
}
