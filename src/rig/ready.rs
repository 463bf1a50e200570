//! Waiting until a process answers.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use super::{Process, RigError};
use crate::wire::{Authority, Client, ConnectionUse, Connector, Limits, Request};

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(1);

/// Attempts something again and again until it works, the process ends, or the time is up.
pub(super) async fn until_ready<A, F>(process: &Process, within: Duration, attempt: A) -> Result<(), RigError>
where
    A: Fn(Duration) -> F,
    F: Future<Output = Result<(), String>>,
{
    let deadline = Instant::now() + within;
    let mut last = "it was never asked".to_owned();
    let attempts = async {
        loop {
            match attempt(deadline.saturating_duration_since(Instant::now())).await {
                Ok(()) => return,
                Err(why) => last = why,
            }
            sleep(PAUSE).await;
        }
    };
    let ready = tokio::select! {
        biased;
        status = process.exited() => Err(Some(status)),
        ready = timeout_at(deadline, attempts) => ready.map_err(|_| None),
    };
    let what = process.what().to_owned();
    let output = process.output();
    ready.map_err(|ended| match ended {
        Some(status) => RigError::Exited { what, status, output },
        None => RigError::NotReady { what, within, last, output },
    })
}

/// Waits until a GET is answered below 500.
pub(super) async fn until_answered(
    process: &Process,
    address: SocketAddr,
    authority: &Authority,
    path: &str,
    within: Duration,
) -> Result<(), RigError> {
    until_ready(process, within, |left| answered(address, authority, path, left)).await
}

/// Whether a GET is answered below 500, asked once.
pub(super) async fn answered(
    address: SocketAddr,
    authority: &Authority,
    path: &str,
    left: Duration,
) -> Result<(), String> {
    let limits = Limits { connect: CONNECT, first_byte: left, idle: left, total: left, ..Limits::default() };
    let request = Request::get(path).addressed_to(authority);
    let exchange = Client::new(Connector::tcp(address), limits).send(request, ConnectionUse::New).await;
    match exchange.result {
        Ok(response) if response.status < 500 => Ok(()),
        Ok(response) => Err(format!("GET {path} was answered with {}", response.status)),
        Err(error) => Err(format!("GET {path}: {error}")),
    }
}
