//! HTTP/2, for what HTTP/1 cannot say: a Cookie field in crumbs (RFC 9113, section 8.2.3).
//!
//! Connections begin with prior knowledge, or by ALPN over TLS. The library
//! behind it refuses malformed fields, so answers count as reconstructed.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{RecvStream, client, server};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::time::timeout;

use super::{
    Authority, HeaderLine, Limits, Phase, Request, Response, WireError, body::Pace, message::Version, server::stopped,
};

/// What a connection of HTTP/2 begins with.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0";

/// Fields that belong to a connection of HTTP/1.
const OF_CONNECTIONS: [&str; 5] = ["Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Host"];

/// Sends one request on a new connection, and reads the answer. The Cookie field goes out in crumbs, a field for each
/// pair.
pub(super) async fn ask<S>(
    stream: S,
    request: &Request,
    authority: &Authority,
    limits: &Limits,
    pace: Pace,
) -> Result<Response, WireError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let exchange = async {
        let (mut sender, connection) = client::handshake(stream).await.map_err(|error| gave_up(&error))?;
        // Drives the connection until the exchange is over; its errors reach the exchange too.
        let driver = tokio::spawn(async move {
            let _ = connection.await;
        });
        let answer = async {
            let head = request_head(request, authority)?;
            let last = request.body.is_empty();
            let (answer, mut body) = sender.send_request(head, last).map_err(|error| gave_up(&error))?;
            if !last {
                body.send_data(Bytes::from(request.body.clone()), true).map_err(|error| gave_up(&error))?;
            }
            let (head, body) = answer.await.map_err(|error| gave_up(&error))?.into_parts();
            let (body, body_truncated) = read(body, limits).await.map_err(|error| gave_up(&error))?;
            let status = head.status.as_u16();
            let headers = lines(&head.headers);
            Ok(Response { status, headers, body, body_truncated, reconstructed: true, ..Response::default() })
        }
        .await;
        driver.abort();
        answer
    };
    let late = || WireError::Timeout { phase: Phase::FirstOctet, after: pace.total };
    tokio::time::timeout_at(pace.end, exchange).await.unwrap_or_else(|_| Err(late()))
}

fn gave_up(error: &h2::Error) -> WireError {
    WireError::Remote { cause: format!("HTTP/2: {error}") }
}

fn request_head(request: &Request, authority: &Authority) -> Result<http::Request<()>, WireError> {
    let cannot = |what: &str| WireError::Remote { cause: format!("HTTP/2 cannot say {what}") };
    let host = request.header("Host").map(|host| String::from_utf8_lossy(host).into_owned());
    let uri = Uri::builder()
        .scheme(authority.scheme.name())
        .authority(host.unwrap_or_else(|| authority.host.clone()))
        .path_and_query(request.target.as_str())
        .build()
        .map_err(|_| cannot("this URL"))?;
    let mut head = http::Request::builder().method(request.method.as_str()).uri(uri);
    for line in request.headers.iter().filter(|line| !OF_CONNECTIONS.iter().any(|name| line.is(name))) {
        let crumbs: Vec<&[u8]> = if line.is("Cookie") { crumbs(line.value()) } else { vec![line.value()] };
        for value in crumbs {
            let value = HeaderValue::from_bytes(value).map_err(|_| cannot("this field"))?;
            head = head.header(line.name.as_str(), value);
        }
    }
    head.body(()).map_err(|_| cannot("this request"))
}

/// The pairs of a Cookie field, each for a field of its own.
fn crumbs(field: &[u8]) -> Vec<&[u8]> {
    let pairs = field.split(|octet| *octet == b';').map(<[u8]>::trim_ascii);
    pairs.filter(|pair| !pair.is_empty()).collect()
}

/// Reads a body up to the limit; whether more came.
async fn read(mut body: RecvStream, limits: &Limits) -> Result<(Vec<u8>, bool), h2::Error> {
    let mut octets = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece?;
        let room = limits.body_octets - octets.len();
        octets.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() > room {
            return Ok((octets, true));
        }
        // The peer may send as much again; it is gone if it does not hear of it.
        let _ = body.flow_control().release_capacity(piece.len());
    }
    Ok((octets, false))
}

fn lines(headers: &HeaderMap) -> Vec<HeaderLine> {
    headers.iter().map(|(name, value)| HeaderLine::new(name.as_str(), value.as_bytes())).collect()
}

/// Answers the requests of one connection, one after the other, until either side ends it.
pub(super) async fn serve<S, H, F>(stream: S, limits: &Limits, handler: &H, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let Ok(Ok(mut connection)) = timeout(limits.connect, server::handshake(stream)).await else { return };
    let mut waiting = VecDeque::new();
    loop {
        let (request, respond) = if let Some(next) = waiting.pop_front() {
            next
        } else {
            tokio::select! {
                biased;
                next = connection.accept() => match next {
                    Some(Ok(next)) => next,
                    _ => return,
                },
                () = stopped(&mut stop) => return connection.abrupt_shutdown(h2::Reason::NO_ERROR),
            }
        };
        let mut work = std::pin::pin!(answer(request, respond, limits, handler));
        // Only a connection that is asked for requests moves octets.
        loop {
            tokio::select! {
                () = &mut work => break,
                next = connection.accept() => match next {
                    Some(Ok(next)) => waiting.push_back(next),
                    _ => return,
                },
            }
        }
    }
}

async fn answer<H, F>(
    request: http::Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    limits: &Limits,
    handler: &H,
) where
    H: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let (head, body) = request.into_parts();
    let Ok((body, too_large)) = read(body, limits).await else { return };
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let host = head.uri.authority().map(|authority| HeaderLine::new("Host", authority.as_str()));
    let headers = host.into_iter().chain(lines(&head.headers)).collect();
    let method = head.method.as_str().to_owned();
    let silent = method == "HEAD";
    let request = Request { method, target, headers, body, version: Version::Http2, ..Request::default() };
    let response = if too_large { Response::new(413) } else { handler(request).await };
    let body = if silent { Vec::new() } else { response.body.clone() };
    let Some(head) = response_head(&response) else { return };
    // Whoever went away needs no answer.
    if let Ok(mut stream) = respond.send_response(head, body.is_empty())
        && !body.is_empty()
    {
        let _ = stream.send_data(Bytes::from(body), true);
    }
}

fn response_head(response: &Response) -> Option<http::Response<()>> {
    let mut head = http::Response::builder().status(response.status);
    for line in response.headers.iter().filter(|line| !OF_CONNECTIONS.iter().any(|name| line.is(name))) {
        // What HTTP/2 cannot say is left out, as servers in front of an application do.
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(line.name.as_bytes()), HeaderValue::from_bytes(line.value()))
        {
            head = head.header(name, value);
        }
    }
    head.body(()).ok()
}

/// A stream of which some octets were read already.
pub(super) struct Rewound<S> {
    pub(super) read: Vec<u8>,
    pub(super) stream: S,
}

impl<S: AsyncRead + Unpin> AsyncRead for Rewound<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.read.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let count = self.read.len().min(buffer.remaining());
        buffer.put_slice(&self.read[..count]);
        self.read.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Rewound<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_becomes_a_crumb_for_each_pair() {
        let expected: Vec<&[u8]> = vec![b"a=1", b"b=\"x y\"", b"c"];
        assert_eq!(crumbs(b"a=1; b=\"x y\";c; "), expected);
    }
}
