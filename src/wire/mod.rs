//! HTTP with evidence: exchanges kept as bytes, over any byte stream.
//!
//! Ordinary HTTP clients reject or trim exactly what a cookie suite must
//! judge: NUL and 0x7F in a value, a bare CR, folded lines, a missing colon.
//! The client codec of this floor keeps the head of every response as it
//! arrived, reports each oddity as an [`Anomaly`] with its offset, and turns
//! whatever a server does into an [`Exchange`] within [`Limits`].
//!
//! The server codec is small and strict. The reference server, gates and the
//! listeners of tests use it.

mod anomaly;
mod authority;
mod body;
mod client;
mod connection;
mod connector;
mod curl;
mod encode;
mod error;
mod escape;
mod evidence;
mod exchange;
mod head;
mod hide;
mod http2;
mod kept;
mod kept_exchange;
mod limits;
mod listener;
mod mask;
mod message;
mod octets;
mod prompt;
mod remote;
mod request_head;
mod server;
mod tls;

pub use crate::cookie::Scheme;
pub use anomaly::{Anomaly, AnomalyKind};
pub use authority::{Authority, AuthorityError};
pub use client::{Client, ConnectionUse};
pub use connector::Connector;
#[cfg(all(feature = "cli", feature = "reference"))]
pub(crate) use curl::quote;
pub use error::{Phase, WireError};
pub use escape::{escape, unescape};
pub use evidence::{BodyEvidence, ErrorEvidence, Evidence, RequestEvidence, ResponseEvidence, SERVED_AT};
pub use exchange::Exchange;
pub use hide::hide;
pub use kept::{AnswerBuffer, KeptConnection, KeptError};
pub use limits::Limits;
pub use listener::{ListenError, Listener};
pub use mask::{Mask, Secrets, mask_value};
pub use message::{HeaderLine, Request, Response, Version};
pub use remote::{Remote, RemoteError, fetch_remote};
pub use server::{in_memory, serve_connection};
pub use tls::{Identity, Roots, TlsError};
