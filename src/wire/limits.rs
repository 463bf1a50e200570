//! How long and how much: every bound of an exchange.

use std::time::Duration;

/// The bounds of one exchange. Whatever the peer does, an exchange ends within
/// `total`, with at most `head_octets` and `body_octets` kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the connection to stand, the TLS handshake included.
    pub connect: Duration,
    /// From the end of the request to the first octet of the answer.
    pub first_byte: Duration,
    /// Between two arrivals of octets once the first has come; for a server, also between two requests.
    pub idle: Duration,
    /// For the exchange as a whole.
    pub total: Duration,
    /// Octets of all heads of one answer together (interim responses included), and of its trailers.
    pub head_octets: usize,
    /// Octets of a body after its transfer coding. A client keeps so many and drops the rest; a server answers 413.
    pub body_octets: usize,
}

impl Default for Limits {
    /// 5 s to connect, 10 s to the first octet and between octets, 30 s in all; 256 KiB of head, 4 MiB of body.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            idle: Duration::from_secs(10),
            total: Duration::from_secs(30),
            head_octets: 256 * 1024,
            body_octets: 4 * 1024 * 1024,
        }
    }
}
