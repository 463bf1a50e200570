//! The specs of this repository, read from their folder.

use std::path::Path;

use hardtack::spec::{Catalogue, load_directory};

#[test]
fn every_spec_reads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = std::fs::read_to_string(root.join("specs/_catalogue/rules.yaml")).unwrap();
    let mut files = load_directory(&root.join("specs")).unwrap();
    for (name, _) in &mut files {
        *name = Path::new(name).strip_prefix(root).unwrap().display().to_string();
    }
    match Catalogue::read(&rules, files) {
        Ok(catalogue) => assert!(catalogue.cases().count() > 100),
        Err(wrong) => panic!("\n{wrong}"),
    }
}

/// Editors complete what the schema knows when the first line of a file names it.
#[test]
fn every_spec_names_its_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = load_directory(&root.join("specs")).unwrap();
    assert!(files.len() > 40, "{}", files.len());
    for (name, text) in files {
        let text = String::from_utf8(text).unwrap();
        let first = text.lines().next().unwrap_or_default();
        let schema =
            first.strip_prefix("# yaml-language-server: $schema=").unwrap_or_else(|| panic!("{name}: {first}"));
        let file = Path::new(&name).parent().unwrap().join(schema);
        let file = file.canonicalize().unwrap_or_else(|error| panic!("{name}: {schema}: {error}"));
        assert!(file.ends_with("schemas/spec.schema.json"), "{name}: {}", file.display());
    }
}

#[test]
fn every_spec_is_in_the_usual_form() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, text) in load_directory(&root.join("specs")).unwrap() {
        let text = String::from_utf8(text).unwrap();
        assert!(hardtack::spec::format(&text).as_ref() == Some(&text), "cargo run -- specs fmt {name}");
    }
}
