//! What the virtual users of one worker share.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::access::Draw;
use super::pace::{Position, Schedule};
use super::plan::Plan;
use super::recorder::Recorder;
use super::scenario::{Journey, On, Step, StepRole, Writers};
use super::session::{Hold, Keys, Session};
use super::template::{Template, reads_only};
use super::told::Untold;
use super::traced::Tracer;
use crate::contract::Call;
use crate::wire::{AnswerBuffer, KeptConnection};

/// Numbers of sessions that journeys begin themselves start here: no population is that large.
const FIRST_OWN: u32 = 0x8000_0000;

/// What the virtual users of one worker share. They all run on one thread, so that no lock is ever waited for.
pub(super) struct Worker {
    pub(super) plan: Plan,
    pub(super) schedule: Schedule,
    pub(super) journeys: Vec<Compiled>,
    pub(super) weights: Draw,
    pub(super) access: Draw,
    /// Tells of exchanges, where somebody watches.
    pub(super) tracer: Option<Arc<Tracer>>,
    pub(super) follow_ups: FollowUps,
    /// What markers of this population begin with.
    pub(super) tag: u32,
    /// When the worker began; ages of sessions count from here.
    pub(super) begun: Instant,
    /// When the first phase begins.
    start: OnceLock<Instant>,
    /// How many passes a user makes before it comes back to Goose.
    pub(super) passes_per_turn: u32,
    /// Whether sessions are in the cookie itself, and whether reading one makes it live longer: facts that are asked for
    /// with each request.
    pub(super) client_side: bool,
    pub(super) slides_on_read: bool,
    /// How many requests this worker may make.
    pub(super) most_requests: u64,
    pub(super) stopped: AtomicBool,
    pub(super) stopping: Notify,
    /// A user has found that the run is over.
    pub(super) found_over: Notify,
    /// All users have.
    pub(super) all_found_over: Notify,
    /// Users who have not yet.
    not_over: AtomicUsize,
    /// Somebody who wrote to a session side by side with others has ended.
    pub(super) writer_ended: Notify,
    /// When it was stopped, after the start of the first phase.
    stopped_at: Mutex<Option<Duration>>,
    own_sessions: AtomicU64,
    sessions: Mutex<Sessions>,
    recorder: Mutex<Recorder>,
    #[expect(clippy::vec_box, reason = "users take them and give them back: that shall not move all their fields")]
    scratch: Mutex<Vec<Box<Scratch>>>,
    users: Mutex<Vec<Option<User>>>,
}

/// The sessions of this worker.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    pub(super) population: Vec<Session>,
    pub(super) keys: Keys,
}

/// A virtual user between two turns.
pub(super) struct User {
    pub(super) number: u32,
    pub(super) connection: Option<KeptConnection>,
    pub(super) random: SmallRng,
    pub(super) position: Position,
    /// Buffers, while one request follows the other.
    pub(super) scratch: Option<Box<Scratch>>,
    /// What Goose has not been told yet.
    pub(super) untold: Vec<Untold>,
    /// Whether it has found the run over.
    pub(super) is_over: bool,
}

/// Buffers for one exchange. A user who rests has none.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) request: Vec<u8>,
    pub(super) answer: AnswerBuffer,
    pub(super) expected: Vec<u8>,
    /// Where in the request the cookie stands that goes along.
    pub(super) cookie: Range<usize>,
}

impl Scratch {
    /// The cookie that went along.
    pub(super) fn cookie(&self) -> &[u8] {
        self.request.get(self.cookie.clone()).unwrap_or_default()
    }
}

/// A journey, ready to be sent.
pub(super) struct Compiled {
    pub(super) on: On,
    pub(super) steps: Vec<CompiledStep>,
    /// What it does to a session of the population.
    pub(super) hold: Hold,
    /// Whether there is a pause in it.
    pub(super) thinks: bool,
}

/// A step, ready to be sent.
pub(super) struct CompiledStep {
    pub(super) step: Step,
    /// Its place among all steps of all journeys.
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) template: Template,
}

/// Requests that the harness makes on its own account.
pub(super) struct FollowUps {
    /// Begins a session of the population.
    pub(super) begin: Template,
    /// Looks once more at marker and version.
    pub(super) look: Template,
    /// Their places among the steps.
    pub(super) begin_index: usize,
    pub(super) look_index: usize,
}

impl Worker {
    pub(super) fn new(plan: Plan, tag: u32, population: Vec<Session>, keys: Keys, begun: Instant) -> Self {
        let scenario = Arc::clone(&plan.scenario);
        let site = &plan.site;
        let mut names = Vec::new();
        let compile = |step: &Step, journey: &Journey, names: &mut Vec<String>| {
            let mut call = Call::new(step.operation.as_str());
            call.arguments.clone_from(&step.arguments);
            let name = format!("{}/{}", journey.name, step.name);
            names.push(name.clone());
            CompiledStep {
                index: names.len() - 1,
                name,
                template: Template::new(&site.base_path, &site.host, vec![call]),
                step: step.clone(),
            }
        };
        let journeys: Vec<Compiled> = scenario
            .journeys
            .iter()
            .map(|journey| Compiled {
                on: journey.on,
                steps: journey.steps.iter().map(|step| compile(step, journey, &mut names)).collect(),
                hold: hold(journey, scenario.population.writers),
                thinks: journey.steps.iter().any(|step| !step.think.to.is_zero()),
            })
            .collect();
        let follow_ups = FollowUps {
            begin: begin_template(&plan),
            look: Template::new(
                &site.base_path,
                &site.host,
                ["marker", "version"].map(|key| Call::new("session.get").with("key", key)).into(),
            ),
            begin_index: names.len(),
            look_index: names.len() + 1,
        };
        names.extend(["(begin again)".to_owned(), "(look again)".to_owned()]);
        // Goose's own report tells of each second: it shall hear of requests at once.
        let long = journeys.iter().any(|journey| journey.thinks)
            || scenario.phases.iter().any(|one| one.rate.is_some())
            || plan.goose_report.is_some();
        Self {
            schedule: Schedule::new(&scenario.phases, plan.users),
            weights: Draw::weighted(scenario.journeys.iter().map(|journey| f64::from(journey.weight))),
            access: Draw::new(scenario.population.access, u32::try_from(population.len()).unwrap_or(u32::MAX)),
            recorder: Mutex::new(Recorder::new(&scenario.phases, names)),
            users: Mutex::new((0..plan.identity.share(plan.users)).map(|_| None).collect()),
            sessions: Mutex::new(Sessions { population, keys }),
            journeys,
            tracer: None,
            follow_ups,
            tag,
            begun,
            start: OnceLock::new(),
            passes_per_turn: if long { 1 } else { 50 },
            client_side: plan.site.keeps_sessions_in_cookies(),
            slides_on_read: plan.site.slides_on_read(),
            most_requests: (plan.most_requests / u64::from(plan.identity.size)).max(1),
            stopped: AtomicBool::new(false),
            stopping: Notify::new(),
            found_over: Notify::new(),
            all_found_over: Notify::new(),
            not_over: AtomicUsize::new(plan.identity.share(plan.users) as usize),
            writer_ended: Notify::new(),
            stopped_at: Mutex::default(),
            own_sessions: AtomicU64::new(0),
            scratch: Mutex::default(),
            plan,
        }
    }

    pub(super) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        lock(&self.sessions)
    }

    pub(super) fn recorder(&self) -> MutexGuard<'_, Recorder> {
        lock(&self.recorder)
    }

    /// When the first phase begins.
    pub(super) fn start(&self) -> Instant {
        self.start.get().copied().unwrap_or(self.begun)
    }

    pub(super) fn begin_at(&self, start: Instant) {
        // There is one start.
        let _ = self.start.set(start);
    }

    /// Time since the start of the first phase.
    pub(super) fn now(&self) -> Duration {
        self.since_start(Instant::now())
    }

    /// A moment, after the start of the first phase.
    pub(super) fn since_start(&self, moment: Instant) -> Duration {
        moment.saturating_duration_since(self.start())
    }

    /// A moment, after the worker began.
    pub(super) fn age_at(&self, moment: Instant) -> Duration {
        moment.saturating_duration_since(self.begun)
    }

    /// Ends the run; what comes after this moment does not count as time.
    pub(super) fn stop(&self) {
        lock(&self.stopped_at).get_or_insert(self.now());
        self.stopped.store(true, Ordering::Relaxed);
        self.stopping.notify_waiters();
    }

    /// When the run ended, after the start of the first phase.
    pub(super) fn ended_at(&self) -> Duration {
        lock(&self.stopped_at).unwrap_or_else(|| self.now()).min(self.schedule.end())
    }

    /// A user finds the run over.
    pub(super) fn finds_over(&self, user: &mut User) {
        self.found_over.notify_one();
        if !std::mem::replace(&mut user.is_over, true) && self.not_over.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.all_found_over.notify_one();
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Waits until a moment, or until the run is stopped.
    pub(super) async fn wait_until(&self, moment: Instant) {
        let stopping = self.stopping.notified();
        if self.is_stopped() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep_until(moment) => {}
            () = stopping => {}
        }
    }

    /// A session that a journey begins itself.
    pub(super) fn own_session(&self) -> Session {
        let local = self.own_sessions.fetch_add(1, Ordering::Relaxed);
        let local = u32::try_from(local % u64::from(u32::MAX)).unwrap_or_default();
        Session::new(FIRST_OWN.wrapping_add(self.plan.identity.global(local)))
    }

    /// The user with this number among those of this worker.
    pub(super) fn take_user(&self, local: usize) -> User {
        let kept = lock(&self.users).get_mut(local).and_then(Option::take);
        kept.unwrap_or_else(|| {
            let number = self.plan.identity.global(u32::try_from(local).unwrap_or(u32::MAX));
            User {
                number,
                connection: None,
                random: SmallRng::seed_from_u64(self.plan.seed ^ (u64::from(number) << 20)),
                position: Position::default(),
                scratch: None,
                untold: Vec::new(),
                is_over: false,
            }
        })
    }

    pub(super) fn give_user_back(&self, local: usize, user: User) {
        if let Some(place) = lock(&self.users).get_mut(local) {
            *place = Some(user);
        }
    }

    pub(super) fn take_scratch(&self) -> Box<Scratch> {
        lock(&self.scratch).pop().unwrap_or_default()
    }

    /// A user rests: others may have its buffers.
    pub(super) fn release_scratch(&self, user: &mut User) {
        if let Some(scratch) = user.scratch.take() {
            self.give_scratch_back(scratch);
        }
    }

    pub(super) fn give_scratch_back(&self, scratch: Box<Scratch>) {
        lock(&self.scratch).push(scratch);
    }
}

/// What a journey does to its session. Of changes only versions can be told apart while others change the session too.
fn hold(journey: &Journey, writers: Writers) -> Hold {
    let mut changes = journey.steps.iter().filter(|step| !reads_only(&step.operation)).peekable();
    if changes.peek().is_none() {
        Hold::None
    } else if writers == Writers::Many && changes.all(|step| step.role == StepRole::WritesVersion) {
        Hold::Together
    } else {
        Hold::Alone
    }
}

/// The request that begins a session of the population.
pub(super) fn begin_template(plan: &Plan) -> Template {
    let population = &plan.scenario.population;
    let mut calls = Vec::new();
    if population.logged_in {
        calls.push(Call::new("auth.login").with("user", "$user"));
    }
    calls.push(Call::new("session.put").with("key", "marker").with("value", "$marker"));
    if population.payload > 0 {
        let payload: String = (b'a'..=b'z').cycle().take(population.payload as usize).map(char::from).collect();
        calls.push(Call::new("session.put").with("key", "payload").with("value", payload));
    }
    if let Some(lifetime) = population.lifetime {
        calls.push(Call::new("session.set_expiry").with("to", lifetime.as_secs().max(1)));
    }
    Template::new(&plan.site.base_path, &plan.site.host, calls)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether an answer to a step shows its own session's data.
pub(super) const fn shows_data(role: StepRole) -> bool {
    matches!(role, StepRole::ReadsMarker | StepRole::ReadsVersion | StepRole::AsksWho)
}
