//! A browser for tests: a jar in front of the reference server, without sockets.

use std::sync::Arc;

use hardtack::cookie::{
    Clock, Jar, ManualClock, OffsetClock, Origin, Reception, RequestContext, StoredCookie, Timestamp, UserAgentModel,
};
use hardtack::reference::{Config, EngineKind, Server, fault};
use hardtack::wire::{Request, Response};
use serde_json::{Value, json};

/// A configuration whose clock stands still.
pub(super) fn config(engine: EngineKind) -> Config {
    let clock = OffsetClock::new(Arc::new(ManualClock::new(Timestamp::from_secs(1_800_000_000))));
    Config { engine, clock, ..Config::default() }
}

/// A conforming server.
pub(super) fn server(engine: EngineKind) -> Arc<Server> {
    Server::new(config(engine)).unwrap()
}

/// A server with one fault.
pub(super) fn faulty(engine: EngineKind, name: &str) -> Arc<Server> {
    Server::new(Config { faults: vec![fault::find(name).unwrap()], ..config(engine) }).unwrap()
}

/// The engines that keep records on the server.
pub(super) const SERVER_SIDE: [EngineKind; 4] =
    [EngineKind::Db, EngineKind::File, EngineKind::Cache, EngineKind::CachedDb];

/// A browser with a jar of its own.
#[derive(Clone)]
pub(super) struct Browser {
    server: Arc<Server>,
    pub(super) jar: Jar,
    /// A token that the browser was given.
    pub(super) token: Option<String>,
    origin: Origin,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) response: Response,
}

impl Browser {
    pub(super) fn new(server: &Arc<Server>) -> Self {
        let jar = Jar::new(UserAgentModel::default());
        Self { server: Arc::clone(server), jar, token: None, origin: Origin::http("localhost") }
    }

    /// Runs a program, a JSON list of calls.
    pub(super) async fn run(&mut self, calls: Value) -> Answer {
        self.run_with_status(calls, 200).await
    }

    pub(super) async fn run_with_status(&mut self, calls: Value, status: u16) -> Answer {
        let body = json!({"program": calls, "status": status});
        self.send(Request::post_json("/_hardtack/run", &body)).await
    }

    /// Performs one operation that must succeed; its result.
    pub(super) async fn op(&mut self, call: Value) -> Value {
        let answer = self.run(json!([call])).await;
        answer.results().into_iter().next().unwrap()
    }

    /// Sends a request with the cookies of the jar, and stores those of the answer.
    pub(super) async fn send(&mut self, request: Request) -> Answer {
        let request = self.prepare(request);
        let target = request.target.clone();
        let response = self.server.handle(request).await;
        self.receive(&target, &response);
        Answer { response }
    }

    /// A request with the cookies that the jar holds now.
    pub(super) fn prepare(&mut self, request: Request) -> Request {
        let now = self.server.clock().now();
        let request = request.with_header("Host", "localhost");
        match self.jar.cookie_string(&self.origin, &request.target, &RequestContext::default(), now) {
            Some(cookies) => request.with_header("Cookie", cookies),
            None => request,
        }
    }

    /// Stores the cookies of an answer; what happened to each.
    pub(super) fn receive(&mut self, target: &str, response: &Response) -> Vec<Reception> {
        let now = self.server.clock().now();
        let lines = response.set_cookies().map(<[u8]>::to_vec).collect::<Vec<_>>();
        let context = RequestContext::default();
        lines.iter().map(|line| self.jar.receive(&self.origin, target, &context, line, now)).collect()
    }

    /// The value of a cookie in the jar.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        let found = self.jar.iter().find(|cookie| cookie.name == name.as_bytes())?;
        Some(String::from_utf8_lossy(&found.value).into_owned())
    }

    pub(super) fn session(&self) -> Option<String> {
        self.cookie("sessionid")
    }

    /// Puts a session cookie into the jar.
    pub(super) fn plant(&mut self, value: &str) {
        let name = self.server.description().session_cookies.remove(0);
        self.plant_named(&name, value);
    }

    /// Plants a second session cookie, in front of the one that is there or behind it.
    pub(super) fn plant_beside(&mut self, value: &str, in_front: bool) {
        let name = self.server.description().session_cookies.remove(0);
        let held = self.cookie(&name).unwrap_or_default();
        let now = self.server.clock().now();
        self.jar.forget(name.as_bytes());
        // Cookies with longer paths come first.
        let paths = if in_front { ["/_hardtack", "/"] } else { ["/", "/_hardtack"] };
        for (path, value) in paths.into_iter().zip([value, held.as_str()]) {
            let cookie = StoredCookie::new(name.as_bytes(), value.as_bytes(), "localhost", now);
            self.jar.plant(StoredCookie { path: path.to_owned(), ..cookie });
        }
    }

    pub(super) fn plant_named(&mut self, name: &str, value: &str) {
        let now = self.server.clock().now();
        self.jar.forget(name.as_bytes());
        self.jar.plant(StoredCookie::new(name.as_bytes(), value.as_bytes(), "localhost", now));
    }
}

impl Answer {
    pub(super) fn status(&self) -> u16 {
        self.response.status
    }

    pub(super) fn body(&self) -> Value {
        serde_json::from_slice(&self.response.body).unwrap_or(Value::Null)
    }

    /// What the operations answered; a failure as `{"error": …}`.
    pub(super) fn results(&self) -> Vec<Value> {
        let body = self.body();
        let Some(results) = body["results"].as_array() else { panic!("{} without results: {body}", self.status()) };
        results.iter().map(|result| result.get("ok").unwrap_or(result).clone()).collect()
    }

    /// The lines that set a cookie of this name.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.response.set_cookies().map(|line| String::from_utf8_lossy(line).into_owned());
        lines.filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))).collect()
    }

    /// The only line that sets a cookie of this name.
    pub(super) fn line(&self, name: &str) -> String {
        let [line] = self.lines(name).try_into().unwrap_or_else(|lines| panic!("not one line of {name}: {lines:?}"));
        line
    }

    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.response.header(name).map(|value| String::from_utf8_lossy(value).into_owned())
    }
}
