//! An exchange as it is stored and shown.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize, Serializer};

use super::{Anomaly, Exchange, Request, Response, WireError, escape};
use crate::cookie::Timestamp;

/// An exchange for a stored run. Octets are text as [`escape`] writes it.
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
            request: RequestEvidence::of(&self.request, body_octets),
            informational: self.informational.iter().map(|response| escape(&response.head)).collect(),
            response: self.seen().map(|response| ResponseEvidence::of(response, body_octets)),
            unparsed: escape(&self.unparsed),
            error: self.result.as_ref().err().map(ErrorEvidence::of),
            curl: self.curl(),
        }
    }
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
