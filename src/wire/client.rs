//! The client: exchanges over new or kept connections.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::{
    Authority, Connector, Exchange, HeaderLine, Limits, Request, TlsError,
    body::Pace,
    connection::{Answer, Connection},
    connector::Stream,
    encode,
    head::{self, HeadEnd},
    http2,
    message::Version,
};
use crate::cookie::{Clock, SystemClock};

/// Connections that are kept at most while idle.
const IDLE_CONNECTIONS: usize = 64;

/// Which connection a request may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionUse {
    /// One that is kept from an earlier exchange, if there is one; kept afterwards.
    #[default]
    Shared,
    /// One of its own, ended afterwards. `Connection: close` tells the server so.
    New,
}

/// Sends requests to one server. Clones share their connections; any number of exchanges may run at once.
/// Redirects are never followed and nothing is retried, except once on a new connection when a kept one turns out
/// to have been closed before an octet of the answer.
#[derive(Clone)]
pub struct Client {
    connector: Connector,
    limits: Limits,
    authority: Authority,
    idle: Arc<Pool>,
}

type Pool = Mutex<Vec<Connection<Box<dyn Stream>>>>;

impl Client {
    /// A client whose requests go to `connector`.
    #[must_use]
    pub fn new(connector: Connector, limits: Limits) -> Self {
        Self { authority: connector.authority(), connector, limits, idle: Arc::default() }
    }

    /// A client of the same server that addresses requests without `Host` to `authority`. Over TLS it has
    /// connections of its own, which name that host in the handshake.
    pub fn addressed_to(&self, authority: &Authority) -> Result<Self, TlsError> {
        let connector = self.connector.for_host(&authority.host)?;
        let idle = if matches!(connector, Connector::Tls { .. }) { Arc::default() } else { Arc::clone(&self.idle) };
        Ok(Self { connector, limits: self.limits, authority: authority.clone(), idle })
    }

    /// A client that shares the connections of this one under other limits.
    #[must_use]
    pub fn with_limits(&self, limits: Limits) -> Self {
        Self { limits, ..self.clone() }
    }

    /// The limits of every exchange.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The authority of requests without `Host`.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Where connections come from.
    #[must_use]
    pub fn connector(&self) -> &Connector {
        &self.connector
    }

    /// Sends a request and waits for its answer, within the limits.
    pub async fn send(&self, request: Request, how: ConnectionUse) -> Exchange {
        if request.version == Version::Http2 {
            return self.send_http2(request).await;
        }
        let mut request = self.complete(request, how);
        let (octets, head) = encode::request(&request);
        request.head = octets[..head].to_vec();
        self.exchange(request, &octets, how).await
    }

    /// Sends a request over HTTP/2, on a connection of its own.
    async fn send_http2(&self, mut request: Request) -> Exchange {
        if request.header("Host").is_none() {
            request = request.addressed_to(&self.authority);
        }
        let (id, started, begun) = (Exchange::next_id(), SystemClock.now(), Instant::now());
        let pace = Pace::starting(&self.limits);
        let connected = self.connector.with_http2().connect(&self.limits, pace.end).await;
        let result = match connected {
            Ok(stream) => http2::ask(stream, &request, &self.authority, &self.limits, pace).await,
            Err(error) => Err(error),
        };
        Exchange {
            id,
            started,
            elapsed: begun.elapsed(),
            authority: self.authority.clone(),
            address: self.connector.address(),
            request,
            result,
            partial: None,
            unparsed: Vec::new(),
            informational: Vec::new(),
            reused_connection: false,
        }
    }

    /// Sends octets that no [`Request`] can express, exactly as they are. Method, target and fields are read from
    /// them as far as they make sense.
    pub async fn send_raw(&self, octets: &[u8], how: ConnectionUse) -> Exchange {
        self.exchange(describe(octets), octets, how).await
    }

    /// Adds the fields that a request needs and does not have.
    fn complete(&self, mut request: Request, how: ConnectionUse) -> Request {
        if request.header("Host").is_none() {
            request = request.addressed_to(&self.authority);
        }
        let expects_body = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
        if (expects_body || !request.body.is_empty()) && !encode::frames_itself(&request.headers) {
            let length = request.body.len().to_string();
            request.headers.push(HeaderLine::new("Content-Length", length));
        }
        if how == ConnectionUse::New && request.header("Connection").is_none() {
            request.headers.push(HeaderLine::new("Connection", "close"));
        }
        request
    }

    async fn exchange(&self, request: Request, octets: &[u8], how: ConnectionUse) -> Exchange {
        let id = Exchange::next_id();
        let started = SystemClock.now();
        let begun = Instant::now();
        let pace = Pace::starting(&self.limits);
        let (answer, reused_connection) = self.answer(&request.method, octets, how, pace).await;
        let named = request.header("Host").and_then(|host| Authority::from_host_field(self.connector.scheme(), host));
        Exchange {
            id,
            started,
            elapsed: begun.elapsed(),
            authority: named.unwrap_or_else(|| self.authority.clone()),
            address: self.connector.address(),
            request,
            result: answer.result,
            partial: answer.partial,
            unparsed: answer.unparsed,
            informational: answer.informational,
            reused_connection,
        }
    }

    async fn answer(&self, method: &str, octets: &[u8], how: ConnectionUse, pace: Pace) -> (Answer, bool) {
        if how == ConnectionUse::Shared
            && let Some(mut kept) = self.kept()
        {
            let answer = kept.ask(octets, method, &self.limits, pace).await;
            if !answer.is_silence() {
                self.keep(kept, &answer);
                return (answer, true);
            }
        }
        let mut fresh = match self.connector.connect(&self.limits, pace.end).await {
            Ok(stream) => Connection::new(stream),
            Err(error) => return (Answer::failed(error), false),
        };
        let answer = fresh.ask(octets, method, &self.limits, pace).await;
        if how == ConnectionUse::Shared {
            self.keep(fresh, &answer);
        }
        (answer, false)
    }

    /// An idle connection that looks alive; the youngest first, since it is the least likely to be closed.
    fn kept(&self) -> Option<Connection<Box<dyn Stream>>> {
        loop {
            let mut connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if connection.is_quiet() {
                return Some(connection);
            }
        }
    }

    fn keep(&self, connection: Connection<Box<dyn Stream>>, answer: &Answer) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if answer.reusable && idle.len() < IDLE_CONNECTIONS {
            idle.push(connection);
        }
    }
}

/// What can be said of the octets of a request.
fn describe(octets: &[u8]) -> Request {
    let end = HeadEnd::default().find(octets).unwrap_or(octets.len());
    let (head, body) = octets.split_at(end);
    let first = head.iter().position(|&octet| octet == b'\n').map_or(head.len(), |feed| feed + 1);
    let line = String::from_utf8_lossy(&head[..first]);
    let mut words = line.split_ascii_whitespace().map(str::to_owned);
    Request {
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
        headers: head::fields(&head[first..], first, &mut Vec::new()).lines,
        body: body.to_vec(),
        head: head.to_vec(),
        version: Version::Http1,
    }
}
