//! `hardtack specs fmt`: spec files in the usual form.

use std::path::PathBuf;

use super::super::Failure;
use super::super::catalogue::unreadable;
use super::super::output::{Console, Stream};
use super::lint::files;
use crate::event::ExitCode;
use crate::spec::format;

/// Bring the white space of spec files into the usual form; comments and texts stay as they are
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Spec files, or folders of them
    #[arg(value_name = "FILE or DIR", required = true)]
    paths: Vec<PathBuf>,
    /// Write nothing; end with 1 when a file is not in the usual form
    #[arg(long)]
    check: bool,
}

const AFTER_HELP: &str = "\
Lines end with LF and without trailing blanks, blank lines stand alone, one before `cases:` and before
every case but the first, and a space follows the # of comments. The order of keys and what stands in
a line are the author's. A file that would say something else afterwards, or is no YAML, is left alone
and named; the exit code is then 2.

Examples:
  hardtack specs fmt my-specs
  hardtack specs fmt my-specs --check";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let (mut changed, mut left) = (0, 0);
    let all = files(&arguments.paths)?;
    for (name, bytes) in &all {
        let formatted = std::str::from_utf8(bytes).ok().and_then(format);
        match formatted {
            None => {
                left += 1;
                console.note(&format!("{name} is left alone: `hardtack specs lint {name}` says what is wrong with it"));
            }
            Some(text) if text.as_bytes() == bytes => {}
            Some(text) => {
                changed += 1;
                Stream::Out.print(&format!("{name}\n"));
                if !arguments.check {
                    std::fs::write(name, text).map_err(|error| unreadable(name.as_ref(), &error))?;
                }
            }
        }
    }
    let verb = if arguments.check { "not in the usual form" } else { "rewritten" };
    console.note(&format!("{changed} of {} files {verb}", all.len()));
    Ok(match (left, changed) {
        (0, 0) => ExitCode::CONFORMS,
        (0, _) if !arguments.check => ExitCode::CONFORMS,
        (0, _) => ExitCode::FAILED,
        _ => ExitCode::BAD_INPUT,
    })
}
