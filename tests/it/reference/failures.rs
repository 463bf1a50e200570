//! What happens when requests fail, cross each other, or lose their stores.

use std::sync::Arc;

use hardtack::contract::{Control, ServiceRole};
use hardtack::reference::{Config, ControlError, EngineKind, Server, StorePlace};
use hardtack::wire::{Limits, Listener, Request, Response};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::browser::{Answer, Browser, SERVER_SIDE, config, server};

fn put(key: &str, value: i64) -> Value {
    json!({"op": "session.put", "key": key, "value": value})
}

fn get(key: &str) -> Value {
    json!({"op": "session.get", "key": key})
}

const STOP_CACHE: Control = Control::Stop(ServiceRole::Cache);
const START_CACHE: Control = Control::Start(ServiceRole::Cache);
const FLUSH_CACHE: Control = Control::Flush(ServiceRole::Cache);

#[tokio::test]
async fn a_failed_request_changes_nothing_of_the_session() {
    for engine in EngineKind::ALL {
        for op in ["auth.login", "auth.logout", "session.flush", "session.clear", "session.cycle_key", "session.touch"]
        {
            for status in [500, 503] {
                let mut browser = Browser::new(&server(engine));
                browser.op(put("a", 1)).await;
                let key = browser.session();
                let mut call = json!({"op": op});
                if op == "auth.login" {
                    call["user"] = json!("alice");
                }
                let failed = browser.run_with_status(json!([put("a", 2), call]), status).await;
                assert_eq!(failed.status(), status, "{engine} {op}");
                assert_eq!((failed.lines("sessionid").len(), browser.session()), (0, key), "{engine} {op}");
                assert_eq!(failed.header("Vary").as_deref(), Some("Cookie"), "{engine} {op}");
                assert_eq!(browser.op(get("a")).await, json!(1), "{engine} {op}");
            }
        }
        for status in [201, 302, 404, 499] {
            let mut browser = Browser::new(&server(engine));
            browser.run_with_status(json!([put("a", 1)]), status).await;
            assert_eq!(browser.op(get("a")).await, json!(1), "{engine} {status}");
        }
    }
}

/// Holds a request of `alice` after `before`, runs `meanwhile`, then lets it go on with `after`.
async fn cross(alice: &mut Browser, before: Value, meanwhile: Value, after: Value) -> Answer {
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
    let mut held = alice.clone();
    let wait = json!({"op": "ctl.wait", "url": format!("{}/", gate.authority())});
    let waiting = tokio::spawn(async move { held.run(json!([before, wait, after])).await });
    arrived.notified().await;
    alice.run(json!([meanwhile])).await;
    release.notify_one();
    let answer = waiting.await.unwrap();
    // Answers change the jar in the order in which they arrive.
    alice.receive("/_hardtack/run", &answer.response);
    answer
}

#[tokio::test]
async fn a_write_during_logout_brings_nothing_back() {
    for engine in SERVER_SIDE {
        for after in [put("late", 1), json!({"op": "session.cycle_key"})] {
            let server = server(engine);
            let mut alice = Browser::new(&server);
            alice.op(json!({"op": "auth.login", "user": "alice"})).await;
            let key = alice.session().unwrap();
            let late = cross(&mut alice, get("a"), json!({"op": "auth.logout"}), after).await;
            assert_eq!((late.status(), &late.body()["kind"]), (400, &json!("SessionInterrupted")), "{engine}");
            assert_eq!((late.lines("sessionid").len(), alice.session()), (0, None), "{engine}");
            alice.plant(&key);
            assert_eq!(alice.op(json!({"op": "auth.whoami"})).await, json!(null), "{engine}");
        }
    }
}

#[tokio::test]
async fn a_read_during_logout_is_harmless() {
    for engine in SERVER_SIDE {
        let mut alice = Browser::new(&server(engine));
        alice.run(json!([{"op": "auth.login", "user": "alice"}, put("a", 1)])).await;
        let late = cross(&mut alice, get("b"), json!({"op": "auth.logout"}), get("a")).await;
        assert_eq!((late.results()[2].clone(), late.lines("sessionid").len()), (json!(1), 0), "{engine}");
        assert_eq!(alice.session(), None, "{engine}");
    }
}

#[tokio::test]
async fn two_logins_at_once_both_succeed() {
    for engine in SERVER_SIDE {
        let mut alice = Browser::new(&server(engine));
        alice.op(put("a", 1)).await;
        let login = json!({"op": "auth.login", "user": "alice"});
        let late = cross(&mut alice, get("a"), login.clone(), login).await;
        assert_eq!(late.status(), 200, "{engine}");
        assert_eq!(alice.op(json!({"op": "auth.whoami"})).await, json!("alice"), "{engine}");
    }
}

#[tokio::test]
async fn of_two_writes_the_last_wins() {
    for engine in EngineKind::ALL {
        let mut alice = Browser::new(&server(engine));
        alice.op(put("start", 0)).await;
        cross(&mut alice, get("a"), put("left", 1), put("right", 2)).await;
        assert_eq!(alice.op(json!({"op": "session.keys"})).await, json!(["start", "right"]), "{engine}");
    }
}

#[tokio::test]
async fn an_oversize_signed_session_is_an_error_and_leaves_the_old_one() {
    let mut browser = Browser::new(&server(EngineKind::SignedCookies));
    browser.op(put("a", 1)).await;
    let noise: String = (0..6000).map(|i| char::from(b'a' + u8::try_from(i * i % 23).unwrap())).collect();
    let answer = browser.run(json!([{"op": "session.put", "key": "big", "value": noise}])).await;
    assert_eq!((answer.status(), &answer.body()["kind"]), (500, &json!("SessionTooLarge")));
    assert_eq!(answer.response.set_cookies().count(), 0);
    assert_eq!(browser.op(json!({"op": "session.items"})).await, json!({"a": 1}));
}

#[tokio::test]
async fn tampered_sessions_are_empty() {
    let server = server(EngineKind::SignedCookies);
    let mut browser = Browser::new(&server);
    browser.op(json!({"op": "auth.login", "user": "alice"})).await;
    let good = browser.session().unwrap();
    let unsigned = good.split(':').next().unwrap();
    let mut flips: Vec<String> = (0..good.len())
        .filter(|index| good.as_bytes()[*index] != b':')
        .map(|index| {
            let mut flipped = good.clone().into_bytes();
            flipped[index] = if flipped[index] == b'x' { b'y' } else { b'x' };
            String::from_utf8(flipped).unwrap()
        })
        .collect();
    flips.extend([unsigned.to_owned(), format!("{good}x"), format!("{good}:x"), good[..20].to_owned()]);
    // The last character of base64 carries unused bits; the reader refuses any that are set.
    for tampered in flips {
        browser.plant(&tampered);
        let answer = browser.run(json!([{"op": "auth.whoami"}])).await;
        assert_eq!((answer.status(), answer.results()), (200, vec![json!(null)]), "{tampered}");
        assert_eq!(browser.session(), None, "{tampered}");
    }
}

#[tokio::test]
async fn cached_db_survives_its_cache() {
    let server = server(EngineKind::CachedDb);
    let (mut alice, mut bob) = (Browser::new(&server), Browser::new(&server));
    alice.run(json!([put("a", 1), {"op": "session.set_expiry", "to": 600}])).await;
    bob.op(json!({"op": "auth.login", "user": "bob"})).await;
    let bobs = bob.session().unwrap();
    server.control(FLUSH_CACHE).await.unwrap();
    let read = alice.run(json!([get("a")])).await;
    assert_eq!((read.results(), read.lines("sessionid").len()), (vec![json!(1)], 0));
    for outage in [STOP_CACHE, Control::Partition(ServiceRole::Cache)] {
        server.control(outage).await.unwrap();
        assert_eq!(alice.run(json!([get("a"), put("a", 2)])).await.status(), 200);
        assert_eq!(alice.op(get("a")).await, json!(2));
        bob.op(json!({"op": "auth.logout"})).await;
        server.control(START_CACHE).await.unwrap();
        assert_eq!(alice.op(get("a")).await, json!(2), "what the cache still holds is stale");
        bob.plant(&bobs);
        assert_eq!(bob.op(json!({"op": "auth.whoami"})).await, json!(null), "logged out during the outage");
        alice.op(put("a", 1)).await;
        bob.op(json!({"op": "auth.login", "user": "bob"})).await;
    }
    server.control(STOP_CACHE).await.unwrap();
    alice.op(put("a", 3)).await;
    server.control(Control::RestartServer).await.unwrap();
    server.control(START_CACHE).await.unwrap();
    assert_eq!(alice.op(get("a")).await, json!(3), "remembered across a restart");
}

#[tokio::test]
async fn a_store_that_is_away_is_an_error_and_the_session_is_there_afterwards() {
    for (engine, role) in [(EngineKind::Cache, ServiceRole::Cache), (EngineKind::Db, ServiceRole::Database)] {
        let server = server(engine);
        let mut browser = Browser::new(&server);
        browser.op(put("a", 1)).await;
        let key = browser.session();
        server.control(Control::Stop(role)).await.unwrap();
        let read = browser.run(json!([get("a"), {"op": "session.flush"}])).await;
        assert!(read.results().iter().all(|result| result["error"] == "exception"), "{engine}");
        assert_eq!(browser.session(), key, "{engine}: nobody is logged out");
        let mut fresh = Browser::new(&server);
        assert_eq!(fresh.run(json!([put("a", 1)])).await.status(), 503, "{engine}");
        assert_eq!(fresh.session(), None, "{engine}: no cookie without a record");
        server.control(Control::Start(role)).await.unwrap();
        assert_eq!(browser.op(get("a")).await, json!(1), "{engine}");
    }
}

#[tokio::test]
async fn controls_are_offered_where_they_do_something() {
    for (engine, expected) in [
        (EngineKind::Db, 4),
        (EngineKind::File, 1),
        (EngineKind::Cache, 5),
        (EngineKind::CachedDb, 8),
        (EngineKind::SignedCookies, 1),
    ] {
        let server = server(engine);
        assert_eq!(server.controls().len(), expected, "{engine}");
        for control in server.controls() {
            assert_eq!(server.control(control).await, Ok(()), "{engine} {control:?}");
        }
    }
    let error = server(EngineKind::File).control(FLUSH_CACHE).await;
    assert_eq!(error, Err(ControlError::NotOffered { control: "control.cache.flush", engine: "file" }));
}

#[tokio::test]
async fn a_directory_is_used_again() {
    for engine in [EngineKind::Db, EngineKind::File, EngineKind::CachedDb] {
        let directory = tempfile::tempdir().unwrap();
        let place = || Config { store: StorePlace::Directory(directory.path().to_owned()), ..config(engine) };
        let mut browser = Browser::new(&Server::new(place()).unwrap());
        browser.op(put("a", 1)).await;
        let key = browser.session().unwrap();
        let mut again = Browser::new(&Server::new(place()).unwrap());
        again.plant(&key);
        assert_eq!(again.op(get("a")).await, json!(1), "{engine}");
    }
}

#[tokio::test]
async fn listening_works_over_tls() {
    use hardtack::reference::SelfMade;
    use hardtack::wire::{Client, ConnectionUse, Connector, Roots};
    let server = Server::new(Config { secure: true, ..config(EngineKind::Db) }).unwrap();
    let made = SelfMade::for_names(&["localhost"]).unwrap();
    let listener = server.listen("127.0.0.1:0".parse().unwrap(), Some(&made.identity)).await.unwrap();
    let roots = Roots::from_pem(made.pem.as_bytes()).unwrap();
    let client = Client::new(Connector::tls(listener.address(), "localhost", &roots).unwrap(), Limits::default());
    let request = Request::post_json("/_hardtack/run", &json!({"program": [put("a", 1)]}));
    let response = client.send(request, ConnectionUse::New).await.result.unwrap();
    let line = response.set_cookies().next().map(|line| String::from_utf8_lossy(line).into_owned()).unwrap();
    assert!(line.contains("; Secure; HttpOnly"), "{line}");
    listener.shutdown().await;
}
