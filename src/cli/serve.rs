//! `hardtack serve`: the reference server, conforming or broken on purpose.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::output::{Console, Stream};
use super::{Failure, ctrl_c, durations};
use crate::contract::Wrong;
use crate::event::ExitCode;
use crate::reference::{CacheKind, Config, EngineKind, Fault, FaultError, Rare, SelfMade, Server, StorePlace, fault};
use crate::report::terminal::{Cell, Table};

/// Start the reference server, conforming or broken on purpose
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Where sessions are kept
    #[arg(long, default_value = EngineKind::Db.name(), value_parser = engine())]
    engine: EngineKind,
    /// Break it in this way; may be given several times
    #[arg(long = "fault", value_name = "NAME")]
    faults: Vec<String>,
    /// Break it in this way, once in a while
    #[arg(long, value_name = "KIND", value_parser = rare_kind())]
    rare: Option<Wrong>,
    /// How rarely: once in so many chances
    #[arg(long, value_name = "N", requires = "rare", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    one_in: u64,
    /// List all faults and end
    #[arg(long)]
    list_faults: bool,
    /// Address to listen on; only loopback, since anybody may log in as anybody
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Port to listen on; a free one when 0
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Serve https with a certificate made for this run
    #[arg(long)]
    tls: bool,
    /// Write that certificate to a PEM file, for clients that shall trust it
    #[arg(long, value_name = "FILE", requires = "tls")]
    certificate: Option<PathBuf>,
    /// A memcached for the engines with a cache; inside the process when not given
    #[arg(long, value_name = "HOST:PORT")]
    cache: Option<String>,
    /// Keep sessions in this folder; a temporary one when not given
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// How long a session lives when nothing is said
    #[arg(long, value_name = "DURATION", default_value = "14d", value_parser = durations::parse)]
    default_lifetime: Duration,
}

const AFTER_HELP: &str = "\
Examples:
  hardtack serve --port 8000
  hardtack serve --engine cached_db --fault cache-miss-means-empty
  hardtack serve --list-faults";

/// Parses the name of an engine.
pub(super) fn engine() -> impl TypedValueParser<Value = EngineKind> {
    PossibleValuesParser::new(EngineKind::ALL.map(EngineKind::name)).try_map(|name| name.parse::<EngineKind>())
}

/// Parses what goes wrong once in a while.
pub(super) fn rare_kind() -> impl TypedValueParser<Value = Wrong> {
    PossibleValuesParser::new(Wrong::ALL.map(Wrong::flag)).try_map(|name| name.parse::<Wrong>())
}

/// The faults of these names.
pub(super) fn faults(names: &[String]) -> Result<Vec<&'static Fault>, Failure> {
    let fault = |name: &String| {
        fault::find(name).map_err(|error| match error {
            FaultError::Unknown { name, nearest: Some(near) } => {
                Failure::bad_input(format!("there is no fault `{name}`")).fix(format!("did you mean `{near}`?"))
            }
            FaultError::Unknown { name, nearest: None } => Failure::bad_input(format!("there is no fault `{name}`"))
                .fix("`hardtack serve --list-faults` names them all"),
            other @ FaultError::Engine { .. } => Failure::bad_input(other),
        })
    };
    names.iter().map(fault).collect()
}

pub(super) async fn run(arguments: Arguments, console: &Console) -> Result<ExitCode, Failure> {
    if arguments.list_faults {
        list_faults(console);
        return Ok(ExitCode::CONFORMS);
    }
    let address = SocketAddr::new(loopback(arguments.host)?, arguments.port);
    let certificate = arguments.tls.then(|| certificate(&arguments)).transpose()?;
    let config = config(&arguments)?;
    let (engine, base_path) = (config.engine, config.base_path.clone());
    let server = Server::new(config).map_err(Failure::bad_input)?;
    let identity = certificate.as_ref().map(|made| &made.identity);
    let listener = server
        .listen(address, identity)
        .await
        .map_err(|error| Failure::bad_input(error).fix("choose another port, or 0 for a free one"))?;
    let asked = ctrl_c::watch_for(console, "stopping");
    Stream::Out.print(&told(&listener.authority().to_string(), &base_path, engine, &arguments.faults));
    ctrl_c::wait(asked).await;
    listener.shutdown().await;
    Ok(ExitCode::CONFORMS)
}

fn loopback(host: IpAddr) -> Result<IpAddr, Failure> {
    if host.is_loopback() {
        return Ok(host);
    }
    Err(Failure::bad_input(format!(
        "refusing to listen on {host}: anybody who reaches this server may log in as anybody"
    ))
    .fix("leave `--host` out, or give a loopback address such as 127.0.0.1; to reach it from elsewhere use a tunnel"))
}

fn certificate(arguments: &Arguments) -> Result<SelfMade, Failure> {
    let address = arguments.host.to_string();
    let made = SelfMade::for_names(&["localhost", "*.localhost", &address]).map_err(Failure::our_bug)?;
    if let Some(path) = &arguments.certificate {
        std::fs::write(path, &made.pem)
            .map_err(|error| Failure::bad_input(format!("failed to write {}: {error}", path.display())))?;
    }
    Ok(made)
}

fn config(arguments: &Arguments) -> Result<Config, Failure> {
    let lifetime = i64::try_from(arguments.default_lifetime.as_secs()).unwrap_or(i64::MAX);
    if lifetime == 0 {
        return Err(Failure::bad_input("a session cannot live for less than a second by default")
            .fix("give `--default-lifetime` at least 1s"));
    }
    Ok(Config {
        engine: arguments.engine,
        faults: faults(&arguments.faults)?,
        rare: arguments.rare.map(|kind| Rare { kind, one_in: arguments.one_in, seed: 0 }),
        store: arguments.store.clone().map_or(StorePlace::Temporary, StorePlace::Directory),
        cache: arguments.cache.clone().map_or(CacheKind::InProcess, CacheKind::Memcached),
        default_lifetime: lifetime,
        secure: arguments.tls,
        ..Config::default()
    })
}

/// The URL stands alone on the first line, for scripts.
fn told(url: &str, base_path: &str, engine: EngineKind, faults: &[String]) -> String {
    let mut text = format!("{url}\n");
    let broken = if faults.is_empty() { String::new() } else { format!(", broken on purpose: {}", faults.join(", ")) };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "engine {engine}, contract at {url}{base_path}{broken}; Ctrl-C stops it");
    text
}

fn list_faults(console: &Console) {
    let mut table = Table::new(&["fault", "seam", "engines", "what goes wrong"]).prose(3);
    for fault in fault::all() {
        let engines = if fault.engines.len() == EngineKind::ALL.len() {
            "all".to_owned()
        } else {
            fault.engines.iter().map(|engine| engine.name()).collect::<Vec<_>>().join(", ")
        };
        table.row([fault.name, fault.seam.name(), &engines, fault.about].map(Cell::from));
    }
    console.page(|page| table.write(page, 0));
}
