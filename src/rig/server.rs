//! The server under test, as a process of ours.

use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::sync::Mutex;

use super::output::Captured;
use super::port::{ATTEMPTS, free_port, is_port_free, loopback};
use super::process::{Process, ProcessCommand};
use super::ready::until_answered;
use super::{Output, RigError};
use crate::target::Launch;
use crate::wire::Authority;

/// The server under test. Its port stays the same when it is restarted, and so does the record of its output.
#[derive(Debug)]
pub(super) struct Server {
    command: ProcessCommand,
    address: SocketAddr,
    authority: Authority,
    path: String,
    within: Duration,
    captured: Captured,
    process: Mutex<Option<Process>>,
}

impl Server {
    /// Starts it on a free port and waits until it is ready; on another port when somebody else took that one.
    pub(super) async fn start(
        launch: &Launch,
        authority: impl Fn(u16) -> Authority,
        command: impl Fn(u16) -> Result<ProcessCommand, RigError>,
    ) -> Result<Self, RigError> {
        for _ in 0..ATTEMPTS {
            let port = free_port()?;
            let server = Self {
                command: command(port)?,
                address: loopback(port),
                authority: authority(port),
                path: launch.ready.get.clone(),
                within: Duration::from_millis(launch.ready.within_ms),
                captured: Captured::default(),
                process: Mutex::new(None),
            };
            match server.spawn().await {
                Ok(process) => {
                    *server.process.lock().await = Some(process);
                    return Ok(server);
                }
                Err(RigError::Exited { .. }) if !is_port_free(port) => {}
                Err(error) => return Err(error),
            }
        }
        Err(RigError::PortsTaken { what: "the server".to_owned(), attempts: ATTEMPTS })
    }

    async fn spawn(&self) -> Result<Process, RigError> {
        let process = Process::spawn_into(&self.command, self.captured.clone())?;
        until_answered(&process, self.address, &self.authority, &self.path, self.within).await?;
        Ok(process)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn output(&self) -> Output {
        self.captured.output()
    }

    /// How it ended by itself; `None` while it runs.
    pub(super) async fn status(&self) -> Option<ExitStatus> {
        self.process.lock().await.as_ref().and_then(Process::status)
    }

    /// Stops it and starts it again, and waits until it is ready.
    pub(super) async fn restart(&self, grace: Duration) -> Result<(), RigError> {
        let mut process = self.process.lock().await;
        if let Some(old) = process.take() {
            old.stop(grace).await;
        }
        *process = Some(self.spawn().await?);
        Ok(())
    }

    pub(super) async fn stop(self, grace: Duration) {
        if let Some(process) = self.process.into_inner() {
            process.stop(grace).await;
        }
    }
}
