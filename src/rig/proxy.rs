//! A TCP proxy that makes a service fail on demand.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use super::RigError;
use super::latch::{Latch, State};
use super::port::loopback;
use super::relay::connection;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// How often, and with which pause, the port is asked back for when the system still holds on to it.
const REBIND: (usize, Duration) = (50, Duration::from_millis(2));

/// How long accepting pauses when the system has no resources for another connection.
const PAUSE: Duration = Duration::from_millis(10);

/// What a [`Proxy`] does with connections, those that exist included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Everything passes.
    #[default]
    Pass,
    /// Nobody listens on the port: connecting is refused, and existing connections are reset.
    Refuse,
    /// Connections are accepted, and what they carry disappears. A connection that lost something is reset when
    /// the mode ends, since its two ends no longer agree.
    BlackHole,
    /// Each chunk from the client (what one read gives, at most 64 KiB) is late by this time.
    Delay(Duration),
}

/// A TCP proxy on a free loopback port, in front of a service. Dropping it ends its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    orders: mpsc::Sender<Order>,
    accepting: JoinHandle<()>,
}

/// A new mode, and whom to tell when it is in force.
type Order = (Mode, oneshot::Sender<io::Result<()>>);

/// What the proxy and its connections both know.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) mode: watch::Sender<Mode>,
    upstream: Mutex<SocketAddr>,
    hold: Mutex<Option<Countdown>>,
}

#[derive(Debug)]
struct Countdown {
    left: usize,
    latch: Arc<Latch>,
}

/// A chunk that is held, or will be. Dropping it lets the chunk go on.
#[derive(Debug)]
pub struct Held {
    latch: Arc<Latch>,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Starts a proxy in front of `upstream`, passing everything. Needs a tokio runtime.
    pub async fn start(upstream: SocketAddr) -> Result<Self, RigError> {
        let failed = |cause: io::Error| RigError::Listen { what: "a proxy", cause: cause.to_string() };
        let listener = reserve(loopback(0)).await.and_then(|socket| socket.listen(BACKLOG)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared {
            mode: watch::Sender::new(Mode::Pass),
            upstream: Mutex::new(upstream),
            hold: Mutex::new(None),
        });
        let (orders, receiver) = mpsc::channel(1);
        let door = Door { address, listener: Some(listener), reserved: None, connections: JoinSet::new() };
        let accepting = tokio::spawn(door.keep(Arc::clone(&shared), receiver));
        Ok(Self { address, shared, orders, accepting })
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The mode in force.
    #[must_use]
    pub fn mode(&self) -> Mode {
        *self.shared.mode.borrow()
    }

    /// Changes the mode; on return it is in force.
    pub async fn set(&self, mode: Mode) -> Result<(), RigError> {
        let failed = |cause: String| RigError::Listen { what: "a proxy", cause };
        let (tell, done) = oneshot::channel();
        let gone = || failed("the proxy has ended".to_owned());
        self.orders.send((mode, tell)).await.map_err(|_| gone())?;
        done.await.map_err(|_| gone())?.map_err(|cause| failed(cause.to_string()))
    }

    /// Sends new connections to another address.
    pub fn redirect(&self, upstream: SocketAddr) {
        *lock(&self.shared.upstream) = upstream;
    }

    /// Holds the `nth` chunk (from 1) that any client sends from now on, until it is released. One hold at a time:
    /// a new one takes the place of an old one, whose chunk goes on.
    #[must_use]
    pub fn hold(&self, nth: usize) -> Held {
        let latch = Arc::new(Latch::new());
        let countdown = Countdown { left: nth.max(1), latch: Arc::clone(&latch) };
        if let Some(old) = lock(&self.shared.hold).replace(countdown) {
            old.latch.open(State::Released);
        }
        Held { latch, shared: Arc::clone(&self.shared) }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Held {
    /// Whether the chunk arrives within a time, or has arrived before.
    pub async fn arrived(&self, within: Duration) -> bool {
        self.latch.arrived(within).await
    }

    /// Lets the chunk go on.
    pub fn release(&self) {
        self.latch.open(State::Released);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut hold = lock(&self.shared.hold);
        if hold.as_ref().is_some_and(|countdown| Arc::ptr_eq(&countdown.latch, &self.latch)) {
            *hold = None;
        }
        self.latch.open(State::Abandoned);
    }
}

impl Shared {
    pub(super) fn upstream(&self) -> SocketAddr {
        *lock(&self.upstream)
    }

    /// Counts a chunk from a client, and waits with it when it is the one to be held.
    pub(super) async fn count(&self) {
        let latch = {
            let mut hold = lock(&self.hold);
            let Some(countdown) = hold.as_mut() else {
                return;
            };
            countdown.left -= 1;
            if countdown.left > 0 {
                return;
            }
            hold.take().map(|countdown| countdown.latch)
        };
        if let Some(latch) = latch {
            latch.pass().await;
        }
    }
}

/// The port of a proxy, and what came in through it.
struct Door {
    address: SocketAddr,
    listener: Option<TcpListener>,
    /// Holds the port while nobody listens on it: connecting is refused, and the system gives it to nobody else.
    reserved: Option<TcpSocket>,
    connections: JoinSet<()>,
}

impl Door {
    async fn keep(mut self, shared: Arc<Shared>, mut orders: mpsc::Receiver<Order>) {
        loop {
            tokio::select! {
                biased;
                order = orders.recv() => {
                    let Some((mode, tell)) = order else {
                        return;
                    };
                    shared.mode.send_replace(mode);
                    let done = if mode == Mode::Refuse { self.close().await } else { self.open().await };
                    // Whoever gave the order may have gone.
                    let _ = tell.send(done);
                }
                Some(_) = self.connections.join_next() => {}
                accepted = accept(self.listener.as_ref()) => match accepted {
                    Ok(client) => {
                        self.connections.spawn(connection(client, Arc::clone(&shared)));
                    }
                    Err(_) => sleep(PAUSE).await,
                },
            }
        }
    }

    /// Stops listening and waits until every connection is cut.
    async fn close(&mut self) -> io::Result<()> {
        let listened = self.listener.take().is_some();
        while self.connections.join_next().await.is_some() {}
        if listened || self.reserved.is_none() {
            self.reserved = Some(reserve(self.address).await?);
        }
        Ok(())
    }

    async fn open(&mut self) -> io::Result<()> {
        if self.listener.is_none() {
            let socket = match self.reserved.take() {
                Some(socket) => socket,
                None => reserve(self.address).await?,
            };
            self.listener = Some(socket.listen(BACKLOG)?);
        }
        Ok(())
    }
}

/// Binds a port without listening on it.
async fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let bind = || {
        let socket = TcpSocket::new_v4()?;
        // So that the port can be bound while old connections to it are still known to the system.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    };
    let (attempts, pause) = REBIND;
    for _ in 1..attempts {
        if let Ok(socket) = bind() {
            return Ok(socket);
        }
        sleep(pause).await;
    }
    bind()
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
