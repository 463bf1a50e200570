//! An exchange as it is stored and shown.

use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize, Serializer};

use super::{Anomaly, Exchange, Request, Response, WireError, escape};
use crate::cookie::Timestamp;

/// The port of `hardtack serve` in command lines for exchanges that went over no network.
pub const SERVED_AT: u16 = 8000;

/// An exchange for a stored run. Octets are text as `escape` writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// [`Exchange::id`].
    pub id: u64,
    /// When it began, in milliseconds since 1970.
    pub started: Timestamp,
    /// How long it took, in microseconds.
    pub elapsed_us: u64,
    /// The URL of the request.
    pub url: String,
    /// Where the connection went, if to a socket of our choice.
    pub address: Option<SocketAddr>,
    /// Whether the connection had served an exchange before.
    pub reused_connection: bool,
    /// Whether the server was inside this process; the command line then speaks to `hardtack serve` on port
    /// [`SERVED_AT`].
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_memory: bool,
    /// What was sent.
    pub request: RequestEvidence,
    /// Heads of the interim responses, octets as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub informational: Vec<String>,
    /// What came back, as far as its head was complete.
    pub response: Option<ResponseEvidence>,
    /// Octets that never became a head, as text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unparsed: String,
    /// Why there is no complete response.
    pub error: Option<ErrorEvidence>,
    /// A command line that repeats the request.
    pub curl: String,
}

/// A request for a stored run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestEvidence {
    /// The method.
    pub method: String,
    /// The head as it was sent, octets as text; empty where another HTTP client wrote it.
    pub head: String,
    /// The body.
    pub body: BodyEvidence,
}

/// A response for a stored run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseEvidence {
    /// The status code.
    pub status: u16,
    /// The head as it arrived, octets as text.
    pub head: String,
    /// The body after its transfer coding.
    pub body: BodyEvidence,
    /// Whether the body was longer than the limit of the exchange.
    #[serde(default, skip_serializing_if = "is_false")]
    pub body_truncated: bool,
    /// Names and values of trailers, octets as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trailers: Vec<(String, String)>,
    /// What is odd about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anomalies: Vec<Anomaly>,
    /// Whether the head was rebuilt from what another HTTP client gave.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reconstructed: bool,
}

/// A body, or its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyEvidence {
    /// The octets that are stored, as text.
    pub text: String,
    /// How many octets follow that are not stored.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted: usize,
}

/// A failure for a stored run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEvidence {
    /// [`WireError::kind`].
    pub kind: String,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Exchange {
    /// The exchange for a stored run, with at most `body_octets` of each body.
    #[must_use]
    pub fn evidence(&self, body_octets: usize) -> Evidence {
        Evidence {
            id: self.id,
            started: self.started,
            elapsed_us: u64::try_from(self.elapsed.as_micros()).unwrap_or(u64::MAX),
            url: self.url(),
            address: self.address,
            reused_connection: self.reused_connection,
            in_memory: self.is_in_memory(),
            request: RequestEvidence::of(&self.request, body_octets),
            informational: self.informational.iter().map(|response| escape(&response.head)).collect(),
            response: self.seen().map(|response| ResponseEvidence::of(response, body_octets)),
            unparsed: escape(&self.unparsed),
            error: self.result.as_ref().err().map(ErrorEvidence::of),
            curl: if self.is_in_memory() {
                // Nothing listens; the same server can.
                let address = Some((Ipv4Addr::LOCALHOST, SERVED_AT).into());
                Self { address, ..self.clone() }.curl()
            } else {
                self.curl()
            },
        }
    }

    /// Whether the server was inside this process. A client that chooses its own address gives a reconstructed answer.
    fn is_in_memory(&self) -> bool {
        self.address.is_none() && self.seen().is_some_and(|response| !response.reconstructed)
    }
}

impl Evidence {
    /// Scheme, host and port that the request names, as its URL writes them.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.url[..self.url.len() - self.path_and_query().len()]
    }

    /// The target of the request: path and query.
    #[must_use]
    pub fn target(&self) -> &str {
        if self.path_and_query().is_empty() { "/" } else { self.path_and_query() }
    }

    fn path_and_query(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.find('/').map_or("", |at| &rest[at..])
    }
}

impl RequestEvidence {
    /// Names and values of the fields, octets as text.
    #[must_use]
    pub fn fields(&self) -> Vec<(&str, &str)> {
        fields(&self.head)
    }
}

impl ResponseEvidence {
    /// Names and values of the fields, octets as text.
    #[must_use]
    pub fn fields(&self) -> Vec<(&str, &str)> {
        fields(&self.head)
    }

    /// The words behind the status code.
    #[must_use]
    pub fn reason(&self) -> &str {
        lines(&self.head).first().and_then(|line| line.splitn(3, ' ').nth(2)).unwrap_or_default()
    }
}

/// The fields of a head that [`escape`] wrote. A folded line belongs to the field before it and is left out.
fn fields(head: &str) -> Vec<(&str, &str)> {
    let lines = lines(head);
    let fields = lines.into_iter().skip(1).filter(|line| !(line.starts_with(' ') || line.starts_with("\\t")));
    fields.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim_end(), value.trim())).collect()
}

/// The lines of a head that [`escape`] wrote, without their ends.
fn lines(head: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let (mut start, mut at) = (0, 0);
    let octets = head.as_bytes();
    while at < octets.len() {
        if octets[at] != b'\\' {
            at += 1;
            continue;
        }
        if octets.get(at + 1) == Some(&b'n') {
            let line = &head[start..at];
            lines.push(line.strip_suffix("\\r").unwrap_or(line));
            start = at + 2;
        }
        at += 2;
    }
    if start < head.len() {
        lines.push(&head[start..]);
    }
    lines
}

/// As [`Exchange::evidence`] with whole bodies.
impl Serialize for Exchange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.evidence(usize::MAX).serialize(serializer)
    }
}

impl RequestEvidence {
    fn of(request: &Request, body_octets: usize) -> Self {
        Self {
            method: request.method.clone(),
            head: escape(&request.head),
            body: BodyEvidence::of(&request.body, body_octets),
        }
    }
}

impl ResponseEvidence {
    fn of(response: &Response, body_octets: usize) -> Self {
        Self {
            status: response.status,
            head: escape(&response.head),
            body: BodyEvidence::of(&response.body, body_octets),
            body_truncated: response.body_truncated,
            trailers: response.trailers.iter().map(|line| (line.name.clone(), escape(line.value()))).collect(),
            anomalies: response.anomalies.clone(),
            reconstructed: response.reconstructed,
        }
    }
}

impl BodyEvidence {
    fn of(octets: &[u8], limit: usize) -> Self {
        let stored = octets.len().min(limit);
        Self { text: escape(&octets[..stored]), omitted: octets.len() - stored }
    }
}

impl ErrorEvidence {
    fn of(error: &WireError) -> Self {
        Self { kind: error.kind().to_owned(), message: error.to_string(), remedy: error.remedy().to_owned() }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}
