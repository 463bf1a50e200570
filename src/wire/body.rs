//! Where a body ends, and reading it (RFC 9112, sections 6 and 7).

use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Duration, Instant},
};

use super::{
    Anomaly, AnomalyKind, HeaderLine, Limits, Phase, WireError,
    head::{self, Fields},
    message::trim,
    octets::{Arrival, Octets},
};

/// Octets of a line before a chunk, extensions included.
const CHUNK_LINE_OCTETS: usize = 4096;

/// How the end of a body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is no body.
    Bodyless,
    /// By its length.
    Length(usize),
    /// By a chunk of no octets.
    Chunked,
    /// By the end of the connection.
    Close,
}

/// A body as far as it has been read.
#[derive(Default)]
pub(super) struct Body {
    pub(super) octets: Vec<u8>,
    pub(super) truncated: bool,
    pub(super) trailers: Vec<HeaderLine>,
    pub(super) anomalies: Vec<Anomaly>,
}

/// The time that reading may take.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// When the exchange ends at the latest.
    pub(super) end: Instant,
    /// How long it may take in all; what `end` came from.
    pub(super) total: Duration,
}

impl Pace {
    pub(super) fn starting(limits: &Limits) -> Self {
        Self { end: Instant::now() + limits.total, total: limits.total }
    }

    /// Waits for more octets, for `patience` at most. `Ok(false)` means that the peer closed.
    pub(super) async fn fill<S: AsyncRead + AsyncWrite + Unpin>(
        self,
        io: &mut Octets<S>,
        patience: Duration,
        phase: Phase,
    ) -> Result<bool, WireError> {
        let by = Instant::now() + patience;
        match io.fill(by.min(self.end)).await {
            Arrival::Some => Ok(true),
            Arrival::Closed => Ok(false),
            Arrival::Late => {
                Err(WireError::Timeout { phase, after: if by < self.end { patience } else { self.total } })
            }
        }
    }
}

/// How the body of a response ends, by its head.
pub(super) fn response_framing(method: &str, status: u16, fields: &Fields, anomalies: &mut Vec<Anomaly>) -> Framing {
    let declared = declared_framing(fields, anomalies);
    if method == "HEAD" || status < 200 || matches!(status, 204 | 304) {
        return Framing::Bodyless;
    }
    declared.unwrap_or(Framing::Close)
}

/// What Transfer-Encoding and Content-Length say; `None` when there is neither.
pub(super) fn declared_framing(fields: &Fields, anomalies: &mut Vec<Anomaly>) -> Option<Framing> {
    let mut lengths = Lengths::default();
    let mut codings: Vec<(&[u8], usize)> = Vec::new();
    for (line, &offset) in fields.lines.iter().zip(&fields.offsets) {
        if line.is("Transfer-Encoding") {
            codings.extend(line.value().split(|&octet| octet == b',').map(|coding| (trim(coding), offset)));
        } else if line.is("Content-Length") {
            line.value().split(|&octet| octet == b',').for_each(|text| lengths.add(trim(text), offset));
        }
    }
    if let [(first, offset), rest @ ..] = codings.as_slice() {
        if let Some(&(_, offset)) = lengths.all.first() {
            anomalies.push(Anomaly { kind: AnomalyKind::LengthAndTransferCoding, offset });
        }
        if rest.is_empty() && first.eq_ignore_ascii_case(b"chunked") {
            return Some(Framing::Chunked);
        }
        anomalies.push(Anomaly { kind: AnomalyKind::UnknownTransferCoding, offset: *offset });
        return Some(Framing::Close);
    }
    lengths.agree(anomalies)
}

/// Content-Length values, `None` for what is no decimal number.
#[derive(Default)]
struct Lengths {
    all: Vec<(Option<usize>, usize)>,
}

impl Lengths {
    fn add(&mut self, text: &[u8], offset: usize) {
        let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
        let length = str::from_utf8(text).ok().filter(|_| digits).and_then(|text| text.parse().ok());
        self.all.push((length, offset));
    }

    fn agree(&self, anomalies: &mut Vec<Anomaly>) -> Option<Framing> {
        let (first, _) = *self.all.first()?;
        if let Some(&(_, offset)) = self.all.iter().find(|(length, _)| length.is_none()) {
            anomalies.push(Anomaly { kind: AnomalyKind::BadLength, offset });
            return Some(Framing::Close);
        }
        if let Some(&(_, offset)) = self.all.iter().find(|(length, _)| *length != first) {
            anomalies.push(Anomaly { kind: AnomalyKind::ConflictingLengths, offset });
        } else if let Some(&(_, offset)) = self.all.get(1) {
            anomalies.push(Anomaly { kind: AnomalyKind::RepeatedLength, offset });
        }
        self.all.iter().filter_map(|(length, _)| *length).min().map(Framing::Length)
    }
}

impl Body {
    /// Reads the body. On an error `self` holds what had arrived.
    pub(super) async fn read<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        io: &mut Octets<S>,
        framing: Framing,
        limits: &Limits,
        pace: Pace,
    ) -> Result<(), WireError> {
        let mut reader = BodyReader { io, limits, pace, body: self };
        match framing {
            Framing::Bodyless => Ok(()),
            Framing::Length(length) => reader.exactly(length).await,
            Framing::Chunked => reader.chunks().await,
            Framing::Close => reader.until_close().await,
        }
    }
}

struct BodyReader<'a, S> {
    io: &'a mut Octets<S>,
    limits: &'a Limits,
    pace: Pace,
    body: &'a mut Body,
}

impl<S: AsyncRead + AsyncWrite + Unpin> BodyReader<'_, S> {
    /// Waits for more; a peer that closes is an error here.
    async fn more(&mut self) -> Result<(), WireError> {
        if self.pace.fill(self.io, self.limits.idle, Phase::Body).await? {
            Ok(())
        } else {
            Err(WireError::ClosedInBody { received: self.body.octets.len() })
        }
    }

    /// Moves up to `count` pending octets into the body. Past the limit the body is truncated.
    fn keep(&mut self, count: usize) -> usize {
        let count = count.min(self.io.pending().len());
        let room = self.limits.body_octets - self.body.octets.len();
        let kept = count.min(room);
        self.body.octets.extend_from_slice(&self.io.pending()[..kept]);
        self.body.truncated |= kept < count;
        self.io.skip(count);
        count
    }

    async fn exactly(&mut self, length: usize) -> Result<(), WireError> {
        let mut left = length;
        loop {
            left -= self.keep(left);
            if left == 0 || self.body.truncated {
                return Ok(());
            }
            self.more().await?;
        }
    }

    async fn until_close(&mut self) -> Result<(), WireError> {
        loop {
            self.keep(usize::MAX);
            if self.body.truncated || !self.pace.fill(self.io, self.limits.idle, Phase::Body).await? {
                return Ok(());
            }
        }
    }

    async fn chunks(&mut self) -> Result<(), WireError> {
        loop {
            let offset = self.io.offset();
            let line = self.line(CHUNK_LINE_OCTETS).await?.ok_or(garbage("a chunk line without end", offset))?;
            let size = chunk_size(&line).ok_or(garbage("a chunk size that is no hexadecimal number", offset))?;
            if size == 0 {
                return self.trailers().await;
            }
            self.exactly(size).await?;
            if self.body.truncated {
                return Ok(());
            }
            let offset = self.io.offset();
            if self.line(2).await?.as_deref() != Some(b"") {
                return Err(garbage("a chunk longer than its size", offset));
            }
        }
    }

    async fn trailers(&mut self) -> Result<(), WireError> {
        let limit = self.limits.head_octets;
        let base = self.io.offset();
        let mut section = Vec::new();
        loop {
            let too_large = WireError::HeadTooLarge { limit };
            let Some(line) = self.raw_line(limit.saturating_sub(section.len())).await? else {
                return Err(too_large);
            };
            section.extend_from_slice(&line);
            if matches!(line.as_slice(), b"\n" | b"\r\n") {
                self.body.trailers = head::fields(&section, base, &mut self.body.anomalies).lines;
                return Ok(());
            }
        }
    }

    /// The next line without its end; `None` if it is longer than `limit`.
    async fn line(&mut self, limit: usize) -> Result<Option<Vec<u8>>, WireError> {
        let offset = self.io.offset();
        let Some(mut line) = self.raw_line(limit).await? else { return Ok(None) };
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        } else {
            self.body.anomalies.push(Anomaly { kind: AnomalyKind::BareLineFeed, offset: offset + line.len() });
        }
        Ok(Some(line))
    }

    /// The next line with its end; `None` if it is longer than `limit`.
    async fn raw_line(&mut self, limit: usize) -> Result<Option<Vec<u8>>, WireError> {
        let mut scanned = 0;
        loop {
            let pending = self.io.pending();
            let found = pending[scanned..].iter().position(|&octet| octet == b'\n').map(|at| scanned + at + 1);
            scanned = pending.len();
            match found {
                Some(length) if length <= limit => return Ok(Some(self.io.take(length))),
                Some(_) => return Ok(None),
                None if scanned >= limit => return Ok(None),
                None => self.more().await?,
            }
        }
    }
}

fn garbage(what: &'static str, offset: usize) -> WireError {
    WireError::Garbage { what, offset }
}

/// The size on a chunk line, extensions aside.
fn chunk_size(line: &[u8]) -> Option<usize> {
    let size = trim(line.split(|&octet| octet == b';').next().unwrap_or_default());
    let hexadecimal = !size.is_empty() && size.iter().all(u8::is_ascii_hexdigit);
    usize::from_str_radix(str::from_utf8(size).ok().filter(|_| hexadecimal)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing(fields: &[u8]) -> (Framing, Vec<AnomalyKind>) {
        let mut anomalies = Vec::new();
        let fields = head::fields(fields, 0, &mut anomalies);
        let framing = response_framing("GET", 200, &fields, &mut anomalies);
        (framing, anomalies.iter().map(|anomaly| anomaly.kind).collect())
    }

    #[test]
    fn the_fields_say_how_the_body_ends() {
        use AnomalyKind::*;
        for (fields, expected, kinds) in [
            (&b""[..], Framing::Close, vec![]),
            (b"Content-Length: 7\r\n", Framing::Length(7), vec![]),
            (b"Content-Length: 7, 7\r\n", Framing::Length(7), vec![RepeatedLength]),
            (b"Content-Length: 7\r\ncontent-length: 5\r\n", Framing::Length(5), vec![ConflictingLengths]),
            (b"Content-Length: +7\r\n", Framing::Close, vec![BadLength]),
            (b"Content-Length: 99999999999999999999999\r\n", Framing::Close, vec![BadLength]),
            (b"Transfer-Encoding: Chunked\r\n", Framing::Chunked, vec![]),
            (b"Transfer-Encoding: gzip, chunked\r\n", Framing::Close, vec![UnknownTransferCoding]),
            (b"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n", Framing::Chunked, vec![LengthAndTransferCoding]),
        ] {
            assert_eq!(framing(fields), (expected, kinds), "{}", fields.escape_ascii());
        }
    }

    #[test]
    fn some_statuses_have_no_body_whatever_the_fields_say() {
        let fields = head::fields(b"Content-Length: 7\r\n", 0, &mut Vec::new());
        for (method, status) in [("HEAD", 200), ("GET", 101), ("GET", 204), ("GET", 304)] {
            assert_eq!(response_framing(method, status, &fields, &mut Vec::new()), Framing::Bodyless);
        }
    }

    #[test]
    fn chunk_sizes_are_hexadecimal_and_bounded() {
        assert_eq!(chunk_size(b"1F ; a=b"), Some(31));
        for line in [&b""[..], b"+1", b"0x1", b"g", b"-1", b"fffffffffffffffff"] {
            assert_eq!(chunk_size(line), None, "{}", line.escape_ascii());
        }
    }
}
