//! The reports of a run of cases, of histories as well: the same options, and the same rules about who has stdout.

use std::io::{BufWriter, Write, sink};

use super::Failure;
use super::output::{Console, Destination, Stream};
use super::outputs::{Files, Outputs};
use crate::event::StoredRun;
use crate::report::events::EventLines;
use crate::report::of_verify::{self, Telling};
use crate::report::terminal::{Live, Look};
use crate::report::{FanOut, json};

/// Which reports, where, and what they show.
#[derive(Debug, Default, clap::Args)]
pub(super) struct RunReports {
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
    pub(super) show_secrets: bool,
    /// Show each exchange as it happens; `--events` has them too
    #[arg(long, conflicts_with = "quiet")]
    pub(super) trace: bool,
}

/// The files of the reports, open.
pub(super) struct OpenReports {
    json: Option<Box<dyn Write + Send>>,
    events: Option<Box<dyn Write + Send>>,
    files: Files,
    /// What people read makes way for what programs read.
    pub(super) stream: Stream,
}

impl RunReports {
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

    /// Opens the files, before anything is started.
    pub(super) fn open(&self) -> Result<OpenReports, Failure> {
        Ok(OpenReports {
            json: self.json.as_ref().map(Destination::open).transpose()?,
            events: self.events.as_ref().map(Destination::open).transpose()?,
            files: self.outputs.open()?,
            stream: if self.on_stdout().is_empty() { Stream::Out } else { Stream::Err },
        })
    }
}

impl OpenReports {
    /// Who reads events while the run goes on: people, `first` before anything else, and the file of events.
    pub(super) fn sinks(&mut self, first: &str, look: &Look, (quiet, bar): (bool, bool), console: &Console) -> FanOut {
        let opening: Box<dyn Write + Send> = if quiet { Box::new(sink()) } else { self.stream.writer() };
        let mut sinks = FanOut::new();
        sinks.add(Live::new(opening, first, look.clone(), bar));
        if let Some(out) = self.events.take() {
            let console = console.clone();
            sinks.add(EventLines::new(out, move |error| console.warn(&format!("failed to write events: {error}"))));
        }
        sinks
    }

    /// Writes the run in every other format.
    pub(super) fn write(self, run: &StoredRun, telling: Telling<'_>) -> Result<(), Failure> {
        if let Some(out) = self.json {
            json::write(run, BufWriter::new(out))
                .map_err(|error| Failure::bad_input(format!("failed to write the run as JSON: {error}")))?;
        }
        if self.files.is_needed() {
            self.files.write(&of_verify::report(run, telling), self.stream)?;
        }
        Ok(())
    }
}
