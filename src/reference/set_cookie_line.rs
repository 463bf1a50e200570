//! One `Set-Cookie` line before it is written.

use super::behaviour::{MaxAgeRule, Writer};
use crate::cookie::{Timestamp, format_imf_fixdate};

/// The last moment that a date can name.
const END_OF_DATES: i64 = 253_402_300_799;

/// One `Set-Cookie` line before it is written. Its lifetime becomes text when the response is complete, so that it
/// agrees with the response's Date.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) lifetime: Lifetime,
    /// Seconds by which Expires is later than Max-Age.
    pub(super) skew: i64,
    pub(super) path: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: Option<String>,
    pub(super) partitioned: bool,
}

/// What a line says about the lifetime of its cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// Nothing.
    BrowserClose,
    /// So many seconds.
    For(i64),
    /// Until a moment.
    Until(Timestamp),
    /// It is over: 1970 and Max-Age=0.
    Over,
    /// Two attributes that need not agree.
    Apart { expires: Option<String>, max_age: Option<i64> },
}

impl Line {
    /// Keeps what `self` does not say of an earlier line.
    pub(super) fn merged_over(self, earlier: Self) -> Self {
        Self {
            lifetime: if self.lifetime == Lifetime::BrowserClose { earlier.lifetime } else { self.lifetime },
            path: self.path.or(earlier.path),
            domain: self.domain.or(earlier.domain),
            secure: self.secure || earlier.secure,
            http_only: self.http_only || earlier.http_only,
            same_site: self.same_site.or(earlier.same_site),
            partitioned: self.partitioned || earlier.partitioned,
            skew: self.skew,
            name: self.name,
            value: self.value,
        }
    }

    /// The field value in a response of this moment.
    pub(super) fn write(&self, policy: &Writer, now: Timestamp) -> String {
        let (expires, max_age) = self.lifetime.write(policy, now, self.skew);
        let attributes = [
            expires.map(|date| format!("Expires={date}")),
            max_age.map(|seconds| format!("Max-Age={seconds}")),
            self.domain.as_ref().map(|domain| format!("Domain={domain}")),
            self.path.as_ref().map(|path| format!("Path={path}")),
            self.path.as_ref().filter(|_| policy.path_twice).map(|path| format!("Path={path}")),
            (self.secure && !policy.drops_secure).then(|| "Secure".to_owned()),
            (self.http_only && !policy.drops_http_only).then(|| "HttpOnly".to_owned()),
            self.same_site.as_ref().filter(|_| !policy.drops_same_site).map(|mode| format!("SameSite={mode}")),
            self.partitioned.then(|| "Partitioned".to_owned()),
        ];
        let separator = if policy.no_space { ";" } else { "; " };
        let mut line = format!("{}={}", self.name, self.value);
        for attribute in attributes.into_iter().flatten() {
            line.push_str(separator);
            line.push_str(&attribute);
        }
        line
    }
}

impl Lifetime {
    /// The values of Expires and Max-Age.
    fn write(&self, policy: &Writer, now: Timestamp, skew: i64) -> (Option<String>, Option<i64>) {
        let lasting = |seconds: i64| {
            let end = now.as_secs().saturating_add(seconds).min(END_OF_DATES);
            (Some(date(policy, Timestamp::from_secs(end).plus(skew))), Some(end.saturating_sub(now.as_secs())))
        };
        match self {
            Self::BrowserClose => (None, None),
            Self::For(seconds) if *seconds > 0 || (*seconds < 0 && policy.max_age == MaxAgeRule::NegativeAsIs) => {
                lasting(*seconds)
            }
            Self::Until(end) if end.as_secs() > now.as_secs() => lasting(end.as_secs() - now.as_secs()),
            Self::For(_) | Self::Until(_) | Self::Over => (Some(date(policy, Timestamp::from_secs(0))), Some(0)),
            Self::Apart { expires, max_age } => (expires.clone(), *max_age),
        }
    }
}

/// A date in the one good format, or with the dashes of old.
pub(super) fn date(policy: &Writer, at: Timestamp) -> String {
    let date = format_imf_fixdate(at);
    // "Thu, 01 Jan 1970 …": octets 7 and 11 stand between day, month and year.
    if policy.dashed_dates && date.len() == 29 {
        format!("{}-{}-{}", &date[..7], &date[8..11], &date[12..])
    } else {
        date
    }
}
