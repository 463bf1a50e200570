//! The reference server inside the process, as the thing under test.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::stage::{BoxFuture, Instance, Raise, Setting, Stage, StageError, default_hosts};
use super::targets::made_up;
use crate::contract::{Control, Facts};
use crate::cookie::OffsetClock;
use crate::document::Source;
use crate::event::ExitCode;
use crate::reference::{Config, EngineKind, Server, ServerError, UnknownEngine};
use crate::spec::HostRole;
use crate::target::{Axis, AxisValue, Binding, Target, Variant};
use crate::wire::{Authority, Connector, Scheme};

/// The axis of session engines.
const ENGINE: &str = "engine";

/// Raises the reference server inside the process, one engine per variant.
#[derive(Debug, Clone)]
pub struct Embedded {
    target: Arc<Target>,
    config: Config,
}

impl Embedded {
    /// The server of a configuration. Its engine is chosen by the variant, and every instance has a clock of its own.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let binding = Binding::Contract { base_path: config.base_path.clone() };
        let engine = |kind: EngineKind| AxisValue {
            name: kind.name().to_owned(),
            facts: Facts::new(),
            env: BTreeMap::new(),
            services: Vec::new(),
            install: Vec::new(),
            requires: None,
        };
        let axes = vec![Axis { name: ENGINE.to_owned(), values: EngineKind::ALL.into_iter().map(engine).collect() }];
        let target = made_up(Source::new("the embedded reference server", ""), "reference", binding);
        // The host that is no local one answers over https too: in memory that costs nothing.
        let https_host = config.https_host.clone().or_else(|| default_hosts().remove(&HostRole::Other));
        Self { target: Arc::new(Target { axes, ..target }), config: Config { https_host, ..config } }
    }

    /// The target that it is, with its engines as an axis.
    #[must_use]
    pub fn target(&self) -> Arc<Target> {
        Arc::clone(&self.target)
    }

    fn stage(&self, variant: &Variant) -> Result<EmbeddedStage, StageError> {
        let engine = match variant.value(ENGINE) {
            Some(name) => name.parse().map_err(|error: UnknownEngine| failed(&error))?,
            None => self.config.engine,
        };
        let config = Config { engine, ..self.config.clone() };
        let shared = instance(&config)?;
        let mut hosts = default_hosts();
        hosts.extend(config.https_host.clone().map(|host| (HostRole::Secure, host)));
        let main = hosts.get(&HostRole::Main).cloned().unwrap_or_default();
        let setting = Setting {
            target: Arc::clone(&self.target),
            variant: variant.clone(),
            binding: self.target.binding.clone(),
            main: Authority::new(Scheme::Http, main, Scheme::Http.default_port()),
            hosts,
            controls: shared.0.controls().into_iter().collect(),
            fresh_instances: true,
            reaches_gates: true,
        };
        Ok(EmbeddedStage { setting, config, shared: Arc::new(shared) })
    }
}

fn failed(error: &dyn std::error::Error) -> StageError {
    StageError { reason: error.to_string(), exit: ExitCode::BAD_INPUT }
}

fn instance(config: &Config) -> Result<InMemory, StageError> {
    let config = Config { clock: OffsetClock::default(), ..config.clone() };
    Server::new(config).map(InMemory).map_err(|error: ServerError| failed(&error))
}

impl Raise for Embedded {
    fn raise<'a>(&'a self, variant: &'a Variant) -> BoxFuture<'a, Result<Box<dyn Stage>, StageError>> {
        Box::pin(async move {
            let stage: Box<dyn Stage> = Box::new(self.stage(variant)?);
            Ok(stage)
        })
    }
}

struct EmbeddedStage {
    setting: Setting,
    config: Config,
    shared: Arc<InMemory>,
}

struct InMemory(Arc<Server>);

impl Stage for EmbeddedStage {
    fn setting(&self) -> &Setting {
        &self.setting
    }

    fn shared(&self) -> Arc<dyn Instance> {
        Arc::clone(&self.shared) as Arc<dyn Instance>
    }

    fn fresh(&self) -> BoxFuture<'_, Result<Arc<dyn Instance>, StageError>> {
        Box::pin(async { Ok(Arc::new(instance(&self.config)?) as Arc<dyn Instance>) })
    }

    fn lower(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

impl Instance for InMemory {
    fn connector(&self) -> Connector {
        self.0.connector()
    }

    fn secure_connector(&self) -> Option<Connector> {
        self.0.config().https_host.as_ref().map(|_| self.0.secure_connector())
    }

    fn clock(&self) -> &OffsetClock {
        self.0.clock()
    }

    fn shares_clock(&self) -> bool {
        true
    }

    fn control(&self, control: Control) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move { self.0.control(control).await.map_err(|error| error.to_string()) })
    }
}
