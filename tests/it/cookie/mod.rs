//! Tables of cases and properties for the cookie floor.

mod clocks;
mod dates;
mod domains_and_paths;
mod grammar;
mod in_context;
mod order_and_eviction;
mod parser;
mod properties;
mod request_field;
mod retrieval;
mod storage;

use hardtack::cookie::{Jar, Origin, Reception, RequestContext, Timestamp, UserAgentModel};

/// The arbitrary present of these tests.
const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

/// One browser that talks to one page at a time.
struct Browser {
    jar: Jar,
    origin: Origin,
    path: &'static str,
    context: RequestContext,
    now: Timestamp,
}

impl Browser {
    fn new(model: UserAgentModel) -> Self {
        Self {
            jar: Jar::new(model),
            origin: Origin::https("www.example.org"),
            path: "/",
            context: RequestContext::default(),
            now: NOW,
        }
    }

    fn bis() -> Self {
        Self::new(UserAgentModel::Rfc6265bis)
    }

    fn plain() -> Self {
        Self::new(UserAgentModel::Rfc6265)
    }

    /// Goes to a URL such as `http://example.org/a`.
    fn at(&mut self, url: &'static str) -> &mut Self {
        let (scheme, rest) = url.split_once("://").expect("a scheme");
        let slash = rest.find(['/', '?']).unwrap_or(rest.len());
        let host = &rest[..slash];
        self.origin = if scheme == "https" { Origin::https(host) } else { Origin::http(host) };
        self.path = &rest[slash..];
        self
    }

    fn receive(&mut self, line: impl AsRef<[u8]>) -> Reception {
        self.jar.receive(&self.origin, self.path, &self.context, line.as_ref(), self.now)
    }

    /// Stores a line that must be stored or replace another.
    fn set(&mut self, line: impl AsRef<[u8]>) -> &mut Self {
        let reception = self.receive(line);
        assert!(reception.cookie().is_some(), "{reception:?}");
        self
    }

    /// The code of the refusal, or what happened instead.
    fn verdict(&mut self, line: impl AsRef<[u8]>) -> &'static str {
        match self.receive(line) {
            Reception::Stored { .. } => "stored",
            Reception::Replaced { .. } => "replaced",
            Reception::Removed { .. } => "removed",
            Reception::Refused(why) => why.code(),
        }
    }

    /// The cookie-string for the current page, empty without cookies.
    fn sent(&mut self) -> String {
        let sent = self.jar.cookie_string(&self.origin, self.path, &self.context, self.now);
        String::from_utf8_lossy(&sent.unwrap_or_default()).into_owned()
    }

    /// The cookie-string for a URL.
    fn sent_to(&mut self, url: &'static str) -> String {
        let (origin, path) = (self.origin.clone(), self.path);
        let sent = self.at(url).sent();
        (self.origin, self.path) = (origin, path);
        sent
    }

    fn wait(&mut self, seconds: i64) -> &mut Self {
        self.now = self.now.plus(seconds);
        self
    }
}
