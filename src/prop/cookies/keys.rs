//! The session cookie is protected, and its key cannot be guessed.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::asking::Asking;
use super::property::{Broken, Property};
use crate::contract::Call;
use crate::cookie::SameSite;
use crate::judge::run_probe;
use crate::prop::subject::Subject;
use crate::verify::Instance;

/// The session cookie is protected, and its key cannot be guessed.
pub(super) struct SessionCookie;

/// How many keys tell how keys are made: two of so many are the same where they come from sixteen random bits.
const SAMPLE: usize = 640;

/// Fewer bits can be guessed.
const ENOUGH: f64 = 64.0;

impl Property for SessionCookie {
    type Input = u8;
    const ID: &'static str = "session-cookie";
    const TITLE: &'static str = "The session cookie is protected, and its key cannot be guessed";
    const INPUTS: u64 = 6;
    const NEEDS: &'static [&'static str] = &["session.put"];

    fn inputs(_: &Subject) -> impl Strategy<Value = Self::Input> {
        Just(0)
    }

    fn words(_: &Self::Input) -> String {
        format!("{SAMPLE} new sessions")
    }

    async fn test(subject: &Subject, instance: &Arc<dyn Instance>, number: &Self::Input) -> Option<Broken> {
        let mut keys = Vec::new();
        let name = subject.offers.session.first("session")?.to_owned();
        for index in 0..SAMPLE {
            let mut browser = Asking::new(subject, instance);
            let put = Call::new("session.put").with("key", "a").with("value", u64::from(*number) + index as u64);
            let observation = browser.ask(vec![put], None).await;
            let exchange = Arc::clone(&observation.exchange);
            let Some(seen) = observation.cookie(&name) else {
                let broken = Broken::must("cookie-unsent", "a session cookie", "none").seen_in(&exchange);
                return Some(broken);
            };
            let should =
                |code, expected: &str, actual: &str| Some(Broken::should(code, expected, actual).seen_in(&exchange));
            if !seen.written.http_only() {
                return should("http-only-missing", "HttpOnly", "without it");
            }
            match seen.written.same_site() {
                None => return should("same-site-missing", "SameSite", "without it"),
                Some(SameSite::None) => return should("same-site-none", "SameSite=Lax or Strict", "SameSite=None"),
                Some(_) => {}
            }
            let flags = subject.setting.variant.value("settings") == Some("flags");
            if seen.written.domain().is_some() && !flags {
                return should("domain-wide", "no Domain", "a Domain");
            }
            keys.push(Value::from(String::from_utf8_lossy(&seen.written.value).into_owned()));
        }
        if subject.design.in_cookie {
            return None;
        }
        let arguments = Map::from_iter([("values".to_owned(), Value::Array(keys.clone()))]);
        let told =
            |probe: &str, field: &str| run_probe(probe, &arguments).ok().and_then(|result| result.get(field).cloned());
        let shortest = keys.iter().filter_map(Value::as_str).map(str::len).min().unwrap_or_default();
        if told("probe.unique", "unique") == Some(Value::Bool(false)) {
            return Some(Broken::must("keys-repeat", "a key of its own for each session", "the same for several"));
        }
        if told("probe.predictable", "predictable") == Some(Value::Bool(true)) {
            return Some(Broken::must("keys-predictable", "keys that cannot be guessed", "keys in a row"));
        }
        if told("probe.biased", "biased") == Some(Value::Bool(true)) {
            return Some(Broken::must(
                "keys-biased",
                "keys without a bias",
                "some characters far more often in a place",
            ));
        }
        let bits = told("probe.key_entropy", "bits").and_then(|bits| bits.as_f64()).unwrap_or(f64::INFINITY);
        if bits < ENOUGH || shortest < 16 {
            let actual = format!("at most {bits:.0} bits in {shortest} characters");
            return Some(Broken::must("keys-short", "64 bits or more", actual));
        }
        None
    }
}
