//! The scenes in which faults show: cookies, values of sessions, lives, several steps, times.

#![allow(clippy::needless_pass_by_value, reason = "JSON reads best when it is built where it is passed")]

use hardtack::contract::{Control, ServiceRole};
use serde_json::{Value, json};

use super::scenes::{Place, Step, Tamper, run};

fn op(name: &str) -> Value {
    json!({"op": name})
}

fn put(key: &str, value: impl Into<Value>) -> Value {
    json!({"op": "session.put", "key": key, "value": value.into()})
}

fn get(key: &str) -> Value {
    json!({"op": "session.get", "key": key})
}

fn login(user: &str) -> Value {
    json!({"op": "auth.login", "user": user})
}

fn expiry(to: Value) -> Value {
    json!({"op": "session.set_expiry", "to": to})
}

fn set(arguments: Value) -> Value {
    with(json!({"op": "cookie.set", "name": "c", "value": "v"}), arguments)
}

fn delete(arguments: Value) -> Value {
    with(json!({"op": "cookie.delete", "name": "c"}), arguments)
}

fn with(mut call: Value, arguments: Value) -> Value {
    for (name, value) in arguments.as_object().unwrap() {
        call[name] = value.clone();
    }
    call
}

fn steal(how: Tamper) -> Step {
    Step::Steal { from: "alice", to: "mallory", how }
}

const STOP: Step = Step::Control(Control::Stop(ServiceRole::Cache));
const START: Step = Step::Control(Control::Start(ServiceRole::Cache));
const FLUSH: Step = Step::Control(Control::Flush(ServiceRole::Cache));
const RESTART: Step = Step::Control(Control::RestartServer);

/// Cookies that the application sets, deletes and reads.
fn cookies() -> Vec<Vec<Step>> {
    let arguments = [
        json!({"max_age": 60, "expires": {"at": 120}}),
        json!({"max_age": 0}),
        json!({"max_age": -5}),
        json!({"max_age": {"in": 60}}),
        json!({"expires": {"raw": "tomorrow"}}),
        json!({"expires": {"at": 120}}),
        json!({"domain": "localhost"}),
        json!({"secure": true, "http_only": true, "same_site": "Lax"}),
        json!({"same_site": "None"}),
        json!({"same_site": "Whatever"}),
        json!({"name": "__Host-c"}),
        json!({"name": "two words"}),
        json!({"value": "a; Secure"}),
        json!({"value": "a\r\nX-Injected: b"}),
        json!({"value": "a=é \"b\", c"}),
        json!({"value": "x".repeat(2000)}),
        json!({"value": "x".repeat(5000)}),
        json!({"value": "a\u{7}b"}),
        json!({"path": "shop"}),
        json!({"path": "/café"}),
        json!({"path": format!("/{}", "x".repeat(1100))}),
        json!({"domain": "no host"}),
        json!({"partitioned": true}),
        json!({"name": "__Http-c"}),
        json!({"name": "__Host-c", "secure": true}),
    ];
    let mut scenes: Vec<_> = arguments.into_iter().map(|some| vec![run("alice", json!([set(some)]))]).collect();
    scenes.extend([
        vec![run("alice", json!([set(json!({})), set(json!({"value": "w", "http_only": true})), set(json!({}))]))],
        vec![run("alice", json!([delete(json!({})), set(json!({}))]))],
        vec![Step::Run("alice", json!([set(json!({}))]), 404)],
        vec![
            run("alice", json!([set(json!({"path": "/_hardtack"})), set(json!({"name": "d", "domain": "localhost"}))])),
            run(
                "alice",
                json!([delete(json!({"path": "/_hardtack"})), delete(json!({"name": "d", "domain": "localhost"}))]),
            ),
        ],
        vec![
            run("alice", json!([set(json!({"name": "__Secure-c", "secure": true}))])),
            run("alice", json!([delete(json!({"name": "__Secure-c"}))])),
        ],
        vec![run("alice", json!([set(json!({})), set(json!({"name": "d"}))]))],
        vec![run("alice", json!([delete(json!({"secure": true, "same_site": "None", "partitioned": true}))]))],
        vec![run("alice", json!([set(json!({"value": "50% é"}))])), run("alice", json!([op("cookie.list")]))],
        vec![run("alice", json!([set(json!({}))])), run("mallory", json!([op("cookie.list")]))],
    ]);
    for fields in [
        vec![r#"a="x; b=1; c=d""#],
        vec!["a=1,b=2"],
        vec!["%41=1; a=%41"],
        vec!["a=b=c"],
        vec!["foo; good=1"],
        vec!["A=1; a=2"],
        vec!["a=1", "b=2"],
        vec!["a=1;b=2;;  c=3"],
        vec!["a=x b=1; c=\"y\"; d=1+1"],
        vec!["=a=1; b=2"],
        vec!["$Version=1; a=\"x; b=1; c=y\""],
        vec!["__proto__=1; a=1"],
        vec!["a.b=1; \u{a0}c=1"],
        vec![
            "1=1; 2=1; 3=1; 4=1; 5=1; 6=1; 7=1; 8=1; 9=1; 10=1; 11=1; 12=1; 13=1; 14=1; 15=1; 16=1; 17=1; 18=1; 19=1; 20=1; 21=1",
        ],
    ] {
        scenes.push(vec![Step::Raw(fields, json!([op("cookie.list")]))]);
    }
    let signed = json!({"op": "cookie.set_signed", "name": "vote", "value": "blue", "salt": "s"});
    let read = |arguments: Value| with(json!({"op": "cookie.get_signed", "name": "vote", "salt": "s"}), arguments);
    scenes.push(vec![
        run("alice", json!([read(json!({}))])),
        run("alice", json!([signed])),
        Step::Advance(60),
        run("alice", json!([read(json!({})), read(json!({"salt": "t"})), read(json!({"max_age": 30}))])),
        Step::Damage("alice", "vote"),
        run("alice", json!([read(json!({}))])),
    ]);
    scenes
}

/// Sessions as mappings, and the cookies that carry them.
fn mappings() -> Vec<Vec<Step>> {
    vec![
        vec![run("alice", json!([])), run("alice", json!([get("a")])), run("alice", json!([op("session.flush")]))],
        vec![run("alice", json!([op("auth.logout")]))],
        vec![Step::Run("alice", json!([get("a")]), 404)],
        vec![run("alice", json!([{"op": "ctl.header", "name": "Vary", "value": "Accept"}, get("a")]))],
        vec![Step::Get("Mozilla/4.0 (compatible; MSIE 6.0)", json!([get("a")]))],
        vec![Step::Get("a", json!([put("a", 1)])), Step::Get("a", json!([put("a", 1)]))],
        vec![
            run("alice", json!([set(json!({"value": "x".repeat(4000)})), put("a", 1)])),
            run("alice", json!([get("a")])),
            run("alice", json!([set(json!({"name": "d", "value": "x".repeat(4000)}))])),
            run("alice", json!([get("a")])),
        ],
        vec![
            run("alice", json!([set(json!({}))])),
            run("alice", json!([put("a", 1)])),
            run("alice", json!([get("a")])),
        ],
        vec![
            run("alice", json!([put("a", 1)])),
            Step::Beside("alice", "bogus", Place::InFront),
            run("alice", json!([get("a")])),
        ],
        vec![
            run("alice", json!([put("a", 1)])),
            Step::Beside("alice", "bogus", Place::Behind),
            run("alice", json!([get("a")])),
        ],
        vec![
            run("alice", json!([put("n", 41), put("t", "é"), put("list", json!([1]))])),
            run("alice", json!([op("session.items"), op("session.values"), get("n")])),
            run("alice", json!([op("session.keys")])),
            run("alice", json!([{"op": "session.get", "key": "none", "default": 1}])),
            run("alice", json!([{"op": "session.set_default", "key": "n", "value": 2}])),
            run("alice", json!([{"op": "session.append", "key": "list", "value": 2}, op("session.touch")])),
            run("alice", json!([{"op": "session.update", "values": {"u": 1}}])),
            run("alice", json!([op("session.items")])),
            run("alice", json!([{"op": "session.delete", "key": "u"}])),
            run("alice", json!([{"op": "session.pop", "key": "n"}, {"op": "session.pop", "key": "n"}])),
            run("alice", json!([op("session.items"), put("only", 1)])),
            run("alice", json!([op("session.items"), op("session.clear"), op("session.items")])),
            run("alice", json!([op("session.items")])),
        ],
        vec![
            run("alice", json!([op("session.set_test_cookie")])),
            run("alice", json!([op("session.test_cookie_worked"), op("session.delete_test_cookie")])),
            run("alice", json!([op("session.test_cookie_worked")])),
        ],
        vec![
            run("alice", json!([put("name", "alice")])),
            run("bob", json!([put("name", "bob")])),
            run("alice", json!([get("name")])),
            run("bob", json!([op("session.clear")])),
            run("alice", json!([get("name")])),
        ],
        vec![
            run("alice", json!([put("n", 41)])),
            run("alice", json!([{"op": "store.exists", "key": "$key"}, {"op": "store.count"}])),
            run("alice", json!([{"op": "store.corrupt", "key": "$key"}])),
            FLUSH,
            run("alice", json!([get("n")])),
        ],
        vec![
            run("alice", json!([put("n", 41)])),
            run("alice", json!([{"op": "store.delete", "key": "$key"}])),
            run("alice", json!([get("n")])),
            FLUSH,
            run("alice", json!([get("n")])),
        ],
        vec![run("alice", json!([{"op": "session.put", "key": "big", "value": "x".repeat(6000)}]))],
    ]
}

/// Keys, logins and endings.
fn lives() -> Vec<Vec<Step>> {
    let stolen = |how| {
        let read = json!([op("auth.whoami"), get("n")]);
        vec![run("alice", json!([put("n", 41)])), steal(how), run("mallory", read.clone()), run("mallory", read)]
    };
    let ended = |ending: Value| {
        vec![
            run("alice", json!([put("n", 41)])),
            steal(Tamper::Not),
            run("alice", json!([ending])),
            run("alice", json!([get("n")])),
            run("mallory", json!([get("n"), op("session.get_expiry")])),
            FLUSH,
            steal(Tamper::Not),
            run("mallory", json!([get("n")])),
        ]
    };
    let failed = |call: Value| {
        vec![
            run("alice", json!([put("n", 41)])),
            Step::Run("alice", json!([put("n", 1), call]), 500),
            run("alice", json!([get("n")])),
            run("alice", json!([get("n")])),
        ]
    };
    let mut scenes: Vec<_> =
        [Tamper::Not, Tamper::UpperCase, Tamper::Append, Tamper::Unsigned, Tamper::Forged].map(stolen).into();
    scenes.extend(["session.flush", "auth.logout", "session.clear", "session.cycle_key"].map(|name| ended(op(name))));
    scenes.push(ended(login("alice")));
    scenes.extend([op("session.touch"), op("session.flush"), login("alice")].map(failed));
    for key in [
        "abcdefghijklmnopqrstuvwxyz012345",
        "../x",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ] {
        let mallory =
            [run("mallory", json!([get("a")])), Step::Plant("mallory", key), run("mallory", json!([put("a", 1)]))];
        scenes.push([vec![Step::Plant("mallory", key)], mallory.into()].concat());
    }
    scenes.extend([
        vec![
            run("alice", json!([put("n", 41), op("session.flush"), put("m", 1)])),
            run("alice", json!([op("session.flush"), put("secret", 1)])),
            Step::Plant("mallory", ""),
            run("mallory", json!([op("session.keys")])),
        ],
        vec![Step::Run("alice", json!([put("n", 41)]), 500), Step::Run("alice", json!([put("n", 41)]), 404)],
        vec![
            run("alice", json!([put("n", 41), login("alice")])),
            run("bob", json!([login("bob")])),
            run("alice", json!([op("auth.whoami"), get("n")])),
            steal(Tamper::Not),
            run("alice", json!([login("alice")])),
            run("mallory", json!([op("auth.whoami")])),
            run("alice", json!([op("auth.change_password")])),
            run("alice", json!([op("auth.whoami")])),
        ],
        vec![
            run("alice", json!([op("csrf.issue")])),
            run("mallory", json!([op("csrf.issue")])),
            run("alice", json!([{"op": "csrf.submit", "token": "$token"}, {"op": "csrf.submit", "token": "x.y"}])),
            run("mallory", json!([{"op": "csrf.submit", "token": "$token"}, login("mallory")])),
            run("mallory", json!([{"op": "csrf.submit", "token": "$token"}])),
        ],
        vec![
            run("alice", json!([put("n", 41)])),
            steal(Tamper::Not),
            run("alice", json!([put("n", 0)])),
            run("mallory", json!([get("n")])),
        ],
    ]);
    for (meanwhile, after) in
        [(op("auth.logout"), put("late", 1)), (op("auth.logout"), get("n")), (put("left", 1), put("right", 2))]
    {
        let cross = Step::Cross { who: "alice", before: get("n"), meanwhile, after };
        scenes.push(vec![run("alice", json!([put("n", 41)])), cross, run("alice", json!([op("session.keys")]))]);
    }
    scenes.extend(several_steps());
    scenes
}

/// What shows only with two browsers, in parallel or in odd requests.
fn several_steps() -> Vec<Vec<Step>> {
    let known = "abcdefghijklmnopqrstuvwxyz012345";
    let odd = |method, target: &'static str, fields| {
        vec![run("alice", json!([put("n", 41)])), Step::Odd(method, target, fields)]
    };
    let mut scenes = vec![
        vec![run("alice", json!([login("alice")])), run("bob", json!([login("alice")])), run("bob", json!([get("n")]))],
        vec![run("alice", json!([put("n", 1)])), RESTART, run("bob", json!([put("n", 1)]))],
        vec![
            Step::Cross { who: "alice", before: op("session.touch"), meanwhile: put("m", 1), after: put("n", 1) },
            run("alice", json!([op("session.keys")])),
        ],
        vec![
            run("alice", json!([put("n", 1)])),
            steal(Tamper::Not),
            run("alice", json!([op("session.flush")])),
            run("mallory", json!([put("m", 1)])),
        ],
        vec![Step::Plant("mallory", "it's"), run("mallory", json!([get("n")]))],
        vec![
            run("alice", json!([put("n", 1)])),
            run("alice", json!([{"op": "session.delete", "key": "n"}])),
            steal(Tamper::Not),
            run("alice", json!([login("alice")])),
            run("mallory", json!([op("auth.whoami")])),
        ],
        vec![
            run("mallory", json!([put("n", 1)])),
            run("alice", json!([put("n", 2)])),
            Step::Shadow { who: "alice", of: "mallory", calls: json!([login("alice")]) },
            run("mallory", json!([op("auth.whoami")])),
        ],
        vec![
            run("alice", json!([login("alice")])),
            run("bob", json!([login("alice")])),
            run("carol", json!([login("carol")])),
            run("alice", json!([op("auth.logout")])),
            run("bob", json!([op("auth.whoami")])),
            run("bob", json!([{"op": "auth.change_password", "user": "bob", "keep_session": true}])),
            run("carol", json!([op("auth.whoami")])),
        ],
        vec![
            run("alice", json!([login("alice")])),
            steal(Tamper::Not),
            run("alice", json!([{"op": "auth.change_password", "keep_session": true}])),
            run("mallory", json!([get("n")])),
        ],
        vec![
            run("alice", json!([login("alice"), put("n", 1)])),
            run("alice", json!([login("bob")])),
            run("alice", json!([op("session.items")])),
        ],
        vec![run("alice", json!([put("user", "admin")])), run("alice", json!([op("auth.whoami")]))],
        vec![
            run("alice", json!([put("n", 41)])),
            Step::Cross {
                who: "alice",
                before: get("n"),
                meanwhile: op("auth.logout"),
                after: op("session.cycle_key"),
            },
            run("alice", json!([get("n")])),
        ],
        vec![
            run("alice", json!([put("n", 41)])),
            Step::Cross { who: "alice", before: get("n"), meanwhile: login("alice"), after: get("n") },
        ],
        vec![run("alice", json!([put("n", 41)])), run("alice", json!([get("n")])), run("bob", json!([get("n")]))],
        vec![Step::Run("alice", json!([put("n", 41)]), 302), Step::Run("alice", json!([put("n", 1)]), 503)],
        vec![
            run("alice", json!([put("n", 41)])),
            run("alice", json!([{"op": "session.pop", "key": "none", "default": 1}])),
            run("alice", json!([{"op": "session.set_default", "key": "n", "value": 1}])),
        ],
        vec![run("alice", json!([put("n", 41), expiry(json!(0))])), run("alice", json!([expiry(json!(60))]))],
        vec![Step::Odd("GET", "/", vec![])],
        vec![Step::Odd(
            "HEAD",
            "/_hardtack/run?program=%7B%22program%22%3A%5B%7B%22op%22%3A%22session.keys%22%7D%5D%7D",
            vec![],
        )],
        odd("POST", "/_hardtack/run?sessionid=$key", vec![]),
        odd("POST", "/_hardtack/run", vec![("X-Session-Id", "$key")]),
        odd("POST", "/_hardtack/run", vec![("Cookie", "sessionid=$key"), ("Connection", "close")]),
    ];
    scenes.extend(
        ["auth.logout", "session.flush", "session.clear"]
            .map(|name| vec![Step::Plant("mallory", known), run("mallory", json!([op(name)]))]),
    );
    scenes
}

/// Lifetimes, outages and restarts.
fn times() -> Vec<Vec<Step>> {
    let mut scenes = Vec::new();
    for to in [json!(60), json!({"in": 60}), json!({"at": 60}), json!(0), json!(-10)] {
        scenes.push(vec![
            run("alice", json!([put("n", 41), expiry(to)])),
            run("alice", json!([op("session.get_expiry")])),
            steal(Tamper::Not),
            Step::Advance(40),
            run("alice", json!([get("n")])),
            run("alice", json!([put("m", 1)])),
            steal(Tamper::Not),
            Step::Advance(40),
            steal(Tamper::Not),
            run("mallory", json!([get("n"), {"op": "store.clear_expired"}, {"op": "store.count"}])),
        ]);
    }
    scenes.extend([
        vec![
            run("alice", json!([put("n", 41), expiry(json!(60))])),
            steal(Tamper::Not),
            Step::Advance(61),
            run("mallory", json!([{"op": "store.clear_expired"}, {"op": "store.count"}])),
        ],
        vec![
            run("alice", json!([put("n", 41), expiry(json!(60))])),
            steal(Tamper::Not),
            Step::Advance(61),
            run("mallory", json!([get("n")])),
            run("mallory", json!([get("n")])),
            steal(Tamper::Not),
            run("mallory", json!([put("m", 1)])),
        ],
        vec![
            run("alice", json!([put("n", 41), expiry(json!(60))])),
            steal(Tamper::Not),
            Step::Advance(61),
            run("mallory", json!([put("m", 1)])),
        ],
        vec![
            run("alice", json!([put("n", 41), expiry(json!(60))])),
            run("alice", json!([expiry(json!(null))])),
            run("alice", json!([op("session.get_expiry"), op("session.cycle_key")])),
        ],
        vec![
            run("alice", json!([put("n", 41), expiry(json!(60))])),
            run("alice", json!([op("session.cycle_key")])),
            run("alice", json!([op("session.get_expiry"), get("n")])),
        ],
        vec![
            run("alice", json!([put("n", 41)])),
            steal(Tamper::Not),
            Step::Advance(1_300_000),
            run("mallory", json!([get("n")])),
        ],
        vec![run("alice", json!([put("n", 41)])), RESTART, run("alice", json!([get("n")]))],
        vec![
            run("alice", json!([put("n", 41)])),
            run("alice", json!([put("n", 1)])),
            FLUSH,
            run("alice", json!([get("n")])),
        ],
        vec![
            run("alice", json!([put("n", 41)])),
            steal(Tamper::Not),
            STOP,
            run("alice", json!([get("n")])),
            run("alice", json!([put("n", 1)])),
            run("alice", json!([op("session.flush")])),
            START,
            run("mallory", json!([get("n")])),
        ],
        vec![
            run("alice", json!([put("n", 41)])),
            Step::Control(Control::Stop(ServiceRole::Database)),
            STOP,
            run("alice", json!([put("n", 1)])),
            run("bob", json!([put("n", 1)])),
        ],
    ]);
    scenes
}

/// Every scene.
pub(super) fn scenes() -> Vec<Vec<Step>> {
    [cookies(), mappings(), lives(), times()].concat()
}
