//! Tables of examples: every row becomes a case.

use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, error, listed, text};
use crate::document::{Key, Node, Source, Span, Value};
use crate::spec::variable::{Written, written};
use crate::spec::{code, shape};

/// One case to read: a case as it is written, or with a row of its examples filled in.
pub(super) struct Row<'a> {
    pub(super) label: Option<&'a str>,
    pub(super) node: Node,
    /// The columns with their places.
    pub(super) columns: BTreeMap<String, Span>,
}

/// More rows than anybody reads.
const MOST_ROWS: usize = 200;

/// The keys of a case in which columns stand for values.
const FILLED: [&str; 5] = ["given", "steps", "where", "expect", "classify"];

/// The rows of a case; the case itself when it has no examples. None when the table is wrong.
pub(super) fn rows<'a>(case: &'a Node, source: &Source, findings: &mut Findings) -> Vec<Row<'a>> {
    let Some((key, table)) = case.get_entry("examples") else {
        return vec![Row { label: None, node: case.clone(), columns: BTreeMap::new() }];
    };
    let mut found = shape::check_examples(key, table, source);
    let table = table.as_seq().unwrap_or_default();
    if found.is_empty() {
        found = table_faults(table);
    }
    if !found.is_empty() {
        findings.extend(found);
        return Vec::new();
    }
    let mut used = BTreeSet::new();
    let rows = table
        .iter()
        .map(|row| Row {
            label: row.get("row").and_then(Node::as_text),
            node: fill_case(case, row, &mut used),
            columns: columns(row).map(|(key, _)| (key.text.clone(), key.span)).collect(),
        })
        .collect();
    for (key, _) in table.first().into_iter().flat_map(columns).filter(|(key, _)| !used.contains(&key.text)) {
        findings.push(
            error(code::UNUSED_COLUMN, format!("nothing uses the column `{}`", key.text))
                .at(key.span, "")
                .because(format!("a column stands for a value of the case, written as `${}`", key.text))
                .fix(format!("write `${}` where its values belong, or remove the column", key.text)),
        );
    }
    rows
}

fn columns(row: &Node) -> impl Iterator<Item = &(Key, Node)> {
    row.as_map().unwrap_or_default().iter().filter(|(key, _)| key.text != "row")
}

/// What is wrong with a table whose rows have the right shape.
fn table_faults(table: &[Node]) -> Vec<crate::document::Diagnostic> {
    let mut found = Vec::new();
    let names = |row| -> BTreeSet<&str> { columns(row).map(|(key, _)| key.text.as_str()).collect() };
    let first = table.first().map(names).unwrap_or_default();
    let mut labels: BTreeMap<&str, Span> = BTreeMap::new();
    if let Some(extra) = table.get(MOST_ROWS) {
        found.push(
            error(code::TOO_MANY_ROWS, format!("this table has {} rows", table.len()))
                .at(extra.span, "the first row too many")
                .because(format!("every row is a case of its own, and at most {MOST_ROWS} are read"))
                .fix("keep the rows that show something new, or write several cases"),
        );
    }
    for row in table {
        if let Some(label) = row.get("row")
            && let Some(before) = labels.insert(text(row, "row"), label.span)
        {
            found.push(
                error(code::DUPLICATE_ROW, format!("two rows are called `{}`", text(row, "row")))
                    .also(before, "first here")
                    .at(label.span, "and here again")
                    .because("the label of a row ends the id of its case")
                    .fix("choose another label"),
            );
        }
        let own = names(row);
        if own != first {
            let differing = || own.symmetric_difference(&first).copied();
            found.push(
                error(code::ROW_COLUMNS, "this row has other columns than the first")
                    .at(row.span, "")
                    .because(format!("every row has the same columns; the difference: {}", listed(differing())))
                    .fix("give all rows the same columns"),
            );
        } else if own.is_empty() {
            found.push(
                error(code::ROW_COLUMNS, "this row has no columns")
                    .at(row.span, "")
                    .because("a row without values makes the same case as the others")
                    .fix("add a column beside `row`, or remove the examples"),
            );
        }
    }
    found
}

/// The case with the values of a row in place of its columns.
fn fill_case(case: &Node, row: &Node, used: &mut BTreeSet<String>) -> Node {
    let entries = case.as_map().unwrap_or_default().iter().map(|(key, value)| {
        let value = if FILLED.contains(&key.text.as_str()) { fill(value, row, used) } else { value.clone() };
        (key.clone(), value)
    });
    Node { value: Value::Map(entries.collect()), ..*case }
}

fn fill(node: &Node, row: &Node, used: &mut BTreeSet<String>) -> Node {
    let value = match &node.value {
        Value::Text(text) => match written(text) {
            Written::Saved(name) if name != "row" => match row.get(name) {
                Some(cell) => {
                    used.insert(name.to_owned());
                    return cell.clone();
                }
                None => return node.clone(),
            },
            _ => return node.clone(),
        },
        Value::Seq(items) => Value::Seq(items.iter().map(|item| fill(item, row, used)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key.clone(), fill(value, row, used))).collect())
        }
        _ => return node.clone(),
    };
    Node { value, ..*node }
}
