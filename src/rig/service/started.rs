//! Starting a service on a port that nobody else takes meanwhile.

use std::net::SocketAddr;
use std::time::Duration;

use super::super::RigError;
use super::super::port::{ATTEMPTS, free_port, is_port_free, loopback};
use super::super::process::{Process, ProcessCommand};
use super::super::ready::until_ready;

/// Starts a process on a free loopback port and waits until it answers; on another port when somebody else took
/// that one.
pub(super) async fn on_free_port<C, A, F>(
    command: C,
    within: Duration,
    attempt: A,
) -> Result<(Process, SocketAddr), RigError>
where
    C: Fn(u16) -> Result<ProcessCommand, RigError>,
    A: Fn(SocketAddr, Duration) -> F,
    F: Future<Output = Result<(), String>>,
{
    let mut what = String::new();
    for _ in 0..ATTEMPTS {
        let port = free_port()?;
        let address = loopback(port);
        let command = command(port)?;
        what.clone_from(&command.what);
        let process = Process::spawn(&command)?;
        match until_ready(&process, within, |left| attempt(address, left)).await {
            Ok(()) => return Ok((process, address)),
            Err(RigError::Exited { .. }) if !is_port_free(port) => {}
            Err(error) => return Err(error),
        }
    }
    Err(RigError::PortsTaken { what, attempts: ATTEMPTS })
}
