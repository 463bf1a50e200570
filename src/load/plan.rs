//! What one worker is to do.

use std::path::PathBuf;
use std::sync::Arc;

use super::identity::Identity;
use super::scenario::Scenario;
use crate::contract::{Description, Facts};
use crate::event::Secrecy;
use crate::wire::{Connector, Limits};

/// What one worker is to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What workers of one run have in common: results of different runs are never added.
    pub run: String,
    /// The scenario, with what the command line changed in it.
    pub scenario: Arc<Scenario>,
    /// Where requests go.
    pub site: Site,
    /// Sessions of the population, of all workers together.
    pub sessions: u32,
    /// Virtual users, of all workers together.
    pub users: u32,
    /// Which worker this is.
    pub identity: Identity,
    /// Where random choices begin.
    pub seed: u64,
    /// How long an exchange may take, and how large an answer may be.
    pub limits: Limits,
    /// The most requests of all workers together.
    pub most_requests: u64,
    /// Keeps the population, so that a later run need not make it anew.
    pub population_file: Option<PathBuf>,
    /// What requests go through.
    pub through: Through,
    /// What the first exchanges of this worker are told without; `None` when nobody watches.
    pub trace: Option<Secrecy>,
    /// Where Goose writes its own report.
    pub goose_report: Option<PathBuf>,
}

/// What requests go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Through {
    /// A kept connection of each virtual user.
    #[default]
    Connection,
    /// Goose's own client, reqwest.
    Reqwest,
}

/// Where requests go, and what is known of the server there.
#[derive(Debug, Clone)]
pub struct Site {
    /// Makes connections.
    pub connector: Connector,
    /// The URL without a path, for reports and for reqwest.
    pub url: String,
    /// The value of `Host`.
    pub host: String,
    /// The path of the contract.
    pub base_path: String,
    /// The cookies that make up a session; the first carries the key.
    pub session_cookies: Vec<String>,
    /// What the server says about its design.
    pub facts: Facts,
    /// Framework, version and HTTP server.
    pub server: String,
    /// The operations on offer.
    pub operations: Vec<String>,
}

impl Site {
    /// A site that describes itself in this way.
    #[must_use]
    pub fn new(
        connector: Connector,
        url: String,
        host: String,
        base_path: String,
        description: &Description,
        facts: Facts,
    ) -> Self {
        let framework = format!("{} {}", description.framework, description.version);
        let on = description.server.as_ref().filter(|server| **server != framework);
        let server = [Some(&framework), on];
        Self {
            connector,
            url,
            host,
            base_path,
            session_cookies: description.session_cookies.clone(),
            facts,
            server: server.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" on "),
            operations: description.operations.keys().cloned().collect(),
        }
    }

    /// Whether sessions are in the cookie itself: then a logout cannot end an old one, and there are no keys.
    #[must_use]
    pub fn keeps_sessions_in_cookies(&self) -> bool {
        self.fact("storage") == Some("client")
    }

    /// Whether reading a session makes it live longer.
    #[must_use]
    pub fn slides_on_read(&self) -> bool {
        self.fact("expiry") == Some("sliding_on_read")
    }

    fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).and_then(serde_json::Value::as_str)
    }

    /// The operations of a scenario that are not on offer.
    #[must_use]
    pub fn lacks<'a>(&self, scenario: &'a Scenario) -> Vec<&'a str> {
        scenario.operations().into_iter().filter(|needed| !self.operations.iter().any(|one| one == needed)).collect()
    }
}

impl Plan {
    /// A digest of everything that workers of one run must agree on.
    #[must_use]
    pub fn digest(&self) -> String {
        let scenario = &self.scenario;
        let agreed = format!(
            "{}\n{:?}\n{:?}\n{:?}\n{}\n{}\n{}",
            scenario.source.text(),
            scenario.population,
            scenario.phases,
            scenario.events,
            self.sessions,
            self.users,
            self.seed
        );
        // FNV-1a: it tells different plans apart, nothing more.
        let digest = agreed
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3));
        format!("{digest:016x}")
    }
}
