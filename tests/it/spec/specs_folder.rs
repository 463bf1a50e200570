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
