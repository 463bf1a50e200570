//! Running one case: fresh browsers, unique names, one step after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::browser::Browser;
use super::given::given;
use super::health::Health;
use super::monitors::Monitors;
use super::offers::Offers;
use super::outcome::without_judgement;
use super::record::{Record, Stop};
use super::reporter::Reporter;
use super::stage::{BoxFuture, Instance, Setting};
use super::trace::Trace;
use super::users::Users;
use crate::contract::{Control, ServiceRole};
use crate::cookie::{Clock, Origin, RequestContext, StoredCookie, Timestamp};
use crate::event::{CaseOutcome, Event, Secrecy, Verdict};
use crate::judge::{AtRest, Code, Matching, Saved, classify, judge_outcome, run_probe};
use crate::rig::GateKeeper;
use crate::spec::{Action, Body, Case, ClientName, HostRole, ProbeCall, Profile, Repeat, SavePath, Step, fill};
use crate::target::mapping::Vocabulary;
use crate::wire::{Client, Limits};

/// What the cases of one variant share.
pub(super) struct Ground {
    pub(super) setting: Setting,
    pub(super) offers: Offers,
    pub(super) profile: Profile,
    pub(super) limits: Limits,
    /// The longest that a case really waits at once.
    pub(super) wait_budget: Duration,
    /// How many values are drawn for a case with given ones.
    pub(super) draws: u32,
    pub(super) gates: Option<GateKeeper>,
    pub(super) permits: Arc<Semaphore>,
    pub(super) monitors: Monitors,
    pub(super) health: Health,
    pub(super) secrecy: Secrecy,
    pub(super) reporter: Reporter,
    /// Whether exchanges are told while they happen.
    pub(super) trace: bool,
    /// Whether the target is only checked, not judged.
    pub(super) is_check: bool,
}

impl Ground {
    /// The variant's name.
    pub(super) fn variant(&self) -> String {
        self.setting.variant.to_string()
    }
}

/// What came of one run of one case.
pub(super) struct Ran {
    pub(super) outcome: CaseOutcome,
    /// Whether it saw nothing, because it was too late for what it wanted to see.
    pub(super) too_late: bool,
}

/// One run of one case.
pub(super) struct CaseRun {
    pub(super) case: Arc<Case>,
    pub(super) ground: Arc<Ground>,
    pub(super) instance: Arc<dyn Instance>,
    pub(super) permit: Option<OwnedSemaphorePermit>,
    pub(super) clients: BTreeMap<HostRole, Client>,
    pub(super) browsers: BTreeMap<ClientName, Browser>,
    pub(super) saved: Saved,
    /// The scope in which each cookie was last set, by name.
    pub(super) scopes: BTreeMap<Vec<u8>, StoredCookie>,
    /// Where the session is several cookies: what came with each value of the first one.
    pub(super) companions: BTreeMap<Vec<u8>, Vec<StoredCookie>>,
    pub(super) users: Users,
    /// What the application calls the users, keys and values of the case, where its own requests are used.
    pub(super) words: Vocabulary,
    pub(super) record: Record,
    /// Whether the case lets a life end on purpose.
    pub(super) outlives: bool,
    /// Cookies in whose life the case waits for a moment.
    pub(super) timed: BTreeSet<String>,
    /// Services that are stopped or partitioned and must be there for the next case.
    away: Vec<ServiceRole>,
}

impl CaseRun {
    /// `drawn` are the given values of this run; those that it lacks are made up.
    pub(super) fn new(
        case: Arc<Case>,
        ground: Arc<Ground>,
        instance: Arc<dyn Instance>,
        permit: Option<OwnedSemaphorePermit>,
        drawn: &Saved,
    ) -> Self {
        Self {
            browsers: case.clients.iter().map(|(name, kind)| (name.clone(), Browser::new(*kind))).collect(),
            saved: given(&case, &ground.offers, instance.clock().now(), drawn),
            users: Users::default(),
            words: ground.offers.mapped.as_ref().map_or_else(Vocabulary::default, |own| Vocabulary::of(&own.mapping)),
            record: Record::traced(Trace::of(&ground, Some(&case.id))),
            scopes: BTreeMap::new(),
            companions: BTreeMap::new(),
            clients: BTreeMap::new(),
            outlives: false,
            timed: BTreeSet::new(),
            away: Vec::new(),
            case,
            ground,
            instance,
            permit,
        }
    }

    /// Runs the case and tells what came of it.
    pub(super) async fn run(mut self) -> Ran {
        let begun = Instant::now();
        if let Some(gone) = self.ground.health.gone() {
            let outcome = without_judgement(&self.case, self.ground.profile, Verdict::Inconclusive, gone.reason);
            return Ran { outcome, too_late: false };
        }
        self.ground.reporter.send(Event::CaseStarted { variant: self.ground.variant(), case: self.case.id.clone() });
        let case = Arc::clone(&self.case);
        let steps: &[Step] = match &case.body {
            Body::Steps(steps) => steps,
            Body::Monitor(_) => &[],
        };
        self.connect();
        let stopped = self.steps(steps, "steps").await.err();
        self.restore().await;
        let design = match stopped {
            None => classify(&case.designs, self.ground.profile, self.matching()),
            Some(_) => None,
        };
        let was_late = matches!(stopped, Some(Stop::TooLate(_)));
        let mut outcome = self.record.outcome(&case, self.ground.profile, design, stopped, &self.ground.secrecy);
        outcome.elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let too_late = was_late && outcome.verdict == Verdict::Inconclusive;
        Ran { outcome, too_late }
    }

    /// What matchers of this case need.
    pub(super) fn matching(&self) -> Matching<'_> {
        Matching::new(&self.saved, self.case.tolerance_ms)
    }

    /// A value with saved values in place.
    pub(super) fn fill(&self, value: &Value) -> Result<Value, Stop> {
        fill(value, &self.saved).map_err(|error| Stop::Inconclusive(format!("set-up failed: {error}")))
    }

    /// Arguments with saved values in place.
    pub(super) fn fill_all(&self, arguments: &Map<String, Value>) -> Result<Map<String, Value>, Stop> {
        arguments.iter().map(|(name, value)| Ok((name.clone(), self.fill(value)?))).collect()
    }

    /// The time on the clock of the case.
    pub(super) fn now(&self) -> Timestamp {
        self.instance.clock().now()
    }

    /// The browser of a client; the reader has checked that steps name known clients.
    pub(super) fn browser(&mut self, name: &ClientName) -> &mut Browser {
        self.browsers.entry(name.clone()).or_insert_with(|| Browser::new(crate::spec::ClientKind::Browser))
    }

    /// Clients for all hosts, which share their connections. Names that no certificate can have are left out.
    fn connect(&mut self) {
        let base = Client::new(self.instance.connector(), self.ground.limits);
        let secure = self.instance.secure_connector().map(|connector| Client::new(connector, self.ground.limits));
        self.clients.clear();
        for role in self.ground.offers.hosts.keys() {
            let Some(authority) = self.ground.setting.authority(*role) else { continue };
            let base = if *role == HostRole::Secure { secure.as_ref() } else { Some(&base) };
            if let Some(Ok(client)) = base.map(|base| base.addressed_to(&authority)) {
                self.clients.insert(*role, client);
            }
        }
    }

    async fn steps(&mut self, steps: &[Step], path: &str) -> Result<(), Stop> {
        for (index, step) in steps.iter().enumerate() {
            self.step(step, format!("{path}[{index}]")).await?;
        }
        Ok(())
    }

    fn step<'a>(&'a mut self, step: &'a Step, path: String) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            match &step.action {
                Action::Operation(_) | Action::Request { .. } | Action::Visit { .. } => {
                    return self.request(step, &path).await;
                }
                Action::Probe(probe) => return self.probe(step, probe, &path),
                Action::Together(together) => return self.together(step, together, &path).await,
                Action::Browser(action) => self.browser_action(step, action)?,
                Action::Control(control) => self.control(step, *control).await?,
                Action::Wait(wait) => self.wait(step, wait).await?,
                Action::Repeat(repeat) => self.repeat(repeat, &path).await?,
            }
            self.at_rest(step, &path);
            Ok(())
        })
    }

    /// What a step without a request of its own saves and expects: the browser is asked as it is.
    fn at_rest(&mut self, step: &Step, path: &str) {
        if step.save.is_empty() && step.expect.declared() == 0 {
            return;
        }
        let now = self.now();
        let target = self.ground.offers.home();
        let held = match self.clients.get(&step.host).map(|client| Origin::from(client.authority())) {
            Some(origin) => self.browser(&step.who).jar.peek(&origin, &target, &RequestContext::default(), now),
            None => Vec::new(),
        };
        let ground = Arc::clone(&self.ground);
        let rest = AtRest { session: &ground.offers.session, held: &held, matching: self.matching() };
        let saved: Vec<_> = step
            .save
            .iter()
            .map(|(name, place)| {
                let value = if let SavePath::Jar(cookie) = place { rest.value(cookie) } else { Value::Null };
                (name.clone(), value)
            })
            .collect();
        self.saved.extend(saved);
        let rest = AtRest { session: &ground.offers.session, held: &held, matching: self.matching() };
        let judged = rest.judge(&step.expect, path);
        self.record.judged(judged, step.span);
    }

    async fn repeat(&mut self, repeat: &Repeat, path: &str) -> Result<(), Stop> {
        for _ in 0..repeat.times {
            self.steps(&repeat.steps, &format!("{path}.steps")).await?;
            for (list, name) in &repeat.collect {
                let value = self.saved.get(name).cloned().unwrap_or_default();
                match self.saved.entry(list.clone()).or_insert_with(|| Value::Array(Vec::new())) {
                    Value::Array(values) => values.push(value),
                    other => *other = Value::Array(vec![value]),
                }
            }
        }
        Ok(())
    }

    async fn control(&mut self, step: &Step, control: Control) -> Result<(), Stop> {
        self.record.step(control.name().to_owned(), step.span, None);
        self.instance
            .control(control)
            .await
            .map_err(|cause| Stop::Inconclusive(format!("set-up failed: {}: {cause}", control.name())))?;
        match control {
            Control::Stop(role) | Control::Partition(role) => self.away.push(role),
            Control::Start(role) => self.away.retain(|away| *away != role),
            Control::Flush(_) => {}
            // A server that was started again may listen elsewhere, and has none of the old connections.
            Control::RestartServer => self.connect(),
        }
        Ok(())
    }

    /// Brings back what the case took away.
    async fn restore(&mut self) {
        for role in std::mem::take(&mut self.away) {
            // If it does not come back the next case that needs it says so.
            let _ = self.instance.control(Control::Start(role)).await;
        }
    }

    fn probe(&mut self, step: &Step, probe: &ProbeCall, path: &str) -> Result<(), Stop> {
        self.record.step(probe.name.clone(), step.span, None);
        let arguments = self.fill_all(&probe.arguments)?;
        let result = run_probe(&probe.name, &arguments).map_err(|error| Stop::Inconclusive(error.to_string()))?;
        self.came_to(step, Code::Probe, &result, path);
        Ok(())
    }

    /// What a step without an answer of its own came to: what it saves and expects of that.
    pub(super) fn came_to(&mut self, step: &Step, code: Code, result: &Map<String, Value>, path: &str) {
        for (name, place) in &step.save {
            let value = match place {
                SavePath::Result(field) => result.get(field).cloned().unwrap_or_default(),
                _ => Value::Null,
            };
            self.saved.insert(name.clone(), value);
        }
        let judged = judge_outcome(&step.expect, code, result, self.matching(), path);
        self.record.judged(judged, step.span);
    }
}
