//! What the server says about itself.

use serde_json::json;

use super::config::EngineKind;
use super::server::Server;
use super::world::World;
use crate::contract::{Description, OPERATIONS, Offer};

impl Server {
    /// The answer to `GET {base}`. Faults are not confessed.
    #[must_use]
    pub fn description(&self) -> Description {
        let engine = self.config.engine;
        let storage = if engine == EngineKind::SignedCookies { "client" } else { "server" };
        let facts = [
            ("dialect", json!("django")),
            ("engine", json!(engine.name())),
            ("storage", json!(storage)),
            ("default_lifetime", json!(self.config.default_lifetime)),
            ("rotate", json!("login")),
            ("clear_is_flush", json!(false)),
            ("lazy", json!(true)),
            ("save_on_error", json!(false)),
            ("save", json!("at_end")),
            ("expiry", json!(if self.config.save_every_request { "sliding_on_read" } else { "sliding_on_write" })),
            ("concurrency", json!("last_write")),
            ("logout_cookie", json!("deleted")),
            ("browser_close", json!(self.config.expire_at_browser_close)),
            ("http2", json!(true)),
            ("parallel_sessions", json!("many")),
            ("workers", json!(1)),
        ];
        let cache = match self.world.engine.has_cache() {
            (false, _) => None,
            (true, true) => Some(("cache", json!("memory"))),
            (true, false) => Some(("cache", json!("memcached"))),
        };
        Description {
            framework: "hardtack".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            server: Some(format!("hardtack {}", env!("CARGO_PKG_VERSION"))),
            facts: facts.into_iter().chain(cache).map(|(name, value)| (name.to_owned(), value)).collect(),
            session_cookies: vec![self.world.session_cookie.clone()],
            csrf_cookies: Vec::new(),
            operations: OPERATIONS
                .iter()
                .filter(|operation| self.world.offers(operation.name))
                .map(|operation| (operation.name.to_owned(), Offer::default()))
                .collect(),
        }
    }
}

impl World {
    /// Whether this server has an operation: one without records has no keys to look at.
    pub(super) fn offers(&self, operation: &str) -> bool {
        match operation {
            "session.key" | "store.exists" | "store.delete" | "store.corrupt" => self.engine.sealer().is_none(),
            "store.count" => self.engine.counts(),
            _ => true,
        }
    }
}
