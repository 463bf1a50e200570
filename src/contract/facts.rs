//! Facts: what a server says about its own design. A closed list.

use std::collections::BTreeMap;

use serde_json::Value;

/// The values that a fact takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// Any short text.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A number of seconds; target files may write a duration (`14d`).
    Seconds,
    /// A whole number.
    Integer,
    /// true or false.
    Boolean,
}

/// One fact that may be stated about a server.
#[derive(Debug, Clone, Copy)]
pub struct FactInfo {
    /// Its name.
    pub name: &'static str,
    /// Its values.
    pub kind: FactKind,
    /// One sentence.
    pub about: &'static str,
}

/// Every fact that a description or a target file may state.
pub const FACTS: &[FactInfo] = &[
    fact("dialect", FactKind::Text, "the framework family whose semantics the sessions follow"),
    fact(
        "engine",
        FactKind::Text,
        "the session engine, in the framework's own word; cases about engines go by `db`, `file`, `cache`, `cached_db` and `signed_cookies`",
    ),
    fact("cache", FactKind::OneOf(&["memory", "memcached", "redis", "other"]), "what the cache behind the engine is"),
    fact("storage", FactKind::OneOf(&["server", "client"]), "whether the session lives on the server or in the cookie"),
    fact("default_lifetime", FactKind::Seconds, "how long a session lives when nothing is said"),
    fact(
        "rotate",
        FactKind::OneOf(&["login", "manual", "none"]),
        "when the session key changes: at login, on demand only, or never",
    ),
    fact("clear_is_flush", FactKind::Boolean, "whether clearing the data destroys the session"),
    fact("lazy", FactKind::Boolean, "whether a session comes into being only when something is stored"),
    fact("save_on_error", FactKind::Boolean, "whether a request answered with 5xx is saved"),
    fact(
        "save",
        FactKind::OneOf(&["at_end", "at_call"]),
        "whether data is saved at the end of the request or at each call",
    ),
    fact(
        "expiry",
        FactKind::OneOf(&["sliding_on_write", "sliding_on_read", "absolute", "none"]),
        "what extends the life of a session",
    ),
    fact(
        "concurrency",
        FactKind::OneOf(&["last_write", "lock", "live_object", "detect"]),
        "what happens to two writes at the same time",
    ),
    fact("logout_cookie", FactKind::OneOf(&["deleted", "replaced", "kept"]), "what logout does to the session cookie"),
    fact("browser_close", FactKind::Boolean, "whether the session cookie dies with the browser when nothing is said"),
    fact(
        "parallel_sessions",
        FactKind::OneOf(&["many", "one"]),
        "how many sessions a user may have at once: as many as wanted, or one",
    ),
    fact("http2", FactKind::Boolean, "whether the server takes HTTP/2, on plain connections with prior knowledge"),
    fact("workers", FactKind::Integer, "the number of worker processes"),
];

const fn fact(name: &'static str, kind: FactKind, about: &'static str) -> FactInfo {
    FactInfo { name, kind, about }
}

impl FactInfo {
    /// The fact called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FACTS.iter().find(|fact| fact.name == name)
    }

    /// Whether `value` is a value of this fact.
    #[must_use]
    pub fn allows(&self, value: &Value) -> bool {
        match self.kind {
            FactKind::Text => value.is_string(),
            FactKind::OneOf(words) => value.as_str().is_some_and(|text| words.contains(&text)),
            FactKind::Seconds => value.is_number(),
            FactKind::Integer => value.is_u64(),
            FactKind::Boolean => value.is_boolean(),
        }
    }
}

/// Facts about one server, by name.
pub type Facts = BTreeMap<String, Value>;
