//! The reference server: one configuration, one world, any number of connections.

use std::net::SocketAddr;
use std::sync::Arc;

use super::accounts::Accounts;
use super::behaviour::{Behaviour, SessionLine};
use super::config::Config;
use super::engine::{Engine, Parts, Reachability};
use super::error::StoreError;
use super::expiry::Lifetimes;
use super::fault::FaultError;
use super::key_source::KeySource;
use super::occasion::Occasion;
use super::rare::Seldom;
use super::signer::{Secret, Signer};
use super::store_directory::StoreDirectory;
use super::world::World;
use crate::contract::{Control, ServiceRole};
use crate::cookie::{Clock, OffsetClock};
use crate::wire::{self, Connector, Identity, Limits, ListenError, Listener, Scheme};

/// The reference server. Requests are independent of each other: one that waits holds nobody up.
#[derive(Debug)]
pub struct Server {
    pub(super) config: Config,
    pub(super) world: World,
    /// The world as it is on some occasions.
    pub(super) on_occasion: Vec<(Occasion, World)>,
    // After the world, whose files are in it.
    _directory: Option<StoreDirectory>,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The store cannot be opened.
    #[error("failed to open the session store: {0}")]
    Store(#[from] StoreError),
    /// A fault does not show on the engine.
    #[error(transparent)]
    Fault(#[from] FaultError),
}

/// Why a control did nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// The server has nothing of the kind, or hardtack does not own it.
    #[error("the {engine} engine offers no {control}")]
    NotOffered {
        /// What was asked for.
        control: &'static str,
        /// The engine.
        engine: &'static str,
    },
    /// The service did not answer.
    #[error("failed to perform {control}: {cause}")]
    Failed {
        /// What was asked for.
        control: &'static str,
        /// The reason.
        cause: StoreError,
    },
}

/// The name of the session cookie, with a space in it where that goes wrong.
fn session_cookie_name(asked: &str, behaviour: &Behaviour) -> String {
    match behaviour.writer.session {
        SessionLine::SpaceInName => format!("{asked} 1"),
        SessionLine::FrameworkName => "PHPSESSID".to_owned(),
        _ => asked.to_owned(),
    }
}

impl Server {
    /// A server as configured. Its stores are open when this returns; nothing listens yet.
    pub fn new(config: Config) -> Result<Arc<Self>, ServerError> {
        let mut behaviour = Behaviour::default();
        for fault in &config.faults {
            fault.check_engine(config.engine)?;
            if fault.occasion == Occasion::Always {
                fault.apply(&mut behaviour);
            }
        }
        let directory = StoreDirectory::make(&config.store, config.engine)?;
        let secret = config.secret.clone().map_or_else(Secret::random, Ok)?;
        let signer = Signer::new(secret);
        let lifetimes = Lifetimes {
            policy: behaviour.expiry.clone(),
            default: config.default_lifetime,
            at_browser_close: config.expire_at_browser_close,
        };
        let engine = Engine::open(&Parts {
            kind: config.engine,
            cache: &config.cache,
            directory: directory.as_ref().map(StoreDirectory::path),
            clock: &config.clock,
            signer: &signer,
            lifetimes: &lifetimes,
            behaviour: &behaviour,
        })?;
        let world = World {
            clock: config.clock.clone(),
            seldom: Arc::new(Seldom::new(config.rare)),
            engine: Arc::new(engine),
            keys: Arc::new(KeySource::new(behaviour.keys.clone())),
            signer,
            lifetimes,
            session_cookie: session_cookie_name(&config.session_cookie, &behaviour),
            secure: config.secure,
            save_every_request: config.save_every_request,
            sealed_keys: config.sealed_keys,
            passwords: Arc::default(),
            accounts: Accounts::default(),
            memory: Arc::default(),
            events: Arc::default(),
            turn: Arc::default(),
            behaviour,
        };
        let occasional = config.faults.iter().filter(|fault| fault.occasion != Occasion::Always);
        let on_occasion = occasional
            .map(|fault| {
                let mut other = world.clone();
                fault.apply(&mut other.behaviour);
                other.lifetimes.policy.clone_from(&other.behaviour.expiry);
                (fault.occasion, other)
            })
            .collect();
        Ok(Arc::new(Self { config, world, on_occasion, _directory: directory }))
    }

    /// What the server was asked to be.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The server's time.
    #[must_use]
    pub fn clock(&self) -> &OffsetClock {
        &self.world.clock
    }

    /// How often it did wrong what [`Config::rare`] says.
    #[must_use]
    pub fn rare_count(&self) -> u64 {
        self.world.seldom.count()
    }

    /// Connections to the server inside the process. Needs a tokio runtime when it connects.
    #[must_use]
    pub fn connector(self: &Arc<Self>) -> Connector {
        let server = Arc::clone(self);
        wire::in_memory(Limits::default(), move |request| {
            let server = Arc::clone(&server);
            async move { server.handle(request).await }
        })
    }

    /// Connections inside the process that count as TLS.
    #[must_use]
    pub fn secure_connector(self: &Arc<Self>) -> Connector {
        let server = Arc::clone(self);
        wire::in_memory(Limits::default(), move |request| {
            let server = Arc::clone(&server);
            async move { server.handle_over(request, Scheme::Https).await }
        })
        .taken_for_tls()
    }

    /// Listens on an address, over TLS if there is an identity to show.
    pub async fn listen(
        self: &Arc<Self>,
        address: SocketAddr,
        identity: Option<&Identity>,
    ) -> Result<Listener, ListenError> {
        let server = Arc::clone(self);
        let scheme = if identity.is_some() { Scheme::Https } else { Scheme::Http };
        let handler = move |request| {
            let server = Arc::clone(&server);
            async move { server.handle_over(request, scheme).await }
        };
        Listener::bind_at(address, identity, Limits::default(), handler).await
    }

    /// The controls that [`Server::control`] performs.
    #[must_use]
    pub fn controls(&self) -> Vec<Control> {
        let (cache, ours) = self.world.engine.has_cache();
        let mut controls = vec![Control::RestartServer];
        if cache {
            controls.push(Control::Flush(ServiceRole::Cache));
        }
        for (role, offered) in [(ServiceRole::Cache, ours), (ServiceRole::Database, self.world.engine.has_database())] {
            if offered {
                controls.extend([Control::Stop(role), Control::Start(role), Control::Partition(role)]);
            }
        }
        controls
    }

    /// Does something to the world around the server: to the cache and database that are inside it, and to the
    /// server itself. A memcached of somebody else can be flushed, not stopped.
    pub async fn control(&self, control: Control) -> Result<(), ControlError> {
        let engine = &self.world.engine;
        let failed = |cause| ControlError::Failed { control: control.name(), cause };
        let done = match control {
            Control::Flush(ServiceRole::Cache) => {
                self.world.events.note_flush();
                engine.flush_cache().await.map_err(failed)?
            }
            Control::Stop(ServiceRole::Cache) => engine.set_cache(Reachability::Refuses),
            Control::Start(ServiceRole::Cache) => engine.set_cache(Reachability::Answers),
            Control::Partition(ServiceRole::Cache) => engine.set_cache(Reachability::Silent),
            Control::Stop(ServiceRole::Database) | Control::Partition(ServiceRole::Database) => {
                engine.set_database_stopped(true)
            }
            Control::Start(ServiceRole::Database) => engine.set_database_stopped(false),
            Control::Flush(ServiceRole::Database) => false,
            Control::RestartServer => {
                engine.restart(self.world.clock.now()).map_err(failed)?;
                self.world.forget();
                self.world.events.note_restart();
                true
            }
        };
        let not_offered = ControlError::NotOffered { control: control.name(), engine: self.config.engine.name() };
        if done { Ok(()) } else { Err(not_offered) }
    }
}
