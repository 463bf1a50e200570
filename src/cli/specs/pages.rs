//! `hardtack specs pages`: a page for every spec, a section for every case.

use std::path::{Path, PathBuf};

use super::super::Failure;
use super::super::catalogue::Specs;
use super::super::output::Console;
use super::case_page::{index, page};
use crate::event::ExitCode;
use crate::spec::fixes;

/// Write a page for every spec: what its cases mean, why they matter, how to fix what they find
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    write: PathBuf,
    #[command(flatten)]
    specs: Specs,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack specs pages --write pages
  hardtack specs pages --write pages --specs my-specs";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let catalogue = arguments.specs.load()?;
    let fixes = fixes().map_err(Failure::our_bug)?;
    let mut written = 0;
    for spec in catalogue.specs() {
        write(&arguments.write.join(format!("{}.md", spec.id)), &page(spec, &catalogue, &fixes))?;
        written += 1;
    }
    write(&arguments.write.join("index.md"), &index(&catalogue))?;
    console.note(&format!("{written} pages and their index are in {}", arguments.write.display()));
    Ok(ExitCode::CONFORMS)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::bad_input(format!("failed to write {}: {error}", path.display()))
            .fix("name a folder that you may write to")
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}
