//! memcached, as a process of ours.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::super::group::service_user;
use super::super::port::{ATTEMPTS, free_port, is_port_free, loopback};
use super::super::process::{Process, ProcessCommand};
use super::super::ready::until_ready;
use super::super::{Output, RigError};
use super::text;

/// How long it may take to start.
const START: Duration = Duration::from_secs(10);

/// How long one command may take.
const COMMAND: Duration = Duration::from_secs(5);

/// A memcached on a free loopback port, from PATH.
#[derive(Debug)]
pub struct Memcached {
    process: Process,
    address: SocketAddr,
    version: String,
}

impl Memcached {
    /// The program.
    pub const PROGRAM: &str = "memcached";

    /// Starts one and waits until it answers.
    pub async fn start() -> Result<Self, RigError> {
        for _ in 0..ATTEMPTS {
            let port = free_port()?;
            let address = loopback(port);
            let process = Process::spawn(&command(port)).map_err(missing)?;
            let answers = |left: Duration| async move {
                let version = text::version(address, left.min(COMMAND)).await;
                version.map(|_| ()).map_err(|error| format!("`version` was not answered: {error}"))
            };
            match until_ready(&process, START, answers).await {
                Ok(()) => {
                    let version = text::version(address, COMMAND).await.unwrap_or_default();
                    return Ok(Self { process, address, version });
                }
                Err(RigError::Exited { .. }) if !is_port_free(port) => {}
                Err(error) => return Err(error),
            }
        }
        Err(RigError::PortsTaken { what: Self::PROGRAM.to_owned(), attempts: ATTEMPTS })
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its version, as it says itself.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What it has printed.
    #[must_use]
    pub fn output(&self) -> Output {
        self.process.output()
    }

    /// Makes it forget everything.
    pub async fn flush(&self) -> io::Result<()> {
        text::flush_all(self.address, COMMAND).await
    }

    /// Ends it.
    pub async fn stop(self, grace: Duration) {
        self.process.stop(grace).await;
    }
}

fn command(port: u16) -> ProcessCommand {
    let port = port.to_string();
    // TCP on loopback only, one thread for each core of a small machine.
    let mut arguments = vec!["-l", "127.0.0.1", "-p", port.as_str(), "-U", "0", "-t", "2"];
    if let Some(user) = service_user() {
        arguments.extend(["-u", user]);
    }
    ProcessCommand {
        what: Memcached::PROGRAM.to_owned(),
        program: Memcached::PROGRAM.into(),
        arguments: arguments.into_iter().map(Into::into).collect(),
        env: BTreeMap::new(),
        folder: "/".into(),
    }
}

fn missing(error: RigError) -> RigError {
    match error {
        RigError::Spawn { cause, .. } if cause.kind() == io::ErrorKind::NotFound => {
            RigError::Missing { program: Memcached::PROGRAM, install: "apt-get install memcached" }
        }
        other => other,
    }
}
