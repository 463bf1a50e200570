//! Where connections come from: TCP, TLS over TCP, or memory.

use std::{fmt, net::SocketAddr, sync::Arc};

use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream},
    net::TcpStream,
    time::{Instant, timeout_at},
};
use tokio_rustls::TlsConnector;

use super::prompt::Prompt;
use super::{Authority, Limits, Roots, TlsError, WireError};
use crate::cookie::Scheme;

/// Any byte stream that a connection can run over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Makes connections to one server. The logical host is the request's business.
#[derive(Clone)]
pub enum Connector {
    /// Plain TCP.
    Tcp {
        /// The server's socket.
        address: SocketAddr,
    },
    /// TLS over TCP. [`Connector::tls`] builds it.
    Tls {
        /// The server's socket.
        address: SocketAddr,
        /// The name in the handshake (SNI), against which the certificate is checked.
        server_name: ServerName<'static>,
        /// The client's TLS settings.
        config: Arc<ClientConfig>,
    },
    /// Streams in memory.
    Memory {
        /// Gives the client's end of a new connection.
        open: Arc<dyn Fn() -> DuplexStream + Send + Sync>,
        /// What both sides take the connection for: nobody listens in memory, so that it may stand for TLS.
        scheme: Scheme,
    },
}

impl Connector {
    /// Plain TCP to an address.
    #[must_use]
    pub fn tcp(address: SocketAddr) -> Self {
        Self::Tcp { address }
    }

    /// TLS to an address, as `server_name` (a DNS name or an address).
    pub fn tls(address: SocketAddr, server_name: &str, roots: &Roots) -> Result<Self, TlsError> {
        Ok(Self::Tls { address, server_name: parse_name(server_name)?, config: roots.client_config()? })
    }

    /// Streams in memory.
    pub fn memory(open: impl Fn() -> DuplexStream + Send + Sync + 'static) -> Self {
        Self::Memory { open: Arc::new(open), scheme: Scheme::Http }
    }

    /// The same connections, taken for TLS by both sides where they are in memory.
    #[must_use]
    pub fn taken_for_tls(self) -> Self {
        match self {
            Self::Memory { open, .. } => Self::Memory { open, scheme: Scheme::Https },
            other => other,
        }
    }

    /// The same server under another logical host: TLS then names that host in its handshake.
    pub fn for_host(&self, host: &str) -> Result<Self, TlsError> {
        Ok(match self {
            Self::Tls { address, config, .. } => {
                Self::Tls { address: *address, server_name: parse_name(host)?, config: Arc::clone(config) }
            }
            other => other.clone(),
        })
    }

    /// The same server, asked for HTTP/2 in the handshake where there is one.
    #[must_use]
    pub(super) fn with_http2(&self) -> Self {
        match self {
            Self::Tls { address, server_name, config } => {
                let mut config = ClientConfig::clone(config);
                config.alpn_protocols = vec![b"h2".to_vec()];
                Self::Tls { address: *address, server_name: server_name.clone(), config: Arc::new(config) }
            }
            other => other.clone(),
        }
    }

    /// Where connections go; `None` in memory.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp { address } | Self::Tls { address, .. } => Some(*address),
            Self::Memory { .. } => None,
        }
    }

    /// `https` over TLS, `http` otherwise.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        match self {
            Self::Tcp { .. } => Scheme::Http,
            Self::Tls { .. } => Scheme::Https,
            Self::Memory { scheme, .. } => *scheme,
        }
    }

    /// The logical host where nothing else is said: the address, the TLS name, `localhost` in memory.
    #[must_use]
    pub fn authority(&self) -> Authority {
        match self {
            Self::Tcp { address } => Authority::new(Scheme::Http, address.ip().to_string(), address.port()),
            Self::Tls { address, server_name, .. } => {
                Authority::new(Scheme::Https, server_name.to_str().into_owned(), address.port())
            }
            Self::Memory { scheme, .. } => Authority::new(*scheme, "localhost", scheme.default_port()),
        }
    }

    /// A new connection, ready for a request, by `end` or within [`Limits::connect`].
    pub(super) async fn connect(&self, limits: &Limits, end: Instant) -> Result<Box<dyn Stream>, WireError> {
        let by = end.min(Instant::now() + limits.connect);
        let late = |address: &SocketAddr| WireError::ConnectTimeout {
            address: address.to_string(),
            after: limits.connect.min(limits.total),
        };
        let tcp = async |address: &SocketAddr| {
            let stream =
                timeout_at(by, TcpStream::connect(address)).await.map_err(|_| late(address))?.and_then(Prompt::new);
            stream.map_err(|error| WireError::Connect { address: address.to_string(), cause: error.to_string() })
        };
        match self {
            Self::Tcp { address } => Ok(Box::new(tcp(address).await?)),
            Self::Tls { address, server_name, config } => {
                let stream = tcp(address).await?;
                let handshake = TlsConnector::from(Arc::clone(config)).connect(server_name.clone(), stream);
                let stream = timeout_at(by, handshake).await.map_err(|_| late(address))?;
                Ok(Box::new(stream.map_err(|error| WireError::Tls {
                    server_name: server_name.to_str().into_owned(),
                    cause: error.to_string(),
                })?))
            }
            Self::Memory { open, .. } => Ok(Box::new(open())),
        }
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { address } => write!(f, "Tcp({address})"),
            Self::Tls { address, server_name, .. } => write!(f, "Tls({address}, {})", server_name.to_str()),
            Self::Memory { scheme, .. } => write!(f, "Memory({})", scheme.name()),
        }
    }
}

fn parse_name(name: &str) -> Result<ServerName<'static>, TlsError> {
    ServerName::try_from(name.to_owned()).map_err(|_| TlsError::Name(name.to_owned()))
}
