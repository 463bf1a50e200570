//! One leg, seen from the parent: workers are started, led and heard, the world is disturbed, the server watched.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::attack::Message;
use super::cores::allowed_cores;
use super::processes::{behind, cpu_time};
use super::ranks::{Heard, RankError, Ranks};
use super::record::{MergeError, Record, Second, add_second};
use super::run::{EventRecord, TargetCpu};
use super::scenario::{Event, Scenario};
use crate::verify::Instance;
use crate::wire::Evidence;

/// What a leg needs.
pub struct LegRequest {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The commands that start its workers, in the order of their ranks.
    pub commands: Vec<std::process::Command>,
    /// The server, for what is done to the world around it.
    pub instance: Arc<dyn Instance>,
    /// Where it listens; its processes are watched when that is here.
    pub address: Option<SocketAddr>,
    /// Whether it shall end.
    pub stop: watch::Receiver<bool>,
}

/// Follows a leg while it goes on.
pub trait Follow: Send {
    /// So many sessions of so many are there.
    fn preparing(&mut self, done: u64, of: u64);
    /// Measuring begins.
    fn begins(&mut self, length: Duration);
    /// All workers together, second by second; the last one may still grow.
    fn seconds(&mut self, seconds: &[Second]);
    /// Something was done to the world.
    fn event(&mut self, event: &EventRecord);
    /// A request was answered, or was not: told only where a trace was asked for.
    fn exchanged(&mut self, what: &str, exchange: &Evidence);
}

/// What was seen of a leg.
#[derive(Debug)]
pub struct Seen {
    /// All workers together, with their seconds.
    pub record: Record,
    /// What was done to the world.
    pub events: Vec<EventRecord>,
    /// What the server's processes used.
    pub target_cpu: Option<TargetCpu>,
}

/// Why nothing was seen.
#[derive(Debug, thiserror::Error)]
pub enum LegError {
    /// A worker failed.
    #[error(transparent)]
    Rank(#[from] RankError),
    /// The workers' records do not belong together: a bug of ours.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// It was ended before measuring began.
    #[error("ended before measuring began")]
    Ended,
}

/// Runs one leg.
pub async fn run_leg(request: LegRequest, follow: &mut dyn Follow) -> Result<Seen, LegError> {
    let count = request.commands.len();
    let mut ranks = Ranks::start(request.commands)?;
    prepare(&mut ranks, count, request.stop.clone(), follow).await?;
    let length = request.scenario.length();
    // Goose needs a moment to start its users.
    let lead = Duration::from_millis(300 + u64::from(request.scenario.users) / 20);
    let start = Instant::now() + lead;
    ranks.begin(unix_ms() + u64::try_from(lead.as_millis()).unwrap_or(u64::MAX)).await;
    follow.begins(length);
    let (finish, finished) = watch::channel(false);
    // Asked for here: the threads of a server inside this process may use fewer.
    let cores = count_of(allowed_cores().len());
    let watching = tokio::spawn(watch_target(request.address, cores, start, length, finished));
    let (tell, mut told) = mpsc::unbounded_channel();
    let disturbing = tokio::spawn(disturb(request.instance, request.scenario.events.clone(), start, tell));
    let mut stop = request.stop;
    // An end that was asked for before is told to the workers by the loop, too.
    let mut stopped = false;
    let (mut records, mut seconds, mut events) = (Vec::new(), Vec::new(), Vec::new());
    while records.len() < count {
        tokio::select! {
            heard = ranks.hear() => match heard {
                Some(Heard::Said { message: Message::Second(second), .. }) => {
                    add_second(&mut seconds, second);
                    follow.seconds(&seconds);
                }
                Some(Heard::Said { message: Message::Exchanged { what, exchange }, .. }) => {
                    follow.exchanged(&what, &exchange);
                }
                Some(Heard::Said { .. }) => {}
                Some(Heard::Record(record)) => records.push(*record),
                Some(Heard::Failed(error)) => return Err(error.into()),
                None => break,
            },
            Some(event) = told.recv() => {
                follow.event(&event);
                events.push(event);
            }
            changed = stop.wait_for(|stop| *stop), if !stopped => {
                stopped = true;
                if changed.is_ok() {
                    ranks.stop().await;
                }
            }
        }
    }
    disturbing.abort();
    while let Ok(event) = told.try_recv() {
        events.push(event);
    }
    finish.send_replace(true);
    let target_cpu = watching.await.unwrap_or_default();
    let mut record = Record::merge(records)?;
    record.seconds = seconds;
    Ok(Seen { record, events, target_cpu })
}

async fn prepare(
    ranks: &mut Ranks,
    count: usize,
    mut stop: watch::Receiver<bool>,
    follow: &mut dyn Follow,
) -> Result<(), LegError> {
    let mut progress = vec![(0_u64, 0_u64); count];
    let mut ready = 0;
    while ready < count {
        let heard = tokio::select! {
            heard = ranks.hear() => heard,
            _ = stop.wait_for(|stop| *stop) => return Err(LegError::Ended),
        };
        match heard {
            Some(Heard::Said { rank, message: Message::Preparing { done, of } }) => {
                if let Some(place) = progress.get_mut(rank as usize) {
                    *place = (u64::from(done), u64::from(of));
                }
                let (done, of) = progress.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                follow.preparing(done, of);
            }
            Some(Heard::Said { message: Message::Ready, .. }) => ready += 1,
            Some(Heard::Said { message: Message::Exchanged { what, exchange }, .. }) => {
                follow.exchanged(&what, &exchange);
            }
            Some(Heard::Failed(error)) => return Err(error.into()),
            Some(Heard::Said { .. } | Heard::Record(_)) => {}
            None => return Err(LegError::Ended),
        }
    }
    Ok(())
}

/// Does to the world what the scenario says, one after the other.
async fn disturb(
    instance: Arc<dyn Instance>,
    mut events: Vec<Event>,
    start: Instant,
    tell: mpsc::UnboundedSender<EventRecord>,
) {
    events.sort_by_key(|event| event.at);
    for event in events {
        sleep_until(start + event.at).await;
        let at = start.elapsed().as_secs_f64();
        let failed = instance.control(event.control).await.err();
        let _ = tell.send(EventRecord { at, control: event.control.name().to_owned(), failed });
    }
}

/// Samples the CPU time of the server's processes from start to end, or until the workers have finished.
async fn watch_target(
    address: Option<SocketAddr>,
    of: u32,
    start: Instant,
    length: Duration,
    mut finished: watch::Receiver<bool>,
) -> Option<TargetCpu> {
    let address = address.filter(|address| address.ip().is_loopback())?;
    sleep_until(start).await;
    let mut pids = behind(address);
    if pids.is_empty() {
        return None;
    }
    let (mut used, mut before) = (Duration::ZERO, cpu_time(&pids));
    let mut most = pids.len();
    let end = start + length;
    let began = Instant::now();
    let (mut next, mut over) = (began, false);
    while !over && Instant::now() < end {
        next = (next + Duration::from_secs(1)).min(end);
        tokio::select! {
            () = sleep_until(next) => {}
            _ = finished.wait_for(|finished| *finished) => over = true,
        }
        let now = cpu_time(&pids);
        used += now.saturating_sub(before);
        // A server may be restarted, or start more processes.
        pids = behind(address);
        before = cpu_time(&pids);
        most = most.max(pids.len());
    }
    let cores = used.as_secs_f64() / began.elapsed().as_secs_f64().max(f64::EPSILON);
    Some(TargetCpu { cores, of, processes: count_of(most), inside: is_inside(&pids) })
}

fn is_inside(pids: &BTreeSet<u32>) -> bool {
    pids.contains(&std::process::id())
}

fn count_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
