//! Controls: what hardtack does to the world around a server.

use super::operation::Scope;

/// A service that a control acts on, by the role it plays for the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceRole {
    /// The cache in front of, or in place of, the durable store.
    Cache,
    /// The durable store, when it is a service.
    Database,
}

impl ServiceRole {
    /// The name of the service in target files: `services: {cache: …}`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cache => "cache",
            Self::Database => "database",
        }
    }
}

/// Something that hardtack does to the world around a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Forget everything that the service holds.
    Flush(ServiceRole),
    /// Connections to the service are refused.
    Stop(ServiceRole),
    /// Undo [`Control::Stop`] or [`Control::Partition`]: the service answers again, with what it still holds.
    Start(ServiceRole),
    /// Connections to the service are accepted and swallowed.
    Partition(ServiceRole),
    /// Stop the server and start it again on the same store.
    RestartServer,
}

/// A control and what documentation says about it.
#[derive(Debug, Clone, Copy)]
pub struct ControlInfo {
    /// Its name in specs.
    pub name: &'static str,
    /// What it does.
    pub control: Control,
    /// One sentence.
    pub about: &'static str,
}

/// Every control that a spec may name.
pub const CONTROLS: &[ControlInfo] = &[
    info("control.cache.flush", Control::Flush(ServiceRole::Cache), "the cache forgets everything"),
    info("control.cache.stop", Control::Stop(ServiceRole::Cache), "connections to the cache are refused"),
    info(
        "control.cache.start",
        Control::Start(ServiceRole::Cache),
        "the cache answers again, with what it still holds",
    ),
    info(
        "control.cache.partition",
        Control::Partition(ServiceRole::Cache),
        "the cache accepts connections and never answers",
    ),
    info("control.database.stop", Control::Stop(ServiceRole::Database), "connections to the database are refused"),
    info("control.database.start", Control::Start(ServiceRole::Database), "the database answers again"),
    info("control.server.restart", Control::RestartServer, "the server stops and starts again on the same store"),
];

const fn info(name: &'static str, control: Control, about: &'static str) -> ControlInfo {
    ControlInfo { name, control, about }
}

impl Control {
    /// The control called `name` in specs.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        CONTROLS.iter().find(|info| info.name == name).map(|info| info.control)
    }

    /// Its name in specs.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().map_or("control", |info| info.name)
    }

    /// What it does, as a clause.
    #[must_use]
    pub fn about(self) -> &'static str {
        self.info().map_or("something happens to the server", |info| info.about)
    }

    fn info(self) -> Option<&'static ControlInfo> {
        CONTROLS.iter().find(|info| info.control == self)
    }

    /// Every control touches the world.
    #[must_use]
    pub const fn scope(self) -> Scope {
        Scope::World
    }
}
