//! What a store does without a server in front of it: the same number of keys, values of the same size, asked for
//! directly for a moment, next to the run. Machines drift too much for a number from another day.

#[cfg(feature = "reference")]
mod local;
mod over_tcp;
mod postgres;

use std::net::SocketAddr;
use std::time::Duration;

use super::run::Ceiling;
use crate::contract::ServiceRole;

/// How long a store is asked.
const LENGTH: Duration = Duration::from_secs(1);

/// Keys that are laid down at most: more take long to write and change little.
const MOST_KEYS: u32 = 100_000;

/// Octets of a record beside its payload: marker, names, expiry.
const BESIDES: u32 = 80;

/// A store to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeilingRequest {
    /// The session engine, by the server's own word.
    pub engine: String,
    /// Sessions of the population.
    pub sessions: u32,
    /// Octets of payload in each.
    pub payload: u32,
    /// The services that hardtack has started for the server: role, kind, address.
    pub services: Vec<(ServiceRole, &'static str, SocketAddr)>,
}

/// Why a store could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum CeilingError {
    /// The network.
    #[error("{store}: {cause}")]
    Store {
        /// Which.
        store: &'static str,
        /// The reason.
        cause: String,
    },
}

impl CeilingRequest {
    /// Measures the store behind an engine; `None` for one that hardtack cannot ask.
    pub async fn measure(&self) -> Result<Option<Ceiling>, CeilingError> {
        let keys = self.sessions.clamp(1, MOST_KEYS);
        let value = vec![b'v'; (self.payload + BESIDES) as usize];
        let service = |role| self.services.iter().find(|(one, _, _)| *one == role);
        let role = match self.engine.as_str() {
            "cache" | "cached_db" => ServiceRole::Cache,
            "db" => ServiceRole::Database,
            "file" => return self.local(keys, value).await,
            _ => return Ok(None),
        };
        match service(role) {
            Some((_, "memcached", address)) => {
                over_tcp::measure(over_tcp::Dialect::Memcached, *address, keys, &value, LENGTH).await.map(Some)
            }
            Some((_, "redis", address)) => {
                over_tcp::measure(over_tcp::Dialect::Redis, *address, keys, &value, LENGTH).await.map(Some)
            }
            Some((_, "postgres", address)) => postgres::measure(*address, keys, value.len(), LENGTH).await.map(Some),
            None if role == ServiceRole::Database => self.local(keys, value).await,
            _ => Ok(None),
        }
    }

    #[cfg(feature = "reference")]
    async fn local(&self, keys: u32, value: Vec<u8>) -> Result<Option<Ceiling>, CeilingError> {
        let store = if self.engine == "file" { local::Store::Files } else { local::Store::Sqlite };
        let measured = tokio::task::spawn_blocking(move || local::measure(store, keys, &value, LENGTH)).await;
        measured.map_err(|error| CeilingError::Store { store: "store", cause: error.to_string() })?.map(Some)
    }

    #[cfg(not(feature = "reference"))]
    #[expect(clippy::unused_async, reason = "measuring needs SQLite, which this build is without")]
    async fn local(&self, _: u32, _: Vec<u8>) -> Result<Option<Ceiling>, CeilingError> {
        Ok(None)
    }
}

/// Look-ups per second.
#[expect(clippy::cast_precision_loss, reason = "a second has few look-ups")]
fn per_second(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64().max(f64::EPSILON)
}

/// The next key, in an order that jumps about and is the same every time.
const fn jump(state: &mut u64, keys: u32) -> u32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((*state >> 33) % keys as u64) as u32
}
