//! A whole run of property tests: variants, events, what was found, exit code.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::cookies::{CookieFinding, cookie_properties};
use super::outcome::{after, counter_example, histories_outcome, property_outcome};
use super::regressions::Regression;
use super::search::{Progress, SearchOptions, Searched, search};
use super::servers::Servers;
use super::spec_writer::{Found, write};
use super::subject::Subject;
use super::words::lines;
use crate::cookie::{Clock as _, SystemClock, UserAgentModel};
use crate::event::{
    CaseOutcome, Counts, Event, ExitCode, RunSummary, Secrecy, Sink, Standing, StoredRun, TargetFacts, VariantRun,
    Verdict,
};
use crate::spec::{Case, Profile, Rules, read_spec};
use crate::target::{Target, Variant};
use crate::verify::{
    Filter, Options as VerifyOptions, Pages, Purpose, Raise, Reporter, Request as VerifyRequest, Stage, StageError,
    Tracing, pump, rfc3339, run,
};
use crate::wire::Limits;

/// The version of the stored form.
const SCHEMA: u32 = 1;

/// What to search, on what, and how.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct PropRequest {
    /// All cases of the catalogue: its monitors look on.
    pub cases: Vec<Arc<Case>>,
    /// The rules of the catalogue.
    pub rules: Rules,
    /// A digest of the catalogue's text.
    pub digest: String,
    /// What is under test.
    pub target: Arc<Target>,
    /// What raises its variants.
    pub stages: Arc<dyn Raise>,
    /// Which variants, in this order.
    pub variants: Vec<Variant>,
    /// How to search.
    pub options: SearchOptions,
    /// Whose idea of right and wrong is applied.
    pub profile: Profile,
    /// Whether warnings fail the run.
    pub strict: bool,
    /// The bounds of every exchange.
    pub limits: Limits,
    /// Whether reports show the cookies and credentials of real applications.
    pub show_secrets: bool,
    /// Whether exchanges are told while they happen, as [`Event::Exchanged`].
    pub trace: bool,
    /// Whether to play histories of sessions.
    pub sessions: bool,
    /// Whether to try properties of cookies.
    pub cookies: bool,
    /// Failing histories of earlier runs.
    pub regressions: Vec<Regression>,
    /// The command that draws the same again on all variants, for those who read what was written.
    pub command: String,
}

/// What a run came to.
#[derive(Debug)]
pub struct PropRun {
    /// The run as all reports read it.
    pub stored: StoredRun,
    /// How far the search of each variant came.
    pub progress: BTreeMap<String, Progress>,
    /// What failed, as specs.
    pub found: Vec<Handed>,
}

/// A failure that is handed over.
#[derive(Debug, Clone)]
pub struct Handed {
    /// Where it was found.
    pub variant: String,
    /// The spec; `None` where no expectation can say what is wrong.
    pub spec: Option<Found>,
    /// The history in words.
    pub words: Vec<String>,
    /// Whether verify runs the spec and fails in the same way; `None` without one.
    pub confirmed: Option<bool>,
    /// For the file of regressions.
    pub regression: Regression,
}

/// Searches all variants. Events go to `sink`; `tell` hears of progress.
pub async fn run_properties(
    request: &PropRequest,
    sink: &mut dyn Sink,
    tell: &(dyn Fn(&str, Progress) + Send + Sync),
    cancel: watch::Receiver<bool>,
) -> PropRun {
    let (reporter, events) = Reporter::new();
    let (run, ()) = tokio::join!(drive(request, reporter, tell, cancel), pump(events, sink));
    run
}

async fn drive(
    request: &PropRequest,
    reporter: Reporter,
    tell: &(dyn Fn(&str, Progress) + Send + Sync),
    mut cancel: watch::Receiver<bool>,
) -> PropRun {
    let begun = Instant::now();
    let tool = env!("CARGO_PKG_VERSION").to_owned();
    let started = rfc3339(SystemClock.now());
    let catalogue = format!("{} ({} cases)", request.digest, request.cases.len());
    reporter.send(Event::RunStarted {
        tool: tool.clone(),
        catalogue: catalogue.clone(),
        profile: request.profile,
        variants: request.variants.iter().map(ToString::to_string).collect(),
        started: started.clone(),
    });
    let mut all = PropRun {
        stored: StoredRun {
            schema: SCHEMA,
            tool,
            standard: UserAgentModel::default().name().to_owned(),
            catalogue,
            profile: request.profile,
            started,
            variants: Vec::new(),
            summary: RunSummary {
                counts: Counts::default(),
                exit: ExitCode::CONFORMS,
                elapsed_ms: 0,
                interrupted: false,
                hints: Vec::new(),
            },
        },
        progress: BTreeMap::new(),
        found: Vec::new(),
    };
    for variant in &request.variants {
        if *cancel.borrow() {
            break;
        }
        let run = one_variant(request, variant, &reporter, tell, &mut cancel, &mut all).await;
        reporter.send(Event::VariantFinished { variant: run.variant.clone(), counts: run.counts.clone() });
        all.stored.variants.push(run);
    }
    let interrupted = *cancel.borrow();
    let counts = Counts::of(all.stored.variants.iter().flat_map(|variant| &variant.outcomes));
    let failed = all.stored.variants.iter().filter_map(|variant| variant.failed_to_run.as_ref()).map(|(_, exit)| *exit);
    let code = failed.fold(counts.exit_code(request.strict), ExitCode::and);
    all.stored.summary = RunSummary {
        counts,
        exit: if interrupted { code.and(ExitCode::INTERRUPTED) } else { code },
        elapsed_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        interrupted,
        hints: Vec::new(),
    };
    reporter.send(Event::RunFinished { summary: all.stored.summary.clone() });
    all
}

async fn one_variant(
    request: &PropRequest,
    variant: &Variant,
    reporter: &Reporter,
    tell: &(dyn Fn(&str, Progress) + Send + Sync),
    cancel: &mut watch::Receiver<bool>,
    all: &mut PropRun,
) -> VariantRun {
    let name = variant.to_string();
    let nothing = VariantRun {
        variant: name.clone(),
        target: TargetFacts {
            name: request.target.name.clone(),
            file: request.target.file(),
            ..TargetFacts::default()
        },
        outcomes: Vec::new(),
        failed_to_run: None,
        counts: Counts::default(),
    };
    let raised = tokio::select! {
        raised = raise(request, variant) => raised,
        () = async { drop(cancel.wait_for(|cancelled| *cancelled).await) } => return nothing,
    };
    let outcome = match raised {
        Err(error) => Err(error),
        Ok((first, others)) => {
            let servers =
                Servers { first: first.as_ref(), others: others.iter().map(|stage| stage.as_ref() as _).collect() };
            let outcome = on_servers(request, &name, servers, reporter, tell, cancel, all).await;
            for stage in others {
                stage.lower().await;
            }
            first.lower().await;
            outcome
        }
    };
    match outcome {
        Ok((target, outcomes)) => VariantRun { target, counts: Counts::of(&outcomes), outcomes, ..nothing },
        Err(error) => {
            let failed = Event::VariantFailed { variant: name, reason: error.reason.clone(), exit: error.exit };
            reporter.send(failed);
            VariantRun { failed_to_run: Some((error.reason, error.exit)), ..nothing }
        }
    }
}

/// A server of the variant, and the others that were asked for.
async fn raise(request: &PropRequest, variant: &Variant) -> Result<(Box<dyn Stage>, Vec<Box<dyn Stage>>), StageError> {
    // One after the other would be slow: most of the time a server starts by itself.
    let mut starting = JoinSet::new();
    for _ in 1..request.options.servers {
        let (stages, variant) = (Arc::clone(&request.stages), variant.clone());
        starting.spawn(async move { stages.raise(&variant).await });
    }
    let first = request.stages.raise(variant).await?;
    let mut others = Vec::new();
    while let Some(raised) = starting.join_next().await {
        match raised {
            Ok(stage) => others.push(stage?),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => break,
            },
        }
    }
    Ok((first, others))
}

async fn on_servers(
    request: &PropRequest,
    name: &str,
    servers: Servers<'_>,
    reporter: &Reporter,
    tell: &(dyn Fn(&str, Progress) + Send + Sync),
    cancel: &mut watch::Receiver<bool>,
    all: &mut PropRun,
) -> Result<(TargetFacts, Vec<CaseOutcome>), StageError> {
    let stage = servers.first;
    let mut subject =
        Subject::of(stage.setting(), &stage.shared(), &request.cases, request.profile, request.limits).await?;
    let target = subject.offers.target_facts(stage.setting());
    let cases = usize::from(request.sessions) + usize::from(request.cookies);
    reporter.send(Event::VariantStarted { variant: name.to_owned(), target: target.clone(), cases });
    let secrecy = stage.setting().secrecy(request.show_secrets);
    subject.tracing = request.trace.then(|| Tracing::new(reporter.clone(), name.to_owned(), secrecy.clone()));
    let mut outcomes = Vec::new();
    if request.sessions {
        if subject.offers.base_path.is_some() && subject.alphabet.is_useful() {
            let session = subject.offers.session.first("session").unwrap_or_default().to_owned();
            let regressions: Vec<Regression> =
                request.regressions.iter().filter(|regression| regression.variant == name).cloned().collect();
            let told = |progress| tell(name, progress);
            let teller = subject.clone().telling_of("prop/sessions#histories");
            let searched = search(servers, teller, request.options, &regressions, &told, cancel).await;
            outcomes.extend(sessions(request, name, &session, searched, (&secrecy, reporter), all).await);
        } else {
            let reason = "needs the contract, with operations that store and read something in a session: serve it below \
                          /_hardtack, and add session.put and session.get to `operations`";
            let blank = property_outcome("prop/sessions#histories", "Random histories of sessions", request.profile);
            let reason = Some(reason.to_owned());
            outcomes.push(CaseOutcome { verdict: Verdict::NotApplicable, reason, ..blank });
        }
    }
    if request.cookies && !*cancel.borrow() {
        let found = tokio::select! {
            found = cookie_properties(stage, &subject, request.options) => found,
            () = async { drop(cancel.wait_for(|cancelled| *cancelled).await) } => Vec::new(),
        };
        outcomes.extend(found.into_iter().map(|finding: CookieFinding| finding.outcome(request.profile, &secrecy)));
    }
    for outcome in &mut outcomes {
        excuse(outcome, stage);
        reporter.send(Event::CaseFinished { variant: name.to_owned(), outcome: Box::new(outcome.clone()) });
    }
    Ok((target, outcomes))
}

/// A failure that the target file lists as known, by the id of the property.
fn excuse(outcome: &mut CaseOutcome, stage: &dyn Stage) {
    let setting = stage.setting();
    if !matches!(outcome.verdict, Verdict::Fail | Verdict::Warn) {
        return;
    }
    let known = setting.target.known.iter().find(|known| {
        known.applies_to(&setting.variant)
            && (known.case.as_str() == outcome.case.as_str() || known.case.as_str() == outcome.case.base())
    });
    if let Some(known) = known {
        outcome.standing = Standing::Known { because: known.because.clone(), review_by: known.review_by.clone() };
    }
}

/// The outcomes of a search: one for all histories, one for each that fails.
async fn sessions(
    request: &PropRequest,
    variant: &str,
    session: &str,
    searched: Searched,
    (secrecy, reporter): (&Secrecy, &Reporter),
    all: &mut PropRun,
) -> Vec<CaseOutcome> {
    all.progress.insert(variant.to_owned(), searched.progress);
    let mut outcomes = vec![histories_outcome(&searched, request.profile)];
    let again = match variant {
        "default" => request.command.clone(),
        chosen => format!("{} --variant {chosen}", request.command),
    };
    for example in &searched.found {
        let command = match example.number {
            Some(number) => format!("{again} (history {number})"),
            None => format!("{again} (a regression)"),
        };
        // The last playing shows what the written steps need; where it did not fail, the drawn failure is told.
        let failed = example.played.failure.clone().unwrap_or_else(|| example.failed.clone());
        let spec = write(&example.history, &example.played, &failed, session, variant, &command);
        let confirmed = match &spec {
            Some(spec) => Some(confirm(request, variant, spec, reporter).await),
            None => None,
        };
        let words = lines(&example.history);
        outcomes.push(counter_example(example, &words, spec.as_ref(), confirmed, &command, request.profile, secrecy));
        all.found.push(Handed {
            variant: variant.to_owned(),
            words,
            confirmed,
            regression: Regression {
                variant: variant.to_owned(),
                code: failed.mismatch.code.to_owned(),
                seed: example.number.map_or_else(String::new, |number| format!("{}:{number}", request.options.seed)),
                history: example.history.clone(),
            },
            spec,
        });
    }
    for outcome in &mut outcomes {
        outcome.elapsed_ms = after(searched.progress.elapsed);
    }
    outcomes
}

/// Whether verify runs a written spec and fails in the same way.
async fn confirm(request: &PropRequest, variant: &str, spec: &Found, reporter: &Reporter) -> bool {
    let name = format!("{}.yaml", spec.id);
    let Ok(read) = read_spec(&name, spec.text.as_bytes(), &request.rules) else { return false };
    let variants = request.variants.iter().filter(|known| known.to_string() == variant).cloned().collect();
    let verify = VerifyRequest {
        cases: read.cases.clone(),
        digest: request.digest.clone(),
        target: Arc::clone(&request.target),
        pages: Pages::default(),
        stages: Arc::clone(&request.stages),
        variants,
        options: VerifyOptions {
            purpose: Purpose::Verify,
            filter: Filter::default(),
            profile: request.profile,
            limits: request.limits,
            show_secrets: request.show_secrets,
            trace: request.trace,
            ..VerifyOptions::default()
        },
    };
    let (_keep, cancel) = watch::channel(false);
    let stored = run(verify, &mut OnlyExchanges(reporter), cancel).await;
    let mut outcomes = stored.variants.iter().flat_map(|variant| &variant.outcomes);
    outcomes.any(|outcome| outcome.case.spec() == spec.id && matches!(outcome.verdict, Verdict::Fail | Verdict::Warn))
}

/// Of a run within a run, the exchanges alone are told.
struct OnlyExchanges<'a>(&'a Reporter);

impl Sink for OnlyExchanges<'_> {
    fn take(&mut self, event: &Event) {
        if matches!(event, Event::Exchanged { .. }) {
            self.0.send(event.clone());
        }
    }
}
