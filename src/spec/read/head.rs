//! What a spec says for all its cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::matcher::Matchers;
use super::saved::Saved;
use super::values::Values;
use super::{Findings, did_you_mean, entries, error, items, listed, text};
use crate::contract::{FACTS, FactInfo};
use crate::document::{Key, Node, Source, nearest};
use crate::spec::{Case, ClientKind, ClientName, Needs, Rules, Spec, SpecId, Transport, code};

/// How far times may be off when a spec says nothing, in milliseconds.
const TOLERANCE_MS: i64 = 2000;

/// What a spec says for all its cases.
pub(super) struct Head<'a> {
    pub(super) source: &'a Source,
    pub(super) rules: &'a Rules,
    pub(super) id: SpecId,
    pub(super) why: String,
    pub(super) refs: Vec<String>,
    pub(super) needs: Needs,
    pub(super) clients: BTreeMap<ClientName, ClientKind>,
    pub(super) tolerance_ms: i64,
}

pub(super) fn read<'a>(source: &'a Source, root: &Node, rules: &'a Rules, findings: &mut Findings) -> Head<'a> {
    let id = text(root, "id");
    if let Some(node) = root.get("id")
        && !is_path_of(id, source.name())
    {
        findings.push(
            error(code::ID_AND_PATH, format!("the id `{id}` is not the path of this file"))
                .at(node.span, format!("the file is {}", source.name()))
                .because("specs are found by their id, which is the path of the file without `.yaml`")
                .fix(format!("move the file to {id}.yaml, or change the id")),
        );
    }
    let clients = match entries(root, "clients") {
        [] => BTreeMap::from([(ClientName::new("alice"), ClientKind::Browser)]),
        written => clients(written),
    };
    Head {
        source,
        rules,
        id: SpecId::new(id),
        why: text(root, "why").trim_end().to_owned(),
        refs: refs(root),
        needs: needs(root, Needs::default(), source, findings),
        clients,
        tolerance_ms: root.get("tolerance").and_then(|node| node.milliseconds().ok()).unwrap_or(TOLERANCE_MS),
    }
}

impl Head<'_> {
    pub(super) fn into_spec(self, root: &Node, cases: Vec<Arc<Case>>) -> Spec {
        let title = text(root, "title").trim_end().to_owned();
        Spec { source: self.source.clone(), id: self.id, title, why: self.why, refs: self.refs, cases }
    }
}

/// Whether a file's name is the id with an ending, perhaps below some folder.
fn is_path_of(id: &str, name: &str) -> bool {
    let name = name.replace('\\', "/");
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(&name);
    stem.strip_suffix(id).is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
}

pub(super) fn refs(node: &Node) -> Vec<String> {
    items(node, "refs").iter().filter_map(Node::as_text).map(str::to_owned).collect()
}

pub(super) fn clients(written: &[(Key, Node)]) -> BTreeMap<ClientName, ClientKind> {
    let kind = |node: &Node| if node.as_text() == Some("raw") { ClientKind::Raw } else { ClientKind::Browser };
    written.iter().map(|(key, node)| (ClientName::new(key.text.as_str()), kind(node))).collect()
}

/// The needs of a spec or case, on top of `base`.
pub(super) fn needs(node: &Node, base: Needs, source: &Source, findings: &mut Findings) -> Needs {
    let mut needs = base;
    let Some(written) = node.get("needs") else { return needs };
    for (key, value) in entries(written, "facts") {
        let Some(fact) = FactInfo::named(&key.text) else {
            let known = || FACTS.iter().map(|fact| fact.name);
            findings.push(
                error(code::UNKNOWN_FACT, format!("`{}` is not a fact about servers", key.text))
                    .at(key.span, "unknown fact")
                    .because(format!("the facts are {}", listed(known())))
                    .fix(did_you_mean(nearest(&key.text, known()), "use one of these, or remove the entry")),
            );
            continue;
        };
        let saved = Saved::default();
        let mut matchers = Matchers { source, saved: &saved, findings };
        needs.facts.insert(key.text.clone(), matchers.matcher(value, Values::Fact(fact)));
    }
    match text(written, "transport") {
        "http" => needs.transport = Some(Transport::Http),
        "https" => needs.transport = Some(Transport::Https),
        _ => {}
    }
    needs
}

#[cfg(test)]
mod tests {
    use super::is_path_of;

    #[test]
    fn ids_are_paths() {
        for name in ["a/b.yaml", "specs/a/b.yaml", "/x/specs/a/b.yml", r"C:\x\a\b.yaml", "a/b"] {
            assert!(is_path_of("a/b", name), "{name}");
        }
        for name in ["b.yaml", "xa/b.yaml", "a/b/c.yaml", ""] {
            assert!(!is_path_of("a/b", name), "{name}");
        }
    }
}
