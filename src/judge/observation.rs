//! What one exchange brought, as far as it can be judged.

use std::sync::Arc;

use super::reply::NoReply;
use super::seen::{CookieSeen, EffectSeen, read_leniently, seconds_between};
use crate::contract::Reply;
use crate::cookie::{
    GrammarProfile, Jar, Origin, Reception, RequestContext, StoredCookie, Timestamp, canonical_host, check_grammar,
    check_in_context, domain_matches, parse_cookie_date,
};
use crate::wire::{Exchange, Response};

/// The role that stands for a target's session cookies.
pub const SESSION_ROLE: &str = "session";

/// The names behind the role `session`; the first carries the key. Empty when nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionNames(Arc<[String]>);

impl SessionNames {
    /// The role with these names.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().collect())
    }

    /// The cookie names that a name in a spec stands for: itself, or all names of the role.
    #[must_use]
    pub fn resolve<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        if name == SESSION_ROLE { self.0.iter().map(String::as_str).collect() } else { vec![name] }
    }

    /// The one cookie name that a name in a spec stands for: itself, or the first of the role.
    #[must_use]
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        if name == SESSION_ROLE { self.0.first().map(String::as_str) } else { Some(name) }
    }
}

/// Where a request went, and when its answer came, on the clock of the case.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The origin that was addressed.
    pub origin: Origin,
    /// Path and query.
    pub target: String,
    /// When the answer came.
    pub arrival: Timestamp,
}

/// What one exchange brought.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The exchange itself.
    pub exchange: Arc<Exchange>,
    /// Where it went.
    pub visit: Visit,
    /// The response's own Date.
    pub date: Option<Timestamp>,
    /// Each `Set-Cookie` line, in order.
    pub cookies: Vec<CookieSeen>,
    /// The operations that were asked for, by name.
    pub operations: Vec<String>,
    /// What they answered.
    pub reply: Result<Reply, NoReply>,
    /// The status that a server of the contract would have answered with, where the answer is an application's own:
    /// its redirect after a login is 200 there.
    pub contract_status: Option<u16>,
    /// What the role `session` stands for.
    pub session: SessionNames,
    /// What the browser would now send to where the request went.
    pub held: Vec<StoredCookie>,
}

impl Observation {
    /// Takes an exchange in: the browser's jar receives its `Set-Cookie` lines, also those of an answer whose body
    /// was cut off, as browsers do.
    pub fn receive(
        exchange: Arc<Exchange>,
        visit: Visit,
        operations: Vec<String>,
        reply: Result<Reply, NoReply>,
        session: SessionNames,
        jar: &mut Jar,
    ) -> Self {
        let date = exchange.seen().and_then(Response::date).and_then(|date| parse_cookie_date(date).ok());
        let lines: Vec<Vec<u8>> =
            exchange.seen().map(|response| response.set_cookies().map(<[u8]>::to_vec).collect()).unwrap_or_default();
        let mut cookies: Vec<CookieSeen> = lines
            .into_iter()
            .map(|line| CookieSeen { secret: !exchange.is_local(), ..take_in(line, &visit, date, jar) })
            .collect();
        for index in 0..cookies.len() {
            cookies[index].times =
                cookies.iter().filter(|other| other.written.name == cookies[index].written.name).count();
            if cookies[index].effect == EffectSeen::Removed && alive(jar, &cookies[index].written.name, &visit) {
                cookies[index].effect = EffectSeen::Kept;
            }
        }
        let held = jar.peek(&visit.origin, &visit.target, &RequestContext::default(), visit.arrival);
        Self { exchange, visit, date, cookies, operations, reply, contract_status: None, session, held }
    }

    /// Says whether words about the cookies must not show their values.
    pub fn keep_secret(&mut self, secret: bool) {
        for cookie in &mut self.cookies {
            cookie.secret = secret;
        }
    }

    /// The status, when a complete answer came: that of the contract where the answer is an application's own.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        let answered = self.exchange.result.as_ref().ok().map(|response| response.status);
        answered.map(|status| self.contract_status.unwrap_or(status))
    }

    /// The status on the wire, when a complete answer came.
    #[must_use]
    pub fn status_on_the_wire(&self) -> Option<u16> {
        self.exchange.result.as_ref().ok().map(|response| response.status)
    }

    /// The last line that sets a cookie of this name.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&CookieSeen> {
        self.cookies.iter().rev().find(|cookie| cookie.written.name == name.as_bytes())
    }

    /// The cookie of this name that the browser would send first to where the request went.
    #[must_use]
    pub fn held(&self, name: &str) -> Option<&StoredCookie> {
        self.held.iter().find(|cookie| cookie.name == name.as_bytes())
    }

    /// Why there is no complete answer, in words.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.exchange.result.as_ref().err().map(|error| format!("no complete answer: {error}"))
    }
}

fn take_in(line: Vec<u8>, visit: &Visit, date: Option<Timestamp>, jar: &mut Jar) -> CookieSeen {
    let model = jar.model();
    let written = read_leniently(&line, model);
    let reception = jar.receive(&visit.origin, &visit.target, &RequestContext::default(), &line, visit.arrival);
    let effect = match &reception {
        Reception::Stored { cookie } | Reception::Replaced { cookie, .. } if cookie.expires.is_none() => {
            EffectSeen::StoredUntilClose
        }
        Reception::Stored { .. } | Reception::Replaced { .. } => EffectSeen::Stored,
        Reception::Removed { .. } => EffectSeen::Removed,
        Reception::Refused(_) => EffectSeen::Refused,
    };
    let lifetime = (effect != EffectSeen::Refused).then(|| written.effective_lifetime(visit.arrival, model));
    let expires_in = written.expires().map(|at| seconds_between(date.unwrap_or(visit.arrival), at));
    let mut findings = check_grammar(&line, GrammarProfile::from(model));
    findings.extend(check_in_context(&line, &visit.origin, date));
    CookieSeen { line, written, reception, effect, lifetime, expires_in, findings, times: 1, secret: false }
}

/// Whether the jar holds a cookie of this name for this host, on whatever path.
fn alive(jar: &Jar, name: &[u8], visit: &Visit) -> bool {
    let Some(host) = canonical_host(&visit.origin.host) else { return false };
    jar.iter().any(|cookie| {
        cookie.name == name
            && !cookie.is_expired(visit.arrival)
            && if cookie.host_only { *host == *cookie.domain } else { domain_matches(&host, &cookie.domain) }
    })
}
