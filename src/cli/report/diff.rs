//! `hardtack report diff`: what is new, fixed and still failing between two stored runs.

use std::path::PathBuf;

use super::super::Failure;
use super::super::output::Console;
use super::super::stored::stored_run;
use crate::event::ExitCode;
use crate::report::baseline::Changes;
use crate::report::terminal;

/// Compare two stored runs: what is new, fixed and still failing
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The older run
    #[arg(value_name = "BEFORE.json")]
    before: PathBuf,
    /// The newer run
    #[arg(value_name = "AFTER.json")]
    after: PathBuf,
    /// Count warnings as failures
    #[arg(long)]
    strict: bool,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack report diff last-week.json run.json

Exit codes:
    0  nothing fails that did not fail before
    1  something fails that did not fail before
    2  a file is no stored run";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let before = stored_run(&arguments.before)?;
    let after = stored_run(&arguments.after)?;
    let changes = Changes::since(&before, &after, arguments.strict);
    console.page(|page| terminal::changes(page, &after, &changes));
    Ok(if changes.has_new_failures() { ExitCode::FAILED } else { ExitCode::CONFORMS })
}
