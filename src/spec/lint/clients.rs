//! Clients that never act.

use std::collections::BTreeSet;

use crate::document::{Diagnostic, Key, Node};
use crate::spec::code;

pub(super) fn check(root: &Node, cases: &[Node]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut acting = BTreeSet::new();
    for case in cases {
        match clients(case) {
            [] => acting.extend(actors(case)),
            own => found.extend(idle(own, &actors(case))),
        }
    }
    let inherited = cases.iter().any(|case| clients(case).is_empty() && case.get("steps").is_some());
    if inherited {
        found.extend(idle(clients(root), &acting));
    }
    found
}

fn clients(node: &Node) -> &[(Key, Node)] {
    node.get("clients").and_then(Node::as_map).unwrap_or_default()
}

/// Who acts in the steps of a case, or in the steps inside a step.
fn actors(node: &Node) -> BTreeSet<&str> {
    let mut actors = BTreeSet::new();
    for step in ["steps", "together"].into_iter().filter_map(|key| node.get(key)?.as_seq()).flatten() {
        actors.extend(step.get("who").and_then(Node::as_text));
        actors.extend(self::actors(step));
    }
    actors
}

/// The clients that are not among the actors. A single client needs no name to act.
fn idle(clients: &[(Key, Node)], acting: &BTreeSet<&str>) -> Vec<Diagnostic> {
    let idle = clients.iter().filter(|(key, _)| clients.len() > 1 && !acting.contains(key.text.as_str()));
    idle.map(|(key, _)| {
        Diagnostic::warning(code::UNUSED_CLIENT, format!("the client `{}` never acts", key.text))
            .at(key.span, "")
            .because("readers look for what it does")
            .fix("remove it, or name it as `who` of a step")
    })
    .collect()
}
