//! A kept connection for load: one request at a time, buffers that the caller lends, and of a head only what
//! framing and cookies need.
//!
//! [`Client`](super::Client) keeps every octet as evidence, which costs more than the exchange itself. Here nothing
//! is copied and nothing is allocated while a server answers in the usual way.

use std::future::poll_fn;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use httparse::{ParserConfig, Status};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Duration, Instant, Sleep, sleep_until};

use super::connector::Stream;
use super::message::trim;
use super::{Connector, Limits, WireError};

/// Room that a read asks for at least.
const READ_OCTETS: usize = 4096;

/// What comes so long after the beginning of its answer was held back. Systems put acknowledgements off by 40 ms and more,
/// and a server that writes in pieces with Nagle's algorithm on waits for them (RFC 9293, sections 3.7.4 and 3.8.6.3).
const HELD_BACK: Duration = Duration::from_millis(30);

/// Field lines that a head may have.
const MOST_FIELDS: usize = 64;

/// A connection that serves one request after the other.
pub struct KeptConnection {
    io: Io,
    /// Rings once per patience at most, and is only set anew when it rings: a timer for each request would cost more
    /// than reading the answer.
    alarm: Pin<Box<Sleep>>,
}

enum Io {
    Tcp(TcpStream),
    Other(Box<dyn Stream>),
}

/// An answer, in buffers that are used again and again.
#[derive(Debug, Default)]
pub struct AnswerBuffer {
    octets: Vec<u8>,
    /// The body of a chunked answer, put together.
    joined: Vec<u8>,
    status: u16,
    fields: Range<usize>,
    /// `None` when it is in `joined`.
    body: Option<Range<usize>>,
    sets_cookie: bool,
    keeps: bool,
    held_back: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeptError {
    /// No connection.
    #[error("{0}")]
    Connect(WireError),
    /// The server closed or broke the connection before the answer was complete.
    #[error("the connection ended after {received} octets of the answer")]
    Closed {
        /// What had arrived.
        received: usize,
    },
    /// The answer took too long.
    #[error("no answer within {0:?}")]
    Late(Duration),
    /// What came is not HTTP/1.
    #[error("the answer is not HTTP/1: {0}")]
    Garbage(String),
    /// The answer is larger than the limits allow.
    #[error("the answer is larger than {0} octets")]
    TooLarge(usize),
}

/// How a body ends.
enum End {
    Nothing,
    Length(usize),
    Chunked,
    Close,
}

impl AnswerBuffer {
    /// An answer that another client has read.
    #[must_use]
    pub fn of(status: u16, set_cookies: &[&[u8]], body: &[u8]) -> Self {
        let mut answer = Self { status, keeps: true, sets_cookie: !set_cookies.is_empty(), ..Self::default() };
        for line in set_cookies {
            answer.octets.extend_from_slice(b"Set-Cookie: ");
            answer.octets.extend_from_slice(line);
            answer.octets.extend_from_slice(b"\r\n");
        }
        answer.fields = 0..answer.octets.len();
        answer.octets.extend_from_slice(body);
        answer.body = Some(answer.fields.end..answer.octets.len());
        answer
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.body.as_ref().map_or(self.joined.as_slice(), |range| &self.octets[range.clone()])
    }

    /// Status line and field lines.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.octets[..self.fields.end]
    }

    /// Whether its end came 30 ms or more after its beginning.
    #[must_use]
    pub const fn is_held_back(&self) -> bool {
        self.held_back
    }

    /// Whether there is a `Set-Cookie` line.
    #[must_use]
    pub const fn sets_cookie(&self) -> bool {
        self.sets_cookie
    }

    /// The values of the `Set-Cookie` lines.
    pub fn set_cookies(&self) -> impl Iterator<Item = &[u8]> {
        self.octets[self.fields.clone()].split(|&octet| octet == b'\n').filter_map(|line| {
            let colon = line.iter().position(|&octet| octet == b':')?;
            line[..colon].eq_ignore_ascii_case(b"set-cookie").then(|| line[colon + 1..].trim_ascii())
        })
    }

    fn clear(&mut self) {
        self.octets.clear();
        self.joined.clear();
        self.body = None;
        self.held_back = false;
    }
}

impl KeptConnection {
    /// A new connection.
    pub async fn open(connector: &Connector, limits: &Limits) -> Result<Self, KeptError> {
        let by = Instant::now() + limits.connect;
        let io = if let Connector::Tcp { address } = connector {
            let failed = |cause: String| KeptError::Connect(WireError::Connect { address: address.to_string(), cause });
            let stream = tokio::time::timeout_at(by, TcpStream::connect(address)).await;
            let stream = stream
                .map_err(|_| {
                    KeptError::Connect(WireError::ConnectTimeout {
                        address: address.to_string(),
                        after: limits.connect,
                    })
                })?
                .map_err(|error| failed(error.to_string()))?;
            stream.set_nodelay(true).map_err(|error| failed(error.to_string()))?;
            Io::Tcp(stream)
        } else {
            Io::Other(connector.connect(limits, by).await.map_err(KeptError::Connect)?)
        };
        Ok(Self { io, alarm: Box::pin(sleep_until(Instant::now() + limits.total)) })
    }

    /// Sends a request that began at `started` and reads its whole answer. Says whether the connection can serve
    /// another one; after an error it cannot.
    pub fn ask(
        &mut self,
        request: &[u8],
        answer: &mut AnswerBuffer,
        started: Instant,
        limits: &Limits,
    ) -> impl Future<Output = Result<bool, KeptError>> {
        answer.clear();
        let mut progress = Progress { sent: 0, end: None, parted: None };
        // One future by hand instead of several within each other: those are copied into one another for each request.
        poll_fn(move |context| {
            let polled = match &mut self.io {
                Io::Tcp(stream) => progress.poll(stream, context, request, answer, limits),
                Io::Other(stream) => progress.poll(stream, context, request, answer, limits),
            };
            if polled.is_ready() {
                return polled;
            }
            loop {
                ready!(self.alarm.as_mut().poll(context));
                let by = started + limits.total;
                if Instant::now() >= by {
                    return Poll::Ready(Err(KeptError::Late(limits.total)));
                }
                // It was set for an earlier request.
                self.alarm.as_mut().reset(by);
            }
        })
    }
}

/// How far an exchange has come.
struct Progress {
    /// Octets of the request.
    sent: usize,
    /// How the body ends, once the head is there.
    end: Option<End>,
    /// When its beginning was there and its end was not.
    parted: Option<Instant>,
}

impl Progress {
    /// Goes on as far as it can, to whether the connection can serve another request.
    fn poll<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        context: &mut Context<'_>,
        request: &[u8],
        answer: &mut AnswerBuffer,
        limits: &Limits,
    ) -> Poll<Result<bool, KeptError>> {
        while self.sent < request.len() {
            let sent = ready!(Pin::new(&mut *stream).poll_write(context, &request[self.sent..]));
            // A server may answer before it has read everything: what became of the rest shows in the answer.
            self.sent = sent.ok().filter(|sent| *sent > 0).map_or(request.len(), |sent| self.sent + sent);
        }
        loop {
            answer.octets.reserve(READ_OCTETS);
            // A reset connection is a closed one.
            let closed = ready!(pin!(stream.read_buf(&mut answer.octets)).poll(context)).unwrap_or(0) == 0;
            if let Some(done) = self.take_in(answer, closed, limits).transpose() {
                answer.held_back = self.parted.is_some_and(|parted| parted.elapsed() >= HELD_BACK);
                return Poll::Ready(done);
            }
            self.parted.get_or_insert_with(Instant::now);
        }
    }

    /// Makes what it can of what was read; `None` while something is missing.
    fn take_in(&mut self, answer: &mut AnswerBuffer, closed: bool, limits: &Limits) -> Result<Option<bool>, KeptError> {
        let received = answer.octets.len();
        if self.end.is_none() && !closed {
            self.end = head(answer)?;
        }
        let start = answer.fields.end;
        let whole = match &self.end {
            None if !closed && received > limits.head_octets => return Err(KeptError::TooLarge(limits.head_octets)),
            None => None,
            Some(End::Nothing) => Some(Some(start..start)),
            Some(End::Length(length)) if *length > limits.body_octets => {
                return Err(KeptError::TooLarge(limits.body_octets));
            }
            Some(End::Length(length)) => (received >= start + length).then(|| Some(start..start + length)),
            Some(End::Chunked) => (!closed && chunks(answer)?).then_some(None),
            Some(End::Close) => closed.then_some(Some(start..received)),
        };
        if let Some(body) = whole {
            answer.body = body;
            return Ok(Some(answer.keeps && !matches!(self.end, Some(End::Close))));
        }
        if closed {
            return Err(KeptError::Closed { received });
        }
        if self.end.is_some() && received > start + limits.body_octets {
            return Err(KeptError::TooLarge(limits.body_octets));
        }
        Ok(None)
    }
}

/// Reads the head, once it is there. Interim answers are dropped.
fn head(answer: &mut AnswerBuffer) -> Result<Option<End>, KeptError> {
    loop {
        let mut fields = [const { MaybeUninit::uninit() }; MOST_FIELDS];
        let mut response = httparse::Response::new(&mut []);
        let parsed =
            ParserConfig::default().parse_response_with_uninit_headers(&mut response, &answer.octets, &mut fields);
        let length = match parsed {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Ok(None),
            Err(error) => return Err(KeptError::Garbage(error.to_string())),
        };
        let status = response.code.unwrap_or_default();
        if (100..200).contains(&status) {
            answer.octets.drain(..length);
            continue;
        }
        let mut end = End::Close;
        let mut keeps = response.version == Some(1);
        answer.sets_cookie = false;
        for field in response.headers.iter() {
            // Lengths first: most fields are none of these.
            match field.name.len() {
                10 if field.name.eq_ignore_ascii_case("set-cookie") => answer.sets_cookie = true,
                10 if field.name.eq_ignore_ascii_case("connection") => {
                    keeps = has_token(field.value, b"keep-alive") || (keeps && !has_token(field.value, b"close"));
                }
                14 if field.name.eq_ignore_ascii_case("content-length") && !matches!(end, End::Chunked) => {
                    let length = str::from_utf8(field.value).ok().and_then(|text| text.trim().parse().ok());
                    end = End::Length(length.ok_or_else(|| KeptError::Garbage("a bad Content-Length".to_owned()))?);
                }
                17 if field.name.eq_ignore_ascii_case("transfer-encoding") && has_token(field.value, b"chunked") => {
                    end = End::Chunked;
                }
                _ => {}
            }
        }
        if matches!(status, 204 | 304) {
            end = End::Nothing;
        }
        answer.status = status;
        answer.keeps = keeps;
        answer.fields = 0..length;
        return Ok(Some(end));
    }
}

fn has_token(value: &[u8], token: &[u8]) -> bool {
    value.split(|&octet| octet == b',').any(|part| trim(part).eq_ignore_ascii_case(token))
}

/// Joins the chunks behind the head; `false` while some are missing.
fn chunks(answer: &mut AnswerBuffer) -> Result<bool, KeptError> {
    answer.joined.clear();
    let mut at = answer.fields.end;
    loop {
        let rest = &answer.octets[at..];
        let (line, size) = match httparse::parse_chunk_size(rest) {
            Ok(Status::Complete((line, size))) => (line, usize::try_from(size).unwrap_or(usize::MAX)),
            Ok(Status::Partial) => return Ok(false),
            Err(_) => return Err(KeptError::Garbage("a bad chunk size".to_owned())),
        };
        if size == 0 {
            // Trailers, if any, end with an empty line.
            let trailers = &rest[line..];
            return Ok(trailers.starts_with(b"\r\n") || trailers.windows(4).any(|four| four == b"\r\n\r\n"));
        }
        let Some(chunk) = rest.get(line..line.saturating_add(size)) else { return Ok(false) };
        answer.joined.extend_from_slice(chunk);
        at += line + size;
        match answer.octets.get(at..at + 2) {
            None => return Ok(false),
            Some(b"\r\n") => at += 2,
            Some(_) => return Err(KeptError::Garbage("a chunk does not end where it should".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(text: &[u8]) -> AnswerBuffer {
        AnswerBuffer { octets: text.to_vec(), ..AnswerBuffer::default() }
    }

    #[test]
    fn heads_end_bodies_in_four_ways() {
        let end = |text: &[u8]| head(&mut buffer(text)).unwrap().unwrap();
        assert!(matches!(end(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), End::Length(3)));
        assert!(matches!(end(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"), End::Chunked));
        assert!(matches!(end(b"HTTP/1.1 204 No Content\r\n\r\n"), End::Nothing));
        assert!(matches!(end(b"HTTP/1.1 200 OK\r\n\r\n"), End::Close));
        assert!(head(&mut buffer(b"HTTP/1.1 200 OK\r\nA: b\r\n")).unwrap().is_none());
        assert!(matches!(head(&mut buffer(b"SSH-2.0\r\n\r\n")), Err(KeptError::Garbage(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_that_comes_long_after_its_beginning_was_held_back() {
        use tokio::io::AsyncWriteExt as _;
        let whole = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!";
        let (status, head) = (17, whole.len() - 1);
        for (cut, pause, held_back) in [(head, 0, false), (head, 29, false), (head, 40, true), (status, 40, true)] {
            let (first, rest) = whole.split_at(cut);
            let connector = Connector::memory(move || {
                let (client, mut server) = tokio::io::duplex(1000);
                tokio::spawn(async move {
                    let mut request = [0; 3];
                    for _ in 0..2 {
                        server.read_exact(&mut request).await.unwrap();
                        server.write_all(first.as_bytes()).await.unwrap();
                        tokio::time::sleep(Duration::from_millis(if request == *b"two" { 0 } else { pause })).await;
                        server.write_all(rest.as_bytes()).await.unwrap();
                    }
                });
                client
            });
            let (limits, mut answer) = (Limits::default(), AnswerBuffer::default());
            let mut connection = KeptConnection::open(&connector, &limits).await.unwrap();
            assert!(connection.ask(b"one", &mut answer, Instant::now(), &limits).await.unwrap());
            assert_eq!((answer.body(), answer.is_held_back()), (b"!".as_slice(), held_back), "{pause}");
            connection.ask(b"two", &mut answer, Instant::now(), &limits).await.unwrap();
            assert!(!answer.is_held_back(), "that was the one before");
        }
    }

    #[test]
    fn interim_answers_are_dropped() {
        let mut answer =
            buffer(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nSet-Cookie: a=b; Path=/\r\n\r\n");
        head(&mut answer).unwrap().unwrap();
        assert_eq!(answer.status(), 201);
        assert_eq!(answer.set_cookies().collect::<Vec<_>>(), [b"a=b; Path=/"]);
    }

    #[test]
    fn chunks_are_joined_once_they_are_all_there() {
        let whole: &[u8] = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: a\r\n\r\n";
        for cut in 0..whole.len() {
            assert!(!chunks(&mut buffer(&whole[..cut])).unwrap(), "{cut}");
        }
        let mut answer = buffer(whole);
        assert!(chunks(&mut answer).unwrap());
        assert_eq!(answer.body(), b"abcde");
        assert!(chunks(&mut buffer(b"3\r\nabcd\r\n")).is_err());
    }

    #[test]
    fn connections_are_kept_as_the_head_says() {
        let keeps = |text: &str| {
            let mut answer = buffer(text.as_bytes());
            head(&mut answer).unwrap().unwrap();
            answer.keeps
        };
        assert!(keeps("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        assert!(!keeps("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
        assert!(!keeps("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
        assert!(keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n"));
    }
}
