//! Something waits here until it is let through.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// Where something waits until it is let through. Opens once, and stays open.
#[derive(Debug)]
pub(super) struct Latch {
    arrivals: watch::Sender<usize>,
    state: watch::Sender<State>,
}

/// What a [`Latch`] does to those who arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// They wait.
    Closed,
    /// They go on.
    Released,
    /// Nobody holds them any more; what that means is theirs to say.
    Abandoned,
}

impl Latch {
    pub(super) fn new() -> Self {
        Self { arrivals: watch::Sender::new(0), state: watch::Sender::new(State::Closed) }
    }

    /// Arrives, and waits until it opens.
    pub(super) async fn pass(&self) -> State {
        self.arrivals.send_modify(|arrivals| *arrivals += 1);
        let mut state = self.state.subscribe();
        // The sender lives as long as `self`.
        state.wait_for(|state| *state != State::Closed).await.map_or(State::Abandoned, |state| *state)
    }

    /// Whether something arrives within a time, or has arrived before.
    pub(super) async fn arrived(&self, within: Duration) -> bool {
        let mut arrivals = self.arrivals.subscribe();
        matches!(timeout(within, arrivals.wait_for(|arrivals| *arrivals > 0)).await, Ok(Ok(_)))
    }

    /// How many have arrived.
    pub(super) fn arrivals(&self) -> usize {
        *self.arrivals.borrow()
    }

    /// Opens it; the first opening counts.
    pub(super) fn open(&self, how: State) {
        self.state.send_if_modified(|state| {
            let closed = *state == State::Closed;
            if closed {
                *state = how;
            }
            closed
        });
    }
}
