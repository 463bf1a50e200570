//! The server codec: requests in, a handler's responses out.

use std::sync::Arc;

use tokio::{
    io::{AsyncRead, AsyncWrite, duplex},
    sync::watch,
    time::{Duration, Instant},
};

use super::{
    Connector, Limits, Phase, Request, Response, WireError,
    body::{Body, Framing, Pace},
    connection::keeps_by_fields,
    encode,
    head::HeadEnd,
    http2,
    octets::{Arrival, Octets, Sent},
    request_head::{Refusal, RequestHead, refused, request_head},
};

/// Octets that a stream in memory holds in each direction.
const MEMORY_OCTETS: usize = 64 * 1024;

/// How long, and for how much, a refused client is heard out so that the refusal reaches it.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_OCTETS: usize = 4 * 1024 * 1024;

/// Answers the requests of one connection, one after the other, until either side ends it.
///
/// `handler` gets each well-formed request and its response is written as given, octet by octet in its fields;
/// `Content-Length` is added unless it frames itself, and `Date` is its business. Malformed requests are
/// answered with 400, too large heads with 431 and bodies with 413, too slow ones with 408, and end the
/// connection. [`Limits::total`] bounds the reading of one request and the writing of one response;
/// the handler may take as long as it likes.
pub async fn serve_connection<S, H, F>(stream: S, limits: &Limits, handler: H)
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    // The sender lives as long as the connection, so that nothing stops it.
    let (_running, stop) = watch::channel(false);
    serve_until(stream, limits, &handler, stop).await;
}

/// A connector of streams in memory, each served by `handler` in a task of its own. Needs a tokio runtime when
/// it connects.
pub fn in_memory<H, F>(limits: Limits, handler: H) -> Connector
where
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let handler = Arc::new(handler);
    Connector::memory(move || {
        let (client, server) = duplex(MEMORY_OCTETS);
        let handler = Arc::clone(&handler);
        tokio::spawn(async move { serve_connection(server, &limits, |request| handler(request)).await });
        client
    })
}

/// [`serve_connection`] that ends after the current request once `stop` says so or its sender is gone.
pub(super) async fn serve_until<S, H, F>(stream: S, limits: &Limits, handler: &H, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let mut connection = Serving { io: Octets::new(stream), limits, http2: false };
    loop {
        let next = tokio::select! {
            biased;
            next = connection.next() => next,
            () = stopped(&mut stop) => Ok(None),
        };
        let (request, old) = match next {
            Ok(Some(next)) => next,
            Ok(None) if connection.http2 => {
                return http2::serve(connection.io.into_stream(), limits, handler, stop).await;
            }
            Ok(None) => return connection.io.shutdown().await,
            Err(refusal) => return connection.refuse(refusal).await,
        };
        let method = request.method.clone();
        let keep = keeps_by_fields(old, &request.headers);
        let response = handler(request).await;
        let last = old || !keep || *stop.borrow() || !keeps_by_fields(false, &response.headers);
        if !connection.write(&response, &method, last).await || last {
            return connection.io.shutdown().await;
        }
    }
}

/// Waits until `stop` says so or its sender is gone.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

struct Serving<'a, S> {
    io: Octets<S>,
    limits: &'a Limits,
    /// Whether the client speaks HTTP/2.
    http2: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Serving<'_, S> {
    /// The next request and whether it is of HTTP/1.0; `None` when the client is done.
    async fn next(&mut self) -> Result<Option<(Request, bool)>, Refusal> {
        if self.io.pending().is_empty()
            && !matches!(self.io.fill(Instant::now() + self.limits.idle).await, Arrival::Some)
        {
            return Ok(None);
        }
        if self.io.pending().starts_with(http2::PREFACE) {
            self.http2 = true;
            return Ok(None);
        }
        let pace = Pace::starting(self.limits);
        self.io.begin_message();
        let Some(octets) = self.head(pace).await? else { return Ok(None) };
        let RequestHead { mut request, framing, old } = request_head(octets)?;
        if matches!(framing, Framing::Length(length) if length > self.limits.body_octets) {
            return Err(too_large());
        }
        if request.headers_named("Expect").any(|value| value.eq_ignore_ascii_case(b"100-continue")) {
            self.io.send_all(b"HTTP/1.1 100 Continue\r\n\r\n", pace.end).await;
        }
        let mut body = Body::default();
        match body.read(&mut self.io, framing, self.limits, pace).await {
            Ok(()) if body.truncated => return Err(too_large()),
            Ok(()) => {}
            Err(WireError::ClosedInBody { .. }) => return Ok(None),
            Err(error) => return Err(refusal_of(&error)),
        }
        if let Some(why) = body.anomalies.iter().find_map(|anomaly| refused(anomaly.kind)) {
            return Err(Refusal::malformed(why));
        }
        request.body = body.octets;
        Ok(Some((request, old)))
    }

    /// The head of a request that has begun; `None` when the client goes away inside it.
    async fn head(&mut self, pace: Pace) -> Result<Option<Vec<u8>>, Refusal> {
        let mut end = HeadEnd::default();
        loop {
            let pending = self.io.pending();
            let length = end.find(pending);
            if length.unwrap_or(pending.len()) > self.limits.head_octets {
                return Err(Refusal { status: 431, why: "the head is too large" });
            }
            // TLS and other protocols are refused at once instead of waiting for a line that never ends.
            if pending
                .iter()
                .find(|octet| !matches!(octet, b'\r' | b'\n'))
                .is_some_and(|octet| !octet.is_ascii_graphic())
            {
                return Err(Refusal::malformed("no request line"));
            }
            if let Some(length) = length {
                return Ok(Some(self.io.take(length)));
            }
            match pace.fill(&mut self.io, self.limits.idle, Phase::Head).await {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(refusal_of(&error)),
            }
        }
    }

    /// Writes a response; `false` when it did not get out.
    async fn write(&mut self, response: &Response, method: &str, last: bool) -> bool {
        let octets = encode::response(response, method, last);
        let by = Instant::now() + self.limits.total;
        self.io.send_all(&octets, by).await == Sent::All
    }

    /// Answers with a refusal, then hears the client out for a moment: closing with unread octets would reset the
    /// connection and could destroy the answer on its way.
    async fn refuse(&mut self, refusal: Refusal) {
        if !self.write(&refusal.response(), "GET", true).await {
            return;
        }
        self.io.shutdown().await;
        let by = Instant::now() + LINGER;
        let mut heard = 0;
        while heard < LINGER_OCTETS && matches!(self.io.fill(by).await, Arrival::Some) {
            heard += self.io.pending().len();
            self.io.skip(self.io.pending().len());
        }
    }
}

fn too_large() -> Refusal {
    Refusal { status: 413, why: "the body is too large" }
}

fn refusal_of(error: &WireError) -> Refusal {
    match error {
        WireError::Timeout { .. } => Refusal { status: 408, why: "the request took too long" },
        WireError::HeadTooLarge { .. } => Refusal { status: 431, why: "the trailers are too large" },
        _ => Refusal::malformed("a body that is not what its framing says"),
    }
}
