//! Observations of answers that a server in memory gives.

use std::sync::Arc;

use hardtack::cookie::{Jar, Origin, RequestContext, Timestamp, UserAgentModel};
use hardtack::judge::{Judged, Matching, Observation, Saved, SessionNames, Visit, judge, read_reply};
use hardtack::spec::{CookieExpect, Effect, Expect, Matcher, Operand, SetCookieExpect, Test};
use hardtack::wire::{Client, ConnectionUse, Exchange, Limits, Request, Response, in_memory};
use serde_json::Value;

/// When every answer arrives: 2033-05-18T03:33:20Z.
pub const ARRIVAL: Timestamp = Timestamp::from_secs(2_000_000_000);

/// The Date of an answer that arrives at [`ARRIVAL`].
pub const DATE: &str = "Wed, 18 May 2033 03:33:20 GMT";

/// One minute later.
pub const IN_A_MINUTE: &str = "Wed, 18 May 2033 03:34:20 GMT";

/// A browser that asks `http://app.localhost/_hardtack/run`.
pub struct Browser {
    pub jar: Jar,
    pub origin: Origin,
    pub session: Vec<&'static str>,
}

impl Browser {
    pub fn new() -> Self {
        Self {
            jar: Jar::new(UserAgentModel::Rfc6265bis),
            origin: Origin::http("app.localhost"),
            session: vec!["sid", "sid.sig"],
        }
    }

    /// A browser that holds what these lines set.
    pub fn holding(lines: &[&str]) -> Self {
        let mut browser = Self::new();
        for line in lines {
            let context = RequestContext::default();
            browser.jar.receive(&browser.origin, "/_hardtack/run", &context, line.as_bytes(), ARRIVAL);
        }
        browser
    }

    /// What an answer to a program of these operations brings.
    pub async fn sees(&mut self, operations: &[&str], answer: Response) -> Observation {
        let client =
            Client::new(in_memory(Limits::default(), move |_| std::future::ready(answer.clone())), Limits::default());
        let exchange = client.send(Request::new("POST", "/_hardtack/run"), ConnectionUse::New).await;
        self.takes(operations, exchange)
    }

    pub fn takes(&mut self, operations: &[&str], exchange: Exchange) -> Observation {
        let reply = read_reply(&exchange);
        let visit = Visit { origin: self.origin.clone(), target: exchange.request.target.clone(), arrival: ARRIVAL };
        let names = operations.iter().map(|name| (*name).to_owned()).collect();
        let session = SessionNames::new(self.session.iter().map(|name| (*name).to_owned()));
        Observation::receive(Arc::new(exchange), visit, names, reply, session, &mut self.jar)
    }
}

/// An answer with these Set-Cookie lines.
pub fn setting(lines: &[&str]) -> Response {
    let answer = Response::json(200, &serde_json::json!({"results": [{"ok": null}]})).with_header("Date", DATE);
    lines.iter().fold(answer, |answer, line| answer.with_header("Set-Cookie", line))
}

pub fn is(value: impl Into<Value>) -> Matcher {
    Matcher::of(Test::Is(Operand::Literal(value.into())))
}

pub fn cookie(name: &str, expect: SetCookieExpect) -> Expect {
    Expect { set_cookie: [(name.to_owned(), CookieExpect::Set(Box::new(expect)))].into(), ..Expect::default() }
}

pub fn effect(name: &str, effect: Effect) -> Expect {
    cookie(name, SetCookieExpect { effect: Some(effect), ..SetCookieExpect::default() })
}

pub fn judged(expect: &Expect, observation: &Observation) -> Vec<Judged> {
    judge(expect, observation, Matching::new(&Saved::new(), 2000), "steps[0]")
}

/// Codes of what is broken.
pub fn broken(expect: &Expect, observation: &Observation) -> Vec<String> {
    judged(expect, observation).into_iter().filter(|one| !one.held).map(|one| one.code).collect()
}
