//! `hardtack specs`: the catalogue itself.

mod case_page;
mod choose;
mod coverage;
mod coverage_page;
mod curl;
mod explain;
mod fmt;
mod kill_matrix;
mod lint;
mod list;
mod needs;
mod new;
mod pages;
mod schema;
mod show;

use clap::Subcommand;

use super::Failure;
use super::output::Console;
use crate::event::ExitCode;

/// Look into the catalogue of specs, and write ones: list, show, explain, pages, new, lint, fmt,
/// coverage, schema, kill-matrix
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Arguments),
    Show(show::Arguments),
    Explain(explain::Arguments),
    Pages(pages::Arguments),
    New(new::Arguments),
    Lint(lint::Arguments),
    Fmt(fmt::Arguments),
    Coverage(coverage::Arguments),
    Schema(schema::Arguments),
    KillMatrix(kill_matrix::Arguments),
}

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::List(arguments) => list::run(&arguments, console),
        Command::Show(arguments) => show::run(&arguments, console),
        Command::Explain(arguments) => explain::run(&arguments, console),
        Command::Pages(arguments) => pages::run(&arguments, console),
        Command::New(arguments) => new::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments, console),
        Command::Fmt(arguments) => fmt::run(&arguments, console),
        Command::Coverage(arguments) => coverage::run(&arguments, console),
        Command::KillMatrix(arguments) => kill_matrix::run(arguments, console).await,
        Command::Schema(arguments) => schema::run(&arguments),
    }
}
