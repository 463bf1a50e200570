//! Services that hardtack starts for a target, each behind its fault proxy.

mod memcached;
mod text;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::Mutex;

pub use memcached::Memcached;

use super::proxy::{Mode, Proxy};
use super::{Output, RigError};
use crate::contract::ServiceRole;
use crate::target::ServiceKind;

/// A service and the proxy in front of it.
#[derive(Debug)]
pub struct Service {
    role: ServiceRole,
    kind: ServiceKind,
    proxy: Proxy,
    instance: Mutex<Instance>,
}

/// A running service, by kind.
#[derive(Debug)]
enum Instance {
    Memcached(Memcached),
}

impl Instance {
    async fn start(kind: ServiceKind) -> Result<Self, RigError> {
        match kind {
            ServiceKind::Memcached => Memcached::start().await.map(Self::Memcached),
        }
    }

    fn address(&self) -> SocketAddr {
        match self {
            Self::Memcached(memcached) => memcached.address(),
        }
    }

    fn output(&self) -> Output {
        match self {
            Self::Memcached(memcached) => memcached.output(),
        }
    }

    async fn flush(&self) -> io::Result<()> {
        match self {
            Self::Memcached(memcached) => memcached.flush().await,
        }
    }

    async fn stop(self, grace: Duration) {
        match self {
            Self::Memcached(memcached) => memcached.stop(grace).await,
        }
    }
}

impl Service {
    /// Starts a service and its proxy on free loopback ports, and waits until it answers.
    pub async fn start(role: ServiceRole, kind: ServiceKind) -> Result<Self, RigError> {
        let instance = Instance::start(kind).await?;
        let proxy = Proxy::start(instance.address()).await?;
        Ok(Self { role, kind, proxy, instance: Mutex::new(instance) })
    }

    /// Where the server under test reaches it: the proxy's address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.proxy.address()
    }

    /// The proxy in front of it.
    #[must_use]
    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// What it has printed.
    pub async fn output(&self) -> Output {
        self.instance.lock().await.output()
    }

    /// Makes it forget everything, whatever its proxy does meanwhile.
    pub async fn flush(&self) -> Result<(), RigError> {
        let flushed = self.instance.lock().await.flush().await;
        flushed.map_err(|cause| RigError::Service { role: self.role, action: "flush", cause })
    }

    /// Ends it and starts it anew, empty; connections are reset.
    pub async fn restart(&self, grace: Duration) -> Result<(), RigError> {
        let mut instance = self.instance.lock().await;
        self.proxy.set(Mode::Refuse).await?;
        let fresh = Instance::start(self.kind).await?;
        self.proxy.redirect(fresh.address());
        std::mem::replace(&mut *instance, fresh).stop(grace).await;
        self.proxy.set(Mode::Pass).await
    }

    /// Ends the proxy, then the service.
    pub async fn stop(self, grace: Duration) {
        drop(self.proxy);
        self.instance.into_inner().stop(grace).await;
    }
}
