//! The command line: one file per subcommand.
//!
//! Commands only read arguments, call the floors below and choose reports. Each
//! ends with an [`ExitCode`] or a [`Failure`], which says what is wrong, why,
//! and what to do.

mod catalogue;
mod check_target;
mod completions;
mod ctrl_c;
mod docs;
mod durations;
mod failure;
mod har;
mod in_order;
mod init;
mod known;
#[cfg(feature = "load")]
mod load;
mod man;
mod matrix;
mod output;
mod outputs;
mod pairs;
mod prop;
mod report;
mod reporting;
mod run_reports;
mod serve;
mod specs;
mod starter;
mod stored;
mod under_test;
mod verify;

use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::event::ExitCode;
pub use failure::Failure;
use output::{Colour, Console};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "hardtack", version, about = "Judge what a server does with HTTP cookies and sessions", after_help = AFTER_HELP, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// When to use colours; `auto` looks at the terminal and at `NO_COLOR`
    #[arg(long, global = true, value_name = "WHEN", default_value_t, value_enum)]
    color: Colour,
}

const AFTER_HELP: &str = "\
Without a command, `hardtack` verifies the embedded reference server.

Examples:
  hardtack                                    prove the suite on its own server
  hardtack verify http://127.0.0.1:8000       judge a server
  hardtack verify targets/django/target.yaml  start a framework, judge each of its engines
  hardtack init https://staging.shop.example  begin a target file for an application
  hardtack load --scenario lookup             how many session look-ups a second it holds
  hardtack specs explain cookies/delete       what a case means, in plain words";

#[derive(Debug, Subcommand)]
enum Command {
    Verify(verify::Arguments),
    #[cfg(feature = "load")]
    Load(Box<load::Arguments>),
    Prop(prop::Arguments),
    CheckTarget(check_target::Arguments),
    Matrix(matrix::Arguments),
    Pairs(pairs::Arguments),
    Init(init::Arguments),
    Report(report::Arguments),
    Serve(serve::Arguments),
    Specs(specs::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
    #[command(hide = true)]
    Docs(docs::Arguments),
}

/// The clap definition, for help texts, completions and tests.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> std::process::ExitCode {
    tell_of_panics();
    let cli = match Cli::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too, with code 0. A closed terminal is nobody's failure.
            let _ = error.print();
            let asked_for_help = error.exit_code() == 0;
            return code(if asked_for_help { ExitCode::CONFORMS } else { ExitCode::BAD_INPUT });
        }
    };
    // What panicked inside is not used again.
    code(catch_unwind(AssertUnwindSafe(|| start(cli))).unwrap_or(ExitCode::OUR_BUG))
}

fn code(code: ExitCode) -> std::process::ExitCode {
    std::process::ExitCode::from(code.code())
}

fn start(cli: Cli) -> ExitCode {
    let console = Console::new(cli.color);
    let runtime = match runtime(cli.command.as_ref()) {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::our_bug(format!("failed to start the asynchronous runtime: {error}"));
            return console.tell(&failure);
        }
    };
    let ended = runtime.block_on(perform(cli.command, &console));
    // A task that hangs, in a blocking read say, must not keep the process.
    runtime.shutdown_background();
    ended.unwrap_or_else(|failure| console.tell(&failure))
}

/// A worker of a load run has one thread: with several, answers would be read later than they come. A server that is
/// put under load by its own process leaves their cores to the workers.
fn runtime(command: Option<&Command>) -> std::io::Result<tokio::runtime::Runtime> {
    #[cfg(feature = "load")]
    if let Some(Command::Load(arguments)) = command {
        if arguments.is_worker() {
            return tokio::runtime::Builder::new_current_thread().enable_all().build();
        }
        if let Some(cores) = arguments.serves().then(|| arguments.server_cores()).flatten() {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            builder.worker_threads(cores.len()).on_thread_start(move || crate::load::keep_to(&cores));
            return builder.enable_all().build();
        }
    }
    #[cfg(not(feature = "load"))]
    let _ = command;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

async fn perform(command: Option<Command>, console: &Console) -> Result<ExitCode, Failure> {
    match command {
        Some(Command::CheckTarget(arguments)) => check_target::run(arguments, console).await,
        Some(Command::Matrix(arguments)) => matrix::run(arguments, console).await,
        Some(Command::Pairs(arguments)) => pairs::run(arguments, console).await,
        Some(Command::Init(arguments)) => init::run(arguments, console).await,
        Some(Command::Prop(arguments)) => Box::pin(prop::run(arguments, console)).await,
        Some(Command::Report(arguments)) => report::run(arguments, console),
        #[cfg(feature = "load")]
        Some(Command::Load(arguments)) => Box::pin(load::run(*arguments, console)).await,
        Some(Command::Serve(arguments)) => serve::run(arguments, console).await,
        Some(Command::Specs(arguments)) => specs::run(arguments, console).await,
        Some(Command::Completions(arguments)) => Ok(completions::run(&arguments)),
        Some(Command::Man(arguments)) => man::run(&arguments),
        Some(Command::Docs(arguments)) => docs::run(&arguments),
        Some(Command::Verify(arguments)) => verify::run(arguments, console).await,
        None => verify::run(verify::Arguments::default(), console).await,
    }
}

/// A panic is a bug of ours, and is told as one.
fn tell_of_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        anstream::eprintln!(
            "\nThis is a bug in hardtack {}, not in the server under test. Please report it with the lines above and \
             the command that led to it.",
            env!("CARGO_PKG_VERSION")
        );
    }));
}
