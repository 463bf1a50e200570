//! The JSON Schema for editors.

use std::path::Path;

use hardtack::document;
use hardtack::spec::{json_schema, load_directory};

use super::sample;

const COMMITTED: &str = include_str!("../../../schemas/spec.schema.json");

#[test]
fn the_committed_schema_is_the_generated_one() {
    let generated = format!("{:#}\n", json_schema());
    assert!(generated == COMMITTED, "write it anew: hardtack specs schema > schemas/spec.schema.json");
}

/// Everything that the schema says against a spec.
fn faults(name: &str, text: &[u8]) -> Vec<String> {
    let validator = jsonschema::validator_for(&json_schema()).unwrap();
    let spec = document::read(name, text).unwrap().root.to_json();
    validator.iter_errors(&spec).map(|error| format!("{name}: {}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_accepts_the_fixtures() {
    for (name, text) in sample::SPECS {
        assert_eq!(faults(name, text.as_bytes()), Vec::<String>::new());
    }
}

#[test]
fn the_schema_accepts_every_spec_of_this_repository() {
    let files = load_directory(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs")).unwrap();
    let found: Vec<String> = files.iter().flat_map(|(name, text)| faults(name, text)).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    for (rest, part) in [
        ("    steps: [{do: session.putt, expect: {status: 200}}]\n", "do"),
        ("    steps: [{do: visit, path: /, expect: {set_cookie: {a: stord}}}]\n", "a"),
        ("    steps: [{do: visit, path: /, expects: {status: 200}}]\n", "steps"),
        ("    steps: []\n", "steps"),
    ] {
        let text = sample::case(rest);
        assert!(sample::read(&text).is_err(), "{text}");
        let found = faults("a.yaml", text.as_bytes());
        assert!(found.iter().any(|fault| fault.contains(part)), "{found:?}");
    }
}
