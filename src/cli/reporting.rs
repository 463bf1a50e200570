//! Running cases with the reports that were asked for.

use std::io::{BufWriter, Write, sink};
use std::path::PathBuf;

use super::known::KnownFailures;
use super::output::{Console, Destination, Stream};
use super::outputs::Outputs;
use super::stored::stored_run;
use super::{Failure, ctrl_c};
use crate::event::{ExitCode, StoredRun};
use crate::report::baseline::Changes;
use crate::report::events::EventLines;
use crate::report::of_verify::{self, Telling};
use crate::report::terminal::{Detail, Live, Look, report_since};
use crate::report::{FanOut, json};
use crate::verify::{self, Request};

/// What to report, and where.
#[derive(Debug, Default, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Reporting {
    /// Write the whole run as JSON; `-` is stdout
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    json: Option<Destination>,
    /// Write events as JSON lines while the run goes on; `-` is stdout
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    events: Option<Destination>,
    #[command(flatten)]
    outputs: Outputs,
    /// Show cookies, session keys and credentials of real applications in full, in every report
    #[arg(long, help_heading = "Reports")]
    show_secrets: bool,
    /// Say what is new, fixed and still failing since this run, a file of `--json`
    #[arg(long, value_name = "RUN.json", help_heading = "Runs over time")]
    baseline: Option<PathBuf>,
    /// Fail on failures that the baseline does not have, and on no others
    #[arg(long, requires = "baseline", help_heading = "Runs over time")]
    only_new: bool,
    #[command(flatten)]
    known: KnownFailures,
    /// Show each exchange as it happens; `--events` has them too
    #[arg(long, conflicts_with = "quiet")]
    trace: bool,
    /// Only failures and the last lines
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// List every case
    #[arg(long, short)]
    verbose: bool,
}

impl Reporting {
    /// Refuses what cannot be done, before anything is started.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let on_stdout = self.on_stdout();
        if let [one, .., other] = on_stdout.as_slice() {
            return Err(Failure::bad_input(format!("`{one} -` and `{other} -` cannot both have stdout"))
                .fix("name a file for one of them"));
        }
        Ok(())
    }

    fn on_stdout(&self) -> Vec<&'static str> {
        let stored = [("--json", &self.json), ("--events", &self.events)];
        let stored = stored.into_iter().filter(|(_, to)| to.as_ref().is_some_and(Destination::is_stdout));
        stored.map(|(option, _)| option).chain(self.outputs.on_stdout()).collect()
    }

    /// Runs cases; writes `first` before anything else, and all reports. The exit code is that of the run.
    pub(super) async fn run(self, mut request: Request, first: &str, console: &Console) -> Result<ExitCode, Failure> {
        let baseline = self.baseline.as_deref().map(stored_run).transpose()?;
        let excused = self.known.apply(&mut request)?;
        let json = self.json.as_ref().map(Destination::open).transpose()?;
        let events = self.events.as_ref().map(Destination::open).transpose()?;
        let files = self.outputs.open()?;
        // What people read makes way for what programs read.
        let stream = if self.on_stdout().is_empty() { Stream::Out } else { Stream::Err };
        let strict = request.options.strict;
        let look = self.look(&console.look(stream), strict);
        request.options.show_secrets = self.show_secrets;
        request.options.trace = self.trace;

        let mut sinks = FanOut::new();
        let opening: Box<dyn Write + Send> = if self.quiet { Box::new(sink()) } else { stream.writer() };
        sinks.add(Live::new(opening, first, look.clone(), Stream::Err.is_terminal() && !self.quiet));
        if let Some(out) = events {
            let console = console.clone();
            sinks.add(EventLines::new(out, move |error| console.warn(&format!("failed to write events: {error}"))));
        }
        let cancel = ctrl_c::watch_for(console, "finishing the report; Ctrl-C again ends at once");
        let mut run = verify::run(request, &mut sinks, cancel).await;
        let changes = baseline.map(|baseline| Changes::since(&baseline, &run, strict));
        if let Some(changes) = changes.as_ref().filter(|_| self.only_new) {
            run.summary.exit = changes.exit_for_new(&run);
        }
        // Apart from the opening lines.
        let gap = if self.quiet { "" } else { "\n" };
        stream.print(&format!("{gap}{}", report_since(&run, changes.as_ref(), &look)));
        if let Some(out) = json {
            write_json(&run, out)?;
        }
        if files.is_needed() {
            let telling = Telling { strict, changes: changes.as_ref() };
            files.write(&of_verify::report(&run, telling), stream)?;
        }
        if let Some(said) = excused.map(|excused| excused.update(&run)).transpose()?.flatten() {
            console.note(&said);
        }
        Ok(run.summary.exit)
    }

    fn look(&self, usual: &Look, strict: bool) -> Look {
        let detail = match (self.quiet, self.verbose) {
            (true, _) => Detail::Failures,
            (_, true) => Detail::Every,
            _ => Detail::Usual,
        };
        Look { detail, strict, ..usual.clone() }
    }
}

fn write_json(run: &StoredRun, out: Box<dyn Write + Send>) -> Result<(), Failure> {
    json::write(run, BufWriter::new(out))
        .map_err(|error| Failure::bad_input(format!("failed to write the run as JSON: {error}")))
}
