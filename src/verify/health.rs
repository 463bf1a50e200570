//! Whether a server still answers at all.

use std::sync::Mutex;
use std::sync::PoisonError;

use crate::wire::Exchange;

/// How many exchanges in a row may fail before the server counts as gone.
const PATIENCE: usize = 12;

/// Counts failures in a row, so that a server that hangs or died does not cost every case its time limit.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: usize,
    gone: Option<Gone>,
}

/// A server that answers no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gone {
    /// What the last exchange came to.
    pub(super) reason: String,
    /// Whether not even a connection stood.
    pub(super) unreachable: bool,
}

impl Health {
    /// Takes note of an exchange.
    pub(super) fn note(&self, exchange: &Exchange) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &exchange.result {
            Ok(_) => state.failures = 0,
            Err(error) => {
                state.failures += 1;
                if state.failures >= PATIENCE && state.gone.is_none() {
                    let reason = format!("the server answers no more, {PATIENCE} requests in a row failed: {error}");
                    state.gone = Some(Gone { reason, unreachable: error.is_unreachable() });
                }
            }
        }
    }

    /// Why the server counts as gone, if it does.
    pub(super) fn gone(&self) -> Option<Gone> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).gone.clone()
    }
}
