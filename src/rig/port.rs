//! Free loopback ports.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use super::RigError;

/// How many ports are tried when others take them between choosing and listening.
pub(super) const ATTEMPTS: usize = 5;

/// A port of 127.0.0.1 on which nobody listens now. Somebody else may take it before it is used: whoever starts a
/// process on it tries again when the process ends and [`is_port_free`] says no.
pub fn free_port() -> Result<u16, RigError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|cause| RigError::Listen { what: "a process", cause: cause.to_string() })
}

/// Whether a port of 127.0.0.1 can be listened on.
#[must_use]
pub fn is_port_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port of 127.0.0.1 as an address.
pub(super) fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
