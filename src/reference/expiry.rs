//! How long a session lives, on the server and in the browser.

use serde_json::{Map, Value, json};

use super::behaviour::{Enforcement, Expiry as Policy, NullExpiry, RefusedExpiry, ZeroExpiry};
use super::set_cookie_line::in_32_bits;
use crate::contract::TimeValue;
use crate::cookie::Timestamp;

/// Where a custom expiry is kept among the session's own data, as Django does: `clear` forgets it.
const KEY: &str = "_session_expiry";

/// One day in seconds, the default lifetime of a careless server.
const ONE_DAY: i64 = 86_400;

/// The expiry of one session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Expiry {
    /// The server's default lifetime.
    Default,
    /// So many milliseconds after the last modification.
    After(i64),
    /// An instant.
    At(Timestamp),
    /// The cookie ends with the browser; the record lives for the default lifetime.
    BrowserClose,
}

/// What the session cookie says about its lifetime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CookieLifetime {
    /// Nothing: until the browser is closed.
    BrowserClose,
    /// Until an instant.
    Until(Timestamp),
}

/// The server's settings about expiry, and its policy.
#[derive(Debug, Clone)]
pub(super) struct Lifetimes {
    pub(super) policy: Policy,
    /// Seconds.
    pub(super) default: i64,
    pub(super) at_browser_close: bool,
}

impl Expiry {
    /// The expiry that the data of a session states.
    pub(super) fn of(data: &Map<String, Value>) -> Self {
        match data.get(KEY) {
            Some(Value::String(word)) if word == "browser_close" => Self::BrowserClose,
            Some(Value::Object(form)) => {
                let millis = |name: &str| form.get(name).and_then(Value::as_i64);
                match (millis("after"), millis("at")) {
                    (Some(after), _) => Self::After(after),
                    (None, Some(at)) => Self::At(Timestamp::from_millis(at)),
                    (None, None) => Self::Default,
                }
            }
            _ => Self::Default,
        }
    }

    fn store(self, data: &mut Map<String, Value>) {
        let form = match self {
            Self::Default => {
                data.remove(KEY);
                return;
            }
            Self::After(millis) => json!({"after": millis}),
            Self::At(at) => json!({"at": at.as_millis()}),
            Self::BrowserClose => json!("browser_close"),
        };
        data.insert(KEY.to_owned(), form);
    }
}

impl Lifetimes {
    /// Seconds that a session lives when nothing is said.
    pub(super) fn default_lifetime(&self) -> i64 {
        match (self.policy.short_default, self.policy.long_default) {
            (true, _) => ONE_DAY,
            (false, true) => 365 * ONE_DAY,
            (false, false) => self.default,
        }
    }

    /// Sets a custom expiry; whether the data changed, or a sentence about a value that is none.
    pub(super) fn set(
        &self,
        data: &mut Map<String, Value>,
        to: &TimeValue,
        now: Timestamp,
    ) -> Result<bool, &'static str> {
        match (self.policy.refused, to) {
            (RefusedExpiry::Everything, _) => return Ok(false),
            (RefusedExpiry::Durations, TimeValue::In(_)) => return Err("an expiry is no duration"),
            (RefusedExpiry::Instants, TimeValue::At(_)) => return Err("an expiry is no instant"),
            _ => {}
        }
        let before = Expiry::of(data);
        if self.policy.first_only && before != Expiry::Default {
            return Ok(false);
        }
        let millis = |seconds| if self.policy.in_32_bits { in_32_bits(millis(seconds)) } else { millis(seconds) };
        let expiry = match to {
            TimeValue::Null => match self.policy.null {
                NullExpiry::Default => Expiry::Default,
                NullExpiry::KeepsCustom => return Ok(false),
                NullExpiry::Forever => Expiry::At(Timestamp::from_millis(i64::MAX)),
            },
            TimeValue::Seconds(0.0) => match self.policy.zero {
                ZeroExpiry::BrowserClose | ZeroExpiry::BeginningOnly => Expiry::BrowserClose,
                ZeroExpiry::Now => Expiry::At(now),
                ZeroExpiry::Persistent => Expiry::Default,
            },
            TimeValue::Seconds(seconds) if *seconds < 0.0 && self.policy.negative_is_forever => {
                Expiry::At(Timestamp::from_millis(i64::MAX))
            }
            TimeValue::Seconds(seconds) => Expiry::After(millis(*seconds)),
            TimeValue::At(seconds) if *seconds < 0.0 && self.policy.past_instants_ignored => return Ok(false),
            TimeValue::In(seconds) if self.policy.durations_lose_days => {
                Expiry::At(later(now, millis(*seconds) % (1000 * ONE_DAY)))
            }
            TimeValue::In(seconds) | TimeValue::At(seconds) if self.policy.instant_slides => {
                Expiry::After(millis(*seconds))
            }
            TimeValue::In(seconds) | TimeValue::At(seconds) => Expiry::At(later(now, millis(*seconds))),
            TimeValue::Raw(_) => {
                if self.policy.refused_text_counts {
                    Expiry::At(now).store(data);
                }
                return Err("an expiry is a number of seconds, a duration, an instant or null");
            }
        };
        if self.policy.close_sticks && before == Expiry::BrowserClose {
            return Ok(false);
        }
        expiry.store(data);
        Ok(!(expiry == Expiry::Default && before == Expiry::Default))
    }

    /// A custom expiry, as it is kept.
    pub(super) fn custom(data: &Map<String, Value>) -> Option<Value> {
        data.get(KEY).cloned()
    }

    /// Takes over a custom expiry where there is none.
    pub(super) fn take_over(data: &mut Map<String, Value>, custom: Value) {
        data.entry(KEY).or_insert(custom);
    }

    /// Drops a custom expiry.
    pub(super) fn forget_custom(data: &mut Map<String, Value>) {
        data.remove(KEY);
    }

    /// When a session that is modified `now` ends on the server.
    pub(super) fn deadline(&self, data: &Map<String, Value>, now: Timestamp) -> Timestamp {
        match Expiry::of(data) {
            Expiry::After(millis) => later(now, millis),
            Expiry::At(at) => at,
            Expiry::BrowserClose if self.policy.until_close_is_forever => Timestamp::from_millis(i64::MAX),
            Expiry::Default | Expiry::BrowserClose => now.plus(self.default_lifetime()),
        }
    }

    /// The deadline that is kept in the store.
    pub(super) fn stored_deadline(&self, deadline: Timestamp, now: Timestamp) -> Timestamp {
        if self.policy.halved { later(now, deadline.minus(now) / 2) } else { deadline }
    }

    /// What the cookie of a session with this deadline says.
    pub(super) fn cookie(&self, data: &Map<String, Value>, deadline: Timestamp, now: Timestamp) -> CookieLifetime {
        match Expiry::of(data) {
            _ if self.policy.cookie_ignores => CookieLifetime::Until(now.plus(self.default_lifetime())),
            Expiry::BrowserClose => CookieLifetime::BrowserClose,
            Expiry::Default if self.at_browser_close => CookieLifetime::BrowserClose,
            _ => CookieLifetime::Until(deadline),
        }
    }

    /// Whole seconds of the configured lifetime, or that remain until the instant.
    pub(super) fn age(&self, data: &Map<String, Value>, now: Timestamp) -> i64 {
        match Expiry::of(data) {
            Expiry::After(millis) => millis.div_euclid(1000),
            Expiry::At(_) if self.policy.instants_not_told => self.default_lifetime(),
            // A request asks a moment after the instant was computed; half a second of that is forgiven.
            Expiry::At(at) => at.minus(now).saturating_add(500).div_euclid(1000),
            Expiry::Default | Expiry::BrowserClose => self.default_lifetime(),
        }
    }

    /// Whether the cookie ends with the browser.
    pub(super) fn ends_with_browser(&self, data: &Map<String, Value>) -> bool {
        match Expiry::of(data) {
            _ if self.policy.hides_browser_close => false,
            Expiry::BrowserClose => true,
            Expiry::Default => self.at_browser_close,
            Expiry::After(_) | Expiry::At(_) => false,
        }
    }

    /// Whether a record with this deadline is served.
    pub(super) fn alive(&self, data: &Map<String, Value>, deadline: Timestamp, now: Timestamp) -> bool {
        match self.policy.enforcement {
            Enforcement::All | Enforcement::AfterOneRead | Enforcement::KeepsKey | Enforcement::BeginsAnew => {
                now < deadline
            }
            Enforcement::CustomOnly => {
                now < deadline || matches!(Expiry::of(data), Expiry::Default | Expiry::BrowserClose)
            }
            Enforcement::NotInstants => now < deadline || matches!(Expiry::of(data), Expiry::At(_)),
            Enforcement::Nothing => true,
            Enforcement::DefaultOnly => now < deadline || matches!(Expiry::of(data), Expiry::After(_)),
        }
    }

    /// Whether a cache may forget a record at its deadline.
    pub(super) fn caches_may_forget(&self) -> bool {
        self.policy.enforcement == Enforcement::All
    }
}

/// A moment so many milliseconds later.
pub(super) fn later(now: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(now.as_millis().saturating_add(millis))
}

/// Seconds as milliseconds; beyond what fits, the largest that does.
#[allow(clippy::cast_possible_truncation, reason = "float to integer casts saturate, which is what is wanted")]
pub(super) fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lifetimes() -> Lifetimes {
        Lifetimes { policy: Policy::default(), default: 1_209_600, at_browser_close: false }
    }

    #[test]
    fn durations_slide_and_instants_do_not() {
        let (start, later) = (Timestamp::from_secs(1_000), Timestamp::from_secs(1_100));
        let mut data = Map::new();
        assert_eq!(lifetimes().set(&mut data, &TimeValue::Seconds(300.0), start), Ok(true));
        assert_eq!(lifetimes().deadline(&data, later), Timestamp::from_secs(1_400));
        assert_eq!(lifetimes().age(&data, later), 300);
        assert_eq!(lifetimes().set(&mut data, &TimeValue::In(300.0), start), Ok(true));
        assert_eq!(lifetimes().deadline(&data, later), Timestamp::from_secs(1_300));
        assert_eq!(lifetimes().age(&data, later), 200);
    }

    #[test]
    fn zero_is_the_browser_and_null_the_default() {
        let now = Timestamp::from_secs(1_000);
        let mut data = Map::new();
        assert_eq!(lifetimes().set(&mut data, &TimeValue::Null, now), Ok(false), "nothing to reset");
        assert_eq!(lifetimes().set(&mut data, &TimeValue::Seconds(0.0), now), Ok(true));
        assert!(lifetimes().ends_with_browser(&data));
        assert_eq!(lifetimes().deadline(&data, now), now.plus(1_209_600));
        assert_eq!(lifetimes().set(&mut data, &TimeValue::Null, now), Ok(true));
        assert!(data.is_empty());
        assert!(lifetimes().set(&mut data, &TimeValue::Raw("60".to_owned()), now).is_err());
    }

    #[test]
    fn what_does_not_fit_is_cut() {
        assert_eq!(millis(1e300), i64::MAX);
        assert_eq!(later(Timestamp::from_secs(5), i64::MAX), Timestamp::from_millis(i64::MAX));
    }
}
