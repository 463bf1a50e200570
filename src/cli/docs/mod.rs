//! `hardtack docs`: the reference pages of the documentation, made from the code. Hidden: contributors run it, and a
//! test tells them when.

mod command_line;
mod contract;
mod exit_codes;
mod file_format;
mod findings;

use std::path::PathBuf;

use super::Failure;
use crate::event::ExitCode;
use crate::{spec, target};

/// Write the reference pages of the documentation
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The folder to write to, which must exist
    #[arg(long, value_name = "DIR")]
    write: PathBuf,
}

/// What stands above each page.
const MADE: &str = "<!-- Made from the code by `hardtack docs --write docs/reference`: edit that, not this. -->\n\n";

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    for (name, text) in pages()? {
        let path = arguments.write.join(name);
        std::fs::write(&path, format!("{MADE}{text}")).map_err(|error| {
            Failure::bad_input(format!("failed to write {}: {error}", path.display()))
                .fix("name a folder that exists and may be written to")
        })?;
    }
    Ok(ExitCode::CONFORMS)
}

fn pages() -> Result<Vec<(&'static str, String)>, Failure> {
    Ok(vec![
        ("command-line.md", command_line::page()),
        ("contract.md", contract::page()),
        ("exit-codes.md", exit_codes::page()),
        ("findings.md", findings::page()?),
        ("spec-files.md", file_format::page("Spec files", SPECS, &spec::json_schema())),
        ("target-files.md", file_format::page("Target files", TARGETS, &target::json_schema())),
        #[cfg(feature = "load")]
        ("scenario-files.md", file_format::page("Scenario files", SCENARIOS, &crate::load::scenario::json_schema())),
        ("pair-files.md", file_format::page("Files of pairs", PAIRS, &target::pairs_json_schema())),
    ])
}

const SPECS: &str = "What a spec may hold, key by key. [Write a spec](../write-a-spec.md) is the guide, and \
                     `hardtack specs schema spec` prints the JSON Schema that editors complete from.";

const TARGETS: &str = "What a target file may hold, key by key. [Describe a target](../describe-a-target.md) is the \
                       guide, and `hardtack specs schema target` prints the JSON Schema that editors complete from.";

#[cfg(feature = "load")]
const SCENARIOS: &str = "What a scenario of `hardtack load` may hold, key by key. [Load test a server](../load-test.md) is \
                         the guide, and `hardtack specs schema scenario` prints the JSON Schema that editors complete \
                         from.";

const PAIRS: &str = "What a file of `hardtack pairs` may hold, key by key: releases with a defect that really happened, \
                     beside those that mended it.";

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
