//! What the tests of this floor share.

use std::sync::Arc;

use hardtack::document::Diagnostics;
use hardtack::spec::{Case, Rules, Spec, SpecFile, read_spec};

pub const RULES: &str = include_str!("fixtures/rules.yaml");

/// Good specs: their names below the folder of specs, and their texts.
pub const SPECS: [(&str, &str); 2] = [
    ("specs/cookies/two-lifetimes.yaml", include_str!("fixtures/specs/cookies/two-lifetimes.yaml")),
    ("specs/sessions/lost-cache.yaml", include_str!("fixtures/specs/sessions/lost-cache.yaml")),
];

pub fn rules() -> Rules {
    Rules::read("rules.yaml", RULES).unwrap()
}

pub fn files() -> Vec<SpecFile> {
    SPECS.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).to_vec()
}

pub fn read(text: &str) -> Result<Spec, Diagnostics> {
    read_spec("specs/a/b.yaml", text, &rules())
}

/// A spec with a head and these cases, indented by two.
pub fn spec(cases: &str) -> String {
    format!("spec: 1\nid: a/b\ntitle: A title\nwhy: A reason.\ncases:\n{cases}")
}

/// A spec with one case that has a name, a title and a level; the rest is indented by four.
pub fn case(rest: &str) -> String {
    spec(&format!("  - case: one\n    title: One\n    level: must\n{rest}"))
}

/// The only case of a good spec.
pub fn one(rest: &str) -> Arc<Case> {
    match read(&case(rest)) {
        Ok(spec) => Arc::clone(&spec.cases[0]),
        Err(wrong) => panic!("\n{wrong}"),
    }
}
