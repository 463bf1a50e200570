//! `hardtack load`: how much a server holds, and whether it is still right meanwhile.

mod arguments;
mod commands;
mod follow;
mod ground;
mod legs;
mod search;
mod worker;

use std::sync::Arc;

pub(super) use arguments::{Arguments, Reporting};

use super::output::{Console, Stream};
use super::{Failure, ctrl_c};
use crate::event::ExitCode;
use crate::load::scenario::{Scenario, embedded, find, read_scenario};
use crate::load::{Identity, LoadRun};
use crate::report::of_load;
use crate::report::terminal::{Cell, Table};

impl Arguments {
    /// Whether this process is one worker of several, which has a single thread.
    pub(super) fn is_worker(&self) -> bool {
        matches!(self.identity(), Ok(Some(_)))
    }

    /// Whether the server under load runs inside this process.
    pub(super) fn serves(&self) -> bool {
        self.target.is_none()
    }

    /// Which worker this is: by flags, or by the environment of the engine that started it.
    fn identity(&self) -> Result<Option<Identity>, Failure> {
        match (self.workers.rank, self.workers.world_size) {
            (Some(rank), Some(size)) => Identity::new(rank, size).map(Some).map_err(Failure::bad_input),
            _ => Identity::from_environment(|name| std::env::var(name).ok()).map_err(|error| {
                Failure::bad_input(error).fix("set RANK and WORLD_SIZE, or give `--rank` and `--world-size`")
            }),
        }
    }

    /// The scenario, with what the command line changes in it.
    fn scenario(&self) -> Result<Scenario, Failure> {
        self.changes.apply(find_scenario(self.scenario.as_deref().unwrap_or_default())?)
    }
}

/// The scenario of a name or in a file.
pub(super) fn find_scenario(name: &str) -> Result<Scenario, Failure> {
    let bug = |found: crate::document::Diagnostics| Failure { exit: ExitCode::OUR_BUG, ..found.into() };
    if let Some(scenario) = find(name).map_err(bug)? {
        return Ok(scenario);
    }
    if name.contains(['/', '.']) {
        let octets = std::fs::read(name).map_err(|error| {
            Failure::bad_input(format!("failed to read the scenario {name}: {error}"))
                .fix("name a file, or one of `hardtack load --list-scenarios`")
        })?;
        return Ok(read_scenario(name, &octets)?);
    }
    let names: Vec<String> = embedded().map_err(bug)?.into_iter().map(|one| one.name).collect();
    let fix = crate::document::nearest(name, names.iter().map(String::as_str)).map_or_else(
        || "`hardtack load --list-scenarios` names them all; a file is named by its path".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(Failure::bad_input(format!("there is no scenario `{name}`")).fix(fix))
}

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    if arguments.list_scenarios {
        return list(console);
    }
    let scenario = arguments.scenario()?;
    if let Some(identity) = arguments.identity()? {
        return Box::pin(worker::run(&arguments, scenario, identity, console)).await;
    }
    let files = arguments.reporting.open()?;
    let baseline = arguments.reporting.baseline()?;
    if let Some(baseline) = baseline.as_ref().filter(|baseline| baseline.scenario != scenario.name) {
        return Err(Failure::bad_input(format!(
            "the baseline is a run of `{}`, and this one is of `{}`",
            baseline.scenario, scenario.name
        ))
        .fix("name a run of the same scenario with `--baseline`"));
    }
    let stop = ctrl_c::watch_for(console, "ending the run; once more ends at once");
    let to_stdout = !arguments.reporting.tells_stdout();
    let stream = if to_stdout { Stream::Out } else { Stream::Err };
    let mut follow = follow::Live::new(console, arguments.reporting.quiet, stream);
    let under_test = ground::under_test(&arguments, &scenario).await?;
    if !under_test.words.is_empty() {
        console.note(&under_test.words);
    }
    let scenario = Arc::new(scenario);
    let mut run = LoadRun::new(&scenario, &ground::name(&arguments, &under_test));
    let mut legs = legs::Legs::new(&arguments, Arc::clone(&scenario), &under_test, stop.clone(), console);
    if arguments.search.find_max {
        legs.search(&mut run, &mut follow).await?;
    } else {
        legs.all(&mut run, &mut follow).await?;
    }
    run.settle();
    if *stop.borrow() {
        run.exit = run.exit.and(ExitCode::INTERRUPTED);
    }
    drop(follow);
    let look = console.look(Stream::Out);
    if to_stdout {
        Stream::Out.print(&of_load::terminal::report(&run, baseline.as_ref(), &look));
    }
    files.write(&run, baseline.as_ref(), stream)?;
    Ok(run.exit)
}

fn list(console: &Console) -> Result<ExitCode, Failure> {
    let scenarios = embedded().map_err(|found| Failure { exit: ExitCode::OUR_BUG, ..found.into() })?;
    let mut table = Table::new(&["scenario", "lasts", "what happens"]).prose(2);
    for scenario in &scenarios {
        let lasts = format!("{} s", scenario.length().as_secs());
        table.row([scenario.name.as_str(), &lasts, &scenario.title].map(Cell::from));
    }
    console.page(|page| table.write(page, 0));
    Ok(ExitCode::CONFORMS)
}
