//! actix-session behind hardtack's contract: actix-web, its sessions in the cookie, one call of the public API per
//! operation.
//!
//! The environment decides: SETTINGS, SECRET_KEY. The argument is the port on 127.0.0.1.

use std::collections::HashMap;
use std::env;

use actix_session::config::{CookieContentSecurity, PersistentSession, SessionLifecycle, TtlExtensionPolicy};
use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::time::{Duration, OffsetDateTime};
use actix_web::cookie::{Cookie, Key, SameSite};
use actix_web::error::ErrorInternalServerError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::{Bytes, Data, Query, get, post, resource};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use contract::{Failure, Fatal, Offer, Program, Time, With};
use serde_json::{Value, json};

#[path = "../../_rust/contract.rs"]
mod contract;

const BASE: &str = "/_hardtack";
const SETTINGS: [&str; 6] = ["default", "persistent", "every-request", "short-lifetime", "flags", "signed"];
const KEY: &str = "hardtack: public on purpose, and 64 octets long as the keys of the crate `cookie` are";
const SCOPE: &[&str] = &["path", "domain", "same_site", "secure", "http_only"];
const SET: &[&str] = &["max_age", "expires", "path", "domain", "same_site", "secure", "http_only"];

const OFFERS: &[Offer] = &[
    Offer { op: "cookie.set", must: &["name", "value"], may: SET, lacks: &["partitioned"] },
    Offer { op: "cookie.delete", must: &["name"], may: SCOPE, lacks: &["partitioned"] },
    Offer::new("cookie.list", &[]),
    Offer { op: "session.get", must: &["key"], may: &["default"], lacks: &[] },
    Offer::new("session.put", &["key", "value"]),
    Offer::new("session.delete", &["key"]),
    Offer::new("session.has", &["key"]),
    Offer { op: "session.pop", must: &["key"], may: &[], lacks: &["default"] },
    Offer::new("session.keys", &[]),
    Offer::new("session.items", &[]),
    Offer::new("session.clear", &[]),
    Offer::new("session.flush", &[]),
    Offer::new("auth.login", &["user"]),
    Offer::new("auth.logout", &[]),
    Offer::new("auth.whoami", &[]),
    Offer::new("ctl.header", &["name", "value"]),
];

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let port = env::args().nth(1).and_then(|port| port.parse().ok()).expect("the port is the argument");
    let settings = env::var("SETTINGS").unwrap_or_else(|_| "default".to_owned());
    assert!(SETTINGS.contains(&settings.as_str()), "SETTINGS is one of {}", SETTINGS.join(", "));
    let key = Key::from(env::var("SECRET_KEY").unwrap_or_else(|_| KEY.to_owned()).as_bytes());
    HttpServer::new(move || {
        App::new()
            .app_data(Data::new(settings.clone()))
            .wrap(sessions(&settings, key.clone()))
            .service(resource(BASE).route(get().to(describe)))
            .service(resource(format!("{BASE}/run")).route(get().to(run)).route(post().to(run)))
    })
    .workers(8) // ctl.wait and ctl.sleep do not block one, but a session's requests shall really overlap
    .bind(("127.0.0.1", port))?
    .run()
    .await
}

fn sessions(settings: &str, key: Key) -> SessionMiddleware<CookieSessionStore> {
    let days = |days| PersistentSession::default().session_ttl(Duration::days(days));
    let builder = SessionMiddleware::builder(CookieSessionStore::default(), key);
    let lifecycle: Option<SessionLifecycle> = match settings {
        "persistent" => Some(days(14).into()),
        "every-request" => Some(days(14).session_ttl_extension_policy(TtlExtensionPolicy::OnEveryRequest).into()),
        "short-lifetime" => Some(PersistentSession::default().session_ttl(Duration::seconds(4)).into()),
        _ => None,
    };
    let builder = match lifecycle {
        Some(lifecycle) => builder.session_lifecycle(lifecycle),
        None => builder,
    };
    match settings {
        "flags" => builder
            .cookie_name("sid".to_owned())
            .cookie_domain(Some("app.localhost".to_owned()))
            .cookie_path(BASE.to_owned())
            .cookie_same_site(SameSite::Strict)
            .build(),
        "signed" => builder.cookie_content_security(CookieContentSecurity::Signed).build(),
        _ => builder.build(),
    }
}

/// The release of actix-session that was built, as the lock file has it.
fn release() -> &'static str {
    let rest = include_str!("../Cargo.lock").split("name = \"actix-session\"\nversion = \"").nth(1);
    rest.and_then(|rest| rest.split('"').next()).unwrap_or("unknown")
}

async fn describe(settings: Data<String>) -> HttpResponse {
    let (lifetime, expiry, close) = match settings.as_str() {
        "persistent" => (1_209_600, "sliding_on_write", false),
        "every-request" => (1_209_600, "sliding_on_read", false),
        "short-lifetime" => (4, "sliding_on_write", false),
        _ => (86_400, "sliding_on_write", true),
    };
    let about = json!({
        "framework": "actix-session", "version": release(), "server": "actix-web",
        "facts": {
            "dialect": "actix-session", "engine": "cookie", "storage": "client", "rotate": "none",
            "clear_is_flush": false, "lazy": true, "save_on_error": true, "save": "at_end", "expiry": expiry,
            "concurrency": "last_write", "logout_cookie": "deleted", "default_lifetime": lifetime,
            "browser_close": close, "workers": 1,
        },
        "session_cookies": [if settings.as_str() == "flags" { "sid" } else { "id" }],
    });
    HttpResponse::Ok().content_type("application/json").body(contract::describe(about, OFFERS))
}

async fn run(
    request: HttpRequest,
    session: Session,
    query: Query<HashMap<String, String>>,
    body: Bytes,
) -> actix_web::Result<HttpResponse> {
    let post = request.method() == actix_web::http::Method::POST;
    let text = if post { body } else { query.get("program").cloned().unwrap_or_default().into() };
    let mut program = match Program::read(&text) {
        Ok(program) => program,
        Err(message) => {
            let body = contract::malformed(&message);
            return Ok(HttpResponse::BadRequest().content_type("application/json").body(body));
        }
    };
    let status = StatusCode::from_u16(program.status).unwrap_or_default();
    let mut response = HttpResponse::build(status).content_type("application/json").finish();
    perform(&mut program, &request, &session, &mut response)
        .await
        .map_err(|Fatal(message)| ErrorInternalServerError(message))?;
    Ok(response.set_body(program.body()).map_into_boxed_body())
}

async fn perform(
    program: &mut Program,
    request: &HttpRequest,
    session: &Session,
    response: &mut HttpResponse,
) -> Result<(), Fatal> {
    while let Some((op, with)) = program.next(OFFERS).await? {
        let done = match op.split_once('.') {
            Some(("session" | "auth", _)) => on_session(session, &op, &with),
            _ => on_response(request, response, &op, &with),
        };
        program.done(done)?;
    }
    Ok(())
}

fn on_session(session: &Session, op: &str, with: &With) -> Result<Value, Failure> {
    let key = with.text("key");
    Ok(match op {
        "session.get" => read(session, &key)?.unwrap_or_else(|| with.value("default")),
        "session.put" => write(session, &key, with.value("value"))?,
        "session.delete" => {
            session.remove(&key);
            Value::Null
        }
        "session.has" => json!(read(session, &key)?.is_some()),
        "session.pop" => {
            let value = read(session, &key)?.ok_or_else(|| Failure::missing(&key))?;
            session.remove(&key);
            value
        }
        "session.keys" => session.entries().keys().cloned().collect(),
        "session.items" => {
            let keys: Vec<String> = session.entries().keys().cloned().collect();
            let items: Result<serde_json::Map<_, _>, Failure> =
                keys.into_iter().map(|key| Ok((key.clone(), read(session, &key)?.unwrap_or_default()))).collect();
            Value::Object(items?)
        }
        "session.clear" => {
            session.clear();
            Value::Null
        }
        "session.flush" | "auth.logout" => {
            session.purge();
            Value::Null
        }
        "auth.login" => {
            session.renew(); // as the documentation of renew asks
            write(session, "user", with.value("user"))?;
            with.value("user")
        }
        "auth.whoami" => read(session, "user")?.unwrap_or_default(),
        other => return Err(Failure::refused("unsupported", other)),
    })
}

fn read(session: &Session, key: &str) -> Result<Option<Value>, Failure> {
    Ok(session.get::<Value>(key)?)
}

fn write(session: &Session, key: &str, value: Value) -> Result<Value, Failure> {
    session.insert(key, value)?;
    Ok(Value::Null)
}

fn on_response(request: &HttpRequest, response: &mut HttpResponse, op: &str, with: &With) -> Result<Value, Failure> {
    match op {
        "cookie.set" => response.add_cookie(&cookie(with)?).map_err(invalid)?,
        "cookie.delete" => response.add_removal_cookie(&cookie(with)?).map_err(invalid)?,
        "cookie.list" => {
            let cookies = request.cookies()?;
            return Ok(cookies.iter().map(|cookie| json!([cookie.name(), cookie.value()])).collect());
        }
        _ => {
            let name = HeaderName::try_from(with.text("name")).map_err(invalid)?;
            if [header::SET_COOKIE, header::DATE, header::CONTENT_LENGTH].contains(&name) {
                return Err(Failure::refused("invalid", format!("{name} is not for ctl.header to set")));
            }
            let value = HeaderValue::try_from(with.text("value")).map_err(invalid)?;
            response.headers_mut().insert(name, value);
        }
    }
    Ok(Value::Null)
}

fn invalid(error: impl std::fmt::Display) -> Failure {
    Failure::refused("invalid", error.to_string())
}

fn cookie(with: &With) -> Result<Cookie<'static>, Failure> {
    let mut cookie = Cookie::new(with.text("name"), with.text("value"));
    match with.time("max_age") {
        None | Some(Time::Null) => {}
        Some(Time::Seconds(seconds)) => cookie.set_max_age(Duration::seconds(seconds)),
        Some(Time::In(duration)) => cookie.set_max_age(Duration::try_from(duration).map_err(invalid)?),
        Some(_) => return Err(Failure::refused("unsupported", "a max_age is a duration")),
    }
    match with.time("expires") {
        None | Some(Time::Null) => {}
        Some(Time::At(seconds)) => cookie.set_expires(OffsetDateTime::now_utc() + Duration::seconds(seconds)),
        Some(_) => return Err(Failure::refused("unsupported", "an instant of expiry is an OffsetDateTime")),
    }
    match with.text("same_site").to_lowercase().as_str() {
        "" => {}
        "lax" => cookie.set_same_site(SameSite::Lax),
        "strict" => cookie.set_same_site(SameSite::Strict),
        "none" => cookie.set_same_site(SameSite::None),
        _ => return Err(Failure::refused("invalid", "there is no such SameSite")),
    }
    if let Some(path) = with.optional("path") {
        cookie.set_path(path);
    }
    if let Some(domain) = with.optional("domain") {
        cookie.set_domain(domain);
    }
    cookie.set_secure(with.flag("secure"));
    cookie.set_http_only(with.flag("http_only"));
    Ok(cookie)
}
