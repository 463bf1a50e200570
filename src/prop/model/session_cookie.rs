//! The session cookie of an answer: lifetime, attributes, and what it should have been.

use serde_json::{Value, json};

use super::answer::{Answer, CookieChange};
use super::choices::Choices;
use super::content::Expiry;
use super::mismatch::Mismatch;
use super::working::Working;
use super::world::World;
use crate::cookie::Timestamp;
use crate::prop::design::Extends;

/// How many seconds a lifetime may be off.
const LIFETIME_TOLERANCE: i64 = 3;

/// The longest life that browsers grant, in seconds.
const LONGEST_LIFE: i64 = 34_560_000;

impl Working {
    pub(super) fn lifetime(
        &self,
        world: &mut World,
        seen: Option<i64>,
        deadline: Option<Timestamp>,
        now: Timestamp,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        if world.design.expiry == Extends::Unknown || self.content.expiry == Expiry::Unclear {
            return Ok(());
        }
        let closes = match self.content.expiry {
            Expiry::BrowserClose => true,
            Expiry::Usual => match world.design.browser_close {
                Some(closes) => closes,
                None => world.ask(choices, |design| &mut design.browser_close, false),
            },
            Expiry::After(_) | Expiry::At(_) | Expiry::Unclear => false,
        };
        let wrong = |expected: String, matcher: Value| {
            let actual = seen.map_or_else(|| "until the browser closes".to_owned(), |seconds| format!("{seconds} s"));
            Err(Mismatch::new(
                "cookie-lifetime",
                format!("the session cookie should live {expected}, and lives {actual}"),
            )
            .comparing(expected, actual)
            .expecting("set_cookie", json!({"session": matcher})))
        };
        if closes {
            return match seen {
                None => Ok(()),
                Some(_) => wrong("until the browser closes".to_owned(), json!("stored_until_close")),
            };
        }
        let Some(deadline) = deadline else { return Ok(()) };
        let left = (deadline.minus(now).saturating_add(500).div_euclid(1000)).min(LONGEST_LIFE);
        match seen {
            Some(seen) if (seen.max(0) - left.max(0)).abs() <= LIFETIME_TOLERANCE => Ok(()),
            _ => wrong(
                format!("{left} s"),
                json!({"lifetime": {"at_least": left - LIFETIME_TOLERANCE, "at_most": left + LIFETIME_TOLERANCE}}),
            ),
        }
    }
}

/// The session cookie is as well protected each time.
pub(super) fn attributes(world: &mut World, answer: &Answer) -> Result<(), Mismatch> {
    match (&world.attributes, &answer.attributes) {
        (Some(before), Some(now)) if before != now => Err(Mismatch::new(
            "cookie-attributes",
            format!("the session cookie should be set in the same way each time: first {before}, now {now}"),
        )
        .comparing(before.clone(), now.clone())),
        (None, Some(now)) => {
            world.attributes = Some(now.clone());
            Ok(())
        }
        _ => Ok(()),
    }
}

/// An answer that should leave the session cookie alone.
pub(super) fn unchanged(answer: &Answer, what: &str) -> Result<(), Mismatch> {
    match &answer.change {
        CookieChange::None => Ok(()),
        change => Err(cookie("session-begun", what, "none", change)),
    }
}

pub(super) fn cookie(code: &'static str, what: &str, want: &str, change: &CookieChange) -> Mismatch {
    let words = if want == "none" { "not set" } else { want };
    let message = format!("the session cookie should be {words} by {what}, and is {}", change.words());
    Mismatch::new(code, message).comparing(words, change.words()).expecting("set_cookie", json!({"session": want}))
}
