//! memcached, as a process of ours.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::super::group::service_user;
use super::super::process::{Process, ProcessCommand};
use super::super::{Output, RigError};
use super::line::{ask, unexpected};
use super::started::on_free_port;

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
        let answers = |address: SocketAddr, left: Duration| async move {
            let version = version(address, left.min(COMMAND)).await;
            version.map(|_| ()).map_err(|error| format!("`version` was not answered: {error}"))
        };
        let (process, address) = on_free_port(|port| Ok(command(port)), START, answers).await.map_err(missing)?;
        let version = version(address, COMMAND).await.unwrap_or_default();
        Ok(Self { process, address, version })
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
        flush_all(self.address, COMMAND).await
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
        user: None,
    }
}

/// Asks for the version: the service answers.
async fn version(address: SocketAddr, limit: Duration) -> io::Result<String> {
    let answer = ask(Memcached::PROGRAM, address, "version", limit).await?;
    answer.strip_prefix("VERSION ").map(str::to_owned).ok_or_else(|| unexpected(Memcached::PROGRAM, &answer))
}

/// Makes the service forget everything.
async fn flush_all(address: SocketAddr, limit: Duration) -> io::Result<()> {
    let answer = ask(Memcached::PROGRAM, address, "flush_all", limit).await?;
    if answer == "OK" { Ok(()) } else { Err(unexpected(Memcached::PROGRAM, &answer)) }
}

fn missing(error: RigError) -> RigError {
    match error {
        RigError::Spawn { cause, .. } if cause.kind() == io::ErrorKind::NotFound => {
            RigError::Missing { program: Memcached::PROGRAM, install: "apt-get install memcached" }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::*;

    const LIMIT: Duration = Duration::from_mins(1);

    /// Plays memcached for one connection: takes a line, answers, ends. Gives the line.
    async fn play(answer: &'static [u8]) -> (SocketAddr, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let played = tokio::spawn(async move {
            let mut stream = BufReader::new(listener.accept().await.unwrap().0);
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            stream.write_all(answer).await.unwrap();
            line
        });
        (address, played)
    }

    #[tokio::test]
    async fn version_is_asked_for() {
        let (address, played) = play(b"VERSION 1.6.18\r\n").await;
        assert_eq!(version(address, LIMIT).await.unwrap(), "1.6.18");
        assert_eq!(played.await.unwrap(), "version\r\n");
    }

    #[tokio::test]
    async fn everything_is_flushed() {
        let (address, played) = play(b"OK\r\n").await;
        flush_all(address, LIMIT).await.unwrap();
        assert_eq!(played.await.unwrap(), "flush_all\r\n");
    }

    #[tokio::test]
    async fn other_answers_are_errors() {
        for answer in [&b"ERROR\r\n"[..], b"OK", b"", b"\r\n", b"SERVER_ERROR busy\r\n"] {
            let (address, _) = play(answer).await;
            assert!(flush_all(address, LIMIT).await.is_err(), "{}", answer.escape_ascii());
        }
        let (address, _) = play(b"HTTP/1.1 400 Bad Request\r\n").await;
        let error = version(address, LIMIT).await.unwrap_err();
        assert_eq!(error.to_string(), "memcached answered `HTTP/1.1 400 Bad Request`");
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = flush_all(listener.local_addr().unwrap(), LIMIT).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
