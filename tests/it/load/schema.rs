//! The JSON Schema in `schemas/` is the one that the shape gives.

use std::path::Path;

use hardtack::document::{Shapes, read};
use hardtack::load::scenario::{embedded, json_schema, shape};

#[test]
fn the_committed_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/scenario.schema.json");
    let schema = serde_json::to_string_pretty(&json_schema()).expect("it is JSON") + "\n";
    // The switch of the snapshots writes this file too.
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::write(&path, &schema).expect("schemas/ can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("schemas/scenario.schema.json is there");
    assert!(committed == schema, "schemas/scenario.schema.json is out of date: run this test with INSTA_UPDATE=always");
}

#[test]
fn the_schema_accepts_what_the_check_accepts_and_refuses_the_rest() {
    jsonschema::meta::validate(&json_schema()).expect("it is a JSON Schema");
    let validator = jsonschema::draft202012::new(&json_schema()).expect("it compiles");
    let fits = |text: &str| {
        let document = read("a.yaml", text.as_bytes()).unwrap_or_else(|found| panic!("{found}"));
        let checked = Shapes::new().check(&shape(), &document).is_empty();
        assert_eq!(validator.is_valid(&document.root.to_json()), checked, "schema and check differ on {text}");
        checked
    };
    for scenario in embedded().unwrap() {
        assert!(fits(scenario.source.text()), "{}", scenario.name);
    }
    let small = "scenario: 1\nname: a\ntitle: A\nwhy: b\njourneys: [{journey: a, steps: [{do: session.keys}]}]\n\
                 phases: [{phase: one, for: 1s}]\n";
    assert!(fits(small));
    for addition in [
        "unknown: 1",
        "users: 0",
        "variants: some",
        "population: {sessions: []}",
        "population: {access: zipf}",
        "population: {access: {zipf: 0}}",
        "events: [{at: 1s, do: control.cache.explode}]",
        "events: [{do: control.cache.flush}]",
        "thresholds: {errors: '1 in 100'}",
        "thresholds: {p42: 1s}",
    ] {
        assert!(!fits(&format!("{small}{addition}\n")), "{addition} is accepted");
    }
}
