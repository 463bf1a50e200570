//! README and guides against the command line: what they show must parse, what they list must exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hardtack::event::ExitCode;

use super::help::assert_parses;

/// README.md and the guides.
fn documents() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guides = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = guides.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    paths.sort();
    paths.insert(0, root.join("README.md"));
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The lines of code blocks for a shell.
fn shell_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut block: Option<bool> = None;
    text.lines().map(str::trim).filter(move |line| match (line.strip_prefix("```"), block) {
        (Some(language), None) => {
            block = Some(matches!(language, "sh" | "console" | "shell" | "bash"));
            false
        }
        (Some(_), Some(_)) => {
            block = None;
            false
        }
        (None, block) => block == Some(true),
    })
}

#[test]
fn every_command_in_the_documents_parses() {
    let mut seen = 0;
    for (_, text) in documents() {
        for line in shell_lines(&text) {
            let line = line.trim_start_matches("$ ");
            let line = line.strip_prefix("./target/release/").or(line.strip_prefix("target/release/")).unwrap_or(line);
            if let Some(arguments) = line.strip_prefix("cargo run --release --") {
                assert_parses(&format!("hardtack{arguments}"));
                seen += 1;
            } else if line == "hardtack" || line.starts_with("hardtack ") {
                assert_parses(line);
                seen += 1;
            }
        }
    }
    assert!(seen >= 3, "only {seen} commands were found");
}

#[test]
fn every_flag_in_the_documents_exists() {
    let mut known = BTreeSet::from(["--help".to_owned(), "--version".to_owned()]);
    let mut commands = vec![hardtack::cli::command()];
    while let Some(command) = commands.pop() {
        known.extend(command.get_arguments().filter_map(|one| one.get_long()).map(|long| format!("--{long}")));
        commands.extend(command.get_subcommands().cloned());
    }
    for (path, text) in documents() {
        // Flags of other programs stand in blocks, ours in running text between backticks.
        let outside = text.split("```").step_by(2).collect::<String>();
        for code in outside.split('`').skip(1).step_by(2).filter(|code| code.starts_with("--")) {
            let flag: String = code.chars().take_while(|one| one.is_ascii_lowercase() || *one == '-').collect();
            assert!(known.contains(&flag), "{}: there is no flag {flag}", path.display());
        }
    }
}

#[test]
fn the_readme_tells_the_exit_codes() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let text = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, codes) = text.split_once("Exit codes: ").expect("README.md lists the exit codes");
    for exit in ExitCode::PRECEDENCE.into_iter().filter(|exit| *exit != ExitCode::LOAD_INVALID) {
        let told = codes.split("; ").find(|part| part.split(' ').next() == Some(exit.code().to_string().as_str()));
        assert!(told.is_some(), "README.md says nothing about exit code {}", exit.code());
    }
}
