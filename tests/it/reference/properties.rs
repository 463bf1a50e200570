//! Properties: a session is a map, and whatever is asked of the cookie writer, the grammar holds.

use hardtack::cookie::{FindingCode, GrammarProfile, UserAgentModel, check_grammar, parse_set_cookie};
use hardtack::reference::EngineKind;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::browser::{Browser, server};

/// What can be done to a session, with few keys so that operations meet.
#[derive(Debug, Clone)]
enum Change {
    Put(String, Value),
    Delete(String),
    Pop(String),
    SetDefault(String, Value),
    Update(Map<String, Value>),
    Clear,
    Flush,
    CycleKey,
    Login(String),
    /// A write in a request that fails.
    Failed(String),
    Nothing,
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "ключ"]).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![any::<i32>().prop_map(Value::from), "\\PC{0,8}".prop_map(Value::from), Just(json!([null, {"x": true}]))]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (key(), value()).prop_map(|(key, value)| Change::Put(key, value)),
        2 => key().prop_map(Change::Delete),
        1 => key().prop_map(Change::Pop),
        1 => (key(), value()).prop_map(|(key, value)| Change::SetDefault(key, value)),
        1 => prop::collection::vec((key(), value()), 0..3).prop_map(|pairs| Change::Update(pairs.into_iter().collect())),
        1 => Just(Change::Clear),
        1 => Just(Change::Flush),
        1 => Just(Change::CycleKey),
        1 => prop::sample::select(vec!["alice", "bob"]).prop_map(|user| Change::Login(user.to_owned())),
        1 => key().prop_map(Change::Failed),
        1 => Just(Change::Nothing),
    ]
}

/// What a session should hold.
#[derive(Debug, Default)]
struct Model {
    data: Map<String, Value>,
    user: Option<String>,
}

impl Model {
    /// Applies a change; the call that does the same on a server.
    fn apply(&mut self, change: &Change) -> Value {
        match change {
            Change::Put(key, value) => {
                self.data.insert(key.clone(), value.clone());
                json!({"op": "session.put", "key": key, "value": value})
            }
            Change::Delete(key) => {
                self.data.remove(key);
                json!({"op": "session.delete", "key": key})
            }
            Change::Pop(key) => {
                self.data.remove(key);
                json!({"op": "session.pop", "key": key, "default": null})
            }
            Change::SetDefault(key, value) => {
                self.data.entry(key.clone()).or_insert_with(|| value.clone());
                json!({"op": "session.set_default", "key": key, "value": value})
            }
            Change::Update(values) => {
                self.data.extend(values.clone());
                json!({"op": "session.update", "values": values})
            }
            Change::Clear | Change::Flush => {
                *self = Self::default();
                json!({"op": if matches!(change, Change::Clear) { "session.clear" } else { "session.flush" }})
            }
            Change::CycleKey => json!({"op": "session.cycle_key"}),
            Change::Login(user) => {
                if self.user.as_ref().is_some_and(|current| current != user) {
                    self.data.clear();
                }
                self.user = Some(user.clone());
                json!({"op": "auth.login", "user": user})
            }
            Change::Failed(key) => json!({"op": "session.put", "key": key, "value": "lost"}),
            Change::Nothing => json!({"op": "cookie.list"}),
        }
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_session_is_a_map(engine in prop::sample::select(EngineKind::ALL.to_vec()), changes in prop::collection::vec(change(), 1..16)) {
        block_on(async {
            let server = server(engine);
            let (mut browser, mut other, mut model) = (Browser::new(&server), Browser::new(&server), Model::default());
            other.op(json!({"op": "session.put", "key": "mine", "value": 1})).await;
            for change in &changes {
                let failing = matches!(change, Change::Failed(_));
                let call = model.apply(change);
                let answer = browser.run_with_status(json!([call]), if failing { 500 } else { 200 }).await;
                prop_assert_eq!(answer.status(), if failing { 500 } else { 200 });
                let seen = browser.run(json!([{"op": "session.items"}, {"op": "auth.whoami"}])).await.results();
                prop_assert_eq!(&seen, &vec![Value::Object(model.data.clone()), json!(model.user)]);
            }
            prop_assert_eq!(other.op(json!({"op": "session.items"})).await, json!({"mine": 1}));
            Ok(())
        })?;
    }
}

/// Any typed time, sensible or not.
fn time() -> impl Strategy<Value = Value> {
    let seconds = prop_oneof![any::<i32>().prop_map(f64::from), any::<f64>().prop_filter("finite", |s| s.is_finite())];
    prop_oneof![
        Just(Value::Null),
        seconds.clone().prop_map(|s| json!(s)),
        seconds.clone().prop_map(|s| json!({"in": s})),
        seconds.prop_map(|s| json!({"at": s})),
        "\\PC{0,12}".prop_map(|text| json!({"raw": text})),
        Just(json!({"raw": "Wed, 21 Oct 2026 07:28:00 GMT"})),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "[ -~]{0,12}",
        "[;,=\"\\\\\r\n\t\u{0}\u{7f}a ]{0,6}",
        prop::sample::select(vec![
            "__Host-x",
            "__Secure-x",
            "__Http-x",
            "/",
            "/a b",
            "localhost",
            ".example.test",
            "None",
            "lax",
            "x"
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_the_grammar_holds(
        (name, value, path, domain, same_site) in (text(), text(), prop::option::of(text()), prop::option::of(text()), prop::option::of(text())),
        (max_age, expires) in (prop::option::of(time()), prop::option::of(time())),
        (secure, http_only, partitioned) in (any::<bool>(), any::<bool>(), any::<bool>()),
        deleting in prop::bool::weighted(0.2),
    ) {
        let mut call = json!({"op": "cookie.set", "name": name, "value": value, "secure": secure, "http_only": http_only, "partitioned": partitioned});
        for (argument, given) in [("path", path), ("domain", domain), ("same_site", same_site)] {
            if let Some(given) = given {
                call[argument] = json!(given);
            }
        }
        for (argument, given) in [("max_age", max_age), ("expires", expires)] {
            if let Some(given) = given {
                call[argument] = given;
            }
        }
        if deleting {
            call["op"] = json!("cookie.delete");
            for argument in ["value", "max_age", "expires"] {
                call.as_object_mut().unwrap().remove(argument);
            }
        }
        let answer = block_on(async { Browser::new(&server(EngineKind::SignedCookies)).run(json!([call])).await });
        prop_assert_eq!(answer.status(), 200);
        let refused = answer.results()[0]["error"] == "invalid";
        let lines: Vec<_> = answer.response.set_cookies().collect();
        prop_assert_eq!(lines.len(), usize::from(!refused));
        for line in lines {
            let mut findings = check_grammar(line, GrammarProfile::default());
            // Advice about lifetimes is for the application.
            findings.retain(|finding| !matches!(finding.code, FindingCode::LifetimeCap | FindingCode::ExpiresBefore2038));
            prop_assert_eq!(findings, vec![], "{}", String::from_utf8_lossy(line));
            let stored = parse_set_cookie(line, UserAgentModel::default());
            prop_assert!(stored.is_ok_and(|cookie| cookie.name == name.as_bytes()));
        }
    }
}
