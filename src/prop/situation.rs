//! Where things roughly stand while a history is drawn, and what sets one history apart from others.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;

use super::alphabet::Alphabet;
use super::arguments::VALUES;
use super::history::{Ask, Owned, Step};
use super::outage::away_after;
use super::plot::{About, Plot};
use super::strategy::BROWSERS;
use crate::contract::ServiceRole;

/// Keys of values: the usual ones, and pairs that a store may take for one.
const KEYS: [(&str, &str); 10] = [
    ("a", "b"),
    ("a", "A"),
    ("a", "ab"),
    ("a.b", "a"),
    ("0", "00"),
    ("a b", "a+b"),
    ("constructor", "length"),
    ("\u{e9}", "e\u{301}"),
    ("a-key-of-a-value-that-is-as-long-as-a-sentence-1", "a-key-of-a-value-that-is-as-long-as-a-sentence-2"),
    (LONG_KEYS.0, LONG_KEYS.1),
];

/// Keys that are as long as a paragraph, and differ at their end.
const LONG_KEYS: (&str, &str) = (
    "a-key-that-somebody-has-made-of-all-that-it-is-about:the-shop,the-department,the-shelf,the-article,its-size,its-\
     colour,its-price,the-day-and-the-hour-1",
    "a-key-that-somebody-has-made-of-all-that-it-is-about:the-shop,the-department,the-shelf,the-article,its-size,its-\
     colour,its-price,the-day-and-the-hour-2",
);

/// What some histories are about: how long sessions live.
const TIME: [&str; 9] = [
    "auth.login",
    "session.set_expiry",
    "session.get_expiry",
    "session.key",
    "session.touch",
    "session.cycle_key",
    "session.put",
    "store.clear_expired",
    "clock",
];

/// Names of users: the usual ones, and pairs that a store may take for one.
const USERS: [(&str, &str); 6] = [
    ("annika", "bertram"),
    ("anna", "anna-maria"),
    ("bob", "bob "),
    ("bob", "\u{ff42}ob"),
    ("j\u{f6}rg", "jorg"),
    ("a-user-whose-name-has-many-more-than-thirty-letters-1", "a-user-whose-name-has-many-more-than-thirty-letters-2"),
];

/// Where things roughly stand while a history is drawn: enough to prefer steps that mean something.
#[derive(Clone)]
pub struct Situation {
    pub(super) alphabet: Arc<Alphabet>,
    /// Makes some operations frequent and others rare, another mix for each history.
    pub(super) mix: u32,
    /// How many browsers take part.
    browsers: u8,
    begun: [bool; BROWSERS as usize],
    /// The store that is away.
    pub(super) away: Option<ServiceRole>,
    pub(super) sequel: Sequel,
    /// What the history is about; many have no plot.
    pub(super) plot: Plot,
    /// The request before, if that was the last step.
    pub(super) last: Option<Ask>,
}

/// What has just happened and shows only when somebody goes on in a certain way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sequel {
    /// Nothing of the kind.
    None,
    /// Somebody may have a session whose key nobody has asked for.
    Begun,
    /// Somebody was told a key: what lies under it can be asked for.
    Told,
    /// The clock moved, by so many seconds; somebody may have brought an old key since.
    Later(u32),
    /// A request came after the clock had moved: what it has made longer shows when it moves again.
    Kept(u32),
    /// The store was swept after the clock had moved: what is left of its records shows.
    Swept,
    /// A record was damaged or deleted: what it is worth now shows in the next request.
    Damaged,
}

impl Sequel {
    fn after(self, step: &Step) -> Self {
        let has = |names: &[&str]| {
            step.asks().iter().flat_map(|ask| &ask.calls).any(|call| names.contains(&call.op.as_str()))
        };
        match (step, self) {
            (Step::Advance { seconds }, _) => Self::Later(*seconds),
            (Step::Plant { .. }, Self::Later(_)) => self,
            _ if has(&["store.corrupt", "store.delete"]) => Self::Damaged,
            (_, Self::Later(_) | Self::Kept(_)) if has(&["store.clear_expired"]) => Self::Swept,
            (Step::Request(_), Self::Later(seconds)) => Self::Kept(seconds),
            (Step::Request(_), _) if has(&["session.key"]) => Self::Told,
            (Step::Request(_), _) if has(&["auth.login", "session.put", "session.cycle_key"]) => Self::Begun,
            _ => Self::None,
        }
    }
}

impl std::fmt::Debug for Situation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Situation").field("mix", &self.mix).field("browsers", &self.browsers).finish_non_exhaustive()
    }
}

impl Situation {
    /// Nothing has happened yet.
    pub(super) fn new(alphabet: Arc<Alphabet>, mix: u32, browsers: u8, plot: Plot) -> Self {
        let begun = [false; BROWSERS as usize];
        Self { alphabet, mix, browsers, begun, away: None, sequel: Sequel::None, plot, last: None }
    }

    /// What a step changes.
    pub(super) fn after(mut self, step: &Step) -> Self {
        for ask in step.asks() {
            if let Some(begun) = self.begun.get_mut(usize::from(ask.browser)) {
                *begun |= !ask.calls.is_empty();
            }
        }
        self.away = away_after(self.away, step);
        self.sequel = self.sequel.after(step);
        self.plot = self.plot.after(step);
        self.last = if let Step::Request(ask) = step { Some(ask.clone()) } else { None };
        self
    }

    /// Whether any browser has sent something.
    pub(super) fn any_begun(&self) -> bool {
        self.begun.contains(&true)
    }

    /// The keys of most values of this history. Some histories have two that a store may take for one.
    pub(super) fn keys(&self) -> (&'static str, &'static str) {
        self.pair("keys", &KEYS, self.plot.about == Some(About::Values))
    }

    /// The users of this history. Some histories have two that a store may take for one.
    pub(super) fn users(&self) -> (&'static str, &'static str) {
        self.pair("users", &USERS, self.plot.about == Some(About::Users))
    }

    /// The value that this history stores more often than others.
    pub(super) fn favourite(&self) -> Value {
        let drawn = usize::try_from(self.hash("value")).unwrap_or_default();
        serde_json::from_str(VALUES[drawn % VALUES.len()]).unwrap_or_default()
    }

    /// How often it does, of ten times.
    pub(super) fn favour(&self) -> u32 {
        match self.plot.about {
            Some(About::Values) => 8,
            _ if self.hash("favours").is_multiple_of(2) => 6,
            _ => 0,
        }
    }

    /// The first pair in two of three histories; all alike in those that are about them.
    fn pair(&self, what: &str, pairs: &[(&'static str, &'static str)], about: bool) -> (&'static str, &'static str) {
        let drawn = usize::try_from(self.hash(what)).unwrap_or_default() % (pairs.len() * if about { 1 } else { 3 });
        pairs[if drawn < pairs.len() { drawn } else { 0 }]
    }

    fn hash(&self, what: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (what, self.mix).hash(&mut hasher);
        hasher.finish()
    }

    /// How often something is drawn in this history: never, as usual, or more often.
    pub(super) fn weight(&self, name: &str, usual: u32) -> u32 {
        let drawn = self.hash(name);
        // Some histories know a handful of operations only, and so do the same things again and again.
        if self.mix.is_multiple_of(5) {
            return if drawn.is_multiple_of(6) { usual * 3 } else { 0 };
        }
        if self.mix % 6 == 1 && TIME.contains(&name) {
            return usual * 5;
        }
        match drawn % 8 {
            0 | 1 => 0,
            2 => usual * 5,
            3 => usual * 2,
            _ => usual,
        }
    }

    pub(super) fn browser(&self) -> BoxedStrategy<u8> {
        (0..self.browsers).boxed()
    }

    pub(super) fn owned(&self) -> BoxedStrategy<Owned> {
        let ago = prop_oneof![5 => Just(0_u8), 4 => Just(1_u8), 1 => Just(2_u8)];
        (self.browser(), ago).prop_map(|(browser, ago)| Owned { browser, ago }).boxed()
    }
}
