//! A signed value comes back as it was signed, and as nothing else.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Value, json};

use super::asking::Asking;
use super::changed::changed;
use super::property::{Broken, Property};
use crate::contract::{Call, Control};
use crate::cookie::StoredCookie;
use crate::prop::subject::Subject;
use crate::spec::Level;
use crate::verify::Instance;

/// The cookie that is signed.
const NAME: &str = "probe";

/// A value without letters.
const DIGITS: &str = "12345";

/// How old a value is when it is too old, in seconds.
const AGE: u32 = 120;

/// Another name of the cookie, and the salts with which name and salt are the same letters.
const REGROUPED: (&str, &str, &str) = ("prob", "salt", "esalt");

/// A signed value comes back as it was signed, and as nothing else.
pub(super) struct Signed;

/// What is done to a signed value before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    /// Nothing.
    Honest,
    /// A character of it becomes another, so many from the beginning.
    Forged(usize),
    /// Another text takes its place, as somebody would write who knows of no signature.
    Unsigned,
    /// It is read under another salt.
    OtherSalt,
    /// It is asked for before there is one.
    Missing,
    /// It is read under another name.
    OtherName,
    /// Its letters change their case; the value has none.
    OtherCase,
    /// It is read under another name and another salt, the same letters when they are joined.
    Regrouped,
    /// It is read when it is older than it may be, this many seconds.
    TooOld(u32),
    /// The same, the age given as a duration.
    TooOldDuration(u32),
    /// It is read when the server was started again.
    Restarted,
}

impl Property for Signed {
    type Input = (String, Attempt);
    const ID: &'static str = "signed";
    const TITLE: &'static str = "A signed value comes back as it was signed, and as nothing else";
    const NEEDS: &'static [&'static str] = &["cookie.set_signed", "cookie.get_signed"];

    fn inputs(subject: &Subject) -> impl Strategy<Value = Self::Input> {
        let lacks = |op: &str, parameter: &str| {
            subject.offers.description.operations.get(op).is_some_and(|offer| offer.lacks.contains(parameter))
        };
        let mut attempts = vec![
            (4, Just(Attempt::Honest).boxed()),
            (4, (0..400_usize).prop_map(Attempt::Forged).boxed()),
            (1, Just(Attempt::Unsigned).boxed()),
            (1, Just(Attempt::Missing).boxed()),
            (1, Just(Attempt::OtherName).boxed()),
            (1, Just(Attempt::OtherCase).boxed()),
        ];
        if !lacks("cookie.set_signed", "salt") && !lacks("cookie.get_signed", "salt") {
            attempts.push((1, Just(Attempt::OtherSalt).boxed()));
            attempts.push((1, Just(Attempt::Regrouped).boxed()));
        }
        if subject.alphabet.clock && !lacks("cookie.get_signed", "max_age") {
            attempts.push((1, prop_oneof![Just(Attempt::TooOld(60)), Just(Attempt::TooOld(0))].boxed()));
            if !lacks("cookie.get_signed", "max_age.in") {
                attempts.push((1, Just(Attempt::TooOldDuration(60)).boxed()));
            }
        }
        let mut attempts = Union::new_weighted(attempts).boxed();
        // Few of them, for it takes most servers a while.
        if subject.alphabet.controls.contains(&Control::RestartServer.name()) {
            attempts = prop_oneof![60 => attempts, 1 => Just(Attempt::Restarted)].boxed();
        }
        ("[A-Za-z0-9.:_-]{1,30}", attempts)
    }

    fn words((value, attempt): &Self::Input) -> String {
        let what = match attempt {
            Attempt::Honest => "read".to_owned(),
            Attempt::Forged(place) => format!("read with character {place} of the cookie changed"),
            Attempt::Unsigned => "read with another text in its place".to_owned(),
            Attempt::OtherSalt => "read under another salt".to_owned(),
            Attempt::Missing => "asked for before it is set".to_owned(),
            Attempt::Restarted => "read when the server was started again".to_owned(),
            Attempt::Regrouped => format!("read as the cookie {} under the salt {}", REGROUPED.0, REGROUPED.2),
            Attempt::OtherName => format!("read as the cookie {}", REGROUPED.0),
            Attempt::OtherCase => "read with its letters in the other case".to_owned(),
            Attempt::TooOldDuration(age) => format!("{AGE} s old, read with a max_age that is a duration of {age} s"),
            Attempt::TooOld(age) => format!("{AGE} s old, read with max_age {age}"),
        };
        format!("{value:?}, signed and {what}")
    }

    async fn test(subject: &Subject, instance: &Arc<dyn Instance>, (value, attempt): &Self::Input) -> Option<Broken> {
        let mut browser = Asking::new(subject, instance);
        let value = if *attempt == Attempt::OtherCase { DIGITS } else { value.as_str() };
        let mut set = Call::new("cookie.set_signed").with("name", NAME).with("value", value);
        let mut get = Call::new("cookie.get_signed").with("name", NAME);
        if *attempt == Attempt::OtherSalt {
            set.arguments.insert("salt".to_owned(), Value::from("one"));
            get.arguments.insert("salt".to_owned(), Value::from("another"));
        }
        if *attempt == Attempt::OtherName {
            get = get.with("name", REGROUPED.0);
        }
        if *attempt == Attempt::Regrouped {
            set.arguments.insert("salt".to_owned(), Value::from(REGROUPED.1));
            get = get.with("name", REGROUPED.0).with("salt", REGROUPED.2);
        }
        if *attempt != Attempt::Missing {
            browser.ask(vec![set], None).await;
            if browser.jar.iter().all(|cookie| cookie.name != NAME.as_bytes()) {
                // Refused by the framework or the browser: there is nothing to read.
                return None;
            }
        }
        match attempt {
            Attempt::Forged(place) if !replace(&mut browser, |value| changed(value, *place)) => return None,
            Attempt::Unsigned if !replace(&mut browser, |_| Some(b"somebody".to_vec())) => return None,
            Attempt::OtherCase if !replace(&mut browser, in_other_case) => return None,
            Attempt::OtherName | Attempt::Regrouped => rename(&mut browser, REGROUPED.0),
            Attempt::TooOld(age) | Attempt::TooOldDuration(age) => {
                let plain = matches!(attempt, Attempt::TooOld(_));
                let greatest = if plain { Value::from(*age) } else { json!({"in": age}) };
                get.arguments.insert("max_age".to_owned(), greatest);
                let (offset, _) = browser.told(Call::new("clock.advance").with("seconds", AGE)).await;
                if !instance.shares_clock() {
                    instance.clock().set(offset?.ok()?.as_i64()?);
                }
            }
            Attempt::Restarted => {
                // What cannot be done says nothing.
                instance.control(Control::RestartServer).await.ok()?;
                browser = browser.on_new_connections(instance);
            }
            _ => {}
        }
        let (told, answer) = browser.told(get).await;
        let told = told?;
        let broken = |code, expected: &str| {
            let actual = match &told {
                Ok(value) => value.to_string(),
                Err(failure) => format!("error {}", failure.error.as_str()),
            };
            Some(Broken::must(code, expected, actual).seen_in(&answer.exchange))
        };
        let should = |code, expected| broken(code, expected).map(|broken| Broken { level: Level::Should, ..broken });
        match (attempt, &told) {
            (Attempt::Honest | Attempt::Restarted, Ok(told)) if told == value => None,
            (Attempt::Restarted, _) => should("signed-restart", "what was signed"),
            (Attempt::Honest, _) => broken("signed-changed", "what was signed"),
            (_, Err(_)) => None,
            (Attempt::Forged(_), Ok(_)) => broken("signed-forged", "refused"),
            (Attempt::Unsigned, Ok(_)) => broken("signed-unsigned", "refused"),
            (Attempt::OtherSalt, Ok(_)) => broken("signed-salt", "refused under another salt"),
            (Attempt::Missing, Ok(_)) => broken("signed-missing", "an error"),
            (Attempt::Regrouped, Ok(_)) => should("signed-regrouped", "refused under another name and salt"),
            (Attempt::TooOld(0), Ok(_)) => should("signed-age-of-zero", "refused"),
            (Attempt::OtherName, Ok(_)) => should("signed-name", "refused under another name"),
            (Attempt::OtherCase, Ok(_)) => broken("signed-other-case", "refused"),
            (Attempt::TooOld(_) | Attempt::TooOldDuration(_), Ok(_)) => broken("signed-too-old", "refused"),
        }
    }
}

/// A text with its letters in the other case; `None` where it has none.
fn in_other_case(text: &[u8]) -> Option<Vec<u8>> {
    let swap = |octet: &u8| if octet.is_ascii_alphabetic() { octet ^ 0x20 } else { *octet };
    let swapped: Vec<u8> = text.iter().map(swap).collect();
    (swapped != text).then_some(swapped)
}

/// Puts the signed value under another name, too.
fn rename(browser: &mut Asking<'_>, name: &str) {
    let held = browser.jar.iter().find(|cookie| cookie.name == NAME.as_bytes()).cloned();
    if let Some(cookie) = held {
        browser.jar.plant(StoredCookie { name: name.as_bytes().to_vec(), ..cookie });
    }
}

/// Puts another text in place of the signed one; false where there is none.
fn replace(browser: &mut Asking<'_>, other: impl Fn(&[u8]) -> Option<Vec<u8>>) -> bool {
    let held: Option<StoredCookie> = browser.jar.iter().find(|cookie| cookie.name == NAME.as_bytes()).cloned();
    let planted = held.and_then(|cookie| Some(StoredCookie { value: other(&cookie.value)?, ..cookie }));
    planted.map(|cookie| browser.jar.plant(cookie)).is_some()
}
