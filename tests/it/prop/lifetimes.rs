//! The model and the lives of sessions: durations, and texts that are no moments.

use hardtack::contract::{Call, Facts};
use hardtack::prop::Design;
use hardtack::prop::model::{CookieChange, Possible, Turn};
use serde_json::{Value, json};

use super::model::{django, put, refused, turn};

fn stored_for(seconds: i64) -> CookieChange {
    CookieChange::Stored { value: b"k1".to_vec(), lifetime: Some(seconds) }
}

fn later(mut turn: Turn, seconds: i64) -> Turn {
    turn.answer.at = turn.answer.at.plus(seconds);
    turn
}

fn set_expiry(to: Value, change: CookieChange) -> Turn {
    let set = Call::new("session.set_expiry").with("to", to);
    turn(&[put("a", 1), set], &[], &[Value::Null, Value::Null], change)
}

#[test]
fn a_duration_counts_from_now_or_from_the_last_change_and_always_from_the_same() {
    let write = |seconds| turn(&[put("b", 1)], &["k1"], &[Value::Null], stored_for(seconds));
    let unknown = || Design { durations_slide: None, ..django() };
    for (design, slid, explained) in
        [(django(), 300, false), (django(), 200, true), (unknown(), 300, true), (unknown(), 200, true)]
    {
        let mut possible = Possible::new(design);
        possible.request(&set_expiry(json!({"in": 300}), stored_for(300))).unwrap();
        let written = possible.request(&later(write(slid), 100));
        assert_eq!(written.is_ok(), explained, "{slid} s: {written:?}");
        if explained {
            let other = possible.request(&later(write(if slid == 300 { 100 } else { 300 }), 200));
            assert_eq!(other.unwrap_err().code, "cookie-lifetime", "held to its first answer");
        }
    }
}

#[test]
fn an_expiry_that_is_refused_changes_nothing() {
    let begin = turn(&[put("a", 1)], &[], &[Value::Null], stored_for(1000));
    let no_moment = Call::new("session.set_expiry").with("to", json!({"raw": "no-moment"}));
    let mut ask = turn(&[no_moment], &["k1"], &[], CookieChange::None);
    ask.answer.results = Some(vec![refused()]);
    let items = |value: Value, change| turn(&[Call::new("session.items")], &["k1"], &[value], change);
    let mut possible = Possible::new(django());
    possible.request(&begin).unwrap();
    possible.request(&ask).unwrap();
    let mut ended = possible.clone();
    assert_eq!(possible.request(&items(json!({"a": 1}), CookieChange::None)), Ok(()));
    assert_eq!(ended.request(&items(json!({}), CookieChange::Removed)).unwrap_err().code, "result");
}

#[test]
fn what_a_framework_makes_of_a_text_is_its_own_business() {
    for (items, change) in [(json!({"a": 1}), CookieChange::None), (json!({}), CookieChange::Removed)] {
        let mut possible = Possible::new(django());
        possible.request(&set_expiry(json!({"raw": "no-moment"}), stored_for(77))).unwrap();
        let seen = turn(&[Call::new("session.items")], &["k1"], &[items], change);
        assert_eq!(possible.request(&seen), Ok(()));
    }
}

#[test]
fn a_text_that_makes_the_request_fail_is_told_as_such() {
    let mut failed = set_expiry(json!({"raw": "no-moment"}), CookieChange::None);
    (failed.answer.status, failed.answer.results) = (Some(500), None);
    let wrong = Possible::new(django()).request(&failed).unwrap_err();
    assert_eq!((wrong.code, wrong.level), ("text-expiry-fails", hardtack::spec::Level::Should));
}

#[test]
fn what_is_left_of_a_damaged_record_may_have_no_end() {
    let facts = json!({
        "dialect": "django", "engine": "cached_db", "cache": "memcached", "storage": "server", "default_lifetime": 1000,
        "expiry": "sliding_on_write",
    });
    let facts: Facts = facts.as_object().unwrap().clone().into_iter().collect();
    let mut possible = Possible::new(Design { copies: Some(true), ..Design::of(&facts) });
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored_for(1000))).unwrap();
    let key = Call::new("session.key");
    possible.request(&turn(&[key], &["k1"], &[json!("k1")], CookieChange::None)).unwrap();
    let corrupt = Call::new("store.corrupt").with("key", "k1");
    possible.request(&turn(&[corrupt], &[], &[Value::Null], CookieChange::None)).unwrap();
    let items = |items: Value| turn(&[Call::new("session.items")], &["k1"], &[items], CookieChange::None);
    possible.request(&items(json!({"a": 1}))).unwrap();
    // Now that the copy is over nothing is left of the session but its key.
    let shown = possible.clone().request(&later(items(json!({"a": 1})), 1100));
    assert_eq!(shown.unwrap_err().code, "result");
    let write = turn(&[put("b", 1)], &["k1"], &[Value::Null], stored_for(1000));
    assert_eq!(possible.request(&later(write, 1100)), Ok(()));
}

#[test]
fn a_session_that_is_over_by_itself_is_in_no_list() {
    let login = |key: &str| {
        let change = CookieChange::Stored { value: key.as_bytes().to_vec(), lifetime: Some(1000) };
        turn(&[Call::new("auth.login").with("user", "annika")], &[], &[Value::Null], change)
    };
    let list = |names: Value| turn(&[Call::new("auth.sessions")], &["laptop"], &[names], CookieChange::None);
    let mut possible = Possible::new(django());
    possible.request(&login("phone")).unwrap();
    possible.request(&later(login("laptop"), 600)).unwrap();
    let both = json!(["one", "two"]);
    assert_eq!(possible.clone().request(&later(list(both.clone()), 900)), Ok(()));
    // The first one is over now.
    let shown = possible.clone().request(&later(list(both.clone()), 1100));
    assert_eq!(shown.unwrap_err().code, "session-list");
    assert_eq!(possible.clone().request(&later(list(json!(["two"])), 1100)), Ok(()));
    // Whether it is at the very moment is a matter of clocks.
    for names in [both, json!(["two"])] {
        assert_eq!(possible.clone().request(&later(list(names), 1000)), Ok(()));
    }
}
