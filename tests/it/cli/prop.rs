//! `hardtack prop`, by its command line.

use hardtack::event::ExitCode;

use serde_json::Value;

use super::command::{Ran, hardtack};
use crate::report::schema::assert_valid_events;

/// A short search of the embedded server, whose files go to `folder`.
fn short(folder: &tempfile::TempDir, more: &[&str]) -> Ran {
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (found, regressions) = (path("found"), path("regressions.json"));
    let words = ["prop", "--variant", "engine=db", "--seed", "7", "--time", "10m"];
    hardtack(&[&words[..], &["--write", &found, "--regressions", &regressions], more].concat())
}

fn events(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn events_are_written_while_the_run_goes_on_and_match_their_schema() {
    let folder = tempfile::tempdir().unwrap();
    let ran = short(&folder, &["--cases", "2", "--events", "-"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.err.contains("2 histories"), "people read stderr:\n{ran}");
    assert_valid_events(&ran.out);
    let events = events(&ran.out);
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names[..2], ["run_started", "variant_started"]);
    assert_eq!(names[names.len() - 2..], ["variant_finished", "run_finished"]);
    let finished: Vec<&str> = events.iter().filter_map(|event| event["outcome"]["case"].as_str()).collect();
    assert!(
        finished.contains(&"prop/sessions#histories") && finished.contains(&"prop/cookies#lifetime"),
        "{finished:?}"
    );
    assert!(!names.contains(&"exchanged"), "nobody asked for a trace");
}

#[test]
fn a_trace_tells_of_every_exchange_to_what_it_belongs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.jsonl");
    let faulty = ["--fault", "flush-reuses-key", "--only", "sessions", "--trace", "--events", file.to_str().unwrap()];
    let ran = short(&folder, &faulty);
    assert_eq!(ran.code, i32::from(ExitCode::FAILED.code()), "{ran}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_valid_events(&text);
    let events = events(&text);
    let traced: Vec<&Value> = events.iter().filter(|event| event["event"] == "exchanged").collect();
    let of = |start: &str| traced.iter().filter(|event| event["what"].as_str().unwrap().starts_with(start)).count();
    assert!(of("history 0: alice: ") > 0 && of("a smaller history: ") > 0, "{ran}");
    assert!(of("the failing history again: ") > 0, "{ran}");
    let told = traced.iter().filter(|event| event["case"] == "prop/sessions#histories").count();
    let confirmed = traced.iter().filter(|event| event["case"].as_str().unwrap().starts_with("found/")).count();
    assert!(told > 10 && confirmed > 0 && told + confirmed == traced.len(), "{told} + {confirmed}");
    let (before, report) = ran.out.split_once("\nFAIL ").unwrap();
    assert_eq!(before.matches("\n  line ").count(), traced.len(), "the terminal shows them, too");
    assert!(before.contains("prop/sessions#histories: history 0: ") && before.contains("< 200 OK"), "{before}");
    assert!(report.contains("prop/sessions#key-reused"), "{report}");
    // What failed is played first by the next run.
    let again = short(&folder, &[&faulty[..5], &["--cases", "1"]].concat());
    assert!(again.out.contains("prop/sessions#histories: a regression: alice: "), "{again}");
}

#[test]
fn properties_of_cookies_are_traced_by_the_operations_that_they_ask_for() {
    let folder = tempfile::tempdir().unwrap();
    let ran = short(&folder, &["--only", "cookies", "--cases", "1", "--trace"]);
    for property in ["lifetime: cookie.set", "round-trip: cookie.set", "token: csrf.issue"] {
        assert!(ran.out.contains(&format!("prop/cookies#{property}\n  ")), "{property} is not told:\n{ran}");
    }
    assert!(!short(&folder, &["--only", "cookies", "--cases", "1"]).out.contains("< 200 OK"), "nobody asked");
}

#[test]
fn two_servers_are_traced_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["--against", "reference", "--against-variant", "engine=file", "--cases", "1"];
    let ran = short(&folder, &[&words[..], &["--trace"]].concat());
    assert_eq!(ran.code, 0, "{ran}");
    let told = ["first", "second"].map(|side| ran.out.matches(&format!("{side}: history 0: ")).count());
    assert!(told[0] > 0 && told[0] == told[1], "{told:?}\n{ran}");
    assert!(!short(&folder, &words).out.contains("< 200 OK"), "nobody asked");
}

#[test]
fn what_cannot_be_told_is_refused_before_anything_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let both = short(&folder, &["--json", "-", "--events", "-"]);
    assert_eq!(both.code, 2, "{both}");
    assert!(both.err.contains("`--json -` and `--events -` cannot both have stdout"), "{both}");
    for more in [&["--against", "reference", "--events", "-"][..], &["--trace", "--quiet"]] {
        let refused = short(&folder, more);
        assert_eq!(refused.code, 2, "{refused}");
        assert!(refused.err.contains("cannot be used with"), "{refused}");
    }
}

#[test]
fn the_proof_finds_a_fault_and_tells_how_fast() {
    let ran = hardtack(&["prop", "--proof", "2", "--proof-filter", "flush-reuses-key", "--time", "10m"]);
    assert_eq!(ran.code, i32::from(ExitCode::CONFORMS.code()), "{}", ran.out);
    let rows: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("| flush-reuses-key |")).collect();
    assert_eq!(rows.len(), 1, "{}", ran.out);
    assert!(rows[0].contains("| db | 2 of 2 |") && rows[0].ends_with("| key-reused |"), "{}", rows[0]);
    assert!(ran.out.contains("\nfound with every seed: 1\n"), "{}", ran.out);
}

#[test]
fn a_fault_that_is_not_found_fails_the_proof() {
    // Not in a single history.
    let ran = hardtack(&["prop", "--proof", "1", "--proof-filter", "keys-repeat-after-restart", "--cases", "1"]);
    assert_eq!(ran.code, i32::from(ExitCode::FAILED.code()), "{}", ran.out);
    assert!(ran.out.ends_with("not found: keys-repeat-after-restart\n"), "{}", ran.out);
}

#[test]
fn histories_are_played_on_as_many_servers_as_were_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.yaml");
    let program = env!("CARGO_BIN_EXE_hardtack");
    let target = format!(
        "target: 1\nname: served\nabout: The reference server.\nbinding: contract\nbase_path: /_hardtack\nstart:\n  run: \
         [{program:?}, serve, --port, \"{{port}}\", --store, \"{{data_dir}}\"]\n  ready: {{get: /_hardtack, within: 30s}}\n"
    );
    std::fs::write(&file, target).unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (found, regressions) = (path("found"), path("regressions.json"));
    let words = ["prop", file.to_str().unwrap(), "--seed", "7", "--time", "10m", "--cases", "30", "--only", "sessions"];
    let files = ["--write", &found, "--regressions", &regressions];
    let ran = hardtack(&[&words[..], &files, &["--keep-going", "--jobs", "3", "--servers", "3", "--trace"]].concat());
    // Whoever starts that server anew has everybody log in again, which may be found.
    assert!(ran.out.contains("default: 30 histories, "), "{ran}");
    // What is played again, or confirmed, has servers of its own.
    let mut drawn = false;
    let mut hosts = std::collections::BTreeSet::new();
    for line in ran.out.lines() {
        if !line.starts_with(' ') {
            drawn = line.starts_with("prop/sessions#histories: history ") || drawn && !line.contains('#');
        }
        hosts.extend(line.trim().strip_prefix("> Host: ").filter(|_| drawn));
    }
    assert_eq!(hosts.len(), 3, "{hosts:?}");
}

#[test]
fn a_server_that_hardtack_does_not_start_is_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let ran = hardtack(&["prop", "http://127.0.0.1:1/", "--servers", "2"]);
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.err.contains("hardtack does not start this server, so that there is one of it"), "{ran}");
    assert!(ran.err.contains("leave `--servers` out"), "{ran}");
    let embedded = short(&folder, &["--servers", "2"]);
    assert_eq!(embedded.code, 2, "{embedded}");
}
