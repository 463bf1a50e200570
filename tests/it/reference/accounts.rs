//! Users' lists of sessions, on every engine.

use hardtack::reference::EngineKind;
use serde_json::{Value, json};

use super::browser::{Browser, server};

fn login(user: &str) -> Value {
    json!({"op": "auth.login", "user": user})
}

/// The names in the list of the user of a browser.
async fn list(browser: &mut Browser) -> Vec<Value> {
    browser.op(json!({"op": "auth.sessions"})).await.as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_login_that_is_not_saved_is_in_no_list() {
    for engine in EngineKind::ALL {
        let server = server(engine);
        let (mut laptop, mut phone) = (Browser::new(&server), Browser::new(&server));
        laptop.op(login("annika")).await;
        phone.run_with_status(json!([login("annika")]), 500).await;
        assert_eq!(list(&mut laptop).await.len(), 1, "{engine}");
    }
}

#[tokio::test]
async fn a_session_is_in_the_list_of_who_has_it_now() {
    for engine in EngineKind::ALL {
        let server = server(engine);
        let (mut laptop, mut phone) = (Browser::new(&server), Browser::new(&server));
        laptop.op(login("annika")).await;
        phone.op(login("annika")).await;
        assert_eq!(list(&mut phone).await.len(), 2, "{engine}");
        phone.op(login("bertram")).await;
        assert_eq!(list(&mut laptop).await.len(), 1, "{engine}: the phone is another user's");
        assert_eq!(list(&mut phone).await.len(), 1, "{engine}");
    }
}

#[tokio::test]
async fn what_a_request_begins_it_lists_and_ends() {
    for engine in EngineKind::ALL {
        let server = server(engine);
        let mut browser = Browser::new(&server);
        let program = json!([login("annika"), {"op": "auth.sessions"}, {"op": "auth.end_all", "user": "annika"}]);
        let results = browser.run(program).await.results();
        assert_eq!(results[1].as_array().map(Vec::len), Some(1), "{engine}");
        assert_eq!(browser.op(json!({"op": "auth.whoami"})).await, Value::Null, "{engine}");
    }
}

#[tokio::test]
async fn a_session_that_was_ended_stays_ended_behind_a_logout() {
    let server = server(EngineKind::SignedCookies);
    let mut browser = Browser::new(&server);
    browser.op(login("annika")).await;
    browser.op(json!({"op": "auth.end_all", "user": "annika"})).await;
    let mut copy = browser.clone();
    browser.op(json!({"op": "auth.logout"})).await;
    assert_eq!(copy.op(json!({"op": "auth.whoami"})).await, Value::Null);
}
