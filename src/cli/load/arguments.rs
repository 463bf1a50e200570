//! The flags of `hardtack load`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::output::{Destination, Stream};
use super::super::outputs::{Files, Outputs};
use super::super::under_test::Choice;
use super::super::{Failure, durations};
use crate::contract::Wrong;
use crate::load::scenario::{Access, Scenario, Thresholds};
use crate::load::{LoadRun, parse_percent};
use crate::report::of_load;

/// Put a server under load: how many sessions a second it serves, and whether it is still right meanwhile
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(in crate::cli) struct Arguments {
    /// A URL or a target file; the embedded reference server when left out
    pub(super) target: Option<String>,
    /// What virtual users do: the name of an embedded scenario, or a file
    #[arg(long, value_name = "NAME|FILE", required_unless_present = "list_scenarios")]
    pub(super) scenario: Option<String>,
    /// List the embedded scenarios and end
    #[arg(long)]
    pub(super) list_scenarios: bool,
    /// Which variants, one after the other; the first when left out, `*` is every value
    #[arg(long = "variant", value_name = "AXIS=VALUE", value_delimiter = ',')]
    pub(super) variants: Vec<Choice>,
    /// The longest that one request may take [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    pub(super) timeout: Option<Duration>,
    /// End after so many requests
    #[arg(long, value_name = "N", default_value_t = 1_000_000_000)]
    pub(super) max_requests: u64,
    /// Keep the prepared sessions in this file, and use those that are in it
    #[arg(long, value_name = "FILE")]
    pub(super) population: Option<PathBuf>,
    /// What requests go through: a kept connection per user, or Goose's own client
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    pub(super) client: Client,
    /// Show cookies and session keys of servers elsewhere in full in the trace
    #[arg(long, requires = "trace")]
    pub(super) show_secrets: bool,
    /// Show exchanges as they happen, of each variant the first of its kind: a session that is begun, each step, what fails,
    /// what is wrong
    #[arg(long, conflicts_with = "quiet")]
    pub(super) trace: bool,
    /// Do not measure what the store does without the server
    #[arg(long)]
    pub(super) no_ceiling: bool,
    /// Break the embedded server in this way; may be given several times
    #[arg(long = "fault", value_name = "NAME", conflicts_with = "target")]
    pub(super) faults: Vec<String>,
    /// Break the embedded server in this way, once in a while
    #[arg(long, value_name = "KIND", conflicts_with = "target", value_parser = super::super::serve::rare_kind())]
    pub(super) rare: Option<Wrong>,
    /// How rarely: once in so many chances
    #[arg(long, value_name = "N", requires = "rare", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) one_in: u64,
    #[command(flatten)]
    pub(super) reporting: Reporting,
    // Groups with a heading of their own come last: whatever follows them would stand below it.
    #[command(flatten)]
    pub(super) changes: Changes,
    #[command(flatten)]
    pub(super) search: Search,
    #[command(flatten)]
    pub(super) workers: Workers,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack load --scenario lookup
  hardtack load http://127.0.0.1:8000 --scenario mixed --users 200 --duration 30s
  hardtack load http://127.0.0.1:8000 --scenario lookup --rate 2000 --p99 50ms
  hardtack load targets/django/target.yaml --scenario engines --html load.html
  hardtack load http://127.0.0.1:8000 --scenario mixed --trace
  hardtack load --scenario lookup --find-max --p99 20ms --errors 0.1%
  hardtack load --scenario mixed --rare lost-write

Several machines: start the same command on each with RANK, WORLD_SIZE and START_AT set, or under Slurm, and merge
the lines that they print with `hardtack report merge`.";

/// What the command line changes in a scenario.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Changes to the scenario")]
pub(super) struct Changes {
    /// Virtual users, of all workers together
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) users: Option<u32>,
    /// Passes begun per second, by all users together, whatever the server does
    #[arg(long, value_name = "N", value_parser = positive)]
    pub(super) rate: Option<f64>,
    /// How long to measure
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    pub(super) duration: Option<Duration>,
    /// Sessions of the population; several sizes are measured one after the other
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(super) sessions: Vec<u32>,
    /// Octets of payload in each session
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(super) payload: Option<u32>,
    /// Which session a pass takes: uniform, one, or zipf:EXPONENT
    #[arg(long, value_name = "HOW", value_parser = access)]
    pub(super) access: Option<Access>,
    /// Where random choices begin
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// The longest response time of half of the requests
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    pub(super) p50: Option<Duration>,
    /// The longest response time of 95 in 100
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    pub(super) p95: Option<Duration>,
    /// The longest response time of 99 in 100
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    pub(super) p99: Option<Duration>,
    /// The greatest share of failed requests
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(super) errors: Option<f64>,
    /// The smallest rate, in requests per second
    #[arg(long, value_name = "N", value_parser = positive)]
    pub(super) min_rate: Option<f64>,
    /// The greatest number of lost writes
    #[arg(long, value_name = "N")]
    pub(super) lost_writes: Option<u64>,
    /// The greatest number of lost sessions
    #[arg(long, value_name = "N")]
    pub(super) lost_sessions: Option<u64>,
}

impl Changes {
    /// The scenario with these changes.
    pub(super) fn apply(&self, mut scenario: Scenario) -> Result<Scenario, Failure> {
        if let Some(users) = self.users {
            scenario.users = users;
            for phase in &mut scenario.phases {
                phase.users = phase.users.map(|active| active.min(users));
            }
        }
        if let Some(rate) = self.rate {
            scenario.phases.iter_mut().for_each(|phase| phase.rate = Some(rate));
        }
        if let Some(duration) = self.duration {
            lengthen(&mut scenario, duration)?;
        }
        if !self.sessions.is_empty() {
            scenario.population.sessions.clone_from(&self.sessions);
        }
        if let Some(payload) = self.payload {
            scenario.population.payload = payload;
        }
        if let Some(access) = self.access {
            scenario.population.access = access;
        }
        let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let old = &scenario.thresholds;
        scenario.thresholds = Thresholds {
            p50_us: self.p50.map(micros).or(old.p50_us),
            p95_us: self.p95.map(micros).or(old.p95_us),
            p99_us: self.p99.map(micros).or(old.p99_us),
            errors: self.errors.or(old.errors),
            min_rate: self.min_rate.or(old.min_rate),
            lost_writes: self.lost_writes.or(old.lost_writes),
            lost_sessions: self.lost_sessions.or(old.lost_sessions),
            ..old.clone()
        };
        Ok(scenario)
    }
}

/// Measures for this long: the measured phases keep their proportions.
fn lengthen(scenario: &mut Scenario, duration: Duration) -> Result<(), Failure> {
    if !scenario.events.is_empty() || scenario.population.lifetime.is_some() {
        return Err(Failure::bad_input(format!("the phases of `{}` belong to moments of their own", scenario.name))
            .fix("leave `--duration` out, or copy the scenario to a file and change its phases there"));
    }
    if duration.is_zero() || duration > Duration::from_hours(24) {
        return Err(Failure::bad_input("a run measures for at least a millisecond and at most a day")
            .fix("give `--duration` something like 30s"));
    }
    let measured: Duration = scenario.phases.iter().filter(|phase| phase.measured).map(|phase| phase.length).sum();
    for phase in scenario.phases.iter_mut().filter(|phase| phase.measured) {
        phase.length = duration.mul_f64(phase.length.as_secs_f64() / measured.as_secs_f64());
    }
    Ok(())
}

/// Searching for the greatest rate.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Search for the greatest rate")]
pub(super) struct Search {
    /// Find the greatest rate that holds `--p99` and `--errors`
    #[arg(long, requires = "p99", conflicts_with = "rate")]
    pub(super) find_max: bool,
    /// The rate to begin with
    #[arg(long, value_name = "N", requires = "find_max", default_value_t = 200.0, value_parser = positive)]
    pub(super) find_from: f64,
    /// How long each rate is measured
    #[arg(long, value_name = "DURATION", requires = "find_max", value_parser = durations::parse)]
    pub(super) step: Option<Duration>,
}

/// Workers, here and elsewhere.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Workers")]
#[allow(clippy::struct_field_names, reason = "flags are named for people")]
pub(super) struct Workers {
    /// Worker processes on this machine; when left out, one for each core; a quarter of that beside the server
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(super) workers: Option<u32>,
    /// Be worker N of several, counted from 0
    #[arg(
        long,
        value_name = "N",
        requires = "world_size",
        help = "Be worker N of several, counted from 0; also RANK, SLURM_PROCID, JOB_COMPLETION_INDEX"
    )]
    pub(super) rank: Option<u32>,
    /// How many workers there are
    #[arg(
        long,
        value_name = "N",
        requires = "rank",
        help = "How many workers there are; also WORLD_SIZE, SLURM_NTASKS"
    )]
    pub(super) world_size: Option<u32>,
    /// When workers begin to measure together, in seconds since 1970
    #[arg(long, value_name = "SECONDS", env = "START_AT", hide_env_values = true)]
    pub(super) start_at: Option<f64>,
    /// What workers of one run have in common, so that their lines can be merged
    #[arg(long, value_name = "NAME", env = "RUN_ID", hide_env_values = true)]
    pub(super) run_id: Option<String>,
    /// Let Goose write its own report, one for each worker
    #[arg(long, value_name = "FILE")]
    pub(super) goose_report: Option<PathBuf>,
    /// This worker is led by a parent on its standard input
    #[arg(long, hide = true, requires = "rank")]
    pub(super) supervised: bool,
    /// The core that this worker keeps to
    #[arg(long, hide = true, requires = "supervised")]
    pub(super) core: Option<usize>,
    /// The value of `Host`, where the parent knows better
    #[arg(long, hide = true, requires = "supervised")]
    pub(super) host_field: Option<String>,
}

/// Reports.
#[derive(Debug, Default, clap::Args)]
pub(in crate::cli) struct Reporting {
    /// Write the whole run as JSON, histograms included
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    json: Option<Destination>,
    #[command(flatten)]
    outputs: Outputs,
    /// Compare with an earlier run, as `--json` wrote it
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    baseline: Option<PathBuf>,
    /// No progress on stderr
    #[arg(long)]
    pub(super) quiet: bool,
}

/// The files of the reports, open.
pub(in crate::cli) struct Opened {
    json: Option<Box<dyn Write + Send>>,
    files: Files,
}

impl Reporting {
    pub(in crate::cli) fn baseline(&self) -> Result<Option<LoadRun>, Failure> {
        self.baseline.as_deref().map(load_run).transpose()
    }

    /// Whether a report goes to stdout, so that the terminal's does not.
    pub(in crate::cli) fn tells_stdout(&self) -> bool {
        self.json.as_ref().is_some_and(Destination::is_stdout) || !self.outputs.on_stdout().is_empty()
    }

    /// Opens the files, before anything is run.
    pub(in crate::cli) fn open(&self) -> Result<Opened, Failure> {
        let json = self.json.as_ref().is_some_and(Destination::is_stdout);
        if usize::from(json) + self.outputs.on_stdout().len() > 1 {
            return Err(Failure::bad_input("two reports cannot share standard output")
                .fix("give one of them a file instead of `-`"));
        }
        Ok(Opened { json: self.json.as_ref().map(Destination::open).transpose()?, files: self.outputs.open()? })
    }
}

impl Opened {
    pub(in crate::cli) fn write(
        self,
        run: &LoadRun,
        baseline: Option<&LoadRun>,
        stream: Stream,
    ) -> Result<(), Failure> {
        if let Some(mut json) = self.json {
            let written = json.write_all(of_load::json(run).as_bytes()).and_then(|()| json.flush());
            written.map_err(|error| Failure::bad_input(format!("failed to write the run as JSON: {error}")))?;
        }
        if self.files.is_needed() {
            self.files.write(&of_load::report(run, baseline), stream)?;
        }
        Ok(())
    }
}

/// The load run that a file holds.
fn load_run(path: &Path) -> Result<LoadRun, Failure> {
    let failed = |why: &dyn std::fmt::Display| {
        Failure::bad_input(format!("failed to read the load run in {}: {why}", path.display()))
            .fix("name a file that `hardtack load --json FILE` has written")
    };
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    serde_json::from_str(&text).map_err(|error| failed(&error))
}

/// What requests go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum Client {
    /// A kept connection of each virtual user
    #[default]
    Connection,
    /// Goose's own client
    Reqwest,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 1e9 => Ok(number),
        _ => Err("write a number above 0".to_owned()),
    }
}

fn percent(text: &str) -> Result<f64, String> {
    parse_percent(text).ok_or_else(|| "write a percentage such as 0.1%".to_owned())
}

fn access(text: &str) -> Result<Access, String> {
    match (text, text.strip_prefix("zipf:").map(str::parse::<f64>)) {
        ("uniform", _) => Ok(Access::Uniform),
        ("one", _) => Ok(Access::One),
        (_, Some(Ok(exponent))) if (0.1..=5.0).contains(&exponent) => Ok(Access::Zipf(exponent)),
        _ => Err("write uniform, one, or zipf: and an exponent from 0.1 to 5".to_owned()),
    }
}
