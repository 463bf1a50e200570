//! No argument can add an attribute, a cookie or a line.

use std::sync::Arc;

use proptest::prelude::*;

use super::asking::Asking;
use super::property::{Broken, Property};
use crate::contract::Call;
use crate::prop::subject::Subject;
use crate::verify::Instance;
use crate::wire::Response;

/// No argument can add an attribute, a cookie or a line.
pub(super) struct Injection;

/// The arguments that are text.
const ARGUMENTS: [&str; 5] = ["name", "value", "path", "domain", "same_site"];

impl Property for Injection {
    type Input = (String, String);
    const ID: &'static str = "injection";
    const TITLE: &'static str = "No argument of a cookie adds an attribute, a cookie or a line";
    const NEEDS: &'static [&'static str] = &["cookie.set"];

    fn inputs(subject: &Subject) -> impl Strategy<Value = Self::Input> {
        // What the target file excuses needs no further input.
        let known = |argument: &&str| {
            subject.setting.target.known.iter().any(|known| {
                known.applies_to(&subject.setting.variant)
                    && known.case.as_str()
                        == format!("cookies/encoding#attribute-injection@{}", argument.replace('_', "-"))
            }) || (argument == &"domain" && excuses_path(subject))
        };
        let arguments: Vec<String> =
            ARGUMENTS.iter().filter(|argument| !known(argument)).map(|argument| (*argument).to_owned()).collect();
        let end = prop_oneof![
            Just("; HttpOnly"),
            Just("; Max-Age=9"),
            Just("\r\nX-Injected: yes"),
            Just("\nSet-Cookie: b=2"),
            Just("; x"),
            Just(", b=2"),
            Just("\u{0}"),
            Just("")
        ];
        let text =
            ("[a-z/.]{0,8}", end, "[ -~]{0,6}").prop_map(|(front, middle, back)| format!("{front}{middle}{back}"));
        (proptest::sample::select(arguments), text)
    }

    fn words((argument, text): &Self::Input) -> String {
        format!("cookie.set with {argument} {text:?}")
    }

    async fn test(subject: &Subject, instance: &Arc<dyn Instance>, (argument, text): &Self::Input) -> Option<Broken> {
        let mut browser = Asking::new(subject, instance);
        let mut set = Call::new("cookie.set").with("name", "probe").with("value", "1");
        set.arguments.insert(argument.clone(), text.as_str().into());
        let observation = browser.ask(vec![set], None).await;
        let exchange = Arc::clone(&observation.exchange);
        let broken = |code, actual: String| {
            Some(Broken::must(code, "refused, or kept inside its argument", actual).seen_in(&exchange))
        };
        let response = observation.exchange.seen()?;
        if response.header("X-Injected").is_some() || response.set_cookies().count() > 1 {
            return broken("line-injected", "another line of the response".to_owned());
        }
        let allowed = |attribute: &str| {
            ["path", "domain", "samesite", "secure"].contains(&attribute.to_ascii_lowercase().as_str())
        };
        let added = observation.cookies.first().and_then(|seen| {
            let mut names =
                seen.written.attributes.iter().map(|attribute| String::from_utf8_lossy(&attribute.name).into_owned());
            names.find(|name| !allowed(name) || (name.eq_ignore_ascii_case("secure") && argument == "value"))
        });
        if let Some(name) = added {
            return broken("attribute-injected", format!("an attribute {name:?}"));
        }
        let _: &Response = response;
        None
    }
}

/// Whether the target file excuses what Path does; Domain is written by the same code.
fn excuses_path(subject: &Subject) -> bool {
    subject.setting.target.known.iter().any(|known| {
        known.applies_to(&subject.setting.variant) && known.case.as_str() == "cookies/encoding#attribute-injection@path"
    })
}
