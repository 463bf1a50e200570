//! Reading the head of a request as a strict server does.

use std::fmt;

use super::{
    AnomalyKind, Authority, HeaderLine, Request, Response,
    body::{self, Framing},
    head::{self, is_token},
    message::origin_form,
};

/// A request that the server does not take, with the status that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) why: &'static str,
}

impl Refusal {
    pub(super) fn malformed(why: &'static str) -> Self {
        Self { status: 400, why }
    }

    pub(super) fn response(self) -> Response {
        Response::text(self.status, self.why)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.why)
    }
}

/// A request without its body, and how that is framed.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub(super) request: Request,
    pub(super) framing: Framing,
    /// Whether it says HTTP/1.0.
    pub(super) old: bool,
}

/// Takes the head of a request apart. Bare CR, NUL, folds, odd names and doubtful framing are refused
/// (RFC 9112, sections 2.2, 3, 5 and 6.3); other control octets of a value are kept (RFC 9110, section 5.5).
pub(super) fn request_head(octets: Vec<u8>) -> Result<RequestHead, Refusal> {
    let line = head::lines(&octets).find(|line| !line.text.is_empty()).ok_or(Refusal::malformed("no request line"))?;
    let (method, target, old) = request_line(line.text)?;
    let rest = line.next();
    let mut anomalies = Vec::new();
    let fields = head::fields(&octets[rest..], rest, &mut anomalies);
    let framing = body::declared_framing(&fields, &mut anomalies).unwrap_or(Framing::Bodyless);
    if let Some(why) = anomalies.iter().find_map(|anomaly| refused(anomaly.kind)) {
        return Err(Refusal::malformed(why));
    }
    let mut headers = fields.lines;
    let target = in_origin_form(target, &mut headers)?;
    let hosts = headers.iter().filter(|line| line.is("Host")).count();
    if hosts > 1 || (hosts == 0 && !old) {
        return Err(Refusal::malformed("not exactly one Host field"));
    }
    Ok(RequestHead {
        request: Request { method, target, headers, body: Vec::new(), head: octets, ..Request::default() },
        framing,
        old,
    })
}

/// Why a server refuses a request with this oddity, if it does.
pub(super) fn refused(kind: AnomalyKind) -> Option<&'static str> {
    match kind {
        AnomalyKind::BareLineFeed | AnomalyKind::ControlOctet | AnomalyKind::RepeatedLength => None,
        AnomalyKind::Nul => Some("NUL in the head"),
        AnomalyKind::BareCarriageReturn => Some("a CR without LF"),
        AnomalyKind::FoldedLine | AnomalyKind::StrayContinuation => Some("a folded line"),
        AnomalyKind::MissingColon => Some("a field line without colon"),
        AnomalyKind::SpaceBeforeColon => Some("whitespace before a colon"),
        AnomalyKind::BadFieldName => Some("a field name that is no token"),
        _ => Some("a body whose end is in doubt"),
    }
}

/// Method, target and whether the version is 1.0, of `METHOD SP target SP HTTP/1.x`.
fn request_line(text: &[u8]) -> Result<(String, &str, bool), Refusal> {
    let malformed = Refusal::malformed("no request line");
    let text = str::from_utf8(text).ok().filter(|text| text.bytes().all(|octet| matches!(octet, b' '..=b'~')));
    let mut words = text.ok_or(malformed)?.split(' ');
    let (Some(method), Some(target), Some(version), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(malformed);
    };
    if method.is_empty() || !method.bytes().all(is_token) || target.is_empty() {
        return Err(malformed);
    }
    match version {
        "HTTP/1.1" => Ok((method.to_owned(), target, false)),
        "HTTP/1.0" => Ok((method.to_owned(), target, true)),
        _ if version.starts_with("HTTP/") => Err(Refusal { status: 505, why: "only HTTP/1.0 and HTTP/1.1" }),
        _ => Err(malformed),
    }
}

/// The target in origin form. The host of an absolute one replaces `Host` (RFC 9112, section 3.2.2).
fn in_origin_form(target: &str, headers: &mut Vec<HeaderLine>) -> Result<String, Refusal> {
    if target.starts_with('/') || target == "*" {
        return Ok(target.to_owned());
    }
    let malformed = Refusal::malformed("a target that is neither a path nor a URL");
    let url = url::Url::parse(target).map_err(|_| malformed)?;
    let authority = Authority::of(&url).map_err(|_| malformed)?;
    headers.retain(|line| !line.is("Host"));
    headers.insert(0, HeaderLine::new("Host", authority.host_field()));
    Ok(origin_form(&url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &[u8]) -> Result<RequestHead, Refusal> {
        request_head(head.to_vec())
    }

    #[test]
    fn a_request_is_taken_apart() {
        let head = read(b"POST /a?b HTTP/1.1\r\nHost: x.test\r\nContent-Length: 3\r\n\r\n").unwrap();
        assert_eq!((head.request.method.as_str(), head.request.target.as_str()), ("POST", "/a?b"));
        assert_eq!(head.request.header("host"), Some(&b"x.test"[..]));
        assert_eq!((head.framing, head.old), (Framing::Length(3), false));
    }

    #[test]
    fn an_absolute_target_names_the_host() {
        let head = read(b"GET http://y.test:8080/a?b HTTP/1.1\r\nHost: x.test\r\n\r\n").unwrap();
        assert_eq!(head.request.target, "/a?b");
        assert_eq!(head.request.headers_named("Host").collect::<Vec<_>>(), [b"y.test:8080"]);
    }

    #[test]
    fn malformed_requests_are_refused() {
        for (head, status) in [
            (&b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n"[..], 400),
            (b"GET / HTTP/1.1 x\r\nHost: x\r\n\r\n", 400),
            (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            (b"G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
            (b"GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: x\r\nA b\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\0\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
            (b"\r\n", 400),
        ] {
            assert_eq!(read(head).err().map(|refusal| refusal.status), Some(status), "{}", head.escape_ascii());
        }
    }

    #[test]
    fn tolerable_requests_are_kept() {
        assert!(read(b"GET / HTTP/1.0\r\n\r\n").unwrap().old);
        let head = read(b"GET / HTTP/1.1\nHost: x\nCookie: a=\x7f\xff\n\n").unwrap();
        assert_eq!(head.request.header("Cookie"), Some(&b"a=\x7f\xff"[..]));
    }
}
