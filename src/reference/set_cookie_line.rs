//! One `Set-Cookie` line before it is written.

use super::behaviour::{Dates, Digits, Extra, Flags, Lifespan, MaxAgeRule, Spacing, Writer};
use crate::cookie::{Timestamp, format_imf_fixdate};

/// The last moment that a date can name.
const END_OF_DATES: i64 = 253_402_300_799;

/// Seconds of a year.
const YEAR: i64 = 31_536_000;

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
        let (secure, http_only) = match policy.flags {
            Flags::Bare => ("Secure", "HttpOnly"),
            Flags::Valued => ("Secure=true", "HttpOnly=true"),
            Flags::Misspelt => ("Secure", "Http-Only"),
        };
        let max_age = max_age.map(|seconds| match policy.digits {
            Digits::Plain => format!("Max-Age={seconds}"),
            Digits::LeadingZero => format!("Max-Age=0{seconds}"),
            Digits::Decimal => format!("Max-Age={seconds}.0"),
        });
        let secure_lost = policy.drops_secure || (policy.secure_lost_with_domain && self.domain.is_some());
        let none = self.same_site.as_deref().is_some_and(|mode| mode.eq_ignore_ascii_case("none"));
        let bare_none = none && policy.http_only_lost_with_none;
        let attributes = [
            (policy.extra == Extra::Version).then(|| "Version=1".to_owned()),
            expires.map(|date| format!("Expires={date}")),
            max_age,
            self.domain.as_ref().map(|domain| format!("Domain={domain}")),
            self.path.as_ref().map(|path| format!("Path={path}")),
            self.path.as_ref().filter(|_| policy.path_twice).map(|path| format!("Path={path}")),
            ((self.secure || policy.always_secure) && !secure_lost).then(|| secure.to_owned()),
            (self.http_only && !policy.drops_http_only && !bare_none).then(|| http_only.to_owned()),
            self.same_site.as_ref().filter(|_| !policy.drops_same_site).map(|mode| format!("SameSite={mode}")),
            self.partitioned.then(|| "Partitioned".to_owned()),
        ];
        let separator = match policy.spacing {
            Spacing::Single => "; ",
            Spacing::Tight => ";",
            Spacing::BeforeSemicolon => " ; ",
        };
        let mut line = format!("{}={}", self.name, self.value);
        for attribute in attributes.into_iter().flatten() {
            line.push_str(separator);
            line.push_str(&attribute);
        }
        if policy.extra == Extra::Semicolon {
            line.push(';');
        }
        line
    }
}

impl Lifetime {
    /// The values of Expires and Max-Age.
    fn write(&self, policy: &Writer, now: Timestamp, skew: i64) -> (Option<String>, Option<i64>) {
        let lasting = |seconds: i64| {
            let seconds = match policy.lifespan {
                Lifespan::AsAsked => seconds,
                Lifespan::TwoYears => seconds.max(2 * YEAR),
                Lifespan::TwentyYears => seconds.max(20 * YEAR),
            };
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

/// What 32 bits with a sign make of a number.
pub(super) fn in_32_bits(number: i64) -> i64 {
    const HALF: i64 = 1 << 31;
    number.saturating_add(HALF).rem_euclid(2 * HALF) - HALF
}

/// A date in the one good format, or as the policy has it.
pub(super) fn date(policy: &Writer, at: Timestamp) -> String {
    if policy.dates == Dates::In32Bits {
        return format_imf_fixdate(Timestamp::from_secs(in_32_bits(at.as_secs())));
    }
    let date = format_imf_fixdate(at);
    if date.len() != 29 {
        return date;
    }
    // "Thu, 01 Jan 1970 …": octets 7 and 11 stand between day, month and year.
    match policy.dates {
        Dates::Fixdate | Dates::In32Bits => date,
        Dates::Dashed => format!("{}-{}-{}", &date[..7], &date[8..11], &date[12..]),
        Dates::ShortYear => format!("{}-{}-{}", &date[..7], &date[8..11], &date[14..]),
        Dates::AlwaysMonday => format!("Mon{}", &date[3..]),
        // Octets 17 and 18 are the hour.
        Dates::TwelveHours => {
            let hour = at.as_secs().div_euclid(3600).rem_euclid(12);
            format!("{}{:02}{}", &date[..17], if hour == 0 { 12 } else { hour }, &date[19..])
        }
    }
}
