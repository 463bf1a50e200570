//! One exchange: what was asked, what came back, how to repeat it.

use super::look::{BAD, FAINT, LABEL, PLAIN, STRONG};
use super::page::Page;
use super::text::{cut, tame, tame_line};
use crate::report::exchange_fields::{
    anomaly_words, is_about_cookies, telling_request_fields, telling_response_fields,
};
use crate::wire::{BodyEvidence, Evidence, ResponseEvidence, SERVED_AT};

/// Characters of a body that are shown.
const BODY_SHOWN: usize = 400;

/// Writes an exchange with its curl line.
pub(super) fn write(page: &mut Page<'_>, indent: usize, exchange: &Evidence) {
    page.gap();
    asked_and_answered(page, indent, exchange);
    repeat(page, indent, exchange);
}

/// Writes what was asked and what was answered.
pub(super) fn asked_and_answered(page: &mut Page<'_>, indent: usize, exchange: &Evidence) {
    page.text(indent, LABEL, &format!("exchange {} with {}", exchange.id, exchange.origin()));
    let inner = indent + 2;
    escaped(page, inner, ">", &format!("{} {}", exchange.request.method, exchange.target()), true);
    for (name, value) in telling_request_fields(&exchange.request) {
        escaped(page, inner, ">", &format!("{name}: {value}"), is_about_cookies(name));
    }
    body(page, inner, ">", &exchange.request.body);
    match &exchange.response {
        Some(response) => answer(page, inner, response),
        None if !exchange.unparsed.is_empty() => text_of_body(page, inner, "<", &exchange.unparsed, 0),
        None => {}
    }
    if let Some(error) = &exchange.error {
        page.hanging(inner, "!", BAD, 2, BAD, &format!("{}. {}", error.message, error.remedy));
    }
}

/// The line that repeats it, unbroken, so that it can be copied.
fn repeat(page: &mut Page<'_>, indent: usize, exchange: &Evidence) {
    page.gap();
    if exchange.in_memory {
        let how = format!("with `hardtack serve --port {SERVED_AT}`, the same engine and faults:");
        page.field(indent, "repeat", FAINT, &how);
    } else {
        page.text(indent, LABEL, "repeat");
    }
    page.line(indent + 2, &tame(&exchange.curl).replace('\n', "\\n"));
}

fn answer(page: &mut Page<'_>, indent: usize, response: &ResponseEvidence) {
    escaped(page, indent, "<", format!("{} {}", response.status, response.reason()).trim_end(), true);
    for (name, value) in telling_response_fields(response) {
        escaped(page, indent, "<", &format!("{name}: {value}"), is_about_cookies(name));
    }
    body(page, indent, "<", &response.body);
    for anomaly in &response.anomalies {
        page.hanging(indent, "!", BAD, 2, PLAIN, &anomaly_words(*anomaly));
    }
}

fn body(page: &mut Page<'_>, indent: usize, side: &str, body: &BodyEvidence) {
    text_of_body(page, indent, side, &body.text, body.omitted);
}

fn text_of_body(page: &mut Page<'_>, indent: usize, side: &str, text: &str, omitted: usize) {
    if text.is_empty() {
        if omitted > 0 {
            page.hanging(indent, side, FAINT, 2, FAINT, &format!("… {omitted} octets"));
        }
        return;
    }
    let end = text.char_indices().nth(BODY_SHOWN).map_or(text.len(), |(at, _)| at);
    escaped(page, indent, side, &text[..end], false);
    let more = text[end..].len() + omitted;
    if more > 0 {
        page.hanging(indent, side, FAINT, 2, FAINT, &format!("… {more} octets more"));
    }
}

/// Text that is escaped already; broken where the terminal ends and nowhere else.
fn escaped(page: &mut Page<'_>, indent: usize, side: &str, text: &str, strong: bool) {
    let look = page.look();
    let style = if strong { STRONG } else { PLAIN };
    for (index, piece) in cut(&tame_line(text), page.room(indent + 2)).iter().enumerate() {
        let side = if index == 0 { side } else { " " };
        let line = format!("{} {}", look.paint(FAINT, side), look.paint(style, piece));
        page.line(indent, &line);
    }
}
