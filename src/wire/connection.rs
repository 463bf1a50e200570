//! One client connection: a request out, an answer in.

use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    Anomaly, AnomalyKind, HeaderLine, Limits, Phase, Response, WireError,
    body::{self, Body, Framing, Pace},
    head::{self, HeadEnd, ResponseHead},
    message::trim,
    octets::{Octets, Sent},
};

/// What came back for one request.
pub(super) struct Answer {
    pub(super) result: Result<Response, WireError>,
    pub(super) partial: Option<Response>,
    pub(super) unparsed: Vec<u8>,
    pub(super) informational: Vec<Response>,
    /// Whether the connection can serve another exchange.
    pub(super) reusable: bool,
}

impl Answer {
    pub(super) fn failed(error: WireError) -> Self {
        Self { result: Err(error), partial: None, unparsed: Vec::new(), informational: Vec::new(), reusable: false }
    }

    /// Whether the connection ended without an octet of an answer.
    pub(super) fn is_silence(&self) -> bool {
        matches!(self.result, Err(WireError::ClosedBeforeAnswer)) && self.informational.is_empty()
    }
}

/// A connection to a server.
pub(super) struct Connection<S> {
    io: Octets<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { io: Octets::new(stream) }
    }

    /// Whether the server has neither closed nor said anything since the last answer, as far as is known.
    pub(super) fn is_quiet(&mut self) -> bool {
        self.io.is_quiet()
    }

    /// Sends the octets of a request and reads the answer.
    pub(super) async fn ask(&mut self, request: &[u8], method: &str, limits: &Limits, pace: Pace) -> Answer {
        let sent = self.io.send(request, pace.end).await;
        // A server may refuse a request before it has read it all, so that an answer is looked for all the same.
        if sent == Sent::Late && self.io.pending().is_empty() {
            return Answer::failed(WireError::Timeout { phase: Phase::Send, after: pace.total });
        }
        let mut answer = Answer::failed(WireError::ClosedBeforeAnswer);
        match self.read(method, limits, pace, &mut answer).await {
            Ok((mut response, keep)) => {
                if !self.io.pending().is_empty() && !response.body_truncated {
                    let offset = self.io.offset();
                    response.anomalies.push(Anomaly { kind: AnomalyKind::UnaskedOctets, offset });
                }
                answer.reusable = keep && sent == Sent::All && self.io.pending().is_empty();
                answer.result = Ok(response);
            }
            Err(error) => {
                if answer.partial.is_none() {
                    answer.unparsed.extend_from_slice(self.io.pending());
                }
                answer.result = Err(error);
            }
        }
        answer
    }

    /// Reads interim responses and the final one; says whether the connection can be kept.
    async fn read(
        &mut self,
        method: &str,
        limits: &Limits,
        pace: Pace,
        answer: &mut Answer,
    ) -> Result<(Response, bool), WireError> {
        let mut room = limits.head_octets;
        loop {
            self.io.begin_message();
            let octets = self.head(room, limits, pace, !answer.informational.is_empty()).await?;
            room -= octets.len();
            let mut parsed = match head::response_head(&octets) {
                Ok(parsed) => parsed,
                Err(error) => {
                    answer.unparsed = octets;
                    return Err(WireError::Garbage { what: error.what, offset: error.offset });
                }
            };
            let framing = body::response_framing(method, parsed.status, &parsed.fields, &mut parsed.anomalies);
            let keep = keeps(&parsed, framing);
            let mut response = Response {
                status: parsed.status,
                reason: parsed.reason,
                head: octets,
                headers: parsed.fields.lines,
                anomalies: parsed.anomalies,
                ..Response::default()
            };
            if response.status < 200 && response.status != 101 {
                answer.informational.push(response);
                continue;
            }
            let mut body = Body::default();
            let read = body.read(&mut self.io, framing, limits, pace).await;
            response.body = body.octets;
            response.body_truncated = body.truncated;
            response.trailers = body.trailers;
            response.anomalies.append(&mut body.anomalies);
            if let Err(error) = read {
                answer.partial = Some(response);
                return Err(error);
            }
            let keep = keep && !response.body_truncated;
            return Ok((response, keep));
        }
    }

    /// Reads one head of at most `room` octets. `begun` says that interim responses came before.
    async fn head(&mut self, room: usize, limits: &Limits, pace: Pace, begun: bool) -> Result<Vec<u8>, WireError> {
        let mut end = HeadEnd::default();
        loop {
            let pending = self.io.pending();
            if !head::may_be_response(pending) {
                return Err(WireError::Garbage { what: "no status line", offset: 0 });
            }
            let length = end.find(pending);
            if length.unwrap_or(pending.len()) > room {
                return Err(WireError::HeadTooLarge { limit: limits.head_octets });
            }
            if let Some(length) = length {
                return Ok(self.io.take(length));
            }
            let received = pending.len();
            let (patience, phase) =
                if received == 0 { (limits.first_byte, Phase::FirstOctet) } else { (limits.idle, Phase::Head) };
            if !pace.fill(&mut self.io, patience, phase).await? {
                return Err(if received == 0 && !begun {
                    WireError::ClosedBeforeAnswer
                } else {
                    WireError::ClosedInHead { received }
                });
            }
        }
    }
}

/// Whether a connection outlives a response with this head (RFC 9112, section 9.3).
fn keeps(head: &ResponseHead, framing: Framing) -> bool {
    let unsure = |anomaly: &Anomaly| {
        matches!(anomaly.kind, AnomalyKind::ConflictingLengths | AnomalyKind::LengthAndTransferCoding)
    };
    framing != Framing::Close
        && head.status != 101
        && !head.anomalies.iter().any(unsure)
        && keeps_by_fields(head.old, &head.fields.lines)
}

/// What version and `Connection` say about the connection's life.
pub(super) fn keeps_by_fields(old: bool, headers: &[HeaderLine]) -> bool {
    let says = |token: &str| {
        headers
            .iter()
            .filter(|line| line.is("Connection"))
            .flat_map(|line| line.value().split(|&octet| octet == b','))
            .any(|text| trim(text).eq_ignore_ascii_case(token.as_bytes()))
    };
    !says("close") && (!old || says("keep-alive"))
}
