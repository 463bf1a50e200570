//! `PostgreSQL` behind the fault proxy.

use std::io;
use std::net::SocketAddr;

use hardtack::contract::ServiceRole;
use hardtack::load::CeilingRequest;
use hardtack::rig::{Mode, Postgres, Service, ServicePlan};
use libtest_mimic::Failed;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use super::checks::{LONG, NamedTest, Tested, holds, run};

pub const TRIALS: &[NamedTest] = &[
    ("postgres::starts_flushes_and_stops", || run(starts_flushes_and_stops())),
    ("postgres::its_ceiling_is_measured_and_leaves_nothing", || run(its_ceiling_is_measured_and_leaves_nothing())),
    ("postgres::outages_and_crashes_lose_nothing", || run(outages_and_crashes_lose_nothing())),
];

/// A statement by the client, and what it prints.
async fn ask(address: SocketAddr, statement: &str) -> Result<String, Failed> {
    let port = address.port().to_string();
    let connection = ["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-d", "postgres"];
    let asked = Command::new("psql").args(connection).args(["-XqAtw", "-c", statement]).output();
    let output = timeout(LONG, asked).await??;
    let text = String::from_utf8(if output.status.success() { output.stdout } else { output.stderr })?;
    if output.status.success() { Ok(text.trim_end().to_owned()) } else { Err(text.into()) }
}

async fn starts_flushes_and_stops() -> Tested {
    let postgres = Postgres::start().await?;
    let address = postgres.address();
    ask(address, "CREATE SCHEMA s; CREATE TABLE s.a (n int PRIMARY KEY); CREATE TABLE \"b C\" (n int REFERENCES s.a)")
        .await?;
    ask(address, "INSERT INTO s.a VALUES (1), (2); INSERT INTO \"b C\" VALUES (1)").await?;
    let count = "SELECT (SELECT count(*) FROM s.a), (SELECT count(*) FROM \"b C\")";
    holds(&ask(address, count).await?.as_str(), &"2|1", "before the flush")?;
    postgres.flush().await?;
    holds(&ask(address, count).await?.as_str(), &"0|0", "after the flush")?;
    holds(&ask(address, "SHOW server_encoding").await?.as_str(), &"UTF8", "the encoding")?;
    postgres.stop(LONG).await;
    let refused = TcpStream::connect(address).await.err().map(|error| error.kind());
    holds(&refused, &Some(io::ErrorKind::ConnectionRefused), "after the stop")
}

async fn its_ceiling_is_measured_and_leaves_nothing() -> Tested {
    let postgres = Postgres::start().await?;
    let request = CeilingRequest {
        engine: "db".to_owned(),
        sessions: 300,
        payload: 5000,
        services: vec![(ServiceRole::Database, "postgres", postgres.address())],
    };
    let ceiling = request.measure().await?.ok_or("nothing was measured")?;
    holds(&ceiling.store.as_str(), &"PostgreSQL", "the store")?;
    holds(&(ceiling.per_second > 100.0), &true, &format!("{ceiling:?}"))?;
    let left = ask(postgres.address(), "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'hardtack%'").await?;
    holds(&left.as_str(), &"0", "tables that are left")?;
    postgres.stop(LONG).await;
    Ok(())
}

async fn outages_and_crashes_lose_nothing() -> Tested {
    let service = Service::start(ServiceRole::Database, ServicePlan::Postgres).await?;
    let address = service.address();
    service.flush().await?;
    ask(address, "CREATE TABLE a (n int); INSERT INTO a VALUES (1)").await?;
    service.proxy().set(Mode::Refuse).await?;
    holds(&ask(address, "TABLE a").await.is_err(), &true, "while it is away")?;
    service.proxy().set(Mode::Pass).await?;
    holds(&ask(address, "TABLE a").await?.as_str(), &"1", "after the outage")?;
    service.crash().await?;
    holds(&service.address(), &address, "its address")?;
    holds(&ask(address, "TABLE a").await?.as_str(), &"1", "after the crash")?;
    service.restart(LONG).await?;
    holds(&ask(address, "TABLE a").await.is_err(), &true, "a new one is empty")?;
    service.stop(LONG).await;
    Ok(())
}
