//! `hardtack pairs`: releases with a defect that really happened, beside those that mended it.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::catalogue::{Specs, place, unreadable};
use super::in_order::in_order;
use super::output::{Console, Destination, Stream, open, write};
use super::under_test::UnderTest;
use super::{Failure, ctrl_c};
use crate::cookie::{Clock, SystemClock};
use crate::document::nearest;
use crate::event::{ExitCode, Nobody};
use crate::report::pairs::{Compared, Pairs, SCHEMA_VERSION, Side, markdown, terminal};
use crate::report::terminal::Page;
use crate::spec::{Case, CaseId, Catalogue};
use crate::target::{Pair, PairsFile, VariantPattern, read_pairs};
use crate::verify::{self, Options, Pages, Request, rfc3339};
use crate::wire::Limits;

/// Prove on real releases that the catalogue tells a defect from its repair
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The file of version pairs
    #[arg(value_name = "FILE", default_value = "targets/pairs.yaml")]
    file: PathBuf,
    /// Only this pair; may be given several times
    #[arg(long = "pair", value_name = "NAME")]
    names: Vec<String>,
    /// Only the pairs of this target; may be given several times
    #[arg(long = "of", value_name = "TARGET")]
    targets: Vec<String>,
    #[command(flatten)]
    specs: Specs,
    /// How many pairs run at the same time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Write the table as Markdown; `-` is stdout
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    markdown: Option<Destination>,
    /// Write everything as JSON; `-` is stdout
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    json: Option<Destination>,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack pairs
  hardtack pairs --of express --of flask --jobs 2
  hardtack pairs --markdown reports/pairs.md

A pair is told apart when none of its cases passes on the vulnerable release and each passes on the fixed one. Exit
codes: 0 all are, 1 one is not, 4 a release is not installed here, 5 no pair was chosen.";

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    let on_stdout = Destination::any_on_stdout(&[&arguments.markdown, &arguments.json])?;
    let catalogue = arguments.specs.load()?;
    let file = read(&arguments.file)?;
    let pairs = chosen(&arguments, &file, &catalogue)?;
    let (markdown_file, json_file) = (open(arguments.markdown.as_ref())?, open(arguments.json.as_ref())?);
    let cancel = ctrl_c::watch_for(console, "ending the pairs that run; Ctrl-C again ends at once");
    let started = rfc3339(SystemClock.now());
    let digest = catalogue.digest();
    let compared = compare(pairs, usize::from(arguments.jobs), &arguments.file, &digest, console, &cancel).await;
    let result = Pairs {
        schema: SCHEMA_VERSION,
        kind: "pairs",
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        catalogue: digest,
        started,
        pairs: compared,
    };
    write(markdown_file, "Markdown", || Ok::<_, Infallible>(markdown::write(&result)))?;
    write(json_file, "JSON", || result.json())?;
    let stream = if on_stdout { Stream::Err } else { Stream::Out };
    let look = console.look(stream);
    let mut page = Page::new(&look);
    terminal::write(&mut page, &result);
    stream.print(&page.finish());
    let exit = result.exit();
    Ok(if *cancel.borrow() { exit.and(ExitCode::INTERRUPTED) } else { exit })
}

fn read(path: &Path) -> Result<PairsFile, Failure> {
    let octets = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    Ok(read_pairs(&path.display().to_string(), &octets)?)
}

/// A pair with its cases.
type Chosen = (Pair, Vec<Arc<Case>>);

/// The pairs that were asked for, with their cases; all of the file when nothing was said.
fn chosen(arguments: &Arguments, file: &PairsFile, catalogue: &Catalogue) -> Result<Vec<Chosen>, Failure> {
    let known = || file.pairs.iter().map(|pair| pair.name.as_str());
    if let Some(name) = arguments.names.iter().find(|name| known().all(|one| one != name.as_str())) {
        let failure = Failure::bad_input(format!("{} has no pair `{name}`", file.source.name()));
        return Err(match nearest(name, known()) {
            Some(near) => failure.fix(format!("did you mean `{near}`?")),
            None => failure.fix(format!("its pairs are {}", known().collect::<Vec<_>>().join(", "))),
        });
    }
    let wanted = |list: &[String], name: &String| list.is_empty() || list.contains(name);
    let pairs = file.pairs.iter().filter(|pair| wanted(&arguments.names, &pair.name));
    let pairs: Vec<&Pair> = pairs.filter(|pair| wanted(&arguments.targets, &pair.target)).collect();
    if pairs.is_empty() {
        let targets: Vec<&str> = file.pairs.iter().map(|pair| pair.target.as_str()).collect();
        return Err(Failure::new(ExitCode::NOTHING_RUN, "no pair was chosen")
            .fix(format!("there are pairs of {}", targets.join(", "))));
    }
    pairs.into_iter().map(|pair| Ok((pair.clone(), cases(pair, file, catalogue)?))).collect()
}

fn cases(pair: &Pair, file: &PairsFile, catalogue: &Catalogue) -> Result<Vec<Arc<Case>>, Failure> {
    let find = |id: &CaseId| catalogue.cases().find(|case| case.id == *id).map(Arc::clone);
    let missing = |id: &CaseId, line: usize| {
        let failure = Failure::bad_input(format!("{}: there is no case `{id}`", place(&file.source, line)));
        match nearest(id.as_str(), catalogue.cases().map(|case| case.id.as_str())) {
            Some(near) => failure.fix(format!("did you mean `{near}`?")),
            None => failure.fix("`hardtack specs list` names them all"),
        }
    };
    pair.cases.iter().map(|(id, span)| find(id).ok_or_else(|| missing(id, span.line))).collect()
}

/// Compares the pairs and gives them back in their order.
async fn compare(
    pairs: Vec<Chosen>,
    jobs: usize,
    file: &Path,
    digest: &str,
    console: &Console,
    cancel: &watch::Receiver<bool>,
) -> Vec<Compared> {
    let permits = Arc::new(Semaphore::new(jobs));
    let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut tasks = JoinSet::new();
    for (index, (pair, cases)) in pairs.into_iter().enumerate() {
        let (folder, digest, console) = (folder.clone(), digest.to_owned(), console.clone());
        let (cancel, permits) = (cancel.clone(), Arc::clone(&permits));
        tasks.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let target = folder.join(&pair.target).display().to_string();
            let vulnerable = side(&target, &pair, &pair.vulnerable, &cases, &digest, cancel.clone()).await;
            let fixed = side(&target, &pair, &pair.fixed, &cases, &digest, cancel).await;
            let compared = Compared::of(&pair, vulnerable, fixed);
            console.note(&format!("{}: {}", compared.name, compared.outcome.words()));
            (index, compared)
        });
    }
    in_order(tasks).await
}

/// Runs the cases on one variant of a target.
async fn side(
    target: &str,
    pair: &Pair,
    pattern: &VariantPattern,
    cases: &[Arc<Case>],
    digest: &str,
    cancel: watch::Receiver<bool>,
) -> Side {
    let request = async {
        let under_test = UnderTest::named(target, Limits::default()).await?;
        Ok::<_, Failure>(Request {
            variants: under_test.expand(std::slice::from_ref(pattern))?,
            cases: cases.to_vec(),
            digest: digest.to_owned(),
            target: under_test.target,
            pages: Pages::default(),
            stages: under_test.stages,
            options: Options::default(),
        })
    };
    match request.await {
        Ok(request) => {
            let run = verify::run(request, &mut Nobody, cancel).await;
            let never = || Side::unusable(pattern, "interrupted before it began".to_owned());
            run.variants.first().map_or_else(never, |variant| Side::of(variant, pair))
        }
        Err(failure) => Side::unusable(pattern, failure.words()),
    }
}
