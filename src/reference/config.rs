//! What a reference server is asked to be.

use std::path::PathBuf;
use std::str::FromStr;

use super::fault::Fault;
use super::rare::Rare;
use super::signer::Secret;
use crate::contract::DEFAULT_BASE_PATH;
use crate::cookie::OffsetClock;

/// The session engines, by Django's names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EngineKind {
    /// Rows in a database.
    #[default]
    Db,
    /// Files in a directory.
    File,
    /// Entries in a cache, and nowhere else.
    Cache,
    /// Rows in a database with copies in a cache.
    CachedDb,
    /// The session in the cookie, signed.
    SignedCookies,
}

impl EngineKind {
    /// All engines, the default first.
    pub const ALL: [Self; 5] = [Self::Db, Self::File, Self::Cache, Self::CachedDb, Self::SignedCookies];

    /// Its name on the command line and in descriptions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Db => "db",
            Self::File => "file",
            Self::Cache => "cache",
            Self::CachedDb => "cached_db",
            Self::SignedCookies => "signed_cookies",
        }
    }
}

impl std::fmt::Display for EngineKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no engine has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no session engine: choose db, file, cache, cached_db or signed_cookies")]
pub struct UnknownEngine(pub String);

impl FromStr for EngineKind {
    type Err = UnknownEngine;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|engine| engine.name() == name).ok_or_else(|| UnknownEngine(name.to_owned()))
    }
}

/// Which cache the engines `cache` and `cached_db` use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CacheKind {
    /// One inside the process; it ends with it.
    #[default]
    InProcess,
    /// The memcached at `host:port`.
    Memcached(String),
}

/// Where durable engines keep their sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StorePlace {
    /// A database in memory, or a new directory; gone with the server.
    #[default]
    Temporary,
    /// This directory, which stays.
    Directory(PathBuf),
}

/// What a reference server is asked to be.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Config {
    /// Where sessions are kept.
    pub engine: EngineKind,
    /// What it does wrong on purpose.
    pub faults: Vec<&'static Fault>,
    /// What it does wrong once in a while.
    pub rare: Option<Rare>,
    /// The server's time.
    pub clock: OffsetClock,
    /// Where durable engines keep their sessions.
    pub store: StorePlace,
    /// Which cache the engines with a cache use.
    pub cache: CacheKind,
    /// Seconds that a session lives when nothing is said.
    pub default_lifetime: i64,
    /// The name of the session cookie.
    pub session_cookie: String,
    /// Whether the session cookie is Secure, for a server behind TLS.
    pub secure: bool,
    /// The path of the contract.
    pub base_path: String,
    /// The host that answers over https too: its front page sends browsers there.
    pub https_host: Option<String>,
    /// Whether every request saves a session that is not empty.
    pub save_every_request: bool,
    /// Whether the session cookie holds the key sealed, as some stores do: its text changes whenever it is sent. For
    /// engines with a store.
    pub sealed_keys: bool,
    /// Whether session cookies end with the browser when nothing is said.
    pub expire_at_browser_close: bool,
    /// What cookies are signed with; random when `None`.
    pub secret: Option<Secret>,
}

impl Default for Config {
    /// The `db` engine in memory, by the system's clock, two weeks of lifetime, without faults.
    fn default() -> Self {
        Self {
            engine: EngineKind::default(),
            faults: Vec::new(),
            rare: None,
            clock: OffsetClock::default(),
            store: StorePlace::default(),
            cache: CacheKind::default(),
            default_lifetime: 1_209_600,
            session_cookie: "sessionid".to_owned(),
            secure: false,
            https_host: None,
            base_path: DEFAULT_BASE_PATH.to_owned(),
            save_every_request: false,
            sealed_keys: false,
            expire_at_browser_close: false,
            secret: None,
        }
    }
}
