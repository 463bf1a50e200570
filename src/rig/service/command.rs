//! A service of no known kind: any program, started by its command.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::super::launch::ENV_DIR;
use super::super::process::{Process, ProcessCommand, succeeds};
use super::super::ready::answered;
use super::super::{Output, RigError, Scratch};
use super::started::on_free_port;
use crate::target::{Placeholder, ServiceCommand, ServiceReady, Variant, expand};
use crate::wire::{Authority, Scheme};

/// How long one attempt to see whether it is ready may take, and a flush.
const COMMAND: Duration = Duration::from_secs(30);

/// What starting a service of no known kind takes.
#[derive(Debug, Clone)]
pub struct CommandPlan {
    /// What it is, for messages: "the service `database`".
    pub what: String,
    /// Its commands, with placeholders.
    pub command: ServiceCommand,
    /// The target's folder, absolute: commands run there.
    pub folder: PathBuf,
    /// The variant, for the placeholders of axes.
    pub variant: Variant,
    /// Below which folder its data folder is made; the system's temporary folder when `None`.
    pub data_root: Option<PathBuf>,
}

impl CommandPlan {
    /// A command with its placeholders replaced.
    fn command(&self, words: &[String], port: u16, data_dir: &Path) -> Result<ProcessCommand, RigError> {
        let expand = |text: &String| {
            let value = |placeholder: &Placeholder| self.value(placeholder, port, data_dir);
            expand(text, value).map_err(|name| RigError::Placeholder {
                text: text.clone(),
                name,
                variant: self.variant.clone(),
            })
        };
        let mut words = words.iter().map(expand).collect::<Result<Vec<_>, _>>()?.into_iter();
        let env: BTreeMap<String, String> = self
            .command
            .env
            .iter()
            .map(|(name, text)| Ok((name.clone(), expand(text)?)))
            .collect::<Result<_, RigError>>()?;
        Ok(ProcessCommand {
            what: self.what.clone(),
            program: words.next().unwrap_or_default().into(),
            arguments: words.map(Into::into).collect(),
            env,
            folder: self.folder.clone(),
            user: None,
        })
    }

    fn value(&self, placeholder: &Placeholder, port: u16, data_dir: &Path) -> Option<String> {
        let path = |path: &Path| path.to_string_lossy().into_owned();
        match placeholder {
            Placeholder::Port => Some(port.to_string()),
            Placeholder::DataDir => Some(path(data_dir)),
            Placeholder::EnvDir => Some(path(&self.folder.join(ENV_DIR))),
            Placeholder::Folder => Some(path(&self.folder)),
            Placeholder::ServiceUrl(_) => None,
            Placeholder::Axis(axis) => self.variant.value(axis).map(str::to_owned),
        }
    }

    /// Whether the service is ready, asked once.
    async fn is_ready(&self, address: SocketAddr, data_dir: &Path, left: Duration) -> Result<(), String> {
        match &self.command.ready {
            ServiceReady::Connects => timeout(left, TcpStream::connect(address))
                .await
                .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))
                .flatten()
                .map(drop)
                .map_err(|error| format!("it does not accept connections: {error}")),
            ServiceReady::Answers(path) => {
                let authority = Authority::new(Scheme::Http, "127.0.0.1", address.port());
                answered(address, &authority, path, left).await
            }
            ServiceReady::Succeeds(words) => {
                let command = self.command(words, address.port(), data_dir).map_err(|error| error.to_string())?;
                succeeds(&command, left.min(COMMAND)).await.map_err(|error| format!("`{}`: {error}", words.join(" ")))
            }
        }
    }
}

/// A service of no known kind, on a free loopback port.
#[derive(Debug)]
pub struct CommandService {
    process: Process,
    data_dir: Scratch,
    address: SocketAddr,
    plan: CommandPlan,
}

impl CommandService {
    /// Starts one and waits until it is ready.
    pub async fn start(plan: &CommandPlan) -> Result<Self, RigError> {
        let data_dir = Scratch::new(plan.data_root.as_deref())?;
        Self::start_on(plan.clone(), data_dir).await
    }

    async fn start_on(plan: CommandPlan, data_dir: Scratch) -> Result<Self, RigError> {
        let command = |port| plan.command(&plan.command.run, port, data_dir.path());
        let ready = |address, left| plan.is_ready(address, data_dir.path(), left);
        let (process, address) = on_free_port(command, Duration::from_millis(plan.command.within_ms), ready).await?;
        Ok(Self { process, data_dir, address, plan })
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

    /// Whether it has a command that makes it forget.
    #[must_use]
    pub fn can_flush(&self) -> bool {
        self.plan.command.flush.is_some()
    }

    /// Makes it forget everything, by its command.
    pub async fn flush(&self) -> io::Result<()> {
        let words = self.plan.command.flush.as_ref().ok_or_else(|| io::Error::other("it has no command for that"))?;
        let command = self.plan.command(words, self.address.port(), self.data_dir.path()).map_err(io::Error::other)?;
        succeeds(&command, COMMAND).await.map_err(io::Error::other)
    }

    /// Ends it by force and starts it again on its folder.
    pub async fn crash(self) -> Result<Self, RigError> {
        self.process.kill().await;
        Self::start_on(self.plan, self.data_dir).await
    }

    /// Ends it.
    pub async fn stop(self, grace: Duration) {
        self.process.stop(grace).await;
    }
}
