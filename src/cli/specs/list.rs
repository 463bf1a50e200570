//! `hardtack specs list`: the cases of the catalogue.

use serde_json::{Value, json};

use super::super::Failure;
use super::super::catalogue::Specs;
use super::super::output::{Console, Stream};
use super::super::verify::Selection;
use crate::event::ExitCode;
use crate::report::terminal::{Cell, Table};
use crate::spec::{Case, FaultName, Profile, RuleId};
use crate::verify::select;

/// List the cases of the catalogue
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    specs: Specs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack specs list --filter 'sessions/* and not login'
  hardtack specs list --filter rule:cookie.delete
  hardtack specs list --profile tutorial --json";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let catalogue = arguments.specs.load()?;
    let filter = arguments.selection.filter(&catalogue)?;
    let profile = arguments.selection.profile;
    let cases: Vec<_> = catalogue.cases().cloned().collect();
    let chosen = select(&cases, &filter, profile);
    if arguments.json {
        let all: Vec<Value> = chosen.iter().map(|case| to_json(case, profile)).collect();
        Stream::Out.print(&format!("{:#}\n", Value::from(all)));
        return Ok(ExitCode::CONFORMS);
    }
    let mut table = Table::new(&["case", "level", "title"]).prose(2);
    for case in &chosen {
        table.row([case.id.as_str(), case.level.get(profile).as_str(), &case.title].map(Cell::from));
    }
    console.page(|page| table.write(page, 0));
    Ok(ExitCode::CONFORMS)
}

fn to_json(case: &Case, profile: Profile) -> Value {
    json!({
        "case": case.id,
        "title": case.title,
        "level": case.level.get(profile),
        "rules": case.rules.iter().map(RuleId::as_str).collect::<Vec<_>>(),
        "refs": case.refs,
        "catches": case.catches.iter().map(FaultName::as_str).collect::<Vec<_>>(),
        "file": case.source.name(),
        "line": case.span.line,
    })
}
