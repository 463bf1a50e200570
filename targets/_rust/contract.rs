//! hardtack's contract, version 1, for any Rust application: it reads programs, checks parameters and names failures.
//!
//! Paste this file into the application, say what it offers in a table of [`Offer`]s, and do what [`Program`]
//! asks for. `targets/tower-sessions/src/main.rs` is an example for axum. Serve the two routes on loopback only,
//! inside the session middleware. Needs `serde_json`, and `tokio` with `net`, `time` and `io-util`.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One operation that the application offers.
pub struct Offer {
    /// Its name.
    pub op: &'static str,
    /// Parameters that are required.
    pub must: &'static [&'static str],
    /// Parameters that are known.
    pub may: &'static [&'static str],
    /// Parameters of the contract that are not known.
    pub lacks: &'static [&'static str],
}

impl Offer {
    /// An operation with required parameters only.
    pub const fn new(op: &'static str, must: &'static [&'static str]) -> Self {
        Self { op, must, may: &[], lacks: &[] }
    }
}

/// What the contract does by itself.
const OWN: &[Offer] = &[
    Offer { op: "ctl.wait", must: &["url"], may: &["timeout_ms"], lacks: &[] },
    Offer::new("ctl.sleep", &["ms"]),
    Offer::new("ctl.raise", &[]),
];

/// An operation that failed: the contract's word, and what the application says.
#[derive(Debug)]
pub struct Failure {
    pub word: &'static str,
    pub kind: String,
    pub message: String,
}

impl Failure {
    pub fn refused(word: &'static str, message: impl Into<String>) -> Self {
        Self { word, kind: "refused".to_owned(), message: message.into() }
    }

    pub fn missing(what: &str) -> Self {
        Self::refused("missing", what)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { word: "exception", kind: std::any::type_name::<E>().to_owned(), message: error.to_string() }
    }
}

/// What a fatal operation leaves to the application's own handling of errors.
#[derive(Debug)]
pub struct Fatal(pub String);

/// A time, typed as it was asked for.
pub enum Time {
    Null,
    Seconds(i64),
    In(Duration),
    /// So many seconds from now.
    At(i64),
    /// A text, which no Rust API takes as a time.
    Raw,
}

/// The parameters of an operation.
pub struct With(Map<String, Value>);

impl With {
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Any value; null when it is not there.
    pub fn value(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or(Value::Null)
    }

    /// A text; empty when it is not there or null.
    pub fn text(&self, name: &str) -> String {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A text; `None` when it is not there or null.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.0.get(name).and_then(Value::as_str).map(str::to_owned)
    }

    /// A boolean; `None` when it is not there.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    /// Name and value of the field that `ctl.header` asks for; refuses those that are not for it to set.
    pub fn header(&self) -> Result<(String, String), Failure> {
        let name = self.text("name").to_lowercase();
        if ["set-cookie", "date", "content-length"].contains(&name.as_str()) {
            return Err(Failure::refused("invalid", format!("{name} is not for ctl.header to set")));
        }
        Ok((name, self.text("value")))
    }

    /// A time; `None` when it is not there.
    pub fn time(&self, name: &str) -> Option<Time> {
        let seconds = |value: &Value| value.as_f64().map(|seconds| seconds as i64);
        self.0.get(name).map(|value| {
            let kind = |kind: &str| value.get(kind);
            if let Some(duration) = kind("in").and_then(Value::as_f64) {
                Time::In(Duration::from_secs_f64(duration.max(0.0)))
            } else if let Some(at) = kind("at").and_then(seconds) {
                Time::At(at)
            } else if kind("raw").is_some() {
                Time::Raw
            } else {
                seconds(value).map_or(Time::Null, Time::Seconds)
            }
        })
    }
}

/// The body of `GET {base}`: `about` with framework, version, server, facts and session_cookies.
pub fn describe(mut about: Value, offers: &[Offer]) -> String {
    let entry = |offer: &Offer| {
        if offer.lacks.is_empty() { json!(offer.op) } else { json!({"op": offer.op, "lacks": offer.lacks}) }
    };
    about["contract"] = json!(1);
    about["operations"] = offers.iter().chain(OWN).map(entry).collect();
    about.to_string()
}

/// One operation of a program.
struct Entry {
    op: String,
    fatal: bool,
    with: With,
}

/// A program on its way: [`Program::next`] says what the application shall do, [`Program::done`] takes what came of it.
pub struct Program {
    /// The status that the answer shall have.
    pub status: u16,
    entries: std::vec::IntoIter<Entry>,
    fatal: bool,
    results: Vec<Value>,
}

impl Program {
    /// Reads the body of a POST, or the parameter `program` of a GET. Fails with what is wrong about it.
    pub fn read(text: &[u8]) -> Result<Self, String> {
        let asked: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let status = asked.get("status").map_or(Some(200), Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let status = status.filter(|status| (200..=599).contains(status));
        let status = status.ok_or("status is a whole number from 200 to 599")?;
        let program = asked.get("program").and_then(Value::as_array).ok_or("program is a list")?;
        let entries: Option<Vec<_>> = program.iter().map(entry).collect();
        let entries = entries.ok_or("an entry of program has op (text) and fatal (boolean, optional)")?;
        Ok(Self { status, entries: entries.into_iter(), fatal: false, results: Vec::new() })
    }

    /// The next operation for the application, or `None` at the end. What the contract refuses or does by itself is
    /// passed over.
    pub async fn next(&mut self, offers: &[Offer]) -> Result<Option<(String, With)>, Fatal> {
        while let Some(Entry { op, fatal, with }) = self.entries.next() {
            self.fatal = fatal;
            let done = match check(&op, &with, offers) {
                Err(refused) => Err(refused),
                Ok(()) => match op.as_str() {
                    "ctl.wait" => wait(&with).await,
                    "ctl.sleep" => {
                        let seconds = with.value("ms").as_f64().unwrap_or(0.0) / 1000.0;
                        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
                        Ok(Value::Null)
                    }
                    "ctl.raise" => return Err(Fatal("as ctl.raise asked".to_owned())),
                    _ => return Ok(Some((op, with))),
                },
            };
            self.done(done)?;
        }
        Ok(None)
    }

    /// Takes the result of the operation that [`Program::next`] gave out.
    pub fn done(&mut self, result: Result<Value, Failure>) -> Result<(), Fatal> {
        self.results.push(match result {
            Ok(value) => json!({"ok": value}),
            Err(failure) if self.fatal => return Err(Fatal(failure.message)),
            Err(failure) => json!({"error": failure.word, "kind": failure.kind, "message": failure.message}),
        });
        Ok(())
    }

    /// The body of the answer; empty where the status allows none.
    pub fn body(&self) -> String {
        if matches!(self.status, 204 | 304) { String::new() } else { json!({"results": self.results}).to_string() }
    }
}

fn entry(value: &Value) -> Option<Entry> {
    let mut with = value.as_object()?.clone();
    let op = with.remove("op")?.as_str()?.to_owned();
    let fatal = with.remove("fatal").unwrap_or(Value::Bool(false)).as_bool()?;
    Some(Entry { op, fatal, with: With(with) })
}

/// The body that answers a malformed request, with status 400.
pub fn malformed(message: &str) -> String {
    json!({"error": "invalid", "kind": "malformed", "message": message}).to_string()
}

/// Presence and types are checked here; values are for the application to judge.
fn check(op: &str, with: &With, offers: &[Offer]) -> Result<(), Failure> {
    let unsupported = |message: String| Failure::refused("unsupported", message);
    let offer = offers.iter().chain(OWN).find(|offer| offer.op == op);
    let offer = offer.ok_or_else(|| unsupported(format!("{op} is not offered")))?;
    if let Some(name) = offer.must.iter().find(|name| !with.has(name)) {
        return Err(Failure::refused("invalid", format!("{name} is missing")));
    }
    for (name, value) in &with.0 {
        if !offer.must.contains(&name.as_str()) && !offer.may.contains(&name.as_str()) {
            return Err(unsupported(format!("{op} has no {name}")));
        }
        let whatever = name == "default" || name == "value" && op.starts_with("session.");
        if !whatever && !fits(name, value) {
            return Err(Failure::refused("invalid", format!("{name} has the wrong type")));
        }
    }
    Ok(())
}

fn fits(name: &str, value: &Value) -> bool {
    match name {
        "path" | "domain" | "same_site" => value.is_string() || value.is_null(),
        "secure" | "http_only" | "partitioned" | "keep_session" => value.is_boolean(),
        "max_age" | "expires" | "to" => match value.as_object() {
            None => value.is_number() || value.is_null(),
            Some(time) => {
                time.len() == 1 && (value["raw"].is_string() || value["in"].is_number() || value["at"].is_number())
            }
        },
        "ms" | "timeout_ms" => value.as_f64().is_some_and(|number| number >= 0.0),
        "values" => value.is_object(),
        "user" => value.as_str().is_some_and(|user| !user.is_empty()),
        _ => value.is_string(),
    }
}

/// GETs a loopback URL; whether it was answered in time.
async fn wait(with: &With) -> Result<Value, Failure> {
    let url = with.text("url");
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap_or(("", ""));
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !["127.0.0.1", "[::1]", "localhost"].contains(&name) {
        return Err(Failure::refused("invalid", "url is not a loopback URL"));
    }
    let limit = Duration::from_secs_f64(with.value("timeout_ms").as_f64().unwrap_or(5000.0) / 1000.0);
    let get = async {
        let mut stream = TcpStream::connect(host).await?;
        let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        stream.read_u8().await
    };
    match tokio::time::timeout(limit, get).await {
        Ok(answered) => Ok(answered.map(|_| Value::Bool(true))?),
        Err(_) => Ok(Value::Bool(false)),
    }
}
