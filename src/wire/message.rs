//! Requests and responses: built by us, or kept as they arrived.

use serde::Serialize;
use url::{Url, form_urlencoded};

use super::{Anomaly, Authority};

/// One field line of a head or of trailers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderLine {
    /// The name as sent, without the colon; lossy only where it is no UTF-8. Empty for a line without a colon.
    pub name: String,
    raw: Vec<u8>,
    unfolded: Option<Vec<u8>>,
}

impl HeaderLine {
    /// A line to send: one SP stands between the colon and `value`, whose octets are sent exactly as given.
    pub fn new(name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref();
        let mut raw = Vec::with_capacity(value.len() + 1);
        raw.push(b' ');
        raw.extend_from_slice(value);
        Self::from_raw(name, raw)
    }

    /// A line of its octets between the colon and the line end.
    pub fn from_raw(name: impl Into<String>, raw: Vec<u8>) -> Self {
        Self { name: name.into(), raw, unfolded: None }
    }

    /// A received line whose octets include continuation lines (obs-fold).
    pub(super) fn folded(name: String, raw: Vec<u8>, unfolded: Vec<u8>) -> Self {
        Self { name, raw, unfolded: Some(unfolded) }
    }

    /// The line with other octets in its value.
    pub(super) fn map(&self, change: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        Self { name: self.name.clone(), raw: change(&self.raw), unfolded: self.unfolded.as_deref().map(change) }
    }

    /// The value without SP and HTAB at its edges. Each fold counts as one SP (RFC 9112, section 5.2).
    #[must_use]
    pub fn value(&self) -> &[u8] {
        trim(self.unfolded.as_deref().unwrap_or(&self.raw))
    }

    /// The octets between the colon and the line end, folds included, untouched. The whole line where there is no colon.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Whether the name is `name`, ASCII case and whitespace before the colon aside (RFC 9112, section 5.1,
    /// has intermediaries remove such whitespace from responses).
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.trim_end_matches([' ', '\t']).eq_ignore_ascii_case(name)
    }
}

/// Takes SP and HTAB off both edges.
pub(super) fn trim(octets: &[u8]) -> &[u8] {
    let blank = |octet: &u8| matches!(octet, b' ' | b'\t');
    let start = octets.iter().position(|octet| !blank(octet)).unwrap_or(octets.len());
    let end = octets.iter().rposition(|octet| !blank(octet)).map_or(start, |last| last + 1);
    &octets[start..end]
}

fn first<'a>(headers: &'a [HeaderLine], name: &str) -> Option<&'a [u8]> {
    headers.iter().find(|line| line.is(name)).map(HeaderLine::value)
}

fn named<'a>(headers: &'a [HeaderLine], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    headers.iter().filter(move |line| line.is(name)).map(HeaderLine::value)
}

/// A request. `Host`, `Content-Length` and, for a connection of its own, `Connection: close` are added when it
/// is sent, unless it has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in its exact case.
    pub method: String,
    /// The target in origin form: path and query.
    pub target: String,
    /// The field lines, in order.
    pub headers: Vec<HeaderLine>,
    /// The body, before any transfer coding.
    pub body: Vec<u8>,
    /// The head exactly as it was sent or received; empty before that.
    pub head: Vec<u8>,
    /// In which version of HTTP it travels.
    pub version: Version,
}

/// In which version of HTTP a request travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.1, octet by octet.
    #[default]
    Http1,
    /// HTTP/2, with the Cookie field in crumbs.
    Http2,
}

impl Request {
    /// A request without fields and body.
    pub fn new(method: impl Into<String>, target: impl Into<String>) -> Self {
        Self { method: method.into(), target: target.into(), ..Self::default() }
    }

    /// A GET request of an origin-form target.
    pub fn get(target: impl Into<String>) -> Self {
        Self::new("GET", target)
    }

    /// A GET request of a URL, `Host` included.
    #[must_use]
    pub fn get_url(url: &Url, authority: &Authority) -> Self {
        Self::get(origin_form(url)).with_header("Host", authority.host_field())
    }

    /// A POST request with a body of the given media type.
    pub fn post(target: impl Into<String>, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut request = Self::new("POST", target).with_header("Content-Type", media_type);
        request.body = body.into();
        request
    }

    /// A POST request with a JSON body.
    pub fn post_json(target: impl Into<String>, value: &serde_json::Value) -> Self {
        Self::post(target, "application/json", value.to_string())
    }

    /// A POST request with a form as its body (`application/x-www-form-urlencoded`).
    pub fn post_form<K: AsRef<str>, V: AsRef<str>>(target: impl Into<String>, pairs: &[(K, V)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Self::post(target, "application/x-www-form-urlencoded", body)
    }

    /// Adds a field line; the octets of the value are sent exactly as given.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(HeaderLine::new(name, value));
        self
    }

    /// Addresses the request to a logical host: replaces the `Host` field.
    #[must_use]
    pub fn addressed_to(mut self, authority: &Authority) -> Self {
        self.headers.retain(|line| !line.is("Host"));
        self.headers.insert(0, HeaderLine::new("Host", authority.host_field()));
        self
    }

    /// The value of the first field of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        first(&self.headers, name)
    }

    /// The values of all fields of this name, in order.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        named(&self.headers, name)
    }

    /// The target up to `?`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The target after the first `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The decoded value of the first query parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let query = self.query()?;
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// Path and query of a URL.
pub(super) fn origin_form(url: &Url) -> String {
    url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
}

/// A response: as it arrived, or built by a server's handler.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status code, 100 to 999.
    pub status: u16,
    /// The reason phrase; empty where there is none.
    pub reason: Vec<u8>,
    /// Status line and fields up to and with the empty line, exactly as received. Empty in a response that a
    /// server builds.
    pub head: Vec<u8>,
    /// The field lines, in order.
    pub headers: Vec<HeaderLine>,
    /// The body after its transfer coding.
    pub body: Vec<u8>,
    /// Whether the body is longer than [`Limits::body_octets`](super::Limits::body_octets), and what follows was dropped.
    pub body_truncated: bool,
    /// Field lines after a chunked body.
    pub trailers: Vec<HeaderLine>,
    /// What is odd about it, in the order of the octets.
    pub anomalies: Vec<Anomaly>,
    /// Whether `head` was rebuilt from what another HTTP client gave, and is not evidence octet by octet.
    pub reconstructed: bool,
    /// Interim (1xx) responses that a server sends before this one.
    pub interim: Vec<Response>,
}

impl Response {
    /// A response to send, with the usual reason phrase and no fields.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { status, reason: usual_reason(status).into(), ..Self::default() }
    }

    /// A response to send with a JSON body.
    #[must_use]
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self::new(status).with_header("Content-Type", "application/json").with_body(body),
            // Only a map with keys that are no text, or a failing Serialize of our own, ends here.
            Err(error) => Self::text(500, &format!("failed to write JSON: {error}")),
        }
    }

    /// A response to send with a plain text body.
    #[must_use]
    pub fn text(status: u16, text: &str) -> Self {
        Self::new(status).with_header("Content-Type", "text/plain; charset=utf-8").with_body(text)
    }

    /// Adds a field line; the octets of the value are sent exactly as given, CR and LF included.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(HeaderLine::new(name, value));
        self
    }

    /// Replaces the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The value of the first field of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        first(&self.headers, name)
    }

    /// The values of all fields of this name, in order.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        named(&self.headers, name)
    }

    /// The values of all `Set-Cookie` fields, in order.
    pub fn set_cookies(&self) -> impl Iterator<Item = &[u8]> {
        self.headers_named("Set-Cookie")
    }

    /// The value of the `Date` field.
    #[must_use]
    pub fn date(&self) -> Option<&[u8]> {
        self.header("Date")
    }

    /// The value of the `Location` field of a redirect. Nothing on this floor follows it.
    #[must_use]
    pub fn redirect(&self) -> Option<&[u8]> {
        if (300..400).contains(&self.status) { self.header("Location") } else { None }
    }
}

/// The reason phrase that RFC 9110 gives a status.
pub(super) fn usual_reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        101 => "Switching Protocols",
        103 => "Early Hints",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_trimmed_and_raw_is_not() {
        let line = HeaderLine::from_raw("X", b" \ta b\t ".to_vec());
        assert_eq!(line.value(), b"a b");
        assert_eq!(line.raw(), b" \ta b\t ");
        assert_eq!(HeaderLine::from_raw("X", b" \t ".to_vec()).value(), b"");
    }

    #[test]
    fn names_compare_without_case_and_trailing_space() {
        let response = Response::new(200).with_header("set-cookie \t", "a=1").with_header("Set-Cookie", "b=2");
        assert_eq!(response.set_cookies().collect::<Vec<_>>(), [b"a=1", b"b=2"]);
        assert_eq!(response.header("Set-Cookies"), None);
    }

    #[test]
    fn targets_are_taken_apart() {
        let request = Request::get("/run?program=%7B%7D&x=a+b");
        assert_eq!(request.path(), "/run");
        assert_eq!(request.parameter("program").as_deref(), Some("{}"));
        assert_eq!(request.parameter("x").as_deref(), Some("a b"));
        assert_eq!(request.parameter("y"), None);
    }

    #[test]
    fn only_a_redirect_has_a_place_to_go() {
        assert_eq!(Response::new(302).with_header("Location", "/x").redirect(), Some(&b"/x"[..]));
        assert_eq!(Response::new(200).with_header("Location", "/x").redirect(), None);
    }
}
