//! Values that a case has before it begins.

use super::offers::Offers;
use crate::cookie::{Timestamp, format_imf_fixdate};
use crate::judge::Saved;
use crate::spec::{Case, Generator, HostRole};
use serde_json::Value;

/// The characters of random text: 32 of them, so that an octet gives one without bias.
pub(super) const CHARACTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The values of a case that begins now: those that every case knows, and those drawn for it.
pub(super) fn given(case: &Case, offers: &Offers, now: Timestamp, drawn: &Saved) -> Saved {
    let host = |role: HostRole| offers.hosts.get(&role).map_or(Value::Null, |host| Value::from(host.as_str()));
    let mut values: Saved =
        HostRole::ALL.into_iter().map(|role| (format!("{}_host", role.as_str()), host(role))).collect();
    let name = offers.session.first("session");
    let other_case = |name: &str| {
        let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        name.chars().map(swap).collect::<String>()
    };
    values.insert("session_cookie".to_owned(), name.map_or(Value::Null, Value::from));
    values.insert("session_cookie_in_other_case".to_owned(), name.map(other_case).map_or(Value::Null, Value::from));
    let lifetime = offers.facts.get("default_lifetime").cloned().unwrap_or_default();
    values.insert("default_lifetime".to_owned(), lifetime);
    values.insert("base_path".to_owned(), offers.base_path.clone().map_or(Value::Null, Value::from));
    values.extend(
        case.given
            .iter()
            .map(|(name, generator)| (name.clone(), drawn.get(name).cloned().unwrap_or_else(|| draw(generator, now)))),
    );
    values
}

fn draw(generator: &Generator, now: Timestamp) -> Value {
    match generator {
        Generator::Text(length) => Value::from(random_text(*length)),
        Generator::ImfDate(seconds) => Value::from(format_imf_fixdate(now.plus(*seconds))),
        Generator::Repeated { before, text, after, octets } => {
            let times = octets / text.len().max(1);
            Value::from(format!("{before}{}{after}", text.repeat(times)))
        }
    }
}

/// Random lower-case letters and digits.
pub(crate) fn random_text(length: usize) -> String {
    let mut octets = vec![0; length];
    // Without randomness from the system the text is all the same letter, and cases about it show it.
    let _ = getrandom::fill(&mut octets);
    octets.iter().map(|octet| char::from(CHARACTERS[usize::from(octet % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_length_and_differ() {
        let text = random_text(40);
        assert!(text.len() == 40 && text.bytes().all(|octet| CHARACTERS.contains(&octet)), "{text}");
        assert_ne!(text, random_text(40));
    }

    #[test]
    fn dates_are_counted_from_now() {
        let date = draw(&Generator::ImfDate(3600), Timestamp::from_secs(2_000_000_000));
        assert_eq!(date, "Wed, 18 May 2033 04:33:20 GMT");
    }
}
