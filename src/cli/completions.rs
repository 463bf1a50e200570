//! `hardtack completions`: scripts for shells.

use std::io::Write as _;

use clap_complete::{Shell, generate};

use super::output::Stream;
use crate::event::ExitCode;

/// Print the completion script of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Which shell
    shell: Shell,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack completions bash > ~/.local/share/bash-completion/completions/hardtack
  hardtack completions zsh > ~/.zfunc/_hardtack
  hardtack completions fish > ~/.config/fish/completions/hardtack.fish";

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let mut script = Vec::new();
    generate(arguments.shell, &mut super::command(), "hardtack", &mut script);
    // A closed pipe is nobody's failure.
    let _ = Stream::Out.writer().write_all(&script);
    ExitCode::CONFORMS
}
