//! Occasions: what a request must be like for some faults to show.

use serde_json::Value;

use super::world::World;
use crate::contract::Program;
use crate::cookie::{Clock, Scheme};
use crate::wire::{Request, Version};

/// Octets of an argument that count as many.
const MANY: usize = 1000;

/// Operations that store something in a session.
const WRITES: [&str; 4] = ["session.put", "session.update", "session.append", "session.set_default"];

/// Milliseconds after which a session counts as old.
const HOUR: i64 = 3_600_000;

/// What a request must be like for a fault to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Occasion {
    /// Any request.
    #[default]
    Always,
    /// It comes by GET.
    Get,
    /// It comes by POST.
    Post,
    /// It says which languages the user reads.
    Languages,
    /// It asks for an answer only if that has changed.
    Conditional,
    /// It comes by HEAD.
    Head,
    /// It shall be answered with a redirect.
    Redirect,
    /// It shall be answered with 401 or 403.
    Forbidden,
    /// It shall be answered with 4xx.
    ClientError,
    /// It shall be answered with 301 or 308.
    MovedForGood,
    /// It shall be answered with 409, 410 or 451.
    Conflict,
    /// It shall be answered with 205.
    ResetContent,
    /// It shall be answered with 204 or 304, without a body.
    Bodyless,
    /// It comes over TLS.
    OverTls,
    /// It comes over HTTP/2.
    OverHttp2,
    /// It names another host than the one below `localhost` that most do.
    OtherHost,
    /// It brings other cookies than that of the session.
    OtherCookies,
    /// It brings a query beside the program.
    ExtraQuery,
    /// Another request is inside.
    InParallel,
    /// The browser has made two requests with this session before.
    ThirdRequest,
    /// The session began more than an hour ago.
    OldSession,
    /// Somebody is logged in.
    LoggedIn,
    /// Its user has logged in before.
    LoginAgain,
    /// The server was started again since its first start.
    AfterRestart,
    /// The cache was emptied since the start.
    AfterFlush,
    /// One of its arguments goes beyond ASCII.
    BeyondAscii,
    /// A key of the session has a capital letter.
    CapitalKey,
    /// One of its arguments is long.
    LongArgument,
    /// It stores something in the session, and reads nothing.
    WritesOnly,
    /// It asks for several operations.
    SeveralOperations,
    /// The browser has made nine requests with this session before.
    TenthRequest,
    /// It logs out a user who has logged out before.
    LogoutAgain,
    /// It logs out and logs in.
    Relogin,
    /// Passwords were changed twice.
    PasswordsChanged,
    /// It ends with an exception that nobody handles.
    Raises,
    /// It asks for this operation.
    Asks(&'static str),
    /// It asks for this operation and nothing else.
    AsksAlone(&'static str),
    /// It removes something from the session, and stores nothing.
    RemovesOnly,
}

impl Occasion {
    /// Whether a request is such an occasion.
    pub(super) fn is(self, world: &World, request: &Request, scheme: Scheme, program: &Program) -> bool {
        let status = program.status.unwrap_or(200);
        let argument = |holds: &dyn Fn(&str) -> bool| {
            program.calls.iter().any(|call| call.arguments.values().any(|value| text_of(value, holds)))
        };
        let asks = |operation: &str| program.calls.iter().any(|call| call.op == operation);
        let own = world.presented(request);
        match self {
            Self::Always => true,
            Self::Get => request.method == "GET",
            Self::Post => request.method == "POST",
            Self::Languages => request.header("Accept-Language").is_some(),
            Self::Conditional => {
                request.header("If-None-Match").is_some() || request.header("If-Modified-Since").is_some()
            }
            Self::Head => request.method == "HEAD",
            Self::Redirect => (300..400).contains(&status) && status != 304,
            Self::Forbidden => matches!(status, 401 | 403),
            Self::ClientError => (400..500).contains(&status),
            Self::MovedForGood => matches!(status, 301 | 308),
            Self::Conflict => matches!(status, 409 | 410 | 451),
            Self::ResetContent => status == 205,
            Self::Bodyless => matches!(status, 204 | 304),
            Self::OverTls => scheme == Scheme::Https,
            Self::OverHttp2 => request.version == Version::Http2,
            Self::OtherHost => !request.header("Host").unwrap_or_default().starts_with(b"app."),
            Self::OtherCookies => world.other_cookies(request),
            Self::ExtraQuery => {
                request.query().is_some_and(|query| query.split('&').any(|pair| !pair.starts_with("program=")))
            }
            Self::InParallel => world.keys.somebody_inside(),
            Self::ThirdRequest => own.is_some_and(|own| world.visits(&own).requests >= 2),
            Self::OldSession => own
                .is_some_and(|own| world.visits(&own).first.is_some_and(|first| world.clock.now().minus(first) > HOUR)),
            Self::LoggedIn => own.is_some_and(|own| world.memory().logged_in.contains_key(&own)),
            Self::LoginAgain => program.calls.iter().any(|call| {
                let user = call.arguments.get("user").and_then(Value::as_str);
                call.op == "auth.login" && user.is_some_and(|user| world.memory().users.contains(user))
            }),
            Self::AfterRestart => world.events.restarted(),
            Self::AfterFlush => world.events.flushed(),
            Self::BeyondAscii => argument(&|text| !text.is_ascii()),
            Self::LongArgument => argument(&|text| text.len() > MANY),
            Self::CapitalKey => program.calls.iter().any(|call| {
                let key = call.arguments.get("key").and_then(Value::as_str);
                key.is_some_and(|key| key.bytes().any(|octet| octet.is_ascii_uppercase()))
            }),
            Self::WritesOnly => {
                !program.calls.is_empty() && program.calls.iter().all(|call| WRITES.contains(&call.op.as_str()))
            }
            Self::SeveralOperations => program.calls.len() > 1,
            Self::TenthRequest => own.is_some_and(|own| world.visits(&own).requests >= 9),
            Self::LogoutAgain => asks("auth.logout") && own.is_some_and(|own| world.memory().has_logged_out(&own)),
            Self::Relogin => asks("auth.logout") && asks("auth.login"),
            Self::Asks(operation) => asks(operation),
            Self::AsksAlone(operation) => asks(operation) && program.calls.iter().all(|call| call.op == operation),
            Self::RemovesOnly => {
                (asks("session.delete") || asks("session.pop")) && !WRITES.iter().any(|write| asks(write))
            }
            Self::Raises => asks("ctl.raise"),
            Self::PasswordsChanged => world.password_changes() >= 2,
        }
    }
}

/// Whether some text inside a value is such.
fn text_of(value: &Value, holds: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => holds(text),
        Value::Array(list) => list.iter().any(|value| text_of(value, holds)),
        Value::Object(entries) => entries.iter().any(|(key, value)| holds(key) || text_of(value, holds)),
        _ => false,
    }
}
