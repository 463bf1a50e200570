//! The arguments of operations in histories.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::alphabet::MARKER;
use super::history::{HELD, TOKEN};
use super::situation::Situation;
use crate::contract::Call;

/// Keys that applications use, and that a store may take for something else: another key, a path, a number.
const ODD_KEYS: [&str; 10] = ["A", "ab", "a.b", "a-b", "0", "with space", " a ", "ключ", "length", "constructor"];

fn key(situation: &Situation) -> BoxedStrategy<&'static str> {
    let odd = proptest::sample::select(&ODD_KEYS[..]);
    let (one, other) = situation.keys();
    if situation.alphabet.user_key {
        prop_oneof![12 => Just(one), 6 => Just(other), 2 => Just("user"), 2 => odd].boxed()
    } else {
        prop_oneof![12 => Just(one), 6 => Just(other), 2 => odd].boxed()
    }
}

fn value(situation: &Situation) -> BoxedStrategy<Value> {
    match situation.favour() {
        0 => any_value(),
        often => prop_oneof![often => Just(situation.favourite()), 10 - often => any_value()].boxed(),
    }
}

fn any_value() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => (0..4_u8).prop_map(Value::from),
        3 => Just(Value::from("marker-7f3a9c")),
        2 => Just(Value::from("Grüße, 你好")),
        3 => object(),
        8 => proptest::sample::select(VALUES.map(read).to_vec()),
    ]
    .boxed()
}

/// Values that are taken for others when they are stored, as JSON: for a number, for nothing, for the end of a text. The
/// last but one has space at its ends, backslashes, quotes and a character of four octets.
pub(super) const VALUES: [&str; 30] = [
    "false",
    "false",
    "false",
    "null",
    "null",
    "null",
    "null",
    "0",
    "\"\"",
    "[]",
    "{}",
    "true",
    "-1",
    "1.5",
    "0.1",
    "123456.789",
    "9007199254740991",
    "\"0\"",
    "\"null\"",
    "\"bertram\"",
    "\"say \\\"a; b=c\\\"\"",
    "\"1970-01-01T00:00:00Z\"",
    "\"line\\nbreak\\ttab\"",
    "\"50% off + more\"",
    "\"<b>&amp;</b>\"",
    "{\"inner\": [1, \"two\", null]}",
    "{\"a\": {\"b\": []}}",
    "[null, [1], \"\"]",
    "\"  C:\\\\new\\\\table 😀 it's; -- \"",
    "[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]",
];

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

fn user(situation: &Situation) -> BoxedStrategy<&'static str> {
    let (one, other) = situation.users();
    prop_oneof![3 => Just(one), 2 => Just(other)].boxed()
}

/// Objects that another one may take the place of, or be merged with.
fn object() -> BoxedStrategy<Value> {
    proptest::sample::select(vec![json!({"inner": 1}), json!({"other": 2}), json!({"inner": {"deep": true}})]).boxed()
}

/// More than a day, in seconds, and not a whole number of days.
const LONG: u32 = 90_000;

/// How many letters are too much for a cookie, and how many are a long text elsewhere.
const MANY: (u32, u32) = (3600, 1200);

/// Letters that cannot be compressed.
fn letters(count: u32) -> Value {
    let mut state = 7_u64;
    let letters = (0..count).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(
            b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
                [usize::try_from(state >> 58).unwrap_or(0)],
        )
    });
    Value::from(letters.collect::<String>())
}

/// A call of an operation, with arguments that the target takes.
pub(super) fn call(situation: &Situation, name: &'static str) -> BoxedStrategy<Call> {
    if !situation.alphabet.lacks.contains_key(name) {
        return any_call(situation, name);
    }
    let alphabet = Arc::clone(&situation.alphabet);
    any_call(situation, name).prop_map(move |call| alphabet.within(call)).boxed()
}

fn any_call(situation: &Situation, name: &'static str) -> BoxedStrategy<Call> {
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
            let plain =
                (keys, value(situation)).prop_map(move |(key, value)| new().with("key", key).with("value", value));
            let many = if situation.alphabet.keys { MANY.1 } else { MANY.0 };
            let long = Just(new().with("key", "large").with("value", letters(many)));
            prop_oneof![16 => plain, 4 => list, 1 => long].boxed()
        }
        // Another value than the one that is there tells whether it is.
        "session.set_default" => {
            (keys, any_value()).prop_map(move |(key, value)| new().with("key", key).with("value", value)).boxed()
        }
        "session.delete" | "session.has" => keys.prop_map(move |key| new().with("key", key)).boxed(),
        "session.append" => {
            let key = prop_oneof![6 => Just("list"), 1 => Just("a")];
            (key, 0..4_u8).prop_map(move |(key, value)| new().with("key", key).with("value", value)).boxed()
        }
        "session.update" => (keys, prop_oneof![2 => value(situation), 1 => object()])
            .prop_map(move |(key, value)| new().with("values", Map::from_iter([(key.to_owned(), value)])))
            .boxed(),
        "session.set_expiry" => {
            let mut times = vec![
                json!(60),
                json!(60),
                json!(600),
                json!(0),
                json!(0),
                Value::Null,
                Value::Null,
                json!({"in": 300}),
                json!({"in": LONG}),
                json!({"at": 600}),
                json!(-60),
                json!({"at": -60}),
                json!({"raw": "no-moment"}),
            ];
            times.retain(|to| situation.alphabet.takes(name, "to", to));
            proptest::sample::select(times).prop_map(move |to| new().with("to", to)).boxed()
        }
        "auth.login" | "auth.end_all" | "auth.disable" => {
            user(situation).prop_map(move |user| new().with("user", user)).boxed()
        }
        "auth.change_password" => prop_oneof![
            2 => user(situation).prop_map(move |user| new().with("user", user)),
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
        "cookie.delete" => (0..3_u8).prop_map(move |number| new().with("name", format!("{MARKER}{number}"))).boxed(),
        "ctl.header" => Just(new().with("name", "Vary").with("value", "Accept-Language")).boxed(),
        _ => Just(new()).boxed(),
    }
}
