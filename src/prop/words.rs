//! Histories in words.

use super::history::{Ask, Guise, HELD, Held, History, Key, Owned, Step, TOKEN, Way};
use crate::contract::{Call, Control};

/// The names of browsers, by number.
const NAMES: [&str; 5] = ["alice", "bob", "carol", "stranger", "eve"];

/// The name of a browser.
#[must_use]
pub fn name_of(browser: u8) -> String {
    NAMES.get(usize::from(browser)).map_or_else(|| format!("browser{browser}"), |name| (*name).to_owned())
}

/// A history, one step per line.
#[must_use]
pub fn lines(history: &History) -> Vec<String> {
    history.steps.iter().map(step).collect()
}

/// One step.
#[must_use]
pub fn step(step: &Step) -> String {
    match step {
        Step::Request(ask) => request(ask),
        Step::Together { requests, gate } => {
            let all: Vec<String> = requests.iter().map(request).collect();
            let how = match gate {
                Held::AfterLoad => "both load the session, then go on one after the other",
                Held::BeforeSave => "both are done before either saves, then go on one after the other",
                Held::Nowhere => "as they come",
            };
            format!("at the same time ({how}): {}", all.join(" | "))
        }
        Step::Restart { browser } => format!("{}: the browser is closed and opened again", name_of(*browser)),
        Step::Forget { browser } => format!("{}: the browser forgets its session cookie", name_of(*browser)),
        Step::Plant { browser, key, beside } => {
            let what = match key {
                Key::Owned(owned) => key_of(*owned),
                Key::WellFormed => "a key that nobody gave out".to_owned(),
                Key::Empty => "an empty key".to_owned(),
                Key::Path => "a path as key".to_owned(),
                Key::Quote => "a key with quotes".to_owned(),
                Key::Long => "a key of 600 characters".to_owned(),
            };
            let how = if *beside { "is put beside the session cookie" } else { "is put into the session cookie" };
            format!("{}: {what} {how}", name_of(*browser))
        }
        Step::Tamper { browser, how } => {
            format!("{}: the session cookie is damaged ({})", name_of(*browser), how.as_str())
        }
        Step::Advance { seconds } => format!("{seconds} seconds pass"),
        Step::Control { name } => {
            Control::named(name).map_or_else(|| name.clone(), |control| control.about().to_owned())
        }
    }
}

fn key_of(owned: Owned) -> String {
    let name = name_of(owned.browser);
    match owned.ago {
        0 => format!("the last key of {name}"),
        1 => format!("the key that {name} had before"),
        ago => format!("the key that {name} had {ago} keys ago"),
    }
}

/// One request.
#[must_use]
pub fn request(ask: &Ask) -> String {
    let mut what: Vec<String> = ask.calls.iter().map(call).collect();
    if let Some(page) = ask.via.method.page() {
        what.push(format!("visits {page}"));
    } else if what.is_empty() {
        what.push("a request that touches nothing".to_owned());
    }
    let mut text = format!("{}: {}", name_of(ask.browser), what.join(", then "));
    if let Some(status) = ask.status {
        text = format!("{text}; answered with {status}");
    }
    let mut ways = Vec::new();
    match ask.via.method {
        Way::Get => ways.push("GET".to_owned()),
        Way::Head => ways.push("HEAD".to_owned()),
        Way::Post | Way::Visit | Way::Missing => {}
    }
    if ask.via.new_connection {
        ways.push("on a connection of its own".to_owned());
    }
    match ask.via.guise {
        Guise::Usual => {}
        Guise::OldBrowser => ways.push("as an old browser".to_owned()),
        Guise::Languages => ways.push("with the languages of its user".to_owned()),
        Guise::Conditional => ways.push("if the answer is another than the browser has".to_owned()),
    }
    if let Some(owned) = ask.via.stray_key {
        ways.push(format!("with {} in the query", key_of(owned)));
    }
    if ways.is_empty() { text } else { format!("{text} ({})", ways.join(", ")) }
}

fn call(call: &Call) -> String {
    let arguments: Vec<String> = call
        .arguments
        .iter()
        .map(|(name, value)| {
            let told = [(HELD, "the session key of"), (TOKEN, "the token of")];
            let owned = told.iter().find_map(|(member, words)| {
                Owned::of_argument(value, member)
                    .map(|owned| format!("{words} {}, {} ago", name_of(owned.browser), owned.ago))
            });
            let text = owned.unwrap_or_else(|| {
                let text = value.to_string();
                if text.len() > 60 { format!("({} characters)", text.len()) } else { text }
            });
            format!("{name} {text}")
        })
        .collect();
    if arguments.is_empty() { call.op.clone() } else { format!("{} {}", call.op, arguments.join(" ")) }
}
