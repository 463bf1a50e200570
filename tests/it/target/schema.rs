//! The JSON Schema in `schemas/` is the one that the shape gives.

use std::path::Path;

use hardtack::document::{Shapes, read};
use hardtack::target::{json_schema, shape};

use super::sample::{FULL, SHOP, SMALL};

#[test]
fn the_committed_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/target.schema.json");
    let schema = serde_json::to_string_pretty(&json_schema()).expect("it is JSON") + "\n";
    // The switch of the snapshots writes this file too.
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::write(&path, &schema).expect("schemas/ can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("schemas/target.schema.json is there");
    assert!(committed == schema, "schemas/target.schema.json is out of date: run this test with INSTA_UPDATE=always");
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
    assert!(fits(FULL) && fits(SMALL) && fits(SHOP));
    for addition in [
        "unknown: 1",
        "base_path: test/",
        "allow_hosts: [https://a.test]",
        "services: {queue: {kind: memcached}}",
        "services: {cache: {kind: rabbit}}",
        "services: {cache: {kind: command, run: [a, '{port}'], ready: {put: /}}}",
        "operations: {auth.logn: {send: {get: /}}}",
        "operations: {auth.login: {send: {fetch: /}}}",
        "operations: {auth.login: {send: {get: /, post: /}}}",
        "operations: {auth.login: {send: {post: /, form: {a: b}, json: {}}}}",
        "operations: {auth.whoami: {send: {get: /}, result: {user: login}}}",
        "operations: {auth.whoami: {send: {get: /}, result: {user: {css: a, regex: b}}}}",
        "operations: {auth.whoami: {send: {get: /}, nothing: {}}}",
        "secrets: {bob: {value: hunter2}}",
        "facts: {colour: red}",
        "facts: {storage: nowhere}",
        "axes: {engine: {}}",
        "axes: {engine: {'*': {}}}",
        "claims: {a: b-c}",
        "claims: [{case: 'a#b'}]",
        "known: [{case: 'a#b', fails_as: x}]",
        "known: [{case: 'a#b', fails_as: x, because: y, review_by: 2027-02-31x}]",
        "start: {run: []}",
        "start: {run: [a], ready: {get: ready}}",
        "start: {run: [a], env: {1A: b}}",
    ] {
        assert!(!fits(&format!("{SMALL}{addition}\n")), "{addition} is accepted");
    }
}
