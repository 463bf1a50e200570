//! Why an exchange has no complete answer.

use std::{fmt, time::Duration};

/// The failure of one exchange, as a fragment that fits "failed to get an answer: …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The connection was refused or could not be made.
    #[error("could not connect to {address}: {cause}")]
    Connect {
        /// Address or host name.
        address: String,
        /// The operating system's reason.
        cause: String,
    },
    /// The connection did not stand in time.
    #[error("no connection to {address} within {after:?}")]
    ConnectTimeout {
        /// Address or host name.
        address: String,
        /// The limit that passed.
        after: Duration,
    },
    /// The TLS handshake failed.
    #[error("TLS with {server_name} failed: {cause}")]
    Tls {
        /// The name that the certificate was checked against.
        server_name: String,
        /// The TLS library's reason.
        cause: String,
    },
    /// The server closed or reset the connection before the first octet of an answer.
    #[error("the server closed the connection before it answered")]
    ClosedBeforeAnswer,
    /// The server closed or reset the connection inside the head.
    #[error("the server closed the connection after {received} octets of the head")]
    ClosedInHead {
        /// Octets of the head that had arrived.
        received: usize,
    },
    /// The server closed or reset the connection inside the body.
    #[error("the server closed the connection after {received} octets of the body")]
    ClosedInBody {
        /// Octets of the body that had arrived.
        received: usize,
    },
    /// A time limit passed.
    #[error("the time limit passed {phase} (limit {after:?})")]
    Timeout {
        /// What the exchange was waiting for.
        phase: Phase,
        /// The limit that passed.
        after: Duration,
    },
    /// The heads of the answer, or its trailers, are larger than the limit.
    #[error("the head of the answer is larger than {limit} octets")]
    HeadTooLarge {
        /// [`Limits::head_octets`](super::Limits::head_octets).
        limit: usize,
    },
    /// What arrived is not an HTTP/1 message, or its end cannot be found.
    #[error("the answer is not HTTP/1: {what} at octet {offset}")]
    Garbage {
        /// What is wrong.
        what: &'static str,
        /// Octets from the beginning of the message.
        offset: usize,
    },
    /// The general HTTP client that reads remote pages gave up.
    #[error("the HTTP client gave up: {cause}")]
    Remote {
        /// Its reason, with the causes behind it.
        cause: String,
    },
}

/// What an exchange was waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Sending the request.
    Send,
    /// Waiting for the first octet of the answer.
    FirstOctet,
    /// Reading the head.
    Head,
    /// Reading the body.
    Body,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Send => "while sending the request",
            Self::FirstOctet => "while waiting for the first octet of the answer",
            Self::Head => "while reading the head of the answer",
            Self::Body => "while reading the body of the answer",
        })
    }
}

impl WireError {
    /// Whether no connection stood at all: the target is down, not wrong.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Connect { .. } | Self::ConnectTimeout { .. } | Self::Tls { .. })
    }

    /// A stable word for the kind of failure, for stored runs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "connect",
            Self::ConnectTimeout { .. } => "connect-timeout",
            Self::Tls { .. } => "tls",
            Self::ClosedBeforeAnswer => "closed-before-answer",
            Self::ClosedInHead { .. } => "closed-in-head",
            Self::ClosedInBody { .. } => "closed-in-body",
            Self::Timeout { .. } => "timeout",
            Self::HeadTooLarge { .. } => "head-too-large",
            Self::Garbage { .. } => "garbage",
            Self::Remote { .. } => "remote",
        }
    }

    /// What a user can do about it, as a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "Check that the server runs and listens on this address.",
            Self::ConnectTimeout { .. } => {
                "Check the address and any firewall on the way, or allow more time to connect."
            }
            Self::Tls { .. } => {
                "Check that the server speaks TLS here and that its certificate is trusted; a self-made one must be named as root."
            }
            Self::ClosedBeforeAnswer | Self::ClosedInHead { .. } | Self::ClosedInBody { .. } => {
                "Look into the server's log: a worker may have crashed or been stopped."
            }
            Self::Timeout { .. } => "Look whether the server hangs, or allow more time.",
            Self::HeadTooLarge { .. } => "Look for a header field that grows without bound, or allow more octets.",
            Self::Garbage { .. } => "Check that the address speaks plain HTTP/1.1, and not TLS or another protocol.",
            Self::Remote { .. } => "Try the same address with curl; check proxies and certificates.",
        }
    }
}
