//! Fixed scenes in which every fault shows: what browsers do, and the transcript of what they see.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hardtack::contract::{Control, Program};
use hardtack::reference::Server;
use hardtack::wire::{Limits, Listener, Request, Response};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::browser::Browser;

/// One step of a scene. Browsers are known by name.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A request with a program.
    Run(&'static str, Value, u16),
    /// A request without a jar, with these Cookie fields.
    Raw(Vec<&'static str>, Value),
    /// A GET without a jar, from a browser of this kind.
    Get(&'static str, Value),
    /// A request with this method, target and fields that reads all of the session; `$key` stands for alice's.
    Odd(&'static str, &'static str, Vec<(&'static str, &'static str)>),
    /// A request that carries the session cookie of another browser before its own.
    Shadow { who: &'static str, of: &'static str, calls: Value },
    /// A request that is held after its first call until another of the same browser is answered.
    Cross { who: &'static str, before: Value, meanwhile: Value, after: Value },
    /// One browser gets the session cookie that another has, changed in some way.
    Steal { from: &'static str, to: &'static str, how: Tamper },
    /// A browser gets a session cookie.
    Plant(&'static str, &'static str),
    /// A browser gets a second session cookie: in front of the one that it has, or behind it.
    Beside(&'static str, &'static str, Place),
    /// The cookie of this name is changed in the jar.
    Damage(&'static str, &'static str),
    /// The clock moves.
    Advance(i64),
    /// Something happens to the world, where it can.
    Control(Control),
}

/// Where a second cookie stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    InFront,
    Behind,
}

/// How a stolen cookie is changed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tamper {
    Not,
    UpperCase,
    Append,
    /// The signature is cut off.
    Unsigned,
    /// The number in its data is another one, the signature as it was.
    Forged,
}

pub(super) fn run(who: &'static str, calls: Value) -> Step {
    Step::Run(who, calls, 200)
}

/// Plays a scene on a server; what the browsers saw, with secrets replaced by their order of appearance.
pub(super) async fn play(server: &Arc<Server>, steps: &[Step]) -> Vec<String> {
    let mut stage = Stage { server: Arc::clone(server), browsers: HashMap::new(), secrets: HashMap::new() };
    let mut seen = Vec::new();
    for step in steps {
        stage.step(step.clone(), &mut seen).await;
    }
    seen
}

struct Stage {
    server: Arc<Server>,
    browsers: HashMap<&'static str, Browser>,
    secrets: HashMap<String, usize>,
}

impl Stage {
    async fn step(&mut self, step: Step, seen: &mut Vec<String>) {
        match step {
            Step::Run(who, calls, status) => {
                let calls = self.with_secrets(who, calls);
                let answer = self.browser(who).run_with_status(calls, status).await;
                let line = self.describe(&answer.response);
                let jar = self.jar(who);
                seen.push(format!("{who}: {line} jar {jar}"));
            }
            Step::Raw(fields, calls) => {
                let mut request = Request::post_json("/_hardtack/run", &json!({"program": calls}));
                for field in fields {
                    request = request.with_header("Cookie", field);
                }
                let response = self.server.handle(request).await;
                seen.push(format!("raw: {}", self.describe(&response)));
            }
            Step::Get(agent, calls) => {
                let program = Program::from_json(&json!({"program": calls})).unwrap();
                let target = program.query_target("/_hardtack").unwrap();
                let request = Request::get(target).with_header("User-Agent", agent);
                let response = self.server.handle(request).await;
                seen.push(format!("get: {}", self.describe(&response)));
            }
            Step::Odd(method, target, fields) => {
                let key = self.session_of("alice").unwrap_or_default();
                let mut request = Request::new(method, target.replace("$key", &key));
                for (name, value) in fields {
                    request = request.with_header(name, value.replace("$key", &key));
                }
                if method == "POST" {
                    request.body = json!({"program": [{"op": "session.items"}]}).to_string().into_bytes();
                }
                let response = self.server.handle(request).await;
                seen.push(format!("odd: {}", self.describe(&response)));
            }
            Step::Shadow { who, of, calls } => {
                let [first, own] = [of, who].map(|name| self.session_of(name).unwrap_or_default());
                let name = self.server.description().session_cookies.remove(0);
                let request = Request::post_json("/_hardtack/run", &json!({"program": calls}));
                let request = request.with_header("Cookie", format!("{name}={first}; {name}={own}"));
                let response = self.server.handle(request).await;
                seen.push(format!("shadow: {}", self.describe(&response)));
            }
            Step::Cross { who, before, meanwhile, after } => {
                let answers = self.cross(who, before, meanwhile, after).await;
                for response in answers {
                    self.browser(who).receive("/_hardtack/run", &response);
                    let line = self.describe(&response);
                    seen.push(format!("{who}: {line} jar {}", self.jar(who)));
                }
            }
            Step::Steal { from, to, how } => {
                if let Some(cookie) = self.session_of(from) {
                    let planted = tampered(&cookie, how);
                    self.browser(to).plant(&planted);
                }
            }
            Step::Plant(who, value) => self.browser(who).plant(value),
            Step::Beside(who, value, place) => self.browser(who).plant_beside(value, place == Place::InFront),
            Step::Damage(who, name) => {
                let browser = self.browser(who);
                let value = browser.cookie(name).unwrap_or_default();
                browser.plant_named(name, &format!("{value}x"));
            }
            Step::Advance(seconds) => {
                self.server.clock().advance(seconds);
            }
            Step::Control(control) => {
                if self.server.controls().contains(&control) {
                    let outcome = self.server.control(control).await;
                    seen.push(format!("{}: {outcome:?}", control.name()));
                }
            }
        }
    }

    async fn cross(&mut self, who: &'static str, before: Value, meanwhile: Value, after: Value) -> [Response; 2] {
        let (arrived, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (inside, open) = (Arc::clone(&arrived), Arc::clone(&release));
        let gate = Listener::bind(Limits::default(), move |_| {
            let (inside, open) = (Arc::clone(&inside), Arc::clone(&open));
            async move {
                inside.notify_one();
                open.notified().await;
                Response::new(204)
            }
        });
        let gate = gate.await.unwrap();
        let mut held = self.browser(who).clone();
        let wait = json!({"op": "ctl.wait", "url": format!("{}/", gate.authority())});
        let waiting = tokio::spawn(async move { held.run(json!([before, wait, after])).await });
        arrived.notified().await;
        let first = self.browser(who).clone().run(json!([meanwhile])).await;
        release.notify_one();
        [first.response, waiting.await.unwrap().response]
    }

    fn browser(&mut self, who: &'static str) -> &mut Browser {
        let server = &self.server;
        self.browsers.entry(who).or_insert_with(|| Browser::new(server))
    }

    fn session_of(&mut self, who: &'static str) -> Option<String> {
        let name = self.server.description().session_cookies.remove(0);
        self.browser(who).cookie(&name)
    }

    /// Puts the session key of a browser in place of `"$key"`, the last token in place of `"$token"`.
    fn with_secrets(&mut self, who: &'static str, mut calls: Value) -> Value {
        let key = self.session_of(who).unwrap_or_default();
        let token = self.browsers.values().find_map(|browser| browser.token.clone()).unwrap_or_default();
        for call in calls.as_array_mut().unwrap() {
            for value in call.as_object_mut().unwrap().values_mut() {
                match value.as_str() {
                    Some("$key") => *value = json!(key),
                    Some("$token") => *value = json!(token),
                    _ => {}
                }
            }
        }
        calls
    }

    /// Status, results and the fields that matter, with secrets replaced.
    fn describe(&mut self, response: &Response) -> String {
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let mut text = format!("{} {}", response.status, self.hide(&body));
        for name in ["Vary", "Cache-Control", "Set-Cookie"] {
            for value in response.headers_named(name) {
                let value = String::from_utf8_lossy(value).into_owned();
                let value = if name == "Set-Cookie" { self.hide_in_line(&value) } else { value };
                text = format!("{text} | {name}: {value}");
            }
        }
        text
    }

    fn jar(&mut self, who: &'static str) -> String {
        let jar = self.browser(who).jar.clone();
        let names = jar.iter().map(|cookie| String::from_utf8_lossy(&cookie.name).into_owned());
        names.collect::<Vec<_>>().join(",")
    }

    /// Replaces long unpredictable texts in results.
    fn hide(&mut self, body: &Value) -> Value {
        match body {
            Value::String(text) if is_secret(text) => {
                let hidden = self.hidden(text);
                if text.contains('.') {
                    for browser in self.browsers.values_mut() {
                        browser.token = Some(text.clone());
                    }
                }
                Value::from(hidden)
            }
            Value::Array(values) => values.iter().map(|value| self.hide(value)).collect(),
            Value::Object(entries) => {
                let hidden = entries.iter().map(|(name, value)| (name.clone(), self.hide(value)));
                Value::Object(hidden.collect())
            }
            other => other.clone(),
        }
    }

    fn hide_in_line(&mut self, line: &str) -> String {
        let (pair, rest) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = if name.starts_with("sessionid") && !value.is_empty() || is_secret(value) {
            self.hidden(value)
        } else {
            value.to_owned()
        };
        format!("{name}={value};{rest}")
    }

    /// Which secret it is, and its shape.
    fn hidden(&mut self, text: &str) -> String {
        let next = self.secrets.len();
        let number = *self.secrets.entry(text.to_owned()).or_insert(next);
        let digits = text.bytes().all(|octet| octet.is_ascii_digit());
        format!(
            "<{number}: {} {}{}>",
            text.len(),
            if digits { "digits" } else { "characters" },
            if text.contains(',') { "," } else { "" }
        )
    }
}

/// Keys, tokens and signatures: long, without spaces, and not of the scenes' own texts.
fn is_secret(text: &str) -> bool {
    text.len() >= 8 && text.bytes().any(|octet| octet.is_ascii_digit()) && !text.contains([' ', 'é', '='])
}

fn tampered(cookie: &str, how: Tamper) -> String {
    match how {
        Tamper::Not => cookie.to_owned(),
        Tamper::UpperCase => cookie.to_ascii_uppercase(),
        Tamper::Append => format!("{cookie}zz"),
        Tamper::Unsigned => cookie.split(':').next().unwrap_or_default().to_owned(),
        Tamper::Forged => {
            let Some((payload, rest)) = cookie.split_once(':') else { return format!("{cookie}0") };
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
            format!("{}:{rest}", URL_SAFE_NO_PAD.encode(text.replace("41", "42")))
        }
    }
}
