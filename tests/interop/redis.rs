//! Redis behind the fault proxy.

use std::io;
use std::net::SocketAddr;

use hardtack::contract::ServiceRole;
use hardtack::rig::{Mode, Redis, Service, ServicePlan};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::checks::{LONG, NamedTest, Tested, holds, run};

pub const TRIALS: &[NamedTest] = &[
    ("redis::starts_flushes_and_stops", || run(starts_flushes_and_stops())),
    ("redis::outages_lose_nothing_and_crashes_all", || run(outages_lose_nothing_and_crashes_all())),
];

/// One connection that speaks inline commands.
pub struct Session(BufReader<TcpStream>);

impl Session {
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        Ok(Self(BufReader::new(TcpStream::connect(address).await?)))
    }

    /// A command, and the first line of its answer; the value where there is one.
    pub async fn ask(&mut self, command: &str) -> io::Result<String> {
        self.0.write_all(format!("{command}\r\n").as_bytes()).await?;
        let first = self.line().await?;
        if first.starts_with('$') && first != "$-1" { self.line().await } else { Ok(first) }
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        timeout(LONG, self.0.read_line(&mut line)).await??;
        if line.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(line.trim_end().to_owned()) }
    }
}

pub async fn ask(address: SocketAddr, command: &str) -> io::Result<String> {
    Session::connect(address).await?.ask(command).await
}

async fn starts_flushes_and_stops() -> Tested {
    let redis = Redis::start().await?;
    let address = redis.address();
    holds(&ask(address, "SET a one").await?.as_str(), &"+OK", "set")?;
    holds(&ask(address, "GET a").await?.as_str(), &"one", "before the flush")?;
    redis.flush().await?;
    holds(&ask(address, "GET a").await?.as_str(), &"$-1", "after the flush")?;
    redis.stop(LONG).await;
    let refused = Session::connect(address).await.err().map(|error| error.kind());
    holds(&refused, &Some(io::ErrorKind::ConnectionRefused), "after the stop")
}

async fn outages_lose_nothing_and_crashes_all() -> Tested {
    let service = Service::start(ServiceRole::Cache, ServicePlan::Redis).await?;
    let address = service.address();
    let mut session = Session::connect(address).await?;
    session.ask("SET a one").await?;
    service.proxy().set(Mode::Refuse).await?;
    let refused = Session::connect(address).await.err().map(|error| error.kind());
    holds(&refused, &Some(io::ErrorKind::ConnectionRefused), "a new connection")?;
    service.proxy().set(Mode::Pass).await?;
    holds(&ask(address, "GET a").await?.as_str(), &"one", "after the outage")?;
    service.crash().await?;
    holds(&service.address(), &address, "its address")?;
    holds(&ask(address, "GET a").await?.as_str(), &"$-1", "after the crash")?;
    service.stop(LONG).await;
    Ok(())
}
