//! `hardtack verify`: the catalogue against a target.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::catalogue::Specs;
use super::output::Console;
use super::reporting::Reporting;
use super::under_test::{Choice, UnderTest};
use super::{Failure, durations, har, serve};
use crate::document::nearest;
use crate::event::ExitCode;
use crate::spec::{Catalogue, Profile};
use crate::verify::{Filter, Options, Pages, Request, select};
use crate::wire::Limits;

/// Judge a server: run the catalogue of cases and report what breaks
#[derive(Debug, Default, clap::Args)]
#[command(after_help = AFTER_HELP.as_str())]
pub(super) struct Arguments {
    /// A URL or a target file; the embedded reference server when left out
    target: Option<String>,
    /// Another page to read, where the target is only read; may be given several times
    #[arg(long = "also", value_name = "URL")]
    also: Vec<String>,
    /// A HAR file that a browser has recorded; without a target nothing else is read
    #[arg(long, value_name = "FILE")]
    har: Option<PathBuf>,
    /// The session cookie's name, where the target is only read; guessed when nothing is said
    #[arg(long = "session-cookie", value_name = "NAME")]
    session_cookies: Vec<String>,
    /// Which variants: several axes combine, several values of an axis are alternatives, `*` is every value
    #[arg(long = "variant", value_name = "AXIS=VALUE", value_delimiter = ',')]
    variants: Vec<Choice>,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    specs: Specs,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// How many cases run at the same time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// How many variants run at the same time [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    variant_jobs: Option<u16>,
    /// The longest that a case may wait for an expiry; cases that need longer are not applicable [default: 20s]
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    wait_budget: Option<Duration>,
    /// The longest that one request may take [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    timeout: Option<Duration>,
    /// Break the embedded server in this way; may be given several times
    #[arg(long = "fault", value_name = "NAME", conflicts_with = "target")]
    faults: Vec<String>,
    #[command(flatten)]
    reporting: Reporting,
}

/// Which cases of the catalogue.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Selection {
    /// Which cases: parts of ids, `*`, rule:, ref:, fault:, joined with and, or, not, ( )
    #[arg(long, value_name = "EXPR", default_value = "", hide_default_value = true)]
    filter: String,
    /// Whose idea of right and wrong is applied
    #[arg(long, value_name = "NAME", default_value = Profile::Default.as_str(), value_parser = profile())]
    pub(super) profile: Profile,
}

static AFTER_HELP: LazyLock<String> = LazyLock::new(|| {
    let mut text = "\
Examples:
  hardtack verify
  hardtack verify --fault delete-ignores-path --variant engine=db
  hardtack verify http://127.0.0.1:8000 --filter 'cookies/* and not rule:cookie.set'
  hardtack verify targets/django/target.yaml --variant engine=cached_db --json run.json
  hardtack verify --profile tutorial --quiet
  hardtack verify https://shop.example/ --also https://shop.example/login
  hardtack verify --har recorded.har --session-cookie sid

Exit codes, where several apply the first of them:
"
    .to_owned();
    // A load run is another command.
    for exit in ExitCode::PRECEDENCE.into_iter().filter(|exit| *exit != ExitCode::LOAD_INVALID) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:>3}  {}", exit.code(), exit.meaning());
    }
    text
});

pub(super) fn profile() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::as_str))
        .try_map(|word| Profile::named(&word).ok_or("no such profile"))
}

impl Selection {
    /// The filter, and that it chooses something.
    pub(super) fn filter(&self, catalogue: &Catalogue) -> Result<Filter, Failure> {
        let filter = Filter::parse(&self.filter).map_err(|error| {
            Failure::bad_input(error)
                .fix("write something like `cookies/* and not rule:cookie.set`, parentheses included")
        })?;
        let cases: Vec<_> = catalogue.cases().map(Arc::clone).collect();
        if !select(&cases, &filter, self.profile).is_empty() {
            return Ok(filter);
        }
        let failure = Failure::new(
            ExitCode::NOTHING_RUN,
            format!("the filter `{}` chooses none of the {} cases", self.filter, cases.len()),
        );
        let ids = catalogue.specs().map(|spec| spec.id.as_str()).chain(cases.iter().map(|case| case.id.base()));
        Err(match nearest(&self.filter, ids) {
            Some(near) => failure.fix(format!("did you mean `{near}`?")),
            None => failure.fix("`hardtack specs list` names them all"),
        })
    }
}

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    arguments.reporting.check()?;
    let (request, first) = request(&arguments).await?;
    arguments.reporting.run(request, &first, console).await
}

/// What to run, and the first line of output where the target does not give it.
async fn request(arguments: &Arguments) -> Result<(Request, String), Failure> {
    let usual = Options::default();
    let limits = limits(arguments.timeout);
    let catalogue = arguments.specs.load()?;
    let filter = arguments.selection.filter(&catalogue)?;
    let archive = arguments.har.as_deref().map(har::read).transpose()?;
    let under_test = match (&arguments.target, &archive) {
        (Some(text), _) => UnderTest::named(text, limits).await?,
        (None, Some(archive)) => UnderTest::recorded(archive)?,
        (None, None) => UnderTest::embedded(serve::faults(&arguments.faults)?)?,
    };
    let pages = Pages {
        session_cookies: arguments.session_cookies.clone(),
        ..har::pages(arguments.target.is_none(), &arguments.also, archive, &under_test)?
    };
    let request = Request {
        variants: under_test.variants(&arguments.variants)?,
        cases: catalogue.cases().map(Arc::clone).collect(),
        digest: catalogue.digest(),
        target: under_test.target,
        stages: under_test.stages,
        pages,
        options: Options {
            filter,
            profile: arguments.selection.profile,
            strict: arguments.strict,
            jobs: arguments.jobs.map_or(usual.jobs, usize::from),
            variant_jobs: arguments.variant_jobs.map_or(usual.variant_jobs, usize::from),
            wait_budget: arguments.wait_budget.unwrap_or(usual.wait_budget),
            limits,
            ..usual
        },
    };
    Ok((request, under_test.words))
}

/// The usual limits, or those of an exchange that may take `total` and no longer.
pub(super) fn limits(total: Option<Duration>) -> Limits {
    let usual = Limits::default();
    let Some(total) = total else { return usual };
    Limits { connect: usual.connect.min(total), first_byte: total, idle: total, total, ..usual }
}
