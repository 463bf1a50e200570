//! Writing messages: octets exactly as given, with what framing needs added.

use std::io::Write;

use super::{HeaderLine, Request, Response, message::usual_reason};

/// The octets of a request, body included, and how many of them are its head.
pub(super) fn request(request: &Request) -> (Vec<u8>, usize) {
    let mut octets = request_head(request);
    let head = octets.len();
    body(&mut octets, &request.headers, &request.body);
    (octets, head)
}

/// The octets of a request's head.
pub(super) fn request_head(request: &Request) -> Vec<u8> {
    let mut octets = Vec::with_capacity(256 + request.body.len());
    octets.extend_from_slice(request.method.as_bytes());
    octets.push(b' ');
    octets.extend_from_slice(request.target.as_bytes());
    octets.extend_from_slice(b" HTTP/1.1\r\n");
    fields(&mut octets, &request.headers);
    octets.extend_from_slice(b"\r\n");
    octets
}

/// The octets of a response to a request of `method`. `Content-Length` is added unless the response frames
/// itself or can have no body; `Connection: close` on the last response of a connection.
pub(super) fn response(response: &Response, method: &str, last: bool) -> Vec<u8> {
    let mut octets = Vec::with_capacity(256 + response.body.len());
    for interim in &response.interim {
        octets.extend(self::response(interim, method, false));
    }
    // Writing to a vector cannot fail.
    let _ = write!(octets, "HTTP/1.1 {} ", response.status);
    let reason = if response.reason.is_empty() { usual_reason(response.status).as_bytes() } else { &response.reason };
    octets.extend_from_slice(reason);
    octets.extend_from_slice(b"\r\n");
    fields(&mut octets, &response.headers);
    let bodyless = response.status < 200 || matches!(response.status, 204 | 304);
    if !bodyless && !frames_itself(&response.headers) {
        let _ = write!(octets, "Content-Length: {}\r\n", response.body.len());
    }
    if last && response.header("Connection").is_none() {
        octets.extend_from_slice(b"Connection: close\r\n");
    }
    octets.extend_from_slice(b"\r\n");
    if !bodyless && method != "HEAD" {
        body(&mut octets, &response.headers, &response.body);
    }
    octets
}

/// Whether the fields say where the body ends.
pub(super) fn frames_itself(headers: &[HeaderLine]) -> bool {
    headers.iter().any(|line| line.is("Content-Length") || line.is("Transfer-Encoding"))
}

fn fields(octets: &mut Vec<u8>, headers: &[HeaderLine]) {
    for line in headers {
        octets.extend_from_slice(line.name.as_bytes());
        octets.push(b':');
        octets.extend_from_slice(line.raw());
        octets.extend_from_slice(b"\r\n");
    }
}

fn body(octets: &mut Vec<u8>, headers: &[HeaderLine], body: &[u8]) {
    let chunked = |line: &HeaderLine| line.is("Transfer-Encoding") && line.value().eq_ignore_ascii_case(b"chunked");
    if !headers.iter().any(chunked) {
        octets.extend_from_slice(body);
        return;
    }
    if !body.is_empty() {
        let _ = write!(octets, "{:x}\r\n", body.len());
        octets.extend_from_slice(body);
        octets.extend_from_slice(b"\r\n");
    }
    octets.extend_from_slice(b"0\r\n\r\n");
}
