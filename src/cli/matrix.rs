//! `hardtack matrix`: several targets beside each other.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::catalogue::Specs;
use super::in_order::in_order;
use super::output::{Console, Destination, Opened, Stream, not_written, open, write};
use super::under_test::{Choice, UnderTest};
use super::verify::{Selection, limits};
use super::{Failure, ctrl_c, durations};
use crate::event::{Event, ExitCode, Sink, StoredRun};
use crate::report::matrix::{Gathered, Matrix, gather, markdown, terminal};
use crate::report::{html, json};
use crate::spec::Catalogue;
use crate::verify::{self, Filter, Options, Pages, Request};

/// Verify several targets, and write one comparison of all their variants
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Target files, folders that hold a `target.yaml`, or URLs
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,
    /// Which variants of each target; a target without the axis is left out
    #[arg(long = "variant", value_name = "AXIS=VALUE", value_delimiter = ',')]
    variants: Vec<Choice>,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    specs: Specs,
    /// How many targets run at the same time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// How many variants of each target run at the same time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    variant_jobs: u16,
    /// The longest that a case may wait for an expiry [default: 20s]
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    wait_budget: Option<Duration>,
    /// The longest that one request may take [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = durations::parse)]
    timeout: Option<Duration>,
    /// Show cookies, session keys and credentials of real applications in full
    #[arg(long)]
    show_secrets: bool,
    /// Write the comparison as one HTML page that needs no network; `-` is stdout
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    html: Option<Destination>,
    /// Write the comparison as Markdown; `-` is stdout
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    markdown: Option<Destination>,
    /// Write the comparison as JSON; `-` is stdout
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    json: Option<Destination>,
    /// Write the whole run of each target to this folder, for `hardtack report`
    #[arg(long, value_name = "DIR", help_heading = "Reports")]
    runs: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack matrix targets/*/target.yaml --html reports/matrix.html --markdown reports/matrix.md
  hardtack matrix targets/flask targets/django --filter 'sessions/*' --jobs 2

A variant whose prerequisites are missing is listed as not judged; it is green nowhere. The exit code is that of the
worst run; 5 when nothing could be judged.";

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let on_stdout = Destination::any_on_stdout(&[&arguments.html, &arguments.markdown, &arguments.json])?;
    let catalogue = Arc::new(arguments.specs.load()?);
    let filter = arguments.selection.filter(&catalogue)?;
    let files = Files::open(&arguments)?;
    let cancel = ctrl_c::watch_for(console, "finishing the comparison; Ctrl-C again ends at once");
    let arguments = Arc::new(arguments);
    let targets = verify_all(&arguments, &catalogue, &filter, console, &cancel).await;
    let matrix = gather(&targets);
    if let Some(folder) = &arguments.runs {
        write_runs(folder, &targets)?;
    }
    files.write(&matrix)?;
    let stream = if on_stdout { Stream::Err } else { Stream::Out };
    let look = console.look(stream);
    let mut page = crate::report::terminal::Page::new(&look);
    terminal::write(&mut page, &matrix);
    stream.print(&page.finish());
    Ok(exit(&targets, &matrix, *cancel.borrow()))
}

/// Verifies the targets and gives them back in the order of the command line.
async fn verify_all(
    arguments: &Arc<Arguments>,
    catalogue: &Arc<Catalogue>,
    filter: &Filter,
    console: &Console,
    cancel: &watch::Receiver<bool>,
) -> Vec<Gathered> {
    let permits = Arc::new(Semaphore::new(usize::from(arguments.jobs)));
    let mut tasks = JoinSet::new();
    for index in 0..arguments.targets.len() {
        let (arguments, catalogue) = (Arc::clone(arguments), Arc::clone(catalogue));
        let (filter, console, cancel, permits) =
            (filter.clone(), console.clone(), cancel.clone(), Arc::clone(&permits));
        tasks.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let text = &arguments.targets[index];
            (index, one(text, &arguments, &catalogue, filter, &console, cancel).await)
        });
    }
    in_order(tasks).await
}

async fn one(
    text: &str,
    arguments: &Arguments,
    catalogue: &Catalogue,
    filter: Filter,
    console: &Console,
    cancel: watch::Receiver<bool>,
) -> Gathered {
    let limits = limits(arguments.timeout);
    let failed =
        |target: String, failure: &Failure| Gathered { target, file: text.to_owned(), run: Err(failure.words()) };
    let under_test = match UnderTest::named(text, limits).await {
        Ok(under_test) => under_test,
        Err(failure) => return failed(text.to_owned(), &failure),
    };
    let name = under_test.target.name.clone();
    let variants = match under_test.variants(&arguments.variants) {
        Ok(variants) => variants,
        Err(failure) => return failed(name, &failure),
    };
    let usual = Options::default();
    let request = Request {
        variants,
        cases: catalogue.cases().map(Arc::clone).collect(),
        digest: catalogue.digest(),
        target: under_test.target,
        pages: Pages::default(),
        stages: under_test.stages,
        options: Options {
            filter,
            profile: arguments.selection.profile,
            variant_jobs: usize::from(arguments.variant_jobs),
            wait_budget: arguments.wait_budget.unwrap_or(usual.wait_budget),
            show_secrets: arguments.show_secrets,
            limits,
            ..usual
        },
    };
    let mut told = Told { target: name.clone(), console: console.clone() };
    let run = verify::run(request, &mut told, cancel).await;
    Gathered { target: name, file: text.to_owned(), run: Ok(run) }
}

/// Says on stderr what began and ended.
struct Told {
    target: String,
    console: Console,
}

impl Sink for Told {
    fn take(&mut self, event: &Event) {
        let target = &self.target;
        match event {
            Event::VariantStarted { variant, cases, .. } => {
                self.console.note(&format!("{target} {variant}: {cases} cases"));
            }
            Event::VariantFailed { variant, .. } => self.console.note(&format!("{target} {variant}: not judged")),
            Event::RunFinished { summary } => {
                let text = format!("{target}: {} after {} s", summary.exit.word(), summary.elapsed_ms / 1000);
                self.console.note(&text);
            }
            _ => {}
        }
    }
}

fn exit(targets: &[Gathered], matrix: &Matrix, interrupted: bool) -> ExitCode {
    let of = |target: &Gathered| target.run.as_ref().map_or(ExitCode::BAD_INPUT, |run| run.summary.exit);
    // A target of which nothing is here says nothing; all of them together are a comparison of nothing.
    let absent = |target: &Gathered| {
        target.run.as_ref().is_ok_and(|run| {
            let here = |variant: &crate::event::VariantRun| {
                !matches!(&variant.failed_to_run, Some((_, exit)) if *exit == ExitCode::CONFORMS)
            };
            !run.variants.iter().any(here)
        })
    };
    let codes = targets.iter().filter(|target| !absent(target)).map(of);
    let code = codes.fold(ExitCode::CONFORMS, ExitCode::and);
    let code = if matrix.columns.is_empty() { code.and(ExitCode::NOTHING_RUN) } else { code };
    if interrupted { code.and(ExitCode::INTERRUPTED) } else { code }
}

/// The files, open before anything is started.
struct Files {
    html: Opened,
    markdown: Opened,
    json: Opened,
}

impl Files {
    fn open(arguments: &Arguments) -> Result<Self, Failure> {
        if let Some(folder) = &arguments.runs {
            std::fs::create_dir_all(folder).map_err(|error| not_written(&folder.display().to_string(), &error))?;
        }
        Ok(Self {
            html: open(arguments.html.as_ref())?,
            markdown: open(arguments.markdown.as_ref())?,
            json: open(arguments.json.as_ref())?,
        })
    }

    fn write(self, matrix: &Matrix) -> Result<(), Failure> {
        write(self.html, "HTML", || html::matrix(matrix))?;
        write(self.json, "JSON", || matrix.json())?;
        write(self.markdown, "Markdown", || Ok::<_, Infallible>(markdown::write(matrix)))
    }
}

fn write_runs(folder: &Path, targets: &[Gathered]) -> Result<(), Failure> {
    for target in targets {
        let Ok(run) = &target.run else { continue };
        let name = target.target.replace(|character: char| !character.is_ascii_alphanumeric(), "-");
        let path = folder.join(format!("{name}.json"));
        let written = |run: &StoredRun| json::write(run, std::io::BufWriter::new(std::fs::File::create(&path)?));
        written(run).map_err(|error| not_written(&path.display().to_string(), &error))?;
    }
    Ok(())
}
