//! `ci/gitlab.yml`: an example job.

use serde_yaml::Value;

use super::shell::{Runner, repository_file};

#[test]
fn the_lines_of_the_job_run_and_leave_what_it_collects() {
    let file: Value = serde_yaml::from_str(&repository_file("ci/gitlab.yml")).unwrap();
    let job = &file["hardtack"];
    let mut runner = Runner::new();
    for (name, value) in job["variables"].as_mapping().unwrap() {
        runner = runner.with(name.as_str().unwrap(), value.as_str().unwrap());
    }
    // A target that needs nothing: the reference server, started like anybody's.
    std::fs::write(
        runner.path("hardtack.yaml"),
        "target: 1\nname: shop\nabout: The reference server.\nbinding: contract\nbase_path: /_hardtack\n\
         start:\n  run: [hardtack, serve, --engine, db, --store, \"{data_dir}\", --port, \"{port}\"]\n  ready: {get: /_hardtack, within: 20s}\n",
    )
    .unwrap();
    let lines: Vec<&str> = job["script"].as_sequence().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    runner.succeed(&lines.join("\n"));
    let collected = job["artifacts"]["reports"]["junit"].as_str().unwrap();
    assert!(std::fs::read_to_string(runner.path(collected)).unwrap().contains("<testsuite"));
    let folder = job["artifacts"]["paths"][0].as_str().unwrap();
    assert!(collected.starts_with(folder), "{collected} is in {folder}");
}
