//! Stored runs, read back.

use hardtack::event::StoredRun;
use hardtack::report::json::{self, ReadError};

use super::sample;

fn written(run: &StoredRun) -> String {
    let mut out = Vec::new();
    json::write(run, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn what_is_written_reads_back() {
    for run in [sample::everything(), sample::conforming(), sample::interrupted()] {
        let text = written(&run);
        let back = json::read(text.as_bytes()).unwrap();
        assert_eq!(written(&back), text);
    }
}

#[test]
fn what_is_no_run_is_told_with_place_and_fix() {
    let run = written(&sample::conforming());
    let from_tomorrow = run.replacen("\"schema\": 1", "\"schema\": 7", 1);
    let never = run.replacen("\"schema\": 1", "\"schema\": \"one\"", 1);
    let damaged = run.replacen("\"verdict\": \"warn\"", "\"verdict\": \"splendid\"", 1);
    let event = serde_json::to_string(&sample::events(&sample::conforming())[0]).unwrap();
    let texts = [
        "",
        "{\n  \"schema\": 1,\n",
        "[1]",
        "{\"schema\": 1}",
        &from_tomorrow,
        &never,
        &damaged,
        &run[..run.len() / 2],
        &format!("{event}\n{event}\n"),
    ];
    let told: Vec<String> = texts
        .into_iter()
        .map(|text| {
            let error = json::read(text.as_bytes()).unwrap_err();
            assert!(!error.fix().is_empty());
            format!("{error}\n  fix: {}", error.fix())
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_newer_format_is_told_even_when_everything_else_changed() {
    let error = json::read(br#"{"schema": 2, "variants": "elsewhere"}"#).unwrap_err();
    assert_eq!(error, ReadError::Newer { found: 2 });
}
