//! How long sessions live: what the cookie says, and what the server does.

#![allow(clippy::needless_pass_by_value, reason = "JSON reads best when it is built where it is passed")]

use hardtack::contract::Control;
use hardtack::reference::{Config, EngineKind, Server};
use serde_json::{Value, json};

use super::browser::{Browser, SERVER_SIDE, config, server};

fn expiring(to: Value) -> Value {
    json!([{"op": "session.put", "key": "a", "value": 1}, {"op": "session.set_expiry", "to": to}])
}

const GET: &str = "session.get";

async fn value(browser: &mut Browser) -> Value {
    browser.op(json!({"op": GET, "key": "a"})).await
}

#[tokio::test]
async fn the_cookie_says_what_was_asked() {
    for engine in EngineKind::ALL {
        for (to, attributes, age, at_browser_close) in [
            (json!(null), "; Max-Age=1209600;", 1_209_600, false),
            (json!(300), "; Max-Age=300;", 300, false),
            (json!({"in": 300}), "; Max-Age=300;", 300, false),
            (json!({"at": 300}), "; Max-Age=300;", 300, false),
            (json!(0), "", 1_209_600, true),
            (json!(-10), "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0;", -10, false),
        ] {
            let mut browser = Browser::new(&server(engine));
            let mut program = expiring(to.clone());
            program.as_array_mut().unwrap().push(json!({"op": "session.get_expiry"}));
            let answer = browser.run(program).await;
            let line = answer.line("sessionid");
            assert!(line.contains(attributes), "{engine} {to}: {line}");
            assert_eq!(line.contains("Max-Age"), !attributes.is_empty(), "{engine} {to}: {line}");
            assert_eq!(line.contains("Expires"), !attributes.is_empty(), "{engine} {to}: {line}");
            assert_eq!(answer.results()[2], json!({"age": age, "at_browser_close": at_browser_close}), "{engine} {to}");
        }
    }
}

#[tokio::test]
async fn the_server_keeps_its_word_without_the_browser() {
    for engine in EngineKind::ALL {
        for (to, lifetime) in [
            (json!(60), 60),
            (json!({"in": 60}), 60),
            (json!({"at": 60}), 60),
            (json!(null), 1_209_600),
            (json!(0), 1_209_600),
            (json!(1_300_000), 1_300_000),
        ] {
            let server = server(engine);
            let mut browser = Browser::new(&server);
            browser.run(expiring(to.clone())).await;
            let key = browser.session().unwrap();
            server.clock().advance(lifetime - 1);
            browser.plant(&key);
            assert_eq!(value(&mut browser).await, json!(1), "{engine} {to}: not early");
            server.clock().advance(1);
            browser.plant(&key);
            assert_eq!(value(&mut browser).await, json!(null), "{engine} {to}: over");
            assert_eq!(browser.session(), None, "{engine} {to}: the dead cookie is deleted");
            browser.plant(&key);
            browser.op(json!({"op": "session.put", "key": "b", "value": 1})).await;
            assert_ne!(browser.session(), Some(key), "{engine} {to}: its key is not taken up again");
        }
        let mut browser = Browser::new(&server(engine));
        browser.run(json!([{"op": "session.put", "key": "a", "value": 1}])).await;
        let before = browser.session().unwrap();
        browser.op(json!({"op": "session.set_expiry", "to": -10})).await;
        if engine != EngineKind::SignedCookies {
            browser.plant(&before);
        }
        assert_eq!(value(&mut browser).await, json!(null), "{engine}: negative");
    }
}

#[tokio::test]
async fn writing_extends_and_reading_does_not() {
    for engine in EngineKind::ALL {
        for (to, slides) in [(json!(60), true), (json!({"in": 60}), false)] {
            let server = server(engine);
            let mut browser = Browser::new(&server);
            browser.run(expiring(to.clone())).await;
            server.clock().advance(40);
            assert_eq!(browser.run(json!([{"op": GET, "key": "a"}])).await.lines("sessionid").len(), 0, "{engine}");
            let touched = browser.run(json!([{"op": "session.touch"}])).await.line("sessionid");
            let expected = if slides { "Max-Age=60;" } else { "Max-Age=20;" };
            assert!(touched.contains(expected), "{engine} {to}: {touched}");
            let key = browser.session().unwrap();
            server.clock().advance(40);
            browser.plant(&key);
            assert_eq!(value(&mut browser).await, if slides { json!(1) } else { json!(null) }, "{engine} {to}");
        }
    }
}

#[tokio::test]
async fn null_goes_back_to_the_default() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        browser.run(expiring(json!(300))).await;
        let line = browser.run(json!([{"op": "session.set_expiry", "to": null}])).await.line("sessionid");
        assert!(line.contains("Max-Age=1209600;"), "{engine}: {line}");
        let refused = browser.op(json!({"op": "session.set_expiry", "to": {"raw": "60"}})).await;
        assert_eq!(refused["error"], "invalid", "{engine}");
    }
}

#[tokio::test]
async fn settings_change_the_default() {
    for engine in EngineKind::ALL {
        let settings =
            Config { default_lifetime: 100, expire_at_browser_close: true, save_every_request: true, ..config(engine) };
        let server = Server::new(settings).unwrap();
        let mut browser = Browser::new(&server);
        assert_eq!(browser.run(json!([])).await.response.set_cookies().count(), 0, "{engine}: nothing to save");
        let line = browser.run(json!([{"op": "session.put", "key": "a", "value": 1}])).await.line("sessionid");
        assert!(!line.contains("Max-Age"), "{engine}: {line}");
        server.clock().advance(60);
        let again = browser.run(json!([])).await;
        assert_eq!((again.lines("sessionid").len(), again.header("Vary").as_deref()), (1, Some("Cookie")), "{engine}");
        server.clock().advance(60);
        assert_eq!(value(&mut browser).await, json!(1), "{engine}: every request extends");
        let overridden = browser.run(json!([{"op": "session.set_expiry", "to": 60}])).await.line("sessionid");
        assert!(overridden.contains("Max-Age=60;"), "{engine}: {overridden}");
    }
}

#[tokio::test]
async fn sweeping_removes_what_has_expired() {
    for engine in [EngineKind::Db, EngineKind::File, EngineKind::CachedDb] {
        let server = server(engine);
        for to in [json!(-10), json!(30), json!(null)] {
            Browser::new(&server).run(expiring(to)).await;
        }
        server.clock().advance(31);
        let mut browser = Browser::new(&server);
        assert_eq!(browser.op(json!({"op": "store.count"})).await, json!(3), "{engine}: nothing goes by itself");
        browser.op(json!({"op": "store.clear_expired"})).await;
        assert_eq!(browser.op(json!({"op": "store.count"})).await, json!(1), "{engine}");
    }
}

#[tokio::test]
async fn durable_stores_survive_a_restart() {
    for engine in SERVER_SIDE {
        let server = server(engine);
        let mut browser = Browser::new(&server);
        browser.run(expiring(json!(60))).await;
        server.control(Control::RestartServer).await.unwrap();
        let kept = engine != EngineKind::Cache;
        assert_eq!(value(&mut browser).await, if kept { json!(1) } else { json!(null) }, "{engine}");
    }
}
