//! Gates: requests that a server makes to hardtack, and that hardtack holds.
//!
//! A program's `ctl.wait` makes the server perform a GET on a gate's URL. Its
//! arrival proves that the request is inside; the answer releases it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::RigError;
use super::latch::{Latch, State};
use crate::wire::{Limits, Listener, Request, Response};

/// The path before a gate's number.
const PREFIX: &str = "/gate/";

/// Holds any number of gates open for arrivals, on one loopback port. Dropping it ends every held request.
#[derive(Debug)]
pub struct GateKeeper {
    listener: Listener,
    gates: Arc<Gates>,
    next: AtomicU64,
}

#[derive(Debug, Default)]
struct Gates(Mutex<HashMap<u64, Arc<Latch>>>);

/// A place where requests are held until they are released. Dropping it answers those with 503, so that nothing
/// hangs; later ones are answered with 410.
#[derive(Debug)]
pub struct Gate {
    id: u64,
    url: String,
    latch: Arc<Latch>,
    gates: Arc<Gates>,
}

impl GateKeeper {
    /// Starts to listen on a free loopback port. Needs a tokio runtime.
    pub async fn start() -> Result<Self, RigError> {
        let gates = Arc::new(Gates::default());
        let held = Arc::clone(&gates);
        let listener = Listener::bind(Limits::default(), move |request| hold(Arc::clone(&held), request))
            .await
            .map_err(|error| RigError::Listen { what: "gates", cause: error.to_string() })?;
        Ok(Self { listener, gates, next: AtomicU64::new(1) })
    }

    /// A new gate, closed.
    #[must_use]
    pub fn gate(&self) -> Gate {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let latch = Arc::new(Latch::new());
        self.gates.lock().insert(id, Arc::clone(&latch));
        let url = self.listener.authority().url(&format!("{PREFIX}{id}"));
        Gate { id, url, latch, gates: Arc::clone(&self.gates) }
    }
}

impl Gate {
    /// Where a held request goes: an absolute http URL on loopback.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether a request arrives within a time, or has arrived before.
    pub async fn arrived(&self, within: Duration) -> bool {
        self.latch.arrived(within).await
    }

    /// How many requests have arrived.
    #[must_use]
    pub fn arrivals(&self) -> usize {
        self.latch.arrivals()
    }

    /// Answers 200 to those that wait, and to those that come later.
    pub fn release(&self) {
        self.latch.open(State::Released);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.gates.lock().remove(&self.id);
        self.latch.open(State::Abandoned);
    }
}

impl Gates {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Latch>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn hold(gates: Arc<Gates>, request: Request) -> Response {
    let latch = request
        .path()
        .strip_prefix(PREFIX)
        .and_then(|id| id.parse().ok())
        .and_then(|id: u64| gates.lock().get(&id).cloned());
    let Some(latch) = latch else {
        return Response::text(410, "no such gate");
    };
    match latch.pass().await {
        State::Released => Response::text(200, "released"),
        State::Closed | State::Abandoned => Response::text(503, "abandoned"),
    }
}
