//! Faults: named ways of being wrong, each at one seam.
//!
//! The registry is the only place that knows their names. A fault changes one
//! field of a [`Behaviour`]; what that does is the behaviour's business.

mod accounts;
mod answers;
mod caching;
mod cookies;
mod expiry;
mod fields;
mod life_cycle;
mod lines;
mod multi_step;
mod occasional;
mod operations;
mod order;
mod particular;
mod storage;
mod values;

use super::behaviour::Behaviour;
use super::config::EngineKind;
use super::occasion::Occasion;
use crate::document::nearest;

/// Where in a server a fault sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seam {
    /// Writing `Set-Cookie`.
    CookieWriter,
    /// Reading `Cookie`.
    Parser,
    /// Making and believing session keys.
    KeySource,
    /// Beginning, changing, ending and timing sessions.
    LifeCycle,
    /// Keeping and signing records.
    Store,
}

impl Seam {
    /// Its name in lists.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CookieWriter => "cookie writer",
            Self::Parser => "parser",
            Self::KeySource => "key source",
            Self::LifeCycle => "life cycle",
            Self::Store => "store",
        }
    }
}

/// A named way of being wrong.
#[derive(Debug)]
pub struct Fault {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Where it sits.
    pub seam: Seam,
    /// The engines on which it shows.
    pub engines: &'static [EngineKind],
    /// On which requests it shows.
    pub occasion: Occasion,
    apply: fn(&mut Behaviour),
}

/// A name that no fault has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// There is no such fault.
    #[error("there is no fault `{name}`{}; --list-faults names them all", suggestion(*.nearest))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// It does not show on this engine.
    #[error("the fault `{name}` does not show on the engine {engine}, but on {}", engines(.shows_on))]
    Engine {
        /// The fault.
        name: &'static str,
        /// The engine that was asked for.
        engine: EngineKind,
        /// The engines on which it shows.
        shows_on: &'static [EngineKind],
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

fn engines(engines: &[EngineKind]) -> String {
    engines.iter().map(|engine| engine.name()).collect::<Vec<_>>().join(", ")
}

/// Every fault, grouped by where it is described.
pub const FAULTS: &[&[Fault]] = &[
    cookies::WRITER,
    lines::LINES,
    cookies::PARSER,
    fields::FIELDS,
    life_cycle::KEYS,
    life_cycle::SESSIONS,
    life_cycle::LOGIN,
    life_cycle::ANSWERS,
    caching::CACHING,
    expiry::EXPIRY,
    multi_step::KEYS,
    multi_step::LOGIN,
    multi_step::REQUESTS,
    multi_step::TIMES,
    storage::STORE,
    storage::SIGNED,
    storage::CSRF,
    occasional::LOGIN,
    occasional::LOGOUT,
    occasional::ANSWERS,
    occasional::DATA,
    occasional::COOKIES,
    values::VALUES,
    values::MAPPING,
    order::ORDER,
    order::TIMES,
    accounts::ACCOUNTS,
    particular::COOKIES,
    particular::SESSIONS,
    particular::USERS,
    answers::ANSWERS,
    operations::SESSIONS,
    operations::VALUES,
    operations::ANSWERS,
    operations::USERS,
];

/// Every fault, in the order of the registry.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    FAULTS.iter().copied().flatten()
}

/// The fault called `name`.
pub fn find(name: &str) -> Result<&'static Fault, FaultError> {
    all().find(|fault| fault.name == name).ok_or_else(|| FaultError::Unknown {
        name: name.to_owned(),
        nearest: nearest(name, all().map(|fault| fault.name)),
    })
}

impl Fault {
    /// Makes a behaviour wrong in this way.
    pub fn apply(&self, behaviour: &mut Behaviour) {
        (self.apply)(behaviour);
    }

    /// Whether it shows on an engine.
    #[must_use]
    pub fn shows_on(&self, engine: EngineKind) -> bool {
        self.engines.contains(&engine)
    }

    /// An error unless it shows on an engine.
    pub fn check_engine(&'static self, engine: EngineKind) -> Result<(), FaultError> {
        if self.shows_on(engine) {
            return Ok(());
        }
        Err(FaultError::Engine { name: self.name, engine, shows_on: self.engines })
    }
}

const ALL: &[EngineKind] = &EngineKind::ALL;
const SERVER: &[EngineKind] = &[EngineKind::Db, EngineKind::File, EngineKind::Cache, EngineKind::CachedDb];
const DURABLE: &[EngineKind] = &[EngineKind::Db, EngineKind::File, EngineKind::CachedDb];
const CACHED: &[EngineKind] = &[EngineKind::CachedDb];
const SIGNED: &[EngineKind] = &[EngineKind::SignedCookies];

/// A fault of the registry.
const fn fault(
    seam: Seam,
    name: &'static str,
    engines: &'static [EngineKind],
    about: &'static str,
    apply: fn(&mut Behaviour),
) -> Fault {
    Fault { name, about, seam, engines, occasion: Occasion::Always, apply }
}

/// A fault that shows on some requests only.
const fn on(
    occasion: Occasion,
    seam: Seam,
    name: &'static str,
    engines: &'static [EngineKind],
    about: &'static str,
    apply: fn(&mut Behaviour),
) -> Fault {
    Fault { name, about, seam, engines, occasion, apply }
}
