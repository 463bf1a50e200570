//! Results, errors, fields and answers that never come.

use hardtack::judge::{Saved, saved_value};
use hardtack::spec::{CookieField, Effect, Expect, JarExpect, Matcher, ResultExpect, SavePath, Test};
use hardtack::wire::{Client, ConnectionUse, Limits, Request, Response, in_memory};
use serde_json::{Value, json};

use super::seen::{Browser, broken, effect, is, judged, setting};

fn results(body: &Value) -> Response {
    Response::json(200, &json!({"results": body}))
}

fn result(field: &str, matcher: Matcher) -> Expect {
    Expect { result: [(field.to_owned(), matcher)].into(), ..Expect::default() }
}

#[tokio::test]
async fn results_go_by_the_names_of_the_contract() {
    let mut browser = Browser::new();
    let value = browser.sees(&["session.get"], results(&json!([{"ok": "blue"}]))).await;
    assert!(broken(&result("value", is("blue")), &value).is_empty());
    assert_eq!(broken(&result("value", is("red")), &value), ["result"]);
    let members =
        browser.sees(&["session.get_expiry"], results(&json!([{"ok": {"age": 5, "at_browser_close": false}}]))).await;
    assert!(broken(&result("age", is(5)), &members).is_empty());
    let several = browser.sees(&["session.put", "auth.whoami"], results(&json!([{"ok": null}, {"ok": "bob"}]))).await;
    let expect = Expect {
        results: vec![None, Some(ResultExpect { result: [("user".to_owned(), is("bob"))].into(), error: None })],
        ..Expect::default()
    };
    assert!(broken(&expect, &several).is_empty());
    assert_eq!(saved_value(&SavePath::ResultOf(1, "user".into()), &several), json!("bob"));
}

#[tokio::test]
async fn names_of_the_framework_are_left_out() {
    let mut browser = Browser::new();
    let keys = browser.sees(&["session.keys"], results(&json!([{"ok": ["a", "_session_expiry"]}]))).await;
    assert_eq!(saved_value(&SavePath::Result("keys".into()), &keys), json!(["a"]));
    let items = browser.sees(&["session.items"], results(&json!([{"ok": {"_auth_user_id": "1", "a": 1}}]))).await;
    assert_eq!(saved_value(&SavePath::Result("items".into()), &items), json!({"a": 1}));
    let value = browser.sees(&["session.get"], results(&json!([{"ok": ["_kept"]}]))).await;
    assert_eq!(saved_value(&SavePath::Result("value".into()), &value), json!(["_kept"]));
}

#[tokio::test]
async fn a_refusal_is_an_observation() {
    let body = json!([{"error": "invalid", "kind": "ValueError", "message": "can't"}]);
    let seen = Browser::new().sees(&["cookie.set"], results(&body)).await;
    let error = |matcher| Expect { error: Some(matcher), ..Expect::default() };
    assert!(broken(&error(is("invalid")), &seen).is_empty());
    let unexpected = judged(&error(is(Value::Null)), &seen);
    assert_eq!(unexpected[0].actual, "error invalid, ValueError, can't");
    assert_eq!(saved_value(&SavePath::ErrorKind, &seen), json!("ValueError"));
    assert_eq!(saved_value(&SavePath::SetCookie("probe".into(), CookieField::Lifetime), &seen), Value::Null);
    let absent = result("value", Matcher::of(Test::Present(false)));
    let get = Browser::new().sees(&["session.get"], results(&body)).await;
    assert_eq!(broken(&absent, &get), ["result"], "a failed operation has no result, not even none");
}

#[tokio::test]
async fn fields_are_joined() {
    let answer = Response::new(200).with_header("Vary", "Accept").with_header("vary", "Cookie");
    let seen = Browser::new().sees(&[], answer).await;
    let expect = Expect { header: [("vary".to_owned(), is("Accept, Cookie"))].into(), ..Expect::default() };
    assert!(broken(&expect, &seen).is_empty());
    let absent = Expect { header: [("age".to_owned(), is(Value::Null))].into(), ..Expect::default() };
    assert!(broken(&absent, &seen).is_empty());
}

#[tokio::test]
async fn an_answer_without_body_is_judged_on_its_head() {
    let answer = Response::new(204).with_header("Set-Cookie", "probe=1");
    let seen = Browser::new().sees(&["session.get"], answer).await;
    let expect = Expect { status: Some(is(204)), ..result("value", is("x")) };
    let judged = judged(&expect, &seen);
    assert_eq!(judged.len(), 1);
    assert!(judged[0].held);
}

#[tokio::test]
async fn a_body_that_is_no_reply_says_so() {
    let seen = Browser::new().sees(&["session.get"], Response::text(500, "Server Error")).await;
    let judged = judged(&result("value", is("x")), &seen);
    assert!(judged[0].actual.starts_with("no result: status 500, and the answer is not JSON"), "{}", judged[0].actual);
}

#[tokio::test]
async fn without_an_answer_everything_about_it_is_broken() {
    let limits = Limits { body_octets: 10, first_byte: std::time::Duration::from_millis(20), ..Limits::default() };
    let silent = in_memory(Limits::default(), |_| std::future::pending::<Response>());
    let exchange = Client::new(silent, limits).send(Request::get("/"), ConnectionUse::New).await;
    let mut browser = Browser::holding(&["kept=1; Path=/"]);
    let seen = browser.takes(&["session.get"], exchange);
    let expect = Expect {
        status: Some(Matcher::of(Test::Present(false))),
        jar: [("kept".to_owned(), JarExpect::Holds)].into(),
        ..effect("probe", Effect::Stored)
    };
    let judged = judged(&expect, &seen);
    let shown: Vec<_> = judged.iter().map(|one| (one.code.as_str(), one.held)).collect();
    assert_eq!(shown, [("no-answer", false), ("no-answer", false), ("jar", true)]);
    assert!(judged[0].actual.contains("time limit"), "{}", judged[0].actual);
}

#[tokio::test]
async fn cookies_are_saved_by_field() {
    let seen = Browser::new().sees(&[], setting(&["sid=k1; Max-Age=60; Path=/", "probe=1"])).await;
    let save = |name: &str, field| saved_value(&SavePath::SetCookie(name.to_owned(), field), &seen);
    let saved: Saved = [
        ("key", save("session", CookieField::Value)),
        ("lifetime", save("session", CookieField::Lifetime)),
        ("effect", save("probe", CookieField::Effect)),
        ("missing", save("nothing", CookieField::Value)),
        ("jar", saved_value(&SavePath::Jar("session".into()), &seen)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let expected = json!({"key": "k1", "lifetime": 60, "effect": "stored_until_close", "missing": null, "jar": "k1"});
    assert_eq!(json!(saved), expected);
}

#[tokio::test]
async fn a_key_in_a_body_tells_nothing_where_it_was_asked_for_or_given() {
    let answer = Response::json(200, &json!({"results": [{"ok": "k1k1k1k1k1k1"}]}));
    let expect = Expect { seen: [("key_in_body".to_owned(), is(false))].into(), ..Expect::default() };
    for (operation, tells) in [("session.get", true), ("session.key", false), ("store.corrupt", false)] {
        let answer = answer.clone().with_header("Set-Cookie", "sid=k1k1k1k1k1k1");
        let seen = Browser::new().sees(&[operation], answer).await;
        let told = broken(&expect, &seen);
        assert_eq!(!told.is_empty(), tells, "{operation}: {told:?}");
    }
}
