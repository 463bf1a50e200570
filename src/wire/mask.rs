//! Hiding secrets in evidence before it is stored or shown.

use std::{iter, ops::Range};

use super::{Exchange, HeaderLine, Request, Response, head};

/// Characters that a value needs before any of them are shown.
const SHOWN_FROM: usize = 12;

/// Characters shown at each end.
const SHOWN: usize = 2;

/// Octets that a secret needs to be hidden wherever it stands, not only in its field. Shorter ones would hit
/// ordinary text.
const HIDDEN_EVERYWHERE_FROM: usize = 8;

/// Octets of the beginning of a secret that are no coincidence.
const CERTAIN: usize = 16;

/// A secret with only its first and last characters, such as `ab…yz`; `…` where it is too short for that.
#[must_use]
pub fn mask_value(value: &str) -> String {
    let count = value.chars().count();
    if count < SHOWN_FROM {
        return "…".to_owned();
    }
    let first: String = value.chars().take(SHOWN).collect();
    let last: String = value.chars().skip(count - SHOWN).collect();
    format!("{first}…{last}")
}

/// Which cookies are secrets. Credentials of `Authorization` and `Proxy-Authorization` always are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mask {
    /// All of them.
    AllCookies,
    /// Those of these names, in their exact case.
    Cookies(Vec<String>),
}

impl Mask {
    /// A copy of the exchange without secrets. They are hidden in their fields and, from 8 octets on, wherever else
    /// they stand in it: target, bodies, other fields. Offsets of anomalies stay those of the original.
    #[must_use]
    pub fn exchange(&self, exchange: &Exchange) -> Exchange {
        self.exchange_without(exchange, &self.secrets([exchange]))
    }

    /// As [`Mask::exchange`], where the secrets of other exchanges are hidden too.
    #[must_use]
    pub fn exchange_without(&self, exchange: &Exchange, secrets: &Secrets) -> Exchange {
        let mut masked = exchange.clone();
        self.request(&mut masked.request, secrets);
        let responses = masked.result.iter_mut().chain(&mut masked.partial).chain(&mut masked.informational);
        responses.for_each(|response| self.response(response, secrets));
        masked.unparsed = secrets.hide(&self.head(&masked.unparsed));
        masked
    }

    fn request(&self, request: &mut Request, secrets: &Secrets) {
        request.target = secrets.hide_text(&request.target);
        request.head = secrets.hide(&self.head(&request.head));
        request.body = secrets.hide(&request.body);
        self.fields(&mut request.headers, secrets);
    }

    fn response(&self, response: &mut Response, secrets: &Secrets) {
        response.head = secrets.hide(&self.head(&response.head));
        response.body = secrets.hide(&response.body);
        self.fields(&mut response.headers, secrets);
        self.fields(&mut response.trailers, secrets);
    }

    fn fields(&self, lines: &mut [HeaderLine], secrets: &Secrets) {
        for line in lines {
            *line = line.map(|octets| secrets.hide(&self.field(&line.name, octets)));
        }
    }

    /// A head, whole or cut, with its fields masked.
    fn head(&self, octets: &[u8]) -> Vec<u8> {
        let start = head::lines(octets).find(|line| !line.text.is_empty()).map_or(octets.len(), |line| line.next());
        let mut masked = octets[..start].to_vec();
        let mut copied = start;
        let fields = head::fields(&octets[start..], start, &mut Vec::new());
        for (line, offset) in fields.lines.iter().zip(fields.offsets) {
            let colon = octets[offset..].iter().position(|&octet| octet == b':').unwrap_or_default();
            let value = offset + colon + 1;
            if line.name.is_empty() || self.spans(&line.name, line.raw()).is_empty() {
                continue;
            }
            masked.extend_from_slice(&octets[copied..value]);
            masked.extend_from_slice(&self.field(&line.name, line.raw()));
            copied = value + line.raw().len();
        }
        masked.extend_from_slice(&octets[copied..]);
        masked
    }

    /// The value of a field with its secrets masked.
    fn field(&self, name: &str, value: &[u8]) -> Vec<u8> {
        let mut masked = Vec::with_capacity(value.len());
        let mut copied = 0;
        for span in self.spans(name, value) {
            masked.extend_from_slice(&value[copied..span.start]);
            masked.extend_from_slice(&mask_octets(&value[span.clone()]));
            copied = span.end;
        }
        masked.extend_from_slice(&value[copied..]);
        masked
    }

    /// Where the secrets stand in the value of a field.
    fn spans(&self, name: &str, value: &[u8]) -> Vec<Range<usize>> {
        let name = name.trim_end_matches([' ', '\t']);
        if name.eq_ignore_ascii_case("Set-Cookie") {
            self.pair(value, 0).into_iter().collect()
        } else if name.eq_ignore_ascii_case("Cookie") {
            let starts = value.iter().enumerate().filter(|(_, octet)| **octet == b';').map(|(at, _)| at + 1);
            iter::once(0).chain(starts).filter_map(|start| self.pair(value, start)).collect()
        } else if name.eq_ignore_ascii_case("Authorization") || name.eq_ignore_ascii_case("Proxy-Authorization") {
            let whole = trimmed(value, 0..value.len());
            let scheme = value[whole.clone()].iter().position(|&octet| octet == b' ').unwrap_or_default();
            iter::once(trimmed(value, whole.start + scheme..whole.end)).filter(|span| !span.is_empty()).collect()
        } else {
            Vec::new()
        }
    }

    /// The value of the cookie pair that begins at `start`, if it is a secret. A pair without `=` is a value
    /// without a name.
    fn pair(&self, field: &[u8], start: usize) -> Option<Range<usize>> {
        let length = field[start..].iter().position(|&octet| octet == b';').unwrap_or(field.len() - start);
        let pair = start..start + length;
        let equals = field[pair.clone()].iter().position(|&octet| octet == b'=');
        let name = &field[trimmed(field, start..start + equals.unwrap_or_default())];
        let value = trimmed(field, start + equals.map_or(0, |equals| equals + 1)..pair.end);
        (self.is_secret(name) && !value.is_empty()).then_some(value)
    }

    fn is_secret(&self, cookie: &[u8]) -> bool {
        match self {
            Self::AllCookies => true,
            Self::Cookies(names) => names.iter().any(|name| name.as_bytes() == cookie),
        }
    }

    /// The secrets of some exchanges that are long enough to be hidden everywhere.
    #[must_use]
    pub fn secrets<'a>(&self, exchanges: impl IntoIterator<Item = &'a Exchange>) -> Secrets {
        let mut all = Secrets::default();
        exchanges.into_iter().for_each(|exchange| self.add_secrets(exchange, &mut all));
        all
    }

    /// Adds the secrets of one exchange that are long enough to be hidden everywhere.
    pub fn add_secrets(&self, exchange: &Exchange, to: &mut Secrets) {
        let responses = exchange.result.iter().chain(&exchange.partial).chain(&exchange.informational);
        let received = responses.flat_map(|response| response.headers.iter().chain(&response.trailers));
        for line in exchange.request.headers.iter().chain(received) {
            for span in self.spans(&line.name, line.value()) {
                to.insert(&line.value()[span]);
            }
        }
    }
}

/// Secrets to be hidden wherever they stand, the longest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets(Vec<Vec<u8>>);

impl Secrets {
    /// Adds one. What is shorter than 8 octets is left out: it would hit ordinary text.
    pub fn insert(&mut self, secret: &[u8]) {
        let secret = secret.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(secret);
        if secret.len() < HIDDEN_EVERYWHERE_FROM {
            return;
        }
        // A secret that holds another one goes first.
        let order = |known: &Vec<u8>| secret.len().cmp(&known.len()).then_with(|| known.as_slice().cmp(secret));
        if let Err(place) = self.0.binary_search_by(order) {
            self.0.insert(place, secret.to_vec());
        }
    }

    /// Octets without the secrets. A secret of which only the first half or more stands there is hidden as well:
    /// reports cut long values.
    #[must_use]
    pub fn hide(&self, octets: &[u8]) -> Vec<u8> {
        let mut hidden = octets.to_vec();
        for secret in &self.0 {
            let start_of = &secret[..HIDDEN_EVERYWHERE_FROM.max(secret.len() / 2).min(CERTAIN)];
            let mut from = 0;
            while let Some(at) = hidden[from..].windows(start_of.len()).position(|window| window == start_of) {
                let mask = mask_octets(secret);
                let start = from + at;
                let shown = hidden[start..].iter().zip(secret).take_while(|(one, other)| one == other).count();
                from = start + mask.len();
                hidden.splice(start..start + shown, mask);
            }
        }
        hidden
    }

    /// A text without the secrets.
    #[must_use]
    pub fn hide_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.hide(text.as_bytes())).into_owned()
    }
}

fn mask_octets(secret: &[u8]) -> Vec<u8> {
    str::from_utf8(secret).map_or_else(|_| "…".to_owned(), mask_value).into_bytes()
}

/// `span` without whitespace and line ends at its edges.
fn trimmed(octets: &[u8], span: Range<usize>) -> Range<usize> {
    let blank = |octet: &u8| matches!(octet, b' ' | b'\t' | b'\r' | b'\n');
    let lead = octets[span.clone()].iter().take_while(|octet| blank(octet)).count();
    let trail = octets[span.start + lead..span.end].iter().rev().take_while(|octet| blank(octet)).count();
    span.start + lead..span.end - trail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(mask: &Mask, name: &str, value: &str) -> String {
        String::from_utf8(mask.field(name, value.as_bytes())).unwrap()
    }

    #[test]
    fn only_long_values_show_their_ends() {
        assert_eq!(mask_value("abcdefghijkl"), "ab…kl");
        assert_eq!(mask_value("abcdefghijk"), "…");
        assert_eq!(mask_value("ééabcdefghéé"), "éé…éé");
        assert_eq!(mask_value(""), "…");
    }

    #[test]
    fn fields_keep_all_but_the_secret() {
        let all = Mask::AllCookies;
        assert_eq!(masked(&all, "cookie", " a=1;b = \"abcdefghijkl\" ; nameless;c="), " a=…;b = \"a…l\" ; …;c=");
        assert_eq!(masked(&all, "Set-Cookie ", "a=1 ; Path=/a=b"), "a=… ; Path=/a=b");
        assert_eq!(masked(&all, "Set-Cookie", "a=; Max-Age=0"), "a=; Max-Age=0");
        assert_eq!(masked(&all, "Authorization", " Basic dXNlcjpwYXNz "), " Basic dX…Nz ");
        assert_eq!(masked(&all, "Authorization", "bare-secret-value"), "ba…ue");
        assert_eq!(masked(&all, "X", "a=1"), "a=1");
    }

    #[test]
    fn only_named_cookies_are_masked() {
        let mask = Mask::Cookies(vec!["sid".into()]);
        assert_eq!(masked(&mask, "Cookie", "a=1; sid=2; SID=3"), "a=1; sid=…; SID=3");
        assert_eq!(masked(&mask, "Set-Cookie", "a=sid=2"), "a=sid=2");
    }

    #[test]
    fn heads_are_masked_in_place() {
        let head = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=secret\r\nno colon\r\nSet-Cookie: b=\r\n sec\r\nX: y\r\n\r\n";
        let expected = "HTTP/1.1 200 OK\r\nSet-Cookie: a=…\r\nno colon\r\nSet-Cookie: b=\r\n …\r\nX: y\r\n\r\n";
        assert_eq!(Mask::AllCookies.head(head), expected.as_bytes());
    }
}
