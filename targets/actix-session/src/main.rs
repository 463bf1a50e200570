//! actix-session behind hardtack's contract: actix-web, its sessions in the cookie or in Redis, one call of the public
//! API per operation.
//!
//! The environment decides: ENGINE, SETTINGS, CACHE (host:port), SECRET_KEY. The argument is the port on 127.0.0.1.

use std::collections::HashMap;
use std::env;

use actix_session::config::{CookieContentSecurity, PersistentSession, SessionLifecycle, TtlExtensionPolicy};
use actix_session::storage::{CookieSessionStore, RedisSessionStore, SessionStore};
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::time::{Duration, OffsetDateTime};
use actix_web::cookie::{Cookie, Key, SameSite};
use actix_web::error::ErrorInternalServerError;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{Bytes, Data, Query, get, post, resource};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use contract::{Failure, Fatal, Offer, Program, With};
use cookie::{cookie, invalid};
use serde_json::{Value, json};
use server::BASE;

#[path = "../../_rust/contract.rs"]
mod contract;
#[path = "../../_rust/cookie.rs"]
mod cookie;
#[path = "../../_rust/server.rs"]
mod server;

const SETTINGS: [&str; 6] = ["default", "persistent", "every-request", "short-lifetime", "flags", "signed"];
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

/// Which of the variants this server is.
#[derive(Clone)]
struct Variant {
    engine: String,
    settings: String,
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let engine = server::choice("ENGINE", &["cookie", "redis"]);
    let variant = Variant { engine, settings: server::choice("SETTINGS", &SETTINGS) };
    if variant.engine == "cookie" {
        return serve(variant, CookieSessionStore::default).await;
    }
    let url = format!("redis://{}", env::var("CACHE").expect("CACHE is the host:port of a Redis server"));
    let store = RedisSessionStore::new(url).await.map_err(std::io::Error::other)?;
    serve(variant, move || store.clone()).await
}

async fn serve<S>(variant: Variant, store: impl Fn() -> S + Clone + Send + 'static) -> std::io::Result<()>
where
    S: SessionStore + 'static,
{
    let key = Key::from(server::secret().as_bytes());
    HttpServer::new(move || {
        App::new()
            .app_data(Data::new(variant.clone()))
            .wrap(sessions(&variant.settings, store(), key.clone()))
            .service(resource(BASE).route(get().to(describe)))
            .service(resource(format!("{BASE}/run")).route(get().to(run)).route(post().to(run)))
    })
    .workers(8) // ctl.wait and ctl.sleep do not block one, but a session's requests shall really overlap
    .bind(("127.0.0.1", server::port()))?
    .run()
    .await
}

fn sessions<S: SessionStore>(settings: &str, store: S, key: Key) -> SessionMiddleware<S> {
    let days = |days| PersistentSession::default().session_ttl(Duration::days(days));
    let builder = SessionMiddleware::builder(store, key);
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

async fn describe(variant: Data<Variant>) -> HttpResponse {
    let (lifetime, expiry, close) = match variant.settings.as_str() {
        "persistent" => (1_209_600, "sliding_on_write", false),
        "every-request" => (1_209_600, "sliding_on_read", false),
        "short-lifetime" => (4, "sliding_on_write", false),
        _ => (86_400, "sliding_on_write", true),
    };
    let (storage, rotate) = if variant.engine == "cookie" { ("client", "none") } else { ("server", "login") };
    let release = server::release(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock")), "actix-session");
    let about = json!({
        "framework": "actix-session", "version": release, "server": "actix-web",
        "facts": {
            "dialect": "actix-session", "engine": variant.engine, "storage": storage, "rotate": rotate,
            "clear_is_flush": false, "lazy": true, "save_on_error": true, "save": "at_end", "expiry": expiry,
            "concurrency": "last_write", "logout_cookie": "deleted", "default_lifetime": lifetime,
            "browser_close": close, "workers": 1,
        },
        "session_cookies": [if variant.settings == "flags" { "sid" } else { "id" }],
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
            let (name, value) = with.header()?;
            let name = HeaderName::try_from(name).map_err(invalid)?;
            response.headers_mut().insert(name, HeaderValue::try_from(value).map_err(invalid)?);
        }
    }
    Ok(Value::Null)
}
