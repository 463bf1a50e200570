//! Findings about specs that can be read: what is superfluous, misleading or undecided.

mod clients;
mod names;
mod reference;
mod title;

use super::{Catalogue, Coverage, Spec, code, coverage};
use crate::document::{self, Diagnostic, Diagnostics, Node, Source, nearest};

/// Findings about a catalogue, file by file; files without any are left out.
///
/// `known_faults` are the faults of the reference server, which `catches` may name.
#[must_use]
pub fn lint(catalogue: &Catalogue, known_faults: &[&str]) -> Vec<Diagnostics> {
    let mut titles = title::Titles::default();
    let specs = catalogue.specs().map(|spec| (spec.source.clone(), lint_spec(spec, known_faults, &mut titles)));
    let mut files: Vec<(Source, Vec<Diagnostic>)> = specs.collect();
    files.push((catalogue.rules().source().clone(), undecided_rules(catalogue)));
    files
        .into_iter()
        .filter(|(_, found)| !found.is_empty())
        .map(|(source, found)| Diagnostics::new(source, found))
        .collect()
}

fn lint_spec(spec: &Spec, known_faults: &[&str], titles: &mut title::Titles) -> Vec<Diagnostic> {
    // The model has no places for most of what is looked at here; the text has been read before.
    let document = match document::read(spec.source.name(), spec.source.text().as_bytes()) {
        Ok(document) => document,
        Err(found) => return found.found().to_vec(),
    };
    let root = &document.root;
    let cases = root.get("cases").and_then(Node::as_seq).unwrap_or_default();
    let mut found = titles.spec(root, spec.id.as_str());
    found.extend(title::cases(cases));
    found.extend(reference::check(root));
    found.extend(clients::check(root, cases));
    for case in cases {
        found.extend(reference::check(case));
        found.extend(names::check(case));
        found.extend(unknown_faults(case, known_faults));
    }
    found
}

fn unknown_faults(case: &Node, known: &[&str]) -> Vec<Diagnostic> {
    let catches = case.get("catches").and_then(Node::as_seq).unwrap_or_default();
    let unknown = catches.iter().filter_map(|node| Some((node, node.as_text()?)));
    unknown
        .filter(|(_, name)| !known.contains(name))
        .map(|(node, name)| {
            let near = nearest(name, known.iter().copied());
            Diagnostic::error(code::UNKNOWN_FAULT, format!("the reference server has no fault `{name}`"))
                .at(node.span, "unknown fault")
                .because("a fault that does not exist proves nothing about the case")
                .fix(near.map_or_else(
                    || "name one that `hardtack serve --list-faults` lists".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ))
        })
        .collect()
}

/// Rules of which neither cases nor reasons speak, or both.
fn undecided_rules(catalogue: &Catalogue) -> Vec<Diagnostic> {
    let rules = catalogue.rules();
    let groups = coverage(catalogue);
    let found = groups.iter().flat_map(|group| &group.rules).filter_map(|covered| {
        let id = &covered.rule.id;
        let place = rules.place(id);
        if covered.contradicts_itself() {
            let message = format!("`{}` decides the rule `{id}`, which says why no case does", covered.cases[0]);
            return Some(
                Diagnostic::warning(code::DECIDED_RULE, message)
                    .at(place, "")
                    .because("one of the two is no longer true")
                    .fix("remove `excluded` or `pending` from the rule"),
            );
        }
        (covered.coverage() == Coverage::Open).then(|| {
            Diagnostic::warning(code::UNDECIDED_RULE, format!("no case decides the rule `{id}`"))
                .at(place, "")
                .because("a rule without a case is a promise that nothing keeps")
                .fix("name it under `rules` of a case, or say why there is none: `excluded: …` or `pending: …`")
        })
    });
    found.collect()
}
