//! Running cases with the reports that were asked for.

use std::path::PathBuf;

use super::known::KnownFailures;
use super::output::{Console, Stream};
use super::run_reports::RunReports;
use super::stored::stored_run;
use super::{Failure, ctrl_c};
use crate::event::ExitCode;
use crate::report::baseline::Changes;
use crate::report::of_verify::Telling;
use crate::report::terminal::{Detail, Look, report_since};
use crate::verify::{self, Request};

/// What to report, and where.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Reporting {
    #[command(flatten)]
    reports: RunReports,
    /// Say what is new, fixed and still failing since this run, a file of `--json`
    #[arg(long, value_name = "RUN.json", help_heading = "Runs over time")]
    baseline: Option<PathBuf>,
    /// Fail on failures that the baseline does not have, and on no others
    #[arg(long, requires = "baseline", help_heading = "Runs over time")]
    only_new: bool,
    #[command(flatten)]
    known: KnownFailures,
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
        self.reports.check()
    }

    /// Runs cases; writes `first` before anything else, and all reports. The exit code is that of the run.
    pub(super) async fn run(self, mut request: Request, first: &str, console: &Console) -> Result<ExitCode, Failure> {
        let baseline = self.baseline.as_deref().map(stored_run).transpose()?;
        let excused = self.known.apply(&mut request)?;
        let mut reports = self.reports.open()?;
        let strict = request.options.strict;
        let look = self.look(&console.look(reports.stream), strict);
        request.options.show_secrets = self.reports.show_secrets;
        request.options.trace = self.reports.trace;

        let bar = Stream::Err.is_terminal() && !self.quiet;
        let mut sinks = reports.sinks(first, &look, (self.quiet, bar), console);
        let cancel = ctrl_c::watch_for(console, "finishing the report; Ctrl-C again ends at once");
        let mut run = verify::run(request, &mut sinks, cancel).await;
        let changes = baseline.map(|baseline| Changes::since(&baseline, &run, strict));
        if let Some(changes) = changes.as_ref().filter(|_| self.only_new) {
            run.summary.exit = changes.exit_for_new(&run);
        }
        // Apart from the opening lines.
        let gap = if self.quiet { "" } else { "\n" };
        reports.stream.print(&format!("{gap}{}", report_since(&run, changes.as_ref(), &look)));
        reports.write(&run, Telling { strict, changes: changes.as_ref() })?;
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
