//! The two routes, and what stands around a program.

use std::sync::Arc;

use hardtack::contract::{Description, FACTS, OPERATIONS, Program};
use hardtack::cookie::{Clock, parse_imf_fixdate};
use hardtack::reference::{EngineKind, Server};
use hardtack::wire::{Client, ConnectionUse, Limits, Listener, Request, Response};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::browser::{Browser, SERVER_SIDE, server};

async fn ask(server: &Arc<Server>, request: Request) -> Response {
    server.handle(request).await
}

#[tokio::test]
async fn every_engine_describes_itself() {
    for engine in EngineKind::ALL {
        let response = ask(&server(engine), Request::get("/_hardtack")).await;
        let description = Description::parse(&response.body).unwrap();
        assert_eq!(description.facts["engine"], json!(engine.name()));
        let cached = matches!(engine, EngineKind::Cache | EngineKind::CachedDb);
        assert_eq!(description.facts.len(), FACTS.len() - usize::from(!cached), "{engine} states every fact");
        let lacking: Vec<_> = OPERATIONS.iter().filter(|op| !description.operations.contains_key(op.name)).collect();
        assert_eq!(lacking.len(), if engine == EngineKind::SignedCookies { 5 } else { 0 }, "{engine}: {lacking:?}");
        assert_eq!(response.header("Vary"), None);
        assert_eq!(response.set_cookies().count(), 0);
    }
}

#[tokio::test]
async fn every_operation_on_offer_is_performed() {
    for engine in EngineKind::ALL {
        let server = server(engine);
        for name in server.description().operations.keys() {
            let result = Browser::new(&server).run(json!([{"op": name}])).await;
            let body = result.body();
            assert_ne!(body["results"][0]["error"], "unsupported", "{engine} {name}: {body}");
        }
    }
}

#[tokio::test]
async fn what_is_malformed_touches_nothing() {
    let server = server(EngineKind::Db);
    let mut browser = Browser::new(&server);
    browser.op(json!({"op": "session.put", "key": "a", "value": 1})).await;
    let bodies =
        ["", "[]", "{}", r#"{"program": {}}"#, r#"{"program": [{"no": "op"}]}"#, r#"{"program": [], "status": 99}"#];
    for body in bodies {
        let answer = browser.send(Request::post("/_hardtack/run", "application/json", body)).await;
        assert_eq!((answer.status(), &answer.body()["error"]), (400, &json!("invalid")), "{body}");
        assert_eq!(answer.header("Vary"), None, "{body}");
        assert!(answer.lines("sessionid").is_empty(), "{body}");
    }
    assert_eq!(browser.send(Request::get("/_hardtack/run")).await.status(), 400);
}

#[tokio::test]
async fn programs_travel_in_the_query_too() {
    let server = server(EngineKind::Db);
    let program = Program::from_json(&json!({"program": [{"op": "cookie.list"}], "status": 202})).unwrap();
    let target = program.query_target("/_hardtack").unwrap();
    let mut browser = Browser::new(&server);
    let by_get = browser.send(Request::get(&target)).await;
    assert_eq!((by_get.status(), by_get.results()), (202, vec![json!([])]));
    let client = Client::new(server.connector(), Limits::default());
    let by_head = client.send(Request::new("HEAD", &target), ConnectionUse::New).await.result.unwrap();
    assert_eq!((by_head.status, by_head.body.len()), (202, 0));
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let server = server(EngineKind::Db);
    for (method, target, status) in [
        ("PUT", "/_hardtack/run", 405),
        ("POST", "/_hardtack", 405),
        ("DELETE", "/", 405),
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/_hardtack/", 404),
        ("GET", "/elsewhere", 404),
    ] {
        assert_eq!(ask(&server, Request::new(method, target)).await.status, status, "{method} {target}");
    }
}

#[tokio::test]
async fn arguments_are_checked_before_the_framework_sees_them() {
    let mut browser = Browser::new(&server(EngineKind::Db));
    for (call, error) in [
        (json!({"op": "session.get"}), "invalid"),
        (json!({"op": "session.get", "key": 5}), "invalid"),
        (json!({"op": "session.get", "key": "a", "colour": "blue"}), "unsupported"),
        (json!({"op": "session.fly"}), "unsupported"),
        (json!({"op": "nothing"}), "unsupported"),
        (json!({"op": "session.set_expiry", "to": "soon"}), "invalid"),
        (json!({"op": "auth.login", "user": ""}), "invalid"),
        (json!({"op": "ctl.header", "name": "Set-Cookie", "value": "a=b"}), "invalid"),
        (json!({"op": "ctl.header", "name": "X-A", "value": "a\r\nX-B: c"}), "invalid"),
        (json!({"op": "ctl.wait", "url": "http://example.org/"}), "invalid"),
        (json!({"op": "session.update", "values": []}), "invalid"),
    ] {
        let answer = browser.run(json!([call, {"op": "cookie.list"}])).await;
        assert_eq!(answer.status(), 200);
        let results = answer.results();
        assert_eq!((&results[0]["error"], &results[1]), (&json!(error), &json!([])), "{call}: the program goes on");
    }
}

#[tokio::test]
async fn the_empty_program_touches_nothing() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        browser.op(json!({"op": "session.put", "key": "a", "value": 1})).await;
        let answer = browser.run(json!([])).await;
        assert_eq!((answer.results(), answer.header("Vary")), (vec![], None), "{engine}");
        assert_eq!(answer.response.set_cookies().count(), 0, "{engine}");
    }
}

#[tokio::test]
async fn a_fatal_failure_is_the_frameworks_own() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        for last in [json!({"op": "ctl.raise"}), json!({"op": "session.pop", "key": "none", "fatal": true})] {
            let put = json!({"op": "session.put", "key": "a", "value": 1});
            let answer = browser.run(json!([put, {"op": "cookie.set", "name": "n", "value": "v"}, last])).await;
            assert_eq!((answer.status(), &answer.body()["error"]), (500, &json!("exception")), "{engine}");
            assert_eq!(answer.header("Vary").as_deref(), Some("Cookie"), "{engine}");
            assert_eq!(answer.response.set_cookies().count(), 0, "{engine}");
        }
        assert_eq!(browser.op(json!({"op": "session.keys"})).await, json!([]), "{engine}: nothing was saved");
    }
}

#[tokio::test]
async fn headers_are_set_and_vary_is_merged() {
    let mut browser = Browser::new(&server(EngineKind::Db));
    for (vary, expected) in [("Accept", "Accept, Cookie"), ("*", "*"), ("accept, cookie", "accept, cookie")] {
        let header = json!({"op": "ctl.header", "name": "vary", "value": vary});
        let answer = browser.run(json!([header, {"op": "session.keys"}])).await;
        assert_eq!(answer.header("Vary").as_deref(), Some(expected));
    }
    let moved = json!([{"op": "ctl.header", "name": "Location", "value": "/x"}]);
    let answer = browser.run_with_status(moved, 302).await;
    assert_eq!((answer.status(), answer.header("Location").as_deref()), (302, Some("/x")));
    assert!(browser.run_with_status(json!([]), 204).await.response.body.is_empty());
}

#[tokio::test]
async fn caches_are_told_about_sessions() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        let set = browser.run(json!([{"op": "session.put", "key": "a", "value": 1}])).await;
        assert_eq!(set.header("Cache-Control").as_deref(), Some("no-store"), "{engine}");
        let read = browser.run(json!([{"op": "session.has", "key": "a"}])).await;
        assert_eq!(read.header("Cache-Control").as_deref(), Some("private"), "{engine}");
        let listed = browser.run(json!([{"op": "cookie.list"}])).await;
        assert_eq!((listed.header("Vary"), listed.header("Cache-Control")), (None, None), "{engine}");
    }
}

#[tokio::test]
async fn time_moves_when_asked_and_date_with_it() {
    let server = server(EngineKind::Db);
    let before = server.clock().now();
    let mut browser = Browser::new(&server);
    assert_eq!(browser.op(json!({"op": "clock.advance", "seconds": 90})).await, json!(90));
    assert_eq!(browser.op(json!({"op": "clock.advance", "seconds": 10})).await, json!(100));
    let date = browser.run(json!([])).await.response.date().map(|date| parse_imf_fixdate(date).unwrap());
    assert_eq!(date, Some(before.plus(100)));
}

#[tokio::test]
async fn a_request_that_waits_holds_nobody_up() {
    let (arrived, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inside, open) = (Arc::clone(&arrived), Arc::clone(&release));
    let gate = Listener::bind(Limits::default(), move |_| {
        let (inside, open) = (Arc::clone(&inside), Arc::clone(&open));
        async move {
            inside.notify_one();
            open.notified().await;
            Response::new(204)
        }
    });
    let gate = gate.await.unwrap();
    for engine in SERVER_SIDE {
        let server = server(engine);
        let mut alice = Browser::new(&server);
        alice.op(json!({"op": "session.put", "key": "a", "value": 1})).await;
        let mut held = alice.clone();
        let wait = json!({"op": "ctl.wait", "url": format!("{}/gate", gate.authority())});
        let waiting = tokio::spawn(async move { held.run(json!([{"op": "session.get", "key": "a"}, wait])).await });
        arrived.notified().await;
        assert_eq!(alice.op(json!({"op": "session.get", "key": "a"})).await, json!(1), "{engine}");
        release.notify_one();
        assert_eq!(waiting.await.unwrap().results(), [json!(1), json!(true)], "{engine}");
    }
    let nobody = format!("{}/gate", gate.authority());
    gate.shutdown().await;
    let released = Browser::new(&server(EngineKind::Db)).op(json!({"op": "ctl.wait", "url": nobody})).await;
    assert_eq!(released, Value::Bool(false));
}
