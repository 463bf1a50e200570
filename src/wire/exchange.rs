//! One request with everything that came back.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::{Authority, Request, Response, WireError};
use crate::cookie::Timestamp;

/// A request and what came back, complete or not.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Unique in the process, in the order of the starts.
    pub id: u64,
    /// When it began, by the system's clock.
    pub started: Timestamp,
    /// From the beginning to the last octet, or to the failure.
    pub elapsed: Duration,
    /// Scheme, host and port that the request names.
    pub authority: Authority,
    /// Where the connection went; `None` in memory, or where another client chose it.
    pub address: Option<SocketAddr>,
    /// The request as it was sent, added fields included.
    pub request: Request,
    /// The final response, or why there is no complete one.
    pub result: Result<Response, WireError>,
    /// What had arrived of a response whose head was complete when the exchange failed. A browser would have
    /// stored its cookies.
    pub partial: Option<Response>,
    /// Octets that never became a head: of garbage, or of a head that was cut or too large.
    pub unparsed: Vec<u8>,
    /// Interim (1xx) responses, in order.
    pub informational: Vec<Response>,
    /// Whether the connection had served an exchange before.
    pub reused_connection: bool,
}

impl Exchange {
    /// An exchange that another program has recorded.
    #[must_use]
    pub fn recorded(
        authority: Authority,
        request: Request,
        response: Response,
        started: Timestamp,
        elapsed: Duration,
    ) -> Self {
        Self {
            id: Self::next_id(),
            started,
            elapsed,
            authority,
            address: None,
            request,
            result: Ok(response),
            partial: None,
            unparsed: Vec::new(),
            informational: Vec::new(),
            reused_connection: false,
        }
    }

    /// The URL of the request, as text.
    #[must_use]
    pub fn url(&self) -> String {
        self.authority.url(&self.request.target)
    }

    /// The complete response, or the incomplete one whose head arrived.
    #[must_use]
    pub fn seen(&self) -> Option<&Response> {
        self.result.as_ref().ok().or(self.partial.as_ref())
    }

    /// Whether the server is on this machine or inside this process; what others answer is masked in reports.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self.address {
            Some(address) => address.ip().is_loopback(),
            // A client that chooses its own address gives a reconstructed answer.
            None => self.authority.is_loopback() || self.seen().is_some_and(|response| !response.reconstructed),
        }
    }

    /// The next number for [`Exchange::id`].
    pub(super) fn next_id() -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }
}
