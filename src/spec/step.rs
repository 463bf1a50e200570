//! Steps: who does what.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{ClientName, Expect};
use crate::contract::{Call, Control, Method};
use crate::document::Span;

/// One step of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where it stands.
    pub span: Span,
    /// Who acts; the only client of the spec when nothing is said.
    pub who: ClientName,
    /// Which host is addressed.
    pub host: HostRole,
    /// What is done.
    pub action: Action,
    /// How the request travels.
    pub via: Via,
    /// What should come of it.
    pub expect: Expect,
    /// What is kept of it, by name.
    pub save: BTreeMap<String, SavePath>,
    /// Whether monitors judge its exchange; false where the case provokes bad output on purpose.
    pub monitored: bool,
}

impl Step {
    /// The steps inside this one: of `together` and `repeat`.
    #[must_use]
    pub fn inner(&self) -> &[Self] {
        match &self.action {
            Action::Together(together) => &together.requests,
            Action::Repeat(repeat) => &repeat.steps,
            _ => &[],
        }
    }

    /// This step and all steps inside it, in order.
    #[must_use]
    pub fn all(&self) -> Vec<&Self> {
        let mut all = vec![self];
        all.extend(self.inner().iter().flat_map(Self::all));
        all
    }
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// One operation in one request.
    Operation(Call),
    /// Several operations in one request, and the status that it shall answer with.
    Request {
        /// The operations, in order.
        program: Vec<Call>,
        /// The status; 200 when `None`.
        status: Option<u16>,
    },
    /// A plain GET of a path of the target.
    Visit {
        /// The path, with a leading slash.
        path: String,
    },
    /// Something done to the browser, without a request.
    Browser(BrowserAction),
    /// Something done to the world.
    Control(Control),
    /// Wait for a moment in the life of a cookie.
    Wait(Wait),
    /// Several requests at the same time.
    Together(Together),
    /// The same steps several times, with the same browsers.
    Repeat(Repeat),
    /// Native code with a name.
    Probe(ProbeCall),
}

/// Something done to a browser.
#[derive(Debug, Clone, PartialEq)]
pub enum BrowserAction {
    /// Closed and opened again: cookies without a lifetime are gone.
    Restart,
    /// A cookie put into the jar, as an attacker or another tab would.
    Plant {
        /// Its name, or the role `session`.
        cookie: String,
        /// Its value; `$name` for a saved one.
        value: Value,
        /// Its path; when `None`, the scope in which this case last saw the cookie set, or `/`.
        path: Option<String>,
    },
    /// Cookies of another client put into the jar, as an attacker who can set cookies would.
    Copy {
        /// Whose cookies.
        from: ClientName,
        /// Not this one: a name, or the role `session`.
        except: Option<String>,
    },
    /// Cookies of a name removed from the jar.
    Forget {
        /// The name, or the role `session`.
        cookie: String,
    },
    /// A cookie's value damaged.
    Tamper {
        /// The name, or the role `session`.
        cookie: String,
        /// In which way.
        how: Tampering,
    },
}

/// Ways of damaging a value whose format nobody needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tampering {
    /// One character in the middle becomes another of the same kind.
    Flip,
    /// The last quarter is cut off.
    Cut,
    /// Characters are appended.
    Append,
    /// Letters change their case.
    SwapCase,
    /// What looks like a signature, after the last separator, is cut off.
    Unsigned,
    /// A token with the same content and the algorithm `none`, as JSON Web Tokens name it, and no signature.
    NoAlgorithm,
    /// The value moves to a cookie of another name.
    MoveTo(String),
}

impl Tampering {
    /// The word for this way.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        let [flip, cut, append, swap_case, unsigned, no_algorithm, move_to] = Self::WORDS;
        match self {
            Self::Flip => flip,
            Self::Cut => cut,
            Self::Append => append,
            Self::SwapCase => swap_case,
            Self::Unsigned => unsigned,
            Self::NoAlgorithm => no_algorithm,
            Self::MoveTo(_) => move_to,
        }
    }

    /// The words for all ways; the last one goes with `to`.
    pub const WORDS: [&'static str; 7] = ["flip", "cut", "append", "swap_case", "unsigned", "no_algorithm", "move_to"];
}

/// Wait for a moment in the life of a cookie, as observed in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The cookie's name, or the role `session`.
    pub cookie: String,
    /// For which moment.
    pub until: Moment,
}

/// A moment in the life of a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Safely after its end.
    Expired,
    /// The middle of its life.
    HalfLife,
    /// Safely before its end.
    JustBeforeExpiry,
}

impl Moment {
    /// What a wait for this moment of a cookie waits for: `until the cookie sid has expired`.
    #[must_use]
    pub fn of(self, cookie: &str) -> String {
        match self {
            Self::Expired => format!("until the cookie {cookie} has expired"),
            Self::HalfLife => format!("until half the life of the cookie {cookie} is over"),
            Self::JustBeforeExpiry => format!("until shortly before the cookie {cookie} expires"),
        }
    }

    /// All moments with their words.
    pub const ALL: [(&'static str, Self); 3] =
        [("expired", Self::Expired), ("half_life", Self::HalfLife), ("just_before_expiry", Self::JustBeforeExpiry)];

    /// The moment with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, moment)| moment)
    }
}

/// Several requests of one case at the same time.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// The requests, in the order of release.
    pub requests: Vec<Step>,
    /// Where they are held.
    pub gate: Gate,
    /// How they are let go.
    pub release: Release,
}

/// The member of a planted value that is octets in base64.
pub const BASE64: &str = "b64";

/// What `together` came to, under `result`: whether all requests were held inside the server at the same time, null
/// where nothing holds them.
pub const OVERLAP: &str = "overlap";

/// Where a request is held inside the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// After it has loaded its session, before its operation.
    AfterLoad,
    /// After its operation, before the session is saved.
    BeforeSave,
    /// Nowhere: overlap is likely, not proven.
    None,
}

impl Gate {
    /// All gates with their words.
    pub const ALL: [(&'static str, Self); 3] =
        [("after_load", Self::AfterLoad), ("before_save", Self::BeforeSave), ("none", Self::None)];

    /// The gate with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, gate)| gate)
    }
}

/// How held requests are let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// One after the other, each after the answer to the one before.
    InOrder,
    /// All at once.
    AtOnce,
}

impl Release {
    /// All ways with their words.
    pub const ALL: [(&'static str, Self); 2] = [("in_order", Self::InOrder), ("at_once", Self::AtOnce)];

    /// The way with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, release)| release)
    }
}

/// The same steps several times.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeat {
    /// How often.
    pub times: u32,
    /// The steps.
    pub steps: Vec<Step>,
    /// Saved values gathered into lists: list name to the name of the saved value.
    pub collect: BTreeMap<String, String>,
}

/// A call of native code.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeCall {
    /// The probe's name, `probe.readable`.
    pub name: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
}

/// How a request travels, where that is the point.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Via {
    /// The method; POST for programs when nothing is said.
    pub method: Option<Method>,
    /// On a new connection.
    pub new_connection: bool,
    /// Over HTTP/2, with the Cookie field in crumbs.
    pub http2: bool,
    /// Fields added to the request, in order; a Cookie field here replaces the browser's own.
    pub headers: Vec<(String, Value)>,
    /// Pairs added to the query.
    pub query: Vec<(String, Value)>,
    /// A bearer token, in the field Authorization.
    pub bearer: Option<Value>,
    /// Parameters added to the path, as they stand.
    pub path_parameters: Vec<(String, Value)>,
}

/// Which of the target's host names is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HostRole {
    /// The application's own host.
    #[default]
    Main,
    /// A sub-domain of it.
    Sub,
    /// Another sub-domain of the same site.
    Sibling,
    /// Another site.
    Other,
    /// The other site over TLS: the host that answers over http and over https.
    Secure,
}

impl HostRole {
    /// All roles.
    pub const ALL: [Self; 5] = [Self::Main, Self::Sub, Self::Sibling, Self::Other, Self::Secure];

    /// The word in specs and target files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Sub => "sub",
            Self::Sibling => "sibling",
            Self::Other => "other",
            Self::Secure => "secure",
        }
    }

    /// The role with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// What a step keeps: a path into what was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavePath {
    /// `status`
    Status,
    /// `result.FIELD`
    Result(String),
    /// `results.N.FIELD`: of the n-th operation of a request.
    ResultOf(usize, String),
    /// `error`: the word of the contract, null when nothing failed.
    Error,
    /// `error.kind`: the framework's own word.
    ErrorKind,
    /// `header.NAME`
    Header(String),
    /// `set_cookie.NAME.FIELD`; null when the name is not set.
    SetCookie(String, CookieField),
    /// `jar.NAME`: the value that the browser holds, or null.
    Jar(String),
    /// `seen.NAME`: of the table [`super::SIGHTS`].
    Seen(String),
}

/// One thing to know of a cookie that a response sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CookieField {
    /// The effective lifetime in seconds; null until close.
    Lifetime,
    /// The word of the [`super::Effect`].
    Effect,
    /// Why it was refused.
    Because,
    /// The value.
    Value,
    /// Max-Age in seconds.
    MaxAge,
    /// Expires in seconds from the response's Date.
    Expires,
    /// Path as written.
    Path,
    /// Domain.
    Domain,
    /// `SameSite`, lower case.
    SameSite,
    /// Secure.
    Secure,
    /// `HttpOnly`.
    HttpOnly,
    /// Partitioned.
    Partitioned,
    /// How many fields set the name.
    Times,
}

impl CookieField {
    /// All fields with their words.
    pub const ALL: [(&'static str, Self); 13] = [
        ("lifetime", Self::Lifetime),
        ("effect", Self::Effect),
        ("because", Self::Because),
        ("value", Self::Value),
        ("max_age", Self::MaxAge),
        ("expires", Self::Expires),
        ("path", Self::Path),
        ("domain", Self::Domain),
        ("same_site", Self::SameSite),
        ("secure", Self::Secure),
        ("http_only", Self::HttpOnly),
        ("partitioned", Self::Partitioned),
        ("times", Self::Times),
    ];

    /// The field with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, field)| field)
    }
}
