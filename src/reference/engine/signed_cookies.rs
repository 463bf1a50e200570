//! The `signed_cookies` engine: the session is the cookie, readable by anyone and signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::record::{Found, Record};
use crate::cookie::Timestamp;
use crate::reference::behaviour::{SignatureCheck, Signing};
use crate::reference::error::StoreError;
use crate::reference::expiry::Lifetimes;
use crate::reference::key_source::random_text;
use crate::reference::signer::Signer;

/// Keeps signatures of sessions apart from all others.
const PURPOSE: &str = "session";

/// Seals sessions into cookie values: `payload:milliseconds:nonce:signature`, the payload being base64url of the
/// data as JSON. The nonce tells two logins of one user apart.
#[derive(Debug)]
pub(in crate::reference) struct SignedCookies {
    signer: Signer,
    policy: Signing,
}

impl SignedCookies {
    pub(super) fn new(signer: Signer, policy: Signing) -> Self {
        Self { signer, policy }
    }

    /// The session in a cookie value. What is not signed by this server is nothing.
    pub(super) fn open(&self, value: &str, lifetimes: &Lifetimes, now: Timestamp) -> Found {
        if self.policy.session == SignatureCheck::UnlessNone
            && let Some(data) = unsigned_token(value)
        {
            return Found::Record(Record { deadline: lifetimes.deadline(&data, now), data });
        }
        let mut parts = value.split(':');
        let (payload, millis, nonce, signature) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let whole = parts.next().is_none() || self.policy.session == SignatureCheck::Nothing;
        if !whole || !self.signer.verify(&[PURPOSE, payload, millis, nonce], signature, self.policy.session) {
            return Found::Nothing;
        }
        let Some(data) = read_payload(payload) else { return Found::Nothing };
        let sealed = millis.parse().map_or(now, Timestamp::from_millis);
        let deadline = lifetimes.stored_deadline(lifetimes.deadline(&data, sealed), sealed);
        let deadline = if self.policy.session_ages_ignored { Timestamp::from_millis(i64::MAX) } else { deadline };
        Found::Record(Record { deadline, data })
    }

    /// The cookie value of a session.
    pub(in crate::reference) fn seal(&self, record: &Record, now: Timestamp) -> Result<String, StoreError> {
        let payload = URL_SAFE_NO_PAD.encode(Value::Object(record.data.clone()).to_string());
        let (millis, nonce) = (now.as_millis().to_string(), random_text(8)?);
        let signature = self.signer.sign(&[PURPOSE, &payload, &millis, &nonce], self.policy.session);
        Ok(format!("{payload}:{millis}:{nonce}:{signature}"))
    }

    /// Whether cookies are sent that browsers drop for their size.
    pub(in crate::reference) const fn ignores_size(&self) -> bool {
        self.policy.oversize_in_silence
    }
}

/// The content of a token that says of itself that it is not signed.
fn unsigned_token(value: &str) -> Option<Map<String, Value>> {
    let mut parts = value.split('.');
    let header = read_payload(parts.next()?)?;
    (header.get("alg").and_then(Value::as_str) == Some("none")).then(|| read_payload(parts.next()?))?
}

fn read_payload(payload: &str) -> Option<Map<String, Value>> {
    let octets = URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&octets).ok()
}
