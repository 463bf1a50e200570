//! The steps of a plot, and drawing them.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::contract::{Call, Control};
use crate::prop::arguments::call;
use crate::prop::history::{Ask, Damage, HELD, Held, Key, Owned, Step, TOKEN, Travel, Way};
use crate::prop::situation::Situation;
use crate::prop::strategy::{alone, one_of};

use super::EXPIRY;

/// How many values are many.
const MANY: u32 = 60;

/// Operations, and how often each is drawn.
pub(super) type Operations = &'static [(u32, &'static str)];

/// Operations of one request, in order.
pub(super) type Program = &'static [&'static str];

/// One of the two users that a history has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    One,
    Other,
}

/// How a session gets an expiry of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    /// As a duration or an instant.
    Moment,
    /// Until the browser closes.
    UntilClose,
    /// As usual again.
    Usual,
}

/// One step of a plot. Numbers are browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    /// A browser asks for one of these operations.
    Ask(u8, Operations),
    /// It asks for all of these in one request.
    All(u8, Program),
    /// It asks for one of these operations for one of the users.
    User(u8, Operations, Who),
    /// It asks for all of these in one request, about the first key of the history.
    Key(u8, Program),
    /// The same with a session key in the query.
    Stray(u8, Program),
    /// It stores the same value under both keys of the history.
    Twice(u8),
    /// It stores a list.
    List(u8),
    /// It stores an object, and another one in its place.
    Replace(u8),
    /// It stores more values than people think of.
    Many(u8),
    /// It sends a form without its token, in a way that any page makes browsers ask.
    Forged(u8),
    /// It sends a form with its last token.
    Form(u8),
    /// It sends a token that browser 0 was given, so many tokens ago.
    Token(u8, u8),
    /// It is sent elsewhere.
    Redirect(u8),
    /// The session of browser 0 gets an expiry.
    Expire(Lasting),
    /// Time passes, but not all that the session has.
    Wait,
    /// The last key of browser 0 comes back into it, which has thrown it away when it was over.
    Return,
    /// Somebody looks whether its record is there.
    Exists,
    /// Its record, or its value where the session is in its cookie, is damaged.
    Damage,
    /// Its record is deleted behind its back.
    Delete,
    /// A browser asks for all of these in one request that fails, about the first key of the history.
    Failing(u8, Program),
    /// A browser gets a key that nobody gave out.
    Strange(u8),
    /// A browser forgets its session cookie.
    Forget(u8),
    /// The server is started again.
    Restart,
    /// Two requests at the same time, one for each of these programs and users; held where this says.
    Together(&'static [(u8, &'static str)], Held),
}

impl Scene {
    /// Whether a step is this one.
    pub(super) fn is_played_by(self, step: &Step) -> bool {
        let asks = |browser: u8, wanted: &dyn Fn(&str) -> bool| {
            let own = step.asks().iter().filter(|ask| ask.browser == browser);
            own.flat_map(|ask| &ask.calls).any(|call| wanted(&call.op))
        };
        match self {
            Self::Ask(browser, operations) | Self::User(browser, operations, _) => {
                asks(browser, &|op| operations.iter().any(|(_, name)| *name == op))
            }
            Self::All(browser, program) | Self::Key(browser, program) | Self::Stray(browser, program) => {
                let last = program.last().copied().unwrap_or_default();
                asks(browser, &|op| op == last)
            }
            Self::Twice(browser) | Self::List(browser) => asks(browser, &|op| op == "session.put"),
            Self::Replace(browser) | Self::Many(browser) => asks(browser, &|op| op == "session.update"),
            Self::Forged(browser) | Self::Form(browser) => asks(browser, &|op| op == "csrf.put"),
            Self::Token(browser, _) => asks(browser, &|op| op == "csrf.submit"),
            Self::Redirect(browser) => {
                matches!(step, Step::Request(ask) if ask.browser == browser && ask.status == Some(302))
            }
            Self::Expire(_) => asks(0, &|op| op == "session.set_expiry"),
            Self::Wait => matches!(step, Step::Advance { .. }),
            Self::Return => matches!(step, Step::Plant { browser: 0, .. }),
            Self::Exists => asks(0, &|op| op == "store.exists"),
            Self::Delete => asks(0, &|op| op == "store.delete"),
            Self::Failing(browser, _) => {
                matches!(step, Step::Request(ask) if ask.browser == browser && ask.status == Some(500))
            }
            Self::Damage => matches!(step, Step::Tamper { browser: 0, .. }) || asks(0, &|op| op == "store.corrupt"),
            Self::Strange(wanted) => matches!(step, Step::Plant { browser, .. } if *browser == wanted),
            Self::Forget(wanted) => matches!(step, Step::Forget { browser } if *browser == wanted),
            Self::Restart => {
                matches!(step, Step::Control { name } if Control::named(name) == Some(Control::RestartServer))
            }
            Self::Together(..) => matches!(step, Step::Together { .. }),
        }
    }

    /// A step that plays it; none where the target does not offer it.
    pub(super) fn drawn(self, situation: &Situation, wait: u32) -> Option<BoxedStrategy<Step>> {
        self.happening(situation, wait).or_else(|| self.request(situation)).or_else(|| self.program(situation))
    }

    /// What happens to browsers, clock and server.
    fn happening(self, situation: &Situation, wait: u32) -> Option<BoxedStrategy<Step>> {
        let alphabet = &situation.alphabet;
        let just = |step: Step| Some(Just(step).boxed());
        match self {
            Self::Wait if alphabet.clock => just(Step::Advance { seconds: wait }),
            Self::Return => just(Step::Plant { browser: 0, key: Key::Owned(OWN), beside: false }),
            Self::Strange(browser) if alphabet.keys => {
                just(Step::Plant { browser, key: Key::WellFormed, beside: false })
            }
            Self::Forget(browser) => just(Step::Forget { browser }),
            Self::Restart => {
                let name = Control::RestartServer.name();
                alphabet.controls.contains(&name).then(|| Just(Step::Control { name: name.to_owned() }).boxed())
            }
            Self::Damage if !alphabet.keys => {
                let how = proptest::sample::select(&Damage::ALL[..]);
                Some(how.prop_map(|how| Step::Tamper { browser: 0, how }).boxed())
            }
            _ => None,
        }
    }

    /// A request whose operations are given.
    fn request(self, situation: &Situation) -> Option<BoxedStrategy<Step>> {
        let alphabet = &situation.alphabet;
        let asked = |browser: u8, calls: Vec<Call>| {
            let offered = calls.iter().all(|call| alphabet.offers(&call.op));
            let within = || calls.into_iter().map(|call| alphabet.within(call)).collect();
            offered.then(|| Just(Step::Request(alone((browser, within())))).boxed())
        };
        let (key, other) = situation.keys();
        let put = |key: &str, value: Value| Call::new("session.put").with("key", key).with("value", value);
        let update = |values: Value| Call::new("session.update").with("values", values);
        match self {
            Self::Exists => asked(0, vec![Call::new("store.exists").with("key", OWN.argument(HELD))]),
            Self::Delete => asked(0, vec![Call::new("store.delete").with("key", OWN.argument(HELD))]),
            Self::Damage => asked(0, vec![Call::new("store.corrupt").with("key", OWN.argument(HELD))]),
            Self::Token(browser, ago) => {
                let token = Owned { browser: 0, ago }.argument(TOKEN);
                asked(browser, vec![Call::new("csrf.submit").with("token", token)])
            }
            Self::Form(browser) => {
                asked(browser, vec![form(key).with("token", Owned { browser, ago: 0 }.argument(TOKEN))])
            }
            Self::List(browser) => asked(browser, vec![put("list", json!([1]))]),
            Self::Twice(browser) => {
                asked(browser, vec![put(key, situation.favourite()), put(other, situation.favourite())])
            }
            Self::Replace(browser) => {
                asked(browser, vec![put(key, json!({"inner": 1})), update(json!({key: {"other": 2}}))])
            }
            Self::Many(browser) => {
                let values: Map<String, Value> = (0..MANY).map(|index| (format!("k{index}"), json!(index))).collect();
                asked(browser, vec![update(Value::Object(values))])
            }
            Self::Forged(browser) if alphabet.offers("csrf.put") => {
                let ways = proptest::sample::select(&[Way::Get, Way::Head, Way::Post][..]);
                let forged = ways.prop_map(move |method| {
                    let via = Travel { method, ..Travel::default() };
                    Step::Request(Ask { via, ..alone((browser, vec![form(key)])) })
                });
                Some(forged.boxed())
            }
            Self::Expire(lasting) if alphabet.offers("session.set_expiry") => {
                let mut times = match lasting {
                    Lasting::Moment => vec![json!(EXPIRY.0), json!({"in": EXPIRY.0}), json!({"at": EXPIRY.0})],
                    Lasting::UntilClose => vec![json!(0)],
                    Lasting::Usual => vec![Value::Null],
                };
                times.retain(|to| alphabet.takes("session.set_expiry", "to", to));
                if times.is_empty() {
                    return None;
                }
                let set = |to| Step::Request(alone((0, vec![Call::new("session.set_expiry").with("to", to)])));
                Some(proptest::sample::select(times).prop_map(set).boxed())
            }
            _ => None,
        }
    }

    /// A request, or two, whose arguments are drawn.
    fn program(self, situation: &Situation) -> Option<BoxedStrategy<Step>> {
        let alphabet = &situation.alphabet;
        let (key, _) = situation.keys();
        match self {
            Self::Ask(browser, operations) | Self::User(browser, operations, _) => {
                operations.iter().find(|(_, name)| alphabet.offers(name))?;
                let user = if let Self::User(.., who) = self { Some(named(situation, who)) } else { None };
                let ask = one_of(situation, operations).prop_map(move |mut ask| {
                    if let Some(user) = user {
                        ask.calls.iter_mut().for_each(|call| of_user(call, user));
                    }
                    Step::Request(Ask { browser, ..ask })
                });
                Some(ask.boxed())
            }
            Self::All(browser, program) => {
                let calls = offered(situation, program)?;
                Some(calls.prop_map(move |calls| Step::Request(alone((browser, calls)))).boxed())
            }
            Self::Key(browser, program) => {
                let calls = offered(situation, program)?;
                Some(calls.prop_map(move |calls| Step::Request(alone((browser, about(calls, key))))).boxed())
            }
            Self::Failing(browser, program) => {
                let calls = offered(situation, program)?;
                let failing =
                    move |calls| Step::Request(Ask { status: Some(500), ..alone((browser, about(calls, key))) });
                Some(calls.prop_map(failing).boxed())
            }
            Self::Stray(browser, program) if alphabet.keys => {
                let calls = offered(situation, program)?;
                let via = Travel { stray_key: Some(OWN), method: Way::Get, ..Travel::default() };
                let stray = move |calls| Step::Request(Ask { via, ..alone((browser, about(calls, key))) });
                Some(calls.prop_map(stray).boxed())
            }
            Self::Redirect(browser) if alphabet.offers("ctl.header") => {
                let calls = offered(situation, &["session.items"])?;
                let redirect = move |mut calls: Vec<Call>| {
                    calls.push(Call::new("ctl.header").with("name", "Location").with("value", "/"));
                    Step::Request(Ask { status: Some(302), ..alone((browser, calls)) })
                };
                Some(calls.prop_map(redirect).boxed())
            }
            Self::Together(programs, gate) => {
                if !alphabet.gates || programs.iter().any(|(_, name)| !alphabet.offers(name)) {
                    return None;
                }
                let user = named(situation, Who::One);
                let ask = |(browser, name): &(u8, &'static str)| {
                    let browser = *browser;
                    let ask = call(situation, name).prop_map(move |mut call| {
                        of_user(&mut call, user);
                        alone((browser, vec![call]))
                    });
                    ask.boxed()
                };
                let requests: Vec<BoxedStrategy<Ask>> = programs.iter().map(ask).collect();
                Some(requests.prop_map(move |requests| Step::Together { requests, gate }).boxed())
            }
            _ => None,
        }
    }
}

/// The last key of browser 0.
const OWN: Owned = Owned { browser: 0, ago: 0 };

fn form(key: &str) -> Call {
    Call::new("csrf.put").with("key", key).with("value", "behind the check")
}

fn named(situation: &Situation, who: Who) -> &'static str {
    let (one, other) = situation.users();
    match who {
        Who::One => one,
        Who::Other => other,
    }
}

fn of_user(call: &mut Call, user: &str) {
    if call.argument("user").is_some() {
        call.arguments.insert("user".to_owned(), Value::from(user));
    }
}

/// The operations of a program that are offered; none where nothing is.
fn offered(situation: &Situation, program: Program) -> Option<BoxedStrategy<Vec<Call>>> {
    let calls: Vec<BoxedStrategy<Call>> =
        program.iter().filter(|name| situation.alphabet.offers(name)).map(|name| call(situation, name)).collect();
    (!calls.is_empty()).then(|| calls.boxed())
}

/// The same calls about one key; lists have a key of their own.
fn about(mut calls: Vec<Call>, key: &str) -> Vec<Call> {
    for call in &mut calls {
        if call.argument("key").is_some() && call.op != "session.append" {
            call.arguments.insert("key".to_owned(), Value::from(key));
        }
        let value =
            call.argument("values").and_then(Value::as_object).and_then(|values| values.values().next().cloned());
        if let Some(value) = value {
            call.arguments.insert("values".to_owned(), json!({key: value}));
        }
    }
    calls
}
