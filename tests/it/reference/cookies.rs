//! Cookies that the application sets, deletes and reads.

#![allow(clippy::needless_pass_by_value, reason = "JSON reads best when it is built where it is passed")]

use hardtack::cookie::{GrammarProfile, check_grammar};
use hardtack::reference::EngineKind;
use hardtack::wire::Request;
use serde_json::{Value, json};

use super::browser::{Browser, server};

fn set(arguments: Value) -> Value {
    call("cookie.set", &json!({"name": "c", "value": "v"}), arguments)
}

fn delete(arguments: Value) -> Value {
    call("cookie.delete", &json!({"name": "c"}), arguments)
}

fn call(op: &str, defaults: &Value, arguments: Value) -> Value {
    let mut call = defaults.clone();
    call["op"] = json!(op);
    for (name, value) in arguments.as_object().unwrap() {
        call[name] = value.clone();
    }
    call
}

/// The line that a call writes, or `None` when it is refused.
async fn line(call: Value) -> Option<String> {
    let answer = Browser::new(&server(EngineKind::Db)).run(json!([call])).await;
    let refused = answer.results()[0]["error"] == "invalid";
    let mut lines: Vec<_> =
        answer.response.set_cookies().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    assert_eq!(lines.len(), usize::from(!refused), "{}", answer.body());
    for line in &lines {
        assert_eq!(check_grammar(line.as_bytes(), GrammarProfile::default()), [], "{line}");
    }
    lines.pop()
}

#[tokio::test]
async fn lines_say_what_was_asked() {
    // The clock of these tests stands at Fri, 15 Jan 2027 08:00:00 GMT.
    for (arguments, expected) in [
        (json!({}), "c=v; Path=/"),
        (json!({"value": ""}), "c=; Path=/"),
        (json!({"max_age": 60}), "c=v; Expires=Fri, 15 Jan 2027 08:01:00 GMT; Max-Age=60; Path=/"),
        (json!({"max_age": {"in": 60.9}}), "c=v; Expires=Fri, 15 Jan 2027 08:01:00 GMT; Max-Age=60; Path=/"),
        (json!({"max_age": null}), "c=v; Path=/"),
        (json!({"max_age": 0}), "c=v; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"),
        (json!({"max_age": -5}), "c=v; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"),
        (json!({"expires": {"at": 60}}), "c=v; Expires=Fri, 15 Jan 2027 08:01:00 GMT; Max-Age=60; Path=/"),
        (json!({"expires": {"at": -60}}), "c=v; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"),
        (
            json!({"expires": {"raw": "friday, 15-jan-27 08:01:00 UTC"}}),
            "c=v; Expires=Fri, 15 Jan 2027 08:01:00 GMT; Max-Age=60; Path=/",
        ),
        // The tutorial's rule: the date decides, and both attributes name its moment.
        (
            json!({"expires": {"at": 60}, "max_age": 5}),
            "c=v; Expires=Fri, 15 Jan 2027 08:01:00 GMT; Max-Age=60; Path=/",
        ),
        (json!({"path": "/a"}), "c=v; Path=/a"),
        (json!({"path": null}), "c=v"),
        (json!({"path": ""}), "c=v"),
        (json!({"domain": "example.test"}), "c=v; Domain=example.test; Path=/"),
        (json!({"domain": ".example.test"}), "c=v; Domain=example.test; Path=/"),
        (json!({"domain": null}), "c=v; Path=/"),
        (
            json!({"secure": true, "http_only": true, "same_site": "strict", "partitioned": true}),
            "c=v; Path=/; Secure; HttpOnly; SameSite=Strict; Partitioned",
        ),
        (json!({"same_site": "NONE", "secure": true}), "c=v; Path=/; Secure; SameSite=None"),
        (json!({"same_site": null}), "c=v; Path=/"),
        (json!({"name": "__Host-c", "secure": true}), "__Host-c=v; Path=/; Secure"),
        (json!({"name": "__Secure-c", "secure": true, "path": "/a"}), "__Secure-c=v; Path=/a; Secure"),
        (json!({"value": "a b;c,\"d\\%é\r\n"}), "c=a%20b%3Bc%2C%22d%5C%25%C3%A9%0D%0A; Path=/"),
    ] {
        assert_eq!(line(set(arguments.clone())).await.as_deref(), Some(expected), "{arguments}");
    }
}

#[tokio::test]
async fn what_browsers_would_drop_is_refused() {
    for arguments in [
        json!({"name": ""}),
        json!({"name": "a b"}),
        json!({"name": "a;b"}),
        json!({"name": "a=b"}),
        json!({"name": "é"}),
        json!({"max_age": {"at": 60}}),
        json!({"max_age": {"raw": "60"}}),
        json!({"expires": {"raw": "tomorrow"}}),
        json!({"expires": 60}),
        json!({"path": "a"}),
        json!({"path": "/; HttpOnly"}),
        json!({"path": "/\r\nX: y"}),
        json!({"path": format!("/{}", "x".repeat(1024))}),
        json!({"domain": "a b"}),
        json!({"domain": "example.test; Secure"}),
        json!({"domain": "example..test"}),
        json!({"domain": "example.test:80"}),
        json!({"same_site": "Sometimes"}),
        json!({"same_site": "None"}),
        json!({"partitioned": true}),
        json!({"value": "x".repeat(4096)}),
        json!({"name": "__Secure-c"}),
        json!({"name": "__host-c", "secure": true, "path": "/a"}),
        json!({"name": "__Host-c", "secure": true, "domain": "localhost"}),
        json!({"name": "__Http-c", "secure": true}),
    ] {
        assert_eq!(line(set(arguments.clone())).await, None, "{arguments}");
    }
    assert!(line(set(json!({"value": "x".repeat(4095)}))).await.is_some(), "4096 octets fit");
}

#[tokio::test]
async fn deletions_delete_in_the_scope_that_was_asked() {
    const OVER: &str = "=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0;";
    for (arguments, expected) in [
        (json!({}), "c{} Path=/"),
        (json!({"path": "/a", "domain": "example.test"}), "c{} Domain=example.test; Path=/a"),
        (json!({"same_site": "None"}), "c{} Path=/; Secure; SameSite=None"),
        (json!({"same_site": "Lax", "http_only": true}), "c{} Path=/; HttpOnly; SameSite=Lax"),
        (json!({"name": "__Secure-c", "path": "/a"}), "__Secure-c{} Path=/a; Secure"),
        (json!({"name": "__Host-c"}), "__Host-c{} Path=/; Secure"),
        (json!({"name": "__Http-c"}), "__Http-c{} Path=/; Secure; HttpOnly"),
        (json!({"partitioned": true}), "c{} Path=/; Secure; Partitioned"),
    ] {
        assert_eq!(line(delete(arguments.clone())).await, Some(expected.replace("{}", OVER)), "{arguments}");
    }
    assert_eq!(line(delete(json!({"name": "__Host-c", "path": "/a"}))).await, None);
}

#[tokio::test]
async fn the_later_call_for_a_name_counts_entirely() {
    let mut browser = Browser::new(&server(EngineKind::Db));
    let first = set(json!({"max_age": 60, "http_only": true}));
    let answer = browser.run(json!([first, set(json!({"value": "w"}))])).await;
    assert_eq!(answer.line("c"), "c=w; Path=/");
    let answer = browser.run(json!([delete(json!({})), set(json!({"value": "x"}))])).await;
    assert_eq!((answer.line("c").as_str(), browser.cookie("c").as_deref()), ("c=x; Path=/", Some("x")));
    browser.run(json!([set(json!({"max_age": 60})), delete(json!({}))])).await;
    assert_eq!(browser.cookie("c"), None);
}

#[tokio::test]
async fn lifetimes_agree_with_the_date_of_the_answer() {
    let mut browser = Browser::new(&server(EngineKind::Db));
    let later = json!({"op": "clock.advance", "seconds": 7});
    let relative = browser.run(json!([set(json!({"max_age": 60})), later])).await;
    assert_eq!(relative.header("Date").as_deref(), Some("Fri, 15 Jan 2027 08:00:07 GMT"));
    assert_eq!(relative.line("c"), "c=v; Expires=Fri, 15 Jan 2027 08:01:07 GMT; Max-Age=60; Path=/");
    let absolute = browser.run(json!([set(json!({"expires": {"at": 60}})), later])).await;
    assert_eq!(absolute.line("c"), "c=v; Expires=Fri, 15 Jan 2027 08:01:07 GMT; Max-Age=53; Path=/");
}

#[tokio::test]
async fn values_come_back() {
    let mut browser = Browser::new(&server(EngineKind::Db));
    for value in ["plain", "", "two words", "a;b,c=\"d\"\\", "100%25", "饼干\r\n", "a=b=="] {
        browser.op(set(json!({"value": value}))).await;
        assert_eq!(browser.op(json!({"op": "cookie.list"})).await, json!([["c", value]]));
    }
}

#[tokio::test]
async fn error_statuses_keep_cookies() {
    for status in [302, 404, 500, 503] {
        let mut browser = Browser::new(&server(EngineKind::Db));
        browser.run_with_status(json!([set(json!({}))]), status).await;
        assert_eq!(browser.cookie("c").as_deref(), Some("v"), "{status}");
    }
}

#[tokio::test]
async fn every_field_and_pair_is_listed() {
    let server = server(EngineKind::Db);
    let program = json!({"program": [{"op": "cookie.list"}]});
    let mut request = Request::post_json("/_hardtack/run", &program);
    for field in [&b"a=1; a=2;; foo; =x"[..], b"b=\"y; c=z\"; %41=%42; \xff=\xff"] {
        request = request.with_header("Cookie", field);
    }
    let body: Value = serde_json::from_slice(&server.handle(request).await.body).unwrap();
    let (nameless, octet) = ("", json!({"b64": "/w=="}));
    assert_eq!(
        body["results"][0]["ok"],
        json!([
            ["a", "1"],
            ["a", "2"],
            [nameless, "foo"],
            [nameless, "x"],
            ["b", "\"y"],
            ["c", "z\""],
            ["%41", "B"],
            [octet, octet]
        ])
    );
}

#[tokio::test]
async fn signed_values_are_believed_only_as_they_were_signed() {
    let signed = |arguments: Value| call("cookie.set_signed", &json!({"name": "vote", "value": "blue: 饼"}), arguments);
    let read = |arguments: Value| call("cookie.get_signed", &json!({"name": "vote"}), arguments);
    let server = server(EngineKind::Db);
    let mut browser = Browser::new(&server);
    assert_eq!(browser.op(read(json!({}))).await["error"], "missing");
    browser.op(signed(json!({"salt": "c", "max_age": 600}))).await;
    assert_eq!(browser.op(read(json!({"salt": "c"}))).await, json!("blue: 饼"));
    for salt in [json!({}), json!({"salt": "d"})] {
        assert_eq!(browser.op(read(salt)).await["error"], "invalid");
    }
    server.clock().advance(60);
    assert_eq!(browser.op(read(json!({"salt": "c", "max_age": 60}))).await, json!("blue: 饼"));
    assert_eq!(browser.op(read(json!({"salt": "c", "max_age": 59}))).await["error"], "invalid");
    let value = browser.cookie("vote").unwrap();
    for tampered in [format!("x{value}"), format!("{value}x"), value[..value.len() - 1].to_owned(), "blue".to_owned()] {
        browser.op(set(json!({"name": "vote", "value": tampered}))).await;
        assert_eq!(browser.op(read(json!({"salt": "c"}))).await["error"], "invalid", "{tampered}");
    }
}
