//! One worker from beginning to end: its population, Goose's users, its record.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use goose::client::GooseClientBuilder;
use goose::config::GooseConfiguration;
use goose::goose::{GooseUser, Scenario as GooseScenario, Transaction, TransactionResult};
use goose::{GooseAttack, GooseError};
use tokio::sync::watch;
use tokio::time::Instant;

use super::open_files::{TooFewFiles, allow};
use super::plan::Plan;
use super::prepare::{PrepareError, prepare};
use super::record::{Generator, Record, Second, add_second};
use super::schedstat::Schedule as CpuTime;
use super::traced::Tracer;
use super::worker::Worker;
use crate::wire::Evidence;

/// What a worker says before its record.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// So many sessions of so many are there.
    Preparing {
        /// Those that are there.
        done: u32,
        /// All that this worker is to have.
        of: u32,
    },
    /// The population is there; the worker waits for its start.
    Ready,
    /// A second is over.
    Second(Second),
    /// A request was answered, or was not: the first of its kind.
    Exchanged {
        /// Which step, and how it ended unless well.
        what: String,
        /// What was asked and answered.
        exchange: Box<Evidence>,
    },
}

/// How a worker is led.
pub struct Lead {
    /// Hears what it says.
    pub say: Arc<dyn Fn(Message) + Send + Sync>,
    /// When it shall begin, in milliseconds since 1970; as soon as it is ready when `None`.
    pub start: Pin<Box<dyn Future<Output = Option<u64>> + Send>>,
    /// Whether it shall end.
    pub stop: watch::Receiver<bool>,
    /// Whether seconds go into the record too.
    pub keep_seconds: bool,
    /// Whether nobody else in this process uses Goose, which can only be stopped as a whole. Otherwise a worker that
    /// ends early waits for the end that was planned.
    pub alone: bool,
}

/// Why a worker has no record.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The limit on open files.
    #[error(transparent)]
    Files(#[from] TooFewFiles),
    /// There is no population.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// Goose refuses.
    #[error("Goose: {0}")]
    Goose(#[from] GooseError),
    /// It was ended before it began.
    #[error("ended before measuring began")]
    Ended,
}

/// Whole seconds behind the last phase that users may need for their last requests. A part of one is lost by rounding.
const SLACK: u64 = 2;

/// Runs one worker, which should have a thread of its own: everything happens on it.
pub async fn run_worker(plan: Plan, lead: Lead) -> Result<Record, WorkerError> {
    let begun = Instant::now();
    let users = plan.identity.share(plan.users);
    allow(users)?;
    let count = if plan.scenario.uses_population() { plan.identity.share(plan.sessions) } else { 0 };
    let say = Arc::clone(&lead.say);
    let tell = Arc::new(move |done| say(Message::Preparing { done, of: count }));
    let tracer = plan
        .trace
        .clone()
        .map(|secrecy| Arc::new(Tracer::new(Arc::clone(&lead.say), plan.site.connector.clone(), secrecy)));
    let prepared = tokio::select! {
        prepared = prepare(&plan, count, begun, tell, tracer.clone()) => prepared?,
        () = asked(lead.stop.clone()) => return Err(WorkerError::Ended),
    };
    (lead.say)(Message::Ready);
    let start_at = told_to_begin(lead.start, lead.stop.clone()).await.ok_or(WorkerError::Ended)?;
    let mut worker = Worker::new(plan, prepared.tag, prepared.sessions, prepared.keys, begun);
    worker.tracer = tracer;
    let worker = Arc::new(worker);
    let late_ms = set_start(&worker, start_at, users);
    let started_ms = unix_ms() + millis(worker.start().saturating_duration_since(Instant::now()));
    let attack = attack(&worker, users)?;
    let stopping = tokio::spawn(stop_when_asked(Arc::clone(&worker), lead.stop.clone(), lead.alone));
    let seconds = tokio::spawn(tell_seconds(Arc::clone(&worker), Arc::clone(&lead.say), lead.keep_seconds));
    let cpu = tokio::spawn(watch_cpu(Arc::clone(&worker)));
    let metrics = Box::pin(attack.execute()).await?;
    // Goose ends its users at a Ctrl-C of its own; without one they are busy until the end, or all requests are made.
    let cut_short = !worker.is_stopped() && worker.now() < worker.schedule.end();
    let interrupted = *lead.stop.borrow() || cut_short;
    worker.stop();
    let ended = worker.ended_at();
    stopping.abort();
    let kept = seconds.await.unwrap_or_default();
    let cpu = cpu.await.unwrap_or_default();
    let counted_by_goose = metrics.requests.values().map(|one| one.success_count + one.fail_count).sum::<usize>();
    Ok(record(&worker, Totals { late_ms, started_ms, ended, interrupted, kept, cpu, counted_by_goose }))
}

/// The moment to begin at; `None` when the run was ended before any was told. A worker that hears of its begin and its
/// end at once has begun: whoever leads it waits for its record.
async fn told_to_begin<F: Future<Output = Option<u64>> + Unpin>(
    mut start: F,
    stop: watch::Receiver<bool>,
) -> Option<Option<u64>> {
    tokio::select! {
        biased;
        start = &mut start => return Some(start),
        () = asked(stop) => {}
    }
    // The begin is told before the end, perhaps since it was looked for.
    tokio::select! {
        biased;
        start = &mut start => Some(start),
        () = std::future::ready(()) => None,
    }
}

async fn asked(mut stop: watch::Receiver<bool>) {
    // Whoever could ask has gone: nobody will.
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Sets the start; by how many milliseconds it comes too late.
fn set_start(worker: &Worker, start_at: Option<u64>, users: u32) -> u64 {
    let now = unix_ms();
    // Goose needs a moment to start its users.
    let soonest = 100 + u64::from(users) / 20;
    let start = start_at.unwrap_or(now + soonest).max(now);
    worker.begin_at(Instant::now() + Duration::from_millis(start - now));
    start_at.map_or(0, |asked| now.saturating_sub(asked))
}

fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The Goose attack. Goose starts and ends the users and keeps metrics of its own. Which journey a user takes is
/// drawn for each pass, not by Goose's weights: Goose lays down one order for all users, so that they would all
/// write at the same moments.
fn attack(worker: &Arc<Worker>, users: u32) -> Result<GooseAttack, GooseError> {
    let plan = &worker.plan;
    let length = worker.start().saturating_duration_since(Instant::now()) + worker.schedule.end();
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(plan.site.url.clone());
    configuration.users = Some(users.max(1) as usize);
    configuration.increase_rate = Some("1000000".to_owned());
    // Users end by themselves. Goose hears nothing of who is still busy half a second behind this.
    configuration.run_time = Some((length.as_secs() + SLACK).to_string());
    configuration.no_telnet = true;
    configuration.no_print_metrics = true;
    configuration.no_reset_metrics = true;
    configuration.no_transaction_metrics = true;
    configuration.no_scenario_metrics = true;
    // Its own report has them; nobody else asks.
    configuration.no_status_codes = plan.goose_report.is_none();
    configuration.quiet = 2;
    configuration.timeout = Some(plan.limits.total.as_secs_f64().to_string());
    configuration.report_file = plan.goose_report.iter().map(|path| path.display().to_string()).collect();
    let turns = Arc::clone(worker);
    let turn = Transaction::new(Arc::new(move |user: &mut GooseUser| {
        let worker = Arc::clone(&turns);
        Box::pin(async move {
            worker.turn(user).await;
            Ok(())
        }) as Pin<Box<dyn Future<Output = TransactionResult> + Send + '_>>
    }));
    let scenario = GooseScenario::new(&plan.scenario.name).register_transaction(turn.set_name("pass"));
    // One client for all users: those with connections of their own do not use it.
    GooseAttack::initialize_with_config(configuration)?
        .set_client_builder_without_cookies(GooseClientBuilder::new().without_cookies())
        .map(|attack| attack.register_scenario(scenario))
}

/// Ends the run when somebody asks, when all requests have been made, or when all users have found it over.
async fn stop_when_asked(worker: Arc<Worker>, stop: watch::Receiver<bool>, alone: bool) {
    let stopped = worker.stopping.notified();
    tokio::select! {
        () = asked(stop) => worker.stop(),
        () = stopped => {}
        // Goose's own report would call this a run that was given up.
        () = worker.all_found_over.notified(), if worker.plan.goose_report.is_none() => {}
    }
    if alone {
        goose::trigger_killswitch("asked to end");
        // Goose forgets what it was told before its run began; a user that finds the run over shows that it has.
        worker.found_over.notified().await;
        goose::trigger_killswitch("asked to end");
    }
}

/// Tells each second when it is over, and the last one when the run is.
async fn tell_seconds(worker: Arc<Worker>, say: Arc<dyn Fn(Message) + Send + Sync>, keep: bool) -> Vec<Second> {
    let mut kept = Vec::new();
    let mut second = 0;
    loop {
        second += 1;
        let end = Duration::from_secs(second);
        worker.wait_until(worker.start() + end.min(worker.schedule.end())).await;
        let over = end >= worker.schedule.end() || worker.is_stopped();
        let seconds = {
            let mut recorder = worker.recorder();
            recorder.turn_to(worker.now());
            let mut seconds = std::mem::take(&mut recorder.over);
            if over {
                seconds.push(recorder.last_second());
            }
            seconds
        };
        for second in seconds.into_iter().filter(|second| second.requests > 0) {
            if keep {
                add_second(&mut kept, second.clone());
            }
            say(Message::Second(second));
        }
        if over {
            return kept;
        }
    }
}

/// CPU time between start and end of measuring, and how long that was.
async fn watch_cpu(worker: Arc<Worker>) -> Option<(CpuTime, Duration)> {
    worker.wait_until(worker.start()).await;
    let (before, started) = (CpuTime::of_this_thread()?, Instant::now());
    worker.wait_until(worker.start() + worker.schedule.end()).await;
    Some((CpuTime::of_this_thread()?.since(before), started.elapsed()))
}

struct Totals {
    late_ms: u64,
    started_ms: u64,
    ended: Duration,
    interrupted: bool,
    kept: Vec<Second>,
    cpu: Option<(CpuTime, Duration)>,
    counted_by_goose: usize,
}

fn record(worker: &Worker, totals: Totals) -> Record {
    let plan = &worker.plan;
    let recorder = worker.recorder();
    Record {
        run: plan.run.clone(),
        scenario: plan.scenario.name.clone(),
        digest: plan.digest(),
        target: plan.site.url.clone(),
        users: plan.identity.share(plan.users),
        sessions: u32::try_from(worker.sessions().population.len()).unwrap_or(u32::MAX),
        started_ms: totals.started_ms,
        late_ms: totals.late_ms,
        interrupted: totals.interrupted,
        phases: recorder.phases(totals.ended),
        timer_lag: recorder.timer_lag.clone(),
        wrong: recorder.wrong,
        evidence: recorder.evidence.clone(),
        errors: recorder.errors.clone(),
        connections: recorder.connections,
        refused_connections: recorder.refused_connections,
        begun_again: recorder.begun_again,
        held_back: recorder.held_back,
        given_up: recorder.given_up,
        counted_by_goose: totals.counted_by_goose as u64,
        generators: vec![generator(plan.identity.rank, totals.cpu, recorder.requests)],
        seconds: totals.kept,
        ..Record::empty(plan.identity)
    }
}

#[expect(clippy::cast_precision_loss, reason = "nanoseconds of a run stay below 2^52")]
fn generator(rank: u32, cpu: Option<(CpuTime, Duration)>, requests: u64) -> Generator {
    let Some((cpu, wall)) = cpu else { return Generator { rank, ..Generator::default() } };
    let wall = wall.as_nanos().max(1) as f64;
    Generator {
        rank,
        core: Some(cpu.running_ns as f64 / wall),
        waiting: Some(cpu.waiting_ns as f64 / wall),
        cpu_us_per_request: (requests > 0).then(|| cpu.running_ns as f64 / 1000.0 / requests as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_that_hears_begin_and_end_at_once_has_begun() {
        let (_stop, stopped) = watch::channel(true);
        for _ in 0..100 {
            assert_eq!(told_to_begin(std::future::ready(Some(7)), stopped.clone()).await, Some(Some(7)));
            assert_eq!(told_to_begin(std::future::pending(), stopped.clone()).await, None);
        }
    }

    #[tokio::test]
    async fn a_begin_that_comes_while_the_end_is_looked_at_is_not_lost() {
        let (_stop, stopped) = watch::channel(true);
        let mut looked = 0;
        let start = std::future::poll_fn(|_| {
            looked += 1;
            if looked == 1 { std::task::Poll::Pending } else { std::task::Poll::Ready(Some(7)) }
        });
        assert_eq!(told_to_begin(start, stopped).await, Some(Some(7)));
    }
}
