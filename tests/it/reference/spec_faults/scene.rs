//! A few browsers and one server, driven step by step.

use std::collections::BTreeMap;
use std::sync::Arc;

use hardtack::contract::Control;
use hardtack::cookie::{
    Clock, GrammarProfile, SameSite, SetCookie, Timestamp, UserAgentModel, check_grammar, parse_set_cookie,
};
use hardtack::reference::Server;
use hardtack::wire::{Limits, Listener, Request, Response};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use crate::reference::browser::{self, Browser};

/// Where programs go.
const TARGET: &str = "/_hardtack/run";

/// A few browsers in front of one server.
pub(super) struct Scene {
    runtime: Runtime,
    server: Arc<Server>,
    browsers: BTreeMap<&'static str, Browser>,
    session_cookie: String,
}

/// What one request brought.
pub(super) struct Answer {
    pub(super) status: u16,
    reply: browser::Answer,
    at: Timestamp,
}

impl Scene {
    pub(super) fn new(server: Arc<Server>) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let session_cookie = server.description().session_cookies.remove(0);
        Self { runtime, server, browsers: BTreeMap::new(), session_cookie }
    }

    /// One request with a program; its cookies are in the jar afterwards.
    pub(super) fn run(&mut self, who: &'static str, program: Value, status: u16) -> Answer {
        let browser = self.browsers.entry(who).or_insert_with(|| Browser::new(&self.server));
        let answer = self.runtime.block_on(browser.run_with_status(program, status));
        Answer { status: answer.status(), reply: answer, at: self.server.clock().now() }
    }

    /// One operation, whatever comes of it.
    pub(super) fn ask(&mut self, who: &'static str, operation: &Value) -> Answer {
        self.run(who, json!([operation]), 200)
    }

    /// A step that only prepares: it must succeed, with any fault.
    pub(super) fn prepare(&mut self, who: &'static str, operation: &Value) -> Answer {
        let answer = self.ask(who, operation);
        let body = answer.reply.body();
        assert!(answer.status == 200 && body["results"][0].get("ok").is_some(), "{operation}: {body}");
        answer
    }

    /// Stores a value in the session, as preparation.
    pub(super) fn put(&mut self, who: &'static str, key: &str, value: impl Into<Value>) -> Answer {
        self.prepare(who, &json!({"op": "session.put", "key": key, "value": value.into()}))
    }

    /// The answer to `session.get`.
    pub(super) fn get(&mut self, who: &'static str, key: &str) -> Value {
        self.ask(who, &json!({"op": "session.get", "key": key})).first()
    }

    /// Stores a value and sets an expiry.
    pub(super) fn put_with_expiry(&mut self, who: &'static str, to: &Value) -> Answer {
        let program = json!([{"op": "session.put", "key": "a", "value": 1}, {"op": "session.set_expiry", "to": to}]);
        self.run(who, program, 200)
    }

    /// Two requests of one browser at the same time. Both have loaded the session before either performs its
    /// operation, and the first ends before the second goes on.
    pub(super) fn together(&mut self, who: &'static str, first: &Value, second: &Value) {
        let gates: Arc<[Gate; 2]> = Arc::default();
        let at_gate = Arc::clone(&gates);
        let hold = move |request: Request| {
            let gates = Arc::clone(&at_gate);
            async move {
                let gate = &gates[usize::from(request.path() == "/1")];
                gate.arrived.notify_one();
                gate.released.notified().await;
                Response::new(200)
            }
        };
        let server = Arc::clone(&self.server);
        let browser = self.browsers.entry(who).or_insert_with(|| Browser::new(&self.server));
        self.runtime.block_on(async {
            let listener = Listener::bind(Limits::default(), hold).await.unwrap();
            let mut request = |gate: &str, operation: &Value| {
                let wait = json!({"op": "ctl.wait", "url": listener.authority().url(gate)});
                let body = json!({"program": [{"op": "session.keys"}, wait, operation]});
                let request = browser.prepare(Request::post_json(TARGET, &body));
                let server = Arc::clone(&server);
                tokio::spawn(async move { server.handle(request).await })
            };
            let first = request("/0", first);
            gates[0].arrived.notified().await;
            let second = request("/1", second);
            gates[1].arrived.notified().await;
            gates[0].released.notify_one();
            let first = first.await.unwrap();
            browser.receive(TARGET, &first);
            gates[1].released.notify_one();
            let second = second.await.unwrap();
            browser.receive(TARGET, &second);
            assert_eq!((first.status, second.status), (200, 200));
        });
    }

    /// The session cookie in the browser, or null.
    pub(super) fn key(&self, who: &'static str) -> Value {
        self.held(who, &self.session_cookie)
    }

    /// The value of a cookie in the browser, or null.
    pub(super) fn held(&self, who: &'static str, name: &str) -> Value {
        self.browsers.get(who).and_then(|browser| browser.cookie(name)).map_or(Value::Null, Value::from)
    }

    /// Puts a session cookie into a browser.
    pub(super) fn plant(&mut self, who: &'static str, value: &Value) {
        let browser = self.browsers.entry(who).or_insert_with(|| Browser::new(&self.server));
        browser.plant(value.as_str().unwrap());
    }

    /// Closes a browser and opens it again.
    pub(super) fn restart_browser(&mut self, who: &'static str) {
        self.browsers.get_mut(who).unwrap().jar.close();
    }

    /// Lets seconds pass.
    pub(super) fn wait(&mut self, seconds: i64) {
        self.server.clock().advance(seconds);
        let now = self.server.clock().now();
        self.browsers.values_mut().for_each(|browser| browser.jar.expire(now));
    }

    pub(super) fn control(&mut self, control: Control) {
        self.runtime.block_on(self.server.control(control)).unwrap();
    }

    /// [`Answer::line`] of the session cookie.
    pub(super) fn session_line(&self, answer: &Answer) -> Value {
        answer.line(&self.session_cookie)
    }
}

/// Where a request waits.
#[derive(Default)]
struct Gate {
    arrived: Notify,
    released: Notify,
}

impl Answer {
    /// What the first operation answered, or the word of its failure.
    pub(super) fn first(&self) -> Value {
        let result = &self.reply.body()["results"][0];
        result.get("ok").or(result.get("error")).cloned().unwrap_or_default()
    }

    /// The word of the failure of the first operation.
    pub(super) fn error(&self) -> Value {
        self.reply.body()["results"][0]["error"].clone()
    }

    /// What a browser reads in the last line that sets a cookie, lifetimes in seconds from the answer; null without
    /// a line.
    pub(super) fn line(&self, name: &str) -> Value {
        let lines = self.reply.lines(name);
        let Some(set) = lines.last().map(|line| parsed(line)) else { return Value::Null };
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        json!({
            "value": text(&set.value),
            "max_age": set.max_age(),
            "expires": set.expires().map(|at| at.minus(self.at) / 1000),
            "domain": set.domain().map(text),
            "http_only": set.http_only(),
            "same_site": set.same_site().and_then(SameSite::value),
            "times": lines.len(),
        })
    }

    /// The rules of the grammar that the answer's lines break.
    pub(super) fn findings(&self) -> Value {
        let lines = self.reply.response.set_cookies();
        let findings = lines.flat_map(|line| check_grammar(line, GrammarProfile::default()));
        findings.map(|finding| finding.code.rule_id()).collect()
    }
}

fn parsed(line: &str) -> SetCookie {
    parse_set_cookie(line.as_bytes(), UserAgentModel::default()).unwrap()
}
