//! Running the cases of one variant.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tokio::task::{Id, JoinError, JoinSet};

use super::case_run::Ground;
use super::given_search::search_given;
use super::health::Health;
use super::monitors::Monitors;
use super::offers::Offers;
use super::outcome::without_judgement;
use super::passive::read_pages;
use super::plan::{Decision, plan};
use super::reporter::Reporter;
use super::run::{Purpose, Request};
use super::self_test::as_check;
use super::settle::{settle, stale_entries};
use super::stage::{Instance, Stage, StageError};
use crate::event::{CaseOutcome, Counts, Event, ExitCode, TargetFacts, VariantRun, Verdict};
use crate::rig::GateKeeper;
use crate::spec::Case;
use crate::target::{Binding, Target, Variant};
use crate::wire::Client;

/// Runs one variant: raises it, runs its cases, takes it down.
pub(super) async fn run_variant(
    request: &Request,
    variant: &Variant,
    reporter: &Reporter,
    cancel: &mut watch::Receiver<bool>,
) -> VariantRun {
    let raised = tokio::select! {
        raised = request.stages.raise(variant) => raised,
        () = cancelled(cancel) => return nothing(request, variant),
    };
    let run = match raised {
        Err(error) => Err((error, unknown(&request.target))),
        Ok(stage) => {
            let run = on_stage(request, stage.as_ref(), reporter, cancel).await;
            stage.lower().await;
            run
        }
    };
    let run = run.unwrap_or_else(|(error, target)| {
        reporter.send(Event::VariantFailed {
            variant: variant.to_string(),
            reason: error.reason.clone(),
            exit: error.exit,
        });
        VariantRun { target, failed_to_run: Some((error.reason, error.exit)), ..nothing(request, variant) }
    });
    reporter.send(Event::VariantFinished { variant: variant.to_string(), counts: run.counts.clone() });
    run
}

/// Waits until somebody cancels the run.
pub(super) async fn cancelled(cancel: &mut watch::Receiver<bool>) {
    if cancel.wait_for(|cancelled| *cancelled).await.is_err() {
        // Whoever could cancel is gone.
        std::future::pending::<()>().await;
    }
}

/// What is known of a target that did not answer.
fn unknown(target: &Target) -> TargetFacts {
    TargetFacts { name: target.name.clone(), file: target.file(), ..TargetFacts::default() }
}

fn nothing(request: &Request, variant: &Variant) -> VariantRun {
    VariantRun {
        variant: variant.to_string(),
        target: unknown(&request.target),
        outcomes: Vec::new(),
        failed_to_run: None,
        counts: Counts::default(),
    }
}

async fn on_stage(
    request: &Request,
    stage: &dyn Stage,
    reporter: &Reporter,
    cancel: &mut watch::Receiver<bool>,
) -> Result<VariantRun, (StageError, TargetFacts)> {
    let setting = stage.setting().clone();
    let shared = stage.shared();
    let unknown = unknown(&setting.target);
    let client = Client::new(shared.connector(), request.options.limits)
        .addressed_to(&setting.main)
        .map_err(|error| (StageError { reason: error.to_string(), exit: ExitCode::BAD_INPUT }, unknown.clone()))?;
    let offers = Offers::ask(&setting, &client).await.map_err(|error| (error, unknown))?;
    offers.learn_clock(&client, shared.as_ref()).await;
    let target = offers.target_facts(&setting);
    let planned = plan(&request.cases, &request.options.filter, request.options.profile, &offers);
    let monitors = planned.iter().filter(|(_, decision)| matches!(decision, Decision::Monitor));
    let mut secrecy = setting.secrecy(request.options.show_secrets);
    secrecy.known.extend(offers.mapped.iter().flat_map(|mapped| mapped.secrets.values()).map(str::to_owned));
    let ground = Arc::new(Ground {
        offers,
        profile: request.options.profile,
        limits: request.options.limits,
        wait_budget: request.options.wait_budget,
        draws: request.options.draws,
        // Cases that need a gate say that there is none.
        gates: if setting.reaches_gates { GateKeeper::start().await.ok() } else { None },
        permits: Arc::new(Semaphore::new(request.options.jobs.max(1))),
        monitors: Monitors::new(monitors.map(|(case, _)| Arc::clone(case))),
        health: Health::default(),
        secrecy,
        reporter: reporter.clone(),
        trace: request.options.trace,
        is_check: request.options.purpose == Purpose::CheckTarget,
        setting,
    });
    let runnable = planned
        .iter()
        .filter(|(_, decision)| matches!(decision, Decision::Beside | Decision::Alone | Decision::Last))
        .count();
    reporter.send(Event::VariantStarted { variant: ground.variant(), target: target.clone(), cases: runnable });
    if let (Binding::Passive, Some(url)) = (&ground.setting.binding, &ground.setting.target.base_url) {
        read_pages(url, &request.pages, &ground).await.map_err(|error| (error, target.clone()))?;
    }
    let mut running = Running {
        purpose: request.options.purpose,
        target: &request.target,
        cases: &request.cases,
        ground: &ground,
        outcomes: BTreeMap::new(),
        order: BTreeMap::new(),
    };
    for (index, (case, _)) in planned.iter().enumerate() {
        running.order.insert(case.id.as_str().to_owned(), index);
    }
    tokio::select! {
        () = running.all(&planned, stage) => {}
        () = cancelled(cancel) => {}
    }
    Ok(running.finish(request, target, shared.as_ref()))
}

/// The cases of a variant while they run.
struct Running<'a> {
    purpose: Purpose,
    /// What is known and claimed: more than the stage knows, where a file of known failures was given.
    target: &'a Target,
    cases: &'a [Arc<Case>],
    ground: &'a Arc<Ground>,
    outcomes: BTreeMap<usize, CaseOutcome>,
    order: BTreeMap<String, usize>,
}

impl Running<'_> {
    async fn all(&mut self, planned: &[(Arc<Case>, Decision)], stage: &dyn Stage) {
        let fresh = self.ground.setting.fresh_instances;
        for (case, decision) in planned {
            if let Decision::NotApplicable(missing) = decision {
                let reason = missing.reason.clone();
                self.done(without_judgement(case, self.ground.profile, Verdict::NotApplicable, reason));
            }
        }
        let mut tasks = Tasks::default();
        for (case, decision) in planned {
            match decision {
                Decision::Beside => tasks.start(case, self.ground, stage.shared()),
                Decision::Alone if fresh => match stage.fresh().await {
                    Ok(instance) => tasks.start(case, self.ground, instance),
                    Err(error) => self.failed(case, &error.reason),
                },
                _ => {}
            }
            // Instances of their own cost memory: no more of them than can run.
            while tasks.set.len() > self.ground.permits.available_permits() + IN_FLIGHT {
                self.next(&mut tasks).await;
            }
        }
        while !tasks.set.is_empty() {
            self.next(&mut tasks).await;
        }
        let one_by_one = |decision: &Decision| match decision {
            Decision::Alone => !fresh,
            Decision::Last => true,
            _ => false,
        };
        for (case, _) in planned.iter().filter(|(_, decision)| one_by_one(decision)) {
            tasks.start(case, self.ground, stage.shared());
            self.next(&mut tasks).await;
        }
    }

    async fn next(&mut self, tasks: &mut Tasks) {
        let Some(ended) = tasks.set.join_next_with_id().await else { return };
        match ended {
            Ok((id, outcome)) => {
                tasks.cases.remove(&id);
                self.done(outcome);
            }
            Err(error) => {
                if let Some(case) = tasks.cases.remove(&error.id()) {
                    self.failed(&case, &cause_of(error));
                }
            }
        }
    }

    fn failed(&mut self, case: &Case, why: &str) {
        let reason = format!("a bug in hardtack: {why}");
        self.done(without_judgement(case, self.ground.profile, Verdict::Error, reason));
    }

    /// Settles an outcome, reports it and keeps it.
    fn done(&mut self, mut outcome: CaseOutcome) {
        match self.purpose {
            Purpose::Verify => settle(&mut outcome, self.target, &self.ground.setting.variant),
            Purpose::CheckTarget => {
                let case = self.cases.iter().find(|case| case.id == outcome.case);
                let offers = &self.ground.offers;
                let named = offers.session.first("session").is_some();
                outcome = as_check(outcome, &offers.offered_by(case.map(AsRef::as_ref)), named);
            }
        }
        self.keep(outcome);
    }

    /// Reports an outcome and keeps it.
    fn keep(&mut self, outcome: CaseOutcome) {
        let variant = self.ground.variant();
        self.ground.reporter.send(Event::CaseFinished { variant, outcome: Box::new(outcome.clone()) });
        let place = self.order.get(outcome.case.as_str()).copied().unwrap_or(self.order.len() + self.outcomes.len());
        self.outcomes.insert(place, outcome);
    }

    fn finish(mut self, request: &Request, target: TargetFacts, instance: &dyn Instance) -> VariantRun {
        for outcome in self.ground.monitors.outcomes(self.ground.profile, &self.ground.secrecy) {
            self.done(outcome);
        }
        if self.purpose == Purpose::Verify {
            for outcome in stale_entries(self.target, &request.cases) {
                self.keep(outcome);
            }
        }
        let outcomes: Vec<CaseOutcome> = self.outcomes.into_values().collect();
        let counts = Counts::of(&outcomes);
        let gone = self.ground.health.gone().filter(|gone| gone.unreachable);
        let failed_to_run = gone.map(|gone| {
            let output = instance.last_output();
            let printed = if output.is_empty() {
                String::new()
            } else {
                format!("; it printed last:\n  {}", output.join("\n  "))
            };
            (format!("{}{printed}", gone.reason), ExitCode::UNREACHABLE)
        });
        if let Some((reason, exit)) = &failed_to_run {
            let variant = self.ground.variant();
            self.ground.reporter.send(Event::VariantFailed { variant, reason: reason.clone(), exit: *exit });
        }
        VariantRun { variant: self.ground.variant(), target, outcomes, failed_to_run, counts }
    }
}

/// How many cases may be started beyond those that hold a permit.
const IN_FLIGHT: usize = 64;

/// Cases in tasks of their own, so that a panic is an outcome of one case.
#[derive(Default)]
struct Tasks {
    set: JoinSet<CaseOutcome>,
    cases: BTreeMap<Id, Arc<Case>>,
}

impl Tasks {
    fn start(&mut self, case: &Arc<Case>, ground: &Arc<Ground>, instance: Arc<dyn Instance>) {
        let (task_case, ground) = (Arc::clone(case), Arc::clone(ground));
        let handle = self.set.spawn(async move { search_given(task_case, ground, instance).await });
        self.cases.insert(handle.id(), Arc::clone(case));
    }
}

fn cause_of(error: JoinError) -> String {
    match error.try_into_panic() {
        Ok(payload) => {
            let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
            text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
        }
        Err(error) => error.to_string(),
    }
}
