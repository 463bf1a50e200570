//! `hardtack prop`: property tests against a target.

#![allow(clippy::large_futures, reason = "a command is one future, made once")]

mod against;
mod beyond;
mod proof;
mod telling;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::catalogue::Specs;
use super::output::{Console, Stream};
use super::run_reports::RunReports;
use super::under_test::{Choice, UnderTest};
use super::verify::limits;
use super::{Failure, ctrl_c, durations, serve};
use crate::event::ExitCode;
use crate::prop::{PropRequest, PropRun, Regressions, SearchOptions, run_properties};
use crate::report::of_verify;
use crate::report::terminal::{Detail, Look, report};
use crate::spec::Profile;
use telling::Telling;

/// Search for what no case describes: random histories of sessions against a model, made smaller and written as a spec
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// A URL or a target file; the embedded reference server when left out
    target: Option<String>,
    /// Which variants: several axes combine, several values of an axis are alternatives, `*` is every value
    #[arg(long = "variant", value_name = "AXIS=VALUE", value_delimiter = ',')]
    variants: Vec<Choice>,
    /// Play the same histories on another target too, and report the first behaviour that differs
    #[arg(long, value_name = "TARGET", conflicts_with = "events")]
    against: Option<String>,
    /// Which variant of the other target
    #[arg(long, value_name = "AXIS=VALUE", value_delimiter = ',', requires = "against")]
    against_variant: Vec<Choice>,
    /// How many histories per variant, at most
    #[arg(long, value_name = "N", default_value_t = 2000)]
    cases: u64,
    /// For how long per variant, at most
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = durations::parse)]
    time: Duration,
    /// What is drawn; the same seed draws the same histories. A random one when left out
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How many histories are played at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// How many servers of a variant are started, where hardtack starts them: histories that touch clock, store or services
    /// need one for themselves. They must have nothing in common but code
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    #[arg(requires = "target", conflicts_with = "against")]
    servers: u16,
    /// Only histories of sessions, or only properties of cookies
    #[arg(long, value_name = "WHAT", value_enum)]
    only: Option<Part>,
    /// Go on behind the first failure of a variant
    #[arg(long)]
    keep_going: bool,
    /// Where failing histories are written as specs
    #[arg(long, value_name = "FOLDER", default_value = "hardtack-found")]
    write: PathBuf,
    /// Failing histories of earlier runs: they are played first, and new ones are added
    #[arg(long, value_name = "FILE", default_value = "hardtack-regressions.json")]
    regressions: PathBuf,
    #[command(flatten)]
    specs: Specs,
    /// Whose idea of right and wrong is applied
    #[arg(long, value_name = "NAME", default_value = Profile::Default.as_str(), value_parser = super::verify::profile())]
    profile: Profile,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// The longest that one request may take [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    timeout: Option<Duration>,
    /// Break the embedded server in this way; may be given several times
    #[arg(long = "fault", value_name = "NAME", conflicts_with = "target")]
    faults: Vec<String>,
    #[command(flatten)]
    reports: RunReports,
    /// Only failures and the last lines
    #[arg(long, short)]
    quiet: bool,
    /// How long it takes to find each fault of the reference server that is one of sessions, over so many seeds
    #[arg(long, value_name = "SEEDS", hide = true, num_args = 0..=1, default_missing_value = "20")]
    proof: Option<u64>,
    /// Only faults whose name holds this
    #[arg(long, value_name = "TEXT", hide = true, default_value = "")]
    proof_filter: String,
}

/// A part of the property tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Histories of sessions
    Sessions,
    /// Properties of cookies
    Cookies,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack prop
  hardtack prop --fault ended-key-readopted --variant engine=db
  hardtack prop http://127.0.0.1:8000 --time 2m
  hardtack prop targets/django/target.yaml --variant engine=cached_db --seed 7 --keep-going
  hardtack prop targets/django/target.yaml --servers 4    histories on four servers of each variant
  hardtack prop old.yaml --against new.yaml
  hardtack prop my-target.yaml --cases 3 --jobs 1 --trace    what is drawn, and what is answered
  hardtack verify my-target.yaml --specs hardtack-found    run what was found again

Exit codes are those of `hardtack verify`: 1 something was found, 5 the target offers nothing to search.";

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    arguments.reports.check()?;
    let seed = arguments.seed.map_or_else(random_seed, Ok)?;
    let options = SearchOptions {
        cases: arguments.cases,
        time: arguments.time,
        seed,
        jobs: usize::from(arguments.jobs),
        servers: usize::from(arguments.servers),
        keep_going: arguments.keep_going,
        ..SearchOptions::default()
    };
    if let Some(seeds) = arguments.proof {
        return proof::run(seeds, &arguments.proof_filter, options).await;
    }
    if arguments.against.is_some() {
        return against::run(&arguments, options, console).await;
    }
    let regressions = Regressions::read(&arguments.regressions).map_err(|error| {
        Failure::bad_input(error).fix("correct the file, remove it, or name another one with `--regressions`")
    })?;
    let (request, first) = request(&arguments, options, &regressions).await?;
    let mut reports = arguments.reports.open()?;
    let stream = reports.stream;
    let look = Look {
        detail: if arguments.quiet { Detail::Failures } else { Detail::Usual },
        strict: arguments.strict,
        ..console.look(stream)
    };
    let mut sinks = reports.sinks(&first, &look, (arguments.quiet, false), console);
    // A line that is written over again and again does not go with exchanges between it.
    let shown = !arguments.quiet && !arguments.reports.trace && Stream::Err.is_terminal();
    let telling = Telling::new(shown);
    let cancel = ctrl_c::watch_for(console, "finishing the report; Ctrl-C again ends at once");
    let run = run_properties(&request, &mut sinks, &|variant, progress| telling.tell(variant, progress), cancel).await;
    telling.finish();
    let gap = if arguments.quiet { "" } else { "\n" };
    stream.print(&format!("{gap}{}", report(&run.stored, &look)));
    let again =
        arguments.variants.iter().fold(request.command.clone(), |again, one| format!("{again} --variant {one}"));
    stream.print(&telling::summary(&run, &again));
    hand_over(&run, &arguments.write, &arguments.regressions, regressions, stream)?;
    reports.write(&run.stored, of_verify::Telling { strict: arguments.strict, changes: None })?;
    Ok(run.stored.summary.exit)
}

/// What to search, and the first line of output where the target does not give it.
async fn request(
    arguments: &Arguments,
    options: SearchOptions,
    regressions: &Regressions,
) -> Result<(PropRequest, String), Failure> {
    let limits = limits(arguments.timeout);
    let catalogue = arguments.specs.load()?;
    let under_test = match &arguments.target {
        Some(text) => UnderTest::named(text, limits).await?,
        None => UnderTest::embedded(serve::faults(&arguments.faults)?)?,
    };
    if options.servers > 1 && under_test.target.launch.is_none() {
        return Err(Failure::bad_input("hardtack does not start this server, so that there is one of it")
            .fix("leave `--servers` out, or describe in a target file how the server is started"));
    }
    let request = PropRequest {
        variants: under_test.variants(&arguments.variants)?,
        cases: catalogue.cases().map(Arc::clone).collect(),
        rules: catalogue.rules().clone(),
        digest: catalogue.digest(),
        target: under_test.target,
        stages: under_test.stages,
        options,
        profile: arguments.profile,
        strict: arguments.strict,
        limits,
        show_secrets: arguments.reports.show_secrets,
        trace: arguments.reports.trace,
        sessions: arguments.only != Some(Part::Cookies),
        cookies: arguments.only != Some(Part::Sessions),
        regressions: regressions.regressions.clone(),
        command: command(arguments, options.seed),
    };
    Ok((request, under_test.words))
}

/// The command that draws the same again on all variants.
fn command(arguments: &Arguments, seed: u64) -> String {
    let mut words = vec!["hardtack prop".to_owned()];
    words.extend(arguments.target.clone());
    words.extend(arguments.faults.iter().map(|fault| format!("--fault {fault}")));
    words.push(format!("--seed {seed}"));
    words.join(" ")
}

fn random_seed() -> Result<u64, Failure> {
    let mut octets = [0; 4];
    getrandom::fill(&mut octets).map_err(|error| {
        Failure::our_bug(format!("the system gives no random numbers: {error}")).fix("name one with `--seed`")
    })?;
    Ok(u64::from(u32::from_le_bytes(octets)))
}

/// Writes what was found where people and later runs look for it.
fn hand_over(
    run: &PropRun,
    folder: &Path,
    file: &Path,
    mut regressions: Regressions,
    stream: Stream,
) -> Result<(), Failure> {
    let mut new = false;
    for handed in &run.found {
        if let Some(spec) = &handed.spec {
            let path = folder.join(format!("{}.yaml", spec.id));
            let parent = path.parent().unwrap_or(folder);
            std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, &spec.text)).map_err(|error| {
                Failure::bad_input(format!("failed to write {}: {error}", path.display()))
                    .fix("name a folder that may be written to with `--write`")
            })?;
            stream.print(&format!("written: {}\n", path.display()));
        }
        new |= regressions.add(handed.regression.clone());
    }
    if new {
        regressions
            .write(file)
            .map_err(|error| Failure::bad_input(error).fix("name a file that may be written with `--regressions`"))?;
        stream.print(&format!("added to: {}\n", file.display()));
    }
    Ok(())
}
