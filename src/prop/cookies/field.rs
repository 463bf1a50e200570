//! Whatever Cookie field arrives, the answer is no server error, other cookies survive, and the session is the own one.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::asking::Asking;
use super::property::{Broken, Property};
use crate::contract::Call;
use crate::prop::subject::Subject;
use crate::verify::{Instance, random_text};

/// Whatever Cookie field arrives, the session survives.
pub(super) struct AnyField;

/// A Cookie field: pieces in front of the session's pair and behind it.
#[derive(Debug, Clone)]
pub(super) struct Field {
    front: Vec<Vec<u8>>,
    back: Vec<Vec<u8>>,
    separator: &'static str,
}

impl Field {
    fn around(&self, pair: &[u8]) -> Vec<u8> {
        let mut pieces: Vec<&[u8]> = self.front.iter().map(Vec::as_slice).collect();
        pieces.push(pair);
        pieces.extend(self.back.iter().map(Vec::as_slice));
        pieces.join(self.separator.as_bytes())
    }
}

/// Pieces as real fields have them, and what bugs make of them.
fn piece(with_quotes: bool) -> impl Strategy<Value = Vec<u8>> {
    let usual = prop_oneof![
        Just("theme=dark"),
        Just("_ga=GA1.2.1234567890.1700000000"),
        Just("csrftoken=Zm9vYmFy"),
        Just("a=b=c=="),
        Just("consent={version:1,accepted:true}"),
        Just("lang=de-CH"),
        Just("empty="),
        Just("=nameless"),
        Just("loose"),
        Just("$Version=1"),
        Just("$Path=/"),
        Just("a.b[c]=1"),
        Just("__proto__=1"),
        Just("constructor=x"),
        Just("x=%E4%BD%A0"),
        Just("%73essionid=evil"),
        Just("SESSIONID=evil"),
        Just("sp ace=1"),
        Just("comma=a,b"),
        Just(""),
        Just("tab=a\tb"),
        Just("json=[1,2]"),
        Just("plus=a+b"),
    ]
    .prop_map(|text| text.as_bytes().to_vec());
    let quoted = prop_oneof![Just("q=\"quoted\""), Just("q=\"open"), Just("q=\"a\\\"b\""), Just("\"=1")]
        .prop_map(|text| text.as_bytes().to_vec());
    let octets =
        (proptest::collection::vec(prop_oneof![0x21..=0x3a_u8, 0x3c..=0x7e_u8, 0x80..=0xff_u8], 0..12), any::<bool>())
            .prop_map(|(mut octets, named)| {
                octets.retain(|octet| *octet != b'"');
                if named { [b"odd=".to_vec(), octets].concat() } else { octets }
            });
    let mutated = (usual.clone(), any::<prop::sample::Index>(), 0x21..=0x7e_u8).prop_map(|(mut piece, at, octet)| {
        if !piece.is_empty() && octet != b';' && octet != b'"' {
            let at = at.index(piece.len());
            piece[at] = octet;
        }
        piece
    });
    let long = (1000..3000_usize).prop_map(|length| [b"long=".to_vec(), vec![b'x'; length]].concat());
    prop_oneof![6 => usual, u32::from(with_quotes) * 2 => quoted, 3 => octets, 4 => mutated, 1 => long]
}

impl Property for AnyField {
    type Input = Field;
    const ID: &'static str = "any-field";
    const TITLE: &'static str = "Whatever Cookie field arrives, the session and other cookies survive";
    const NEEDS: &'static [&'static str] = &["session.put", "session.get", "cookie.list"];

    fn inputs(subject: &Subject) -> impl Strategy<Value = Self::Input> {
        let known = subject.setting.target.known.iter().any(|known| {
            known.applies_to(&subject.setting.variant) && known.case.base().starts_with("cookies/read#quoted")
        });
        let pieces = || proptest::collection::vec(piece(!known), 0..4);
        (pieces(), pieces(), prop_oneof![9 => Just("; "), 1 => Just(";")]).prop_map(|(front, back, separator)| Field {
            front,
            back,
            separator,
        })
    }

    fn words(field: &Self::Input) -> String {
        let text = String::from_utf8_lossy(&field.around(b"SESSION")).into_owned();
        if text.len() > 160 {
            format!("a Cookie field of {} octets around the session's", text.len())
        } else {
            format!("Cookie: {}", text.escape_debug())
        }
    }

    async fn test(subject: &Subject, instance: &Arc<dyn Instance>, field: &Self::Input) -> Option<Broken> {
        let mut browser = Asking::new(subject, instance);
        let marker = random_text(12);
        browser.ask(vec![Call::new("session.put").with("key", "marker").with("value", marker.as_str())], None).await;
        let pairs: Vec<Vec<u8>> = subject
            .offers
            .session
            .resolve("session")
            .into_iter()
            .filter_map(|name| {
                let held = browser.jar.iter().find(|cookie| cookie.name == name.as_bytes())?;
                Some([name.as_bytes(), b"=", &held.value].concat())
            })
            .collect();
        if pairs.is_empty() {
            return None;
        }
        let own = [pairs.join(&b"; "[..]), b"; kept=survivor".to_vec()].concat();
        let sent = field.around(&own);
        let calls = vec![Call::new("session.get").with("key", "marker"), Call::new("cookie.list")];
        let observation = browser.ask(calls, Some(&sent)).await;
        let exchange = Arc::clone(&observation.exchange);
        let broken =
            |code, expected: &str, actual: String| Some(Broken::must(code, expected, actual).seen_in(&exchange));
        let Some(status) = observation.status() else {
            return broken("field-unanswered", "an answer", observation.failure().unwrap_or_default());
        };
        if status >= 500 {
            return broken("field-fails", "below 500", format!("status {status}"));
        }
        if status >= 400 {
            // Refusing an odd field is a design of the HTTP server in front.
            return None;
        }
        let results = observation.reply.as_ref().map(|reply| reply.results.clone()).unwrap_or_default();
        match results.first() {
            Some(Ok(Value::String(told))) if *told == marker => {}
            Some(Ok(Value::Null)) | None => return broken("session-lost", "the own session", "no session".to_owned()),
            Some(other) => return broken("session-of-others", "the own session", format!("{other:?}")),
        }
        let list = results.get(1).and_then(|result| result.as_ref().ok()).and_then(Value::as_array).cloned();
        let survives = list.unwrap_or_default().contains(&json!(["kept", "survivor"]));
        if survives { None } else { broken("cookie-lost", "the other cookie is seen", "it is not".to_owned()) }
    }
}
