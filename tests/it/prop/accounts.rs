//! The model and accounts: who is logged in, and whose sessions end.

use hardtack::contract::Call;
use hardtack::prop::Design;
use hardtack::prop::model::{Answer, Asked, CookieChange, Possible, Turn};
use serde_json::{Value, json};

use super::model::{django, login, put, refused, stored, turn, whoami};

#[test]
fn a_changed_password_may_end_sessions_at_once_where_the_design_is_unknown() {
    let change = Call::new("auth.change_password").with("user", "annika");
    // Nobody asks for the user: only a session that ended at once shows nothing.
    let items = turn(&[Call::new("session.items")], &["k1"], &[json!({})], CookieChange::Removed);
    for (design, explained) in [(django(), false), (Design::default(), true)] {
        let mut possible = Possible::new(design);
        let begin = turn(&[login("annika"), put("a", 1)], &[], &[Value::Null, Value::Null], stored("k1"));
        possible.request(&begin).unwrap();
        possible.request(&turn(std::slice::from_ref(&change), &[], &[Value::Null], CookieChange::None)).unwrap();
        assert_eq!(possible.request(&items).is_ok(), explained);
    }
}

#[test]
fn a_password_that_was_changed_in_a_failed_request_may_be_the_old_one_again() {
    let change = Call::new("auth.change_password").with("keep_session", true);
    let failed = turn(&[change], &["k1"], &[], CookieChange::None);
    let asked = Asked { status: 500, ..failed.asked };
    let failed = Turn { asked, answer: Answer { status: Some(500), results: None, ..failed.answer }, ..failed };
    let anonymous = |change| turn(&[Call::new("auth.whoami")], &["k1"], &[Value::Null], change);
    let unknown = || Design { save_on_error: Some(false), ..Design::default() };
    for (design, look, explained) in [
        (django(), whoami("k1", Some("annika")), true),
        (django(), anonymous(CookieChange::Removed), true),
        // Django ends a session as a whole whose login is over; others may forget the user alone.
        (django(), anonymous(CookieChange::None), false),
        (unknown(), anonymous(stored("k1")), true),
        (django(), whoami("k1", Some("bertram")), false),
    ] {
        let mut possible = Possible::new(design);
        let begin = turn(&[login("annika"), put("a", 1)], &[], &[Value::Null, Value::Null], stored("k1"));
        possible.request(&begin).unwrap();
        possible.request(&failed).unwrap();
        assert_eq!(possible.request(&look).is_ok(), explained, "{look:?}");
    }
}

/// Two browsers of one user.
fn two_devices() -> Possible {
    let mut possible = Possible::new(django());
    for key in ["phone", "laptop"] {
        possible.request(&turn(&[login("annika")], &[], &[Value::Null], stored(key))).unwrap();
    }
    possible
}

#[test]
fn who_ends_the_other_sessions_keeps_this_one() {
    let mut possible = two_devices();
    let end = turn(&[Call::new("auth.end_others")], &["laptop"], &[Value::Null], CookieChange::None);
    possible.request(&end).unwrap();
    let mut ended = possible.clone();
    possible.request(&whoami("laptop", Some("annika"))).unwrap();
    assert_eq!(possible.request(&whoami("phone", Some("annika"))).unwrap_err().code, "result");
    assert_eq!(ended.request(&whoami("laptop", None)).unwrap_err().code, "result");
}

#[test]
fn the_list_of_sessions_misses_none_and_tells_no_key() {
    let list = |names: Value| turn(&[Call::new("auth.sessions")], &["laptop"], &[names], CookieChange::None);
    assert_eq!(two_devices().request(&list(json!(["one", "two"]))), Ok(()));
    for (names, code) in [
        (json!(["one"]), "session-list"),
        (json!(["one", "one"]), "session-list"),
        (json!(["one", "two", "three"]), "session-list"),
        (json!(["phone", "two"]), "session-list-tells-key"),
    ] {
        assert_eq!(two_devices().request(&list(names)).unwrap_err().code, code);
    }
}

#[test]
fn nobody_logs_in_to_a_closed_account() {
    let mut possible = two_devices();
    let close = turn(&[Call::new("auth.disable").with("user", "annika")], &[], &[Value::Null], CookieChange::None);
    possible.request(&close).unwrap();
    let again = turn(&[login("annika")], &[], &[Value::Null], stored("k3"));
    assert_eq!(possible.request(&again).unwrap_err().code, "error");
    assert_eq!(possible.request(&whoami("phone", Some("annika"))).unwrap_err().code, "result");
}

#[test]
fn a_restart_may_open_a_closed_account_again() {
    let close = turn(&[Call::new("auth.disable").with("user", "annika")], &[], &[Value::Null], CookieChange::None);
    let again = turn(&[login("annika")], &[], &[Value::Null], stored("k3"));
    let mut possible = two_devices();
    possible.request(&close).unwrap();
    possible.perhaps(|world| world.accounts.reopen());
    let mut closed = again.clone();
    closed.answer.results = Some(vec![refused()]);
    closed.answer.change = CookieChange::None;
    assert_eq!(possible.clone().request(&closed), Ok(()), "it may stay closed");
    assert_eq!(possible.request(&again), Ok(()), "it may be open");
}

#[test]
fn a_login_that_is_not_saved_is_in_no_list() {
    let mut possible = two_devices();
    let mut failed = turn(&[login("annika")], &[], &[Value::Null], CookieChange::None);
    (failed.asked.status, failed.answer.status) = (500, Some(500));
    possible.request(&failed).unwrap();
    let three = json!(["one", "two", "three"]);
    let list = turn(&[Call::new("auth.sessions")], &["laptop"], &[three], CookieChange::None);
    assert_eq!(possible.request(&list).unwrap_err().code, "session-list");
}

#[test]
fn a_logout_that_is_not_saved_ends_no_session() {
    let mut possible = Possible::new(Design { in_cookie: true, ..django() });
    possible.request(&turn(&[login("annika")], &[], &[Value::Null], stored("v1"))).unwrap();
    // The cookie would be too large.
    let large = Call::new("session.put").with("key", "a").with("value", "x".repeat(3600));
    let mut failed = turn(&[Call::new("auth.logout"), large], &["v1"], &[], CookieChange::None);
    (failed.answer.status, failed.answer.results) = (Some(500), None);
    possible.request(&failed).unwrap();
    let list = turn(&[Call::new("auth.sessions")], &["v1"], &[json!(["one"])], CookieChange::None);
    assert_eq!(possible.request(&list), Ok(()));
}

#[test]
fn an_older_copy_of_a_cookie_may_be_in_no_list_once_a_newer_one_is_over() {
    for (copied, explained) in [(true, true), (false, false)] {
        let mut possible = Possible::new(Design { in_cookie: true, ..django() });
        possible.request(&turn(&[login("annika")], &[], &[Value::Null], stored("v1"))).unwrap();
        if copied {
            let expiry = Call::new("session.set_expiry").with("to", 60);
            let shorter = CookieChange::Stored { value: b"v2".to_vec(), lifetime: Some(60) };
            possible.request(&turn(&[expiry], &["v1"], &[Value::Null], shorter)).unwrap();
        }
        let mut list = turn(&[Call::new("auth.sessions")], &["v1"], &[json!([])], CookieChange::None);
        list.answer.at = list.answer.at.plus(400);
        let listed = possible.request(&list);
        assert_eq!(listed.is_ok(), explained, "{listed:?}");
    }
}

#[test]
fn a_login_over_another_user_may_begin_a_session_that_holds_nothing() {
    let emptied = [login("bertram"), Call::new("session.clear")];
    for change in [stored("k2"), CookieChange::Removed] {
        let mut possible = Possible::new(django());
        possible.request(&turn(&[login("annika")], &[], &[Value::Null], stored("k1"))).unwrap();
        let key = if change == CookieChange::Removed { vec![] } else { vec!["k2"] };
        possible.request(&turn(&emptied, &["k1"], &[Value::Null, Value::Null], change)).unwrap();
        let whoami = |user: Value| turn(&[Call::new("auth.whoami")], &key, &[user], CookieChange::None);
        assert_eq!(possible.clone().request(&whoami(Value::Null)), Ok(()));
        assert_eq!(possible.request(&whoami(json!("bertram"))).unwrap_err().code, "result");
    }
}

#[test]
fn what_ends_behind_a_login_leaves_no_session() {
    let ended = [login("bertram"), Call::new("session.flush")];
    let mut possible = Possible::new(django());
    possible.request(&turn(&[login("annika")], &[], &[Value::Null], stored("k1"))).unwrap();
    let kept = possible.clone().request(&turn(&ended, &["k1"], &[Value::Null, Value::Null], stored("k2")));
    assert_eq!(kept.unwrap_err().code, "session-cookie");
    let removed = turn(&ended, &["k1"], &[Value::Null, Value::Null], CookieChange::Removed);
    assert_eq!(possible.request(&removed), Ok(()));
}

#[test]
fn a_login_that_is_ended_while_it_is_under_way_may_leave_nothing() {
    let disable = Call::new("auth.disable").with("user", "annika");
    let begins = |change| turn(&[login("annika")], &[], &[Value::Null], change);
    let ends = turn(&[disable], &[], &[Value::Null], CookieChange::None);
    for change in [CookieChange::None, stored("k1")] {
        let mut possible = Possible::new(django());
        possible.together(&[begins(change), ends.clone()], true).unwrap();
        assert_eq!(possible.request(&whoami("k1", Some("annika"))).unwrap_err().code, "result");
    }
    let mut refused = begins(CookieChange::None);
    (refused.answer.status, refused.answer.results) = (Some(400), None);
    assert_eq!(Possible::new(django()).together(&[refused.clone(), ends], true), Ok(()));
    assert!(Possible::new(django()).request(&refused).is_err(), "nobody has ended it");
}

#[test]
fn browsers_keep_no_answer_that_changes_the_session() {
    let logout = Call::new("auth.logout");
    let mut asked = turn(&[logout], &["phone"], &[Value::Null], CookieChange::Removed);
    (asked.asked.cacheable, asked.answer.caches.kept) = (true, true);
    assert_eq!(two_devices().request(&asked).unwrap_err().code, "kept-answer");
    let mut posted = asked.clone();
    posted.asked.cacheable = false;
    assert_eq!(two_devices().request(&posted), Ok(()), "nobody keeps the answer to a POST");
    asked.answer.caches.kept = false;
    assert_eq!(two_devices().request(&asked), Ok(()));
}

#[test]
fn a_request_may_be_ended_from_outside_though_it_has_forgotten_its_user() {
    let end = [Call::new("session.clear"), Call::new("auth.end_all").with("user", "annika")];
    let again = [login("annika"), Call::new("session.clear")];
    for ends_at_once in [Some(true), None] {
        let mut possible = Possible::new(Design { ends_at_once, ..django() });
        possible.request(&turn(&[login("annika")], &[], &[Value::Null], stored("k1"))).unwrap();
        possible.request(&turn(&end, &["k1"], &[Value::Null, Value::Null], stored("k1"))).unwrap();
        // The record may have been deleted for its user, or be there without.
        let dead = turn(&again, &["k1"], &[Value::Null, Value::Null], CookieChange::Removed);
        assert_eq!(possible.request(&dead), Ok(()), "{ends_at_once:?}");
    }
}

#[test]
fn who_comes_too_late_for_a_session_may_begin_another_one_that_holds_nothing_of_it() {
    let (touch, logout) = (Call::new("session.touch"), Call::new("auth.logout"));
    let late = turn(&[touch], &["k1"], &[Value::Null], stored("k2"));
    let ends = turn(&[logout], &["k1"], &[Value::Null], CookieChange::Removed);
    let items = |values: Value| turn(&[Call::new("session.items")], &["k2"], &[values], CookieChange::None);
    let mut possible = Possible::new(django());
    let begin = [login("annika"), put("a", 1)];
    possible.request(&turn(&begin, &[], &[Value::Null, Value::Null], stored("k1"))).unwrap();
    possible.together(&[late, ends], true).unwrap();
    assert_eq!(possible.clone().request(&whoami("k2", Some("annika"))).unwrap_err().code, "result");
    assert_eq!(possible.clone().request(&items(json!({"a": 1}))).unwrap_err().code, "result");
    assert_eq!(possible.clone().request(&items(json!({}))), Ok(()));
    let write = turn(&[put("b", 1)], &["k2"], &[Value::Null], stored("k2"));
    assert_eq!(possible.request(&write), Ok(()), "the server gave the key out");
}
