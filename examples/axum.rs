//! An axum application with sessions of its own, and the test that judges them.
//!
//! `cargo test --example axum` runs the tests; `cargo run --example axum` serves the application, so that
//! `hardtack verify http://127.0.0.1:8000/` can be tried on it. The part between the lines is what an application adds
//! for hardtack: the contract, on for tests alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::get};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

const COOKIE: &str = "sid";

/// What a session holds. Who is logged in stands apart from the application's values: a value called `user` must not log
/// anybody in.
#[derive(Clone, Default)]
struct Data {
    user: Option<String>,
    values: Map<String, Value>,
}

impl Data {
    fn is_empty(&self) -> bool {
        self.user.is_none() && self.values.is_empty()
    }
}

/// The store: sessions by key.
#[derive(Clone)]
struct Sessions {
    records: Arc<Mutex<BTreeMap<String, Data>>>,
    /// Whether a login changes the session key. It should; two tests show what happens when it does not.
    rotates: bool,
}

/// One request's session.
struct Session {
    /// Whether the request came with a key, one that opens nothing included.
    came_with_key: bool,
    key: Option<String>,
    data: Data,
    stale: Option<String>,
    changed: bool,
}

impl Sessions {
    fn new(rotates: bool) -> Self {
        Self { records: Arc::default(), rotates }
    }

    /// The session of a request. Keys that this server did not issue open nothing.
    fn load(&self, headers: &HeaderMap) -> Session {
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|field| field.to_str().ok());
        let asked = pairs.flat_map(|field| field.split(';')).find_map(|pair| pair.trim().strip_prefix("sid="));
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let found = asked.and_then(|key| records.get_key_value(key));
        let (key, data) = found.map_or((None, Data::default()), |(key, data)| (Some(key.clone()), data.clone()));
        Session { came_with_key: asked.is_some(), key, data, stale: None, changed: false }
    }

    /// Saves what changed; the cookie to set, if any.
    fn save(&self, session: Session) -> Option<String> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stale) = &session.stale {
            records.remove(stale);
        }
        if !session.changed {
            return None;
        }
        if session.data.is_empty() {
            // What the browser does not have need not be removed.
            return session.came_with_key.then(|| format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
        }
        // A session that ended while this request was under way stays ended.
        if session.key.as_ref().is_some_and(|key| !records.contains_key(key)) {
            return None;
        }
        let fresh = session.key.is_none();
        let key = session.key.unwrap_or_else(new_key);
        records.insert(key.clone(), session.data);
        fresh.then(|| format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax"))
    }
}

impl Session {
    fn put(&mut self, key: &str, value: Value) {
        self.data.values.insert(key.to_owned(), value);
        self.changed = true;
    }

    fn flush(&mut self) {
        self.changed |= self.came_with_key || !self.data.is_empty();
        self.data = Data::default();
        self.give_up_key();
    }

    /// A new key for the same data; the old one opens nothing any more.
    fn cycle_key(&mut self) {
        self.give_up_key();
        self.changed = true;
    }

    fn give_up_key(&mut self) {
        // Twice in one request it is still the same old key.
        self.stale = self.key.take().or(self.stale.take());
    }
}

fn new_key() -> String {
    let mut octets = [0; 24];
    getrandom::fill(&mut octets).expect("the system has random numbers");
    URL_SAFE_NO_PAD.encode(octets)
}

// ---- what the application adds for hardtack -------------------------------------------------------------------------

const OPERATIONS: [&str; 7] =
    ["session.get", "session.put", "session.keys", "session.flush", "auth.login", "auth.logout", "auth.whoami"];

async fn describe() -> Json<Value> {
    Json(json!({
        "contract": 1, "framework": "axum example", "version": env!("CARGO_PKG_VERSION"),
        "facts": {"storage": "server", "browser_close": true}, "session_cookies": [COOKIE], "operations": OPERATIONS,
    }))
}

fn perform(sessions: &Sessions, session: &mut Session, call: &Map<String, Value>) -> Value {
    let text = |name: &str| call.get(name).and_then(Value::as_str).unwrap_or_default();
    match text("op") {
        "session.get" => json!({"ok": session.data.values.get(text("key")).or(call.get("default"))}),
        "session.put" => {
            session.put(text("key"), call.get("value").cloned().unwrap_or_default());
            json!({"ok": null})
        }
        "session.keys" => json!({"ok": session.data.values.keys().collect::<Vec<_>>()}),
        "session.flush" | "auth.logout" => {
            session.flush();
            json!({"ok": null})
        }
        "auth.login" => {
            // What somebody else left behind is not for the next user.
            if session.data.user.as_deref().is_some_and(|user| user != text("user")) {
                session.data = Data::default();
            }
            if sessions.rotates {
                session.cycle_key();
            }
            session.data.user = Some(text("user").to_owned());
            session.changed = true;
            json!({"ok": text("user")})
        }
        "auth.whoami" => json!({"ok": session.data.user}),
        other => json!({"error": "unsupported", "message": format!("{other} is not offered")}),
    }
}

fn answer(sessions: &Sessions, headers: &HeaderMap, asked: &Value) -> Response {
    let status = asked.get("status").and_then(Value::as_u64).unwrap_or(200);
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let program = asked.get("program").and_then(Value::as_array);
    let calls = program.map(|calls| calls.iter().map(Value::as_object).collect::<Option<Vec<_>>>());
    let (Some(status), Some(Some(calls))) = (status, calls) else {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid"}))).into_response();
    };
    let mut session = sessions.load(headers);
    let results: Vec<Value> = calls.iter().map(|call| perform(sessions, &mut session, call)).collect();
    let mut response = (status, Json(json!({"results": results}))).into_response();
    if !calls.is_empty() {
        response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Cookie"));
        response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    }
    if let Some(cookie) = sessions.save(session).and_then(|cookie| cookie.parse().ok()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn run_query(
    State(sessions): State<Sessions>,
    headers: HeaderMap,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let asked = query.get("program").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    answer(&sessions, &headers, &asked)
}

async fn run_body(State(sessions): State<Sessions>, headers: HeaderMap, body: String) -> Response {
    answer(&sessions, &headers, &serde_json::from_str(&body).unwrap_or_default())
}

// ---------------------------------------------------------------------------------------------------------------------

fn application(sessions: Sessions) -> Router {
    Router::new()
        .route("/", get(async || "hello"))
        .route("/_hardtack", get(describe))
        .route("/_hardtack/run", get(run_query).post(run_body))
        .with_state(sessions)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    println!("serving http://{}/", listener.local_addr()?);
    axum::serve(listener, application(Sessions::new(true))).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use hardtack::testing::{Search, Suite};

    /// Starts the application on a free port.
    async fn suite_of(sessions: Sessions) -> Suite {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, application(sessions)).await });
        Suite::of_url(&url).await.expect("the server answers")
    }

    #[tokio::test]
    async fn sessions_conform() {
        suite_of(Sessions::new(true)).await.verify().await.assert_conforms();
    }

    #[tokio::test]
    async fn a_login_that_keeps_the_key_is_noticed() {
        let verdicts = suite_of(Sessions::new(false)).await.verify().await;
        assert!(!verdicts.conforms());
        let report = verdicts.report();
        assert!(report.contains("sessions/fixation"), "{report}");
    }

    /// Random histories of sessions, played until one breaks what sessions promise: the same each time, so that a change
    /// of something else is not held up by what chance finds. Leave the seed out to search further.
    #[tokio::test]
    async fn no_history_breaks_a_session() {
        let suite = suite_of(Sessions::new(true)).await;
        suite.search(Search::new().seed(2).histories(120)).await.expect("the suite can be put together").assert_holds();
    }

    #[tokio::test]
    async fn the_smallest_history_that_shows_the_kept_key_is_found() {
        let suite = suite_of(Sessions::new(false)).await;
        let searched = suite.search(Search::new().seed(2).histories(120)).await.expect("the suite can be put together");
        assert!(!searched.holds());
        let report = searched.report();
        assert!(report.contains("auth.login"), "{report}");
        assert!(searched.specs().any(|spec| spec.contains("do: auth.login")), "{report}");
    }
}
