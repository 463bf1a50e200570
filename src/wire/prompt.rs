//! TCP that acknowledges at once what it receives.
//!
//! A server that writes an answer in pieces, with Nagle's algorithm on, keeps the second back until the first is
//! acknowledged, and the client's system puts that off, for 40 ms on Linux (RFC 9293, sections 3.7.4 and 3.8.6.3).
//! Servers of the frameworks' own, made for development, do so; each answer would cost that time.

use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection that acknowledges at once what it receives, where the system lets it.
#[derive(Debug)]
pub(super) struct Prompt(TcpStream);

impl Prompt {
    /// Over a connection whose own writes are sent at once.
    pub(super) fn new(stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self(stream))
    }
}

/// The system falls back to putting acknowledgements off by itself, so this is said anew behind each read.
#[cfg(target_os = "linux")]
fn acknowledge(stream: &TcpStream) {
    // Slower where it fails, and nothing else.
    let _ = rustix::net::sockopt::set_tcp_quickack(stream, true);
}

#[cfg(not(target_os = "linux"))]
fn acknowledge(_: &TcpStream) {}

impl AsyncRead for Prompt {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.0).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            acknowledge(&self.0);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Prompt {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn what_is_received_is_acknowledged_at_once_however_long_the_talk() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (client, server) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        let (mut client, mut server) = (Prompt::new(client.unwrap()).unwrap(), server.unwrap().0);
        let mut octet = [0];
        for _ in 0..50 {
            client.write_all(b"?").await.unwrap();
            server.read_exact(&mut octet).await.unwrap();
            server.write_all(b"!").await.unwrap();
            client.read_exact(&mut octet).await.unwrap();
            assert!(rustix::net::sockopt::tcp_quickack(&client.0).unwrap());
        }
        assert!(client.0.nodelay().unwrap());
    }
}
