//! SARIF 2.1.0, for code scanning.
//!
//! A rule is a case: its help says why it matters, which rules of the standards it decides, and how to run it alone. A
//! result is a case that broke something. It is located in the target file where there is one, since that is what its
//! reader can change, and related to the line of the spec.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::group::Severity;
use super::model::{Change, Entry, Report};
use crate::event::Place;

/// The version of the format.
pub const VERSION: &str = "2.1.0";

/// Where the public schema is.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes a report, indented, with a line end.
#[must_use]
pub fn write(report: &Report) -> String {
    format!("{:#}\n", document(report))
}

fn document(report: &Report) -> Value {
    let told: Vec<&Entry> = report.entries.iter().filter(|entry| entry.severity.needs_attention()).collect();
    let mut rules: Vec<&Entry> = Vec::new();
    for entry in &told {
        if rules.iter().all(|known| known.rule() != entry.rule()) {
            rules.push(entry);
        }
    }
    let results: Vec<Value> = told
        .iter()
        .map(|entry| {
            let index = rules.iter().position(|rule| rule.rule() == entry.rule()).unwrap_or_default();
            result(report, entry, index)
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [{
            "tool": {
                "driver": {
                    "name": "hardtack",
                    "semanticVersion": report.tool,
                    "rules": rules.iter().map(|entry| rule(report, entry)).collect::<Vec<_>>(),
                }
            },
            "automationDetails": {"id": format!("hardtack/{}/", report.command)},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": !matches!(report.exit.code(), 2 | 3 | 70 | 130),
                "exitCode": report.exit.code(),
                "exitCodeDescription": report.exit.meaning(),
                "startTimeUtc": report.started,
            }],
            "results": results,
        }]
    })
}

/// `must` is an error, `should` a warning; the rest is a note.
fn level_of_rule(entry: &Entry) -> &'static str {
    match entry.level {
        "must" => "error",
        "should" => "warning",
        _ => "note",
    }
}

fn level_of_result(severity: Severity) -> &'static str {
    match severity {
        Severity::Failure => "error",
        Severity::Warning | Severity::Inconclusive => "warning",
        _ => "note",
    }
}

fn rule(report: &Report, entry: &Entry) -> Value {
    let command = format!("hardtack {} --filter '{}'", report.command, entry.rule());
    let sources = entry.sources.join("\n- ");
    let text = format!("{}\n\nIt decides, and is told from:\n- {sources}\n\nRun it alone: {command}", entry.why);
    let markdown = super::markdown::rule_help(entry, &command);
    json!({
        "id": entry.rule(),
        "name": name(entry.rule()),
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": if entry.why.is_empty() { &entry.title } else { &entry.why }},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": level_of_rule(entry)},
        "properties": {"tags": [entry.group, entry.level]},
    })
}

/// `sessions/logout#then-write` as `SessionsLogoutThenWrite`.
fn name(rule: &str) -> String {
    let words = rule.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

fn result(report: &Report, entry: &Entry, rule: usize) -> Value {
    let on = entry.on_in_words();
    let on = if on.is_empty() { on } else { format!(" (on {on})") };
    let message = if entry.message.is_empty() { &entry.title } else { &entry.message };
    let mut detail = format!("{}: {message}{on}", entry.title);
    if message == &entry.title {
        detail = format!("{message}{on}");
    }
    for problem in &entry.problems {
        // Writing to a string cannot fail.
        let _ = write!(detail, "\n{}: expected {}, actual {}", problem.code, problem.expected, problem.actual);
    }
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), json!(entry.rule()));
    result.insert("ruleIndex".to_owned(), json!(rule));
    result.insert("level".to_owned(), json!(level_of_result(entry.severity)));
    result.insert("message".to_owned(), json!({"text": detail}));
    let spec = entry.problems.first().and_then(|problem| problem.place.as_ref()).or(entry.place.as_ref());
    let (main, related) = match (&entry.target, spec) {
        (Some(target), spec) => (Some(target), spec),
        (None, spec) => (spec, None),
    };
    let nowhere = || json!({"logicalLocations": [{"fullyQualifiedName": entry.id, "kind": "member"}]});
    let main = main.map_or_else(nowhere, |place| location(place, &entry.id));
    result.insert("locations".to_owned(), json!([main]));
    if let Some(place) = related {
        let mut location = location(place, &entry.id);
        location["id"] = json!(1);
        location["message"] = json!({"text": "the expectation in the spec"});
        result.insert("relatedLocations".to_owned(), json!([location]));
    }
    // The same case on the same variants is the same alert, wherever the files move.
    let print = format!("{}|{}", entry.id, entry.on.iter().map(|on| on.variant.as_str()).collect::<Vec<_>>().join(";"));
    result.insert("partialFingerprints".to_owned(), json!({"hardtackCase/v1": print}));
    if let Some(change) = entry.change {
        let state = match change {
            Change::New => "new",
            Change::Still => "unchanged",
        };
        result.insert("baselineState".to_owned(), json!(state));
    } else if report.changes.is_some() {
        result.insert("baselineState".to_owned(), json!("unchanged"));
    }
    if entry.severity == Severity::Known {
        let known = json!([{"kind": "external", "status": "accepted", "justification": entry.message}]);
        result.insert("suppressions".to_owned(), known);
    }
    result.insert("properties".to_owned(), json!({"verdict": entry.word, "weight": entry.level}));
    Value::Object(result)
}

fn location(place: &Place, name: &str) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&place.file)},
            "region": {"startLine": place.line.max(1), "startColumn": place.column.max(1)},
        },
        "logicalLocations": [{"fullyQualifiedName": name, "kind": "member"}],
    })
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    if path.contains("://") {
        return path.to_owned();
    }
    let mut uri = String::with_capacity(path.len());
    for octet in path.replace('\\', "/").trim_start_matches("./").bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~/".contains(&octet) {
            uri.push(char::from(octet));
        } else {
            let _ = write!(uri, "%{octet:02X}");
        }
    }
    uri
}
