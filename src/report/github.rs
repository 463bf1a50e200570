//! GitHub annotations: workflow commands, one line each, the worst first.
//!
//! GitHub shows ten errors and ten warnings of a step, so no more are written; a last notice tells how many there are.

use std::fmt::Write as _;

use super::group::Severity;
use super::model::{Entry, Report};

/// What GitHub shows of one step, for each kind.
const SHOWN: usize = 10;

/// The lines, for stdout or stderr of a workflow step.
#[must_use]
pub fn annotations(report: &Report) -> String {
    let mut lines = String::new();
    let mut left = 0;
    for (command, severities) in
        [("error", &[Severity::Failure][..]), ("warning", &[Severity::Inconclusive, Severity::Warning])]
    {
        let entries = report.entries.iter().filter(|entry| severities.contains(&entry.severity));
        for (index, entry) in entries.enumerate() {
            if index < SHOWN {
                annotation(&mut lines, command, entry);
            } else {
                left += 1;
            }
        }
    }
    let more = if left == 0 { String::new() } else { format!("; {left} more are in the reports") };
    // Writing to a string cannot fail.
    let _ = writeln!(
        lines,
        "::notice title={}::{}",
        property(&format!("hardtack {}: {}", report.command, report.word())),
        data(&format!("{}, {}{more}", report.title, report.summary))
    );
    lines
}

fn annotation(lines: &mut String, command: &str, entry: &Entry) {
    let place = entry.target.as_ref().or(entry.place.as_ref());
    let mut properties = Vec::new();
    if let Some(place) = place {
        properties.push(format!("file={}", property(&place.file)));
        properties.push(format!("line={}", place.line));
    }
    let change = entry.change.map(|change| format!(", {}", change.as_str())).unwrap_or_default();
    properties.push(format!("title={}", property(&format!("{} ({}{change})", entry.id, entry.word))));
    let mut text = entry.title.clone();
    let on = entry.on_in_words();
    if !on.is_empty() {
        let _ = write!(text, " (on {on})");
    }
    if !entry.message.is_empty() {
        let _ = write!(text, "\n{}", entry.message);
    }
    if let Some(problem) = entry.problems.first() {
        let _ = write!(text, "\nexpected {}, actual {}", problem.expected, problem.actual);
    }
    let _ = writeln!(lines, "::{command} {}::{}", properties.join(","), data(&text));
}

/// Text behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
