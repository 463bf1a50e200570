//! Redis, as a process of ours.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::super::process::{Process, ProcessCommand};
use super::super::{Output, RigError};
use super::line::{ask, unexpected};
use super::started::on_free_port;

/// How long it may take to start.
const START: Duration = Duration::from_secs(10);

/// How long one command may take.
const COMMAND: Duration = Duration::from_secs(5);

/// A Redis on a free loopback port, from PATH. It writes nothing to disk.
#[derive(Debug)]
pub struct Redis {
    process: Process,
    address: SocketAddr,
}

impl Redis {
    /// The program.
    pub const PROGRAM: &str = "redis-server";

    /// Starts one and waits until it answers.
    pub async fn start() -> Result<Self, RigError> {
        let answers = |address: SocketAddr, left: Duration| async move {
            let pong = tell(address, "PING", "+PONG", left.min(COMMAND)).await;
            pong.map_err(|error| format!("`PING` was not answered: {error}"))
        };
        let (process, address) = on_free_port(|port| Ok(command(port)), START, answers).await.map_err(missing)?;
        Ok(Self { process, address })
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has printed.
    #[must_use]
    pub fn output(&self) -> Output {
        self.process.output()
    }

    /// Makes it forget everything, in all its databases.
    pub async fn flush(&self) -> io::Result<()> {
        tell(self.address, "FLUSHALL", "+OK", COMMAND).await
    }

    /// Ends it.
    pub async fn stop(self, grace: Duration) {
        self.process.stop(grace).await;
    }

    /// Ends it by force.
    pub async fn kill(self) {
        self.process.kill().await;
    }
}

fn command(port: u16) -> ProcessCommand {
    let port = port.to_string();
    // Loopback only; no snapshots, no log of commands, so that it needs no folder.
    let arguments = ["--bind", "127.0.0.1", "--port", port.as_str(), "--save", "", "--appendonly", "no"];
    ProcessCommand {
        what: "Redis".to_owned(),
        program: Redis::PROGRAM.into(),
        arguments: arguments.into_iter().map(Into::into).collect(),
        env: BTreeMap::new(),
        folder: "/".into(),
        user: None,
    }
}

/// One inline command that has one good answer.
async fn tell(address: SocketAddr, command: &str, good: &str, limit: Duration) -> io::Result<()> {
    let answer = ask("Redis", address, command, limit).await?;
    if answer == good { Ok(()) } else { Err(unexpected("Redis", &answer)) }
}

fn missing(error: RigError) -> RigError {
    match error {
        RigError::Spawn { cause, .. } if cause.kind() == io::ErrorKind::NotFound => {
            RigError::Missing { program: Redis::PROGRAM, install: "apt-get install redis-server" }
        }
        other => other,
    }
}
