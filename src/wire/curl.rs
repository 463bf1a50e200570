//! A command line that repeats an exchange.

use std::{fmt::Write, net::IpAddr};

use super::{Exchange, HeaderLine, Request, encode};
use crate::cookie::Scheme;

impl Exchange {
    /// A POSIX shell command that repeats the request: curl where it can send these octets, otherwise printf piped
    /// into `nc` or `openssl s_client`.
    #[must_use]
    pub fn curl(&self) -> String {
        if is_plain(&self.request) { self.curl_line() } else { self.raw_line() }
    }

    fn curl_line(&self) -> String {
        let request = &self.request;
        let mut line = Command::of(&["curl", "--silent", "--show-error", "--include", "--http1.1"]);
        if let Some((option, value)) = self.redirection() {
            line.option(option, &value);
        }
        let sends_body = request.method == "POST" || !request.body.is_empty();
        match request.method.as_str() {
            "HEAD" if !sends_body => line.flag("--head"),
            "GET" if !sends_body => {}
            "POST" => {}
            method => line.option("--request", method),
        }
        // curl writes the host of the URL and the length of the body itself.
        let implied = |field: &HeaderLine| {
            field.is("Content-Length") || (field.is("Host") && field.value() == self.authority.host_field().as_bytes())
        };
        for field in request.headers.iter().filter(|field| !implied(field)) {
            line.header(&field.name, &String::from_utf8_lossy(field.value()));
        }
        // What curl would add of its own.
        for (name, added) in [("Accept", true), ("User-Agent", true), ("Content-Type", sends_body)] {
            if added && request.header(name).is_none() {
                line.option("--header", &format!("{name}:"));
            }
        }
        if sends_body {
            line.option("--data-raw", &String::from_utf8_lossy(&request.body));
        }
        // What curl would interpret in a URL.
        if request.target.contains(['[', ']', '{', '}']) {
            line.flag("--globoff");
        }
        if request.path().contains("/.") {
            line.flag("--path-as-is");
        }
        if self.authority.scheme == Scheme::Https && self.address.is_some_and(|address| address.ip().is_loopback()) {
            line.flag("--insecure");
        }
        line.flag(&self.url());
        line.0
    }

    /// The option that leads curl to the address instead of asking DNS.
    fn redirection(&self) -> Option<(&'static str, String)> {
        let address = self.address?;
        let (host, port) = (&self.authority.host, self.authority.port);
        let same_host = host.parse::<IpAddr>().is_ok_and(|ip| ip == address.ip());
        if same_host && port == address.port() {
            return None;
        }
        let bracketed = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        Some(if port == address.port() && host.parse::<IpAddr>().is_err() {
            ("--resolve", format!("{host}:{port}:{}", address.ip()))
        } else {
            ("--connect-to", format!("{bracketed}:{port}:{address}"))
        })
    }

    fn raw_line(&self) -> String {
        let mut octets = self.request.head.clone();
        octets.extend_from_slice(&self.request.body);
        let address = self.address.map_or_else(
            || (self.authority.host.clone(), self.authority.port),
            |address| (address.ip().to_string(), address.port()),
        );
        let (host, port) = (quote(&address.0), address.1);
        let receiver = match self.authority.scheme {
            Scheme::Http => format!("nc {host} {port}"),
            Scheme::Https => {
                let name = quote(&self.authority.host);
                format!("openssl s_client -quiet -connect {host}:{port} -servername {name}")
            }
        };
        format!("printf {} | {receiver}", printf_format(&octets))
    }
}

/// A command line in the making.
struct Command(String);

impl Command {
    fn of(words: &[&str]) -> Self {
        Self(words.join(" "))
    }

    fn flag(&mut self, word: &str) {
        self.0.push(' ');
        self.0.push_str(&quote(word));
    }

    fn option(&mut self, name: &str, value: &str) {
        self.flag(name);
        self.flag(value);
    }

    fn header(&mut self, name: &str, value: &str) {
        // curl drops a field without value unless a semicolon says that it is meant.
        let field = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        self.option("--header", &field);
    }
}

/// Whether curl can send this request: our own encoding of it is what was sent, and every octet fits a shell word.
fn is_plain(request: &Request) -> bool {
    let text = |octets: &[u8]| str::from_utf8(octets).is_ok_and(|text| !text.contains('\0'));
    let one_line = |octets: &[u8]| text(octets) && !octets.iter().any(|octet| matches!(octet, b'\r' | b'\n'));
    let field = |line: &HeaderLine| {
        // curl writes one SP after the colon; other spacing it cannot express.
        !line.name.is_empty() && one_line(line.raw()) && line.raw() == [b" ", line.value()].concat()
    };
    // Chunks and lengths of our own choice are beyond curl's options.
    let encoded = request.headers.iter().any(|line| line.is("Transfer-Encoding"));
    let as_encoded = request.head.is_empty() || encode::request_head(request) == request.head;
    let length = request.body.len().to_string();
    let honest = request.headers_named("Content-Length").all(|value| value == length.as_bytes());
    as_encoded
        && honest
        && !encoded
        && request.target.starts_with('/')
        && one_line(request.method.as_bytes())
        && request.target.chars().all(|character| !character.is_control() && !matches!(character, ' ' | '#'))
        && request.headers.iter().all(field)
        && text(&request.body)
}

/// One word of a POSIX shell.
pub(crate) fn quote(word: &str) -> String {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-_./:@%+,=".contains(&octet);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A quoted format of POSIX printf that writes these octets.
fn printf_format(octets: &[u8]) -> String {
    let mut format = String::from("'");
    for (at, &octet) in octets.iter().enumerate() {
        match octet {
            b'\r' => format.push_str("\\r"),
            b'\n' => format.push_str("\\n"),
            b'\\' => format.push_str("\\\\"),
            b'%' => format.push_str("%%"),
            b'-' if at == 0 => format.push_str("\\055"),
            b' '..=b'~' if octet != b'\'' => format.push(char::from(octet)),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(format, "\\{octet:03o}");
            }
        }
    }
    format.push('\'');
    format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_when_they_need_it() {
        assert_eq!(quote("a=1"), "a=1");
        assert_eq!(quote("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quote(""), "''");
    }

    #[test]
    fn printf_gets_octets_that_it_keeps() {
        assert_eq!(printf_format(b"-a-'%\\\r\n\0\xff1"), r"'\055a-\047%%\\\r\n\000\3771'");
    }
}
