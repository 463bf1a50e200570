//! What a session holds.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::TimeValue;
use crate::cookie::Timestamp;

/// What a session holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Content {
    /// The application's values.
    pub data: BTreeMap<String, Value>,
    /// Who is logged in.
    pub user: Option<Login>,
    /// How long it lives.
    pub expiry: Expiry,
    /// Whether the test cookie was set.
    pub test_cookie: bool,
    /// Whether the framework keeps something of its own there, such as the secret of anti-forgery tokens.
    pub hidden: bool,
}

/// A login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Who.
    pub user: String,
    /// How often the password had changed by then.
    pub epoch: u32,
    /// Which of all logins it is.
    pub number: usize,
}

/// The expiry of one session.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Expiry {
    /// The server's own.
    #[default]
    Usual,
    /// So many seconds after the last change.
    After(i64),
    /// A moment.
    At(Timestamp),
    /// When the browser closes; the record lives as usual.
    BrowserClose,
    /// What the framework made of a text that is no moment.
    Unclear,
}

impl Expiry {
    /// What an argument of `session.set_expiry` asks for; `None` for what is no expiry. A duration may count from the
    /// last change (`slides`) or from now.
    #[must_use]
    pub fn of(to: &Value, now: Timestamp, slides: bool) -> Option<Self> {
        #[allow(clippy::cast_possible_truncation, reason = "histories use whole seconds that fit")]
        let whole = |seconds: f64| seconds.round() as i64;
        match TimeValue::from_json(to).ok()? {
            TimeValue::Null => Some(Self::Usual),
            TimeValue::Seconds(0.0) => Some(Self::BrowserClose),
            TimeValue::Seconds(seconds) => Some(Self::After(whole(seconds))),
            TimeValue::In(seconds) if slides => Some(Self::After(whole(seconds))),
            TimeValue::In(seconds) | TimeValue::At(seconds) => Some(Self::At(now.plus(whole(seconds)))),
            TimeValue::Raw(_) => Some(Self::Unclear),
        }
    }
}

impl Content {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.data.is_empty() && self.is_plain()
    }

    /// Whether it holds nothing but the application's values, so that a list of all values is theirs alone.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.user.is_none() && self.expiry == Expiry::Usual && !self.test_cookie && !self.hidden
    }
}
