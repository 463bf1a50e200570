//! From a document to a spec: everything that the shape of the file cannot say is checked here.

mod action;
mod arguments;
mod case;
mod cookie;
mod examples;
mod expect;
mod head;
mod level;
mod matcher;
mod observe;
mod save;
mod saved;
mod step;
mod values;

use std::collections::HashSet;

use super::{Rules, Spec, code, shape};
use crate::document::{self, Diagnostic, Diagnostics, Node, Severity, Span};

/// Whether each case must name the faults that it catches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Catches {
    Required,
    Optional,
}

/// Reads a spec. `name` is what diagnostics call the file; it must end with the spec's id and `.yaml`.
///
/// Everything that is wrong is reported together.
pub fn read_spec(name: &str, text: impl AsRef<[u8]>, rules: &Rules) -> Result<Spec, Diagnostics> {
    read(name, text.as_ref(), rules, Catches::Optional)
}

pub(super) fn read(name: &str, text: &[u8], rules: &Rules, catches: Catches) -> Result<Spec, Diagnostics> {
    let document = document::read(name, text)?;
    let (source, root) = (&document.source, &document.root);
    let found = shape::check_spec(root, source);
    if found.iter().any(|one| one.severity == Severity::Error) {
        return Err(Diagnostics::new(source.clone(), found));
    }
    let mut findings = Findings::default();
    findings.extend(found);
    let head = head::read(source, root, rules, &mut findings);
    let cases = case::read_all(&head, items(root, "cases"), catches, &mut findings);
    let spec = head.into_spec(root, cases);
    Diagnostics::unless_errors(source, findings.found, spec)
}

/// What was found so far. The rows of a table repeat what is wrong outside of it; each finding is kept once.
#[derive(Default)]
struct Findings {
    found: Vec<Diagnostic>,
    /// Code, place and message of each.
    known: HashSet<(&'static str, Span, String)>,
}

impl Findings {
    fn push(&mut self, one: Diagnostic) {
        if self.known.insert((one.code, one.span(), one.message.clone())) {
            self.found.push(one);
        }
    }

    fn extend(&mut self, all: impl IntoIterator<Item = Diagnostic>) {
        all.into_iter().for_each(|one| self.push(one));
    }

    /// Keeps what is wrong.
    fn check(&mut self, outcome: Result<(), Diagnostic>) {
        if let Err(found) = outcome {
            self.push(found);
        }
    }
}

/// The text under a key; empty when there is none.
fn text<'a>(node: &'a Node, key: &str) -> &'a str {
    node.get(key).and_then(Node::as_text).unwrap_or_default()
}

/// The items of the list under a key; none when there is no list.
fn items<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).and_then(Node::as_seq).unwrap_or_default()
}

/// The entries of the map under a key; none when there is no map.
fn entries<'a>(node: &'a Node, key: &str) -> &'a [(document::Key, Node)] {
    node.get(key).and_then(Node::as_map).unwrap_or_default()
}

/// Words in backticks, for messages.
fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// "did you mean `x`?", or what to do otherwise.
fn did_you_mean(near: Option<&str>, otherwise: impl Into<String>) -> String {
    near.map_or_else(|| otherwise.into(), |near| format!("did you mean `{near}`?"))
}

/// A finding of this floor.
fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
    debug_assert!(code::ALL.iter().any(|(known, _)| *known == code), "an undeclared code");
    Diagnostic::error(code, message)
}
