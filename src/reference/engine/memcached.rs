//! A cache in memcached.

use std::time::Duration;

use async_memcached::{AsciiProtocol, Client, Error, MetaProtocol, Status};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::cookie::{Clock, OffsetClock, Timestamp};
use crate::reference::error::StoreError;

/// How long one command may take before the cache counts as away.
const LIMIT: Duration = Duration::from_millis(500);

/// memcached reads a larger time to live as a date of its own clock.
const LONGEST_TTL: i64 = 30 * 86_400;

/// Connections that are kept while idle.
const IDLE: usize = 16;

/// Texts in memcached. Entries may outlive their end there: memcached has a clock of its own, and records carry
/// their deadline in any case.
#[derive(Debug)]
pub(super) struct Memcached {
    address: String,
    clock: OffsetClock,
    idle: Mutex<Vec<Connection>>,
}

struct Connection(Client);

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

impl Memcached {
    /// The memcached at `host:port`; it need not be there yet.
    pub(super) fn new(address: String, clock: OffsetClock) -> Self {
        Self { address, clock, idle: Mutex::default() }
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        let data = self.run(key, Command::Get).await?.data;
        Ok(data.map(|data| String::from_utf8_lossy(&data).into_owned()))
    }

    pub(super) async fn set(&self, key: &str, text: &str, until: Option<Timestamp>) -> Result<(), StoreError> {
        match self.ttl(until) {
            Some(ttl) => self.run(key, Command::Set { text, ttl }).await.map(drop),
            None => self.delete(key).await.map(drop),
        }
    }

    /// Sets what is there; `false` when nothing is.
    pub(super) async fn replace(&self, key: &str, text: &str, until: Option<Timestamp>) -> Result<bool, StoreError> {
        match self.ttl(until) {
            Some(ttl) => self.run(key, Command::Replace { text, ttl }).await.map(|answer| answer.found),
            None => self.delete(key).await,
        }
    }

    /// Whether there was an entry to delete.
    pub(super) async fn delete(&self, key: &str) -> Result<bool, StoreError> {
        self.run(key, Command::Delete).await.map(|answer| answer.found)
    }

    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        self.run("", Command::Flush).await.map(drop)
    }

    /// Seconds to live: 0 is without end, `None` is over already.
    fn ttl(&self, until: Option<Timestamp>) -> Option<i64> {
        let Some(until) = until else { return Some(0) };
        let millis = until.minus(self.clock.now());
        let seconds = millis.saturating_add(999).div_euclid(1000);
        (millis > 0).then_some(if seconds > LONGEST_TTL { 0 } else { seconds })
    }

    /// Runs one command on an idle connection or a new one. A connection that was idle may have been closed
    /// meanwhile, so what fails on it is tried once more on a new one.
    async fn run(&self, key: &str, command: Command<'_>) -> Result<Answer, StoreError> {
        let kept = self.idle.lock().await.pop();
        let reused = kept.is_some();
        let late = |_| StoreError::Timeout { service: "cache", after: LIMIT };
        let mut answer = timeout(LIMIT, self.attempt(kept, key, command)).await.map_err(late)?;
        if answer.is_err() && reused {
            self.idle.lock().await.clear();
            answer = timeout(LIMIT, self.attempt(None, key, command)).await.map_err(late)?;
        }
        answer.map_err(|error| StoreError::Unavailable { service: "cache", cause: error.to_string() })
    }

    async fn attempt(&self, kept: Option<Connection>, key: &str, command: Command<'_>) -> Result<Answer, Error> {
        let mut client = match kept {
            Some(Connection(client)) => client,
            None => Client::new(format!("tcp://{}", self.address)).await?,
        };
        let answer = command.perform(&mut client, &name(key)).await?;
        let mut idle = self.idle.lock().await;
        if idle.len() < IDLE {
            idle.push(Connection(client));
        }
        Ok(answer)
    }
}

/// What memcached is asked to do with one entry.
#[derive(Debug, Clone, Copy)]
enum Command<'a> {
    Get,
    Set { text: &'a str, ttl: i64 },
    Replace { text: &'a str, ttl: i64 },
    Delete,
    Flush,
}

/// What it answers.
#[derive(Debug, Default)]
struct Answer {
    data: Option<Vec<u8>>,
    found: bool,
}

impl Command<'_> {
    async fn perform(self, client: &mut Client, name: &str) -> Result<Answer, Error> {
        let done = match self {
            Self::Get => {
                let data = client.get(name).await?.and_then(|value| value.data);
                return Ok(Answer { found: data.is_some(), data });
            }
            Self::Set { text, ttl } => client.set(name, text, Some(ttl), None).await,
            Self::Replace { text, ttl } => {
                let ttl = format!("T{ttl}");
                client.meta_set(name, text, false, None, Some(&["MR", &ttl])).await.map(drop)
            }
            Self::Delete => client.delete(name).await,
            Self::Flush => client.flush_all().await,
        };
        match done {
            Ok(()) => Ok(Answer { data: None, found: true }),
            Err(Error::Protocol(Status::NotStored | Status::NotFound)) => Ok(Answer::default()),
            Err(error) => Err(error),
        }
    }
}

/// The name of an entry; other servers may share the cache.
fn name(key: &str) -> String {
    format!("hardtack.session.{key}")
}
