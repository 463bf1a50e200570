//! The exchanges of a history, told while it is played.

use std::fmt;

use super::history::{History, Step};
use super::subject::Subject;
use super::words::{request, step};
use crate::verify::Trace;
use crate::wire::Exchange;

/// Why a history is played. Many are played at once, so each exchange says to which it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Playing {
    /// It was drawn under this number.
    Drawn(u64),
    /// It failed in an earlier run.
    Regression,
    /// It may be a smaller one that fails, too.
    Smaller,
    /// It failed and is looked at once more.
    Again,
}

impl fmt::Display for Playing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drawn(number) => write!(f, "history {number}"),
            Self::Regression => f.write_str("a regression"),
            Self::Smaller => f.write_str("a smaller history"),
            Self::Again => f.write_str("the failing history again"),
        }
    }
}

/// Tells the exchanges of one history.
pub(super) struct HistoryTrace {
    trace: Trace,
    playing: Playing,
    /// The requests of each step, in words.
    words: Vec<Vec<String>>,
}

impl HistoryTrace {
    /// A trace; none where nobody asked for it.
    pub(super) fn of(subject: &Subject, history: &History, playing: Playing) -> Option<Self> {
        let trace = subject.tracing.as_ref()?.begin();
        let words = history.steps.iter().map(|one| match one {
            Step::Together { requests, .. } => requests.iter().map(request).collect(),
            other => vec![step(other)],
        });
        Some(Self { trace, playing, words: words.collect() })
    }

    /// Tells the exchange of one request of a step.
    pub(super) fn tell(&mut self, step: usize, place: usize, exchange: &Exchange) {
        let words = self.words.get(step).and_then(|requests| requests.get(place)).map_or("", String::as_str);
        self.trace.tell(&format!("{}: {words}", self.playing), Some(step + 1), exchange);
    }
}
