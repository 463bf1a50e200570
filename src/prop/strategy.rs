//! Drawing histories: proptest-state-machine's sequential strategy over a rough idea of where things stand.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest_state_machine::strategy::Sequential;
use serde_json::{Map, Value, json};

use super::alphabet::{Alphabet, MARKER};
use super::history::{Ask, Damage, HELD, Held, Key, Owned, Step, TOKEN, Travel, Way};
use crate::contract::Call;

/// The most browsers that a history has; one more is the stranger who looks at old keys at the end.
pub const BROWSERS: u8 = 3;

/// How many steps a history has, before the closing look.
const STEPS: std::ops::RangeInclusive<usize> = 2..=14;

/// Where things roughly stand while a history is drawn: enough to prefer steps that mean something.
#[derive(Clone)]
pub struct Situation {
    alphabet: Arc<Alphabet>,
    /// Makes some operations frequent and others rare, another mix for each history.
    mix: u32,
    /// How many browsers take part.
    browsers: u8,
    begun: [bool; BROWSERS as usize],
}

impl std::fmt::Debug for Situation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Situation").field("mix", &self.mix).field("browsers", &self.browsers).finish_non_exhaustive()
    }
}

/// The strategy of histories over an alphabet.
pub type Histories = Sequential<Situation, Step, BoxedStrategy<Situation>, BoxedStrategy<Step>>;

/// Histories over an alphabet.
#[must_use]
pub fn histories(alphabet: &Arc<Alphabet>) -> Histories {
    let alphabet = Arc::clone(alphabet);
    let begin = move || {
        let alphabet = Arc::clone(&alphabet);
        let browsers = prop_oneof![3 => Just(1_u8), 5 => Just(2_u8), 2 => Just(BROWSERS)];
        (any::<u32>().no_shrink(), browsers.no_shrink())
            .prop_map(move |(mix, browsers)| Situation {
                alphabet: Arc::clone(&alphabet),
                mix,
                browsers,
                begun: [false; BROWSERS as usize],
            })
            .boxed()
    };
    Sequential::new(
        STEPS.into(),
        begin,
        |_, _| true,
        next_step,
        |mut situation: Situation, step: &Step| {
            for ask in step.asks() {
                if let Some(begun) = situation.begun.get_mut(usize::from(ask.browser)) {
                    *begun |= !ask.calls.is_empty();
                }
            }
            situation
        },
    )
}

impl Situation {
    /// How often something is drawn in this history: never, as usual, or more often.
    fn weight(&self, name: &str, usual: u32) -> u32 {
        let mut hasher = DefaultHasher::new();
        (name, self.mix).hash(&mut hasher);
        // Some histories know a handful of operations only, and so do the same things again and again.
        if self.mix.is_multiple_of(5) {
            return if hasher.finish().is_multiple_of(6) { usual * 3 } else { 0 };
        }
        match hasher.finish() % 8 {
            0 | 1 => 0,
            2 => usual * 5,
            3 => usual * 2,
            _ => usual,
        }
    }

    fn browser(&self) -> BoxedStrategy<u8> {
        (0..self.browsers).boxed()
    }

    fn owned(&self) -> BoxedStrategy<Owned> {
        let ago = prop_oneof![5 => Just(0_u8), 4 => Just(1_u8), 1 => Just(2_u8)];
        (self.browser(), ago).prop_map(|(browser, ago)| Owned { browser, ago }).boxed()
    }
}

fn union<T: std::fmt::Debug + 'static>(
    ways: Vec<(u32, BoxedStrategy<T>)>,
    otherwise: BoxedStrategy<T>,
) -> BoxedStrategy<T> {
    let ways: Vec<_> = ways.into_iter().filter(|(weight, _)| *weight > 0).collect();
    if ways.is_empty() { otherwise } else { Union::new_weighted(ways).boxed() }
}

fn next_step(situation: &Situation) -> BoxedStrategy<Step> {
    let any_begun = situation.begun.iter().any(|begun| *begun);
    let mut ways = vec![(70, request(situation).prop_map(Step::Request).boxed())];
    if any_begun {
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
        for name in &situation.alphabet.controls {
            let control = Just(Step::Control { name: (*name).to_owned() }).boxed();
            ways.push((situation.weight(name, 2), control));
        }
    }
    let weight = situation.weight("together", if situation.alphabet.gates { 6 } else { 2 });
    ways.push((weight, together(situation)));
    union(ways, request(situation).prop_map(Step::Request).boxed())
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

fn advance(lifetime: u32) -> BoxedStrategy<Step> {
    let mut seconds = vec![40, 70, 200, 400, 4000];
    if (60..=40_000_000).contains(&lifetime) {
        seconds.extend([lifetime / 2 + 100, lifetime + 100]);
    }
    proptest::sample::select(seconds).prop_map(|seconds| Step::Advance { seconds }).boxed()
}

fn together(situation: &Situation) -> BoxedStrategy<Step> {
    let gate = if situation.alphabet.gates {
        prop_oneof![6 => Just(Held::AfterLoad), 3 => Just(Held::BeforeSave), 1 => Just(Held::Nowhere)].boxed()
    } else {
        Just(Held::Nowhere).boxed()
    };
    let one = (situation.browser(), calls(situation, 2, true));
    let one = one.prop_map(|(browser, calls)| Ask { browser, calls, status: None, via: Travel::default() });
    let same = proptest::bool::weighted(0.7);
    (proptest::collection::vec(one, 2..=2), gate, same)
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

fn request(situation: &Situation) -> BoxedStrategy<Ask> {
    let redirects = situation.alphabet.offers("ctl.header");
    let mut statuses = vec![(86, Just(None).boxed())];
    let others = [(4, 500), (2, 503), (2, 404), (1, 400), (1, 204), (2, 302)];
    for (weight, status) in others.into_iter().filter(|(_, status)| *status != 302 || redirects) {
        statuses.push((weight, Just(Some(status)).boxed()));
    }
    let browser = situation.browser();
    let status = Union::new_weighted(statuses);
    let longest = if situation.mix.is_multiple_of(3) { 1 } else { 4 };
    let visits = situation.alphabet.visits;
    (browser, calls(situation, longest, false), status, travel(situation))
        .prop_map(move |(browser, mut calls, status, via)| {
            let is_page = via.method.page().is_some();
            if is_page && visits {
                return Ask { browser, calls: Vec::new(), status: None, via };
            }
            let via = Travel { method: if is_page { Way::Get } else { via.method }, ..via };
            if status == Some(302) {
                calls.push(Call::new("ctl.header").with("name", "Location").with("value", "/"));
            }
            Ask { browser, calls, status, via }
        })
        .boxed()
}

fn travel(situation: &Situation) -> BoxedStrategy<Travel> {
    let usual = |method| Travel { method, ..Travel::default() };
    let stray = situation.owned().prop_map(move |owned| Travel { stray_key: Some(owned), ..usual(Way::Get) });
    let mut ways = vec![
        (50, Just(usual(Way::Post)).boxed()),
        (34, Just(usual(Way::Get)).boxed()),
        (4, Just(usual(Way::Head)).boxed()),
        (2, Just(usual(Way::Visit)).boxed()),
        (1, Just(usual(Way::Missing)).boxed()),
        (4, Just(Travel { new_connection: true, ..usual(Way::Post) }).boxed()),
        (3, Just(Travel { old_browser: true, ..usual(Way::Get) }).boxed()),
    ];
    if situation.alphabet.keys {
        ways.push((3, stray.boxed()));
    }
    Union::new_weighted(ways).boxed()
}

/// The calls of one program.
fn calls(situation: &Situation, longest: usize, together: bool) -> BoxedStrategy<Vec<Call>> {
    let alone = |name: &str| {
        matches!(name, "auth.change_password" | "session.append" | "store.delete" | "store.corrupt")
            || name.starts_with("csrf.")
    };
    let barred = |name: &str| {
        together
            && (name.starts_with("csrf.")
                || name.starts_with("store.")
                || matches!(name, "ctl.raise" | "auth.change_password" | "auth.sessions" | "auth.disable")
                || name.starts_with("auth.end_"))
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
    let calls = proptest::collection::vec(one, length).prop_map(move |mut calls: Vec<Call>| {
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

/// Keys that applications use, and that a store may take for something else: another key, a path, a number.
const ODD_KEYS: [&str; 8] = ["A", "ab", "a.b", "a-b", "0", "with space", "ключ", "length"];

fn key(situation: &Situation) -> BoxedStrategy<&'static str> {
    let odd = proptest::sample::select(&ODD_KEYS[..]);
    if situation.alphabet.user_key {
        prop_oneof![12 => Just("a"), 6 => Just("b"), 2 => Just("user"), 2 => odd].boxed()
    } else {
        prop_oneof![12 => Just("a"), 6 => Just("b"), 2 => odd].boxed()
    }
}

fn value() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => (0..4_u8).prop_map(Value::from),
        3 => Just(Value::from("marker-7f3a9c")),
        2 => Just(Value::from("Grüße, 你好")),
        1 => Just(Value::from("say \"a; b=c\"")),
        1 => Just(Value::from("bertram")),
        1 => Just(Value::from(true)),
        1 => Just(Value::from(1.5)),
        1 => Just(json!({"inner": [1, "two", null]})),
        1 => Just(Value::from("")),
        1 => Just(Value::Null),
        1 => proptest::sample::select(ODD_VALUES.map(read).to_vec()),
    ]
    .boxed()
}

/// Values that are taken for others when they are stored, as JSON: for a number, for nothing, for the end of a text.
const ODD_VALUES: [&str; 14] = [
    "false",
    "0",
    "-1",
    "[]",
    "{}",
    "9007199254740991",
    "\"0\"",
    "\"null\"",
    "\"1970-01-01T00:00:00Z\"",
    "\"line\\nbreak\\ttab\"",
    "\"50% off + more\"",
    "\"<b>&amp;</b>\"",
    "{\"a\": {\"b\": []}}",
    "[null, [1], \"\"]",
];

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

fn user() -> BoxedStrategy<&'static str> {
    prop_oneof![3 => Just("annika"), 2 => Just("bertram")].boxed()
}

/// Data that is too much for a cookie and cannot be compressed.
fn large() -> Value {
    let mut state = 7_u64;
    let letters = (0..3600).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(
            b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
                [usize::try_from(state >> 58).unwrap_or(0)],
        )
    });
    Value::from(letters.collect::<String>())
}

fn call(situation: &Situation, name: &'static str) -> BoxedStrategy<Call> {
    let new = move || Call::new(name);
    let keys = key(situation);
    match name {
        "session.get" | "session.pop" => {
            let default =
                prop_oneof![3 => Just(None), 1 => Just(Some(Value::from("none"))), 1 => Just(Some(Value::Null))];
            (keys, default)
                .prop_map(move |(key, default)| match default {
                    Some(default) => new().with("key", key).with("default", default),
                    None => new().with("key", key),
                })
                .boxed()
        }
        "session.put" => {
            let list = Just(new().with("key", "list").with("value", json!([1])));
            let plain = (keys, value()).prop_map(move |(key, value)| new().with("key", key).with("value", value));
            let big = Just(new().with("key", "large").with("value", large()));
            if situation.alphabet.keys {
                prop_oneof![8 => plain, 2 => list].boxed()
            } else {
                prop_oneof![16 => plain, 4 => list, 1 => big].boxed()
            }
        }
        "session.set_default" => {
            (keys, value()).prop_map(move |(key, value)| new().with("key", key).with("value", value)).boxed()
        }
        "session.delete" | "session.has" => keys.prop_map(move |key| new().with("key", key)).boxed(),
        "session.append" => {
            let key = prop_oneof![6 => Just("list"), 1 => Just("a")];
            (key, 0..4_u8).prop_map(move |(key, value)| new().with("key", key).with("value", value)).boxed()
        }
        "session.update" => (keys, value())
            .prop_map(move |(key, value)| new().with("values", Map::from_iter([(key.to_owned(), value)])))
            .boxed(),
        "session.set_expiry" => {
            let times = vec![
                json!(60),
                json!(60),
                json!(600),
                json!(0),
                json!(0),
                Value::Null,
                Value::Null,
                json!({"in": 300}),
                json!({"at": 600}),
                json!(-60),
            ];
            proptest::sample::select(times).prop_map(move |to| new().with("to", to)).boxed()
        }
        "auth.login" | "auth.end_all" | "auth.disable" => user().prop_map(move |user| new().with("user", user)).boxed(),
        "auth.change_password" => prop_oneof![
            2 => user().prop_map(move |user| new().with("user", user)),
            1 => Just(new().with("keep_session", true)),
        ]
        .boxed(),
        "csrf.submit" => {
            let made_up =
                proptest::sample::select(&["made-up", ""][..]).prop_map(move |token| new().with("token", token));
            let told = situation.owned().prop_map(move |owned| new().with("token", owned.argument(TOKEN)));
            prop_oneof![1 => made_up, 6 => told].boxed()
        }
        "csrf.put" => {
            let told = situation.owned().prop_map(|owned| Some(owned.argument(TOKEN)));
            let token = prop_oneof![1 => Just(None), 1 => Just(Some(Value::from("made-up"))), 4 => told];
            (keys, token)
                .prop_map(move |(key, token)| {
                    let call = new().with("key", key).with("value", "behind the check");
                    token.map_or_else(|| call.clone(), |token| call.clone().with("token", token))
                })
                .boxed()
        }
        "store.exists" | "store.corrupt" | "store.delete" => {
            situation.owned().prop_map(move |owned| new().with("key", owned.argument(HELD))).boxed()
        }
        "cookie.set" => (0..3_u8)
            .prop_map(move |number| new().with("name", format!("{MARKER}{number}")).with("value", format!("v{number}")))
            .boxed(),
        "ctl.header" => Just(new().with("name", "Vary").with("value", "Accept-Language")).boxed(),
        _ => Just(new()).boxed(),
    }
}

/// The closing look: what every browser sees, and what a stranger sees with the keys that they had.
#[must_use]
pub fn closing(alphabet: &Alphabet, steps: &[Step]) -> Vec<Step> {
    let look: Vec<Call> = ["session.items", "auth.whoami", "session.get_expiry"]
        .into_iter()
        .filter(|name| alphabet.offers(name))
        .map(Call::new)
        .collect();
    if look.is_empty() {
        return Vec::new();
    }
    let ask = |browser, calls: &[Call]| {
        let via = Travel { method: Way::Get, ..Travel::default() };
        Step::Request(Ask { browser, calls: calls.to_vec(), status: None, via })
    };
    let acting: std::collections::BTreeSet<u8> =
        steps.iter().flat_map(Step::asks).map(|ask| ask.browser).filter(|browser| *browser < BROWSERS).collect();
    let mut closing: Vec<Step> = acting.iter().map(|browser| ask(*browser, &look)).collect();
    // Without a cookie of its own a stranger is nobody, whatever else the request carries.
    closing.extend(acting.iter().take(2).map(|browser| {
        let stray_key = alphabet.keys.then_some(Owned { browser: *browser, ago: 0 });
        let via = Travel { method: Way::Get, stray_key, ..Travel::default() };
        Step::Request(Ask { browser: BROWSERS, calls: look.clone(), status: None, via })
    }));
    closing.extend(told_again(alphabet, steps, &acting));
    let mut strangely = look;
    if alphabet.offers("session.put") {
        strangely.push(Call::new("session.put").with("key", "stranger").with("value", 1));
    }
    for browser in acting {
        let asks = || steps.iter().flat_map(Step::asks).filter(|ask| ask.browser == browser).flat_map(|ask| &ask.calls);
        let ends = asks().any(|call| matches!(call.op.as_str(), "session.flush" | "session.clear" | "auth.logout"));
        let moves = ends
            || asks()
                .any(|call| matches!(call.op.as_str(), "auth.login" | "session.cycle_key" | "auth.change_password"));
        let keys = [(ends, 0), (moves, 1), (moves, 2)];
        for (_, ago) in keys.into_iter().filter(|(wanted, _)| *wanted) {
            closing.push(Step::Plant { browser: BROWSERS, key: Key::Owned(Owned { browser, ago }), beside: false });
            closing.push(ask(BROWSERS, &strangely));
        }
    }
    closing
}

/// What browsers were told is asked about once more: whether records of old keys are there, and old tokens good.
fn told_again(alphabet: &Alphabet, steps: &[Step], acting: &std::collections::BTreeSet<u8>) -> Vec<Step> {
    let asked = |browser: u8, op: &str| {
        let asks = steps.iter().flat_map(Step::asks).filter(|ask| ask.browser == browser);
        asks.flat_map(|ask| &ask.calls).filter(|call| call.op == op).count()
    };
    let mut again = Vec::new();
    for browser in acting {
        let mut ask = |call: Call| {
            again.push(Step::Request(Ask {
                browser: *browser,
                calls: vec![call],
                status: None,
                via: Travel::default(),
            }));
        };
        for (told, op, argument, member) in
            [("session.key", "store.exists", "key", HELD), ("csrf.issue", "csrf.submit", "token", TOKEN)]
        {
            if !alphabet.offers(op) {
                continue;
            }
            for ago in 0..asked(*browser, told).min(2) {
                let owned = Owned { browser: *browser, ago: u8::try_from(ago).unwrap_or_default() };
                ask(Call::new(op).with(argument, owned.argument(member)));
            }
        }
    }
    again
}
