//! `action.yml`: a composite action.

use serde_yaml::Value;

use super::shell::{Runner, repository_file};

/// The steps of the action: environment and script.
fn steps() -> Vec<(Vec<(String, String)>, String)> {
    let action: Value = serde_yaml::from_str(&repository_file("action.yml")).unwrap();
    assert_eq!(action["runs"]["using"], Value::from("composite"));
    let steps = action["runs"]["steps"].as_sequence().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    steps
        .iter()
        .map(|step| {
            assert_eq!(step["shell"], Value::from("bash"), "composite steps name their shell");
            let environment = step["env"].as_mapping().unwrap();
            (environment.iter().map(|(name, value)| (text(name), text(value))).collect(), text(&step["run"]))
        })
        .collect()
}

/// A runner of the action with these inputs.
fn runner(inputs: &[(&str, &str)]) -> Runner {
    let mut runner = Runner::new();
    for (name, file) in [("RUNNER_TEMP", "temp"), ("GITHUB_STEP_SUMMARY", "summary.md")] {
        let path = runner.path(file).display().to_string();
        runner = runner.with(name, path);
    }
    let action: Value = serde_yaml::from_str(&repository_file("action.yml")).unwrap();
    for (environment, _) in steps() {
        for (name, expression) in environment {
            let inside = expression.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")).unwrap();
            let value = match inside.strip_prefix("inputs.") {
                Some(input) => {
                    let usual = action["inputs"][input]["default"].as_str().unwrap_or_else(|| panic!("input {input}"));
                    inputs.iter().find(|(given, _)| *given == input).map_or(usual, |(_, value)| value).to_owned()
                }
                None => env!("CARGO_MANIFEST_DIR").to_owned(),
            };
            runner = runner.with(&name, value);
        }
    }
    runner
}

#[test]
fn no_script_of_the_action_contains_an_expression() {
    // What comes from outside would become part of the script.
    assert!(steps().iter().all(|(_, script)| !script.contains("${{")));
}

#[test]
fn the_action_verifies_and_leaves_its_reports() {
    let runner = runner(&[("arguments", "--variant engine=db --filter cookies/delete")]);
    for (_, script) in steps() {
        runner.succeed(&script);
    }
    for file in ["run.json", "junit.xml", "hardtack.sarif", "report.html"] {
        assert!(runner.path("hardtack-reports").join(file).is_file(), "{file}");
    }
    assert!(!std::fs::read_to_string(runner.path("summary.md")).unwrap().is_empty());
}

#[test]
fn the_action_fails_with_the_verdict_and_still_writes_the_summary() {
    let runner = runner(&[("arguments", "--variant engine=db --filter cookies/delete --fault delete-ignores-path")]);
    let steps = steps();
    runner.succeed(&steps[0].1);
    assert_eq!(runner.run(&steps[1].1).status.code(), Some(1));
    assert!(std::fs::read_to_string(runner.path("summary.md")).unwrap().contains("cookies/delete"));
}
