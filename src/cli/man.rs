//! `hardtack man`: the manual as man pages, made from the definition of the command line.

use std::path::PathBuf;

use super::Failure;
use crate::event::ExitCode;

/// Write the man pages, one per command
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The folder to write to, which must exist
    folder: PathBuf,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack man ~/.local/share/man/man1";

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    clap_mangen::generate_to(super::command(), &arguments.folder).map(|()| ExitCode::CONFORMS).map_err(|error| {
        Failure::bad_input(format!("failed to write man pages to {}: {error}", arguments.folder.display()))
            .fix("name a folder that exists and may be written to")
    })
}
