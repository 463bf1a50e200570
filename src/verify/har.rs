//! HTTP archives (HAR 1.2), as browsers record them.
//!
//! Chromium and Firefox differ: several `Set-Cookie` lines are lines of one value or entries of their own, fields of
//! HTTP/2 are in lower case, bodies may be missing, and some tools keep cookies in the array `cookies` alone.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::Url;

use crate::cookie::{Timestamp, format_imf_fixdate, parse_cookie_date};
use crate::document::{Diagnostic, Diagnostics, Source};
use crate::wire::{Authority, Exchange, HeaderLine, Request, Response};

/// The code of everything that is wrong with an archive.
const CODE: &str = "har";

/// An exchange of an archive.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// What was recorded of it.
    pub exchange: Exchange,
    /// When its answer came, on the clock of the browser.
    pub arrival: Timestamp,
}

/// What an archive holds.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    /// The exchanges that were answered, in the order of their starts.
    pub exchanges: Vec<Recorded>,
    /// How many entries have no answer: aborted, blocked, or from the browser's own cache.
    pub unanswered: usize,
    /// Whether not a single field about cookies is in it: browsers leave them out of archives unless asked.
    pub without_cookies: bool,
}

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: String,
    #[serde(default)]
    time: Option<f64>,
    request: Asked,
    response: Answered,
}

#[derive(Deserialize)]
struct Asked {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    cookies: Vec<Cookie>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    status: i64,
    #[serde(default)]
    status_text: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    cookies: Vec<Cookie>,
    #[serde(default)]
    content: Content,
    #[serde(default, rename = "redirectURL")]
    redirect_url: String,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cookie {
    name: String,
    #[serde(default)]
    value: String,
    path: Option<String>,
    domain: Option<String>,
    expires: Option<String>,
    #[serde(default)]
    http_only: Option<bool>,
    #[serde(default)]
    secure: Option<bool>,
    same_site: Option<String>,
}

#[derive(Deserialize, Default)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
}

/// Reads an archive. `name` stands for it in messages.
pub fn read_archive(name: &str, octets: &[u8]) -> Result<Archive, Box<Diagnostics>> {
    let text = String::from_utf8_lossy(octets);
    // Some tools begin their files with a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    let source = Source::new(name, text);
    let wrong = |found: Diagnostic| Box::new(Diagnostics::new(source.clone(), vec![found]));
    let har: Har = serde_json::from_str(text).map_err(|error| wrong(misread(&source, &error)))?;
    let mut archive = Archive { without_cookies: true, ..Archive::default() };
    for (index, entry) in har.log.entries.into_iter().enumerate() {
        if !(100..=999).contains(&entry.response.status) {
            archive.unanswered += 1;
            continue;
        }
        let recorded = entry.read().map_err(|cause| {
            wrong(
                Diagnostic::error(CODE, format!("entry {index} of the archive cannot be used: {cause}"))
                    .at(place_of(&source, &cause), "")
                    .fix("record the archive again, or remove the entry"),
            )
        })?;
        if let Some(recorded) = recorded {
            let request = &recorded.exchange.request;
            let response = recorded.exchange.seen();
            archive.without_cookies &= request.header("Cookie").is_none()
                && response.is_none_or(|response| response.set_cookies().next().is_none());
            archive.exchanges.push(recorded);
        }
    }
    // Stable: entries of one moment stay in their order.
    archive.exchanges.sort_by_key(|recorded| recorded.exchange.started);
    Ok(archive)
}

/// What serde says, at the place where it says it.
fn misread(source: &Source, error: &serde_json::Error) -> Diagnostic {
    let text = source.text();
    let start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = (start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let end = text[at..].chars().next().map_or(at, |one| at + one.len_utf8());
    let found =
        Diagnostic::error(CODE, format!("failed to read the archive: {message}")).at(source.span(at..end), "here");
    if error.is_syntax() || error.is_eof() {
        found.because("the file is no JSON").fix("record it again: `Save all as HAR` in the network panel of a browser")
    } else {
        found
            .because("an HTTP archive is an object `log` with a list of `entries`, each with `request` and `response`")
            .fix("name a file that a browser has recorded")
    }
}

/// Where the text that is quoted in a message stands.
fn place_of(source: &Source, cause: &str) -> crate::document::Span {
    let quoted = cause.split('`').nth(1).unwrap_or_default();
    let at = if quoted.is_empty() { None } else { source.text().find(quoted) };
    at.map_or(crate::document::Span::START, |at| source.span(at..at + quoted.len()))
}

impl Entry {
    /// The exchange; `None` for what is not HTTP, such as `data:` and `blob:`.
    fn read(self) -> Result<Option<Recorded>, String> {
        let url =
            Url::parse(&self.request.url).map_err(|error| format!("`{}` is no URL: {error}", self.request.url))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Ok(None);
        }
        let authority = Authority::of(&url).map_err(|error| format!("`{}`: {error}", self.request.url))?;
        let started = moment(&self.started_date_time)
            .ok_or_else(|| format!("`{}` is no moment as RFC 3339 writes it", self.started_date_time))?;
        let took = Duration::from_secs_f64(self.time.filter(|time| time.is_finite()).unwrap_or(0.0).max(0.0) / 1000.0);
        let target = url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        let mut request =
            Request { headers: fields(self.request.headers), ..Request::new(self.request.method, target) };
        if request.header("Cookie").is_none() && !self.request.cookies.is_empty() {
            let pairs: Vec<String> = self.request.cookies.iter().map(Cookie::pair).collect();
            request = request.with_header("Cookie", pairs.join("; "));
        }
        let response = self.response.read()?;
        let millis = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        let arrival = Timestamp::from_millis(started.as_millis().saturating_add(millis));
        Ok(Some(Recorded { exchange: Exchange::recorded(authority, request, response, started, took), arrival }))
    }
}

impl Answered {
    fn read(self) -> Result<Response, String> {
        let mut headers = fields(self.headers);
        if !headers.iter().any(|line| line.is("Set-Cookie")) {
            headers.extend(self.cookies.iter().map(|cookie| HeaderLine::new("Set-Cookie", cookie.line())));
        }
        if !self.redirect_url.is_empty() && !headers.iter().any(|line| line.is("Location")) {
            headers.push(HeaderLine::new("Location", self.redirect_url));
        }
        let text = self.content.text.unwrap_or_default();
        let body = match self.content.encoding.as_deref() {
            Some("base64") => STANDARD.decode(text.trim()).map_err(|error| format!("a body is no base64: {error}"))?,
            _ => text.into_bytes(),
        };
        let status = u16::try_from(self.status).unwrap_or_default();
        Ok(Response {
            status,
            reason: self.status_text.into_bytes(),
            headers,
            body,
            reconstructed: true,
            ..Response::default()
        })
    }
}

impl Cookie {
    fn pair(&self) -> String {
        format!("{}={}", self.name, self.value)
    }

    /// A line that says what the array says.
    fn line(&self) -> String {
        let mut line = self.pair();
        let mut attribute = |name: &str, value: Option<&str>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                line.extend(["; ", name, "=", value]);
            }
        };
        let expires = self.expires.as_deref().and_then(moment).map(format_imf_fixdate);
        attribute("Expires", expires.as_deref());
        // A cookie of one host has its host there, too: a leading dot tells that it is wider.
        attribute("Domain", self.domain.as_deref().and_then(|domain| domain.strip_prefix('.')));
        attribute("Path", self.path.as_deref());
        attribute("SameSite", self.same_site.as_deref());
        for (flag, name) in [(self.secure, "Secure"), (self.http_only, "HttpOnly")] {
            if flag == Some(true) {
                line.push_str("; ");
                line.push_str(name);
            }
        }
        line
    }
}

/// Field lines: several lines of one value become fields of their own; the pseudo fields of HTTP/2 are left out.
fn fields(pairs: Vec<Pair>) -> Vec<HeaderLine> {
    let pairs = pairs.into_iter().filter(|pair| !pair.name.starts_with(':'));
    pairs
        .flat_map(|pair| {
            let lines = pair.value.split('\n').map(str::to_owned).collect::<Vec<_>>();
            lines.into_iter().map(move |line| HeaderLine::new(pair.name.clone(), line.trim_end_matches('\r')))
        })
        .collect()
}

/// A moment as RFC 3339 writes it: `2026-03-01T12:00:00.250+01:00`.
fn moment(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?.parse::<usize>().ok()?, parts.next()?);
    let zone = rest.find(['Z', 'z', '+', '-']);
    let (time, zone) = rest.split_at(zone.unwrap_or(rest.len()));
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let month = MONTHS.get(month.checked_sub(1)?)?;
    let whole = parse_cookie_date(format!("{day} {month} {year} {time}").as_bytes()).ok()?;
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let minutes = match zone.split_at_checked(1) {
        Some((sign @ ("+" | "-"), offset)) => {
            let (hours, minutes) = offset.split_once(':').or_else(|| offset.split_at_checked(2))?;
            let all = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().unwrap_or(0);
            if sign == "-" { -all } else { all }
        }
        _ => 0,
    };
    Some(Timestamp::from_millis(whole.as_millis() + millis - minutes * 60_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_with_fraction_and_zone() {
        let noon = 1_772_366_400_000;
        for (text, expected) in [
            ("2026-03-01T12:00:00Z", Some(noon)),
            ("2026-03-01T12:00:00.25Z", Some(noon + 250)),
            ("2026-03-01T13:00:00.250123+01:00", Some(noon + 250)),
            ("2026-03-01T08:30:00-0330", Some(noon)),
            ("2026-03-01", None),
            ("2026-13-01T12:00:00Z", None),
        ] {
            assert_eq!(moment(text).map(Timestamp::as_millis), expected, "{text}");
        }
    }
}
