//! The model by itself: what it explains, and what it does not.

use hardtack::contract::{Call, Facts, Failure, FailureKind, OperationResult};
use hardtack::cookie::Timestamp;
use hardtack::prop::Design;
use hardtack::prop::model::{Answer, Asked, CookieChange, Possible, Reach, ToCaches, Turn};
use serde_json::{Value, json};

/// A request with these calls and this cookie, and its answer.
pub(super) fn turn(calls: &[Call], presented: &[&str], results: &[Value], change: CookieChange) -> Turn {
    let results: Vec<OperationResult> = results.iter().cloned().map(Ok).collect();
    Turn {
        browser: 0,
        asked: Asked {
            calls: calls.to_vec(),
            status: 200,
            program: true,
            beside: false,
            presented: presented.iter().map(|value| value.as_bytes().to_vec()).collect(),
            cookies: Vec::new(),
            cacheable: false,
            reach: Reach::All,
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
            caches: ToCaches { vary: vec!["cookie".to_owned()], depends: true, ..ToCaches::default() },
        },
    }
}

pub(super) fn stored(value: &str) -> CookieChange {
    CookieChange::Stored { value: value.as_bytes().to_vec(), lifetime: Some(1000) }
}

/// The result of an operation that is refused.
pub(super) fn refused() -> OperationResult {
    Err(Failure { error: FailureKind::Invalid, kind: None, message: None })
}

pub(super) fn put(key: &str, value: i64) -> Call {
    Call::new("session.put").with("key", key).with("value", value)
}

pub(super) fn django() -> Design {
    let facts = json!({
        "dialect": "django", "engine": "db", "storage": "server", "default_lifetime": 1000, "rotate": "login",
        "clear_is_flush": false, "lazy": true, "save_on_error": false, "expiry": "sliding_on_write",
        "concurrency": "last_write", "logout_cookie": "deleted", "browser_close": false,
    });
    let facts: Facts = facts.as_object().unwrap().clone().into_iter().collect();
    Design::of(&facts)
}

pub(super) fn login(user: &str) -> Call {
    Call::new("auth.login").with("user", user)
}

pub(super) fn whoami(key: &str, user: Option<&str>) -> Turn {
    turn(&[Call::new("auth.whoami")], &[key], &[json!(user)], CookieChange::None)
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
fn a_session_that_was_ended_goes_on_under_no_new_key() {
    let items = |value: Value| turn(&[Call::new("session.items")], &["k2"], &[value], CookieChange::None);
    // Held and let go in turn, the end came first; otherwise the new key may have.
    for (gated, left, explained) in
        [(true, json!({}), true), (true, json!({"a": 1}), false), (false, json!({"a": 1}), true)]
    {
        let mut possible = Possible::new(django());
        possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
        let flush = turn(&[Call::new("session.flush")], &["k1"], &[Value::Null], CookieChange::Removed);
        let cycle = turn(&[Call::new("session.cycle_key")], &["k1"], &[Value::Null], stored("k2"));
        possible.together(&[flush, cycle], gated).unwrap();
        assert_eq!(possible.request(&items(left.clone())).is_ok(), explained, "{gated} {left}");
    }
}

#[test]
fn a_damaged_record_may_show_when_its_copy_is_gone() {
    let corrupt = Call::new("store.corrupt").with("key", "k1");
    // Only where there are copies a damaged record can be whole at first and damaged later.
    for (copies, explained) in [(true, true), (false, false)] {
        let mut possible = Possible::new(Design { copies: Some(copies), ..django() });
        let begin = turn(&[login("annika")], &[], &[Value::Null], stored("k1"));
        possible.request(&begin).unwrap();
        possible.request(&turn(&[Call::new("session.key")], &["k1"], &[json!("k1")], CookieChange::None)).unwrap();
        possible.request(&turn(std::slice::from_ref(&corrupt), &[], &[Value::Null], CookieChange::None)).unwrap();
        possible.request(&whoami("k1", Some("annika"))).unwrap();
        let gone = turn(&[Call::new("auth.whoami")], &["k1"], &[Value::Null], CookieChange::Removed);
        assert_eq!(possible.request(&gone).is_ok(), explained, "{copies}");
        let other = possible.request(&whoami("k1", Some("bertram")));
        assert!(other.is_err(), "nobody becomes somebody else");
    }
}

#[test]
fn what_a_framework_hides_in_a_session_is_something_to_keep() {
    let pop = Call::new("session.pop").with("key", "a");
    // Sessions end here when they are empty, and that of the secret is not.
    for (change, explained) in [(stored("k1"), true), (CookieChange::Removed, false)] {
        let design = Design { lazy: Some(true), empty_ends: Some(true), ..Design::default() };
        let mut possible = Possible::new(design);
        let issue = turn(&[Call::new("csrf.issue")], &[], &[json!("t1")], stored("k1"));
        possible.request(&issue).unwrap();
        possible.request(&turn(&[put("a", 1)], &["k1"], &[Value::Null], stored("k1"))).unwrap();
        let popped = possible.request(&turn(std::slice::from_ref(&pop), &["k1"], &[json!(1)], change));
        assert_eq!(popped.is_ok(), explained, "{popped:?}");
    }
}

#[test]
fn the_vary_of_the_application_stays() {
    let own = Call::new("ctl.header").with("name", "Vary").with("value", "Accept-Language");
    let asked = turn(&[own, Call::new("session.items")], &[], &[Value::Null, json!({})], CookieChange::None);
    let mut possible = Possible::new(django());
    assert_eq!(possible.request(&asked).unwrap_err().code, "vary-lost");
    for vary in [vec!["accept-language", "cookie"], vec!["*"]] {
        let mut kept = asked.clone();
        kept.answer.caches.vary = vary.into_iter().map(str::to_owned).collect();
        possible.request(&kept).unwrap();
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

#[test]
fn a_key_that_is_told_while_the_session_gets_it_is_its_key() {
    let key = || Call::new("session.key");
    let mut possible = Possible::new(django());
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    let rotate = [Call::new("session.cycle_key"), key()];
    possible.request(&turn(&rotate, &["k1"], &[Value::Null, json!("k2")], stored("k2"))).unwrap();
    let delete = turn(&[Call::new("store.delete").with("key", "k2")], &[], &[json!(true)], CookieChange::None);
    possible.request(&delete).unwrap();
    let items = |items: Value, change| turn(&[Call::new("session.items")], &["k2"], &[items], change);
    let kept = possible.clone().request(&items(json!({"a": 1}), CookieChange::None));
    assert_eq!(kept.unwrap_err().code, "result");
    assert_eq!(possible.request(&items(json!({}), CookieChange::Removed)), Ok(()));
}

#[test]
fn a_session_that_gets_a_new_key_may_be_gone_under_the_old_one_at_once() {
    let mut possible = Possible::new(django());
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    possible.request(&turn(&[Call::new("session.key")], &["k1"], &[json!("k1")], CookieChange::None)).unwrap();
    let exists = || Call::new("store.exists").with("key", "k1");
    let still = |there: bool| turn(&[exists()], &[], &[json!(there)], CookieChange::None);
    assert_eq!(possible.clone().request(&still(false)).unwrap_err().code, "result");
    for there in [true, false] {
        let mut possible = possible.clone();
        let asked = [Call::new("session.cycle_key"), exists()];
        possible.request(&turn(&asked, &["k1"], &[Value::Null, json!(there)], stored("k2"))).unwrap();
        assert_eq!(possible.clone().request(&still(true)).unwrap_err().code, "result", "{there}");
        assert_eq!(possible.request(&still(false)), Ok(()));
    }
}

#[test]
fn a_damaged_record_may_lie_there_and_open_nothing() {
    let key = Call::new("session.key");
    let mut possible = Possible::new(django());
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    possible.request(&turn(&[key], &["k1"], &[json!("k1")], CookieChange::None)).unwrap();
    let store = |op: &str, result: Value| turn(&[Call::new(op).with("key", "k1")], &[], &[result], CookieChange::None);
    possible.request(&store("store.corrupt", Value::Null)).unwrap();
    possible.request(&store("store.exists", json!(true))).unwrap();
    let items = turn(&[Call::new("session.items")], &["k1"], &[json!({})], CookieChange::Removed);
    assert_eq!(possible.request(&items), Ok(()));
}

#[test]
fn a_new_key_for_no_session_begins_one_where_the_design_says_so() {
    let cycle = turn(&[Call::new("session.cycle_key")], &[], &[Value::Null], CookieChange::None);
    for (design, explained) in [(django(), false), (Design::default(), true)] {
        assert_eq!(Possible::new(design).request(&cycle).is_ok(), explained);
    }
}

#[test]
fn a_record_that_was_deleted_opens_nothing() {
    let mut possible = Possible::new(django());
    let first = [put("a", 1), Call::new("session.key")];
    possible.request(&turn(&first, &[], &[Value::Null, json!("k1")], stored("k1"))).unwrap();
    let told = turn(&[Call::new("session.key")], &["k1"], &[json!("k1")], CookieChange::None);
    possible.request(&told).unwrap();
    let delete = turn(&[Call::new("store.delete").with("key", "k1")], &[], &[json!(true)], CookieChange::None);
    possible.request(&delete).unwrap();
    let items = turn(&[Call::new("session.items")], &["k1"], &[json!({"a": 1})], CookieChange::None);
    assert_eq!(possible.request(&items).unwrap_err().code, "result");
}

#[test]
fn what_was_refused_as_forged_is_not_stored() {
    let put = Call::new("csrf.put").with("key", "a").with("value", 1);
    let mut possible = Possible::new(django());
    possible.request(&turn(&[self::put("b", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    possible.request(&turn(&[put], &["k1"], &[json!(false)], CookieChange::None)).unwrap();
    let items = turn(&[Call::new("session.items")], &["k1"], &[json!({"a": 1, "b": 1})], CookieChange::None);
    assert_eq!(possible.request(&items).unwrap_err().code, "result");
}

#[test]
fn a_form_without_its_token_stores_nothing_where_its_answer_says_nothing_either() {
    let forged = Call::new("csrf.put").with("key", "a").with("value", 1);
    let head = |call: Call, change| {
        let mut head = turn(&[call], &["k1"], &[], change);
        (head.answer.results, head.answer.bodyless) = (None, true);
        head
    };
    let items = |values: Value| turn(&[Call::new("session.items")], &["k1"], &[values], CookieChange::None);
    let mut possible = Possible::new(django());
    possible.request(&turn(&[self::put("b", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    let stores = possible.clone().request(&head(forged.clone(), stored("k1")));
    assert!(stores.is_err(), "it is saved, and nobody has seen a token");
    let mut refused = possible.clone();
    refused.request(&head(forged.clone(), CookieChange::None)).unwrap();
    assert_eq!(refused.request(&items(json!({"b": 1}))), Ok(()));
    // With a token it may have been accepted.
    possible.request(&head(forged.with("token", "told"), stored("k1"))).unwrap();
    assert_eq!(possible.request(&items(json!({"a": 1, "b": 1}))), Ok(()));
}

#[test]
fn a_session_that_was_emptied_may_end_where_the_design_is_unknown() {
    let pop = Call::new("session.pop").with("key", "a");
    for (design, explained) in [(django(), false), (Design::default(), true)] {
        let mut possible = Possible::new(design);
        possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
        let emptied = turn(std::slice::from_ref(&pop), &["k1"], &[json!(1)], CookieChange::Removed);
        assert_eq!(possible.request(&emptied).is_ok(), explained);
    }
}

#[test]
fn a_login_may_forget_what_the_session_held_where_the_design_is_unknown() {
    let items = turn(&[Call::new("session.items")], &["k2"], &[json!({})], CookieChange::None);
    for (design, explained) in [(django(), false), (Design::default(), true)] {
        let mut possible = Possible::new(design);
        possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
        possible.request(&turn(&[login("annika")], &["k1"], &[Value::Null], stored("k2"))).unwrap();
        assert_eq!(possible.request(&items).is_ok(), explained);
    }
}

#[test]
fn a_logout_may_follow_a_session_to_its_new_key() {
    for (seen, explained) in [(json!({"a": 1}), true), (json!({}), true), (json!({"b": 1}), false)] {
        let mut possible = Possible::new(django());
        possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
        let cycle = turn(&[Call::new("session.cycle_key")], &["k1"], &[Value::Null], stored("k2"));
        let flush = turn(&[Call::new("session.flush")], &["k1"], &[Value::Null], CookieChange::Removed);
        possible.together(&[cycle, flush], true).unwrap();
        let change = if seen == json!({}) { CookieChange::Removed } else { CookieChange::None };
        let items = turn(&[Call::new("session.items")], &["k2"], std::slice::from_ref(&seen), change);
        assert_eq!(possible.request(&items).is_ok(), explained, "{seen}");
    }
}

#[test]
fn an_end_may_come_before_whoever_is_saved_first() {
    let mut possible = Possible::new(django());
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    let cycle = turn(&[Call::new("session.cycle_key")], &["k1"], &[Value::Null], CookieChange::None);
    let flush = turn(&[Call::new("session.flush")], &["k1"], &[Value::Null], CookieChange::Removed);
    assert_eq!(possible.together(&[cycle, flush], true), Ok(()));
}

#[test]
fn what_changes_nothing_may_be_left_unsaved_where_the_design_is_unknown() {
    let again = turn(&[put("a", 1)], &["k1"], &[Value::Null], CookieChange::None);
    let unknown = Design { saves_unchanged: None, ..django() };
    for (design, explained) in [(django(), false), (unknown, true)] {
        let mut possible = Possible::new(design);
        possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
        assert_eq!(possible.request(&again).is_ok(), explained);
    }
    let mut possible = Possible::new(Design { saves_unchanged: None, ..django() });
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    let changed = turn(&[put("a", 2)], &["k1"], &[Value::Null], CookieChange::None);
    assert!(possible.request(&changed).is_err(), "another value is a change");
}

#[test]
fn clearing_may_leave_the_expiry_where_the_design_is_unknown() {
    let asked = Call::new("session.get_expiry");
    let told = turn(&[asked], &["k1"], &[json!({"age": 60, "at_browser_close": false})], CookieChange::None);
    let short = || CookieChange::Stored { value: b"k1".to_vec(), lifetime: Some(60) };
    let unknown = Design { clear_keeps_expiry: None, ..django() };
    for (design, explained) in [(django(), false), (unknown, true)] {
        let mut possible = Possible::new(design);
        let set = Call::new("session.set_expiry").with("to", 60);
        possible.request(&turn(&[put("a", 1), set], &[], &[Value::Null, Value::Null], short())).unwrap();
        let clear = turn(&[Call::new("session.clear"), put("b", 1)], &["k1"], &[Value::Null, Value::Null], short());
        let cleared = possible.request(&clear);
        assert_eq!(cleared.is_ok() && possible.request(&told).is_ok(), explained, "{cleared:?}");
    }
}
