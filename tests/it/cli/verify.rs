//! `hardtack verify`: exit codes, reports, bad input.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Stdio;

use hardtack::event::ExitCode;
use hardtack::spec::Catalogue;
use hardtack::wire::{Limits, Listener, Response};
use serde_json::Value;

use super::command::{Ran, command, hardtack};

#[track_caller]
fn assert_exit(ran: &Ran, expected: ExitCode) {
    assert_eq!(ran.code, i32::from(expected.code()), "{ran}");
}

/// A few cases on one engine, and no more.
const FEW: [&str; 5] = ["verify", "--variant", "engine=db", "--filter", "cookies/delete"];

fn few(more: &[&str]) -> Ran {
    hardtack(&[&FEW, more].concat())
}

#[test]
fn without_arguments_the_reference_server_conforms_on_every_engine() {
    let ran = hardtack(&[] as &[&str]);
    assert_exit(&ran, ExitCode::CONFORMS);
    for engine in hardtack::reference::EngineKind::ALL {
        assert!(ran.out.lines().any(|line| line.starts_with(&format!("engine={engine} "))), "{engine}: {ran}");
    }
}

#[test]
fn a_part_of_the_catalogue_on_one_engine() {
    let ran = few(&[]);
    assert_exit(&ran, ExitCode::CONFORMS);
    let first = ran.out.lines().next().unwrap_or_default();
    assert!(first.contains("contract at /_hardtack"), "{first}");
    assert_eq!(ran.out.lines().last(), Some("CONFORMS exit 0: the target conforms"));
    assert_eq!(ran.err, "", "no progress where stderr is no terminal");
}

#[test]
fn a_broken_server_fails_with_the_evidence() {
    let ran = few(&["--fault", "delete-ignores-path"]);
    assert_exit(&ran, ExitCode::FAILED);
    for part in
        ["FAIL  cookies/delete#", "expected", "actual", "← differs", "< Set-Cookie: ", "curl ", "\nFAILED exit 1: "]
    {
        assert!(ran.out.contains(part), "`{part}` is missing:\n{ran}");
    }
    let place = ran.out.lines().find(|line| line.contains("specs/cookies/delete.yaml:")).unwrap_or_default();
    assert!(place.contains("must at "), "{place}");
}

#[test]
fn quiet_and_verbose() {
    let quiet = few(&["--quiet"]);
    assert_exit(&quiet, ExitCode::CONFORMS);
    assert_eq!(quiet.out.lines().count(), 2, "{quiet}");
    let verbose = few(&["-v"]);
    assert!(verbose.out.contains("  pass           cookies/delete#same-path"), "{verbose}");
}

#[test]
fn a_trace_shows_exchanges_before_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events.jsonl");
    let ran = few(&["--trace", "--jobs", "1", "--events", events.to_str().unwrap()]);
    assert_exit(&ran, ExitCode::CONFORMS);
    let (traced, report) = ran.out.split_once("engine=db ").unwrap_or((&ran.out, ""));
    for part in ["cookies/delete#same-path: alice: cookie.set\n  line ", " ms\n", "< 200 OK", "< Set-Cookie: "] {
        assert!(traced.contains(part), "`{part}` is missing:\n{ran}");
    }
    assert!(!report.contains("< 200 OK"), "{ran}");
    let events = std::fs::read_to_string(events).unwrap();
    let told = events.lines().filter(|line| line.contains(r#""event":"exchanged""#)).count();
    assert_eq!(told, traced.matches("\n  line ").count());
    assert!(!few(&[]).out.contains("< 200 OK"), "nobody asked");
}

#[test]
fn a_page_that_is_only_read_is_traced_without_its_secrets() {
    let page = |_| std::future::ready(Response::text(200, "hello").with_header("Set-Cookie", "sid=abcdefghijklmnop"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(Listener::bind(Limits::default(), page)).unwrap();
    let url = format!("http://{}/", listener.address());
    let masked = hardtack(&["verify", &url, "--trace"]);
    for part in ["read as it is\n", "> GET /", "< Set-Cookie: sid=ab…op", "< … 5 octets"] {
        assert!(masked.out.contains(part), "`{part}` is missing:\n{masked}");
    }
    let shown = hardtack(&["verify", &url, "--trace", "--show-secrets"]);
    assert!(shown.out.contains("< Set-Cookie: sid=abcdefghijklmnop\n") && shown.out.contains("< hello"), "{shown}");
}

#[test]
fn colours_are_asked_for() {
    assert!(!few(&[]).out.contains('\u{1b}'));
    assert!(few(&["--color", "always"]).out.contains('\u{1b}'));
    let mut never = command(&[&FEW[..], &["--color", "auto"]].concat());
    let output = never.env("NO_COLOR", "1").output().unwrap();
    assert!(!output.stdout.contains(&0x1b));
}

#[test]
fn json_and_events_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (run, events) = (path("run.json"), path("events.jsonl"));
    let ran = few(&["--fault", "delete-ignores-path", "--json", &run, "--events", &events]);
    assert_exit(&ran, ExitCode::FAILED);
    let run: Value = serde_json::from_str(&std::fs::read_to_string(run).unwrap()).unwrap();
    let schema: Value = serde_json::from_str(hardtack::report::json::SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&run).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(run["summary"]["exit"], 1);
    let events = std::fs::read_to_string(events).unwrap();
    let names: Vec<String> = events
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.first().map(String::as_str), Some("run_started"));
    assert_eq!(names.last().map(String::as_str), Some("run_finished"));
    assert!(names.iter().any(|name| name == "case_finished"));
}

#[test]
fn a_dash_is_stdout_and_people_read_stderr() {
    let ran = few(&["--json", "-"]);
    let run: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(run["schema"], 1);
    assert!(ran.err.ends_with("CONFORMS exit 0: the target conforms\n"), "{}", ran.err);
    let both = few(&["--json", "-", "--events", "-"]);
    assert_exit(&both, ExitCode::BAD_INPUT);
    insta::assert_snapshot!("both_on_stdout", both.to_string());
}

#[test]
fn bad_input_is_explained() {
    let bad: [(&str, &[&str]); 9] = [
        ("unknown_fault", &["verify", "--fault", "delete-ignore-path"]),
        (
            "faults_of_no_common_engine",
            &["verify", "--fault", "cache-miss-means-empty", "--fault", "signature-not-checked"],
        ),
        ("unknown_axis", &["verify", "--variant", "engin=db"]),
        ("unknown_value", &["verify", "--variant", "engine=cache_db"]),
        ("not_a_choice", &["verify", "--variant", "db"]),
        ("bad_filter", &["verify", "--filter", "cookies and (delete or"]),
        ("no_such_file", &["verify", "no/such/target.yaml"]),
        ("no_scheme", &["verify", "localhost:8000"]),
        ("no_http", &["verify", "ftp://localhost/"]),
    ];
    for (name, words) in bad {
        let ran = hardtack(words);
        assert_exit(&ran, ExitCode::BAD_INPUT);
        assert!(ran.out.is_empty(), "{ran}");
        insta::assert_snapshot!(format!("bad_input_{name}"), ran.to_string());
    }
    let ran = few(&["--json", "no/such/folder/run.json"]);
    assert_exit(&ran, ExitCode::BAD_INPUT);
}

#[test]
fn a_wrong_target_file_has_place_cause_and_fix() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("target.yaml");
    std::fs::write(&path, "target: 1\nname: mine\nbinding: contrct\nbase_url: http://127.0.0.1:1/\n").unwrap();
    let ran = hardtack(&["verify", path.to_str().unwrap()]);
    assert_exit(&ran, ExitCode::BAD_INPUT);
    insta::assert_snapshot!(ran.to_string().replace(folder.path().to_str().unwrap(), "DIR"));
}

#[test]
fn nothing_selected_is_no_success() {
    let ran = hardtack(&["verify", "--filter", "cookies/delte"]);
    assert_exit(&ran, ExitCode::NOTHING_RUN);
    let all = Catalogue::embedded().unwrap_or_else(|error| panic!("{error}")).cases().count();
    insta::assert_snapshot!(ran.to_string().replace(&format!("{all} cases"), "ALL cases"));
}

#[test]
fn an_unreachable_target_has_its_own_code() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", free.local_addr().unwrap());
    drop(free);
    let ran = hardtack(&["verify", &url]);
    assert_exit(&ran, ExitCode::UNREACHABLE);
    assert!(ran.out.contains("NOT RUN"), "{ran}");
    assert!(ran.out.ends_with("NOT REACHABLE exit 3: target not reachable\n"), "{ran}");
}

/// What a server does with every connection.
type Manner = fn(std::net::TcpStream);

/// A server that behaves so, for as long as the test runs.
fn server(manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        listener.incoming().flatten().for_each(|stream| drop(std::thread::spawn(move || manner(stream))));
    });
    url
}

#[test]
fn bad_servers_end_a_run_and_never_hang_it() {
    let silent: Manner = |mut stream| {
        // Reads until the other side gives up.
        let _ = stream.read_to_end(&mut Vec::new());
    };
    let garbage: Manner = |mut stream| {
        let _ = stream.write_all(b"\x16\x03\x01 this is not HTTP\r\n\r\n");
    };
    let closes: Manner = drop;
    for (name, manner) in [("silent", silent), ("garbage", garbage), ("closes", closes)] {
        let ran = hardtack(&["verify", &server(manner), "--timeout", "500ms"]);
        assert_exit(&ran, ExitCode::UNREACHABLE);
        assert!(ran.out.contains("NOT RUN"), "{name}: {ran}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_finishes_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("run.json");
    let words = ["verify", "--events", "-", "--json", json.to_str().unwrap()];
    let mut child = command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut events = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(events.any(|line| line.contains("\"case_started\"")));
    // Unread events hold the run up: it cannot end before the signal arrives.
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    let last = events.last().unwrap();
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    let ended = child.wait().unwrap();
    assert!(last.contains("\"run_finished\"") && last.contains("\"interrupted\":true"), "{ended}: {last}\n{told}");
    assert_eq!(ended.code(), Some(i32::from(ExitCode::INTERRUPTED.code())), "{told}");
    assert!(told.contains("finishing the report") && told.contains("INTERRUPTED exit 130"), "{told}");
    let run: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(run["summary"]["interrupted"], true);
}
