//! A target that runs.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use super::proxy::Mode;
use super::server::Server;
use super::{Output, RigError, Scratch, Service};
use crate::contract::{Control, ServiceRole};
use crate::wire::Connector;

/// A target that runs, with its services. Dropping it ends everything that was started for it, at once.
#[derive(Debug)]
pub struct Running {
    // In the order in which they end.
    server: Option<Server>,
    services: BTreeMap<ServiceRole, Service>,
    data_dir: Option<Scratch>,
    connector: Connector,
    address: SocketAddr,
    grace: Duration,
}

impl Running {
    pub(super) fn started(
        server: Server,
        services: BTreeMap<ServiceRole, Service>,
        data_dir: Scratch,
        grace: Duration,
    ) -> Self {
        let address = server.address();
        let connector = Connector::tcp(address);
        Self { server: Some(server), services, data_dir: Some(data_dir), connector, address, grace }
    }

    pub(super) fn found(connector: Connector, address: SocketAddr, grace: Duration) -> Self {
        Self { server: None, services: BTreeMap::new(), data_dir: None, connector, address, grace }
    }

    /// Makes connections to the server.
    #[must_use]
    pub fn connector(&self) -> Connector {
        self.connector.clone()
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the server has printed, over restarts; empty when it was not started here.
    #[must_use]
    pub fn output(&self) -> Output {
        self.server.as_ref().map(Server::output).unwrap_or_default()
    }

    /// How the server ended by itself; `None` while it runs, and when it was not started here.
    pub async fn exit_status(&self) -> Option<ExitStatus> {
        match &self.server {
            Some(server) => server.status().await,
            None => None,
        }
    }

    /// A service that was started for the server.
    #[must_use]
    pub fn service(&self, role: ServiceRole) -> Option<&Service> {
        self.services.get(&role)
    }

    /// The services that were started for the server: role, kind, and where each listens itself.
    pub async fn services(&self) -> Vec<(ServiceRole, &'static str, SocketAddr)> {
        let mut all = Vec::new();
        for (role, service) in &self.services {
            if let Some(address) = service.own_address().await {
                all.push((*role, service.kind(), address));
            }
        }
        all
    }

    /// The folder for what the server stores; `None` when it was not started here.
    #[must_use]
    pub fn data_dir(&self) -> Option<&std::path::Path> {
        self.data_dir.as_ref().map(Scratch::path)
    }

    /// Whether a control can be performed here.
    #[must_use]
    pub fn offers(&self, control: Control) -> bool {
        match control {
            Control::Flush(role) | Control::Stop(role) | Control::Start(role) | Control::Partition(role) => {
                self.services.contains_key(&role)
            }
            Control::RestartServer => self.server.is_some(),
        }
    }

    /// Performs a control; on return it is in force.
    pub async fn control(&self, control: Control) -> Result<(), RigError> {
        let service = |role| self.services.get(&role).ok_or(RigError::NotOffered { control });
        match control {
            Control::Flush(role) => service(role)?.flush().await,
            Control::Stop(role) => service(role)?.proxy().set(Mode::Refuse).await,
            Control::Start(role) => service(role)?.proxy().set(Mode::Pass).await,
            Control::Partition(role) => service(role)?.proxy().set(Mode::BlackHole).await,
            Control::RestartServer => self.restart().await,
        }
    }

    /// Stops the server and starts it again on the same port, data folder and services.
    pub async fn restart(&self) -> Result<(), RigError> {
        let server = self.server.as_ref().ok_or(RigError::NotOffered { control: Control::RestartServer })?;
        server.restart(self.grace).await
    }

    /// Ends the server, then its services, then removes its data.
    pub async fn stop(self) {
        if let Some(server) = self.server {
            server.stop(self.grace).await;
        }
        for (_, service) in self.services {
            service.stop(self.grace).await;
        }
        drop(self.data_dir);
    }
}
