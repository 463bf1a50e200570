//! A byte stream with what has arrived and is not yet used.

use std::{
    future::{Future, poll_fn},
    io::{Error, ErrorKind},
    pin::{Pin, pin},
    task::{Context, Poll, Waker, ready},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout_at},
};

use super::http2::Rewound;

/// Octets asked for at once.
const READ_OCTETS: usize = 16 * 1024;

/// A stream and its read buffer.
pub(super) struct Octets<S> {
    stream: S,
    buffer: Vec<u8>,
    start: usize,
    offset: usize,
}

/// What waiting for octets ended with.
pub(super) enum Arrival {
    /// There are more octets than before.
    Some,
    /// The peer closed or broke the connection.
    Closed,
    /// The deadline passed.
    Late,
}

/// How far a message got out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// Wholly.
    All,
    /// Not wholly: the peer stopped reading, by closing or by answering first.
    Part,
    /// Not wholly by the deadline.
    Late,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Octets<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, buffer: Vec::new(), start: 0, offset: 0 }
    }

    /// The stream, as if nothing had been read.
    pub(super) fn into_stream(self) -> Rewound<S> {
        Rewound { read: self.pending().to_vec(), stream: self.stream }
    }

    /// Counts offsets from here: a message begins.
    pub(super) fn begin_message(&mut self) {
        self.offset = 0;
    }

    /// Octets of the current message that were used.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// What has arrived and is not yet used.
    pub(super) fn pending(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Uses up the first `count` pending octets.
    pub(super) fn skip(&mut self, count: usize) {
        self.start += count;
        self.offset += count;
        if self.start == self.buffer.len() {
            self.buffer.clear();
            self.start = 0;
        }
    }

    /// Uses up and returns the first `count` pending octets.
    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        let taken = self.pending()[..count].to_vec();
        self.skip(count);
        taken
    }

    /// Waits for more octets until `by`.
    pub(super) async fn fill(&mut self, by: Instant) -> Arrival {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        // A deadline that has passed ends even a peer that always has something to say.
        if Instant::now() >= by {
            return Arrival::Late;
        }
        match timeout_at(by, poll_fn(|cx| self.poll_fill(cx))).await {
            Ok(Ok(0) | Err(_)) => Arrival::Closed,
            Ok(Ok(_)) => Arrival::Some,
            Err(_) => Arrival::Late,
        }
    }

    /// Whether an idle connection is still open and silent, as far as is known without waiting.
    pub(super) fn is_quiet(&mut self) -> bool {
        self.pending().is_empty() && self.poll_fill(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    /// Sends a request until `by`. A peer that answers or closes before it has read it all ends the sending.
    pub(super) async fn send(&mut self, octets: &[u8], by: Instant) -> Sent {
        let mut written = 0;
        let sending = poll_fn(|cx| match self.poll_send(cx, octets, &mut written) {
            Poll::Pending => self.poll_fill(cx).map(|_| Sent::Part),
            ready @ Poll::Ready(_) => ready,
        });
        timeout_at(by, sending).await.unwrap_or(Sent::Late)
    }

    /// Sends a response until `by`, whatever the peer sends meanwhile.
    pub(super) async fn send_all(&mut self, octets: &[u8], by: Instant) -> Sent {
        let mut written = 0;
        let sending = poll_fn(|cx| self.poll_send(cx, octets, &mut written));
        timeout_at(by, sending).await.unwrap_or(Sent::Late)
    }

    fn poll_send(&mut self, cx: &mut Context<'_>, octets: &[u8], written: &mut usize) -> Poll<Sent> {
        while *written < octets.len() {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, &octets[*written..])) {
                Ok(0) | Err(_) => return Poll::Ready(Sent::Part),
                Ok(count) => *written += count,
            }
        }
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(cx));
        Poll::Ready(if flushed.is_ok() { Sent::All } else { Sent::Part })
    }

    /// Ends our side of the connection; errors no longer matter.
    pub(super) async fn shutdown(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Error>> {
        self.buffer.reserve(READ_OCTETS);
        // Dropping the future loses nothing: what was read is in the buffer when it is ready.
        let polled = pin!(self.stream.read_buf(&mut self.buffer)).poll(cx);
        match polled {
            Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            other => other,
        }
    }
}
