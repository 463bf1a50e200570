//! Titles.

use std::collections::BTreeMap;

use crate::document::{Diagnostic, Node, Span};
use crate::spec::code;

/// The titles of specs seen so far, with the ids of their specs.
#[derive(Default)]
pub(super) struct Titles(BTreeMap<String, String>);

impl Titles {
    /// What is wrong with the title of a spec.
    pub(super) fn spec(&mut self, root: &Node, id: &str) -> Vec<Diagnostic> {
        let Some(node) = root.get("title") else { return Vec::new() };
        let mut found: Vec<_> = full_stop(node).into_iter().collect();
        if let Some(other) = self.0.insert(folded(node), id.to_owned()) {
            found.push(same(node, &format!("the spec `{other}` has it too")));
        }
        found
    }
}

/// What is wrong with the titles of the cases of one spec.
pub(super) fn cases(cases: &[Node]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    let mut found = Vec::new();
    for node in cases.iter().filter_map(|case| case.get("title")) {
        found.extend(full_stop(node));
        if let Some(first) = seen.insert(folded(node), node.span) {
            found.push(same(node, "reports show titles; equal ones cannot be told apart").also(first, "first here"));
        }
    }
    found
}

fn folded(node: &Node) -> String {
    node.as_text().unwrap_or_default().trim().trim_end_matches('.').to_lowercase()
}

fn same(node: &Node, because: &str) -> Diagnostic {
    Diagnostic::warning(code::SAME_TITLE, "this title is there twice")
        .at(node.span, "")
        .because(because)
        .fix("say what is particular here")
}

fn full_stop(node: &Node) -> Option<Diagnostic> {
    let text = node.as_text()?.trim_end();
    (text.ends_with('.') && !text.ends_with("...")).then(|| {
        Diagnostic::warning(code::FULL_STOP, "a title ends with a full stop")
            .at(node.span, "")
            .because("reports put titles into lines of their own")
            .fix("remove the full stop")
    })
}
