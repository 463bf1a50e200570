//! Targets of target files and URLs, raised by the rig.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use super::stage::{BoxFuture, Instance, Raise, Setting, Stage, StageError, default_hosts};
use crate::contract::{CONTROLS, Control, ServiceRole};
use crate::cookie::OffsetClock;
use crate::event::ExitCode;
use crate::rig::{RigError, RigOptions, Running, raise};
use crate::spec::HostRole;
use crate::target::{Binding, Target, Variant};
use crate::wire::{Authority, Connector, Scheme};

/// How many of its last lines a server's output is quoted with.
const LINES: usize = 15;

/// Raises the variants of a target: starts it, or finds it running.
#[derive(Debug, Clone)]
pub struct Rigged {
    /// The target.
    pub target: Arc<Target>,
    /// How it is raised.
    pub options: RigOptions,
}

impl Raise for Rigged {
    fn raise<'a>(&'a self, variant: &'a Variant) -> BoxFuture<'a, Result<Box<dyn Stage>, StageError>> {
        Box::pin(async move {
            let elsewhere = match (&self.target.launch, &self.target.base_url) {
                (None, Some(url)) => Some(Authority::of(url).map_err(|error| bad_input(&error))?),
                _ => None,
            };
            if let (Some(authority), Binding::Contract { .. } | Binding::Mapped(_)) = (&elsewhere, &self.target.binding)
            {
                // Other host names are only names: every connection goes to the address of this one.
                self.target.check_write(&authority.host).map_err(|error| bad_input(&error))?;
            }
            if let (Some(authority), Binding::Passive) = (&elsewhere, &self.target.binding)
                && !authority.is_loopback()
            {
                let stage: Box<dyn Stage> = Box::new(self.page(variant, authority.clone()).await?);
                return Ok(stage);
            }
            let running = raise(&self.target, variant, &self.options).await.map_err(|error| stage_error(&error))?;
            let setting = self.setting(variant, elsewhere, &running);
            let stage: Box<dyn Stage> =
                Box::new(RiggedStage { setting, instance: Arc::new(Rig { running, clock: OffsetClock::default() }) });
            Ok(stage)
        })
    }
}

/// Raises a target of which there is an archive and nothing else: nothing is connected to.
#[derive(Debug, Clone)]
pub struct RecordedPages {
    /// The target.
    pub target: Arc<Target>,
}

impl Raise for RecordedPages {
    fn raise<'a>(&'a self, variant: &'a Variant) -> BoxFuture<'a, Result<Box<dyn Stage>, StageError>> {
        Box::pin(async move {
            let nowhere = || StageError { reason: "the archive is of no server".to_owned(), exit: ExitCode::BAD_INPUT };
            let url = self.target.base_url.as_ref().ok_or_else(nowhere)?;
            let main = Authority::of(url).map_err(|error| bad_input(&error))?;
            let setting = Setting {
                target: Arc::clone(&self.target),
                variant: variant.clone(),
                binding: Binding::Passive,
                main,
                hosts: BTreeMap::new(),
                controls: BTreeSet::new(),
                fresh_instances: false,
                reaches_gates: false,
            };
            // Without hosts no case opens a connection.
            let connector = Connector::memory(|| tokio::io::duplex(1).0);
            let page = Arc::new(Page { connector, clock: OffsetClock::default() });
            let stage: Box<dyn Stage> = Box::new(PageStage { setting, page });
            Ok(stage)
        })
    }
}

impl Rigged {
    /// A page somewhere else, which may only be reachable through the system's proxies.
    async fn page(&self, variant: &Variant, main: Authority) -> Result<PageStage, StageError> {
        let address = main.reachable_address(&self.options.limits).await.ok();
        let connector = match (address, main.scheme) {
            (Some(address), Scheme::Http) => Some(Connector::tcp(address)),
            (Some(address), Scheme::Https) => {
                let connector = Connector::tls(address, &main.host, &self.options.roots);
                Some(connector.map_err(|error| bad_input(&error))?)
            }
            (None, _) => None,
        };
        let mut hosts = self.target.hosts.clone();
        if connector.is_some() {
            hosts.entry(HostRole::Main).or_insert_with(|| main.host.clone());
        } else {
            hosts.clear();
        }
        let setting = Setting {
            target: Arc::clone(&self.target),
            variant: variant.clone(),
            binding: Binding::Passive,
            main,
            hosts,
            controls: BTreeSet::new(),
            fresh_instances: false,
            reaches_gates: false,
        };
        // Without hosts no case opens a connection.
        let connector = connector.unwrap_or_else(|| Connector::memory(|| tokio::io::duplex(1).0));
        Ok(PageStage { setting, page: Arc::new(Page { connector, clock: OffsetClock::default() }) })
    }

    fn setting(&self, variant: &Variant, elsewhere: Option<Authority>, running: &Running) -> Setting {
        let mut hosts = self.target.hosts.clone();
        let main = if let Some(authority) = elsewhere {
            hosts.entry(HostRole::Main).or_insert_with(|| authority.host.clone());
            authority
        } else {
            if hosts.is_empty() {
                hosts = default_hosts();
            }
            let address = running.address();
            Authority::new(running.connector().scheme(), address.ip().to_string(), address.port())
        };
        let main = Authority { host: host(&hosts, &main), ..main };
        Setting {
            target: Arc::clone(&self.target),
            variant: variant.clone(),
            binding: self.target.binding.clone(),
            main,
            hosts,
            controls: CONTROLS.iter().map(|info| info.control).filter(|control| running.offers(*control)).collect(),
            fresh_instances: false,
            reaches_gates: running.address().ip().is_loopback(),
        }
    }
}

fn host(hosts: &BTreeMap<HostRole, String>, otherwise: &Authority) -> String {
    hosts.get(&HostRole::Main).unwrap_or(&otherwise.host).clone()
}

fn bad_input(error: &dyn std::error::Error) -> StageError {
    StageError { reason: error.to_string(), exit: ExitCode::BAD_INPUT }
}

fn stage_error(error: &RigError) -> StageError {
    let exit = match error {
        error if error.is_unavailable() => ExitCode::CONFORMS,
        RigError::Placeholder { .. } | RigError::Nowhere | RigError::Tls(_) => ExitCode::BAD_INPUT,
        _ => ExitCode::UNREACHABLE,
    };
    StageError { reason: format!("{error}. {}", error.remedy()), exit }
}

struct RiggedStage {
    setting: Setting,
    instance: Arc<Rig>,
}

struct Rig {
    running: Running,
    clock: OffsetClock,
}

impl Stage for RiggedStage {
    fn setting(&self) -> &Setting {
        &self.setting
    }

    fn shared(&self) -> Arc<dyn Instance> {
        Arc::clone(&self.instance) as Arc<dyn Instance>
    }

    fn lower(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            // Somebody who still holds the instance ends it by dropping it.
            if let Some(rig) = Arc::into_inner(self.instance) {
                rig.running.stop().await;
            }
        })
    }
}

struct PageStage {
    setting: Setting,
    page: Arc<Page>,
}

struct Page {
    connector: Connector,
    clock: OffsetClock,
}

impl Stage for PageStage {
    fn setting(&self) -> &Setting {
        &self.setting
    }

    fn shared(&self) -> Arc<dyn Instance> {
        Arc::clone(&self.page) as Arc<dyn Instance>
    }

    fn lower(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

impl Instance for Page {
    fn connector(&self) -> Connector {
        self.connector.clone()
    }

    fn clock(&self) -> &OffsetClock {
        &self.clock
    }

    fn shares_clock(&self) -> bool {
        false
    }

    fn control(&self, control: Control) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move { Err(format!("nothing here offers {}", control.name())) })
    }
}

impl Instance for Rig {
    fn connector(&self) -> Connector {
        self.running.connector()
    }

    fn clock(&self) -> &OffsetClock {
        &self.clock
    }

    fn shares_clock(&self) -> bool {
        false
    }

    fn control(&self, control: Control) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move {
            self.running.control(control).await.map_err(|error| format!("{error}. {}", error.remedy()))?;
            if control == Control::RestartServer {
                // A server keeps what its clock was advanced by in its memory.
                self.clock.reset();
            }
            Ok(())
        })
    }

    fn services(&self) -> BoxFuture<'_, Vec<(ServiceRole, &'static str, SocketAddr)>> {
        Box::pin(self.running.services())
    }

    fn last_output(&self) -> Vec<String> {
        self.running.output().last_lines(LINES).iter().map(ToString::to_string).collect()
    }
}
