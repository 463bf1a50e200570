//! Hiding texts that must not be shown, such as passwords, in evidence.

use url::form_urlencoded;

use super::{Exchange, HeaderLine};

/// What stands in place of a hidden text.
const HIDDEN: &[u8] = "…".as_bytes();

/// Octets that a text needs to be hidden in answers, too. Shorter ones would hit what must be judged.
const HIDDEN_IN_ANSWERS_FROM: usize = 8;

/// A copy of an exchange in which these texts are hidden, also where they are encoded for a form or escaped for JSON:
/// everywhere in the request, and the longer ones in the body of the answer.
#[must_use]
pub fn hide<'a>(exchange: &Exchange, texts: impl Iterator<Item = &'a str>) -> Exchange {
    let mut needles: Vec<Vec<u8>> = texts.flat_map(spellings).filter(|needle| !needle.is_empty()).collect();
    // A text that holds another one goes first.
    needles.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    needles.dedup();
    let mut hidden = exchange.clone();
    let request = &mut hidden.request;
    request.target = String::from_utf8_lossy(&without(request.target.as_bytes(), &needles)).into_owned();
    request.head = without(&request.head, &needles);
    request.body = without(&request.body, &needles);
    request.headers.iter_mut().for_each(|line: &mut HeaderLine| *line = line.map(|octets| without(octets, &needles)));
    needles.retain(|needle| needle.len() >= HIDDEN_IN_ANSWERS_FROM);
    for response in hidden.result.iter_mut().chain(&mut hidden.partial) {
        response.body = without(&response.body, &needles);
    }
    hidden
}

/// How a text may be written: plain, in a form, in JSON.
fn spellings(text: &str) -> Vec<Vec<u8>> {
    let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let json = serde_json::Value::from(text).to_string();
    vec![text.as_bytes().to_vec(), form.into_bytes(), json.trim_matches('"').as_bytes().to_vec()]
}

fn without(octets: &[u8], needles: &[Vec<u8>]) -> Vec<u8> {
    let mut rest = octets;
    let mut out = Vec::with_capacity(octets.len());
    while let Some(first) = rest.first() {
        if let Some(needle) = needles.iter().find(|needle| rest.starts_with(needle)) {
            out.extend_from_slice(HIDDEN);
            rest = &rest[needle.len()..];
        } else {
            out.push(*first);
            rest = &rest[1..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_hidden() {
        let needles: Vec<Vec<u8>> = spellings("p&\"w");
        let hidden = |text: &str| String::from_utf8(without(text.as_bytes(), &needles)).unwrap();
        assert_eq!(hidden("user=bob&pw=p%26%22w&x=1"), "user=bob&pw=…&x=1");
        assert_eq!(hidden(r#"{"pw": "p&\"w"}"#), r#"{"pw": "…"}"#);
        assert_eq!(hidden("Basic p&\"w"), "Basic …");
        assert_eq!(hidden("nothing"), "nothing");
    }
}
