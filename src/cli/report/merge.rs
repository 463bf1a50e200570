//! `hardtack report merge`: the lines of load workers, added up.

use std::io::Read as _;
use std::path::PathBuf;

use super::super::Failure;
use super::super::catalogue::unreadable;
use super::super::load::{Reporting, find_scenario};
use super::super::output::{Console, Stream};
use crate::event::ExitCode;
use crate::load::{Leg, LoadRun, Record, Verdict};
use crate::report::of_load;

/// Merge what the workers of one load run printed: histograms are added, percentiles never averaged
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Files with the output of workers, or with lines of several; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The scenario, for its thresholds, when it is not an embedded one
    #[arg(long, value_name = "FILE")]
    scenario: Option<String>,
    #[command(flatten)]
    reporting: Reporting,
}

const AFTER_HELP: &str = "\
Examples:
  srun -n 4 hardtack load http://127.0.0.1:8000 --scenario lookup | hardtack report merge -
  kubectl logs -l job-name=hardtack-load --tail=-1 | hardtack report merge - --html load.html
  hardtack report merge worker-0.txt worker-1.txt

Workers of different runs, or of different scenarios, and a run of which a worker is missing are refused.";

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let reports = arguments.reporting.open()?;
    let baseline = arguments.reporting.baseline()?;
    let mut text = String::new();
    for path in &arguments.files {
        let read = if path.as_os_str() == "-" {
            std::io::stdin().read_to_string(&mut text).map(|_| ())
        } else {
            std::fs::read_to_string(path).map(|read| text.push_str(&read))
        };
        read.map_err(|error| unreadable(path, &error))?;
        text.push('\n');
    }
    let records = Record::read_lines(&text).and_then(Record::merge);
    let record = records
        .map_err(|error| Failure::bad_input(error).fix("give the output of all workers of one run, and of no other"))?;
    let run = told(record, arguments.scenario.as_deref())?;
    let to_stdout = !arguments.reporting.tells_stdout();
    if to_stdout {
        let look = console.look(Stream::Out);
        Stream::Out.print(&of_load::terminal::report(&run, baseline.as_ref(), &look));
    }
    reports.write(&run, baseline.as_ref(), if to_stdout { Stream::Out } else { Stream::Err })?;
    Ok(run.exit)
}

fn told(record: Record, scenario: Option<&str>) -> Result<LoadRun, Failure> {
    let scenario = find_scenario(scenario.unwrap_or(&record.scenario))?;
    let thinks = scenario.journeys.iter().flat_map(|one| &one.steps).any(|step| !step.think.to.is_zero());
    let mut run = LoadRun::new(&scenario, &record.target);
    run.add(Leg {
        label: scenario.name.clone(),
        variant: "default".to_owned(),
        server: String::new(),
        not_run: None,
        events: Vec::new(),
        target_cpu: None,
        verdict: Some(Verdict::of(&record, thinks)),
        ceiling: None,
        missed: scenario.thresholds.missed(&record),
        record: Some(record),
    });
    run.settle();
    Ok(run)
}
