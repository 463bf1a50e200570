//! What native code sees in an exchange: the table of [`crate::spec::SIGHTS`].

use serde_json::Value;

use super::observation::Observation;
use crate::cookie::{NamePrefix, parse_cookie_field};
use crate::wire::HeaderLine;

/// Shorter values of a session cookie stand in many pages by chance.
const TELLING: usize = 8;

/// Operations that answer with keys or cookies because they were asked for them, or that are given a key.
const ASKED_FOR: [&str; 5] = ["session.key", "cookie.list", "store.exists", "store.delete", "store.corrupt"];

/// Attributes of HTML that hold URLs.
const LINKS: [&str; 6] = ["href", "src", "action", "formaction", "poster", "content"];

/// Fields that hold URLs.
const LOCATIONS: [&str; 4] = ["Location", "Content-Location", "Link", "Refresh"];

/// Names by which frameworks call their session cookies unless told otherwise, in lower case; `*` stands for any
/// beginning or end. Plain words such as `session` and `sessionid` give nobody away.
const FRAMEWORKS: [(&str, &str); 17] = [
    ("phpsessid", "PHP"),
    ("jsessionid", "Java servlets"),
    ("asp.net_sessionid", "ASP.NET"),
    ("aspsessionid*", "classic ASP"),
    (".aspnetcore.*", "ASP.NET Core"),
    ("cfid", "ColdFusion"),
    ("cftoken", "ColdFusion"),
    ("connect.sid", "Express"),
    ("koa.sess*", "Koa"),
    ("koa:sess*", "Koa"),
    ("sails.sid", "Sails"),
    ("laravel_session", "Laravel"),
    ("ci_session", "CodeIgniter"),
    ("cakephp", "CakePHP"),
    ("rack.session", "Rack"),
    ("play_session", "Play"),
    ("beaker.session.id", "Beaker"),
];

/// What there is to see; `None` when the exchange has nothing of it.
pub(super) fn sight(name: &str, observation: &Observation) -> Option<Value> {
    let exchange = &observation.exchange;
    match name {
        "key_in_body" => {
            let asked = observation.operations.iter().any(|name| ASKED_FOR.contains(&name.as_str()));
            let response = exchange.seen().filter(|_| !asked)?;
            Some(holds_any(&keys(observation)?, [response.body.as_slice()]))
        }
        "key_in_fields" => {
            let fields = exchange.seen()?.headers.iter().filter(|line| !line.is("Set-Cookie"));
            Some(holds_any(&keys(observation)?, fields.map(HeaderLine::value)))
        }
        "key_in_urls" => {
            let response = exchange.seen()?;
            let fields = LOCATIONS.iter().flat_map(|name| response.headers_named(name)).map(<[u8]>::to_vec);
            let own = exchange.request.target.as_bytes().to_vec();
            let urls: Vec<Vec<u8>> = fields.chain([own]).chain(links(&response.body)).collect();
            Some(holds_any(&keys(observation)?, urls.iter().map(Vec::as_slice)))
        }
        "framework_name" => {
            Some(session_name(observation).and_then(|name| framework(&name)).map_or(Value::Null, Value::from))
        }
        "name_prefix" => {
            let prefix = session_name(observation).and_then(|name| NamePrefix::of(name.as_bytes()));
            Some(prefix.map_or(Value::Null, |prefix| Value::from(prefix.text())))
        }
        "cookies_held" => Some(Value::from(observation.held.len())),
        "microseconds" => Some(Value::from(u64::try_from(exchange.elapsed.as_micros()).unwrap_or(u64::MAX))),
        "interim_cookies" => {
            // Other clients swallow interim answers.
            let response = exchange.seen().filter(|response| !response.reconstructed)?;
            let interim = response.interim.iter().chain(&exchange.informational);
            Some(Value::from(interim.map(|response| response.set_cookies().count()).sum::<usize>()))
        }
        _ => None,
    }
}

/// The session keys that the request sent and the answer set; `None` when there is none.
fn keys(observation: &Observation) -> Option<Vec<Vec<u8>>> {
    let names = observation.session.resolve("session");
    let is_session = |name: &[u8]| names.iter().any(|wanted| wanted.as_bytes() == name);
    let brought = observation.exchange.request.headers_named("Cookie").flat_map(parse_cookie_field);
    let given = observation.cookies.iter().map(|cookie| (cookie.written.name.clone(), cookie.written.value.clone()));
    let keys: Vec<Vec<u8>> = brought
        .chain(given)
        .filter(|(name, value)| is_session(name) && value.len() >= TELLING)
        .map(|(_, value)| value)
        .collect();
    (!keys.is_empty()).then_some(keys)
}

fn holds_any<'a>(keys: &[Vec<u8>], texts: impl IntoIterator<Item = &'a [u8]>) -> Value {
    let holds = |text: &[u8]| keys.iter().any(|key| text.windows(key.len()).any(|part| part == key.as_slice()));
    Value::from(texts.into_iter().any(holds))
}

/// The URLs of a page: values of attributes that hold URLs.
fn links(body: &[u8]) -> Vec<Vec<u8>> {
    let page = String::from_utf8_lossy(body);
    let mut links = Vec::new();
    for (at, _) in page.match_indices('=') {
        let name = page[..at].trim_end().rsplit(|one: char| !one.is_ascii_alphanumeric()).next().unwrap_or_default();
        if !LINKS.iter().any(|link| name.eq_ignore_ascii_case(link)) {
            continue;
        }
        let rest = page[at + 1..].trim_start();
        let value = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next(),
            _ => rest.split(|one: char| one.is_ascii_whitespace() || one == '>').next(),
        };
        links.extend(value.map(|value| value.as_bytes().to_vec()));
    }
    links
}

/// The name of the session cookie that the answer sets, else of the one that the browser holds.
fn session_name(observation: &Observation) -> Option<String> {
    let names = observation.session.resolve("session");
    let set = names.iter().find(|name| observation.cookie(name).is_some());
    set.or_else(|| names.iter().find(|name| observation.held(name).is_some())).map(|name| (*name).to_owned())
}

/// Whether a cookie of this name probably carries a session, by the names that frameworks and people give it.
#[must_use]
pub fn looks_like_a_session(name: &str) -> bool {
    let low = name.to_ascii_lowercase();
    let guard = ["csrf", "xsrf"].iter().any(|word| low.contains(word));
    !guard && (framework(name).is_some() || low.contains("sess") || low.ends_with("sid") || low.contains("auth"))
}

fn framework(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let bare = NamePrefix::of(name.as_bytes()).map_or(name.as_str(), |prefix| &name[prefix.text().len()..]);
    let is = |pattern: &str| match pattern.strip_suffix('*') {
        Some(beginning) => bare.starts_with(beginning),
        None => bare == pattern,
    };
    FRAMEWORKS.iter().find(|(pattern, _)| is(pattern)).map(|(_, framework)| *framework)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_their_framework_away() {
        for (name, expected) in [
            ("PHPSESSID", Some("PHP")),
            ("__Host-connect.sid", Some("Express")),
            ("ASPSESSIONIDQWERTZ", Some("classic ASP")),
            ("sessionid", None),
            ("id", None),
        ] {
            assert_eq!(framework(name), expected, "{name}");
        }
    }

    #[test]
    fn sessions_are_guessed_by_their_name() {
        for name in ["sessionid", "connect.sid", "_shop_session", "__Host-auth", "PHPSESSID", "SID"] {
            assert!(looks_like_a_session(name), "{name}");
        }
        for name in ["theme", "csrftoken", "_session_csrf", "lang", "_ga"] {
            assert!(!looks_like_a_session(name), "{name}");
        }
    }

    #[test]
    fn links_are_found_in_any_quotes() {
        let page = br#"<a href="/a?x=1">x</a> <img SRC = '/b'><form action=/c><p class="d">a=b"#;
        let links: Vec<String> = links(page).into_iter().map(|link| String::from_utf8(link).unwrap()).collect();
        assert_eq!(links, ["/a?x=1", "/b", "/c"]);
    }
}
