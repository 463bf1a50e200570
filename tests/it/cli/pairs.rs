//! `hardtack pairs`, with the reference server, broken and not, as two releases.

use std::path::PathBuf;

use hardtack::event::ExitCode;
use tempfile::TempDir;

use super::command::{Ran, hardtack};

/// A folder with a target of three releases and a file of one pair.
fn folder(vulnerable: &str, case: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let target = format!(
        "\
target: 1
name: releases
binding: contract
start:
  run: [{:?}, serve, --port, \"{{port}}\", --fault, \"{{release}}\"]
known:
  - {{case: cookies/delete#host-prefix, fails_as: cookie-effect, because: another case is nothing to a pair}}
axes:
  release:
    delete-without-expiry: {{}}
    session-http-only-missing: {{}}
    gone: {{requires: [no-such-program, --version]}}
",
        env!("CARGO_BIN_EXE_hardtack")
    );
    std::fs::create_dir(folder.path().join("app")).unwrap();
    std::fs::write(folder.path().join("app/target.yaml"), target).unwrap();
    let pairs = format!(
        "\
pairs: 1
list:
  - name: deletion
    target: app
    class: a cookie that stays
    package: app 1 -> 2
    vulnerable: {{release: {vulnerable}}}
    fixed: {{release: session-http-only-missing}}
    cases: [{case}]
"
    );
    let file = folder.path().join("pairs.yaml");
    std::fs::write(&file, pairs).unwrap();
    (folder, file)
}

fn run(vulnerable: &str, case: &str, more: &[&str]) -> Ran {
    let (_folder, file) = folder(vulnerable, case);
    hardtack(&[&["pairs", file.to_str().unwrap()], more].concat())
}

#[track_caller]
fn assert_ends(ran: &Ran, exit: ExitCode, said: &str) {
    assert_eq!(ran.code, i32::from(exit.code()), "{ran}");
    assert!(ran.out.contains(said) || ran.err.contains(said), "{ran}");
}

#[test]
fn a_defect_and_its_repair_are_told_apart() {
    let ran = run("delete-without-expiry", "cookies/delete#at-once", &["--markdown", "-"]);
    assert_ends(&ran, ExitCode::CONFORMS, "1 of 1 pair told apart");
    assert!(ran.out.contains("<code>cookies/delete&#35;at-once</code>: fail before, pass after"), "{ran}");
}

#[test]
fn a_case_that_passes_on_both_tells_nothing() {
    let ran = run("delete-without-expiry", "cookies/set#name-and-value", &[]);
    assert_ends(&ran, ExitCode::FAILED, "cookies/set#name-and-value: pass before, pass after");
}

#[test]
fn a_release_that_is_not_here_is_not_green() {
    let ran = run("gone", "cookies/delete#at-once", &[]);
    assert_ends(&ran, ExitCode::INCONCLUSIVE, "NOT HERE deletion");
}

#[test]
fn a_variant_that_is_not_in_the_target_file_is_told() {
    let ran = run("delete-without-expirey", "cookies/delete#at-once", &[]);
    assert_ends(&ran, ExitCode::UNREACHABLE, "axis `release` has no value `delete-without-expirey`");
}

#[test]
fn what_does_not_exist_is_a_bad_input_with_place_and_remedy() {
    let ran = run("gone", "cookies/delete#at-onse", &[]);
    assert_ends(&ran, ExitCode::BAD_INPUT, "pairs.yaml:9: there is no case `cookies/delete#at-onse`");
    assert!(ran.err.contains("did you mean `cookies/delete#at-once`?"), "{ran}");
    let ran = run("gone", "cookies/delete#at-once", &["--pair", "deletoin"]);
    assert_ends(&ran, ExitCode::BAD_INPUT, "did you mean `deletion`?");
    let ran = run("gone", "cookies/delete#at-once", &["--of", "elsewhere"]);
    assert_ends(&ran, ExitCode::NOTHING_RUN, "there are pairs of app");
}
