//! Services that answer one line to one line of text.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Octets of an answer that are read at most.
const ANSWER: u64 = 1024;

/// One command on a connection of its own, and the line that answers it.
pub(super) async fn ask(
    service: &'static str,
    address: SocketAddr,
    command: &str,
    limit: Duration,
) -> io::Result<String> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(format!("{command}\r\n").as_bytes()).await?;
        let mut line = String::new();
        BufReader::new(stream.take(ANSWER)).read_line(&mut line).await?;
        match line.strip_suffix("\r\n") {
            Some(answer) => Ok(answer.to_owned()),
            None if line.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            None => Err(unexpected(service, &line)),
        }
    };
    timeout(limit, exchange).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

pub(super) fn unexpected(service: &'static str, answer: &str) -> io::Error {
    io::Error::other(format!("{service} answered `{}`", answer.escape_debug()))
}
