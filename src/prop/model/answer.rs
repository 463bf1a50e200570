//! What the model sees of a request and its answer.

use crate::contract::{Call, OperationResult};
use crate::cookie::Timestamp;

/// A request as it was sent: everything that stood for something is filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The operations.
    pub calls: Vec<Call>,
    /// The status that was asked for.
    pub status: u16,
    /// Whether a program was sent at all.
    pub program: bool,
    /// The values of the session cookies that went along.
    pub presented: Vec<Vec<u8>>,
    /// Whether one of them is on another path than the server's own, which cannot remove it.
    pub beside: bool,
    /// Other cookies of the application that went along.
    pub cookies: Vec<(String, String)>,
    /// Whether a cache could keep the answer.
    pub cacheable: bool,
    /// How much of the sessions the server reaches meanwhile.
    pub reach: Reach,
}

/// How much of the sessions a server reaches: stores can be away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// All that there is.
    #[default]
    All,
    /// The durable store; the copies in front of it are away.
    NoCopies,
    /// Perhaps nothing: where they are kept is away.
    Nothing,
}

impl Asked {
    /// Whether the application was asked to fail.
    #[must_use]
    pub fn raises(&self) -> bool {
        self.calls.iter().any(|call| call.op == "ctl.raise")
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// When it came, on the server's clock.
    pub at: Timestamp,
    /// Its status; `None` when no complete answer came.
    pub status: Option<u16>,
    /// Why there is no complete answer.
    pub failure: Option<String>,
    /// The results; `None` where the answer has none.
    pub results: Option<Vec<OperationResult>>,
    /// Whether it is without results by its nature.
    pub bodyless: bool,
    /// What it does to the session cookie.
    pub change: CookieChange,
    /// How many lines set the session cookie.
    pub lines: usize,
    /// `HttpOnly`, Secure, `SameSite`, Path and Domain of the session cookie, in words.
    pub attributes: Option<String>,
    /// What it says to caches.
    pub caches: ToCaches,
}

/// What an answer says to caches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToCaches {
    /// The fields of a request that it depends on, in small letters.
    pub vary: Vec<String>,
    /// Whether it says that it depends on cookies, or keeps shared caches out.
    pub depends: bool,
    /// Whether it says that shared caches may keep it.
    pub shared: bool,
    /// Whether it says for how long browsers may use it again without asking.
    pub kept: bool,
}

/// What an answer does to the session cookie of a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CookieChange {
    /// Nothing.
    None,
    /// It is set.
    Stored {
        /// Its value.
        value: Vec<u8>,
        /// Its lifetime in seconds; `None` until the browser closes.
        lifetime: Option<i64>,
    },
    /// It is removed.
    Removed,
    /// It should be removed, and stays: path or domain is another.
    Kept,
    /// The browser ignores what was sent.
    Refused(String),
}

impl CookieChange {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::None => "not set".to_owned(),
            Self::Stored { lifetime: Some(seconds), .. } => format!("set for {seconds} s"),
            Self::Stored { lifetime: None, .. } => "set until the browser closes".to_owned(),
            Self::Removed => "removed".to_owned(),
            Self::Kept => "removed elsewhere, so that it stays".to_owned(),
            Self::Refused(why) => format!("refused by the browser ({why})"),
        }
    }
}
