//! The model by itself: what it explains, and what it does not.

use hardtack::contract::{Call, Facts, OperationResult};
use hardtack::cookie::Timestamp;
use hardtack::prop::Design;
use hardtack::prop::model::{Answer, Asked, CookieChange, Possible, Turn};
use serde_json::{Value, json};

/// A request with these calls and this cookie, and its answer.
fn turn(calls: &[Call], presented: &[&str], results: &[Value], change: CookieChange) -> Turn {
    let results: Vec<OperationResult> = results.iter().cloned().map(Ok).collect();
    Turn {
        browser: 0,
        asked: Asked {
            calls: calls.to_vec(),
            status: 200,
            program: true,
            presented: presented.iter().map(|value| value.as_bytes().to_vec()).collect(),
            cookies: Vec::new(),
            cacheable: false,
        },
        answer: Answer {
            at: Timestamp::from_secs(2_000_000_000),
            status: Some(200),
            failure: None,
            results: Some(results),
            bodyless: false,
            lines: usize::from(change != CookieChange::None),
            change,
            attributes: None,
            tells_caches: true,
        },
    }
}

fn stored(value: &str) -> CookieChange {
    CookieChange::Stored { value: value.as_bytes().to_vec(), lifetime: Some(1000) }
}

fn put(key: &str, value: i64) -> Call {
    Call::new("session.put").with("key", key).with("value", value)
}

fn django() -> Design {
    let facts = json!({
        "dialect": "django", "engine": "db", "storage": "server", "default_lifetime": 1000, "rotate": "login",
        "clear_is_flush": false, "lazy": true, "save_on_error": false, "expiry": "sliding_on_write",
        "concurrency": "last_write", "logout_cookie": "deleted", "browser_close": false,
    });
    let facts: Facts = facts.as_object().unwrap().clone().into_iter().collect();
    Design::of(&facts)
}

#[test]
fn a_login_gives_a_new_key_unless_the_design_is_unknown() {
    let login = || Call::new("auth.login").with("user", "annika");
    for (design, explained) in [(django(), false), (Design::default(), true)] {
        let mut possible = Possible::new(design);
        possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
        let kept = possible.request(&turn(&[login()], &["k1"], &[Value::Null], stored("k1")));
        assert_eq!(kept.is_ok(), explained, "{kept:?}");
    }
}

#[test]
fn an_unknown_design_is_held_to_its_first_answer() {
    let mut possible = Possible::new(Design::default());
    let login = |user: &str| Call::new("auth.login").with("user", user);
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    possible.request(&turn(&[login("annika")], &["k1"], &[Value::Null], stored("k2"))).unwrap();
    possible.request(&turn(&[put("b", 1)], &[], &[Value::Null], stored("k3"))).unwrap();
    let kept = possible.request(&turn(&[login("annika")], &["k3"], &[Value::Null], stored("k3")));
    assert_eq!(kept.unwrap_err().code, "key-kept", "the first login changed the key");
}

#[test]
fn of_two_writes_at_the_same_time_one_must_survive() {
    let items = |value: Value| turn(&[Call::new("session.items")], &["k1"], &[value], CookieChange::None);
    for (left, explained) in [
        (json!({"start": 0, "left": 1, "right": 2}), true),
        (json!({"start": 0, "right": 2}), true),
        (json!({"start": 0}), false),
    ] {
        let mut possible = Possible::new(django());
        possible.request(&turn(&[put("start", 0)], &[], &[Value::Null], stored("k1"))).unwrap();
        let writes = [put("left", 1), put("right", 2)].map(|call| turn(&[call], &["k1"], &[Value::Null], stored("k1")));
        possible.together(&writes, true).unwrap();
        assert_eq!(possible.request(&items(left.clone())).is_ok(), explained, "{left}");
    }
}

#[test]
fn keys_are_never_given_out_twice() {
    let mut possible = Possible::new(django());
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    let again = possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1")));
    assert_eq!(again.unwrap_err().code, "key-reused");
    let adopted = possible.request(&turn(&[put("a", 1)], &["made-up"], &[Value::Null], stored("made-up")));
    assert_eq!(adopted.unwrap_err().code, "key-adopted");
}
