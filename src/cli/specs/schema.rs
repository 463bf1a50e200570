//! `hardtack specs schema`: JSON Schemas, for editors and for readers of reports.

use std::path::PathBuf;

use super::super::Failure;
use super::super::output::Stream;
use crate::event::ExitCode;
use crate::report::{events, json, matrix};
use crate::{spec, target};

/// Print a JSON Schema: of spec files, target files, scenarios, stored runs, event lines or matrices
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// What to describe
    #[arg(value_enum, default_value_t)]
    what: What,
    /// Write all schemas to this folder instead
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack specs schema target
  hardtack specs schema --write schemas

First line of a spec file, for completion in editors:
  # yaml-language-server: $schema=schemas/spec.schema.json";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum What {
    #[default]
    Spec,
    Target,
    Pairs,
    #[cfg(feature = "load")]
    Scenario,
    Run,
    Events,
    Matrix,
}

const ALL: &[(What, &str)] = &[
    (What::Spec, "spec.schema.json"),
    (What::Target, "target.schema.json"),
    (What::Pairs, "pairs.schema.json"),
    #[cfg(feature = "load")]
    (What::Scenario, "scenario.schema.json"),
    (What::Run, "run.schema.json"),
    (What::Events, "events.schema.json"),
    (What::Matrix, "matrix.schema.json"),
];

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Some(folder) = &arguments.write else {
        Stream::Out.print(&text(arguments.what));
        return Ok(ExitCode::CONFORMS);
    };
    let failed =
        |error: std::io::Error| Failure::bad_input(format!("failed to write to {}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    for (what, name) in ALL {
        std::fs::write(folder.join(name), text(*what)).map_err(failed)?;
    }
    Ok(ExitCode::CONFORMS)
}

fn text(what: What) -> String {
    match what {
        What::Spec => format!("{:#}\n", spec::json_schema()),
        What::Target => format!("{:#}\n", target::json_schema()),
        What::Pairs => format!("{:#}\n", target::pairs_json_schema()),
        #[cfg(feature = "load")]
        What::Scenario => format!("{:#}\n", crate::load::scenario::json_schema()),
        What::Run => json::SCHEMA.to_owned(),
        What::Events => events::SCHEMA.to_owned(),
        What::Matrix => matrix::SCHEMA.to_owned(),
    }
}
