//! Histories: what several browsers do to one server, as a value that can be kept, replayed and made smaller.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::contract::{Call, Control, Method};
use crate::spec::{Gate, Tampering};

/// The member of an argument that stands for a key which a browser was given.
pub(super) const HELD: &str = "$held";

/// The member of an argument that stands for an anti-forgery token which a browser was given.
pub(super) const TOKEN: &str = "$token";

/// What several browsers do, in order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct History {
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step of a history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// One request.
    Request(Ask),
    /// Requests at the same time, let go in this order.
    Together {
        /// The requests.
        requests: Vec<Ask>,
        /// Where they are held.
        gate: Held,
    },
    /// A browser is closed and opened again.
    Restart {
        /// Which.
        browser: u8,
    },
    /// A browser forgets its session cookie.
    Forget {
        /// Which.
        browser: u8,
    },
    /// A session cookie is put into a browser, as an attacker or another tab would.
    Plant {
        /// Into which.
        browser: u8,
        /// Which value.
        key: Key,
        /// Beside the one that is there, on a longer path, instead of in its place.
        beside: bool,
    },
    /// The value of a browser's session cookie is damaged.
    Tamper {
        /// Whose.
        browser: u8,
        /// In which way.
        how: Damage,
    },
    /// The server's clock moves.
    Advance {
        /// Seconds.
        seconds: u32,
    },
    /// Something happens to the world around the server.
    Control {
        /// What, by its name in specs.
        name: String,
    },
}

/// Where requests at the same time are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// After they loaded their sessions.
    AfterLoad,
    /// Before they save them.
    BeforeSave,
    /// Nowhere.
    Nowhere,
}

impl From<Held> for Gate {
    fn from(held: Held) -> Self {
        match held {
            Held::AfterLoad => Self::AfterLoad,
            Held::BeforeSave => Self::BeforeSave,
            Held::Nowhere => Self::None,
        }
    }
}

/// One request of a browser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Whose.
    pub browser: u8,
    /// Its operations, in order.
    #[serde(with = "calls")]
    pub calls: Vec<Call>,
    /// The status that it asks for; 200 when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How it travels.
    #[serde(default)]
    pub via: Travel,
}

/// How a request travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Travel {
    /// By which method.
    pub method: Way,
    /// On a connection of its own.
    pub new_connection: bool,
    /// What it says of its browser.
    pub guise: Guise,
    /// With the key of another browser in the query and in a field, where no key belongs.
    pub stray_key: Option<Owned>,
}

/// What a request says of its browser, beside what it is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guise {
    /// Who sends it.
    #[default]
    Usual,
    /// Another name: that of a browser that was said to mishandle Vary.
    OldBrowser,
    /// Which languages its user reads.
    Languages,
    /// Which answer it has: another one than the server can have.
    Conditional,
}

impl Guise {
    /// The field that says so; `None` for the usual one.
    #[must_use]
    pub const fn field(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Usual => None,
            Self::OldBrowser => Some(("User-Agent", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)")),
            Self::Languages => Some(("Accept-Language", "sv, en;q=0.7")),
            Self::Conditional => Some(("If-None-Match", "\"an answer of long ago\"")),
        }
    }
}

/// By which method a request travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A program in the body.
    #[default]
    Post,
    /// A program in the query.
    Get,
    /// A program in the query, answered without a body.
    Head,
    /// A plain GET of the front page; the request has no program.
    Visit,
    /// A plain GET of a page that does not exist.
    Missing,
}

impl Way {
    /// The method.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Post => Method::Post,
            Self::Get | Self::Visit | Self::Missing => Method::Get,
            Self::Head => Method::Head,
        }
    }

    /// The page that it asks for; `None` for a program of the contract.
    #[must_use]
    pub const fn page(self) -> Option<&'static str> {
        match self {
            Self::Visit => Some("/"),
            Self::Missing => Some("/no-such-page"),
            Self::Post | Self::Get | Self::Head => None,
        }
    }
}

/// A key that a browser was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owned {
    /// By whom it was received.
    pub browser: u8,
    /// How many others it has received since; 0 is the last one.
    pub ago: u8,
}

impl Owned {
    /// The argument that stands for it.
    #[must_use]
    pub fn argument(self, member: &str) -> Value {
        json!({member: [self.browser, self.ago]})
    }

    /// What an argument stands for.
    #[must_use]
    pub fn of_argument(value: &Value, member: &str) -> Option<Self> {
        let pair = value.as_object()?.get(member)?.as_array()?;
        let number =
            |index: usize| pair.get(index).and_then(Value::as_u64).and_then(|number| u8::try_from(number).ok());
        Some(Self { browser: number(0)?, ago: number(1)? })
    }
}

/// A value for a session cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// One that the server gave out.
    Owned(Owned),
    /// Looks like one, and was never given out.
    WellFormed,
    /// Nothing.
    Empty,
    /// A path.
    Path,
    /// With a quote and a space.
    Quote,
    /// Longer than any key.
    Long,
}

impl Key {
    /// The text of a key that the server did not give out; `None` for those that are drawn.
    #[must_use]
    pub fn literal(self) -> Option<String> {
        match self {
            Self::Owned(_) | Self::WellFormed => None,
            Self::Empty => Some(String::new()),
            Self::Path => Some("../../etc/passwd".to_owned()),
            Self::Quote => Some("it's\"so".to_owned()),
            Self::Long => Some("k".repeat(600)),
        }
    }
}

/// Ways of damaging a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// A character in the middle becomes another.
    Flip,
    /// The last quarter is cut off.
    Cut,
    /// Characters are appended.
    Append,
    /// Letters change their case.
    SwapCase,
    /// What looks like a signature is cut off.
    Unsigned,
}

impl Damage {
    /// All ways.
    pub const ALL: [Self; 5] = [Self::Flip, Self::Cut, Self::Append, Self::SwapCase, Self::Unsigned];

    /// The word in specs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flip => "flip",
            Self::Cut => "cut",
            Self::Append => "append",
            Self::SwapCase => "swap_case",
            Self::Unsigned => "unsigned",
        }
    }
}

impl From<Damage> for Tampering {
    fn from(damage: Damage) -> Self {
        match damage {
            Damage::Flip => Self::Flip,
            Damage::Cut => Self::Cut,
            Damage::Append => Self::Append,
            Damage::SwapCase => Self::SwapCase,
            Damage::Unsigned => Self::Unsigned,
        }
    }
}

impl Step {
    /// The requests of this step.
    #[must_use]
    pub fn asks(&self) -> &[Ask] {
        match self {
            Self::Request(ask) => std::slice::from_ref(ask),
            Self::Together { requests, .. } => requests,
            _ => &[],
        }
    }

    /// The requests of this step, to be changed.
    pub(super) fn asks_mut(&mut self) -> &mut [Ask] {
        match self {
            Self::Request(ask) => std::slice::from_mut(ask),
            Self::Together { requests, .. } => requests,
            _ => &mut [],
        }
    }

    /// The browsers that it names.
    #[must_use]
    pub fn browsers(&self) -> Vec<u8> {
        let mut browsers: Vec<u8> = match self {
            Self::Restart { browser }
            | Self::Forget { browser }
            | Self::Plant { browser, .. }
            | Self::Tamper { browser, .. } => vec![*browser],
            Self::Advance { .. } => vec![0],
            _ => Vec::new(),
        };
        if let Self::Plant { key: Key::Owned(owned), .. } = self {
            browsers.push(owned.browser);
        }
        for ask in self.asks() {
            browsers.push(ask.browser);
            browsers.extend(ask.via.stray_key.map(|owned| owned.browser));
            let arguments = ask.calls.iter().flat_map(|call| call.arguments.values());
            browsers.extend(arguments.flat_map(|value| {
                [HELD, TOKEN].into_iter().filter_map(|member| Owned::of_argument(value, member)).map(|one| one.browser)
            }));
        }
        browsers
    }

    /// Whether it reaches beyond the browsers of its history.
    #[must_use]
    pub fn touches_world(&self) -> bool {
        matches!(self, Self::Advance { .. } | Self::Control { .. })
            || self.asks().iter().flat_map(|ask| &ask.calls).any(|call| call.op.starts_with("store."))
    }

    /// The operations and happenings of this step, by name.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Request(_) | Self::Together { .. } => {
                self.asks().iter().flat_map(|ask| &ask.calls).map(|call| call.op.as_str()).collect()
            }
            Self::Restart { .. } => vec!["browser.restart"],
            Self::Forget { .. } => vec!["browser.forget"],
            Self::Plant { .. } => vec!["browser.plant"],
            Self::Tamper { .. } => vec!["browser.tamper"],
            Self::Advance { .. } => vec!["clock.advance"],
            Self::Control { name } => vec![name.as_str()],
        }
    }
}

impl History {
    /// The browsers that it names.
    #[must_use]
    pub fn browsers(&self) -> BTreeSet<u8> {
        self.steps.iter().flat_map(Step::browsers).collect()
    }

    /// Whether it needs the server for itself.
    #[must_use]
    pub fn touches_world(&self) -> bool {
        self.steps.iter().any(Step::touches_world)
    }

    /// The controls that it uses.
    pub fn controls(&self) -> impl Iterator<Item = Control> + '_ {
        self.steps.iter().filter_map(|step| match step {
            Step::Control { name } => Control::named(name),
            _ => None,
        })
    }

    /// How many operations it has.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.steps.iter().flat_map(Step::asks).map(|ask| ask.calls.len()).sum()
    }
}

/// Calls as the contract writes them.
mod calls {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use serde_json::Value;

    use crate::contract::Call;

    pub(super) fn serialize<S: Serializer>(calls: &[Call], serializer: S) -> Result<S::Ok, S::Error> {
        calls.iter().map(Call::to_json).collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Call>, D::Error> {
        let values = Vec::<Value>::deserialize(deserializer)?;
        let calls: Option<Vec<Call>> = values.iter().map(Call::from_json).collect();
        calls.ok_or_else(|| D::Error::custom("a call is an object with `op` and arguments"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_survives_its_json() {
        let owned = Owned { browser: 1, ago: 2 };
        let history = History {
            steps: vec![
                Step::Request(Ask {
                    browser: 0,
                    calls: vec![
                        Call::new("session.put").with("key", "a").with("value", 1),
                        Call::new("store.exists").with("key", owned.argument(HELD)),
                    ],
                    status: Some(500),
                    via: Travel { method: Way::Get, stray_key: Some(owned), ..Travel::default() },
                }),
                Step::Together { requests: Vec::new(), gate: Held::AfterLoad },
                Step::Plant { browser: 3, key: Key::Owned(owned), beside: false },
                Step::Advance { seconds: 61 },
            ],
        };
        let text = serde_json::to_string(&history).unwrap();
        assert_eq!(serde_json::from_str::<History>(&text).unwrap(), history);
        assert_eq!(history.browsers(), BTreeSet::from([0, 1, 3]));
        assert!(history.touches_world());
    }
}
