//! memcached behind the fault proxy, alone and below a target.

use std::env;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use hardtack::contract::{Control, ServiceRole};
use hardtack::rig::{Memcached, Mode, RigOptions, Service, ServicePlan, raise};
use hardtack::target::{Target, Variant, VariantPattern, read_target};
use hardtack::wire::{Client, ConnectionUse, Connector, Limits, Listener, Request, Response};
use libtest_mimic::Failed;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::checks::{LONG, NamedTest, Tested, holds, run};

/// Makes this binary a server that uses a cache.
const PORT: &str = "HARDTACK_SUBJECT_PORT";

pub const TRIALS: &[NamedTest] = &[
    ("memcached::starts_flushes_and_stops", || run(starts_flushes_and_stops())),
    ("memcached::each_has_its_own_port", || run(each_has_its_own_port())),
    ("memcached::outages_lose_nothing", || run(outages_lose_nothing())),
    ("memcached::a_new_one_is_empty", || run(a_new_one_is_empty())),
    ("memcached::serves_a_target", || run(serves_a_target())),
];

/// One connection that speaks memcached's text protocol.
struct Session(BufReader<TcpStream>);

impl Session {
    async fn connect(address: SocketAddr) -> io::Result<Self> {
        Ok(Self(BufReader::new(TcpStream::connect(address).await?)))
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        timeout(LONG, self.0.read_line(&mut line)).await??;
        if line.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(line.trim_end().to_owned()) }
    }

    async fn set(&mut self, key: &str, value: &str) -> io::Result<()> {
        let command = format!("set {key} 0 0 {}\r\n{value}\r\n", value.len());
        self.0.write_all(command.as_bytes()).await?;
        let line = self.line().await?;
        if line == "STORED" { Ok(()) } else { Err(io::Error::other(line)) }
    }

    async fn get(&mut self, key: &str) -> io::Result<Option<String>> {
        self.0.write_all(format!("get {key}\r\n").as_bytes()).await?;
        if self.line().await? == "END" {
            return Ok(None);
        }
        let value = self.line().await?;
        self.line().await?;
        Ok(Some(value))
    }
}

async fn starts_flushes_and_stops() -> Tested {
    let memcached = Memcached::start().await?;
    holds(&memcached.version().starts_with(|c: char| c.is_ascii_digit()), &true, "its version")?;
    let mut session = Session::connect(memcached.address()).await?;
    session.set("a", "one").await?;
    holds(&session.get("a").await?, &Some("one".to_owned()), "before the flush")?;
    memcached.flush().await?;
    holds(&session.get("a").await?, &None, "after the flush")?;
    session.set("a", "two").await?;
    holds(&session.get("a").await?, &Some("two".to_owned()), "set after the flush")?;
    let address = memcached.address();
    memcached.stop(LONG).await;
    let refused = Session::connect(address).await.err().map(|error| error.kind());
    holds(&refused, &Some(io::ErrorKind::ConnectionRefused), "after the stop")
}

async fn each_has_its_own_port() -> Tested {
    let (one, two) = tokio::try_join!(Memcached::start(), Memcached::start())?;
    Session::connect(one.address()).await?.set("a", "one").await?;
    holds(&Session::connect(two.address()).await?.get("a").await?, &None, "the other one")
}

async fn outages_lose_nothing() -> Tested {
    let service = Service::start(ServiceRole::Cache, ServicePlan::Memcached).await?;
    let mut session = Session::connect(service.address()).await?;
    session.set("a", "one").await?;
    service.proxy().set(Mode::Refuse).await?;
    let cut = session.get("a").await.err().map(|error| error.kind());
    holds(&cut, &Some(io::ErrorKind::ConnectionReset), "an existing connection")?;
    let refused = Session::connect(service.address()).await.err().map(|error| error.kind());
    holds(&refused, &Some(io::ErrorKind::ConnectionRefused), "a new connection")?;
    service.proxy().set(Mode::Pass).await?;
    let mut session = Session::connect(service.address()).await?;
    holds(&session.get("a").await?, &Some("one".to_owned()), "after the outage")?;
    service.proxy().set(Mode::Refuse).await?;
    service.flush().await?;
    service.proxy().set(Mode::Pass).await?;
    holds(&Session::connect(service.address()).await?.get("a").await?, &None, "flushed during an outage")?;
    service.stop(LONG).await;
    Ok(())
}

async fn a_new_one_is_empty() -> Tested {
    let service = Service::start(ServiceRole::Cache, ServicePlan::Memcached).await?;
    let address = service.address();
    Session::connect(address).await?.set("a", "one").await?;
    service.restart(LONG).await?;
    holds(&service.address(), &address, "its address")?;
    let mut session = Session::connect(address).await?;
    holds(&session.get("a").await?, &None, "after a restart")?;
    session.set("a", "two").await?;
    Ok(())
}

/// A target whose server asks its cache; only one of its engines needs one.
fn target(folder: &Path) -> Result<Target, Failed> {
    let binary = env::current_exe()?.display().to_string();
    let text = format!(
        r#"target: 1
name: cached
binding: passive
services: {{cache: {{kind: memcached}}}}
start:
  run: ["{binary}"]
  env: {{{PORT}: "{{port}}", CACHE: "{{cache.url}}"}}
axes:
  engine: {{cache: {{services: [cache]}}, db: {{}}}}
"#
    );
    read_target("target.yaml", folder, text.as_bytes()).map_err(|found| found.to_string().into())
}

async fn serves_a_target() -> Tested {
    let folder = tempfile::tempdir()?;
    let target = target(folder.path())?;
    let engine = |value: &str| -> Result<Variant, Failed> {
        let pattern = VariantPattern([("engine".to_owned(), value.to_owned())].into());
        Ok(target.expand(&[pattern])?.remove(0))
    };
    let running = raise(&target, &engine("cache")?, &RigOptions::default()).await?;
    for control in [
        Control::Flush(ServiceRole::Cache),
        Control::Stop(ServiceRole::Cache),
        Control::Start(ServiceRole::Cache),
        Control::Partition(ServiceRole::Cache),
        Control::RestartServer,
    ] {
        holds(&running.offers(control), &true, control.name())?;
    }
    let connector = running.connector();
    let ask = async |path: &str| get(&connector, path).await;
    holds(&ask("/set").await?, &"200 stored".to_owned(), "set")?;
    holds(&ask("/get").await?, &"200 kept".to_owned(), "get")?;
    running.control(Control::Stop(ServiceRole::Cache)).await?;
    holds(&ask("/get").await?, &"200 connection refused".to_owned(), "get while stopped")?;
    running.control(Control::Start(ServiceRole::Cache)).await?;
    holds(&ask("/get").await?, &"200 kept".to_owned(), "get after the outage")?;
    running.control(Control::RestartServer).await?;
    holds(&ask("/get").await?, &"200 kept".to_owned(), "get after a restart of the server")?;
    running.control(Control::Flush(ServiceRole::Cache)).await?;
    holds(&ask("/get").await?, &"200 nothing".to_owned(), "get after the flush")?;
    running.stop().await;

    let running = raise(&target, &engine("db")?, &RigOptions::default()).await?;
    holds(&running.service(ServiceRole::Cache).is_none(), &true, "no cache where none is needed")?;
    let connector = running.connector();
    holds(&get(&connector, "/address").await?, &"200 ".to_owned(), "its address is empty")?;
    holds(&running.offers(Control::Flush(ServiceRole::Cache)), &false, "flush")
}

async fn get(connector: &Connector, path: &str) -> Result<String, Failed> {
    let client = Client::new(connector.clone(), Limits::default());
    let response = client.send(Request::get(path), ConnectionUse::New).await.result?;
    Ok(format!("{} {}", response.status, String::from_utf8(response.body)?))
}

/// The port, when this binary was started to be a server.
pub fn subject_port() -> Option<u16> {
    env::var(PORT).ok()?.parse().ok()
}

/// A server that keeps one value in its cache.
pub fn serve(port: u16) -> ExitCode {
    let served = Runtime::new().and_then(|runtime| {
        runtime.block_on(async {
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            let _listener = Listener::bind_at(address, None, Limits::default(), |request| async move {
                let path = request.path().to_owned();
                Response::text(200, &answer(&path).await.unwrap_or_else(|error| error.kind().to_string()))
            })
            .await
            .map_err(io::Error::other)?;
            std::future::pending::<io::Result<()>>().await
        })
    });
    served.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

async fn answer(path: &str) -> io::Result<String> {
    let cache = env::var("CACHE").unwrap_or_default();
    let session = async || Session::connect(cache.parse().map_err(io::Error::other)?).await;
    match path {
        "/set" => session().await?.set("key", "kept").await.map(|()| "stored".to_owned()),
        "/get" => Ok(session().await?.get("key").await?.unwrap_or_else(|| "nothing".to_owned())),
        "/address" => Ok(cache),
        _ => Ok("ready".to_owned()),
    }
}
