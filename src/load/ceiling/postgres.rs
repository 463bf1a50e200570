//! `PostgreSQL`, asked in its own protocol (version 3): a row by its key, in a statement that was prepared once.
//!
//! Services of target files have the user and the database `postgres` and no password, so that of the protocol
//! no more is needed than what is here.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::{Ceiling, CeilingError, jump, per_second};

/// Connections side by side. Each is a process of the server, which admits 100 and has others to serve.
const CONNECTIONS: u64 = 20;

/// Version 3.0 of the protocol.
const PROTOCOL: i32 = 3 << 16;

pub(super) async fn measure(
    address: SocketAddr,
    keys: u32,
    octets: usize,
    length: Duration,
) -> Result<Ceiling, CeilingError> {
    let failed = |error: io::Error| CeilingError::Store { store: "PostgreSQL", cause: error.to_string() };
    let mut table = Connection::open(address).await.map_err(failed)?;
    let counted = match table.lay_down(keys, octets).await {
        Ok(()) => look_up(address, keys, octets, length).await,
        Err(error) => Err(error),
    };
    let dropped = table.run("DROP TABLE IF EXISTS hardtack_ceiling").await;
    let (count, took) = counted.map_err(failed)?;
    dropped.map_err(failed)?;
    let how = format!("SELECT by key, prepared, over {CONNECTIONS} connections, {keys} rows of {octets} octets");
    Ok(Ceiling { store: "PostgreSQL".to_owned(), how, per_second: per_second(count, took) })
}

/// How many look-ups all connections managed, and in which time.
async fn look_up(address: SocketAddr, keys: u32, octets: usize, length: Duration) -> io::Result<(u64, Duration)> {
    let mut open = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut connection = Connection::open(address).await?;
        connection.prepare().await?;
        open.push(connection);
    }
    let start = Instant::now();
    let mut asking = JoinSet::new();
    for (number, mut connection) in (0..).zip(open) {
        asking.spawn(async move { connection.ask(keys, octets, number, start + length).await });
    }
    let mut count = 0;
    while let Some(counted) = asking.join_next().await {
        count += counted.unwrap_or(Ok(0))?;
    }
    Ok((count, start.elapsed()))
}

/// A connection, and buffers that are used again and again.
struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut connection = Self { stream, request: Vec::new(), answer: Vec::new() };
        let mut greeting = PROTOCOL.to_be_bytes().to_vec();
        greeting.extend_from_slice(b"user\0postgres\0database\0postgres\0\0");
        put_length(&greeting, &mut connection.request);
        connection.request.extend_from_slice(&greeting);
        connection.exchange().await?;
        Ok(connection)
    }

    /// Runs statements that give nothing back.
    async fn run(&mut self, statements: &str) -> io::Result<()> {
        self.request.clear();
        put_message(b'Q', &[statements.as_bytes(), b"\0"], &mut self.request);
        self.exchange().await.map(drop)
    }

    async fn lay_down(&mut self, keys: u32, octets: usize) -> io::Result<()> {
        self.run(&format!(
            "DROP TABLE IF EXISTS hardtack_ceiling;
             CREATE TABLE hardtack_ceiling (key text PRIMARY KEY, data text NOT NULL);
             ALTER TABLE hardtack_ceiling ALTER data SET STORAGE EXTERNAL;
             INSERT INTO hardtack_ceiling
             SELECT lpad(number::text, 32, '0'), repeat('v', {octets}) FROM generate_series(0, {keys} - 1) number"
        ))
        .await?;
        // As the server does by itself some time later; not allowed beside other statements.
        self.run("VACUUM ANALYZE hardtack_ceiling").await
    }

    async fn prepare(&mut self) -> io::Result<()> {
        self.request.clear();
        let statement: &[u8] = b"look\0SELECT data FROM hardtack_ceiling WHERE key = $1\0\0\0";
        put_message(b'P', &[statement], &mut self.request);
        put_message(b'S', &[], &mut self.request);
        self.exchange().await.map(drop)
    }

    async fn ask(&mut self, keys: u32, octets: usize, number: u64, end: Instant) -> io::Result<u64> {
        let (mut state, mut count) = (number, 0);
        while Instant::now() < end {
            let key = format!("{:032}", jump(&mut state, keys));
            self.request.clear();
            let one: &[u8] = &[0, 1];
            // Portal, statement, no formats, one parameter, no formats: text it is.
            put_message(
                b'B',
                &[b"\0look\0\0\0", one, &32_i32.to_be_bytes(), key.as_bytes(), b"\0\0"],
                &mut self.request,
            );
            put_message(b'E', &[b"\0", &0_i32.to_be_bytes()], &mut self.request);
            put_message(b'S', &[], &mut self.request);
            if self.exchange().await? != Some(octets) {
                return Err(io::Error::other("a row was not found"));
            }
            count += 1;
        }
        Ok(count)
    }

    /// Sends what was put together and reads until the server is ready for more: the length of the last row's only
    /// value.
    async fn exchange(&mut self) -> io::Result<Option<usize>> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        let (mut at, mut value) = (0, None);
        loop {
            while let Some((kind, content)) = message(&self.answer[at..]) {
                match kind {
                    b'Z' => return Ok(value),
                    b'E' => return Err(io::Error::other(complaint(content))),
                    b'R' if content != [0; 4] => return Err(io::Error::other("the server wants a password")),
                    // A row: how many values, the length of the first, and the value itself.
                    b'D' => value = content.len().checked_sub(2 + 4),
                    _ => {}
                }
                at += 5 + content.len();
            }
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// The length of a message, which counts itself.
fn put_length(content: &[u8], to: &mut Vec<u8>) {
    to.extend_from_slice(&u32::try_from(4 + content.len()).unwrap_or(u32::MAX).to_be_bytes());
}

fn put_message(kind: u8, parts: &[&[u8]], to: &mut Vec<u8>) {
    let content = parts.concat();
    to.push(kind);
    put_length(&content, to);
    to.extend_from_slice(&content);
}

/// Kind and content of the first message, once all of it is there.
fn message(octets: &[u8]) -> Option<(u8, &[u8])> {
    let (kind, rest) = octets.split_first()?;
    let length = u32::from_be_bytes(rest.first_chunk().copied()?);
    Some((*kind, rest.get(4..usize::try_from(length).ok()?)?))
}

/// What an error says: of its fields, each with a letter in front, the one for people.
fn complaint(content: &[u8]) -> String {
    let mut fields = content.split(|&octet| octet == 0);
    let text = fields.find_map(|field| field.strip_prefix(b"M")).unwrap_or(b"an error without words");
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_where_they_end() {
        let mut octets = Vec::new();
        put_message(b'D', &[b"\0\x01\0\0\0\x02", b"ab"], &mut octets);
        put_message(b'Z', &[b"I"], &mut octets);
        let (kind, row) = message(&octets).unwrap();
        assert_eq!((kind, row), (b'D', b"\0\x01\0\0\0\x02ab".as_slice()));
        assert_eq!(message(&octets[5 + row.len()..]), Some((b'Z', b"I".as_slice())));
        for cut in 0..5 + row.len() {
            assert_eq!(message(&octets[..cut]), None);
        }
    }

    #[test]
    fn errors_are_told_in_their_own_words() {
        assert_eq!(complaint(b"SERROR\0C42P01\0Mno such table\0\0"), "no such table");
    }
}
