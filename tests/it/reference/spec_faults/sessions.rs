//! Cases about sessions on any engine.

use serde_json::{Value, json};

use super::{Row, Scene, row, sorted};

const DEFAULT_LIFETIME: i64 = 1_209_600;

/// The line of the session cookie that begins a session.
fn first_line(scene: &mut Scene) -> Value {
    let answer = scene.put("alice", "a", 1);
    scene.session_line(&answer)
}

/// The rules that the session cookie breaks, and what the session then holds.
fn grammar(scene: &mut Scene) -> Value {
    let findings = scene.put("alice", "a", 1).findings();
    json!([findings, scene.get("alice", "a")])
}

/// Max-Age of the cookie of a session with this expiry.
fn lifetime(scene: &mut Scene, to: &Value) -> Value {
    let answer = scene.put_with_expiry("alice", to);
    scene.session_line(&answer)["max_age"].clone()
}

pub(super) fn rows() -> Vec<Row> {
    cookie().into_iter().chain(keys()).chain(expiry()).chain(mapping()).chain(ending()).chain(saving()).collect()
}

fn cookie() -> Vec<Row> {
    vec![
        row(
            "session-cookie-never-set",
            "sessions/cookie#begins-with-a-write",
            |scene| json!([first_line(scene).is_null(), scene.key("alice").is_null()]),
            json!([false, false]),
            json!([true, true]),
        ),
        row(
            "session-http-only-missing",
            "sessions/cookie#http-only",
            |scene| first_line(scene)["http_only"].clone(),
            json!(true),
            json!(false),
        ),
        row(
            "session-same-site-missing",
            "sessions/cookie#same-site",
            |scene| first_line(scene)["same_site"].clone(),
            json!("Lax"),
            Value::Null,
        ),
        row(
            "session-domain-wide",
            "sessions/cookie#host-only",
            |scene| first_line(scene)["domain"].clone(),
            Value::Null,
            json!("localhost"),
        ),
        row(
            "session-name-with-space",
            "cookies/grammar#name",
            grammar,
            json!([[], 1]),
            json!([["cookie.set.name-token"], 1]),
        ),
        row(
            "session-value-with-comma",
            "cookies/grammar#value",
            grammar,
            json!([[], 1]),
            json!([["cookie.set.value-octets"], 1]),
        ),
    ]
}

fn keys() -> Vec<Row> {
    vec![
        row(
            "same-key-for-everyone",
            "sessions/cookie#key-is-opaque",
            |scene| {
                scene.put("alice", "a", 1);
                scene.put("bob", "a", 1);
                let (alice, bob) = (scene.key("alice"), scene.key("bob"));
                json!([alice.as_str().unwrap().len() >= 16, alice == bob])
            },
            json!([true, false]),
            json!([true, true]),
        ),
        row(
            "write-rotates-key",
            "sessions/cookie#key-is-stable",
            |scene| {
                scene.put("alice", "a", 1);
                let key = scene.key("alice");
                scene.put("alice", "b", 2);
                json!([scene.key("alice") == key, scene.get("alice", "a")])
            },
            json!([true, 1]),
            json!([false, 1]),
        ),
        row(
            "malformed-key-5xx",
            "sessions/unknown-keys#malformed",
            |scene| {
                let keys = ["abc", "", "../../etc/passwd", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", "ключ"];
                let fails = keys.map(|key| {
                    scene.plant("mallory", &json!(key));
                    let answer = scene.ask("mallory", &json!({"op": "session.get", "key": "a"}));
                    answer.status >= 500 || answer.error() == "exception"
                });
                scene.put("alice", "a", 1);
                json!([fails, scene.get("alice", "a")])
            },
            json!([[false, false, false, false, false], 1]),
            // The first two are no key of anybody, but nothing is wrong with their form.
            json!([[false, false, true, true, true], 1]),
        ),
    ]
}

fn expiry() -> Vec<Row> {
    let default = || json!(DEFAULT_LIFETIME);
    vec![
        row(
            "session-expires-disagrees",
            "sessions/expiry#both-forms",
            |scene| {
                let line = first_line(scene);
                json!([line["max_age"], line["expires"]])
            },
            json!([DEFAULT_LIFETIME, DEFAULT_LIFETIME]),
            json!([DEFAULT_LIFETIME, DEFAULT_LIFETIME + 3600]),
        ),
        row(
            "set-expiry-ignored",
            "sessions/expiry#seconds",
            |scene| lifetime(scene, &json!(300)),
            json!(300),
            default(),
        ),
        row(
            "set-expiry-ignored",
            "sessions/expiry#duration",
            |scene| lifetime(scene, &json!({"in": 300})),
            json!(300),
            default(),
        ),
        row(
            "set-expiry-ignored",
            "sessions/expiry#instant",
            |scene| lifetime(scene, &json!({"at": 300})),
            json!(300),
            default(),
        ),
        row(
            "expiry-duration-refused",
            "sessions/expiry#duration",
            |scene| lifetime(scene, &json!({"in": 300})),
            json!(300),
            default(),
        ),
        row(
            "expiry-instant-refused",
            "sessions/expiry#instant",
            |scene| lifetime(scene, &json!({"at": 300})),
            json!(300),
            default(),
        ),
        row(
            "expiry-forgotten-on-write",
            "sessions/expiry#remembered",
            |scene| {
                let first = lifetime(scene, &json!(300));
                let answer = scene.put("alice", "b", 2);
                json!([first, scene.session_line(&answer)["max_age"]])
            },
            json!([300, 300]),
            json!([300, DEFAULT_LIFETIME]),
        ),
        row(
            "expiry-halved",
            "sessions/expiry#not-early",
            |scene| {
                let lifetime = lifetime(scene, &json!(6));
                scene.wait(5);
                json!([lifetime, scene.get("alice", "a")])
            },
            json!([6, 1]),
            json!([6, null]),
        ),
    ]
}

fn mapping() -> Vec<Row> {
    vec![
        row(
            "writes-lost",
            "sessions/mapping#get",
            |scene| {
                scene.put("alice", "colour", "blue");
                scene.get("alice", "colour")
            },
            json!("blue"),
            Value::Null,
        ),
        row(
            "get-stores-default",
            "sessions/mapping#get-missing",
            |scene| {
                scene.put("alice", "colour", "blue");
                let plain = scene.get("alice", "shape");
                let get = json!({"op": "session.get", "key": "shape", "default": "round"});
                let given = scene.ask("alice", &get).first();
                json!([plain, given, sorted(&scene.ask("alice", &json!({"op": "session.keys"})).first())])
            },
            json!([null, "round", ["colour"]]),
            json!([null, "round", ["colour", "shape"]]),
        ),
        row(
            "put-forgets-others",
            "sessions/mapping#keys",
            |scene| {
                scene.put("alice", "colour", "blue");
                scene.put("alice", "shape", "round");
                sorted(&scene.ask("alice", &json!({"op": "session.keys"})).first())
            },
            json!(["colour", "shape"]),
            json!(["shape"]),
        ),
        row(
            "values-returns-keys",
            "sessions/mapping#values-of-all",
            |scene| {
                let values = json!({"colour": "blue", "shape": "round"});
                scene.prepare("alice", &json!({"op": "session.update", "values": values}));
                sorted(&scene.ask("alice", &json!({"op": "session.values"})).first())
            },
            json!(["blue", "round"]),
            json!(["colour", "shape"]),
        ),
        row(
            "append-empties-list",
            "sessions/mapping#change-in-place",
            |scene| {
                scene.put("alice", "basket", json!(["apple"]));
                scene.prepare("alice", &json!({"op": "session.append", "key": "basket", "value": "pear"}));
                scene.get("alice", "basket")
            },
            json!(["apple"]),
            json!([]),
        ),
        row(
            "delete-not-saved",
            "sessions/mapping#delete",
            |scene| {
                let values = json!({"colour": "blue", "shape": "round"});
                scene.prepare("alice", &json!({"op": "session.update", "values": values}));
                scene.prepare("alice", &json!({"op": "session.delete", "key": "colour"}));
                let mut has = |key| scene.ask("alice", &json!({"op": "session.has", "key": key})).first();
                json!([has("colour"), has("shape")])
            },
            json!([false, true]),
            json!([true, true]),
        ),
        row(
            "test-cookie-not-deleted",
            "sessions/mapping#test-cookie",
            |scene| {
                scene.prepare("alice", &json!({"op": "session.set_test_cookie"}));
                let worked = scene.ask("alice", &json!({"op": "session.test_cookie_worked"})).first();
                scene.prepare("alice", &json!({"op": "session.delete_test_cookie"}));
                json!([worked, scene.ask("alice", &json!({"op": "session.test_cookie_worked"})).first()])
            },
            json!([true, false]),
            json!([true, true]),
        ),
    ]
}

fn ending() -> Vec<Row> {
    vec![
        row(
            "clear-empties-everyone",
            "sessions/ending#clear",
            |scene| {
                scene.put("alice", "colour", "blue");
                scene.put("bob", "colour", "red");
                scene.prepare("alice", &json!({"op": "session.clear"}));
                scene.get("bob", "colour")
            },
            json!("red"),
            Value::Null,
        ),
        row(
            "clear-rotates-key",
            "sessions/ending#clear-and-the-key",
            |scene| {
                scene.put("alice", "colour", "blue");
                let before = scene.key("alice");
                scene.prepare("alice", &json!({"op": "session.clear"}));
                match scene.key("alice") {
                    Value::Null => json!("cookie-deleted"),
                    after if after == before => json!("key-kept"),
                    _ => json!("key-replaced"),
                }
            },
            json!("key-kept"),
            json!("key-replaced"),
        ),
        row(
            "flush-creates-session",
            "sessions/ending#flush-without-a-session",
            |scene| {
                let answer = scene.ask("alice", &json!({"op": "session.flush"}));
                json!([answer.status, scene.session_line(&answer).is_null()])
            },
            json!([200, true]),
            json!([200, false]),
        ),
        row(
            "flush-reuses-key",
            "sessions/ending#flush-then-write",
            |scene| {
                scene.put("alice", "colour", "blue");
                let old = scene.key("alice");
                let put = json!({"op": "session.put", "key": "shape", "value": "round"});
                let answer = scene.run("alice", json!([{"op": "session.flush"}, put]), 200);
                json!([answer.status, scene.key("alice") == old, scene.get("alice", "shape")])
            },
            json!([200, false, "round"]),
            json!([200, true, "round"]),
        ),
        row(
            "login-mangles-data",
            "sessions/login#basket",
            |scene| {
                scene.put("alice", "basket", "apple");
                scene.prepare("alice", &json!({"op": "auth.login", "user": "alice"}));
                match scene.get("alice", "basket") {
                    Value::String(basket) if basket == "apple" => json!("kept"),
                    Value::Null => json!("dropped"),
                    _ => json!("unclassified"),
                }
            },
            json!("kept"),
            json!("unclassified"),
        ),
        row(
            "logout-keeps-everything",
            "sessions/login#logout",
            |scene| {
                scene.prepare("alice", &json!({"op": "auth.login", "user": "alice"}));
                scene.prepare("alice", &json!({"op": "auth.logout"}));
                scene.ask("alice", &json!({"op": "auth.whoami"})).first()
            },
            Value::Null,
            json!("alice"),
        ),
    ]
}

fn saving() -> Vec<Row> {
    vec![
        row(
            "no-save-on-4xx",
            "sessions/saving#client-error",
            |scene| {
                let program = json!([{"op": "session.put", "key": "a", "value": 1}]);
                let answer = scene.run("alice", program, 404);
                json!([answer.status, scene.key("alice").is_null(), scene.get("alice", "a")])
            },
            json!([404, false, 1]),
            json!([404, true, null]),
        ),
        row(
            "session-lost-on-5xx",
            "sessions/saving#server-error",
            |scene| {
                scene.put("alice", "a", 1);
                scene.run("alice", json!([{"op": "session.put", "key": "a", "value": 2}]), 500);
                scene.get("alice", "a")
            },
            json!(1),
            Value::Null,
        ),
        row(
            "concurrent-writes-lost",
            "sessions/concurrent#different-keys",
            |scene| {
                scene.put("alice", "start", 0);
                let put = |key: &str| json!({"op": "session.put", "key": key, "value": 1});
                scene.together("alice", &put("left"), &put("right"));
                sorted(&scene.ask("alice", &json!({"op": "session.keys"})).first())
            },
            json!(["right", "start"]),
            json!(["start"]),
        ),
    ]
}
