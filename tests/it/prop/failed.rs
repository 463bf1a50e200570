//! The model about requests that fail: what they may have done all the same.

use hardtack::contract::{Call, Failure, FailureKind};
use hardtack::prop::model::{CookieChange, Possible, Turn};
use hardtack::prop::{Design, Deviation};
use hardtack::spec::Level;
use serde_json::{Value, json};

use super::model::{django, login, put, stored, turn, whoami};

fn tolerating(deviations: &[Deviation]) -> Design {
    Design { tolerated: deviations.iter().copied().collect(), ..django() }
}

fn no_moment() -> Call {
    Call::new("session.set_expiry").with("to", json!({"raw": "no-moment"}))
}

/// The same, answered with this status.
fn with_status(mut turn: Turn, status: u16) -> Turn {
    turn.answer.status = Some(status);
    turn.answer.results = None;
    turn
}

fn raises(key: &str, change: CookieChange) -> Turn {
    let mut turn = with_status(turn(&[Call::new("ctl.raise")], &[key], &[], change), 500);
    turn.asked.status = 500;
    turn
}

#[test]
fn a_cookie_that_opens_nothing_may_be_removed_by_a_request_that_fails() {
    for (key, explained) in [("", true), ("unknown", true), ("k1", false)] {
        let mut possible = Possible::new(django());
        possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
        let removed = possible.request(&raises(key, CookieChange::Removed));
        assert_eq!(removed.is_ok(), explained, "{key:?}: {removed:?}");
    }
}

#[test]
fn what_ends_in_a_request_whose_expiry_cannot_be_saved_may_be_gone() {
    assert!(gone_behind(&[Deviation::TextExpiryFails, Deviation::DestroyedOnError]));
    // It is a failure of its own where nobody has said so.
    assert!(!gone_behind(&[Deviation::TextExpiryFails]));
}

/// Whether a session may be gone behind a login over its user and an expiry that is no moment, which fails. It may be there
/// in any case.
fn gone_behind(tolerated: &[Deviation]) -> bool {
    let mut possible = Possible::new(tolerating(tolerated));
    possible.request(&turn(&[login("bertram")], &[], &[Value::Null], stored("k1"))).unwrap();
    let both = turn(&[login("annika"), no_moment()], &["k1"], &[Value::Null, Value::Null], CookieChange::None);
    possible.request(&with_status(both, 500)).unwrap();
    possible.clone().request(&whoami("k1", Some("bertram"))).unwrap();
    let gone = turn(&[Call::new("auth.whoami")], &["k1"], &[Value::Null], CookieChange::Removed);
    possible.request(&gone).is_ok()
}

/// A login behind an expiry that is no moment, and its error.
fn login_in_doubt() -> Turn {
    let mut turn = turn(&[no_moment(), login("annika"), put("a", 1)], &["k1"], &[], CookieChange::None);
    let error = Failure { error: FailureKind::Exception, kind: None, message: Some("no moment".to_owned()) };
    turn.answer.results = Some(vec![Ok(Value::Null), Err(error), Ok(Value::Null)]);
    turn.answer.status = Some(500);
    turn
}

#[test]
fn an_operation_on_a_session_whose_end_is_unclear_may_fail() {
    let begun = |design| {
        let mut possible = Possible::new(design);
        possible.request(&turn(&[login("bertram")], &[], &[Value::Null], stored("k1"))).unwrap();
        possible
    };
    let wrong = begun(django()).request(&login_in_doubt()).unwrap_err();
    assert_eq!((wrong.code, wrong.level), ("text-expiry-fails", Level::Should));
    begun(tolerating(&[Deviation::TextExpiryFails])).request(&login_in_doubt()).unwrap();
    // A login that failed has ended nobody's session, and what comes behind it is saved.
    let mut possible = begun(tolerating(&[Deviation::TextExpiryFails]));
    let mut saved = login_in_doubt();
    saved.asked.calls[2] = Call::new("session.set_expiry").with("to", 1000);
    (saved.answer.status, saved.answer.change, saved.answer.lines) = (Some(200), stored("k1"), 1);
    possible.request(&saved).unwrap();
    possible.request(&whoami("k1", Some("bertram"))).unwrap();
    let sessions = |names: Value| turn(&[Call::new("auth.sessions")], &["k1"], &[names], CookieChange::None);
    possible.clone().request(&sessions(json!(["one"]))).unwrap();
    assert_eq!(possible.request(&sessions(json!([]))).unwrap_err().code, "session-list");
    // Without such an expiry it is a failure.
    let mut usual = login_in_doubt();
    usual.asked.calls.remove(0);
    usual.answer.results = usual.answer.results.map(|results| results[1..].to_vec());
    usual.answer.status = Some(200);
    let wrong = begun(tolerating(&[Deviation::TextExpiryFails])).request(&usual).unwrap_err();
    assert_eq!(wrong.code, "unexpected-error");
}

#[test]
fn a_login_that_leaves_nothing_may_begin_a_session_with_or_without_a_key() {
    let clears = |key: &[&str]| turn(&[login("annika"), Call::new("session.clear")], key, &[], stored("k1"));
    for key in [&[][..], &["unknown"]] {
        let mut request = clears(key);
        request.answer.results = Some(vec![Ok(Value::Null), Ok(Value::Null)]);
        let wrong = Possible::new(django()).request(&request).unwrap_err();
        assert_eq!((wrong.code, wrong.level), ("read-begins-session", Level::Should), "{key:?}");
    }
    // Without a login nothing excuses it.
    let mut cleared = clears(&["unknown"]);
    cleared.asked.calls.remove(0);
    cleared.answer.results = Some(vec![Ok(Value::Null)]);
    assert_eq!(Possible::new(django()).request(&cleared).unwrap_err().code, "session-begun");
}

#[test]
fn a_session_that_is_over_before_it_is_saved_may_be_refused() {
    for (seconds, status, explained) in [(-60, 400, true), (-60, 500, false), (60, 400, false)] {
        let expiry = Call::new("session.set_expiry").with("to", seconds);
        let both = turn(&[expiry, login("annika")], &[], &[Value::Null, Value::Null], CookieChange::None);
        let refused = Possible::new(django()).request(&with_status(both, status));
        assert_eq!(refused.is_ok(), explained, "{seconds} {status}: {refused:?}");
    }
}

#[test]
fn a_failure_that_is_a_should_in_one_reading_is_no_must() {
    let refused = || with_status(turn(&[Call::new("session.clear")], &["k1"], &[], CookieChange::None), 400);
    let mut possible = Possible::new(django());
    possible.request(&turn(&[put("a", 1)], &[], &[Value::Null], stored("k1"))).unwrap();
    let sure = possible.clone().request(&refused()).unwrap_err();
    assert_eq!((sure.code, sure.level), ("status", Level::Must));
    possible.perhaps(hardtack::prop::model::World::forget_everything);
    let perhaps = possible.request(&refused()).unwrap_err();
    assert_eq!((perhaps.code, perhaps.level), ("dead-key-fails", Level::Should));
}
