//! What a Rust test sees of the crate: its public surface, as a snapshot.
//!
//! Rustdoc's JSON would say it from the compiler's side, but stable Rust does not write it. So the source is read: every
//! module that the documentation shows, what it declares and what it re-exports, signatures without bodies.

mod surface;

use std::collections::BTreeSet;

use surface::{Surface, modules_shown};

/// Types and traits of the language and its library that signatures may name.
const OF_THE_LANGUAGE: &[&str] = &[
    "AsRef",
    "Default",
    "Display",
    "Duration",
    "Error",
    "Formatter",
    "Item",
    "Iterator",
    "Option",
    "Path",
    "Result",
    "Self",
    "bool",
    "const",
    "fmt",
    "std",
    "str",
    "u64",
    "String",
    "Debug",
];

#[test]
fn the_documentation_shows_one_module() {
    assert_eq!(modules_shown(), ["testing"], "hide a floor: #[cfg_attr(doc, doc(hidden))]");
}

#[test]
fn the_public_surface_is_as_it_was() {
    insta::assert_snapshot!(Surface::of("testing").to_string());
}

#[test]
fn signatures_name_nothing_that_the_documentation_hides() {
    let surface = Surface::of("testing");
    let mut known: BTreeSet<String> = surface.names().map(str::to_owned).collect();
    assert!(known.contains("Suite") && known.contains("Verdict"), "{known:?}");
    known.extend(OF_THE_LANGUAGE.iter().map(|name| (*name).to_owned()));
    let hidden: Vec<String> = surface.types_named().into_iter().filter(|name| !known.contains(name)).collect();
    assert!(hidden.is_empty(), "public signatures name {hidden:?}: re-export them, or take them out");
}
