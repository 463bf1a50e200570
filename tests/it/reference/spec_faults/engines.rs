//! Cases about what one kind of session engine does.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hardtack::contract::{Control, ServiceRole};
use hardtack::reference::EngineKind::{Cache, CachedDb, Db, File, SignedCookies};
use serde_json::{Value, json};

use super::{Row, Scene, row};

/// Whether the store has a record under the key that the session itself names.
fn record_of_own_key(scene: &mut Scene) -> Value {
    scene.put("alice", "a", 1);
    let key = scene.ask("alice", &json!({"op": "session.key"})).first();
    let exists = scene.ask("alice", &json!({"op": "store.exists", "key": key})).first();
    json!([key == scene.key("alice"), exists])
}

pub(super) fn rows() -> Vec<Row> {
    caches().into_iter().chain(stores()).chain(cookies()).collect()
}

fn caches() -> Vec<Row> {
    let read = |scene: &mut Scene| {
        scene.put("alice", "a", 1);
        scene.get("alice", "a")
    };
    vec![
        row("writes-lost", "engines/cache#memory", read, json!(1), Value::Null).on(&[Cache]),
        row(
            "cache-survives-flush",
            "engines/cache#lost-with-the-cache",
            |scene| {
                scene.put("alice", "a", 1);
                scene.control(Control::Flush(ServiceRole::Cache));
                scene.get("alice", "a")
            },
            Value::Null,
            json!(1),
        )
        .on(&[Cache]),
        row(
            "cached-db-write-stops-at-cache",
            "engines/cached-db#write-order",
            |scene| {
                scene.put("alice", "basket", "apple");
                scene.control(Control::Stop(ServiceRole::Cache));
                scene.ask("alice", &json!({"op": "session.put", "key": "basket", "value": "pear"}));
                scene.control(Control::Start(ServiceRole::Cache));
                scene.control(Control::Flush(ServiceRole::Cache));
                scene.get("alice", "basket")
            },
            json!("pear"),
            json!("apple"),
        ),
        row(
            "cached-db-cache-never-read",
            "engines/cached-db#reads-cache-first",
            |scene| {
                scene.put("alice", "basket", "apple");
                let key = scene.prepare("alice", &json!({"op": "session.key"})).first();
                scene.prepare("alice", &json!({"op": "store.delete", "key": key}));
                scene.get("alice", "basket")
            },
            json!("apple"),
            Value::Null,
        ),
        row(
            "cached-db-logout-leaves-database",
            "engines/cached-db#logout-empties-both",
            |scene| {
                scene.put("alice", "basket", "apple");
                let old = scene.key("alice");
                scene.prepare("alice", &json!({"op": "session.flush"}));
                scene.plant("mallory", &old);
                scene.get("mallory", "basket")
            },
            Value::Null,
            json!("apple"),
        ),
    ]
}

fn stores() -> Vec<Row> {
    let record = |case, engines| {
        row("records-nowhere", case, record_of_own_key, json!([true, true]), json!([true, false])).on(engines)
    };
    vec![
        record("engines/server-side#database", &[Db]),
        record("engines/server-side#file", &[File]),
        row(
            "key-tells-data",
            "engines/server-side#cookie-says-nothing",
            |scene| {
                scene.put("alice", "secret", "m4rk3rm4rk3r");
                let key = scene.key("alice");
                let octets = URL_SAFE_NO_PAD.decode(key.as_str().unwrap().split('.').next().unwrap());
                let tells = octets.is_ok_and(|octets| String::from_utf8_lossy(&octets).contains("m4rk3rm4rk3r"));
                json!([tells, scene.get("alice", "secret")])
            },
            json!([false, "m4rk3rm4rk3r"]),
            json!([true, "m4rk3rm4rk3r"]),
        ),
        row(
            "store-exists-broken",
            "sessions/clear-expired#not-by-itself",
            |scene| {
                scene.put_with_expiry("alice", &json!(4));
                let old = scene.key("alice");
                scene.wait(5);
                match scene.ask("bob", &json!({"op": "store.exists", "key": old})).first() {
                    Value::Bool(true) => json!("stays-until-swept"),
                    Value::Bool(false) => json!("forgets-by-itself"),
                    _ => json!("unclassified"),
                }
            },
            json!("stays-until-swept"),
            json!("unclassified"),
        )
        .on(&[Db, File, CachedDb]),
    ]
}

fn cookies() -> Vec<Row> {
    // Neither readable nor hidden: there is no cookie to look at.
    let unseen = |case| {
        let sees = |scene: &mut Scene| {
            scene.put("alice", "secret", "m4rk3rm4rk3r");
            json!(scene.key("alice").is_null())
        };
        row("session-cookie-never-set", case, sees, json!(false), json!(true)).on(&[SignedCookies])
    };
    vec![
        unseen("sessions/client-side#readable"),
        unseen("engines/signed-cookies#key-not-needed"),
        row(
            "signed-replay-mixes-state",
            "sessions/client-side#replay",
            |scene| {
                scene.put("alice", "credit", 100);
                let copy = scene.key("alice");
                scene.put("alice", "credit", 0);
                scene.plant("bob", &copy);
                let credit = scene.get("bob", "credit");
                if credit == 100 {
                    json!("replayable")
                } else if credit == 0 || credit.is_null() {
                    json!("revoked")
                } else {
                    json!("unclassified")
                }
            },
            json!("replayable"),
            json!("unclassified"),
        ),
    ]
}
