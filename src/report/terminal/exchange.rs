//! One exchange: what was asked, what came back, how to repeat it.

use std::net::Ipv4Addr;

use super::look::{BAD, FAINT, LABEL, PLAIN, STRONG};
use super::page::Page;
use super::text::{cut, tame};
use crate::wire::{Exchange, HeaderLine, Response, escape};

/// Characters of a body that are shown.
const BODY_SHOWN: usize = 400;

/// The port of `hardtack serve` in lines to copy.
const SERVED_AT: u16 = 8000;

/// Request fields that say nothing about cookies.
const DULL_REQUEST_FIELDS: [&str; 5] = ["Accept", "Accept-Encoding", "Connection", "Content-Length", "User-Agent"];

/// Response fields that bear on cookies and sessions.
const TELLING_RESPONSE_FIELDS: [&str; 9] =
    ["Date", "Set-Cookie", "Vary", "Cache-Control", "Expires", "Age", "Location", "Clear-Site-Data", "Content-Type"];

/// Writes an exchange with its curl line.
pub(super) fn write(page: &mut Page<'_>, indent: usize, exchange: &Exchange) {
    page.gap();
    page.text(indent, LABEL, &format!("exchange {} with {}", exchange.id, exchange.authority));
    let inner = indent + 2;
    let request = &exchange.request;
    octets(page, inner, ">", format!("{} {}", request.method, request.target).as_bytes(), true);
    for line in request.headers.iter().filter(|line| !DULL_REQUEST_FIELDS.iter().any(|name| line.is(name))) {
        field(page, inner, ">", line);
    }
    body(page, inner, ">", &request.body);
    match exchange.seen() {
        Some(response) => answer(page, inner, response),
        None if !exchange.unparsed.is_empty() => body(page, inner, "<", &exchange.unparsed),
        None => {}
    }
    if let Err(error) = &exchange.result {
        page.hanging(inner, "!", BAD, 2, BAD, &format!("{error}. {}", error.remedy()));
    }
    repeat(page, indent, exchange);
}

/// The line that repeats it, unbroken, so that it can be copied.
fn repeat(page: &mut Page<'_>, indent: usize, exchange: &Exchange) {
    page.gap();
    let mut line = exchange.curl();
    if is_in_memory(exchange) {
        // Nothing listens; the same server can.
        let served = Exchange { address: Some((Ipv4Addr::LOCALHOST, SERVED_AT).into()), ..exchange.clone() };
        line = served.curl();
        let how = format!("with `hardtack serve --port {SERVED_AT}`, the same engine and faults:");
        page.field(indent, "repeat", FAINT, &how);
    } else {
        page.text(indent, LABEL, "repeat");
    }
    page.line(indent + 2, &tame(&line).replace('\n', "\\n"));
}

/// Whether the server was inside this process. A client that chooses its own address gives a reconstructed answer.
fn is_in_memory(exchange: &Exchange) -> bool {
    exchange.address.is_none() && exchange.seen().is_some_and(|response| !response.reconstructed)
}

fn answer(page: &mut Page<'_>, indent: usize, response: &Response) {
    let reason = String::from_utf8_lossy(&response.reason).into_owned();
    octets(page, indent, "<", format!("{} {reason}", response.status).trim_end().as_bytes(), true);
    for line in response.headers.iter().filter(|line| TELLING_RESPONSE_FIELDS.iter().any(|name| line.is(name))) {
        field(page, indent, "<", line);
    }
    body(page, indent, "<", &response.body);
    for anomaly in &response.anomalies {
        let name = serde_json::to_value(anomaly.kind).ok();
        let name = name.as_ref().and_then(serde_json::Value::as_str).unwrap_or("oddity").replace('-', " ");
        page.hanging(indent, "!", BAD, 2, PLAIN, &format!("{name} at octet {}", anomaly.offset));
    }
}

fn field(page: &mut Page<'_>, indent: usize, side: &str, line: &HeaderLine) {
    let mut text = format!("{}: ", line.name).into_bytes();
    text.extend_from_slice(line.value());
    octets(page, indent, side, &text, line.is("Set-Cookie") || line.is("Cookie"));
}

fn body(page: &mut Page<'_>, indent: usize, side: &str, octets_of_body: &[u8]) {
    if octets_of_body.is_empty() {
        return;
    }
    // Escaping never shortens: that many octets are enough.
    let start = &octets_of_body[..octets_of_body.len().min(BODY_SHOWN)];
    octets(page, indent, side, start, false);
    if octets_of_body.len() > start.len() {
        let more = format!("… {} octets more", octets_of_body.len() - start.len());
        page.hanging(indent, side, FAINT, 2, FAINT, &more);
    }
}

/// Octets, escaped; broken where the terminal ends and nowhere else.
fn octets(page: &mut Page<'_>, indent: usize, side: &str, octets: &[u8], strong: bool) {
    let look = page.look();
    let style = if strong { STRONG } else { PLAIN };
    for (index, piece) in cut(&escape(octets), page.room(indent + 2)).iter().enumerate() {
        let side = if index == 0 { side } else { " " };
        let line = format!("{} {}", look.paint(FAINT, side), look.paint(style, piece));
        page.line(indent, &line);
    }
}
