//! `hardtack report`: stored runs, told again.

mod diff;
#[cfg(feature = "load")]
mod merge;
mod render;

use super::Failure;
use super::output::Console;
use crate::event::ExitCode;

/// Tell stored runs again, compare two of them, or merge the lines of load workers
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Render(render::Arguments),
    Diff(diff::Arguments),
    #[cfg(feature = "load")]
    Merge(Box<merge::Arguments>),
}

pub(super) fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Render(arguments) => render::run(&arguments, console),
        Command::Diff(arguments) => diff::run(&arguments, console),
        #[cfg(feature = "load")]
        Command::Merge(arguments) => merge::run(&arguments, console),
    }
}
