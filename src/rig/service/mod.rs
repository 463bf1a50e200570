//! Services that hardtack starts for a target, each behind its fault proxy.

mod command;
mod line;
mod memcached;
mod postgres;
mod redis;
mod started;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::Mutex;

pub use command::{CommandPlan, CommandService};
pub use memcached::Memcached;
pub use postgres::Postgres;
pub use redis::Redis;

use super::proxy::{Mode, Proxy};
use super::{Output, RigError};
use crate::contract::ServiceRole;

/// What to start: a kind of service, with everything that starting it takes.
#[derive(Debug, Clone)]
pub enum ServicePlan {
    /// memcached, from PATH.
    Memcached,
    /// Redis, from PATH.
    Redis,
    /// `PostgreSQL`, from PATH or where Debian keeps it.
    Postgres,
    /// Any program.
    Command(Box<CommandPlan>),
}

/// A service and the proxy in front of it.
#[derive(Debug)]
pub struct Service {
    role: ServiceRole,
    plan: ServicePlan,
    proxy: Proxy,
    /// `None` after it failed to come back from a crash.
    instance: Mutex<Option<Instance>>,
}

/// A running service, by kind.
#[derive(Debug)]
enum Instance {
    Memcached(Memcached),
    Redis(Redis),
    Postgres(Postgres),
    Command(CommandService),
}

impl Instance {
    async fn start(plan: &ServicePlan) -> Result<Self, RigError> {
        match plan {
            ServicePlan::Memcached => Memcached::start().await.map(Self::Memcached),
            ServicePlan::Redis => Redis::start().await.map(Self::Redis),
            ServicePlan::Postgres => Postgres::start().await.map(Self::Postgres),
            ServicePlan::Command(plan) => CommandService::start(plan).await.map(Self::Command),
        }
    }

    fn address(&self) -> SocketAddr {
        match self {
            Self::Memcached(memcached) => memcached.address(),
            Self::Redis(redis) => redis.address(),
            Self::Postgres(postgres) => postgres.address(),
            Self::Command(command) => command.address(),
        }
    }

    fn output(&self) -> Output {
        match self {
            Self::Memcached(memcached) => memcached.output(),
            Self::Redis(redis) => redis.output(),
            Self::Postgres(postgres) => postgres.output(),
            Self::Command(command) => command.output(),
        }
    }

    /// Whether it knows how to forget without ending.
    fn can_flush(&self) -> bool {
        !matches!(self, Self::Command(command) if !command.can_flush())
    }

    async fn flush(&self) -> io::Result<()> {
        match self {
            Self::Memcached(memcached) => memcached.flush().await,
            Self::Redis(redis) => redis.flush().await,
            Self::Postgres(postgres) => postgres.flush().await,
            Self::Command(command) => command.flush().await,
        }
    }

    /// Ends it by force, and starts it again on what it has kept: memcached and Redis keep nothing.
    async fn crash(self) -> Result<Self, RigError> {
        match self {
            Self::Memcached(memcached) => {
                memcached.kill().await;
                Memcached::start().await.map(Self::Memcached)
            }
            Self::Redis(redis) => {
                redis.kill().await;
                Redis::start().await.map(Self::Redis)
            }
            Self::Postgres(postgres) => postgres.crash().await.map(Self::Postgres),
            Self::Command(command) => command.crash().await.map(Self::Command),
        }
    }

    async fn stop(self, grace: Duration) {
        match self {
            Self::Memcached(memcached) => memcached.stop(grace).await,
            Self::Redis(redis) => redis.stop(grace).await,
            Self::Postgres(postgres) => postgres.stop(grace).await,
            Self::Command(command) => command.stop(grace).await,
        }
    }
}

impl Service {
    /// Starts a service and its proxy on free loopback ports, and waits until it answers.
    pub async fn start(role: ServiceRole, plan: ServicePlan) -> Result<Self, RigError> {
        let instance = Instance::start(&plan).await?;
        let proxy = Proxy::start(instance.address()).await?;
        Ok(Self { role, plan, proxy, instance: Mutex::new(Some(instance)) })
    }

    /// Where the server under test reaches it: the proxy's address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.proxy.address()
    }

    /// Where it listens itself; `None` after it failed to come back from a crash.
    pub async fn own_address(&self) -> Option<SocketAddr> {
        self.instance.lock().await.as_ref().map(Instance::address)
    }

    /// What it is: `memcached`, `redis`, `postgres` or `command`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.plan {
            ServicePlan::Memcached => "memcached",
            ServicePlan::Redis => "redis",
            ServicePlan::Postgres => "postgres",
            ServicePlan::Command(_) => "command",
        }
    }

    /// The proxy in front of it.
    #[must_use]
    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// What it has printed.
    pub async fn output(&self) -> Output {
        self.instance.lock().await.as_ref().map(Instance::output).unwrap_or_default()
    }

    /// Makes it forget everything, whatever its proxy does meanwhile. A service that does not know how is started
    /// anew behind its proxy, and its connections are reset.
    pub async fn flush(&self) -> Result<(), RigError> {
        let mut instance = self.instance.lock().await;
        match instance.as_ref() {
            Some(running) if running.can_flush() => running.flush().await.map_err(|cause| self.failed("flush", cause)),
            _ => self.renew(&mut instance, Duration::ZERO).await,
        }
    }

    /// Ends it and starts it anew, empty; connections are reset.
    pub async fn restart(&self, grace: Duration) -> Result<(), RigError> {
        let mut instance = self.instance.lock().await;
        self.renew(&mut instance, grace).await
    }

    /// Ends it by force and starts it again on what it has kept; connections are reset. On return it answers.
    pub async fn crash(&self) -> Result<(), RigError> {
        let mut instance = self.instance.lock().await;
        let running = instance.take().ok_or_else(|| self.failed("crash", io::ErrorKind::NotConnected.into()))?;
        let mode = self.proxy.mode();
        self.proxy.set(Mode::Refuse).await?;
        let back = running.crash().await?;
        self.proxy.redirect(back.address());
        *instance = Some(back);
        self.proxy.set(mode).await
    }

    /// Ends the proxy, then the service.
    pub async fn stop(self, grace: Duration) {
        drop(self.proxy);
        if let Some(instance) = self.instance.into_inner() {
            instance.stop(grace).await;
        }
    }

    async fn renew(&self, instance: &mut Option<Instance>, grace: Duration) -> Result<(), RigError> {
        let mode = self.proxy.mode();
        self.proxy.set(Mode::Refuse).await?;
        let fresh = Instance::start(&self.plan).await?;
        self.proxy.redirect(fresh.address());
        if let Some(old) = instance.replace(fresh) {
            old.stop(grace).await;
        }
        self.proxy.set(mode).await
    }

    fn failed(&self, action: &'static str, cause: io::Error) -> RigError {
        RigError::Service { role: self.role, action, cause }
    }
}
