//! Which fields of an exchange bear on cookies and sessions.

use crate::wire::{Anomaly, RequestEvidence, ResponseEvidence};

/// Request fields that say nothing about cookies.
const DULL_REQUEST_FIELDS: [&str; 5] = ["Accept", "Accept-Encoding", "Connection", "Content-Length", "User-Agent"];

/// Response fields that bear on cookies and sessions.
const TELLING_RESPONSE_FIELDS: [&str; 9] =
    ["Date", "Set-Cookie", "Vary", "Cache-Control", "Expires", "Age", "Location", "Clear-Site-Data", "Content-Type"];

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The fields of a request that reports show.
pub(super) fn telling_request_fields(request: &RequestEvidence) -> impl Iterator<Item = (&str, &str)> {
    request.fields().into_iter().filter(|(name, _)| !is_one_of(name, &DULL_REQUEST_FIELDS))
}

/// The fields of a response that reports show.
pub(super) fn telling_response_fields(response: &ResponseEvidence) -> impl Iterator<Item = (&str, &str)> {
    response.fields().into_iter().filter(|(name, _)| is_one_of(name, &TELLING_RESPONSE_FIELDS))
}

/// Whether a field carries cookies.
pub(super) fn is_about_cookies(name: &str) -> bool {
    is_one_of(name, &["Cookie", "Set-Cookie"])
}

/// `nul at octet 71`
pub(super) fn anomaly_words(anomaly: Anomaly) -> String {
    let kind = serde_json::to_value(anomaly.kind).ok();
    let kind = kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or("oddity").replace('-', " ");
    format!("{kind} at octet {}", anomaly.offset)
}
