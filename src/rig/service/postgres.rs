//! `PostgreSQL`, as a process of ours.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::super::account::Account;
use super::super::process::{Process, ProcessCommand, succeeds};
use super::super::{Output, RigError, Scratch};
use super::started::on_free_port;

/// How long it may take to start.
const START: Duration = Duration::from_mins(1);

/// How long one command may take.
const COMMAND: Duration = Duration::from_mins(1);

/// How long the processes of a server that was killed may hold on to its folder.
const LEFTOVERS: Duration = Duration::from_secs(10);

/// The pause between two attempts to start on such a folder.
const PAUSE: Duration = Duration::from_millis(50);

/// The superuser, and the database that every cluster has.
const NAME: &str = "postgres";

/// Where packages keep the programs when PATH does not have them; below each, one folder for each version.
const KEPT: [&str; 2] = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"];

/// Empties every table that is not the system's own.
const TRUNCATE: &str = "DO $$ DECLARE tables text; BEGIN \
    SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO tables FROM pg_tables \
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema'); \
    IF tables IS NOT NULL THEN EXECUTE 'TRUNCATE TABLE ' || tables || ' CASCADE'; END IF; END $$";

/// A `PostgreSQL` on a free loopback port, with a fresh cluster. User and database are `postgres`, without a
/// password. As root it runs as the user `postgres` or `nobody`, since it refuses to run as root.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    address: SocketAddr,
    programs: Programs,
    // Removed after the process has ended.
    cluster: Cluster,
}

/// The folder of a cluster, and whose it is.
#[derive(Debug)]
struct Cluster {
    folder: Scratch,
    user: Option<Account>,
}

/// The programs that are needed.
#[derive(Debug, Clone)]
struct Programs {
    initdb: PathBuf,
    postgres: PathBuf,
    /// The client, by which tables are emptied and readiness is seen.
    psql: PathBuf,
}

impl Postgres {
    /// Makes a cluster, starts a server on it and waits until it answers.
    pub async fn start() -> Result<Self, RigError> {
        let programs = Programs::found()?;
        let user = Account::for_services()?;
        let folder = Scratch::new(None)?;
        if let Some(user) = &user {
            user.own(folder.path()).map_err(|cause| RigError::DataDir { path: folder.path().to_owned(), cause })?;
        }
        let cluster = Cluster { folder, user };
        let mut initdb = cluster.command("initdb", &programs.initdb);
        initdb.arguments = [
            "--pgdata",
            &cluster.data(),
            "--username",
            NAME,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ]
        .map(OsString::from)
        .to_vec();
        succeeds(&initdb, COMMAND).await.map_err(|cause| RigError::Prepare {
            what: "PostgreSQL",
            program: "initdb",
            cause,
        })?;
        let (process, address) = serve(&programs, &cluster).await?;
        Ok(Self { process, address, programs, cluster })
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

    /// Empties all tables; they go on to exist.
    pub async fn flush(&self) -> io::Result<()> {
        succeeds(&ask(&self.programs, self.address, TRUNCATE), COMMAND).await.map_err(io::Error::other)
    }

    /// Ends it by force and starts it again on its cluster, from which it recovers.
    pub async fn crash(self) -> Result<Self, RigError> {
        self.process.kill().await;
        // Its own processes notice that it is gone, one after the other; until then the folder is theirs.
        let deadline = Instant::now() + LEFTOVERS;
        loop {
            match serve(&self.programs, &self.cluster).await {
                Ok((process, address)) => return Ok(Self { process, address, ..self }),
                Err(RigError::Exited { .. }) if Instant::now() < deadline => sleep(PAUSE).await,
                Err(error) => return Err(error),
            }
        }
    }

    /// Ends it.
    pub async fn stop(self, grace: Duration) {
        self.process.stop(grace).await;
        drop(self.cluster);
    }
}

/// Starts a server on a cluster and waits until it answers.
async fn serve(programs: &Programs, cluster: &Cluster) -> Result<(Process, SocketAddr), RigError> {
    let command = |port| Ok(cluster.server(programs, port));
    let answers = |address: SocketAddr, left: Duration| async move {
        let asked = ask(programs, address, "SELECT 1");
        succeeds(&asked, left.min(COMMAND)).await.map_err(|error| format!("psql: {error}"))
    };
    on_free_port(command, START, answers).await
}

impl Cluster {
    fn data(&self) -> String {
        self.folder.path().join("data").to_string_lossy().into_owned()
    }

    fn command(&self, what: &str, program: &Path) -> ProcessCommand {
        ProcessCommand {
            what: what.to_owned(),
            program: program.into(),
            arguments: Vec::new(),
            env: BTreeMap::new(),
            folder: self.folder.path().to_owned(),
            user: self.user.clone(),
        }
    }

    /// Loopback only and without a socket in the file system. It need not survive a loss of power; a crash it must, so
    /// that commits are written, if not synced, before they are told.
    fn server(&self, programs: &Programs, port: u16) -> ProcessCommand {
        let mut command = self.command("PostgreSQL", &programs.postgres);
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            "unix_socket_directories=".to_owned(),
            "dynamic_shared_memory_type=mmap".to_owned(),
            "shared_buffers=32MB".to_owned(),
            "fsync=off".to_owned(),
            "full_page_writes=off".to_owned(),
        ];
        command.arguments = vec!["-D".into(), self.data().into()];
        command.arguments.extend(settings.into_iter().flat_map(|setting| ["-c".into(), setting.into()]));
        command
    }
}

impl Programs {
    /// The programs of one version: from PATH, else the newest that a package has installed.
    fn found() -> Result<Self, RigError> {
        let in_path: Vec<PathBuf> =
            env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
        let kept = KEPT.iter().flat_map(|folder| versions(Path::new(folder)));
        let folders: Vec<PathBuf> = in_path.into_iter().chain(kept).collect();
        let missing = |program| RigError::Missing { program, install: "apt-get install postgresql" };
        let home = folders.iter().find(|folder| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file()));
        let home = home.ok_or_else(|| missing("postgres"))?;
        let psql = std::iter::once(home).chain(&folders).map(|folder| folder.join("psql")).find(|psql| psql.is_file());
        Ok(Self {
            initdb: home.join("initdb"),
            postgres: home.join("postgres"),
            psql: psql.ok_or_else(|| missing("psql"))?,
        })
    }
}

/// The program folders of all installed versions, the newest first.
fn versions(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let number = |entry: &std::fs::DirEntry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
    let mut versions: Vec<(u32, PathBuf)> =
        entries.iter().filter_map(|entry| Some((number(entry)?, entry.path().join("bin")))).collect();
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// One statement, by the client; settings of the user's own are not read.
fn ask(programs: &Programs, address: SocketAddr, statement: &str) -> ProcessCommand {
    let port = address.port().to_string();
    let arguments = [
        "--no-psqlrc",
        "--no-password",
        "--quiet",
        "--host",
        "127.0.0.1",
        "--port",
        port.as_str(),
        "--username",
        NAME,
        "--dbname",
        NAME,
        "--set",
        "ON_ERROR_STOP=1",
        "--command",
        statement,
    ];
    ProcessCommand {
        what: "psql".to_owned(),
        program: programs.psql.clone().into(),
        arguments: arguments.map(OsString::from).to_vec(),
        env: BTreeMap::from([("PGCONNECT_TIMEOUT".to_owned(), "5".to_owned())]),
        folder: "/".into(),
        user: None,
    }
}
