//! The floors of the house: a lower floor never imports a higher one, and the folders say so.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Floors from the ground up; floors of one row do not know each other unless `BESIDE` says so.
const ROWS: &[&[&str]] = &[
    &["cookie", "document"],
    &["wire", "contract"],
    &["spec", "target", "event"],
    &["judge", "rig", "reference"],
    &["verify", "prop", "load"],
    &["report"],
    &["cli", "testing"],
];

/// Neighbours that may be used within a row: who uses whom.
const BESIDE: &[(&str, &str)] = &[("target", "spec"), ("event", "spec"), ("prop", "verify"), ("load", "verify")];

fn row_of(floor: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&floor))
}

fn may_use(floor: &str, other: &str) -> bool {
    match (row_of(floor), row_of(other)) {
        (Some(above), Some(below)) => floor == other || below < above || BESIDE.contains(&(floor, other)),
        _ => false,
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The floors that a text names behind `crate::`, with groups `crate::{a, b::c}` taken apart.
fn floors_named(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut named = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut word = String::new();
            let mut fresh = true;
            for character in group.chars() {
                match character {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => fresh = true,
                    other if fresh && (other.is_alphanumeric() || other == '_') => word.push(other),
                    other if other.is_whitespace() => {}
                    _ => fresh = false,
                }
                if (!fresh || character == ',' || depth == 0) && !word.is_empty() {
                    named.push(std::mem::take(&mut word));
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            named.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    named
}

#[test]
fn every_folder_is_a_floor_and_every_floor_a_folder() {
    let mut folders: Vec<String> = fs::read_dir("src")
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut floors: Vec<&str> = ROWS.concat();
    floors.sort_unstable();
    assert_eq!(folders, floors);
}

#[test]
fn a_lower_floor_never_imports_a_higher_one() {
    let mut broken = BTreeMap::new();
    for floor in ROWS.concat() {
        let mut files = Vec::new();
        sources(&Path::new("src").join(floor), &mut files);
        assert!(!files.is_empty(), "src/{floor} is empty");
        for file in files {
            for used in floors_named(&fs::read_to_string(&file).unwrap()) {
                if row_of(&used).is_some() && !may_use(floor, &used) {
                    broken.insert(file.display().to_string(), format!("{floor} uses {used}"));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_reader_of_imports_sees_them() {
    let text = "use crate::wire::Exchange;\nuse crate::{spec::{Case, Step}, target};\nfn f() { crate::cli::run() }\n// crate::rig";
    assert_eq!(floors_named(text), ["wire", "spec", "target", "cli"]);
    assert!(!may_use("cookie", "wire"));
    assert!(!may_use("spec", "target"));
    assert!(may_use("verify", "cookie"));
}

#[test]
fn no_file_holds_two_ideas() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let long: Vec<_> = files
        .iter()
        .map(|file| (file.display().to_string(), fs::read_to_string(file).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > 500)
        .collect();
    assert!(long.is_empty(), "over 500 lines: {long:?}");
    let vague = ["utils", "util", "helpers", "helper", "common", "misc"];
    let named: Vec<_> = files
        .iter()
        .filter(|file| file.iter().any(|part| vague.iter().any(|word| Path::new(part).file_stem().unwrap() == *word)))
        .collect();
    assert!(named.is_empty(), "names that say nothing: {named:?}");
}
