//! A listening server on the server codec.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{Duration, sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    Authority, Identity, Limits, Request, Response, TlsError,
    server::{serve_until, stopped},
};
use crate::cookie::Scheme;

/// How long requests that are inside may go on after a shutdown.
const GRACE: Duration = Duration::from_secs(1);

/// How long accepting pauses when the system has no resources for another connection.
const PAUSE: Duration = Duration::from_millis(10);

/// A server that accepts connections until it is shut down or dropped. Dropping ends its connections at once.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    scheme: Scheme,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

/// Why a server does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be listened on.
    #[error("failed to listen on {address}: {cause}")]
    Bind {
        /// The address that was asked for.
        address: SocketAddr,
        /// The operating system's reason.
        cause: io::Error,
    },
    /// The certificate or key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Listener {
    /// Listens on a free port of 127.0.0.1, without TLS.
    pub async fn bind<H, F>(limits: Limits, handler: H) -> Result<Self, ListenError>
    where
        H: Fn(Request) -> F + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        Self::bind_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), None, limits, handler).await
    }

    /// Listens on `address`, over TLS if there is an identity to show.
    pub async fn bind_at<H, F>(
        address: SocketAddr,
        identity: Option<&Identity>,
        limits: Limits,
        handler: H,
    ) -> Result<Self, ListenError>
    where
        H: Fn(Request) -> F + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        let failed = |cause| ListenError::Bind { address, cause };
        let acceptor = identity.map(Identity::server_config).transpose()?.map(TlsAcceptor::from);
        let socket = TcpListener::bind(address).await.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        let (stop, stopped) = watch::channel(false);
        let scheme = if acceptor.is_some() { Scheme::Https } else { Scheme::Http };
        let accepting = tokio::spawn(accept(socket, acceptor, limits, Arc::new(handler), stopped));
        Ok(Self { address, scheme, stop, accepting })
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as an authority.
    #[must_use]
    pub fn authority(&self) -> Authority {
        Authority::new(self.scheme, self.address.ip().to_string(), self.address.port())
    }

    /// Accepts no more, lets the requests that are inside finish for a moment, and ends every connection.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        // The task ends by itself; if it panicked, there is nothing left to end.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept<H, F>(
    socket: TcpListener,
    acceptor: Option<TlsAcceptor>,
    limits: Limits,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) where
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    // Dropping the set, also by an abort of this task, ends every connection.
    let mut connections = JoinSet::new();
    let stopping = stop.clone();
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            Some(_) = connections.join_next() => {}
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => {
                    let (acceptor, handler, stop) = (acceptor.clone(), Arc::clone(&handler), stopping.clone());
                    connections.spawn(async move { serve(stream, acceptor, &limits, &*handler, stop).await });
                }
                Err(_) => sleep(PAUSE).await,
            },
        }
    }
    drop(socket);
    let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}

async fn serve<H, F>(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    limits: &Limits,
    handler: &H,
    stop: watch::Receiver<bool>,
) where
    H: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => serve_until(stream, limits, handler, stop).await,
        // A client that fails the handshake has been told so by TLS itself.
        Some(acceptor) => {
            if let Ok(Ok(stream)) = timeout(limits.connect, acceptor.accept(stream)).await {
                serve_until(stream, limits, handler, stop).await;
            }
        }
    }
}
