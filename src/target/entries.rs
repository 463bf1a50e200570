//! What variants, claims and known failures name exists, and no two entries speak of the same.

use super::check::entries_of;
use super::code;
use crate::document::{Diagnostic, Key, Node, nearest};

/// Checks `variants`, `claims` and `known` against the axes and each other.
pub(super) fn check(root: &Node, found: &mut Vec<Diagnostic>) {
    let axes = entries_of(root.get("axes"));
    for pattern in root.get("variants").map(Node::one_or_many).unwrap_or_default() {
        restriction(pattern, axes, found);
    }
    for list in ["claims", "known"] {
        let items = root.get(list).and_then(Node::as_seq).unwrap_or_default();
        for (index, item) in items.iter().enumerate() {
            item.get("variant").into_iter().for_each(|variant| restriction(variant, axes, found));
            if let Some(earlier) = items[..index].iter().find(|earlier| overlap(earlier, item)) {
                found.push(twice(earlier, item));
            }
        }
    }
}

/// Axes and values that a restriction names.
fn restriction(node: &Node, axes: &[(Key, Node)], found: &mut Vec<Diagnostic>) {
    for (name, values) in entries_of(Some(node)) {
        let Some((_, defined)) = axes.iter().find(|(key, _)| key.text == name.text) else {
            let known = || axes.iter().map(|(key, _)| key.text.as_str());
            found.push(
                Diagnostic::error(code::UNKNOWN_AXIS, format!("there is no axis `{}`", name.text))
                    .at(name.span, "")
                    .because(format!("the axes are {}", listed(known())))
                    .fix(suggestion(&name.text, known())),
            );
            continue;
        };
        for value in values.one_or_many() {
            let text = value.as_text().unwrap_or_default();
            let known = || entries_of(Some(defined)).iter().map(|(key, _)| key.text.as_str());
            if text != "*" && known().all(|one| one != text) {
                found.push(
                    Diagnostic::error(code::UNKNOWN_VALUE, format!("axis `{}` has no value `{text}`", name.text))
                        .at(value.span, "")
                        .because(format!("its values are {}", listed(known())))
                        .fix(suggestion(text, known())),
                );
            }
        }
    }
}

/// Whether two entries name the same case for a common variant.
fn overlap(one: &Node, other: &Node) -> bool {
    let case = |entry: &Node| entry.get("case").and_then(Node::as_text).map(str::to_owned);
    let values = |entry: &Node, axis: &str| -> Option<Vec<String>> {
        entry.get("variant")?.get(axis).and_then(|values| values.texts().ok())
    };
    case(one) == case(other)
        && entries_of(one.get("variant")).iter().all(|(axis, _)| {
            match (values(one, &axis.text), values(other, &axis.text)) {
                (Some(ours), Some(theirs)) => ours.iter().any(|value| theirs.contains(value)),
                _ => true,
            }
        })
}

fn twice(earlier: &Node, item: &Node) -> Diagnostic {
    let place = |entry: &Node| entry.get("case").map_or(entry.span, |case| case.span);
    Diagnostic::error(code::TWICE, "two entries speak of the same case and variant")
        .also(place(earlier), "first here")
        .at(place(item), "and again here")
        .because("only one of them would be used")
        .fix("join them, or restrict them to different variants with `variant`")
}

fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(word, known)
        .map_or_else(|| "write one of these, or add it".to_owned(), |near| format!("did you mean `{near}`?"))
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
