//! `Containerfile`: its instructions are known ones that fit together, and its `RUN` lines run.

use super::shell::{Runner, repository_file};

/// Instructions with their text; continued lines are joined.
fn instructions() -> Vec<(String, String)> {
    let text = repository_file("Containerfile").replace("\\\n", " ");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            (word.to_owned(), rest.trim().to_owned())
        })
        .collect()
}

#[test]
fn the_instructions_are_known_and_stages_exist() {
    let mut stages = Vec::new();
    for (at, (word, rest)) in instructions().iter().enumerate() {
        assert!(
            ["FROM", "WORKDIR", "COPY", "RUN", "USER", "ENTRYPOINT"].contains(&word.as_str()),
            "{word} is no instruction that this file needs"
        );
        assert!(at > 0 || word == "FROM", "a container file begins with FROM");
        assert!(!rest.is_empty(), "{word} without an argument");
        if word == "FROM" {
            let words: Vec<&str> = rest.split_ascii_whitespace().collect();
            assert!(words[0].contains(':') && !words[0].ends_with(":latest"), "{} is not pinned", words[0]);
            stages.extend(words.get(2).map(|name| (*name).to_owned()));
        }
        if let Some(stage) = rest.strip_prefix("--from=").and_then(|rest| rest.split(' ').next()) {
            assert!(stages.iter().any(|known| known == stage), "COPY from the unknown stage {stage}");
        }
        if word == "ENTRYPOINT" {
            let command: Vec<String> = serde_json::from_str(rest).unwrap();
            assert_eq!(command, ["hardtack"]);
        }
    }
    let last_user = instructions().into_iter().rfind(|(word, _)| word == "USER").map(|(_, user)| user);
    assert_eq!(last_user.as_deref(), Some("65534:65534"), "a container that is nobody's root");
}

#[test]
fn the_run_lines_run() {
    let mut runner = Runner::new();
    let outside = runner.path("image").display().to_string();
    runner = runner.with("OUTSIDE", outside.clone());
    let mut ran = 0;
    for (word, rest) in instructions() {
        match word.as_str() {
            "RUN" => {
                runner.succeed(&rest);
                ran += 1;
            }
            "COPY" if rest.starts_with("--from=") => {
                let words: Vec<&str> = rest.split_ascii_whitespace().collect();
                let (from, to) = (format!("{outside}{}", words[1]), runner.path("shims/hardtack"));
                std::fs::copy(from, to).unwrap();
            }
            _ => {}
        }
    }
    assert_eq!(ran, 2);
}
