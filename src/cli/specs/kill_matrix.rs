//! `hardtack specs kill-matrix`: every case must notice the broken servers that it names.

use std::sync::Arc;

use serde_json::json;

use super::super::Failure;
use super::super::catalogue::Specs;
use super::super::output::{Console, Stream};
use super::super::verify::Selection;
use crate::event::ExitCode;
use crate::report::terminal::{
    Cell, Table,
    look::{BAD, FAINT, GOOD},
};
use crate::verify::{KillMatrix, KillRow, Options, kill_matrix, select};

/// Prove that each case turns red on the broken servers that it names
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
  hardtack specs kill-matrix --filter fault:delete-ignores-path --json";

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
    Ok(if matrix.survivors().next().is_some() { ExitCode::FAILED } else { ExitCode::CONFORMS })
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
        for name in &matrix.unnamed {
            page.text(0, FAINT, &format!("no case names the fault {name}"));
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
