//! The faults that specs name in `catches`: each turns its case red, by what the case looks at and by nothing else.
//!
//! A row is a case in short. It is played on the good server and on the broken one, on every engine on which the fault
//! shows; steps that only prepare must succeed on both.

mod cookies;
mod engines;
mod scene;
mod sessions;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hardtack::reference::{EngineKind, fault};
use serde_json::{Value, json};

use self::scene::{Answer, Scene};
use super::browser::{faulty, server};

/// One fault and one case that names it.
struct Row {
    fault: &'static str,
    /// `folder/file#case`.
    case: &'static str,
    /// The engines of the case; those of the fault when `None`.
    engines: Option<&'static [EngineKind]>,
    /// What the case looks at.
    sees: fn(&mut Scene) -> Value,
    good: Value,
    bad: Value,
}

fn row(fault: &'static str, case: &'static str, sees: fn(&mut Scene) -> Value, good: Value, bad: Value) -> Row {
    Row { fault, case, engines: None, sees, good, bad }
}

impl Row {
    /// The same row for a case that needs one of these engines.
    fn on(self, engines: &'static [EngineKind]) -> Self {
        Self { engines: Some(engines), ..self }
    }
}

fn rows() -> impl Iterator<Item = Row> {
    cookies::rows().into_iter().chain(sessions::rows()).chain(engines::rows())
}

/// A list of texts in order, as sets are compared.
fn sorted(list: &Value) -> Value {
    let texts: BTreeSet<&str> = list.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    json!(texts)
}

#[test]
fn each_fault_turns_its_case_red() {
    let mut wrong = Vec::new();
    for row in rows() {
        let Ok(fault) = fault::find(row.fault) else {
            wrong.push(format!("{}: no such fault", row.fault));
            continue;
        };
        let engines: Vec<EngineKind> = fault
            .engines
            .iter()
            .copied()
            .filter(|engine| row.engines.is_none_or(|engines| engines.contains(engine)))
            .collect();
        assert!(!engines.is_empty(), "{} does not show where {} runs", row.fault, row.case);
        for engine in engines {
            let good = (row.sees)(&mut Scene::new(server(engine)));
            let bad = (row.sees)(&mut Scene::new(faulty(engine, fault.name)));
            if (&good, &bad) != (&row.good, &row.bad) {
                wrong.push(format!(
                    "{} on {engine}, {}: good {good} for {}, bad {bad} for {}",
                    row.fault, row.case, row.good, row.bad
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every `(folder/file#case, fault)` of the catalogue.
fn named_by_specs() -> BTreeSet<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let mut named = BTreeSet::new();
    for folder in ["cookies", "cache", "sessions", "engines"] {
        for file in fs::read_dir(root.join(folder)).unwrap() {
            let path = file.unwrap().path();
            let spec = format!("{folder}/{}", path.file_stem().unwrap().to_string_lossy());
            let mut case = String::new();
            for line in fs::read_to_string(&path).unwrap().lines() {
                if let Some(name) = line.strip_prefix("  - case: ") {
                    name.trim_matches('"').clone_into(&mut case);
                }
                if let Some(list) = line.strip_prefix("    catches: [").and_then(|rest| rest.strip_suffix(']')) {
                    let faults = list.split(',').map(str::trim).filter(|fault| !fault.is_empty());
                    named.extend(faults.map(|fault| (format!("{spec}#{case}"), fault.to_owned())));
                }
            }
        }
    }
    named
}

#[test]
fn every_fault_that_a_spec_names_is_in_the_registry() {
    let named = named_by_specs();
    assert!(named.len() > 100, "only {} names", named.len());
    let unknown: Vec<_> = named.iter().filter(|(_, name)| fault::find(name).is_err()).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn rows_are_about_cases_that_name_their_fault() {
    let named = named_by_specs();
    let stray: Vec<_> =
        rows().map(|row| (row.case.to_owned(), row.fault.to_owned())).filter(|pair| !named.contains(pair)).collect();
    assert!(stray.is_empty(), "{stray:#?}");
}
