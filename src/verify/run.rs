//! A whole run: variants, events, summary, exit code.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::filter::Filter;
use super::passive::Pages;
use super::reporter::{Reporter, pump};
use super::stage::Raise;
use super::variant_run::run_variant;
use crate::cookie::{Clock, SystemClock, Timestamp, UserAgentModel, format_imf_fixdate};
use crate::event::{Counts, Event, ExitCode, RunSummary, Sink, StoredRun, VariantRun, Verdict};
use crate::spec::{Case, Profile};
use crate::target::{Target, Variant};
use crate::wire::Limits;

/// The version of the stored form.
const SCHEMA: u32 = 1;

/// How many hints a summary gives at most.
const HINTS: usize = 5;

/// How many things that are missing a hint names.
const NEEDS_NAMED: usize = 4;

/// What to run, on what, and how.
#[derive(Clone)]
pub struct Request {
    /// All cases of the catalogue, in its order.
    pub cases: Vec<Arc<Case>>,
    /// A digest of the catalogue's text.
    pub digest: String,
    /// What is under test.
    pub target: Arc<Target>,
    /// What raises its variants.
    pub stages: Arc<dyn Raise>,
    /// Which variants, in this order.
    pub variants: Vec<Variant>,
    /// What is read where the target is only read.
    pub pages: Pages,
    /// How.
    pub options: Options,
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Purpose {
    /// Judging the target.
    #[default]
    Verify,
    /// Checking that what it offers works, with [`super::self_test_cases`]: what does not is untestable. Known
    /// failures and claims are left aside.
    CheckTarget,
}

/// How to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// What for.
    pub purpose: Purpose,
    /// Which cases.
    pub filter: Filter,
    /// Whose idea of right and wrong is applied.
    pub profile: Profile,
    /// Whether warnings fail the run.
    pub strict: bool,
    /// How many cases run at once on a variant; waiting ones are not counted.
    pub jobs: usize,
    /// How many variants run at once.
    pub variant_jobs: usize,
    /// The longest that a case really waits at once.
    pub wait_budget: Duration,
    /// How many values are drawn for a case with given ones; the smallest that fails is reported.
    pub draws: u32,
    /// The bounds of every exchange.
    pub limits: Limits,
    /// Whether reports show the cookies and credentials of real applications.
    pub show_secrets: bool,
    /// Whether exchanges are told while they happen, as [`Event::Exchanged`].
    pub trace: bool,
}

impl Default for Options {
    /// Everything, by the default profile: 8 cases at once, one variant after the other, waits of up to 20 s.
    fn default() -> Self {
        Self {
            purpose: Purpose::Verify,
            filter: Filter::default(),
            profile: Profile::Default,
            strict: false,
            jobs: 8,
            variant_jobs: 1,
            wait_budget: Duration::from_secs(20),
            draws: 4,
            limits: Limits::default(),
            show_secrets: false,
            trace: false,
        }
    }
}

/// Runs the catalogue. Events go to `sink`, one at a time; when `cancel` becomes true, running cases are abandoned and
/// what is done is reported.
pub async fn run(request: Request, sink: &mut dyn Sink, cancel: watch::Receiver<bool>) -> StoredRun {
    let (reporter, events) = Reporter::new();
    let (stored, ()) = tokio::join!(drive(Arc::new(request), reporter, cancel), pump(events, sink));
    stored
}

async fn drive(request: Arc<Request>, reporter: Reporter, cancel: watch::Receiver<bool>) -> StoredRun {
    let begun = Instant::now();
    let tool = env!("CARGO_PKG_VERSION").to_owned();
    let catalogue = format!("{} ({} cases)", request.digest, request.cases.len());
    let started = rfc3339(SystemClock.now());
    let profile = request.options.profile;
    reporter.send(Event::RunStarted {
        tool: tool.clone(),
        catalogue: catalogue.clone(),
        profile,
        variants: request.variants.iter().map(ToString::to_string).collect(),
        started: started.clone(),
    });
    let variants = run_variants(&request, &reporter, &cancel).await;
    let interrupted = *cancel.borrow();
    let summary = RunSummary {
        counts: Counts::of(variants.iter().flat_map(|variant| &variant.outcomes)),
        exit: exit_code(&variants, request.options.strict, interrupted),
        elapsed_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        interrupted,
        hints: hints(&variants),
    };
    reporter.send(Event::RunFinished { summary: summary.clone() });
    let standard = UserAgentModel::default().name().to_owned();
    StoredRun { schema: SCHEMA, tool, standard, catalogue, profile, started, variants, summary }
}

/// Runs the variants and gives them back in the order of the request.
async fn run_variants(request: &Arc<Request>, reporter: &Reporter, cancel: &watch::Receiver<bool>) -> Vec<VariantRun> {
    let permits = Arc::new(Semaphore::new(request.options.variant_jobs.max(1)));
    let mut tasks = JoinSet::new();
    for index in 0..request.variants.len() {
        let (request, reporter, permits) = (Arc::clone(request), reporter.clone(), Arc::clone(&permits));
        let mut cancel = cancel.clone();
        tasks.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let run = if *cancel.borrow() {
                None
            } else {
                Some(run_variant(&request, &request.variants[index], &reporter, &mut cancel).await)
            };
            (index, run)
        });
    }
    let mut runs = BTreeMap::new();
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok((index, run)) => {
                runs.extend(run.map(|run| (index, run)));
            }
            // The tasks of cases catch their own panics; one here is a bug of the runner itself.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    runs.into_values().collect()
}

fn exit_code(variants: &[VariantRun], strict: bool, interrupted: bool) -> ExitCode {
    let counts = Counts::of(variants.iter().flat_map(|variant| &variant.outcomes));
    let failed = variants.iter().filter_map(|variant| variant.failed_to_run.as_ref()).map(|(_, exit)| *exit);
    let code = failed.fold(counts.exit_code(strict), ExitCode::and);
    if interrupted { code.and(ExitCode::INTERRUPTED) } else { code }
}

/// What would let more cases run: what most of them miss. Facts are not among it: what a target is, is no omission.
fn hints(variants: &[VariantRun]) -> Vec<String> {
    // By what would help: what is missed, and how many cases miss it on the variant where most do.
    let mut missing: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for variant in variants {
        let mut here: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let reasons = variant.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::NotApplicable);
        for reason in reasons.filter_map(|outcome| outcome.reason.as_deref()) {
            let Some(need) = reason.strip_prefix("needs ").filter(|need| !need.contains("fact `")) else { continue };
            let (need, remedy) = need.split_once(": ").unwrap_or((need, ""));
            *here.entry((remedy, need)).or_default() += 1;
        }
        for ((remedy, need), cases) in here {
            let known = missing.entry(remedy).or_default().entry(need).or_default();
            *known = cases.max(*known);
        }
    }
    let mut most: Vec<_> = missing.into_iter().flat_map(|(remedy, needs)| one_each(remedy, needs)).collect();
    most.sort_by_key(|(cases, _)| std::cmp::Reverse(*cases));
    most.into_iter().take(HINTS).map(|(_, hint)| hint).collect()
}

/// One hint for all that the same line helps with; what no line helps with stands alone.
fn one_each(remedy: &str, needs: BTreeMap<&str, usize>) -> Vec<(usize, String)> {
    let words = |cases: usize| if cases == 1 { "case did" } else { "cases did" };
    if remedy.is_empty() {
        let alone = |(need, cases): (&str, usize)| (cases, format!("{cases} {} not run: needs {need}", words(cases)));
        return needs.into_iter().map(alone).collect();
    }
    let cases = needs.values().sum();
    let mut most: Vec<(&str, usize)> = needs.into_iter().collect();
    most.sort_by_key(|(_, cases)| std::cmp::Reverse(*cases));
    let more = most.len().saturating_sub(NEEDS_NAMED);
    let mut named = most.iter().take(NEEDS_NAMED).map(|(need, _)| *need).collect::<Vec<_>>().join(", ");
    if more > 0 {
        named = format!("{named} and {more} more");
    }
    vec![(cases, format!("{cases} {} not run: needs {named}: {remedy}", words(cases)))]
}

/// A moment as RFC 3339 writes it, to the second.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = format_imf_fixdate(at);
    let words: Vec<&str> = text.split(' ').collect();
    let [_, day, month, year, time, _] = words[..] else { return text };
    let month = MONTHS.iter().position(|name| *name == month).map_or(0, |index| index + 1);
    format!("{year}-{month:02}-{day}T{time}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339() {
        assert_eq!(rfc3339(Timestamp::from_secs(2_000_000_000)), "2033-05-18T03:33:20Z");
    }
}
