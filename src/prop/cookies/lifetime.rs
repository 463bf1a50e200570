//! A cookie lives as long as was asked for.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::asking::Asking;
use super::property::{Broken, Property};
use crate::contract::Call;
use crate::cookie::{LIFETIME_LIMIT, Lifetime as Seen};
use crate::judge::EffectSeen;
use crate::prop::subject::Subject;
use crate::verify::Instance;

/// A cookie lives as long as was asked for.
pub(super) struct Lifetime;

/// How many seconds a lifetime may be off.
const TOLERANCE: i64 = 2;

impl Property for Lifetime {
    /// The argument, and its seconds.
    type Input = (&'static str, i64);
    const ID: &'static str = "lifetime";
    const TITLE: &'static str = "A cookie lives as long as was asked for";
    const NEEDS: &'static [&'static str] = &["cookie.set"];

    fn inputs(_: &Subject) -> impl Strategy<Value = Self::Input> {
        let seconds = prop_oneof![2 => 0..100_i64, 3 => 0..LIFETIME_LIMIT, 1 => Just(0)];
        (proptest::sample::select(vec!["max_age", "expires"]), seconds)
    }

    fn words((argument, seconds): &Self::Input) -> String {
        format!("cookie.set with {argument} in {seconds} s")
    }

    async fn test(
        subject: &Subject,
        instance: &Arc<dyn Instance>,
        (argument, seconds): &Self::Input,
    ) -> Option<Broken> {
        let mut browser = Asking::new(subject, instance);
        let value: Value = if *argument == "expires" { json!({"at": seconds}) } else { json!(seconds) };
        let set = Call::new("cookie.set").with("name", "probe").with("value", "1").with(argument, value);
        let observation = browser.ask(vec![set], None).await;
        let refused =
            observation.reply.as_ref().ok().and_then(|reply| reply.results.first()).is_some_and(Result::is_err);
        let broken = |code, expected: String, actual: String| {
            Some(Broken::must(code, expected, actual).seen_in(&observation.exchange))
        };
        if refused {
            return broken("lifetime-refused", format!("a life of {seconds} s"), "refused".to_owned());
        }
        let Some(seen) = observation.cookie("probe") else {
            return broken("lifetime-unsent", format!("a life of {seconds} s"), "no Set-Cookie field".to_owned());
        };
        let (wanted, lives) = (seconds.min(&LIFETIME_LIMIT), seen.lifetime);
        match (seen.effect, lives) {
            (EffectSeen::Removed, _) if *wanted <= TOLERANCE => None,
            (_, Some(Seen::Seconds(lives))) if (lives - wanted).abs() <= TOLERANCE => None,
            (_, Some(Seen::Seconds(lives))) => {
                broken("lifetime-other", format!("a life of {wanted} s"), format!("{lives} s"))
            }
            (effect, _) => broken("lifetime-other", format!("a life of {wanted} s"), effect.as_str().to_owned()),
        }
    }
}
