//! JSON reports against their schemas.

use hardtack::event::{Event, Sink, StoredRun};
use hardtack::report::{FanOut, events, json};
use jsonschema::{Registry, Resource, Validator};
use serde_json::Value;

use super::sample;

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn assert_valid(validator: &Validator, value: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn run_validator() -> Validator {
    let schema = schema(json::SCHEMA);
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn written(run: &StoredRun) -> String {
    let mut out = Vec::new();
    json::write(run, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn stored_runs_match_their_schema() {
    let validator = run_validator();
    for run in [sample::everything(), sample::conforming(), sample::interrupted()] {
        assert_valid(&validator, &serde_json::from_str(&written(&run)).unwrap());
    }
}

#[test]
fn the_schema_refuses_what_it_does_not_know() {
    let validator = run_validator();
    let mut value: Value = serde_json::from_str(&written(&sample::conforming())).unwrap();
    assert!(validator.is_valid(&value));
    value["variants"][0]["outcomes"][0]["verdict"] = "splendid".into();
    assert!(!validator.is_valid(&value));
    let mut value: Value = serde_json::from_str(&written(&sample::conforming())).unwrap();
    value["summary"]["new"] = 1.into();
    assert!(!validator.is_valid(&value));
}

#[test]
fn a_stored_run_as_text() {
    insta::assert_snapshot!(written(&sample::run_of(vec![sample::everything().variants.swap_remove(1)])));
}

/// Checks events against their schema, line by line.
#[track_caller]
pub(crate) fn assert_valid_events(text: &str) {
    let registry = Registry::new()
        .add("urn:hardtack:schema:run", Resource::from_contents(schema(json::SCHEMA)))
        .unwrap()
        .prepare()
        .unwrap();
    let validator = jsonschema::options().with_registry(&registry).build(&schema(events::SCHEMA)).unwrap();
    for line in text.lines() {
        assert_valid(&validator, &serde_json::from_str(line).unwrap());
    }
}

#[test]
fn events_match_their_schema_line_by_line() {
    let path = tempfile::NamedTempFile::new().unwrap();
    let mut all = FanOut::new();
    all.add(events::EventLines::new(path.reopen().unwrap(), |error| panic!("{error}")));
    let run = sample::everything();
    let mut events = sample::events(&run);
    let exchanges: Vec<_> = run.variants[0].outcomes.iter().flat_map(|outcome| &outcome.exchanges).collect();
    assert!(!exchanges.is_empty());
    for (index, exchange) in exchanges.into_iter().enumerate() {
        let case = Some(run.variants[0].outcomes[0].case.clone()).filter(|_| index % 2 == 0);
        events.push(Event::Exchanged {
            variant: "engine=db".to_owned(),
            line: case.is_some().then_some(23),
            case,
            what: "alice: session.put".to_owned(),
            exchange: Box::new((**exchange).clone()),
        });
    }
    for event in &events {
        all.take(event);
    }
    let text = std::fs::read_to_string(path.path()).unwrap();
    assert_eq!(text.lines().count(), events.len());
    assert_valid_events(&text);
}

#[test]
fn events_as_text() {
    let mut run = sample::conforming();
    run.variants[0].outcomes.truncate(1);
    let lines: Vec<String> = sample::events(&run).iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    insta::assert_snapshot!(lines.join("\n"));
}
