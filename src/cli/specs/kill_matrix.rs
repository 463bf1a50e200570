//! `hardtack specs kill-matrix`: every case must notice the broken servers that it names.

use std::sync::Arc;

use serde_json::json;

use super::super::Failure;
use super::super::catalogue::Specs;
use super::super::output::{Console, Stream};
use super::super::serve;
use super::super::verify::Selection;
use crate::event::ExitCode;
use crate::reference::{EngineKind, fault};
use crate::report::terminal::{
    Cell, Table,
    look::{BAD, FAINT, GOOD},
};
use crate::spec::{Case, Profile};
use crate::verify::{FullRow, KillMatrix, KillRow, Options, full_matrix, kill_matrix, select};

/// Prove that each case turns red on the broken servers that it names
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    specs: Specs,
    /// Run every fault against the whole catalogue, and list who notices it without saying so
    #[arg(long)]
    full: bool,
    /// With --full: this fault only; may be given several times
    #[arg(long = "fault", value_name = "NAME", requires = "full")]
    faults: Vec<String>,
    /// With --full: this engine only; may be given several times
    #[arg(long = "engine", value_name = "NAME", requires = "full")]
    engines: Vec<EngineKind>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Only broken servers that went unnoticed
    #[arg(long, short)]
    quiet: bool,
}

const AFTER_HELP: &str = "\
Runs the cases against the reference server with each fault that they name, inside the process.
Ends with 1 when a case did not notice one of them.

Examples:
  hardtack specs kill-matrix
  hardtack specs kill-matrix --filter cookies/delete
  hardtack specs kill-matrix --filter fault:delete-ignores-path --json
  hardtack specs kill-matrix --full --engine db --fault login-keeps-key";

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let catalogue = arguments.specs.load()?;
    let filter = arguments.selection.filter(&catalogue)?;
    let whole = filter.is_everything();
    let profile = arguments.selection.profile;
    let all: Vec<_> = catalogue.cases().map(Arc::clone).collect();
    let cases = select(&all, &filter, profile);
    if Stream::Err.is_terminal() {
        console.note("running the cases against each broken server; this takes a while");
    }
    if arguments.full {
        return full(&arguments, &cases, profile, console).await;
    }
    let mut matrix = kill_matrix(&cases, &Options { profile, ..Options::default() }).await;
    if !whole {
        // A part of the catalogue cannot name all faults.
        matrix.unnamed.clear();
    }
    if arguments.json {
        let value = json!({"rows": matrix.rows, "unnamed": matrix.unnamed});
        Stream::Out.print(&format!("{value:#}\n"));
    } else {
        show(&matrix, arguments.quiet, console);
    }
    let failed = matrix.survivors().next().is_some() || !matrix.unnamed.is_empty();
    Ok(if failed { ExitCode::FAILED } else { ExitCode::CONFORMS })
}

async fn full(
    arguments: &Arguments,
    cases: &[Arc<Case>],
    profile: Profile,
    console: &Console,
) -> Result<ExitCode, Failure> {
    let faults = if arguments.faults.is_empty() { fault::all().collect() } else { serve::faults(&arguments.faults)? };
    let engines = if arguments.engines.is_empty() { EngineKind::ALL.to_vec() } else { arguments.engines.clone() };
    let rows = full_matrix(cases, &faults, &engines, &Options { profile, ..Options::default() }).await;
    let unnoticed = rows.iter().filter(|row| row.noticed.is_empty()).count();
    if arguments.json {
        Stream::Out.print(&format!("{:#}\n", json!(rows)));
    } else {
        show_full(&rows, unnoticed, arguments.quiet, console);
    }
    Ok(if unnoticed > 0 { ExitCode::FAILED } else { ExitCode::CONFORMS })
}

fn show_full(rows: &[FullRow], unnoticed: usize, quiet: bool, console: &Console) {
    let mut table = Table::new(&["fault", "noticed by", "", "by"]).prose(3);
    for row in rows {
        for notice in row.noticed.iter().filter(|_| !quiet) {
            let word = if notice.declared { "declared" } else { "undeclared" };
            let cells = [notice.case.as_str(), word, notice.how.as_str()].map(Cell::from);
            table.row([Cell::from(row.fault.as_str())].into_iter().chain(cells));
        }
        if row.noticed.is_empty() {
            let nobody = Cell::styled(BAD, "nobody");
            table.row([Cell::from(row.fault.as_str()), nobody, Cell::from(""), Cell::from("")]);
        }
    }
    let undeclared = rows.iter().flat_map(|row| &row.noticed).filter(|notice| !notice.declared).count();
    console.page(|page| {
        if !table.is_empty() {
            table.write(page, 0);
            page.gap();
        }
        let style = if unnoticed == 0 { GOOD } else { BAD };
        let noticed = rows.len() - unnoticed;
        page.text(
            0,
            style,
            &format!("{noticed} of {} broken servers were noticed, {undeclared} times undeclared", rows.len()),
        );
    });
}

fn show(matrix: &KillMatrix, quiet: bool, console: &Console) {
    let survivors = matrix.survivors().count();
    let mut table = Table::new(&["case", "fault", "noticed", "by"]).prose(3);
    for row in matrix.rows.iter().filter(|row| !quiet || row.killed_on.is_none()) {
        table.row(cells(row));
    }
    console.page(|page| {
        if !table.is_empty() {
            table.write(page, 0);
            page.gap();
        }
        for (by, faults) in matrix.alike() {
            page.text(0, FAINT, &format!("only {by} notices each of {}", faults.join(", ")));
        }
        for name in &matrix.unnamed {
            page.text(0, BAD, &format!("no case names the fault {name}"));
        }
        let kills = matrix.rows.len() - survivors;
        let style = if survivors == 0 { GOOD } else { BAD };
        page.text(
            0,
            style,
            &format!("{kills} of {} broken servers were noticed by the cases that name them", matrix.rows.len()),
        );
    });
}

fn cells(row: &KillRow) -> [Cell; 4] {
    let (style, noticed) = match row.killed_on {
        Some(engine) => (GOOD, format!("on {engine}")),
        None if row.tried.is_empty() => (BAD, "not tried".to_owned()),
        None => (BAD, format!("no, not on {}", row.tried.join(", "))),
    };
    [
        Cell::from(row.case.as_str()),
        Cell::from(row.fault.as_str()),
        Cell::styled(style, noticed),
        Cell::styled(FAINT, &row.how),
    ]
}
