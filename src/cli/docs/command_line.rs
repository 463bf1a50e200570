//! The page of the command line, from its definition.

use std::fmt::Write as _;

use clap::{Arg, Command};

use super::cell;

const INTRODUCTION: &str = "# Command line\n\nEvery command says the same with `--help`; `hardtack man` writes man pages, \
                            `hardtack completions` scripts for shells.\n";

pub(super) fn page() -> String {
    let mut root = super::super::command();
    root.build();
    let mut text = INTRODUCTION.to_owned();
    command(&mut text, &root, "hardtack");
    text
}

fn command(text: &mut String, command: &Command, name: &str) {
    // Writing to a string cannot fail.
    let _ = write!(text, "\n## {name}\n");
    if let Some(about) = command.get_long_about().or_else(|| command.get_about()) {
        let _ = write!(text, "\n{}.\n", about.to_string().trim_end_matches('.'));
    }
    let usage = command.clone().render_usage().to_string();
    let _ = write!(text, "\n```text\n{}\n```\n", usage.trim_start_matches("Usage:").trim());
    arguments(text, command, name == "hardtack");
    if let Some(after) = command.get_after_help() {
        let _ = write!(text, "\n```text\n{}\n```\n", after.to_string().trim_end());
    }
    for sub in shown(command) {
        self::command(text, sub, &format!("{name} {}", sub.get_name()));
    }
}

fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|sub| !sub.is_hide_set())
}

/// A table for each group of arguments. What all commands have is told with the first.
fn arguments(text: &mut String, command: &Command, is_root: bool) {
    let mut groups: Vec<(String, Vec<&Arg>)> = Vec::new();
    for argument in command.get_arguments() {
        let everywhere = argument.is_global_set() || argument.get_id() == "help" || argument.get_id() == "version";
        if argument.is_hide_set() || (everywhere && !is_root) {
            continue;
        }
        let heading = match argument.get_help_heading() {
            Some(heading) => heading.to_owned(),
            None if argument.is_positional() => "argument".to_owned(),
            None => "option".to_owned(),
        };
        match groups.iter_mut().find(|(known, _)| *known == heading) {
            Some((_, arguments)) => arguments.push(argument),
            None => groups.push((heading, vec![argument])),
        }
    }
    for (heading, arguments) in groups {
        let _ = write!(text, "\n| {heading} | does |\n| --- | --- |\n");
        for argument in arguments {
            let _ = writeln!(text, "| {} | {} |", cell(&names(argument)), cell(&does(argument)));
        }
    }
}

fn names(argument: &Arg) -> String {
    let values = argument.get_value_names().filter(|_| argument.get_action().takes_values()).unwrap_or_default();
    let values = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let dashed =
        [argument.get_short().map(|short| format!("-{short}")), argument.get_long().map(|long| format!("--{long}"))];
    let dashed = dashed.into_iter().flatten().collect::<Vec<_>>().join(", ");
    match (dashed.is_empty(), values.is_empty()) {
        (true, _) => format!("`{values}`"),
        (false, true) => format!("`{dashed}`"),
        (false, false) => format!("`{dashed} {values}`"),
    }
}

fn does(argument: &Arg) -> String {
    let mut text = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let takes_values = argument.get_action().takes_values();
    let words: Vec<String> =
        argument.get_possible_values().iter().map(|word| format!("`{}`", word.get_name())).collect();
    if takes_values && !words.is_empty() && !argument.is_hide_possible_values_set() {
        let _ = write!(text, "; one of {}", words.join(", "));
    }
    let usual: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if takes_values && !usual.is_empty() && !argument.is_hide_default_value_set() {
        let _ = write!(text, "; `{}` when left out", usual.join(" "));
    }
    text
}
