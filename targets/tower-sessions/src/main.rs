//! tower-sessions behind hardtack's contract: axum, its sessions in memory, one call of the public API per operation.
//!
//! The environment decides: SETTINGS, SECRET_KEY. The argument is the port on 127.0.0.1.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_extra::extract::SignedCookieJar;
use axum_extra::extract::cookie::{Cookie, CookieJar, Key, SameSite};
use contract::{Failure, Fatal, Offer, Program, Time, With};
use cookie::{cookie, invalid};
use serde_json::{Value, json};
use server::BASE;
use time::{Duration, OffsetDateTime};
use tower_sessions::cookie::Key as SessionKey;
use tower_sessions::session::Id;
use tower_sessions::{Expiry, MemoryStore, Session, SessionManagerLayer, SessionStore};

#[path = "../../_rust/contract.rs"]
mod contract;
#[path = "../../_rust/cookie.rs"]
mod cookie;
#[path = "../../_rust/server.rs"]
mod server;

const SETTINGS: [&str; 7] = ["default", "inactivity", "short-lifetime", "always-save", "flags", "signed", "private"];
const SCOPE: &[&str] = &["path", "domain", "same_site", "secure", "http_only", "partitioned"];
const SET: &[&str] = &["max_age", "expires", "path", "domain", "same_site", "secure", "http_only", "partitioned"];

const OFFERS: &[Offer] = &[
    Offer { op: "cookie.set", must: &["name", "value"], may: SET, lacks: &[] },
    Offer { op: "cookie.delete", must: &["name"], may: SCOPE, lacks: &[] },
    Offer::new("cookie.list", &[]),
    Offer { op: "cookie.set_signed", must: &["name", "value"], may: SET, lacks: &["salt"] },
    Offer { op: "cookie.get_signed", must: &["name"], may: &[], lacks: &["salt", "max_age"] },
    Offer { op: "session.get", must: &["key"], may: &["default"], lacks: &[] },
    Offer::new("session.put", &["key", "value"]),
    Offer::new("session.delete", &["key"]),
    Offer::new("session.has", &["key"]),
    Offer { op: "session.pop", must: &["key"], may: &[], lacks: &["default"] },
    Offer::new("session.clear", &[]),
    Offer::new("session.flush", &[]),
    Offer::new("session.cycle_key", &[]),
    Offer::new("session.key", &[]),
    Offer::new("session.set_expiry", &["to"]),
    Offer::new("auth.login", &["user"]),
    Offer::new("auth.logout", &[]),
    Offer::new("auth.whoami", &[]),
    Offer::new("ctl.header", &["name", "value"]),
    Offer::new("store.exists", &["key"]),
    Offer::new("store.delete", &["key"]),
];

#[derive(Clone)]
struct App {
    settings: String,
    store: MemoryStore,
    key: Key,
}

impl axum::extract::FromRef<App> for Key {
    fn from_ref(app: &App) -> Self {
        app.key.clone()
    }
}

#[tokio::main]
async fn main() {
    let (settings, secret) = (server::choice("SETTINGS", &SETTINGS), server::secret());
    let app = App { settings, store: MemoryStore::default(), key: Key::from(secret.as_bytes()) };
    let routes = Router::new().route(BASE, get(describe)).route(&format!("{BASE}/run"), get(run).post(run));
    let sessions = SessionManagerLayer::new(app.store.clone());
    let sessions = match app.settings.as_str() {
        "inactivity" => sessions.with_expiry(Expiry::OnInactivity(Duration::days(14))),
        "short-lifetime" => sessions.with_expiry(Expiry::OnInactivity(Duration::seconds(4))),
        "always-save" => sessions.with_expiry(Expiry::OnInactivity(Duration::days(14))).with_always_save(true),
        "flags" => sessions.with_name("sid").with_domain("app.localhost").with_path(BASE),
        _ => sessions,
    };
    let key = SessionKey::from(secret.as_bytes());
    let routes = match app.settings.as_str() {
        "signed" => routes.layer(sessions.with_signed(key)),
        "private" => routes.layer(sessions.with_private(key)),
        _ => routes.layer(sessions),
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", server::port())).await.expect("the port is free");
    axum::serve(listener, routes.with_state(app)).await.expect("the server runs");
}

async fn describe(State(app): State<App>) -> Response {
    let (lifetime, expiry, close) = match app.settings.as_str() {
        "inactivity" => (1_209_600, "sliding_on_write", false),
        "short-lifetime" => (4, "sliding_on_write", false),
        "always-save" => (1_209_600, "sliding_on_read", false),
        _ => (1_209_600, "sliding_on_write", true),
    };
    let release = server::release(include_str!("../Cargo.lock"), "tower-sessions");
    let about = json!({
        "framework": "tower-sessions", "version": release, "server": "axum",
        "facts": {
            "dialect": "tower-sessions", "engine": "memory", "storage": "server", "rotate": "login",
            "clear_is_flush": false, "lazy": true, "save_on_error": false, "save": "at_end", "expiry": expiry,
            "concurrency": "last_write", "logout_cookie": "deleted", "default_lifetime": lifetime,
            "browser_close": close, "workers": 1,
        },
        "session_cookies": [if app.settings == "flags" { "sid" } else { "id" }],
    });
    json_response(StatusCode::OK, contract::describe(about, OFFERS))
}

async fn run(
    State(app): State<App>,
    session: Session,
    cookies: CookieJar,
    signed: SignedCookieJar,
    method: Method,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Response {
    let text = if method == Method::POST { body } else { query.get("program").cloned().unwrap_or_default().into() };
    let mut program = match Program::read(&text) {
        Ok(program) => program,
        Err(message) => return json_response(StatusCode::BAD_REQUEST, contract::malformed(&message)),
    };
    let mut answer = Answer { cookies, signed, headers: HeaderMap::new() };
    if let Err(Fatal(message)) = perform(&mut program, &app, &session, &mut answer).await {
        return (StatusCode::INTERNAL_SERVER_ERROR, message).into_response();
    }
    let status = StatusCode::from_u16(program.status).unwrap_or_default();
    (answer.cookies, answer.signed, answer.headers, json_response(status, program.body())).into_response()
}

async fn perform(program: &mut Program, app: &App, session: &Session, answer: &mut Answer) -> Result<(), Fatal> {
    while let Some((op, with)) = program.next(OFFERS).await? {
        let done = match op.split_once('.') {
            Some(("session" | "auth", _)) => on_session(session, &op, &with).await,
            Some(("store", _)) => on_store(&app.store, &op, &with).await,
            _ => answer.on_response(&op, &with),
        };
        program.done(done)?;
    }
    Ok(())
}

fn json_response(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn on_session(session: &Session, op: &str, with: &With) -> Result<Value, Failure> {
    let key = with.text("key");
    Ok(match op {
        "session.get" => session.get_value(&key).await?.unwrap_or_else(|| with.value("default")),
        "session.put" => {
            session.insert_value(&key, with.value("value")).await?;
            Value::Null
        }
        "session.delete" => {
            session.remove_value(&key).await?;
            Value::Null
        }
        "session.has" => json!(session.get_value(&key).await?.is_some()),
        "session.pop" => session.remove_value(&key).await?.ok_or_else(|| Failure::missing(&key))?,
        "session.clear" => {
            session.clear().await;
            Value::Null
        }
        "session.flush" | "auth.logout" => {
            session.flush().await?;
            Value::Null
        }
        "session.cycle_key" => {
            session.cycle_id().await?;
            Value::Null
        }
        "session.key" => json!(session.id().map(|id| id.to_string())),
        "session.set_expiry" => {
            session.set_expiry(expiry(with)?);
            Value::Null
        }
        "auth.login" => {
            session.cycle_id().await?; // as the documentation of cycle_id advises
            session.insert("user", with.text("user")).await?;
            with.value("user")
        }
        "auth.whoami" => session.get_value("user").await?.unwrap_or_default(),
        other => return Err(Failure::refused("unsupported", other)),
    })
}

fn expiry(with: &With) -> Result<Option<Expiry>, Failure> {
    Ok(match with.time("to") {
        None | Some(Time::Null) => None,
        Some(Time::Seconds(0)) => Some(Expiry::OnSessionEnd),
        Some(Time::Seconds(seconds)) => Some(Expiry::OnInactivity(Duration::seconds(seconds))),
        Some(Time::In(duration)) => Some(Expiry::OnInactivity(duration.try_into()?)),
        Some(Time::At(seconds)) => Some(Expiry::AtDateTime(OffsetDateTime::now_utc() + Duration::seconds(seconds))),
        Some(Time::Raw) => return Err(Failure::refused("unsupported", "an expiry is no text")),
    })
}

async fn on_store(store: &MemoryStore, op: &str, with: &With) -> Result<Value, Failure> {
    let Ok(id) = with.text("key").parse::<Id>() else { return Ok(json!(false)) };
    let exists = store.load(&id).await?.is_some();
    if op == "store.delete" {
        store.delete(&id).await?;
    }
    Ok(json!(exists))
}

/// What an answer carries beside its body.
struct Answer {
    cookies: CookieJar,
    signed: SignedCookieJar,
    headers: HeaderMap,
}

impl Answer {
    fn on_response(&mut self, op: &str, with: &With) -> Result<Value, Failure> {
        let name = with.text("name");
        match op {
            "cookie.set" => self.cookies = self.cookies.clone().add(partitionable(with)?),
            "cookie.delete" => self.cookies = self.cookies.clone().remove(partitionable(with)?),
            "cookie.list" => {
                return Ok(self.cookies.iter().map(|cookie| json!([cookie.name(), cookie.value()])).collect());
            }
            "cookie.set_signed" => self.signed = self.signed.clone().add(partitionable(with)?),
            "cookie.get_signed" => {
                let there = self.cookies.get(&name).ok_or_else(|| Failure::missing(&name))?;
                let value = self.signed.get(there.name()).map(|cookie| cookie.value().to_owned());
                return value.map(Value::from).ok_or_else(|| Failure::refused("invalid", "the signature is wrong"));
            }
            _ => {
                let (name, value) = with.header()?;
                let name = HeaderName::try_from(name).map_err(invalid)?;
                self.headers.insert(name, HeaderValue::try_from(value).map_err(invalid)?);
            }
        }
        Ok(Value::Null)
    }
}

/// The cookie with what this release of the crate has beyond others.
fn partitionable(with: &With) -> Result<Cookie<'static>, Failure> {
    let mut cookie = cookie(with)?;
    cookie.set_partitioned(with.flag("partitioned"));
    Ok(cookie)
}
