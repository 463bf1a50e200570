//! The two commands of memcached's text protocol that are needed here.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Octets of an answer that are read at most.
const ANSWER: u64 = 1024;

/// Asks for the version: the service answers.
pub(super) async fn version(address: SocketAddr, limit: Duration) -> io::Result<String> {
    let answer = ask(address, "version", limit).await?;
    answer.strip_prefix("VERSION ").map(str::to_owned).ok_or_else(|| unexpected(&answer))
}

/// Makes the service forget everything.
pub(super) async fn flush_all(address: SocketAddr, limit: Duration) -> io::Result<()> {
    let answer = ask(address, "flush_all", limit).await?;
    if answer == "OK" { Ok(()) } else { Err(unexpected(&answer)) }
}

/// One command on a connection of its own, and the line that answers it.
async fn ask(address: SocketAddr, command: &str, limit: Duration) -> io::Result<String> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(format!("{command}\r\n").as_bytes()).await?;
        let mut line = String::new();
        BufReader::new(stream.take(ANSWER)).read_line(&mut line).await?;
        match line.strip_suffix("\r\n") {
            Some(answer) => Ok(answer.to_owned()),
            None if line.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            None => Err(unexpected(&line)),
        }
    };
    timeout(limit, exchange).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

fn unexpected(answer: &str) -> io::Error {
    io::Error::other(format!("memcached answered `{}`", answer.escape_debug()))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    const LIMIT: Duration = Duration::from_mins(1);

    /// Plays memcached for one connection: takes a line, answers, ends. Gives the line.
    async fn play(answer: &'static [u8]) -> (SocketAddr, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let played = tokio::spawn(async move {
            let mut stream = BufReader::new(listener.accept().await.unwrap().0);
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            stream.write_all(answer).await.unwrap();
            line
        });
        (address, played)
    }

    #[tokio::test]
    async fn version_is_asked_for() {
        let (address, played) = play(b"VERSION 1.6.18\r\n").await;
        assert_eq!(version(address, LIMIT).await.unwrap(), "1.6.18");
        assert_eq!(played.await.unwrap(), "version\r\n");
    }

    #[tokio::test]
    async fn everything_is_flushed() {
        let (address, played) = play(b"OK\r\n").await;
        flush_all(address, LIMIT).await.unwrap();
        assert_eq!(played.await.unwrap(), "flush_all\r\n");
    }

    #[tokio::test]
    async fn other_answers_are_errors() {
        for answer in [&b"ERROR\r\n"[..], b"OK", b"", b"\r\n", b"SERVER_ERROR busy\r\n"] {
            let (address, _) = play(answer).await;
            assert!(flush_all(address, LIMIT).await.is_err(), "{}", answer.escape_ascii());
        }
        let (address, _) = play(b"HTTP/1.1 400 Bad Request\r\n").await;
        let error = version(address, LIMIT).await.unwrap_err();
        assert_eq!(error.to_string(), "memcached answered `HTTP/1.1 400 Bad Request`");
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = flush_all(listener.local_addr().unwrap(), LIMIT).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
