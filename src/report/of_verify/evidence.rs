//! The exchanges of an outcome, as lines.

use super::super::exchange_fields::{anomaly_words, is_about_cookies, telling_request_fields, telling_response_fields};
use super::super::model::{Block, Way, WireLine};
use crate::event::CaseOutcome;
use crate::wire::{BodyEvidence, Evidence, SERVED_AT};

/// Exchanges of one case that are told.
const EXCHANGES_TOLD: usize = 3;

/// Octets of a body that are told; the run as JSON has more.
const BODY_TOLD: usize = 800;

/// The exchanges in which something broke; the last one where nothing did.
pub(super) fn exchanges(outcome: &CaseOutcome, blocks: &mut Vec<Block>) {
    let mut wanted: Vec<u64> = Vec::new();
    for id in outcome.findings.iter().filter_map(|finding| finding.exchange) {
        if !wanted.contains(&id) {
            wanted.push(id);
        }
    }
    let broken = outcome.exchanges.iter().filter(|exchange| wanted.contains(&exchange.id)).take(EXCHANGES_TOLD);
    let last = if wanted.is_empty() { outcome.exchanges.last() } else { None };
    for exchange in broken.chain(last) {
        blocks.push(Block::Exchange {
            title: format!("exchange {} with {}", exchange.id, exchange.origin()),
            lines: lines(exchange),
        });
        let label = if exchange.in_memory {
            format!("repeat it, with `hardtack serve --port {SERVED_AT}`, the same engine and faults")
        } else {
            "repeat it".to_owned()
        };
        blocks.push(Block::Copy { label, text: exchange.curl.clone() });
    }
}

fn lines(exchange: &Evidence) -> Vec<WireLine> {
    let mut lines = Vec::new();
    let mut line = |way, text: String, strong| lines.push(WireLine { way, text, strong });
    line(Way::Sent, format!("{} {}", exchange.request.method, exchange.target()), true);
    for (name, value) in telling_request_fields(&exchange.request) {
        line(Way::Sent, format!("{name}: {value}"), is_about_cookies(name));
    }
    for text in body(&exchange.request.body) {
        line(Way::Sent, text, false);
    }
    if let Some(response) = &exchange.response {
        line(Way::Received, format!("{} {}", response.status, response.reason()).trim_end().to_owned(), true);
        for (name, value) in telling_response_fields(response) {
            line(Way::Received, format!("{name}: {value}"), is_about_cookies(name));
        }
        for text in body(&response.body) {
            line(Way::Received, text, false);
        }
        for anomaly in &response.anomalies {
            line(Way::Remark, anomaly_words(*anomaly), false);
        }
    } else if !exchange.unparsed.is_empty() {
        line(Way::Received, exchange.unparsed.clone(), false);
    }
    if let Some(error) = &exchange.error {
        line(Way::Remark, format!("{}. {}", error.message, error.remedy), true);
    }
    lines
}

fn body(body: &BodyEvidence) -> Vec<String> {
    if body.text.is_empty() {
        return Vec::new();
    }
    let end = body.text.char_indices().nth(BODY_TOLD).map_or(body.text.len(), |(at, _)| at);
    let more = body.text.len() - end + body.omitted;
    let mut lines = vec![body.text[..end].to_owned()];
    if more > 0 {
        lines.push(format!("… {more} octets more"));
    }
    lines
}
