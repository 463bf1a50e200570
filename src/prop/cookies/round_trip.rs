//! What was set comes back; what is not allowed is refused or encoded, never sent as it is.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::asking::Asking;
use super::property::{Broken, Property};
use crate::contract::Call;
use crate::judge::EffectSeen;
use crate::prop::subject::Subject;
use crate::verify::Instance;

/// What was set comes back.
pub(super) struct RoundTrip;

/// Whether browsers and servers agree on every octet.
fn is_plain(value: &str) -> bool {
    value.bytes().all(|octet| matches!(octet, b'!' | b'#'..=b'+' | b'-'..=b':' | b'<'..=b'[' | b']'..=b'~'))
}

impl Property for RoundTrip {
    type Input = (String, String);
    const ID: &'static str = "round-trip";
    const TITLE: &'static str = "A cookie comes back as it was set, or is refused or encoded";
    const NEEDS: &'static [&'static str] = &["cookie.set", "cookie.list"];

    fn inputs(_: &Subject) -> impl Strategy<Value = Self::Input> {
        let name = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,24}";
        let value = prop_oneof![
            4 => "[!#-+--:<-\\[\\]-~]{0,40}",
            2 => "[ -~]{0,40}",
            1 => "[ -~äöüß€你好]{0,20}",
            1 => "(%[0-9A-Fa-f]{2}|\\+|=|\"|x){1,12}",
            1 => "[a-zA-Z0-9]{1000,3500}",
        ];
        (name, value).prop_filter("no prefix and no name of the target's own", |(name, _)| {
            !name.starts_with("__") && !name.starts_with('$') && !name.eq_ignore_ascii_case("sessionid")
        })
    }

    fn words((name, value): &Self::Input) -> String {
        let shown = if value.len() > 80 { format!("({} octets)", value.len()) } else { format!("{value:?}") };
        format!("cookie.set name {name:?} value {shown}")
    }

    async fn test(subject: &Subject, instance: &Arc<dyn Instance>, (name, value): &Self::Input) -> Option<Broken> {
        let mut browser = Asking::new(subject, instance);
        let set = Call::new("cookie.set").with("name", name.as_str()).with("value", value.as_str());
        let first = browser.ask(vec![set], None).await;
        let plain = is_plain(value);
        let exchange = Arc::clone(&first.exchange);
        let failed = |code, expected: &str, actual: String| {
            let broken =
                if plain { Broken::must(code, expected, actual) } else { Broken::should(code, expected, actual) };
            Some(broken.seen_in(&exchange))
        };
        if first.status().is_none_or(|status| status >= 500) {
            return failed("value-fails", "refused or sent", format!("status {:?}", first.status()));
        }
        if first.reply.as_ref().ok().and_then(|reply| reply.results.first()).is_some_and(Result::is_err) {
            return if plain { failed("value-refused", "sent", "refused by the framework".to_owned()) } else { None };
        }
        let Some(seen) = first.cookies.iter().find(|seen| seen.written.name == name.as_bytes()) else {
            return failed("value-unsent", "a Set-Cookie field", "none of this name".to_owned());
        };
        if seen.effect == EffectSeen::Refused {
            let why = seen.reception.refusal().map(ToString::to_string).unwrap_or_default();
            return failed("value-lost", "kept by the browser", format!("refused by it: {why}"));
        }
        let raw = &seen.written.value;
        if raw.iter().any(|octet| *octet < b' ' || *octet == 0x7f) {
            return failed("value-raw", "encoded or refused", "sent with control octets".to_owned());
        }
        let second = browser.ask(vec![Call::new("cookie.list")], None).await;
        let listed = second.reply.as_ref().ok().and_then(|reply| reply.results.first()?.as_ref().ok().cloned());
        let came = listed.as_ref().and_then(Value::as_array).and_then(|pairs| {
            pairs
                .iter()
                .find(|pair| pair.get(0).and_then(Value::as_str) == Some(name))
                .and_then(|pair| pair.get(1))
                .cloned()
        });
        if came == Some(json!(value)) {
            return None;
        }
        let actual = came.map_or_else(|| "not seen by the application".to_owned(), |value| value.to_string());
        let broken = failed("value-changed", "what was set", actual);
        broken.map(|broken| broken.seen_in(&second.exchange))
    }
}
