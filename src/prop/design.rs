//! The design of a server's sessions: what its facts say, and what histories have shown of the rest.

use std::collections::BTreeSet;

use serde_json::Value;

use super::deviation::Deviation;
use crate::contract::Facts;

/// What is known of the design of a server's sessions. `None` is a question that a history answers by itself: every
/// answer is followed until the server contradicts it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Design {
    /// Whether the session is in the cookie itself.
    pub in_cookie: bool,
    /// Whether a login changes the key.
    pub login_rotates: Option<bool>,
    /// Whether a login keeps what the session holds.
    pub login_keeps: Option<bool>,
    /// Whether clearing the data destroys the session.
    pub clear_is_flush: Option<bool>,
    /// Whether clearing the data logs out and forgets the expiry.
    pub clear_forgets_all: Option<bool>,
    /// Whether clearing the data leaves the expiry, where it forgets all the rest.
    pub clear_keeps_expiry: Option<bool>,
    /// Whether a request that stores what is there already is saved like any other write.
    pub saves_unchanged: Option<bool>,
    /// Whether a logout forgets the data.
    pub logout_forgets: Option<bool>,
    /// Whether a user has one session at a time.
    pub one_session: Option<bool>,
    /// Whether sessions that are ended from outside end at once, and not when somebody asks for their user.
    pub ends_at_once: Option<bool>,
    /// Whether a changed password ends sessions at once, and not when somebody asks for their user.
    pub password_ends_at_once: Option<bool>,
    /// Whether a session whose login was ended from outside ends as a whole when that is noticed, and does not forget its
    /// user alone.
    pub ended_logins_flush: Option<bool>,
    /// Whether an expiry that is a duration counts from the last change, and not from when it was set.
    pub durations_slide: Option<bool>,
    /// Whether a new key for a session that does not exist begins one.
    pub cycle_begins: Option<bool>,
    /// Whether a session that holds nothing gets a new key like any other.
    pub empty_cycles: Option<bool>,
    /// Whether a session that holds nothing any more ends.
    pub empty_ends: Option<bool>,
    /// Whether there are copies of records beside the durable store.
    pub copies: Option<bool>,
    /// Whether a session begins only when something is stored.
    pub lazy: Option<bool>,
    /// Whether a failed request is saved.
    pub save_on_error: Option<bool>,
    /// Whether a list that was changed in place is noticed.
    pub append_noticed: Option<bool>,
    /// Whether every write sends the session cookie.
    pub writes_send: Option<bool>,
    /// Whether the cookie of a key that opens nothing is deleted.
    pub dead_deleted: Option<bool>,
    /// What extends the life of a session.
    pub expiry: Extends,
    /// How long a session lives when nothing is said, in seconds.
    pub default_lifetime: Option<i64>,
    /// Whether the cookie dies with the browser when nothing is said.
    pub browser_close: Option<bool>,
    /// Whether two writes at the same time may be refused.
    pub detects: bool,
    /// Whether a cache is the only store.
    pub cache_only: Option<bool>,
    /// Whether what is stored outlives a restart of the server.
    pub durable: Option<bool>,
    /// Wrong behaviour that is put up with, so that it does not hide other behaviour.
    pub tolerated: BTreeSet<Deviation>,
}

/// What extends the life of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extends {
    /// Nobody said: lifetimes are not judged.
    #[default]
    Unknown,
    /// Writing.
    Write,
    /// Every access.
    Read,
    /// Nothing.
    Nothing,
}

impl Design {
    /// What facts say.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let text = |name: &str| facts.get(name).and_then(Value::as_str);
        let flag = |name: &str| facts.get(name).and_then(Value::as_bool);
        let django = text("dialect") == Some("django");
        let known = |what: bool| if django { Some(what) } else { None };
        let engine = text("engine");
        Self {
            in_cookie: text("storage") == Some("client"),
            login_rotates: text("rotate").map(|rotate| rotate == "login").or(known(true)),
            login_keeps: known(true),
            clear_is_flush: flag("clear_is_flush"),
            clear_forgets_all: known(true),
            clear_keeps_expiry: known(false),
            saves_unchanged: known(true),
            logout_forgets: if text("logout_cookie") == Some("deleted") { Some(true) } else { None },
            one_session: text("parallel_sessions").map(|many| many == "one").or(known(false)),
            ends_at_once: known(false),
            password_ends_at_once: known(false),
            ended_logins_flush: known(true),
            durations_slide: known(false),
            cycle_begins: known(true),
            empty_cycles: known(true),
            empty_ends: known(false),
            copies: engine.map(|engine| engine == "cached_db"),
            lazy: flag("lazy"),
            save_on_error: flag("save_on_error"),
            append_noticed: known(false),
            writes_send: known(true),
            dead_deleted: known(true),
            expiry: match text("expiry") {
                Some("sliding_on_write") => Extends::Write,
                Some("sliding_on_read") => Extends::Read,
                Some("absolute") => Extends::Nothing,
                _ => Extends::Unknown,
            },
            default_lifetime: facts.get("default_lifetime").and_then(Value::as_i64),
            browser_close: flag("browser_close"),
            detects: matches!(text("concurrency"), Some("detect") | None),
            cache_only: engine.map(|engine| engine == "cache"),
            durable: match (engine, text("cache")) {
                (Some("cache"), Some("memory") | None) | (None, _) => None,
                (Some(_), _) => Some(true),
            },
            tolerated: BTreeSet::new(),
        }
    }
}
