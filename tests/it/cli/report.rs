//! `hardtack report`, `--baseline` and the files of `verify`.

use std::path::Path;

use hardtack::event::ExitCode;

use super::command::{Ran, command, hardtack};

/// A few cases on one engine, and no more.
const FEW: [&str; 5] = ["verify", "--variant", "engine=db", "--filter", "cookies/delete"];

/// A folder with a run that conforms and one that does not.
struct Runs(tempfile::TempDir);

impl Runs {
    fn new() -> Self {
        let runs = Self(tempfile::tempdir().unwrap());
        let good = hardtack(&[&FEW[..], &["--quiet", "--json", &runs.path("good.json")]].concat());
        assert_eq!(good.code, 0, "{good}");
        let fault = ["--fault", "delete-ignores-path", "--quiet", "--json", &runs.path("bad.json")];
        let bad = hardtack(&[&FEW[..], &fault].concat());
        assert_eq!(bad.code, 1, "{bad}");
        runs
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }
}

#[track_caller]
fn assert_exit(ran: &Ran, expected: ExitCode) {
    assert_eq!(ran.code, i32::from(expected.code()), "{ran}");
}

#[test]
fn a_stored_run_is_told_as_it_was() {
    let runs = Runs::new();
    let again = hardtack(&["report", "render", &runs.path("bad.json")]);
    assert_exit(&again, ExitCode::CONFORMS);
    assert!(again.out.contains("FAIL  cookies/delete#") && again.out.contains("FAILED exit 1"), "{again}");
}

#[test]
fn every_format_is_written_from_a_stored_run_and_from_a_run() {
    let runs = Runs::new();
    let options = |prefix: &str| -> Vec<String> {
        ["html", "junit", "sarif", "markdown"]
            .into_iter()
            .flat_map(|format| [format!("--{format}"), runs.path(&format!("{prefix}.{format}"))])
            .collect()
    };
    let stored = [vec!["report".to_owned(), "render".to_owned(), runs.path("bad.json")], options("stored")].concat();
    assert_exit(&hardtack(&stored), ExitCode::CONFORMS);
    let few: Vec<String> = FEW.iter().map(|word| (*word).to_owned()).collect();
    let fault = ["--fault".to_owned(), "delete-ignores-path".to_owned(), "--quiet".to_owned()];
    assert_exit(&hardtack(&[few, fault.into(), options("direct")].concat()), ExitCode::FAILED);
    for prefix in ["stored", "direct"] {
        assert!(runs.text(&format!("{prefix}.html")).starts_with("<!doctype html>"));
        assert!(runs.text(&format!("{prefix}.junit")).contains("<failure"));
        assert!(runs.text(&format!("{prefix}.sarif")).contains("\"version\": \"2.1.0\""));
        assert!(runs.text(&format!("{prefix}.markdown")).starts_with("## ❌ hardtack verify"));
    }
}

#[test]
fn what_is_no_run_is_bad_input() {
    let runs = Runs::new();
    std::fs::write(Path::new(&runs.path("other.json")), "{}").unwrap();
    let ran = hardtack(&["report", "render", &runs.path("other.json")]);
    assert_exit(&ran, ExitCode::BAD_INPUT);
    assert!(ran.err.contains("no stored run") && ran.err.contains("fix: name a file"), "{ran}");
    assert_exit(&hardtack(&["report", "diff", &runs.path("good.json"), "missing.json"]), ExitCode::BAD_INPUT);
}

#[test]
fn two_runs_are_compared() {
    let runs = Runs::new();
    let (good, bad) = (runs.path("good.json"), runs.path("bad.json"));
    let worse = hardtack(&["report", "diff", &good, &bad]);
    assert_exit(&worse, ExitCode::FAILED);
    assert!(worse.out.contains("new (") && worse.out.contains("fail cookies/delete#"), "{worse}");
    let better = hardtack(&["report", "diff", &bad, &good]);
    assert_exit(&better, ExitCode::CONFORMS);
    assert!(better.out.contains("fixed ("), "{better}");
}

#[test]
fn a_baseline_explains_and_only_new_excuses() {
    let runs = Runs::new();
    let bad = runs.path("bad.json");
    let broken = |more: &[&str]| {
        let fault = ["--fault", "delete-ignores-path", "--quiet", "--baseline", &bad];
        hardtack(&[&FEW[..], &fault, more].concat())
    };
    let still = broken(&[]);
    assert_exit(&still, ExitCode::FAILED);
    assert!(still.out.contains("0 new, 0 fixed") && still.out.contains("still failing ("), "{still}");
    assert_exit(&broken(&["--only-new"]), ExitCode::CONFORMS);
    let good = runs.path("good.json");
    let fault = ["--fault", "delete-ignores-path", "--quiet", "--baseline", &good, "--only-new"];
    assert_exit(&hardtack(&[&FEW[..], &fault].concat()), ExitCode::FAILED);
}

#[test]
fn annotations_come_in_workflows_of_github_and_on_demand() {
    let runs = Runs::new();
    let render = ["report", "render", &runs.path("bad.json")];
    let told = |ran: &std::process::Output| String::from_utf8_lossy(&ran.stdout).contains("::error ");
    let run = |more: &[&str], actions: Option<&str>| {
        let mut command = command(&[&render[..], more].concat());
        command.env_remove("GITHUB_ACTIONS");
        if let Some(value) = actions {
            command.env("GITHUB_ACTIONS", value);
        }
        command.output().unwrap()
    };
    assert!(!told(&run(&[], None)));
    assert!(told(&run(&[], Some("true"))));
    assert!(told(&run(&["--github"], None)));
    assert!(!told(&run(&["--github=never"], Some("true"))));
}

#[test]
fn one_report_at_most_has_stdout() {
    let ran = hardtack(&[&FEW[..], &["--json", "-", "--markdown", "-"]].concat());
    assert_exit(&ran, ExitCode::BAD_INPUT);
    assert!(ran.err.contains("`--json -` and `--markdown -` cannot both have stdout"), "{ran}");
}
