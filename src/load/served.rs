//! The reference server on a socket, as the thing under load.
//!
//! Verify talks to it in memory; load needs a socket, since workers are processes of their own.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::contract::Control;
use crate::cookie::{OffsetClock, Scheme};
use crate::event::ExitCode;
use crate::reference::{Config, EngineKind, Server, StorePlace, UnknownEngine};
use crate::rig::Scratch;
use crate::target::{Binding, Target, Variant};
use crate::verify::{BoxFuture, Instance, Raise, Setting, Stage, StageError};
use crate::wire::{Authority, Connector, Listener};

/// Raises the reference server on a free loopback port, one engine per variant, its durable stores in files.
#[derive(Debug, Clone)]
pub struct Served {
    target: Arc<Target>,
    config: Config,
}

impl Served {
    /// The server of a configuration; `target` is what stands for it, with its engines as an axis.
    #[must_use]
    pub fn new(target: Arc<Target>, config: Config) -> Self {
        Self { target, config }
    }

    async fn stage(&self, variant: &Variant) -> Result<ServedStage, StageError> {
        let bad = |error: &dyn std::error::Error| StageError { reason: error.to_string(), exit: ExitCode::BAD_INPUT };
        let engine: EngineKind = match variant.value("engine") {
            Some(name) => name.parse().map_err(|error: UnknownEngine| bad(&error))?,
            None => self.config.engine,
        };
        let scratch = Scratch::new(None).map_err(|error| bad(&error))?;
        let store = StorePlace::Directory(scratch.path().to_owned());
        let server = Server::new(Config { engine, store, clock: OffsetClock::default(), ..self.config.clone() })
            .map_err(|error| bad(&error))?;
        let listener =
            server.listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), None).await.map_err(|error| bad(&error))?;
        let address = listener.address();
        let setting = Setting {
            binding: Binding::Contract { base_path: self.config.base_path.clone() },
            main: Authority::new(Scheme::Http, address.ip().to_string(), address.port()),
            controls: server.controls().into_iter().collect::<BTreeSet<_>>(),
            target: Arc::clone(&self.target),
            variant: variant.clone(),
            hosts: std::collections::BTreeMap::new(),
            fresh_instances: false,
            reaches_gates: true,
        };
        Ok(ServedStage { setting, instance: Arc::new(ServedInstance { server, address }), listener, _scratch: scratch })
    }
}

impl Raise for Served {
    fn raise<'a>(&'a self, variant: &'a Variant) -> BoxFuture<'a, Result<Box<dyn Stage>, StageError>> {
        Box::pin(async move {
            let stage: Box<dyn Stage> = Box::new(self.stage(variant).await?);
            Ok(stage)
        })
    }
}

struct ServedStage {
    setting: Setting,
    instance: Arc<ServedInstance>,
    listener: Listener,
    // Removed last.
    _scratch: Scratch,
}

struct ServedInstance {
    server: Arc<Server>,
    address: SocketAddr,
}

impl Stage for ServedStage {
    fn setting(&self) -> &Setting {
        &self.setting
    }

    fn shared(&self) -> Arc<dyn Instance> {
        Arc::clone(&self.instance) as Arc<dyn Instance>
    }

    fn lower(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { self.listener.shutdown().await })
    }
}

impl Instance for ServedInstance {
    fn connector(&self) -> Connector {
        Connector::tcp(self.address)
    }

    fn clock(&self) -> &OffsetClock {
        self.server.clock()
    }

    fn shares_clock(&self) -> bool {
        true
    }

    fn control(&self, control: Control) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move { self.server.control(control).await.map_err(|error| error.to_string()) })
    }
}
