//! Drawing histories: proptest-state-machine's sequential strategy over a rough idea of where things stand.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest_state_machine::strategy::Sequential;

use super::alphabet::Alphabet;
use super::arguments::call;
use super::history::{Ask, Damage, Guise, Held, Key, Step, Travel, Way};
use super::plot::Plot;
use super::situation::{Sequel, Situation};
use crate::contract::{Call, Control};

/// The most browsers that a history has; one more is the stranger who looks at old keys at the end.
pub const BROWSERS: u8 = 3;

/// How many steps a history has, before the closing look.
const STEPS: std::ops::RangeInclusive<usize> = 2..=14;

/// How many steps a history has beside those of its plot.
const BESIDE: std::ops::RangeInclusive<usize> = 2..=8;

/// The strategy of histories over an alphabet.
pub type Histories = Sequential<Situation, Step, BoxedStrategy<Situation>, BoxedStrategy<Step>>;

/// The history with this number, over an alphabet.
#[must_use]
pub fn histories(alphabet: &Arc<Alphabet>, number: u64) -> Histories {
    let alphabet = Arc::clone(alphabet);
    let plot = Plot::of(number, &alphabet);
    let steps = plot.map_or(STEPS, |plot| plot.len() + BESIDE.start()..=plot.len() + BESIDE.end());
    let begin = move || {
        let alphabet = Arc::clone(&alphabet);
        let browsers = prop_oneof![3 => Just(1_u8), 5 => Just(2_u8), 2 => Just(BROWSERS)];
        (any::<u32>().no_shrink(), browsers.no_shrink())
            .prop_map(move |(mix, browsers)| {
                Situation::new(Arc::clone(&alphabet), mix, browsers, plot.unwrap_or_default())
            })
            .boxed()
    };
    Sequential::new(
        steps.into(),
        begin,
        |_, _| true,
        next_step,
        |situation: Situation, step: &Step| situation.after(step),
    )
}

fn union<T: std::fmt::Debug + 'static>(
    ways: Vec<(u32, BoxedStrategy<T>)>,
    otherwise: BoxedStrategy<T>,
) -> BoxedStrategy<T> {
    let ways: Vec<_> = ways.into_iter().filter(|(weight, _)| *weight > 0).collect();
    if ways.is_empty() { otherwise } else { Union::new_weighted(ways).boxed() }
}

fn next_step(situation: &Situation) -> BoxedStrategy<Step> {
    let mut ways = vec![(70, request(situation).prop_map(Step::Request).boxed())];
    if situation.any_begun() {
        let browser = situation.browser();
        ways.push((situation.weight("plant", 5), plant(situation)));
        ways.push((
            situation.weight("restart", 3),
            browser.clone().prop_map(|browser| Step::Restart { browser }).boxed(),
        ));
        ways.push((
            situation.weight("forget", 1),
            browser.clone().prop_map(|browser| Step::Forget { browser }).boxed(),
        ));
        let how = proptest::sample::select(&Damage::ALL[..]);
        let tamper = (browser, how).prop_map(|(browser, how)| Step::Tamper { browser, how }).boxed();
        ways.push((situation.weight("tamper", 2), tamper));
        if situation.alphabet.clock {
            ways.push((situation.weight("clock", 5), advance(situation.alphabet.lifetime)));
        }
        if situation.away.is_none() {
            ways.extend(sequel(situation));
        }
        ways.extend(controls(situation));
    }
    let weight = situation.weight("together", if situation.alphabet.gates { 8 } else { 3 });
    ways.push((weight, together(situation)));
    if let Some(last) = &situation.last {
        // Who clicks twice asks for the same once more.
        ways.push((3, Just(Step::Request(last.clone())).boxed()));
    }
    if situation.away.is_none() {
        let others: u32 = ways.iter().map(|(weight, _)| weight).sum();
        // Some plots are told without much in between.
        let closely = if situation.mix.is_multiple_of(2) { 4 } else { 20 };
        ways.extend(situation.plot.next(situation).map(|step| (others * closely, step)));
    }
    union(ways, request(situation).prop_map(Step::Request).boxed())
}

/// What happens to the world around the server. What is away comes back before anything else happens to it.
fn controls(situation: &Situation) -> Vec<(u32, BoxedStrategy<Step>)> {
    let control = |name: &str| Just(Step::Control { name: name.to_owned() }).boxed();
    if let Some(role) = situation.away {
        return vec![(25, control(Control::Start(role).name()))];
    }
    let once = situation.alphabet.controls.iter().map(|name| (situation.weight(name, 2), control(name)));
    let outages = situation.alphabet.outages.iter().map(|role| Control::Stop(*role).name());
    let outages = outages.map(|name| (situation.weight(name, 1), control(name)));
    once.chain(outages).collect()
}

/// Steps that show what has become of what was just done.
fn sequel(situation: &Situation) -> Vec<(u32, BoxedStrategy<Step>)> {
    let asks = |names: &[(u32, &'static str)]| one_of(situation, names).prop_map(Step::Request).boxed();
    match situation.sequel {
        Sequel::None => Vec::new(),
        Sequel::Begun => vec![(6, asks(&[(1, "session.key")]))],
        Sequel::Told => {
            let mut ways = vec![(10, asks(&[(1, "store.exists"), (2, "store.corrupt"), (1, "store.delete")]))];
            if situation.alphabet.clock && LIFETIMES.contains(&situation.alphabet.lifetime) {
                // Behind the end of most sessions.
                ways.push((
                    14,
                    Just(Step::Advance { seconds: situation.alphabet.lifetime.saturating_add(100) }).boxed(),
                ));
            }
            ways
        }
        // A write that looks at nothing, what makes a session live longer, a sweep of what is over.
        Sequel::Later(_) => vec![(80, asks(&AFTERWARDS)), (20, plant(situation))],
        Sequel::Kept(seconds) => vec![(60, Just(Step::Advance { seconds }).boxed())],
        Sequel::Swept => vec![(100, asks(&[(1, "store.exists")]))],
        Sequel::Damaged => vec![(80, asks(&READS)), (20, asks(&[(1, "session.put"), (1, "auth.login")]))],
    }
}

/// Operations behind a step of the clock.
const AFTERWARDS: [(u32, &str); 8] = [
    (4, "store.clear_expired"),
    (2, "session.put"),
    (2, "session.touch"),
    (2, "session.items"),
    (1, "session.cycle_key"),
    (1, "session.update"),
    (1, "session.set_expiry"),
    (1, "auth.login"),
];

/// Operations that look at all of a session.
const READS: [(u32, &str); 2] = [(2, "session.items"), (1, "auth.whoami")];

/// A request of one operation, one of these.
pub(super) fn one_of(situation: &Situation, names: &[(u32, &'static str)]) -> BoxedStrategy<Ask> {
    let ways = names.iter().filter(|(_, name)| situation.alphabet.offers(name));
    let ways: Vec<_> = ways.map(|(weight, name)| (*weight, call(situation, name))).collect();
    if ways.is_empty() {
        // None of them is offered.
        return request(situation);
    }
    let browser = situation.browser();
    (browser, Union::new_weighted(ways)).prop_map(|(browser, call)| alone((browser, vec![call]))).boxed()
}

fn plant(situation: &Situation) -> BoxedStrategy<Step> {
    let mut keys = vec![(8, situation.owned().prop_map(Key::Owned).boxed())];
    if situation.alphabet.keys {
        for (weight, key) in [(4, Key::WellFormed), (2, Key::Empty), (1, Key::Path), (1, Key::Quote), (1, Key::Long)] {
            keys.push((weight, Just(key).boxed()));
        }
    } else {
        keys.push((1, Just(Key::Quote).boxed()));
    }
    let beside = proptest::bool::weighted(0.12);
    (situation.browser(), Union::new_weighted(keys), beside)
        .prop_map(|(browser, key, beside)| Step::Plant { browser, key, beside: beside && matches!(key, Key::Owned(_)) })
        .boxed()
}

/// Lifetimes, in seconds, that are told and that a clock can be moved by.
pub(super) const LIFETIMES: std::ops::RangeInclusive<u32> = 60..=40_000_000;

fn advance(lifetime: u32) -> BoxedStrategy<Step> {
    let mut seconds = vec![40, 70, 400, 4000];
    if LIFETIMES.contains(&lifetime) {
        seconds.extend([lifetime / 2 + 100, lifetime / 2 + 100, lifetime + 100, lifetime + 100]);
    }
    proptest::sample::select(seconds).prop_map(|seconds| Step::Advance { seconds }).boxed()
}

fn together(situation: &Situation) -> BoxedStrategy<Step> {
    let gate = if situation.alphabet.gates {
        prop_oneof![6 => Just(Held::AfterLoad), 3 => Just(Held::BeforeSave), 1 => Just(Held::Nowhere)].boxed()
    } else {
        Just(Held::Nowhere).boxed()
    };
    let one = (situation.browser(), calls(situation, 2, true)).prop_map(alone);
    let pairs = prop_oneof![2 => proptest::collection::vec(one, 2..=2), 1 => clash(situation)];
    let same = proptest::bool::weighted(0.7);
    (pairs, gate, same)
        .prop_map(|(mut requests, gate, same)| {
            if same {
                let browser = requests[0].browser;
                for ask in &mut requests {
                    ask.browser = browser;
                }
            }
            Step::Together { requests, gate }
        })
        .boxed()
}

/// One request ends a session while another one keeps, replaces or begins it.
fn clash(situation: &Situation) -> BoxedStrategy<Vec<Ask>> {
    let one_of = |names: &[&'static str]| {
        let ways = names.iter().filter(|name| situation.alphabet.offers(name));
        let calls = union(ways.map(|name| (1, call(situation, name))).collect(), call(situation, "session.put"));
        (situation.browser(), calls).prop_map(|(browser, call)| alone((browser, vec![call])))
    };
    let ends = one_of(&["auth.logout", "session.flush"]);
    let keeps = one_of(&["session.cycle_key", "auth.login", "session.put", "session.touch"]);
    (ends, keeps, any::<bool>())
        .prop_map(|(ends, keeps, first)| if first { vec![ends, keeps] } else { vec![keeps, ends] })
        .boxed()
}

pub(super) fn alone((browser, calls): (u8, Vec<Call>)) -> Ask {
    Ask { browser, calls, status: None, via: Travel::default() }
}

/// Statuses that frameworks seldom think of, and that say nothing about a session.
const RARE_STATUSES: [u16; 10] = [201, 205, 402, 405, 409, 410, 412, 422, 429, 451];

fn request(situation: &Situation) -> BoxedStrategy<Ask> {
    let redirects = situation.alphabet.offers("ctl.header");
    let mut statuses = vec![(86, Just(None).boxed())];
    let others = [(4, 500), (2, 503), (2, 404), (1, 400), (1, 401), (1, 403), (1, 204), (4, 302)];
    for (weight, status) in others.into_iter().filter(|(_, status)| *status != 302 || redirects) {
        statuses.push((weight, Just(Some(status)).boxed()));
    }
    statuses.push((4, proptest::sample::select(&RARE_STATUSES[..]).prop_map(Some).boxed()));
    let browser = situation.browser();
    // Who logs in or out is often sent elsewhere.
    let onwards = if redirects { 18 } else { 0 };
    let answers = union(
        vec![(70, Just(None).boxed()), (onwards, Just(Some(302)).boxed()), (8, Just(Some(204)).boxed())],
        Just(None).boxed(),
    );
    let status = (Union::new_weighted(statuses), answers);
    let longest = if situation.mix.is_multiple_of(3) { 1 } else { 4 };
    let visits = situation.alphabet.visits;
    (browser, calls(situation, longest, false), status, travel(situation))
        .prop_map(move |(browser, mut calls, (status, onwards), via)| {
            let is_page = via.method.page().is_some();
            if is_page && visits {
                return Ask { browser, calls: Vec::new(), status: None, via };
            }
            let turns =
                calls.iter().any(|call| matches!(call.op.as_str(), "auth.login" | "auth.logout" | "session.flush"));
            let status = status.or(onwards.filter(|_| turns));
            let via = Travel { method: if is_page { Way::Get } else { via.method }, ..via };
            if status == Some(302) {
                calls.push(Call::new("ctl.header").with("name", "Location").with("value", "/"));
            }
            // What a failing application answers is its framework's choice.
            let status = status.filter(|_| calls.iter().all(|call| call.op != "ctl.raise"));
            Ask { browser, calls, status, via }
        })
        .boxed()
}

fn travel(situation: &Situation) -> BoxedStrategy<Travel> {
    let usual = |method| Travel { method, ..Travel::default() };
    let guised = |guise, method| Travel { guise, ..usual(method) };
    let stray = situation.owned().prop_map(move |owned| Travel { stray_key: Some(owned), ..usual(Way::Get) });
    let mut ways = vec![
        (50, Just(usual(Way::Post)).boxed()),
        (34, Just(usual(Way::Get)).boxed()),
        (4, Just(usual(Way::Head)).boxed()),
        (2, Just(usual(Way::Visit)).boxed()),
        (1, Just(usual(Way::Missing)).boxed()),
        (4, Just(Travel { new_connection: true, ..usual(Way::Post) }).boxed()),
        (3, Just(guised(Guise::OldBrowser, Way::Get)).boxed()),
        (3, Just(guised(Guise::Languages, Way::Get)).boxed()),
        (2, Just(guised(Guise::Conditional, Way::Get)).boxed()),
        (1, Just(guised(Guise::Conditional, Way::Post)).boxed()),
    ];
    if situation.alphabet.keys {
        ways.push((5, stray.boxed()));
    }
    Union::new_weighted(ways).boxed()
}

/// The calls of one program.
fn calls(situation: &Situation, longest: usize, together: bool) -> BoxedStrategy<Vec<Call>> {
    let alone = |name: &str| {
        matches!(name, "auth.change_password" | "session.append" | "store.delete" | "store.corrupt")
            || name.starts_with("csrf.")
    };
    let away = situation.away.is_some();
    let barred = |name: &str| {
        // Who asks the store itself learns nothing while it is away.
        (away && name.starts_with("store."))
            || (together
                && (name.starts_with("csrf.")
                    || name.starts_with("store.")
                    || matches!(name, "ctl.raise" | "auth.change_password" | "auth.sessions" | "auth.disable")
                    || name.starts_with("auth.end_")))
    };
    let mut ways = Vec::new();
    for (name, weight) in situation.alphabet.operations.iter().filter(|(name, _)| !barred(name)) {
        // What changes a session as a whole meets other requests.
        let whole = matches!(*name, "auth.login" | "auth.logout" | "session.flush" | "session.cycle_key");
        let usual = if together && whole { *weight * 2 } else { *weight };
        ways.push((situation.weight(name, usual), call(situation, name)));
    }
    let otherwise = situation.alphabet.operations.first().map_or("session.items", |(name, _)| name);
    let one = union(ways, call(situation, otherwise));
    let length = if longest == 1 { 1..=1 } else { 1..=longest };
    // What is stored behind the end of a session belongs to another one.
    let behind = if longest > 1 && situation.alphabet.offers("session.put") {
        proptest::option::weighted(0.25, call(situation, "session.put")).boxed()
    } else {
        Just(None).boxed()
    };
    let calls = (proptest::collection::vec(one, length), behind).prop_map(move |(mut calls, behind)| {
        let ends = |call: &Call| matches!(call.op.as_str(), "session.flush" | "session.clear" | "auth.logout");
        calls.extend(behind.filter(|_| calls.last().is_some_and(ends)));
        // What a password change or a lost record does to the session is a matter of the next request.
        let lonely = calls.iter().position(|call| alone(&call.op) && call.op != "session.append");
        if let Some(index) = lonely {
            calls = vec![calls.swap_remove(index)];
        }
        // Nothing is run behind it.
        if let Some(index) = calls.iter().position(|call| call.op == "ctl.raise") {
            calls.truncate(index + 1);
        }
        calls
    });
    if together { calls.boxed() } else { prop_oneof![40 => calls, 1 => Just(Vec::new())].boxed() }
}
