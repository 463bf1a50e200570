//! Help texts and bad command lines.

use clap::Command;
use hardtack::event::ExitCode;

use super::command::hardtack;

/// Every command with the words that lead to it.
fn commands(command: &Command, words: &[String]) -> Vec<Vec<String>> {
    let mut all = vec![words.to_vec()];
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let words = [words, &[sub.get_name().to_owned()]].concat();
        all.extend(commands(sub, &words));
    }
    all
}

#[test]
fn every_command_has_a_help_text() {
    for words in commands(&hardtack::cli::command(), &[]) {
        let ran = hardtack(&[words.as_slice(), &["--help".to_owned()]].concat());
        assert_eq!(ran.code, 0, "{words:?}");
        assert!(ran.out.lines().all(|line| line.chars().count() <= 100), "{words:?}: a line is wider than 100");
        let name = if words.is_empty() { "hardtack".to_owned() } else { words.join("_") };
        insta::assert_snapshot!(format!("help_{name}"), ran.out);
    }
}

#[test]
fn the_definition_is_consistent() {
    hardtack::cli::command().debug_assert();
}

#[test]
fn every_example_in_help_texts_parses() {
    let mut examples = 0;
    for words in commands(&hardtack::cli::command(), &[]) {
        let help = hardtack(&[words.as_slice(), &["--help".to_owned()]].concat()).out;
        for line in help.lines().map(str::trim).filter(|line| line.starts_with("hardtack ")) {
            let line = line.split("  ").next().unwrap_or(line);
            assert_parses(line);
            examples += 1;
        }
    }
    assert!(examples > 10, "only {examples} examples were found");
}

/// A command line as documentation shows it; what follows `#`, `>`, `|` or `&&` is the shell's.
#[track_caller]
pub(super) fn assert_parses(line: &str) {
    let words: Vec<String> =
        words(line).into_iter().take_while(|word| !matches!(word.as_str(), "#" | ">" | "|" | "&&")).collect();
    if let Err(error) = hardtack::cli::command().try_get_matches_from(&words) {
        assert_eq!(error.exit_code(), 0, "`{line}` does not parse:\n{error}");
    }
}

/// The words of a command line; quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().unwrap().push(character),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn bad_command_lines_are_bad_input() {
    let bad: [&[&str]; 4] =
        [&["--frobnicate"], &["vrify"], &["serve", "--engine", "dbb"], &["serve", "--port", "high"]];
    for words in bad {
        let ran = hardtack(words);
        assert_eq!(ran.code, i32::from(ExitCode::BAD_INPUT.code()), "{words:?}");
        insta::assert_snapshot!(format!("bad_{}", words.join("_").replace('-', "")), ran.to_string());
    }
}
