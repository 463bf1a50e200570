//! `hardtack report render`: a stored run in other formats.

use std::path::PathBuf;

use super::super::Failure;
use super::super::output::{Console, Stream};
use super::super::outputs::Outputs;
use super::super::stored::stored_run;
use crate::event::ExitCode;
use crate::report::baseline::Changes;
use crate::report::of_verify::{self, Telling};
use crate::report::terminal::{Detail, Look, report_since};

/// Write a stored run in other formats; on the terminal when none is named
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// A file that `hardtack verify --json FILE` has written
    #[arg(value_name = "RUN.json")]
    run: PathBuf,
    /// Say what is new, fixed and still failing since this run
    #[arg(long, value_name = "RUN.json")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    outputs: Outputs,
    /// Show warnings as failures
    #[arg(long)]
    strict: bool,
    /// List every case
    #[arg(long, short)]
    verbose: bool,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack report render run.json
  hardtack report render run.json --html report.html --junit junit.xml
  hardtack report render run.json --baseline last-week.json --markdown -

It ends with 0 when everything is written, whatever the run found.";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let run = stored_run(&arguments.run)?;
    let baseline = arguments.baseline.as_deref().map(stored_run).transpose()?;
    let changes = baseline.map(|baseline| Changes::since(&baseline, &run, arguments.strict));
    let files = arguments.outputs.open()?;
    if !arguments.outputs.any() {
        let detail = if arguments.verbose { Detail::Every } else { Detail::Usual };
        let look = Look { detail, strict: arguments.strict, ..console.look(Stream::Out) };
        Stream::Out.print(&report_since(&run, changes.as_ref(), &look));
    }
    if files.is_needed() {
        let telling = Telling { strict: arguments.strict, changes: changes.as_ref() };
        files.write(&of_verify::report(&run, telling), Stream::Out)?;
    }
    Ok(ExitCode::CONFORMS)
}
