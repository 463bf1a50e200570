//! Sessions as the harness knows them: what each must answer.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use super::marker::Marker;
use super::versions::Versions;
use crate::cookie::{Clock as _, Lifetime, SystemClock, UserAgentModel, parse_set_cookie};

/// A session, and what it must answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Session {
    /// The value of `Cookie`; empty before the session begins.
    pub(super) cookie: Box<[u8]>,
    /// Its number among all workers' sessions.
    pub(super) number: u32,
    /// What was written to it, and which of that a read may give.
    pub(super) versions: Versions,
    /// When it began, in milliseconds after the worker.
    pub(super) born_ms: u32,
    /// Whether somebody is logged in.
    pub(super) logged_in: bool,
    /// Whether it was given its marker.
    pub(super) marked: bool,
    /// Whether a pass has it for itself.
    pub(super) alone: bool,
    /// Passes that write versions to it side by side, where the scenario lets them.
    pub(super) writers: u32,
}

/// What a pass may do to a session of the population besides reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Nothing.
    None,
    /// Write versions, as others do at the same time.
    Together,
    /// Anything.
    Alone,
}

impl Session {
    pub(super) fn new(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    pub(super) fn marker(&self, tag: u32) -> Marker {
        Marker::new(tag, self.number)
    }

    /// Takes it for a pass that needs it so; whether it is free.
    pub(super) fn take(&mut self, hold: Hold) -> bool {
        match hold {
            Hold::None => true,
            Hold::Together if self.alone => false,
            Hold::Together => {
                self.writers += 1;
                true
            }
            Hold::Alone if self.alone || self.writers > 0 => false,
            Hold::Alone => {
                self.alone = true;
                true
            }
        }
    }

    /// Keeps other passes from taking it from now on; those that write to it are not waited for. `false` when another
    /// pass has done so.
    pub(super) fn claim(&mut self, held: Hold) -> bool {
        if held == Hold::Alone {
            return true;
        }
        if self.alone {
            return false;
        }
        self.give_back(held);
        self.alone = true;
        true
    }

    /// The pass that had taken it so is over.
    pub(super) fn give_back(&mut self, held: Hold) {
        match held {
            Hold::None => {}
            Hold::Together => self.writers = self.writers.saturating_sub(1),
            Hold::Alone => self.alone = false,
        }
    }

    /// How long it has lived `now`, after the worker's start.
    pub(super) fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(Duration::from_millis(u64::from(self.born_ms)))
    }

    /// It begins anew, with nothing but its marker.
    pub(super) fn begin(&mut self, now: Duration) {
        self.versions.forget();
        self.born_ms = u32::try_from(now.as_millis()).unwrap_or(u32::MAX);
    }
}

/// What `Set-Cookie` lines do to a session's cookies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewCookie {
    /// The new value of `Cookie`.
    pub(super) cookie: Box<[u8]>,
    /// The new value of the first session cookie, which carries the key; `None` when it stays the same or is deleted.
    pub(super) key: Option<Vec<u8>>,
}

/// Applies `Set-Cookie` lines to the value of a `Cookie` field, as a browser does; other cookies than those of the
/// session are dropped. `None` when nothing changes.
pub(super) fn apply<'a>(
    cookie: &[u8],
    lines: impl Iterator<Item = &'a [u8]>,
    session_cookies: &[String],
) -> Option<NewCookie> {
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = pairs(cookie);
    let before = pairs.clone();
    for line in lines {
        let Ok(set) = parse_set_cookie(line, UserAgentModel::Rfc6265bis) else { continue };
        if !session_cookies.iter().any(|name| name.as_bytes() == set.name) {
            continue;
        }
        let lifetime = set.effective_lifetime(SystemClock.now(), UserAgentModel::Rfc6265bis);
        let ends = matches!(lifetime, Lifetime::Seconds(seconds) if seconds <= 0);
        // A cookie that is set again keeps its place, as in a browser.
        match pairs.iter().position(|(name, _)| *name == set.name) {
            Some(at) if ends => drop(pairs.remove(at)),
            Some(at) => pairs[at].1 = set.value,
            None if ends => {}
            None => pairs.push((set.name, set.value)),
        }
    }
    if pairs == before {
        return None;
    }
    let first = session_cookies.first().map(String::as_bytes);
    let value = |pairs: &[(Vec<u8>, Vec<u8>)]| {
        pairs.iter().find(|(name, _)| Some(name.as_slice()) == first).map(|(_, value)| value.clone())
    };
    let key = value(&pairs).filter(|key| Some(key) != value(&before).as_ref());
    let text = pairs.into_iter().map(|(name, value)| [name, value].join(&b'=')).collect::<Vec<_>>();
    Some(NewCookie { cookie: text.join(b"; ".as_slice()).into(), key })
}

fn pairs(cookie: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    cookie
        .split(|&octet| octet == b';')
        .filter_map(|pair| {
            let pair = pair.trim_ascii();
            let equals = pair.iter().position(|&octet| octet == b'=')?;
            Some((pair[..equals].to_vec(), pair[equals + 1..].to_vec()))
        })
        .collect()
}

/// Keys that were handed out.
#[derive(Debug, Default)]
pub(super) struct Keys(HashSet<u64>);

impl Keys {
    /// Notes a key; `false` when it was handed out before. 64 bits of it are kept: among a million keys two
    /// different ones look alike with a chance of one in ten million.
    pub(super) fn note(&mut self, key: &[u8]) -> bool {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.0.insert(hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(cookie: &str, lines: &[&str]) -> Option<(String, Option<String>)> {
        let names = ["sid".to_owned(), "sig".to_owned()];
        let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
        apply(cookie.as_bytes(), lines.iter().map(|line| line.as_bytes()), &names)
            .map(|new| (text(&new.cookie), new.key.map(|key| text(&key))))
    }

    #[test]
    fn session_cookies_are_kept_and_others_dropped() {
        let begun = applied("", &["sid=k1; Path=/; HttpOnly", "csrf=x", "sig=s1"]);
        assert_eq!(begun, Some(("sid=k1; sig=s1".into(), Some("k1".into()))));
        assert_eq!(applied("sid=k1; sig=s1", &["sid=k1; Max-Age=60"]), None, "the same value once more");
        assert_eq!(applied("sid=k1; sig=s1", &["sig=s2"]), Some(("sid=k1; sig=s2".into(), None)));
    }

    #[test]
    fn deletions_delete() {
        assert_eq!(applied("sid=k1", &["sid=; Max-Age=0"]), Some((String::new(), None)));
        assert_eq!(
            applied("sid=k1", &["sid=\"\"; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]),
            Some((String::new(), None))
        );
    }

    #[test]
    fn who_claims_a_session_keeps_others_away() {
        let mut session = Session::new(0);
        assert!(session.take(Hold::Together) && session.take(Hold::Together) && !session.take(Hold::Alone));
        assert!(session.claim(Hold::Together), "one of the two writers");
        assert_eq!((session.alone, session.writers), (true, 1));
        assert!(!session.claim(Hold::Together) && !session.claim(Hold::None) && !session.take(Hold::Together));
        session.give_back(Hold::Together);
        assert!(session.claim(Hold::Alone));
        session.give_back(Hold::Alone);
        assert!(session.take(Hold::Alone) && !session.take(Hold::Together));
    }

    #[test]
    fn keys_are_new_once() {
        let mut keys = Keys::default();
        assert!(keys.note(b"a") && keys.note(b"b") && !keys.note(b"a"));
    }
}
