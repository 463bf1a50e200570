//! What is under test while a variant runs.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use crate::contract::{Control, Facts, ServiceRole};
use crate::cookie::OffsetClock;
use crate::event::{ExitCode, Secrecy};
use crate::spec::HostRole;
use crate::target::{Binding, Target, Variant};
use crate::wire::{Authority, Connector, Scheme};

/// A future in a box, so that stages are trait objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Raises the variants of a target.
pub trait Raise: Send + Sync {
    /// Raises one variant, ready for requests.
    fn raise<'a>(&'a self, variant: &'a Variant) -> BoxFuture<'a, Result<Box<dyn Stage>, StageError>>;
}

/// Why a variant is not up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct StageError {
    /// What happened, and what to do.
    pub reason: String,
    /// The exit code that this asks for; [`ExitCode::CONFORMS`] for a variant that this machine does not have.
    pub exit: ExitCode,
}

/// A variant that is up.
pub trait Stage: Send + Sync {
    /// What is known of it without asking.
    fn setting(&self) -> &Setting;

    /// The instance that cases share.
    fn shared(&self) -> Arc<dyn Instance>;

    /// An instance of its own for one case. Only asked for where [`Setting::fresh_instances`] says so.
    fn fresh(&self) -> BoxFuture<'_, Result<Arc<dyn Instance>, StageError>> {
        Box::pin(async { Ok(self.shared()) })
    }

    /// Takes it down.
    fn lower(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// One server that answers.
pub trait Instance: Send + Sync {
    /// Where connections come from.
    fn connector(&self) -> Connector;

    /// Where connections of the role `secure` come from, where it is offered.
    fn secure_connector(&self) -> Option<Connector> {
        None
    }

    /// The clock of its cases: the server's own, or the system's plus what the server's was advanced by.
    fn clock(&self) -> &OffsetClock;

    /// Whether [`Instance::clock`] is the server's very clock, so that advancing the server moves it.
    fn shares_clock(&self) -> bool;

    /// Does something to the world around it.
    fn control(&self, control: Control) -> BoxFuture<'_, Result<(), String>>;

    /// The services that hardtack started for it: role, kind, and where each listens itself.
    fn services(&self) -> BoxFuture<'_, Vec<(ServiceRole, &'static str, SocketAddr)>> {
        Box::pin(std::future::ready(Vec::new()))
    }

    /// The last lines that it printed, where hardtack started it.
    fn last_output(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What is known of a variant without asking it.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The target file; for a bare URL a made-up one.
    pub target: Arc<Target>,
    /// The variant.
    pub variant: Variant,
    /// How operations reach it.
    pub binding: Binding,
    /// Scheme, port and the host of the role `main`.
    pub main: Authority,
    /// Host names by role; the others are not offered.
    pub hosts: BTreeMap<HostRole, String>,
    /// What can be done to the world around it.
    pub controls: BTreeSet<Control>,
    /// Whether every case can have an instance of its own.
    pub fresh_instances: bool,
    /// Whether the server can reach hardtack's gates on loopback.
    pub reaches_gates: bool,
}

impl Setting {
    /// The facts that the target file states.
    #[must_use]
    pub fn facts(&self) -> Facts {
        self.target.facts_of(&self.variant)
    }

    /// What reports may tell of what this target keeps secret.
    #[must_use]
    pub fn secrecy(&self, show_all: bool) -> Secrecy {
        // Behind the contract's routes are test data.
        let real_application = !matches!(self.binding, Binding::Contract { .. });
        Secrecy { show_all, real_application, known: Vec::new() }
    }

    /// The authority of a host role, where it is offered.
    #[must_use]
    pub fn authority(&self, role: HostRole) -> Option<Authority> {
        let main = &self.main;
        self.hosts.get(&role).map(|host| match role {
            HostRole::Secure => Authority::new(Scheme::Https, host.clone(), Scheme::Https.default_port()),
            _ => Authority { host: host.clone(), ..main.clone() },
        })
    }
}

/// The host names of servers on this machine when the target file names none: those below `localhost` count as
/// trustworthy over http, so that Secure cookies are kept, and `other` does not.
#[must_use]
pub fn default_hosts() -> BTreeMap<HostRole, String> {
    BTreeMap::from(
        [
            (HostRole::Main, "app.localhost"),
            (HostRole::Sub, "a.app.localhost"),
            (HostRole::Sibling, "b.localhost"),
            (HostRole::Other, "other.test"),
        ]
        .map(|(role, host)| (role, host.to_owned())),
    )
}
