//! A browser of a history: its jar, and what it was given.

use crate::cookie::{Jar, Origin, RequestContext, StoredCookie, Timestamp, UserAgentModel};
use crate::judge::{EffectSeen, NoReply, Observation, SessionNames};
use crate::prop::model::{Answer, CookieChange, ToCaches};
use crate::spec::Tampering;
use crate::verify::damaged;
use crate::wire::Response;

/// Something that a browser was given, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What.
    pub text: Vec<u8>,
    /// In the answer to which step.
    pub step: usize,
    /// To which of its requests.
    pub request: usize,
    /// As the result of which operation, where it was one.
    pub place: Option<usize>,
}

/// A browser of a history.
#[derive(Debug)]
pub struct Player {
    /// Its cookies.
    pub jar: Jar,
    /// Values of the session cookie, in the order in which they came.
    pub keys: Vec<Received>,
    /// Session keys that the application told.
    pub told: Vec<Received>,
    /// Anti-forgery tokens.
    pub tokens: Vec<Received>,
    /// The scope in which the session cookie was last set.
    scope: Option<StoredCookie>,
}

impl Player {
    /// A new browser.
    #[must_use]
    pub fn new() -> Self {
        Self {
            jar: Jar::new(UserAgentModel::Rfc6265bis),
            keys: Vec::new(),
            told: Vec::new(),
            tokens: Vec::new(),
            scope: None,
        }
    }

    /// The session cookies that it would send, as the model tells sessions apart: each value of a single cookie, or the
    /// values of all cookies of the role as one.
    #[must_use]
    pub fn presents(&self, origin: &Origin, target: &str, names: &SessionNames, now: Timestamp) -> Vec<Vec<u8>> {
        let held = self.jar.peek(origin, target, &RequestContext::default(), now);
        let all = names.resolve("session");
        let values: Vec<Vec<u8>> = held
            .iter()
            .filter(|cookie| all.iter().any(|name| name.as_bytes() == cookie.name))
            .map(|cookie| cookie.value.clone())
            .collect();
        if all.len() > 1 && !values.is_empty() { vec![values.join(&0)] } else { values }
    }

    /// Notes the key that an answer brought.
    pub fn note_key(&mut self, observation: &Observation, step: usize, request: usize) {
        let Some(name) = observation.session.first("session") else { return };
        let Some(seen) = observation.cookie(name) else { return };
        let stored = matches!(seen.effect, EffectSeen::Stored | EffectSeen::StoredUntilClose);
        if let (true, Some(cookie)) = (stored, seen.reception.cookie()) {
            self.scope = Some(cookie.clone());
            let text = cookie.value.clone();
            if self.keys.last().is_none_or(|last| last.text != text) {
                self.keys.push(Received { text, step, request, place: None });
            }
        }
    }

    /// Puts a session cookie into the jar, where the target keeps its own or on a longer path beside it.
    pub fn plant(&mut self, name: &str, value: &[u8], host: &str, beside: Option<&str>, now: Timestamp) {
        let fresh = StoredCookie::new(name.as_bytes(), value, host, now);
        let planted = match (beside, &self.scope) {
            (Some(path), _) => StoredCookie { path: path.to_owned(), ..fresh },
            (None, Some(scope)) => StoredCookie {
                path: scope.path.clone(),
                domain: scope.domain.clone(),
                host_only: scope.host_only,
                ..fresh
            },
            (None, None) => fresh,
        };
        self.jar.plant(planted);
    }

    /// The scope in which this browser last saw the session cookie set.
    #[must_use]
    pub const fn scope(&self) -> Option<&StoredCookie> {
        self.scope.as_ref()
    }

    /// Whether one of its session cookies is on another path than the one on which the server sets its own.
    #[must_use]
    pub fn is_beside(&self, names: &SessionNames) -> bool {
        let Some(scope) = &self.scope else { return false };
        let all = names.resolve("session");
        self.jar.iter().any(|cookie| all.iter().any(|name| name.as_bytes() == cookie.name) && cookie.path != scope.path)
    }

    /// Takes the scope that others saw, where this browser saw none.
    pub fn learn_scope(&mut self, others: Option<StoredCookie>) {
        self.scope = self.scope.take().or(others);
    }

    /// Damages the session cookie; false when there is nothing to damage in this way.
    pub fn tamper(&mut self, name: &str, how: &Tampering) -> bool {
        let held: Vec<StoredCookie> =
            self.jar.iter().filter(|cookie| cookie.name == name.as_bytes()).cloned().collect();
        let mut done = !held.is_empty();
        for mut cookie in held {
            match damaged(&cookie.value, how) {
                Some(value) => {
                    cookie.value = value;
                    self.jar.plant(cookie);
                }
                None => done = false,
            }
        }
        done
    }
}

impl Default for Player {
    fn default() -> Self {
        Self::new()
    }
}

/// What the model sees of an answer.
#[must_use]
pub fn answer(observation: &Observation, handle: impl Fn() -> Vec<u8>, at: Timestamp) -> Answer {
    let name = observation.session.first("session").unwrap_or_default().to_owned();
    let seen = observation.cookie(&name);
    let others = observation.session.resolve("session").into_iter().skip(1);
    let change = match seen.map(|seen| (seen, seen.effect)) {
        None if others.into_iter().any(|name| observation.cookie(name).is_some()) => {
            CookieChange::Stored { value: handle(), lifetime: None }
        }
        None => CookieChange::None,
        Some((_, EffectSeen::Removed)) => CookieChange::Removed,
        Some((_, EffectSeen::Kept)) => CookieChange::Kept,
        Some((seen, EffectSeen::Refused)) => {
            CookieChange::Refused(seen.reception.refusal().map(ToString::to_string).unwrap_or_default())
        }
        Some((seen, EffectSeen::Stored)) => CookieChange::Stored { value: handle(), lifetime: seen.meant_lifetime() },
        Some((_, EffectSeen::StoredUntilClose)) => CookieChange::Stored { value: handle(), lifetime: None },
    };
    let response = observation.exchange.result.as_ref().ok();
    Answer {
        at,
        status: response.map(|response| response.status),
        failure: observation.exchange.result.as_ref().err().map(ToString::to_string),
        results: observation.reply.as_ref().ok().map(|reply| reply.results.clone()),
        bodyless: matches!(observation.reply, Err(NoReply::Bodyless | NoReply::NotAsked)),
        attributes: seen.filter(|_| matches!(change, CookieChange::Stored { .. })).map(|seen| {
            let written = &seen.written;
            let same_site = written.same_site().map_or_else(|| "none stated".to_owned(), |mode| format!("{mode:?}"));
            format!(
                "{}{}SameSite {same_site}, Path {}, Domain {}",
                if written.http_only() { "HttpOnly, " } else { "" },
                if written.secure() { "Secure, " } else { "" },
                written.path().map_or_else(|| "none".to_owned(), |path| String::from_utf8_lossy(path).into_owned()),
                written
                    .domain()
                    .map_or_else(|| "none".to_owned(), |domain| String::from_utf8_lossy(domain).into_owned()),
            )
        }),
        change,
        lines: seen.map_or(0, |seen| seen.times),
        caches: response.map(to_caches).unwrap_or_default(),
    }
}

/// The list in a field of an answer, in small letters.
fn words_of(response: &Response, field: &str) -> Vec<String> {
    let lines = response.headers_named(field).map(|value| String::from_utf8_lossy(value).to_ascii_lowercase());
    lines.flat_map(|line| line.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>()).collect()
}

/// What an answer says to caches.
fn to_caches(response: &Response) -> ToCaches {
    ToCaches {
        vary: words_of(response, "Vary"),
        depends: tells_caches(response),
        shared: is_shared(response),
        kept: is_kept(response),
    }
}

/// Whether an answer says that it depends on cookies, or keeps shared caches out.
fn tells_caches(response: &Response) -> bool {
    let says =
        |field: &str, words: &[&str]| words_of(response, field).iter().any(|word| words.contains(&word.as_str()));
    says("Vary", &["cookie", "*"]) || says("Cache-Control", &["private", "no-store", "no-cache"])
}

/// Whether an answer says that shared caches may keep it.
fn is_shared(response: &Response) -> bool {
    let words = words_of(response, "Cache-Control");
    let directives =
        |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.split('=').next().unwrap_or_default().trim()));
    directives(&["public", "s-maxage"]) && !directives(&["private", "no-store"])
}

/// Whether an answer says for how long browsers may use it again without asking.
fn is_kept(response: &Response) -> bool {
    let words = words_of(response, "Cache-Control");
    let asks = words.iter().any(|word| word == "no-store" || word == "no-cache");
    let seconds = |word: &String| word.strip_prefix("max-age=").and_then(|text| text.trim_matches('"').parse().ok());
    !asks && words.iter().any(|word| word == "immutable" || seconds(word).is_some_and(|seconds: u64| seconds > 0))
}
