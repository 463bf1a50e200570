//! Sessions as Django has them, on every engine.

use hardtack::reference::EngineKind;
use hardtack::wire::Request;
use serde_json::{Value, json};

use super::browser::{Browser, SERVER_SIDE, server};

fn put(key: &str, value: impl Into<Value>) -> Value {
    json!({"op": "session.put", "key": key, "value": value.into()})
}

fn get(key: &str) -> Value {
    json!({"op": "session.get", "key": key})
}

#[tokio::test]
async fn a_session_is_a_mapping() {
    let steps = [
        (json!({"op": "session.get", "key": "a"}), json!(null)),
        (json!({"op": "session.get", "key": "a", "default": 7}), json!(7)),
        (put("a", 1), json!(null)),
        (get("a"), json!(1)),
        (json!({"op": "session.has", "key": "a"}), json!(true)),
        (json!({"op": "session.has", "key": "b"}), json!(false)),
        (json!({"op": "session.set_default", "key": "a", "value": 2}), json!(1)),
        (json!({"op": "session.set_default", "key": "b", "value": [1]}), json!([1])),
        (json!({"op": "session.update", "values": {"c": {"d": null}}}), json!(null)),
        (json!({"op": "session.keys"}), json!(["a", "b", "c"])),
        (json!({"op": "session.values"}), json!([1, [1], {"d": null}])),
        (json!({"op": "session.items"}), json!({"a": 1, "b": [1], "c": {"d": null}})),
        (json!({"op": "session.pop", "key": "a"}), json!(1)),
        (json!({"op": "session.pop", "key": "a", "default": null}), json!(null)),
        (json!({"op": "session.delete", "key": "c"}), json!(null)),
        (json!({"op": "session.append", "key": "b", "value": 2}), json!(null)),
        (json!({"op": "session.keys"}), json!(["b"])),
    ];
    for engine in EngineKind::ALL {
        // Each in a request of its own, then all in one.
        let mut browser = Browser::new(&server(engine));
        for (call, expected) in &steps {
            assert_eq!(browser.op(call.clone()).await, *expected, "{engine} {call}");
        }
        assert_eq!(browser.op(get("b")).await, json!([1]), "{engine}: a change in place is not noticed");
        let calls: Vec<_> = steps.iter().map(|(call, _)| call.clone()).chain([get("b")]).collect();
        let expected: Vec<_> = steps.iter().map(|(_, expected)| expected.clone()).chain([json!([1, 2])]).collect();
        assert_eq!(Browser::new(&server(engine)).run(json!(calls)).await.results(), expected, "{engine}");
    }
}

#[tokio::test]
async fn missing_keys_are_missing() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        for call in [
            json!({"op": "session.pop", "key": "a"}),
            json!({"op": "session.delete", "key": "a"}),
            json!({"op": "session.append", "key": "a", "value": 1}),
        ] {
            assert_eq!(browser.op(call.clone()).await["error"], "missing", "{engine} {call}");
        }
    }
}

#[tokio::test]
async fn values_come_back_as_they_were() {
    let values = json!(["text", "会话 ✓ \u{0}", 42, -1.5, true, null, [1, [2]], {"a": {"b": []}}, {"b64": "/w=="}]);
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        browser.op(put("all", values.clone())).await;
        assert_eq!(browser.op(get("all")).await, values, "{engine}");
    }
}

#[tokio::test]
async fn only_changes_send_the_cookie() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        for reading in ["get", "has", "keys", "values", "items", "get_expiry", "test_cookie_worked", "flush", "clear"] {
            let call = if matches!(reading, "get" | "has") { json!({"key": "a"}) } else { json!({}) };
            let mut call = call;
            call["op"] = json!(format!("session.{reading}"));
            let answer = browser.run(json!([call])).await;
            assert_eq!(answer.lines("sessionid"), Vec::<String>::new(), "{engine} {reading}");
            assert_eq!(answer.header("Vary").as_deref(), Some("Cookie"), "{engine} {reading}");
        }
        let first = browser.run(json!([put("a", 1)])).await;
        assert!(first.line("sessionid").ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{}", first.line("sessionid"));
        for (changing, expected) in [
            (put("a", 1), 1),
            (json!({"op": "session.touch"}), 1),
            (json!({"op": "session.set_expiry", "to": null}), 0),
            (json!({"op": "session.pop", "key": "none", "default": 1}), 0),
            (json!({"op": "session.set_default", "key": "a", "value": 1}), 0),
        ] {
            let answer = browser.run(json!([changing])).await;
            assert_eq!(answer.lines("sessionid").len(), expected, "{engine} {changing}");
        }
    }
}

#[tokio::test]
async fn keys_are_long_and_steady() {
    for engine in SERVER_SIDE {
        let mut browser = Browser::new(&server(engine));
        let unsaved = browser.run(json!([{"op": "session.key"}, put("a", 1), {"op": "session.key"}])).await;
        assert_eq!(unsaved.results(), [json!(null), json!(null), json!(null)], "{engine}: not saved yet");
        let key = browser.session().unwrap();
        assert!(key.len() == 32 && key.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()), "{key}");
        browser.op(put("b", 2)).await;
        assert_eq!(browser.op(json!({"op": "session.key"})).await, json!(key));
        assert_eq!(browser.session(), Some(key));
    }
}

#[tokio::test]
async fn clear_keeps_the_key_and_flush_ends_the_session() {
    for engine in SERVER_SIDE {
        let server = server(engine);
        let mut browser = Browser::new(&server);
        browser
            .run(json!([put("a", 1), {"op": "session.set_expiry", "to": 60}, {"op": "auth.login", "user": "u"}]))
            .await;
        let key = browser.session();
        browser.op(json!({"op": "session.clear"})).await;
        assert_eq!(browser.session(), key, "{engine}");
        let after =
            browser.run(json!([{"op": "session.items"}, {"op": "session.get_expiry"}, {"op": "auth.whoami"}])).await;
        let default = json!({"age": 1_209_600, "at_browser_close": false});
        assert_eq!(after.results(), [json!({}), default, json!(null)], "{engine}: expiry and login are forgotten");
        let mut mallory = browser.clone();
        let flushed = browser.run(json!([{"op": "session.flush"}])).await;
        let line = "sessionid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly; SameSite=Lax";
        assert_eq!((flushed.line("sessionid").as_str(), browser.session()), (line, None), "{engine}");
        assert_eq!(browser.op(json!({"op": "store.exists", "key": key.as_deref()})).await, json!(false), "{engine}");
        mallory.op(put("b", 1)).await;
        assert_ne!(mallory.session(), key, "{engine}: the old key is dead");
    }
}

#[tokio::test]
async fn flush_and_write_in_one_request_begin_anew() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        browser.op(put("a", 1)).await;
        let old = browser.session();
        browser.run(json!([{"op": "session.flush"}, put("b", 2)])).await;
        assert_ne!(browser.session(), old, "{engine}");
        assert_eq!(browser.op(json!({"op": "session.items"})).await, json!({"b": 2}), "{engine}");
    }
}

#[tokio::test]
async fn cycle_key_moves_data_and_expiry() {
    for engine in SERVER_SIDE {
        let mut browser = Browser::new(&server(engine));
        browser.run(json!([put("a", 1), {"op": "session.set_expiry", "to": 300}])).await;
        let mut old = browser.clone();
        let cycled = browser.run(json!([{"op": "session.cycle_key"}])).await;
        assert!(cycled.line("sessionid").contains("; Max-Age=300; "), "{engine}");
        assert_ne!(browser.session(), old.session(), "{engine}");
        assert_eq!(browser.op(get("a")).await, json!(1), "{engine}");
        assert_eq!(old.op(get("a")).await, json!(null), "{engine}");
        assert_eq!(old.session(), None, "{engine}: the dead key is taken out of the browser");
    }
}

#[tokio::test]
async fn unknown_keys_open_nothing_and_make_nothing() {
    let unknown =
        ["abcdefghijklmnopqrstuvwxyz012345", "", "abc", "../../../etc/passwd", "UPPER", "ключ", &"x".repeat(300)];
    for engine in EngineKind::ALL {
        for sent in unknown {
            let server = server(engine);
            let mut mallory = Browser::new(&server);
            mallory.plant(sent);
            let untouched = mallory.run(json!([])).await;
            assert_eq!((untouched.status(), untouched.response.set_cookies().count()), (200, 0), "{engine} {sent}");
            let read = mallory.run(json!([get("a"), {"op": "auth.whoami"}])).await;
            assert_eq!((read.status(), read.results()), (200, vec![json!(null), json!(null)]), "{engine} {sent}");
            assert_eq!(mallory.session(), None, "{engine} {sent}: the useless cookie is deleted");
            for ending in [json!({"op": "session.clear"}), json!({"op": "session.flush"}), json!({"op": "auth.logout"})]
            {
                mallory.plant(sent);
                assert_eq!(mallory.run(json!([ending])).await.status(), 200, "{engine} {sent}");
                assert_eq!(mallory.session(), None, "{engine} {sent}");
            }
            if server.description().operations.contains_key("store.count") {
                assert_eq!(mallory.op(json!({"op": "store.count"})).await, json!(0), "{engine} {sent}");
            }
            for beginning in [put("a", 1), json!({"op": "session.cycle_key"}), json!({"op": "auth.login", "user": "u"})]
            {
                mallory.plant(sent);
                assert_eq!(mallory.run(json!([beginning])).await.status(), 200, "{engine} {sent}");
                assert_ne!(mallory.session().as_deref(), Some(sent), "{engine}: {sent} is not adopted");
                assert!(mallory.session().is_some(), "{engine} {sent}");
            }
        }
    }
}

#[tokio::test]
async fn of_two_different_session_cookies_none_counts() {
    let server = server(EngineKind::Db);
    let mut browser = Browser::new(&server);
    browser.op(put("a", 1)).await;
    let key = browser.session().unwrap();
    let ask = |field: String| {
        let program = json!({"program": [get("a")]});
        let request = Request::post_json("/_hardtack/run", &program).with_header("Cookie", field);
        let server = server.clone();
        async move {
            serde_json::from_slice::<Value>(&server.handle(request).await.body).unwrap()["results"][0]["ok"].clone()
        }
    };
    assert_eq!(ask(format!("sessionid={key}; foo; sessionid={key}; {{\"a\": \"")).await, json!(1));
    assert_eq!(ask(format!("sessionid=bogus; sessionid={key}")).await, json!(null));
    assert_eq!(ask(format!("sessionid={key}; sessionid=bogus")).await, json!(null));
    assert_eq!(ask(format!("SessionID={key}")).await, json!(null));
}

#[tokio::test]
async fn login_gives_a_new_key_every_time() {
    for engine in SERVER_SIDE {
        let server = server(engine);
        let mut browser = Browser::new(&server);
        browser.op(put("basket", "apple")).await;
        let mut keys = vec![browser.session()];
        for user in ["alice", "alice", "bob"] {
            browser.op(json!({"op": "auth.login", "user": user})).await;
            assert_eq!(browser.op(json!({"op": "auth.whoami"})).await, json!(user), "{engine}");
            assert!(!keys.contains(&browser.session()), "{engine}: a new key for {user}");
            keys.push(browser.session());
            let kept = if user == "bob" { json!(null) } else { json!("apple") };
            assert_eq!(browser.op(get("basket")).await, kept, "{engine}: {user}");
        }
        for old in &keys[..keys.len() - 1] {
            let mut mallory = Browser::new(&server);
            mallory.plant(old.as_deref().unwrap());
            let seen = mallory.run(json!([{"op": "auth.whoami"}, get("basket")])).await;
            assert_eq!(seen.results(), [json!(null), json!(null)], "{engine}");
        }
    }
}

#[tokio::test]
async fn logout_ends_the_session_everywhere() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        assert_eq!(browser.run(json!([{"op": "auth.logout"}])).await.response.set_cookies().count(), 0, "{engine}");
        browser.op(json!({"op": "auth.login", "user": "alice"})).await;
        let mut copy = browser.clone();
        browser.op(json!({"op": "auth.logout"})).await;
        assert_eq!(
            (browser.session(), browser.op(json!({"op": "auth.whoami"})).await),
            (None, json!(null)),
            "{engine}"
        );
        // A session that is the cookie cannot be taken back.
        let replayed = if engine == EngineKind::SignedCookies { json!("alice") } else { json!(null) };
        assert_eq!(copy.op(json!({"op": "auth.whoami"})).await, replayed, "{engine}");
    }
}

#[tokio::test]
async fn a_changed_password_ends_other_sessions() {
    for engine in EngineKind::ALL {
        let server = server(engine);
        let (mut here, mut there, mut bob) = (Browser::new(&server), Browser::new(&server), Browser::new(&server));
        for browser in [&mut here, &mut there] {
            browser.op(json!({"op": "auth.login", "user": "alice"})).await;
        }
        bob.op(json!({"op": "auth.login", "user": "bob"})).await;
        let before = here.session();
        here.op(json!({"op": "auth.change_password", "keep_session": true})).await;
        assert_ne!(here.session(), before, "{engine}");
        assert_eq!(here.op(json!({"op": "auth.whoami"})).await, json!("alice"), "{engine}");
        assert_eq!((there.op(json!({"op": "auth.whoami"})).await, there.session()), (json!(null), None), "{engine}");
        assert_eq!(bob.op(json!({"op": "auth.whoami"})).await, json!("bob"), "{engine}");
        here.op(json!({"op": "auth.change_password"})).await;
        assert_eq!(here.op(json!({"op": "auth.whoami"})).await, json!(null), "{engine}");
        assert_eq!(here.op(json!({"op": "auth.change_password"})).await["error"], "missing", "{engine}");
    }
}

#[tokio::test]
async fn planted_login_data_is_not_believed() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        browser.run(json!([put("_auth_user", "root"), put("_auth_password_mark", "x"), put("user", "root")])).await;
        assert_eq!(browser.op(json!({"op": "auth.whoami"})).await, json!(null), "{engine}");
    }
}

#[tokio::test]
async fn anti_forgery_tokens_are_bound_to_the_session_and_end_with_login() {
    let submit = |token: &Value| json!({"op": "csrf.submit", "token": token});
    for engine in EngineKind::ALL {
        let server = server(engine);
        let (mut alice, mut mallory) = (Browser::new(&server), Browser::new(&server));
        let first = alice.op(json!({"op": "csrf.issue"})).await;
        let second = alice.op(json!({"op": "csrf.issue"})).await;
        let foreign = mallory.op(json!({"op": "csrf.issue"})).await;
        assert_ne!(first, second, "{engine}: masked");
        for (token, accepted) in [(&first, true), (&second, true), (&foreign, false), (&json!("x.y"), false)] {
            assert_eq!(alice.op(submit(token)).await, json!(accepted), "{engine}");
        }
        alice.op(json!({"op": "auth.login", "user": "alice"})).await;
        assert_eq!(alice.op(submit(&first)).await, json!(false), "{engine}");
        let fresh = alice.op(json!({"op": "csrf.issue"})).await;
        assert_eq!(alice.op(submit(&fresh)).await, json!(true), "{engine}");
    }
}

#[tokio::test]
async fn the_test_cookie_works_from_the_next_request_on() {
    for engine in EngineKind::ALL {
        let mut browser = Browser::new(&server(engine));
        let worked = json!({"op": "session.test_cookie_worked"});
        assert_eq!(browser.op(worked.clone()).await, json!(false), "{engine}");
        browser.op(json!({"op": "session.set_test_cookie"})).await;
        assert_eq!(browser.op(worked.clone()).await, json!(true), "{engine}");
        assert_eq!(browser.op(json!({"op": "session.keys"})).await, json!([]), "{engine}: internal");
        browser.op(json!({"op": "session.delete_test_cookie"})).await;
        assert_eq!(browser.op(worked).await, json!(false), "{engine}");
    }
}

#[tokio::test]
async fn the_store_can_be_looked_into_and_damaged() {
    for engine in SERVER_SIDE {
        let server = server(engine);
        let mut browser = Browser::new(&server);
        browser.op(put("a", 1)).await;
        let key = browser.session().unwrap();
        let on = |op: &str| json!({"op": format!("store.{op}"), "key": key});
        assert_eq!(browser.op(json!({"op": "store.count"})).await, json!(1), "{engine}");
        assert_eq!(browser.op(on("exists")).await, json!(true), "{engine}");
        assert_eq!(browser.op(on("corrupt")).await, json!(null), "{engine}");
        let cached = engine == EngineKind::CachedDb;
        assert_eq!(browser.op(get("a")).await, if cached { json!(1) } else { json!(null) }, "{engine}");
        assert_eq!(browser.session(), Some(key.clone()), "{engine}: the next write repairs the record");
        browser.op(put("b", 2)).await;
        assert_eq!(browser.op(get("b")).await, json!(2), "{engine}");
        assert_eq!(browser.op(on("delete")).await, json!(true), "{engine}");
        assert_eq!(browser.op(on("delete")).await, json!(false), "{engine}");
        assert_eq!(browser.op(on("corrupt")).await["error"], "missing", "{engine}");
        assert_eq!(browser.op(json!({"op": "store.exists", "key": "../x"})).await, json!(false), "{engine}");
    }
}
