//! Reports against what other people's software makes of them: pages in a real browser, SARIF against the public
//! schema. Each says what it lacks where it cannot run.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use hardtack::report::matrix::{Gathered, gather};
use hardtack::report::{html, json};
use libtest_mimic::{Completion, Failed, Trial};

/// Names the public schema; `.ci/sarif-schema` prints where it is.
const SARIF_SCHEMA: &str = "HARDTACK_SARIF_SCHEMA";

/// Names the folder with the public schema of `JUnit` reports and its validator; `.ci/junit-schema` prints it.
const JUNIT_SCHEMA: &str = "HARDTACK_JUNIT_SCHEMA";

/// Demands the browser.
const DEMAND: &str = "HARDTACK_BROWSER";

/// Where Chromium may be, as `check.mjs` looks for it.
const BROWSERS: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// The trials.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::ignorable_test("pages_hold_in_a_browser", || {
            if let (Some(lack), false) = (lack(), env::var_os(DEMAND).is_some_and(|value| value == "1")) {
                return Ok(Completion::ignored_with(format!("{lack}; {DEMAND}=1 demands it")));
            }
            in_a_browser().map(|()| Completion::Completed)
        }),
        Trial::ignorable_test("pictures_of_the_documentation_are_made", || {
            if let (Some(lack), false) = (lack(), env::var_os(DEMAND).is_some_and(|value| value == "1")) {
                return Ok(Completion::ignored_with(format!("{lack}; {DEMAND}=1 demands it")));
            }
            pictures().map(|()| Completion::Completed)
        }),
        Trial::ignorable_test("sarif_matches_the_public_schema", || match env::var_os(SARIF_SCHEMA) {
            None => Ok(Completion::ignored_with(format!("{SARIF_SCHEMA} names no schema; .ci/sarif-schema finds one"))),
            Some(path) => sarif(Path::new(&path)).map(|()| Completion::Completed),
        }),
        Trial::ignorable_test("junit_matches_the_public_schema", || match env::var_os(JUNIT_SCHEMA) {
            None => Ok(Completion::ignored_with(format!("{JUNIT_SCHEMA} names no folder; .ci/junit-schema makes one"))),
            Some(path) => junit(Path::new(&path)).map(|()| Completion::Completed),
        }),
    ]
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

/// What is missing for the browser tests.
fn lack() -> Option<&'static str> {
    if env::var_os("CHROMIUM").is_none() && !BROWSERS.iter().any(|path| Path::new(path).is_file()) {
        return Some("there is no Chromium");
    }
    if !folder().join("node_modules/axe-core").is_dir() || !folder().join("node_modules/playwright-core").is_dir() {
        return Some("axe and playwright-core are not installed in tests/browser; .ci/browser does so");
    }
    None
}

/// A run of a broken server, stored.
fn broken_run(folder: &Path) -> Result<PathBuf, Failed> {
    let path = folder.join("run.json");
    let words = ["verify", "--filter", "cookies/delete or sessions/login", "--quiet", "--json"];
    let ran = Command::new(env!("CARGO_BIN_EXE_hardtack"))
        .args(words)
        .arg(&path)
        .args(["--fault", "delete-ignores-path", "--variant", "engine=db", "--variant", "engine=cached_db"])
        .output()?;
    if ran.status.code() == Some(1) { Ok(path) } else { Err(format!("verify ended with {}", ran.status).into()) }
}

fn in_a_browser() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let stored = broken_run(scratch.path())?;
    let (page, matrix) = (scratch.path().join("report.html"), scratch.path().join("matrix.html"));
    let rendered = Command::new(env!("CARGO_BIN_EXE_hardtack"))
        .args(["report", "render"])
        .arg(&stored)
        .arg("--baseline")
        .arg(&stored)
        .arg("--html")
        .arg(&page)
        .status()?;
    if !rendered.success() {
        return Err(format!("report render ended with {rendered}").into());
    }
    let run = json::read(&std::fs::read(&stored)?)?;
    let gathered = Gathered { target: "reference".to_owned(), file: "targets/reference".to_owned(), run: Ok(run) };
    std::fs::write(&matrix, html::matrix(&gather(&[gathered]))?)?;
    let checked = Command::new("node").arg("check.mjs").arg(&page).arg(&matrix).current_dir(folder()).output()?;
    if checked.status.success() {
        return Ok(());
    }
    let said = [checked.stdout, checked.stderr].map(|octets| String::from_utf8_lossy(&octets).into_owned()).concat();
    Err(said.into())
}

fn pictures() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    let mut script = Command::new(docs.join("make"));
    let made = script.arg(env!("CARGO_BIN_EXE_hardtack")).arg(scratch.path()).output()?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).into_owned().into());
    }
    for name in ["terminal.svg", "report.png", "report-phone.png"] {
        let [made, committed] = [scratch.path(), &docs].map(|folder| std::fs::read(folder.join(name)));
        let [made, committed] = [made?, committed?];
        // Dates and times differ; a picture of nothing would be a few octets.
        if made.len() * 2 < committed.len() {
            return Err(format!("{name} has {} octets, and the committed one {}", made.len(), committed.len()).into());
        }
    }
    Ok(())
}

/// A stored run in another format.
fn rendered(stored: &Path, format: &str) -> Result<PathBuf, Failed> {
    let path = stored.with_extension(format);
    let mut command = Command::new(env!("CARGO_BIN_EXE_hardtack"));
    let ended = command.args(["report", "render"]).arg(stored).arg(format!("--{format}")).arg(&path).status()?;
    if ended.success() { Ok(path) } else { Err(format!("report render ended with {ended}").into()) }
}

/// The reports of one command of each kind that has them: verify's by way of a stored run.
fn junit_reports(scratch: &Path) -> Result<[PathBuf; 3], Failed> {
    let path = |name: &str| scratch.join(name);
    let (prop, load, found, known) = (path("prop.xml"), path("load.xml"), path("found"), path("regressions.json"));
    let mut search = Command::new(env!("CARGO_BIN_EXE_hardtack"));
    search.args(["prop", "--fault", "flush-reuses-key", "--variant", "engine=db", "--seed", "7", "--time", "10m"]);
    search.arg("--junit").arg(&prop).arg("--write").arg(found).arg("--regressions").arg(known);
    let mut loaded = Command::new(env!("CARGO_BIN_EXE_hardtack"));
    loaded.args(["load", "--scenario", "mixed", "--duration", "300ms", "--sessions", "50", "--no-ceiling"]);
    loaded.args(["--min-rate", "1000000"]).arg("--junit").arg(&load);
    for mut command in [search, loaded] {
        let ran = command.output()?;
        if !matches!(ran.status.code(), Some(1 | 6)) {
            return Err(format!("{command:?} ended with {}", ran.status).into());
        }
    }
    Ok([rendered(&broken_run(scratch)?, "junit")?, prop, load])
}

fn junit(folder: &Path) -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let reports = junit_reports(scratch.path())?;
    let wrong = scratch.path().join("wrong.xml");
    let damaged = std::fs::read_to_string(&reports[0])?.replacen("<testcase ", "<testcase colour=\"red\" ", 1);
    std::fs::write(&wrong, damaged)?;
    let validated = |reports: &[PathBuf]| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/junit-schema/validate.py");
        let mut python = Command::new(folder.join("venv/bin/python"));
        python.arg(script).arg(folder.join("junit-10.xsd")).args(reports).output()
    };
    let said = validated(&reports)?;
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).into_owned().into());
    }
    let said = String::from_utf8_lossy(&validated(&[wrong])?.stderr).into_owned();
    if said.contains("'colour'") { Ok(()) } else { Err(format!("the validator takes anything: {said}").into()) }
}

fn sarif(schema: &Path) -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let path = rendered(&broken_run(scratch.path())?, "sarif")?;
    // One pattern of the public schema, for languages, has a bracket too many and is no regular expression.
    let schema = serde_json::from_str(&std::fs::read_to_string(schema)?.replace("{2}]?$", "{2}$"))?;
    let validator = jsonschema::validator_for(&schema).map_err(|error| Failed::from(error.to_string()))?;
    let document = serde_json::from_slice(&std::fs::read(&path)?)?;
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n").into()) }
}
