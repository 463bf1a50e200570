//! Searching: many histories at once, until one fails or the budget is spent.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::coverage::Coverage;
use super::deviation::Deviation;
use super::draw::Source;
use super::history::History;
use super::play::{Failed, Played, play};
use super::regressions::Regression;
use super::servers::{Busy, Server, Servers};
use super::shrinking::{Reproduced, instance, once_more, reproduce, shrink_history};
use super::subject::Subject;
use super::traced::Playing;
use crate::spec::Level;
use crate::verify::{Budget, Instance, Stage};

/// How many histories an instance of the embedded server serves.
const BATCH: usize = 40;

/// How far the clock of an instance may be moved, in seconds, before another one takes its place.
const FAR: i64 = 200 * 86_400;

/// How often progress is told.
const TICK: Duration = Duration::from_millis(250);

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchOptions {
    /// How many histories at most.
    pub cases: u64,
    /// For how long at most; making a history smaller is not counted.
    pub time: Duration,
    /// What is drawn.
    pub seed: u64,
    /// How many histories at once.
    pub jobs: usize,
    /// How many servers of a variant are raised, where there is not one for each history.
    pub servers: usize,
    /// What may be spent on making a history smaller.
    pub budget: Budget,
    /// How often a failing history is played again to see whether it always fails; 0 takes it as it is.
    pub replays: u32,
    /// Whether the search goes on behind the first failure.
    pub keep_going: bool,
    /// Whether a failure of a should ends it, too.
    pub warnings_end: bool,
}

impl Default for SearchOptions {
    /// 2000 histories or 30 s, 8 at once on one server.
    fn default() -> Self {
        Self {
            cases: 2000,
            time: Duration::from_secs(30),
            seed: 0,
            jobs: 8,
            servers: 1,
            budget: Budget::default(),
            replays: 5,
            keep_going: false,
            warnings_end: false,
        }
    }
}

/// How far a search is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// Histories played.
    pub histories: u64,
    /// Requests sent.
    pub requests: u64,
    /// Since the search began.
    pub elapsed: Duration,
    /// Pairs of operations reached.
    pub reached: usize,
    /// Pairs of operations that there are.
    pub possible: usize,
}

/// A history that fails, as small as it got.
#[derive(Debug)]
pub struct CounterExample {
    /// The history.
    pub history: History,
    /// How it fails.
    pub failed: Failed,
    /// Playing it, for those who write it down.
    pub played: Played,
    /// How often it fails when it is played again.
    pub reproduced: Reproduced,
    /// The number that drew it; `None` for a regression.
    pub number: Option<u64>,
    /// How many histories had been played by then.
    pub histories: u64,
    /// How long that took.
    pub after: Duration,
    /// How many smaller histories were tried.
    pub tries: usize,
}

/// What came of a search.
#[derive(Debug, Default)]
pub struct Searched {
    /// The end of it.
    pub progress: Progress,
    /// What fails.
    pub found: Vec<CounterExample>,
    /// Deviations that the target file excuses and that were met.
    pub excused: BTreeSet<Deviation>,
    /// Why some histories say nothing: an offered gate or control did not work.
    pub inconclusive: Option<String>,
    /// Whether it was interrupted.
    pub interrupted: bool,
}

/// What the histories of a search share.
struct Shared {
    source: Source,
    next: AtomicU64,
    played: AtomicU64,
    requests: AtomicU64,
    stop: AtomicBool,
    coverage: Mutex<Coverage>,
    begun: Instant,
    options: SearchOptions,
}

impl Shared {
    fn new(subject: &Subject, options: SearchOptions) -> Self {
        Self {
            source: Source::new(&subject.alphabet, options.seed),
            next: AtomicU64::new(0),
            played: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            coverage: Mutex::new(Coverage::of(&subject.alphabet)),
            begun: Instant::now(),
            options,
        }
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
            || self.next.load(Ordering::Relaxed) >= self.options.cases
            || self.begun.elapsed() >= self.options.time
    }

    fn progress(&self) -> Progress {
        let coverage = self.coverage.lock().unwrap_or_else(PoisonError::into_inner);
        Progress {
            histories: self.played.load(Ordering::Relaxed),
            requests: self.requests.load(Ordering::Relaxed),
            elapsed: self.begun.elapsed(),
            reached: coverage.reached(),
            possible: coverage.possible(),
        }
    }
}

/// A history that failed, as it was drawn.
struct Failing {
    /// How many failures were put up with by then.
    tolerated: usize,
    number: Option<u64>,
    history: History,
    failed: Failed,
    histories: u64,
    after: Duration,
}

/// What the histories of one instance came to.
#[derive(Default)]
struct Batch {
    failing: Option<Failing>,
    deviations: BTreeSet<Deviation>,
    inconclusive: Option<String>,
}

/// Searches for histories that fail. Regressions are played first.
pub async fn search(
    servers: impl Into<Servers<'_>>,
    subject: Subject,
    options: SearchOptions,
    regressions: &[Regression],
    tell: &(dyn Fn(Progress) + Send + Sync),
    cancel: &mut watch::Receiver<bool>,
) -> Searched {
    let shared = Arc::new(Shared::new(&subject, options));
    let servers = servers.into();
    let mut searching = Searching {
        stage: servers.first,
        servers: servers.all(),
        tolerated: 0,
        subject: Arc::new(subject),
        shared,
        known: BTreeSet::new(),
        searched: Searched::default(),
    };
    tokio::select! {
        () = searching.all(regressions, tell) => {}
        () = cancelled(cancel) => searching.searched.interrupted = true,
    }
    searching.shared.stop.store(true, Ordering::Relaxed);
    searching.searched.progress = searching.shared.progress();
    searching.searched
}

async fn cancelled(cancel: &mut watch::Receiver<bool>) {
    if cancel.wait_for(|cancelled| *cancelled).await.is_err() {
        std::future::pending::<()>().await;
    }
}

struct Searching<'a> {
    /// Where histories that failed are played again.
    stage: &'a dyn Stage,
    servers: Vec<Arc<Server>>,
    subject: Arc<Subject>,
    /// How many failures the subject puts up with by now.
    tolerated: usize,
    shared: Arc<Shared>,
    /// Failures that were reported.
    known: BTreeSet<(&'static str, String)>,
    searched: Searched,
}

impl Searching<'_> {
    async fn all(&mut self, regressions: &[Regression], tell: &(dyn Fn(Progress) + Send + Sync)) {
        for regression in regressions {
            let instance = instance(self.stage).await;
            let played = play(&self.subject, &instance, &regression.history, Playing::Regression).await;
            if let Some(failed) = played.failure {
                let failing = Failing {
                    tolerated: self.tolerated,
                    number: None,
                    history: regression.history.clone(),
                    failed,
                    histories: 0,
                    after: self.shared.begun.elapsed(),
                };
                if self.failed(failing).await {
                    return;
                }
            }
        }
        let mut running: JoinSet<Batch> = JoinSet::new();
        let mut tick = tokio::time::interval(TICK);
        loop {
            while running.len() < self.shared.options.jobs.max(1) && !self.shared.is_over() {
                let Some((index, server)) = Server::least_busy(&self.servers) else { break };
                let (busy, subject) = (server.begin(), server.subject(&self.subject));
                // Only the first one may have instances of their own.
                let instance = if index == 0 { instance(self.stage).await } else { server.shared() };
                running.spawn(batch(Arc::clone(&self.shared), subject, self.tolerated, instance, busy));
            }
            if running.is_empty() {
                break;
            }
            let ended = tokio::select! {
                Some(ended) = running.join_next() => ended,
                _ = tick.tick() => {
                    tell(self.shared.progress());
                    continue;
                }
            };
            let batch = match ended {
                Ok(batch) => batch,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => continue,
                },
            };
            self.searched.excused.extend(batch.deviations.intersection(&self.subject.excused));
            self.searched.inconclusive = self.searched.inconclusive.take().or(batch.inconclusive);
            if let Some(failing) = batch.failing
                && self.failed(failing).await
            {
                self.shared.stop.store(true, Ordering::Relaxed);
                return;
            }
        }
    }

    /// Makes a failing history smaller and keeps it. Whether the search is over.
    async fn failed(&mut self, failing: Failing) -> bool {
        let kind = (failing.failed.mismatch.code, failing.failed.mismatch.subject.clone());
        if self.known.contains(&kind) {
            return false;
        }
        // Histories that go on beside it would meet the restarts and emptied caches of smaller ones.
        let server = self.servers.first().map(Arc::clone).filter(|_| !self.stage.setting().fresh_instances);
        let alone = match &server {
            Some(server) => Some(server.alone.write().await),
            None => None,
        };
        let options = self.shared.options;
        let Failing { tolerated, number, mut history, mut failed, histories, after } = failing;
        let mut tries = 0;
        let mut reproduced = Reproduced { failed: 1, played: 1 };
        if options.replays > 0 {
            let first = reproduce(self.stage, &self.subject, &history, &failed, options.replays.min(3)).await;
            // What has been put up with since explains it.
            if first.failed == 0 && tolerated < self.tolerated {
                return false;
            }
            if first.failed > 0 {
                let drawn = number.and_then(|number| {
                    let tree = self.shared.source.tree(number).ok()?;
                    Some((&self.shared.source, tree))
                });
                (history, failed, tries) =
                    shrink_history(self.stage, &self.subject, drawn, (history, failed), first.always(), options.budget)
                        .await;
            }
            // What fails only now and then is told with its rate.
            let times = if first.always() { options.replays } else { options.replays * 4 };
            reproduced = reproduce(self.stage, &self.subject, &history, &failed, times).await;
        }
        let mut played = once_more(self.stage, &self.subject, &history).await;
        for _ in 0..options.replays {
            if played.failure.is_some() {
                break;
            }
            played = once_more(self.stage, &self.subject, &history).await;
        }
        drop(alone);
        let level = failed.mismatch.level;
        let example = CounterExample { history, failed, played, reproduced, number, histories, after, tries };
        self.searched.found.push(example);
        self.known.insert(kind.clone());
        let mut tolerant = self.subject.as_ref().clone();
        if tolerant.tolerate(kind.0, &kind.1) {
            self.subject = Arc::new(tolerant);
            self.tolerated += 1;
        }
        (level == Level::Must || options.warnings_end) && !options.keep_going
    }
}

/// Plays histories on one instance until one fails.
async fn batch(
    shared: Arc<Shared>,
    subject: Arc<Subject>,
    tolerated: usize,
    instance: Arc<dyn Instance>,
    busy: Busy,
) -> Batch {
    let fresh = subject.setting.fresh_instances;
    let mut batch = Batch::default();
    let mut coverage = Coverage::of(&subject.alphabet);
    for _ in 0..BATCH {
        if shared.is_over() {
            break;
        }
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        if number >= shared.options.cases {
            break;
        }
        let Some(history) = shared.source.draw(number) else { continue };
        let playing = Playing::Drawn(number);
        let played = if fresh {
            play(&subject, &instance, &history, playing).await
        } else if history.touches_world() {
            let _alone = busy.server().alone.write().await;
            play(&subject, &instance, &history, playing).await
        } else {
            let _beside = busy.server().alone.read().await;
            play(&subject, &instance, &history, playing).await
        };
        coverage.add(&history);
        let histories = shared.played.fetch_add(1, Ordering::Relaxed) + 1;
        shared.requests.fetch_add(u64::try_from(played.turns.len()).unwrap_or_default(), Ordering::Relaxed);
        batch.deviations.extend(played.deviations);
        batch.inconclusive = batch.inconclusive.or(played.inconclusive);
        if let Some(failed) = played.failure {
            let after = shared.begun.elapsed();
            batch.failing = Some(Failing { tolerated, number: Some(number), history, failed, histories, after });
            break;
        }
        if fresh && instance.clock().offset() > FAR {
            break;
        }
    }
    shared.coverage.lock().unwrap_or_else(PoisonError::into_inner).merge(&coverage);
    batch
}

#[cfg(test)]
#[cfg(feature = "reference")]
mod tests {
    use super::*;
    use crate::contract::Call;
    use crate::prop::{Ask, Step, Travel};
    use crate::reference::{Config, FAULTS};
    use crate::spec::Profile;
    use crate::verify::{Embedded, Raise as _};
    use crate::wire::Limits;

    fn two_logins() -> History {
        let login = || {
            let calls = vec![Call::new("auth.login").with("user", "alice")];
            Step::Request(Ask { browser: 0, calls, status: None, via: Travel::default() })
        };
        History { steps: vec![login(), login()] }
    }

    /// What became of a failure that was met when so many others were put up with.
    async fn handled(tolerated: usize) -> usize {
        let faults =
            FAULTS.iter().flat_map(|group| group.iter()).filter(|fault| fault.name == "relogin-keeps-key").collect();
        let embedded = Embedded::new(Config { faults, ..Config::default() });
        let variant = embedded.target().default_variants().unwrap().remove(0);
        let stage = embedded.raise(&variant).await.unwrap();
        let mut subject =
            Subject::of(stage.setting(), &stage.shared(), &[], Profile::Default, Limits::default()).await.unwrap();
        let history = two_logins();
        let strict = play(&subject, &instance(stage.as_ref()).await, &history, Playing::Drawn(0)).await;
        let failed = strict.failure.expect("it keeps the key");
        assert!(subject.tolerate(failed.mismatch.code, &failed.mismatch.subject));
        let options = SearchOptions::default();
        let servers = Servers::from(stage.as_ref());
        let mut searching = Searching {
            stage: servers.first,
            servers: servers.all(),
            tolerated: 1,
            shared: Arc::new(Shared::new(&subject, options)),
            subject: Arc::new(subject),
            known: BTreeSet::new(),
            searched: Searched::default(),
        };
        let after = Duration::ZERO;
        searching.failed(Failing { tolerated, number: None, history, failed, histories: 1, after }).await;
        searching.searched.found.len()
    }

    #[tokio::test]
    async fn a_failure_that_is_explained_by_what_was_put_up_with_since_is_none() {
        assert_eq!(handled(0).await, 0);
    }

    #[tokio::test]
    async fn a_failure_that_does_not_come_again_by_itself_is_told_as_flaky() {
        assert_eq!(handled(1).await, 1);
    }
}
