//! Running cases with the reports that were asked for.

use std::io::{BufWriter, Write, sink};

use super::output::{Console, Destination, Stream};
use super::{Failure, ctrl_c};
use crate::event::{ExitCode, StoredRun};
use crate::report::events::EventLines;
use crate::report::terminal::{Detail, Live, Look, report};
use crate::report::{FanOut, json};
use crate::verify::{self, Request};

/// What to report, and where.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Reporting {
    /// Write the whole run as JSON; `-` is stdout
    #[arg(long, value_name = "FILE")]
    json: Option<Destination>,
    /// Write events as JSON lines while the run goes on; `-` is stdout
    #[arg(long, value_name = "FILE")]
    events: Option<Destination>,
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
        if self.on_stdout() > 1 {
            return Err(Failure::bad_input("`--json -` and `--events -` cannot both have stdout")
                .fix("name a file for one of them"));
        }
        Ok(())
    }

    fn on_stdout(&self) -> usize {
        [&self.json, &self.events].into_iter().flatten().filter(|file| file.is_stdout()).count()
    }

    /// Runs cases; writes `first` before anything else, and all reports. The exit code is that of the run.
    pub(super) async fn run(self, request: Request, first: &str, console: &Console) -> Result<ExitCode, Failure> {
        let json = self.json.as_ref().map(Destination::open).transpose()?;
        let events = self.events.as_ref().map(Destination::open).transpose()?;
        // What people read makes way for what programs read.
        let stream = if self.on_stdout() > 0 { Stream::Err } else { Stream::Out };
        let look = self.look(&console.look(stream), request.options.strict);

        let mut sinks = FanOut::new();
        let opening: Box<dyn Write + Send> = if self.quiet { Box::new(sink()) } else { stream.writer() };
        sinks.add(Live::new(opening, first, look.clone(), Stream::Err.is_terminal() && !self.quiet));
        if let Some(out) = events {
            let console = console.clone();
            sinks.add(EventLines::new(out, move |error| console.warn(&format!("failed to write events: {error}"))));
        }
        let cancel = ctrl_c::watch_for(console, "finishing the report; Ctrl-C again ends at once");
        let run = verify::run(request, &mut sinks, cancel).await;
        // Apart from the opening lines.
        let gap = if self.quiet { "" } else { "\n" };
        stream.print(&format!("{gap}{}", report(&run, &look)));
        if let Some(out) = json {
            write_json(&run, out)?;
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
