//! Markdown, for a job summary or a comment on a pull request: the summary first, everything else folded.
//!
//! Job summaries hold a mebibyte, comments 65,536 characters; a report stays below the latter and says what it left
//! out. Texts of the server are escaped: they form neither markup nor mentions.

use std::fmt::Write as _;

use super::group::Severity;
use super::model::{Block, Cell, Change, Entry, Report, Table, Tone};
use super::words::counted;

/// Characters of a report: what a comment holds, with room to spare.
pub const LIMIT: usize = 60_000;

/// Rows of a table in the summary that are shown unfolded.
const ROWS_SHOWN: usize = 12;

/// Entries that passed or were left out are counted, not listed.
const LISTED: [Severity; 5] =
    [Severity::Failure, Severity::Inconclusive, Severity::Warning, Severity::Note, Severity::Known];

/// Writes a report.
#[must_use]
pub fn write(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "## {} hardtack {}: {}\n", mark_of(report), report.command, escape(&report.title));
    let _ = writeln!(
        text,
        "**{}**: {}. Exit {}: {}.\n",
        report.word(),
        escape(&report.summary),
        report.exit.code(),
        report.exit.meaning()
    );
    figures(&mut text, report);
    changes(&mut text, report);
    for chart in &report.charts {
        let _ = writeln!(text, "**{}**: {}\n", escape(&chart.caption), escape(&chart.says));
    }
    let mut left_out = 0;
    for severity in LISTED {
        left_out += section(&mut text, report, severity);
    }
    for table in &report.tables {
        summary_table(&mut text, table);
    }
    for hint in &report.hints {
        let _ = writeln!(text, "> [!TIP]\n> {}\n", escape(hint));
    }
    facts(&mut text, report);
    if left_out > 0 {
        let entries = counted(left_out, "entry is", "entries are");
        let _ = writeln!(text, "{entries} left out, to keep this short; the HTML report has them.\n");
    }
    text
}

fn mark_of(report: &Report) -> &'static str {
    match report.exit.code() {
        0 => "✅",
        4 | 130 => "⚠️",
        _ => "❌",
    }
}

fn figures(text: &mut String, report: &Report) {
    if report.figures.is_empty() {
        return;
    }
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let _ = writeln!(text, "{}", row(report.figures.iter().map(|figure| escape(&figure.label)).collect()));
    let _ = writeln!(text, "{}", row(report.figures.iter().map(|_| "---:".to_owned()).collect()));
    let value = |figure: &super::model::Figure| match figure.tone {
        Tone::Bad | Tone::Warning => format!("**{}**", escape(&figure.value)),
        _ => escape(&figure.value),
    };
    let _ = writeln!(text, "{}\n", row(report.figures.iter().map(value).collect()));
}

fn changes(text: &mut String, report: &Report) {
    let Some(changes) = &report.changes else { return };
    let _ = writeln!(text, "### Since the baseline\n");
    let _ = writeln!(
        text,
        "**{} new**, {} fixed, {} still failing, {} not judged any more; against {}.\n",
        changes.new,
        changes.fixed.len(),
        changes.still,
        changes.gone,
        escape(&changes.baseline)
    );
    if !changes.fixed.is_empty() {
        let _ = writeln!(text, "<details><summary>fixed ({})</summary>\n", changes.fixed.len());
        for case in changes.fixed.iter().take(100) {
            let _ = writeln!(text, "- {}", code(case));
        }
        let _ = writeln!(text, "\n</details>\n");
    }
}

/// Writes the entries of a section; how many were left out.
fn section(text: &mut String, report: &Report, severity: Severity) -> usize {
    let entries: Vec<&Entry> = report.of(severity).collect();
    if entries.is_empty() {
        return 0;
    }
    let title = severity.plural();
    let (first, rest) = title.split_at(1);
    let _ = writeln!(text, "### {}{rest} ({})\n", first.to_uppercase(), entries.len());
    let brief = matches!(severity, Severity::Known | Severity::Note);
    let mut written = 0;
    for entry in &entries {
        let block = if brief { short(entry) } else { folded(entry) };
        let block = if text.len() + block.len() > LIMIT { short(entry) } else { block };
        if text.len() + block.len() > LIMIT {
            break;
        }
        text.push_str(&block);
        written += 1;
    }
    text.push('\n');
    entries.len() - written
}

fn headline(entry: &Entry) -> String {
    let on = entry.on_in_words();
    let on = if on.is_empty() { on } else { format!(" on {}", escape(&on)) };
    let change = match entry.change {
        Some(Change::New) => " · <b>new</b>",
        Some(Change::Still) => " · still failing",
        None => "",
    };
    format!("<b>{}</b> <code>{}</code>{on}{change}", escape(&entry.word), html(&entry.id))
}

fn short(entry: &Entry) -> String {
    let message = if entry.message.is_empty() { &entry.title } else { &entry.message };
    format!("- {}: {}\n", headline(entry), escape(&one_line(message)))
}

fn folded(entry: &Entry) -> String {
    let mut text = format!("<details><summary>{}<br>{}</summary>\n\n", headline(entry), html(&one_line(&entry.title)));
    if !entry.message.is_empty() && entry.message != entry.title {
        let _ = writeln!(text, "{}\n", escape(&entry.message));
    }
    if !entry.why.is_empty() {
        let _ = writeln!(text, "{}\n", escape(&entry.why));
    }
    for block in &entry.blocks {
        write_block(&mut text, block);
    }
    if !entry.sources.is_empty() {
        let sources: Vec<String> = entry.sources.iter().map(|source| code(source)).collect();
        let _ = writeln!(text, "See {}.\n", sources.join(", "));
    }
    text.push_str("</details>\n\n");
    text
}

fn write_block(text: &mut String, block: &Block) {
    match block {
        Block::Text(paragraph) => {
            let _ = writeln!(text, "{}\n", escape(paragraph));
        }
        Block::Heading(heading) => {
            let _ = writeln!(text, "**{}**\n", escape(heading));
        }
        Block::Field { label, text: value, .. } => {
            let _ = writeln!(text, "- {label}: {}", escape(&one_line(value)));
        }
        Block::Table(table) => {
            text.push('\n');
            write_table(text, table);
        }
        Block::Steps(steps) => {
            text.push('\n');
            for (index, step) in steps.iter().enumerate() {
                let (open, close) = if step.broke { ("**", "**") } else { ("", "") };
                let _ = writeln!(text, "{}. {open}{}{close}", index + 1, escape(&one_line(&step.text)));
            }
            text.push('\n');
        }
        Block::Exchange { title, lines } => {
            let lines: Vec<String> = lines.iter().map(|line| format!("{} {}", line.way.mark(), line.text)).collect();
            let _ = writeln!(text, "\n{}\n\n{}", escape(title), fenced("http", &lines.join("\n")));
        }
        Block::Copy { label, text: copied } => {
            let _ = writeln!(text, "{}\n\n{}", escape(label), fenced("sh", copied));
        }
        Block::Chart(chart) => {
            let _ = writeln!(text, "{}: {}\n", escape(&chart.caption), escape(&chart.says));
        }
    }
}

fn summary_table(text: &mut String, table: &Table) {
    let fold = table.rows.len() > ROWS_SHOWN;
    if fold {
        let _ = writeln!(text, "<details><summary>{} ({})</summary>\n", html(&table.caption), table.rows.len());
    } else {
        let _ = writeln!(text, "### {}\n", escape(&table.caption));
    }
    write_table(text, table);
    if fold {
        text.push_str("</details>\n\n");
    }
}

fn write_table(text: &mut String, table: &Table) {
    // Bars are for formats that can draw.
    let drawn = |column: usize| table.rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.bar.is_empty()));
    let columns: Vec<usize> = (0..table.head.len()).filter(|column| !drawn(*column)).collect();
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let _ = writeln!(text, "{}", row(columns.iter().map(|column| escape(&table.head[*column])).collect()));
    let rule = |column: &usize| if table.numbers.contains(column) { "---:" } else { "---" }.to_owned();
    let _ = writeln!(text, "{}", row(columns.iter().map(rule).collect()));
    for cells in &table.rows {
        let cell = |column: &usize| cells.get(*column).map(cell_text).unwrap_or_default();
        let _ = writeln!(text, "{}", row(columns.iter().map(cell).collect()));
    }
    text.push('\n');
}

fn cell_text(cell: &Cell) -> String {
    let text = escape(&one_line(&cell.text));
    if cell.tone == Tone::Bad && !text.is_empty() { format!("**{text}**") } else { text }
}

fn facts(text: &mut String, report: &Report) {
    let _ = writeln!(text, "<details><summary>about this run</summary>\n");
    let fixed = [("started".to_owned(), report.started.clone()), ("hardtack".to_owned(), report.tool.clone())];
    for (label, value) in report.facts.iter().chain(&fixed) {
        let _ = writeln!(text, "- {}: {}", escape(label), escape(&one_line(value)));
    }
    let _ = writeln!(text, "\n</details>\n");
}

/// The help text of a rule in SARIF.
pub(super) fn rule_help(entry: &Entry, command: &str) -> String {
    let mut text = format!("**{}**\n\n{}\n", escape(&entry.title), escape(&entry.why));
    for source in &entry.sources {
        let _ = write!(text, "\n- {}", code(source));
    }
    let _ = write!(text, "\n\nRun it alone:\n\n{}", fenced("sh", command));
    text
}

/// Text that forms no markup, no link and no mention.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // Mentions and references are found in the rendered text, where an entity would not hide them: an
            // invisible space does.
            '@' => escaped.push_str("@&#8203;"),
            '#' => escaped.push_str("&#35;&#8203;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            // Bare addresses become links by themselves.
            ':' => escaped.push_str("&#58;"),
            '\r' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Text inside an HTML element.
fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('@', "&#64;").replace('#', "&#35;").replace('`', "&#96;").replace('*', "&#42;").replace('_', "&#95;")
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text as code, whatever it holds.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", html(&one_line(text)))
}

/// A block of code whose fence is longer than any in it.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}
