//! The JSON Schema says the same as the check.

use hardtack::document::{Shape, Shapes, read};
use serde_json::{Value, json};

use super::sample;

fn schema() -> Value {
    sample::shapes().json_schema(&sample::shape(), "https://example.test/sample.json")
}

#[test]
fn the_schema_of_the_sample() {
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_json_snapshot!("schema", schema());
    });
}

#[test]
fn the_schema_is_valid_and_accepts_what_the_check_accepts() {
    jsonschema::meta::validate(&schema()).expect("it is a JSON Schema");
    let document =
        sample::shapes().read(&sample::shape(), "good.yaml", sample::GOOD.as_bytes()).expect("the check accepts it");
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&document.root.to_json())
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_schema_refuses_what_the_check_refuses() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for text in [
        "{spec: 2, id: a}",
        "{spec: 1}",
        "{spec: 1, id: A}",
        "{spec: 1, id: a, unknown: 1}",
        "{spec: 1, id: a, value: true}",
        "{spec: 1, id: a, refs: a}",
        "{spec: 1, id: a, tolerance: 3min}",
        "{spec: 1, id: a, tolerance: -1}",
        "{spec: 1, id: a, cases: []}",
        "{spec: 1, id: a, cases: [{case: a, title: ' ', on: every_response}]}",
        "{spec: 1, id: a, cases: [{case: a, title: b}]}",
        "{spec: 1, id: a, cases: [{case: a, title: b, on: every_response, repeat: 1}]}",
        "{spec: 1, id: a, cases: [{case: a, title: b, on: every_response, steps: [{do: a}]}]}",
        "{spec: 1, id: a, cases: [{case: a, title: b, on: every_response, grade: good}]}",
        "{spec: 1, id: a, cases: [{case: a, title: b, on: every_response, grade: {}}]}",
        "{spec: 1, id: a, cases: [{case: a, title: b, on: every_response, when: {b: 1}}]}",
        "{spec: 1, id: a, cases: [{case: a, title: b, on: every_response, when: {$b: {not: {is: 1, present: true}}}}]}",
    ] {
        let document = read("bad.yaml", text.as_bytes()).unwrap();
        let found = sample::shapes().check(&sample::shape(), &document);
        assert!(!found.is_empty(), "the check accepts {text}");
        assert!(!validator.is_valid(&document.root.to_json()), "the schema accepts {text}");
    }
}

#[test]
fn references_that_lead_nowhere_are_listed() {
    let shape = Shape::list(Shape::map("A").others(Shape::text(), Shape::reference("Lost")));
    assert_eq!(Shapes::new().undefined(&shape), ["Lost"]);
    assert!(sample::shapes().undefined(&sample::shape()).is_empty());
    let circle = Shapes::new()
        .define("A", Shape::reference("B"))
        .define("B", Shape::reference("A"))
        .define("C", Shape::either(vec![Shape::reference("C"), Shape::text()]));
    assert_eq!(circle.undefined(&Shape::any()), ["A", "B"]);
    let document = read("a.yaml", b"[1, a]").unwrap();
    let found = circle.check(&Shape::list(Shape::reference("C")), &document);
    assert_eq!(found.len(), 1);
    assert_eq!(circle.check(&Shape::reference("A"), &document), []);
}

#[test]
fn shapes_are_described_in_words() {
    let shapes = sample::shapes();
    for (shape, words) in [
        (Shape::list(Shape::text()), "a list of texts"),
        (Shape::list(Shape::map("Case")), "a list of Case"),
        (Shape::reference("Match"), "text, a number, `true` or `false`, or a map (Matcher)"),
        (Shape::integer(1..), "a whole number of at least 1"),
        (Shape::integer(..5), "a whole number of at most 4"),
        (Shape::one_of_texts(&["a"]), "`a`"),
        (Shape::one_of_texts(&["a", "b"]), "one of `a`, `b`"),
        (Shape::either(vec![Shape::duration(), Shape::null()]), "a duration or `null`"),
        (Shape::kebab_id(), "a kebab-case name"),
        (Shape::any(), "any value"),
    ] {
        assert_eq!(shapes.describe(&shape), words);
    }
}

#[test]
fn descriptions_reach_the_editor() {
    let schema = schema();
    assert_eq!(schema["properties"]["id"]["description"], json!("The path of the file, without `.yaml`."));
    assert_eq!(schema["$defs"]["Match"]["title"], json!("Match"));
}
