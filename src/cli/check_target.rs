//! `hardtack check-target`: whether a target does what it offers, before anything is graded.

use std::time::Duration;

use super::output::Console;
use super::reporting::Reporting;
use super::under_test::{Choice, UnderTest};
use super::verify::limits;
use super::{Failure, durations};
use crate::event::ExitCode;
use crate::verify::{Options, Pages, Purpose, Request, self_test_cases};

/// Try each operation that a target offers once, before anything is graded
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// A target file or a URL
    target: String,
    /// Which variants: several axes combine, several values of an axis are alternatives, `*` is every value
    #[arg(long = "variant", value_name = "AXIS=VALUE", value_delimiter = ',')]
    variants: Vec<Choice>,
    /// The longest that one request may take [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    timeout: Option<Duration>,
    #[command(flatten)]
    reporting: Reporting,
}

const AFTER_HELP: &str = "\
What is offered and does not work is untestable, and the command ends with 1.

Examples:
  hardtack check-target targets/django/target.yaml
  hardtack check-target targets/django/target.yaml --variant engine=*
  hardtack check-target http://127.0.0.1:8000";

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    arguments.reporting.check()?;
    let limits = limits(arguments.timeout);
    let under_test = UnderTest::named(&arguments.target, limits).await?;
    let request = Request {
        variants: under_test.variants(&arguments.variants)?,
        cases: self_test_cases(&under_test.target.binding)
            .map_err(|error| Failure { exit: ExitCode::OUR_BUG, ..error.into() })?,
        digest: "check-target".to_owned(),
        target: under_test.target,
        stages: under_test.stages,
        pages: Pages::default(),
        options: Options { purpose: Purpose::CheckTarget, limits, ..Options::default() },
    };
    arguments.reporting.run(request, &under_test.words, console).await
}
