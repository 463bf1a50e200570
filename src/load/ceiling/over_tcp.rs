//! Stores behind a socket: memcached and Redis, asked over many connections at once.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::{Ceiling, CeilingError, jump, per_second};

/// Connections side by side.
const CONNECTIONS: u64 = 50;

/// Keys are laid down in pieces of this many.
const PIECE: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Memcached,
    Redis,
}

impl Dialect {
    const fn name(self) -> &'static str {
        match self {
            Self::Memcached => "memcached",
            Self::Redis => "Redis",
        }
    }

    fn set(self, key: u32, value: &[u8], to: &mut Vec<u8>) {
        let head = match self {
            Self::Memcached => format!("set hardtack:{key} 0 60 {} noreply\r\n", value.len()),
            Self::Redis => {
                let name = format!("hardtack:{key}");
                format!("*5\r\n$3\r\nSET\r\n${}\r\n{name}\r\n${}\r\n", name.len(), value.len())
            }
        };
        to.extend_from_slice(head.as_bytes());
        to.extend_from_slice(value);
        to.extend_from_slice(if self == Self::Redis { b"\r\n$2\r\nEX\r\n$2\r\n60\r\n" } else { b"\r\n" });
    }

    fn get(self, key: u32, to: &mut Vec<u8>) {
        let name = format!("hardtack:{key}");
        match self {
            Self::Memcached => to.extend_from_slice(format!("get {name}\r\n").as_bytes()),
            Self::Redis => to.extend_from_slice(format!("*2\r\n$3\r\nGET\r\n${}\r\n{name}\r\n", name.len()).as_bytes()),
        }
    }

    /// Whether an answer to `get` is whole.
    fn is_whole(self, answer: &[u8], value: &[u8]) -> bool {
        match self {
            Self::Memcached => answer.ends_with(b"END\r\n"),
            Self::Redis => answer.ends_with(b"\r\n") && (answer.len() > value.len() || answer.starts_with(b"$-1")),
        }
    }
}

pub(super) async fn measure(
    dialect: Dialect,
    address: SocketAddr,
    keys: u32,
    value: &[u8],
    length: Duration,
) -> Result<Ceiling, CeilingError> {
    let failed = |error: &std::io::Error| CeilingError::Store { store: dialect.name(), cause: error.to_string() };
    lay_down(dialect, address, keys, value).await.map_err(|error| failed(&error))?;
    let start = Instant::now();
    let mut connections = JoinSet::new();
    for number in 0..CONNECTIONS {
        let value = value.to_vec();
        connections.spawn(async move { ask(dialect, address, keys, &value, number, start + length).await });
    }
    let mut count = 0;
    while let Some(counted) = connections.join_next().await {
        count += counted.unwrap_or(Ok(0)).map_err(|error| failed(&error))?;
    }
    let how = format!("get by key over {CONNECTIONS} connections, {keys} keys of {} octets", value.len());
    Ok(Ceiling { store: dialect.name().to_owned(), how, per_second: per_second(count, start.elapsed()) })
}

async fn lay_down(dialect: Dialect, address: SocketAddr, keys: u32, value: &[u8]) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let mut octets = Vec::new();
    let mut answer = vec![0; 64 * 1024];
    let all: Vec<u32> = (0..keys).collect();
    for piece in all.chunks(PIECE) {
        octets.clear();
        for key in piece {
            dialect.set(*key, value, &mut octets);
        }
        stream.write_all(&octets).await?;
        if dialect == Dialect::Redis {
            // `+OK` for each.
            let mut missing = piece.len() * 5;
            while missing > 0 {
                let read = stream.read(&mut answer).await?;
                if read == 0 || answer.starts_with(b"-") {
                    return Err(std::io::Error::other("the store refused to keep a key"));
                }
                missing = missing.saturating_sub(read);
            }
        }
    }
    // An answer to a question shows that everything before it was read.
    octets.clear();
    dialect.get(0, &mut octets);
    stream.write_all(&octets).await?;
    read_answer(dialect, &mut stream, value, &mut Vec::new()).await
}

async fn ask(
    dialect: Dialect,
    address: SocketAddr,
    keys: u32,
    value: &[u8],
    number: u64,
    end: Instant,
) -> std::io::Result<u64> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut request, mut answer) = (Vec::new(), Vec::new());
    let (mut state, mut count) = (number, 0);
    while Instant::now() < end {
        request.clear();
        dialect.get(jump(&mut state, keys), &mut request);
        stream.write_all(&request).await?;
        read_answer(dialect, &mut stream, value, &mut answer).await?;
        count += 1;
    }
    Ok(count)
}

async fn read_answer(
    dialect: Dialect,
    stream: &mut TcpStream,
    value: &[u8],
    answer: &mut Vec<u8>,
) -> std::io::Result<()> {
    answer.clear();
    while !dialect.is_whole(answer, value) {
        if stream.read_buf(answer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
