//! Remote pages, by way of a general HTTP client: proxies of the system, HTTP/2, the platform's roots.
//!
//! That client validates and normalises heads, so what it gives is marked as reconstructed.

use std::error::Error;

use reqwest::{Version, redirect};
use rustls::ClientConfig;
use tokio::time::{Instant, timeout};
use url::Url;

use super::{
    Authority, AuthorityError, Exchange, HeaderLine, Limits, Phase, Request, Response, Roots, TlsError, WireError,
    message::{origin_form, usual_reason},
};
use crate::cookie::{Clock, Scheme, SystemClock};

/// Reads pages of any host. Redirects are never followed; proxies of the system are used, except for loopback.
#[derive(Clone, Debug)]
pub struct Remote {
    proxied: reqwest::Client,
    direct: reqwest::Client,
    limits: Limits,
}

/// Why remote pages cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The URL has no http or https authority.
    #[error(transparent)]
    Url(#[from] AuthorityError),
    /// The roots cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The HTTP client cannot be set up.
    #[error("failed to set up the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Reads one page with GET, trusting the platform's roots.
pub async fn fetch_remote(url: &Url, limits: &Limits) -> Result<Exchange, RemoteError> {
    let authority = Authority::of(url)?;
    let roots = match authority.scheme {
        Scheme::Https => Roots::Platform,
        // Plain HTTP works on machines without roots, too.
        Scheme::Http => Roots::Only(Vec::new()),
    };
    Ok(Remote::new(*limits, &roots)?.send(&authority, Request::get(origin_form(url))).await)
}

impl Remote {
    /// A reader that trusts `roots`.
    pub fn new(limits: Limits, roots: &Roots) -> Result<Self, RemoteError> {
        let mut tls = ClientConfig::clone(&*roots.client_config()?);
        tls.alpn_protocols.insert(0, b"h2".to_vec());
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(limits.connect)
                .read_timeout(limits.idle.max(limits.first_byte))
        };
        Ok(Self { proxied: builder().build()?, direct: builder().no_proxy().build()?, limits })
    }

    /// Sends a request to the host of `authority`, found by DNS, and waits for its answer, within the limits.
    /// Between arrivals the larger of [`Limits::first_byte`] and [`Limits::idle`] counts.
    pub async fn send(&self, authority: &Authority, request: Request) -> Exchange {
        let id = Exchange::next_id();
        let started = SystemClock.now();
        let begun = Instant::now();
        let mut arrived = None;
        let late = || WireError::Timeout { phase: Phase::FirstOctet, after: self.limits.total };
        let asked = timeout(self.limits.total, self.ask(authority, &request, &mut arrived)).await;
        let error = asked.unwrap_or_else(|_| Err(late())).err();
        let (result, partial) = match (error, arrived) {
            (None, Some(response)) => (Ok(response), None),
            (Some(WireError::Timeout { after, .. }), Some(response)) => {
                (Err(WireError::Timeout { phase: Phase::Body, after }), Some(response))
            }
            (error, response) => (Err(error.unwrap_or_else(late)), response),
        };
        Exchange {
            id,
            started,
            elapsed: begun.elapsed(),
            authority: authority.clone(),
            address: None,
            request,
            result,
            partial,
            unparsed: Vec::new(),
            informational: Vec::new(),
            reused_connection: false,
        }
    }

    async fn ask(
        &self,
        authority: &Authority,
        request: &Request,
        arrived: &mut Option<Response>,
    ) -> Result<(), WireError> {
        let client = if authority.is_loopback() { &self.direct } else { &self.proxied };
        let failed = |error: reqwest::Error| self.error(authority, &error);
        let invalid = |what: &str| WireError::Remote { cause: format!("it cannot send this {what}") };
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|_| invalid("method"))?;
        let mut builder = client.request(method, authority.url(&request.target));
        for line in &request.headers {
            let value = reqwest::header::HeaderValue::from_bytes(line.value()).map_err(|_| invalid("field"))?;
            builder = builder.header(line.name.as_str(), value);
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body.clone());
        }
        let mut arriving = builder.send().await.map_err(failed)?;
        let response = arrived.insert(reconstruct(&arriving));
        while let Some(chunk) = arriving.chunk().await.map_err(|error| self.body_error(&error, response.body.len()))? {
            let room = self.limits.body_octets - response.body.len();
            response.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                response.body_truncated = true;
                break;
            }
        }
        Ok(())
    }

    fn error(&self, authority: &Authority, error: &reqwest::Error) -> WireError {
        match (error.is_connect(), error.is_timeout()) {
            (true, true) => WireError::ConnectTimeout { address: authority.host_field(), after: self.limits.connect },
            (true, false) => WireError::Connect { address: authority.host_field(), cause: causes(error) },
            (false, true) => self.idle(Phase::FirstOctet),
            (false, false) => WireError::Remote { cause: causes(error) },
        }
    }

    fn body_error(&self, error: &reqwest::Error, received: usize) -> WireError {
        if error.is_timeout() { self.idle(Phase::Body) } else { WireError::ClosedInBody { received } }
    }

    fn idle(&self, phase: Phase) -> WireError {
        WireError::Timeout { phase, after: self.limits.idle.max(self.limits.first_byte) }
    }
}

/// A response as the HTTP client understood it, with a head that says the same.
fn reconstruct(arriving: &reqwest::Response) -> Response {
    let status = arriving.status().as_u16();
    let version = match arriving.version() {
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    };
    let mut head = format!("{version} {status} {}\r\n", usual_reason(status)).into_bytes();
    let mut headers = Vec::new();
    for (name, value) in arriving.headers() {
        let line = HeaderLine::new(name.as_str(), value.as_bytes());
        head.extend_from_slice(line.name.as_bytes());
        head.push(b':');
        head.extend_from_slice(line.raw());
        head.extend_from_slice(b"\r\n");
        headers.push(line);
    }
    head.extend_from_slice(b"\r\n");
    Response { reason: usual_reason(status).into(), status, head, headers, reconstructed: true, ..Response::default() }
}

/// An error with the causes behind it.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
