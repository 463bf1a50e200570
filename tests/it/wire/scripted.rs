//! A listener that plays scripts: exact octets, in exact pieces, with pauses that the test ends.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hardtack::wire::{Client, ConnectionUse, Connector, Exchange, Limits, Request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Mutex, Notify, mpsc},
    task::JoinHandle,
};

/// One step of a script.
#[derive(Clone)]
pub(crate) enum Play {
    /// Reads a request up to its empty line, and reports it to [`Scripted::requests`].
    Hear,
    /// Writes octets.
    Say(Vec<u8>),
    /// Writes the same octets again and again until the client goes away.
    SayForever(Vec<u8>),
    /// Writes one octet at a time, each in a write of its own.
    Drip(Vec<u8>),
    /// Waits for the test.
    Wait(Arc<Notify>),
    /// Waits until the client goes away.
    Hang,
}

/// Reads one request, then writes `octets`.
pub(crate) fn answer(octets: impl AsRef<[u8]>) -> Vec<Play> {
    vec![Play::Hear, Play::Say(octets.as_ref().to_vec())]
}

/// A listener that plays one script per connection and closes it at the script's end.
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    requests: Mutex<mpsc::UnboundedReceiver<Vec<u8>>>,
    task: JoinHandle<()>,
}

impl Scripted {
    /// Plays the scripts, one connection each, in order; the last one again for every further connection.
    pub(crate) async fn new(scripts: Vec<Vec<Play>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (heard, requests) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            for turn in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let script = scripts[turn.min(scripts.len() - 1)].clone();
                tokio::spawn(play(stream, script, heard.clone()));
            }
        });
        Self { address, requests: Mutex::new(requests), task }
    }

    /// One script for every connection.
    pub(crate) async fn always(script: Vec<Play>) -> Self {
        Self::new(vec![script]).await
    }

    /// A client of this listener.
    pub(crate) fn client(&self, limits: Limits) -> Client {
        Client::new(Connector::tcp(self.address), limits)
    }

    /// The next request that a script heard.
    pub(crate) async fn heard(&self) -> Vec<u8> {
        self.requests.lock().await.recv().await.unwrap()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Sends `GET /` to a listener that plays `script`.
pub(crate) async fn exchange(script: Vec<Play>, limits: Limits) -> Exchange {
    let server = Scripted::always(script).await;
    server.client(limits).send(Request::get("/"), ConnectionUse::Shared).await
}

/// Limits whose times a failing test would not wait out, and whose octets a test can reach.
pub(crate) fn brisk() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_secs(5),
        idle: Duration::from_secs(5),
        total: Duration::from_secs(10),
        head_octets: 4096,
        body_octets: 8192,
    }
}

async fn play(mut stream: TcpStream, script: Vec<Play>, heard: mpsc::UnboundedSender<Vec<u8>>) {
    stream.set_nodelay(true).unwrap();
    for step in script {
        let done = match step {
            Play::Hear => match hear(&mut stream).await {
                Some(request) => heard.send(request).is_ok(),
                None => false,
            },
            Play::Say(octets) => stream.write_all(&octets).await.is_ok(),
            Play::SayForever(octets) => {
                while stream.write_all(&octets).await.is_ok() {}
                false
            }
            Play::Drip(octets) => {
                for octet in octets {
                    if stream.write_all(&[octet]).await.is_err() {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
                true
            }
            Play::Wait(go) => {
                go.notified().await;
                true
            }
            Play::Hang => {
                while !matches!(stream.read(&mut [0; 1024]).await, Ok(0) | Err(_)) {}
                false
            }
        };
        if !done {
            return;
        }
    }
}

async fn hear(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.ok()?);
    }
    Some(request)
}
