//! hardtack's contract, for tests alone: an application adds these routes where a switch says so, never in production.

use std::collections::HashMap;

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::error::ErrorInternalServerError;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Query, ServiceConfig, get, head, post, resource};
use contract::{Failure, Fatal, Offer, Program, With};
use serde_json::{Value, json};

use super::{Login, log_in, log_out};

/// The file to paste; it knows nothing of actix-web.
#[path = "../../../targets/_rust/contract.rs"]
#[allow(dead_code, reason = "an application need not offer everything that the contract can read")]
mod contract;

/// What the keys of values begin with: a value called `user` must not log anybody in.
const VALUES: &str = "value-";

const OFFERS: &[Offer] = &[
    Offer { op: "session.get", must: &["key"], may: &["default"], lacks: &[] },
    Offer::new("session.put", &["key", "value"]),
    Offer::new("session.delete", &["key"]),
    Offer::new("session.keys", &[]),
    Offer::new("session.flush", &[]),
    Offer::new("auth.login", &["user"]),
    Offer::new("auth.logout", &[]),
    Offer::new("auth.whoami", &[]),
];

/// Adds the routes.
pub fn routes(to: &mut ServiceConfig) {
    to.service(resource("/_hardtack").route(get().to(describe)));
    to.service(resource("/_hardtack/run").route(get().to(run)).route(head().to(run)).route(post().to(run)));
}

async fn describe() -> HttpResponse {
    let about = json!({
        "framework": "actix example", "version": env!("CARGO_PKG_VERSION"), "session_cookies": ["id"],
        "facts": {"storage": "server", "rotate": "login", "browser_close": true, "save_on_error": true},
    });
    json_of(StatusCode::OK, contract::describe(about, OFFERS))
}

async fn run(
    session: Session,
    login: Data<Login>,
    query: Query<HashMap<String, String>>,
    body: Bytes,
) -> actix_web::Result<HttpResponse> {
    let asked = query.get("program").cloned().map_or(body, Bytes::from);
    let mut program = match Program::read(&asked) {
        Ok(program) => program,
        Err(message) => return Ok(json_of(StatusCode::BAD_REQUEST, contract::malformed(&message))),
    };
    let failed = |Fatal(message)| ErrorInternalServerError(message);
    while let Some((op, with)) = program.next(OFFERS).await.map_err(failed)? {
        let done = perform(&session, &op, &with, *login.get_ref());
        program.done(done).map_err(failed)?;
    }
    Ok(json_of(StatusCode::from_u16(program.status).unwrap_or_default(), program.body()))
}

fn json_of(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status).content_type("application/json").body(body)
}

/// One operation is one call of what the application uses itself.
fn perform(session: &Session, op: &str, with: &With, login: Login) -> Result<Value, Failure> {
    let key = format!("{VALUES}{}", with.text("key"));
    Ok(match op {
        "session.get" => session.get::<Value>(&key)?.unwrap_or_else(|| with.value("default")),
        "session.put" => {
            session.insert(key, with.value("value"))?;
            Value::Null
        }
        "session.delete" => delete(session, &key)?,
        "session.keys" => session.entries().keys().filter_map(|key| key.strip_prefix(VALUES)).collect(),
        "session.flush" | "auth.logout" => {
            log_out(session);
            Value::Null
        }
        "auth.login" => {
            log_in(session, &with.text("user"), login)?;
            with.value("user")
        }
        "auth.whoami" => session.get::<Value>("user")?.unwrap_or_default(),
        other => return Err(Failure::refused("unsupported", other)),
    })
}

/// `remove` marks a session as changed also where it removes nothing; it would then be saved over what another request
/// of the same session has stored meanwhile.
fn delete(session: &Session, key: &str) -> Result<Value, Failure> {
    if !session.contains_key(key) {
        return Err(Failure::missing(key));
    }
    session.remove(key);
    Ok(Value::Null)
}
