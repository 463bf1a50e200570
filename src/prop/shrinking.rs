//! From a failing history to the smallest one that fails in the same way, each try on a clean state.

use std::sync::Arc;

use proptest::strategy::ValueTree as _;
use tokio::time::Instant;

use super::draw::{Source, Tree};
use super::history::History;
use super::minimise::smaller;
use super::play::{Failed, Played, play};
use super::subject::Subject;
use super::traced::Playing;
use crate::verify::{Budget, Instance, Stage, shrink};

/// How often a failing history was played again, and how often it failed in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Reproduced {
    /// How often it failed in the same way.
    pub failed: u32,
    /// How often it was played.
    pub played: u32,
}

impl Reproduced {
    /// Whether it fails every time.
    #[must_use]
    pub const fn always(self) -> bool {
        self.failed == self.played && self.played > 0
    }
}

/// How often a smaller history is tried where the failing one comes and goes: one that fails in two of ten playings is
/// missed by one in six.
const PATIENCE: u32 = 8;

/// An instance for one history: a fresh one where the stage has them.
pub(super) async fn instance(stage: &dyn Stage) -> Arc<dyn Instance> {
    if stage.setting().fresh_instances
        && let Ok(fresh) = stage.fresh().await
    {
        return fresh;
    }
    stage.shared()
}

/// Plays a history again several times.
pub async fn reproduce(
    stage: &dyn Stage,
    subject: &Subject,
    history: &History,
    failed: &Failed,
    times: u32,
) -> Reproduced {
    let mut reproduced = Reproduced::default();
    for _ in 0..times {
        let played = play(subject, &instance(stage).await, history, Playing::Again).await;
        reproduced.played += 1;
        reproduced.failed += u32::from(played.failure.is_some_and(|again| again.is_like(failed)));
    }
    reproduced
}

/// The smallest history that fails in the same way, how it fails, and how many were tried. First proptest's tree, where
/// the history has one, then its structure. A history that does not fail each time is tried more than once.
pub async fn shrink_history(
    stage: &dyn Stage,
    subject: &Subject,
    drawn: Option<(&Source, Tree)>,
    (mut history, failed): (History, Failed),
    always: bool,
    budget: Budget,
) -> (History, Failed, usize) {
    let until = Instant::now() + budget.time;
    let wanted = failed.clone();
    let fails = async |history: &History| {
        for _ in 0..if always { 1 } else { PATIENCE } {
            let instance = instance(stage).await;
            let failure = play(subject, &instance, history, Playing::Smaller).await.failure;
            if let Some(failure) = failure.filter(|failure| failure.is_like(&wanted)) {
                return Some(failure);
            }
            if Instant::now() >= until {
                break;
            }
        }
        None
    };
    let (found, mut failed, mut tries) = match drawn {
        Some((source, tree)) => {
            let first = tree.current();
            Source::seen(&first, failed.step + 1);
            let half = Budget { tries: budget.tries / 2, time: budget.time / 2 };
            let shrunk = shrink(tree, first, failed, half, async |value| fails(&source.closed(value.1.clone())).await);
            let shrunk = shrunk.await;
            history = source.closed(shrunk.value.1);
            (history, shrunk.failure, shrunk.tries)
        }
        None => (history, failed, 0),
    };
    history = found;
    history.steps.truncate(failed.step + 1);
    'again: while tries < budget.tries && Instant::now() < until {
        for candidate in smaller(&history) {
            if tries >= budget.tries || Instant::now() >= until {
                break;
            }
            tries += 1;
            if let Some(still) = fails(&candidate).await {
                (history, failed) = (candidate, still);
                history.steps.truncate(failed.step + 1);
                continue 'again;
            }
        }
        break;
    }
    (history, failed, tries)
}

/// Plays a history once more for those who write it down.
pub(super) async fn once_more(stage: &dyn Stage, subject: &Subject, history: &History) -> Played {
    play(subject, &instance(stage).await, history, Playing::Again).await
}
