//! Cases about cookies.

use hardtack::reference::EngineKind;
use serde_json::{Value, json};

use super::{Answer, Row, Scene, row};

/// Sets the cookie `probe` to `a`, with more arguments.
fn set(scene: &mut Scene, more: &Value) -> Answer {
    let mut operation = json!({"op": "cookie.set", "name": "probe", "value": "a"});
    operation.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    scene.ask("alice", &operation)
}

/// The octets of `probe` in the browser; null without it.
fn length(scene: &Scene) -> Value {
    scene.held("alice", "probe").as_str().map_or(Value::Null, |value| json!(value.len()))
}

pub(super) fn rows() -> Vec<Row> {
    lifetimes().into_iter().chain(writing()).chain(sizes()).chain(reading()).collect()
}

fn lifetimes() -> Vec<Row> {
    vec![
        row(
            "always-persistent",
            "cookies/until-close#without-lifetime",
            |scene| {
                set(scene, &json!({}));
                scene.restart_browser("alice");
                scene.held("alice", "probe")
            },
            Value::Null,
            json!("a"),
        ),
        row(
            "zero-means-until-close",
            "cookies/lifetime#max-age-zero",
            |scene| {
                set(scene, &json!({}));
                set(scene, &json!({"value": "b", "max_age": 0}));
                scene.held("alice", "probe")
            },
            Value::Null,
            json!("b"),
        ),
        row(
            "negative-max-age-lives",
            "cookies/lifetime#max-age-negative",
            |scene| {
                let error = set(scene, &json!({"max_age": -5})).error();
                json!([error, scene.held("alice", "probe")])
            },
            json!([null, null]),
            json!([null, "a"]),
        ),
        row(
            "duration-refused",
            "cookies/lifetime#max-age-duration",
            |scene| set(scene, &json!({"max_age": {"in": 3600}})).line("probe")["max_age"].clone(),
            json!(3600),
            Value::Null,
        ),
        row(
            "expires-beside-max-age-off",
            "cookies/lifetime#max-age-and-expires-agree",
            |scene| {
                let line = set(scene, &json!({"max_age": 3600})).line("probe");
                json!([line["max_age"], line["expires"]])
            },
            json!([3600, 3600]),
            json!([3600, 7200]),
        ),
    ]
}

fn writing() -> Vec<Row> {
    vec![
        row(
            "same-site-none-unchecked",
            "cookies/set#same-site-none-without-secure",
            |scene| {
                let answer = set(scene, &json!({"same_site": "None"}));
                json!([answer.error(), answer.line("probe")["same_site"]])
            },
            json!(["invalid", null]),
            json!([null, "None"]),
        ),
        row(
            "overwrite-keeps-attributes",
            "cookies/set#overwritten-attributes",
            |scene| {
                let program = json!([
                    {"op": "cookie.set", "name": "twice", "value": "first", "max_age": 3600, "http_only": true},
                    {"op": "cookie.set", "name": "twice", "value": "second"},
                ]);
                let line = scene.run("alice", program, 200).line("twice");
                json!([line["value"], line["max_age"], line["http_only"], line["times"]])
            },
            json!(["second", null, false, 1]),
            json!(["second", 3600, true, 1]),
        ),
        row(
            "set-after-delete-stays-deleted",
            "cookies/delete#then-set",
            |scene| {
                let program = json!([
                    {"op": "cookie.delete", "name": "probe"},
                    {"op": "cookie.set", "name": "probe", "value": "again"},
                ]);
                scene.run("alice", program, 200);
                scene.held("alice", "probe")
            },
            json!("again"),
            Value::Null,
        ),
        row(
            "cookies-lost-on-error",
            "cookies/set#with-an-error-status",
            |scene| {
                let mut program = |status, name: &str| {
                    let program = json!([{"op": "cookie.set", "name": name, "value": "a"}]);
                    let answer = scene.run("alice", program, status);
                    json!([answer.status, answer.line(name)["value"]])
                };
                json!([program(404, "one"), program(500, "two")])
            },
            json!([[404, "a"], [500, "a"]]),
            json!([[404, null], [500, null]]),
        ),
        row(
            "delete-keeps-value",
            "cookies/delete#empty-value",
            |scene| {
                set(scene, &json!({"value": "secret"}));
                let line = scene.ask("alice", &json!({"op": "cookie.delete", "name": "probe"})).line("probe");
                json!([line["value"], line["max_age"]])
            },
            json!(["", 0]),
            json!(["secret", 0]),
        ),
        row(
            "path-sent-twice",
            "cookies/grammar#attributes-once",
            |scene| set(scene, &json!({})).findings(),
            json!([]),
            json!(["cookie.set.attribute-unique"]),
        ),
    ]
}

fn sizes() -> Vec<Row> {
    vec![
        row(
            "value-cut-at-1024",
            "cookies/size#just-fits",
            |scene| {
                set(scene, &json!({"value": "x".repeat(4091)}));
                length(scene)
            },
            json!(4091),
            json!(1024),
        ),
        row(
            "value-cut-at-1024",
            "cookies/size#too-large",
            |scene| {
                let error = set(scene, &json!({"value": "x".repeat(5000)})).error();
                json!([error, length(scene)])
            },
            json!(["invalid", null]),
            json!([null, 1024]),
        ),
        row(
            "value-cut-at-1024",
            "engines/signed-cookies#fits",
            |scene| {
                scene.put("alice", "text", "x".repeat(2000));
                json!([scene.key("alice").is_string(), scene.get("alice", "text").is_string()])
            },
            json!([true, true]),
            json!([true, false]),
        )
        .on(&[EngineKind::SignedCookies]),
    ]
}

fn reading() -> Vec<Row> {
    let list = |scene: &mut Scene| {
        scene.prepare("alice", &json!({"op": "cookie.set", "name": "one", "value": "a"}));
        scene.ask("mallory", &json!({"op": "cookie.list"})).first()
    };
    vec![
        row("cookies-remembered", "cookies/read#nobody-elses", list, json!([]), json!([["one", "a"]])),
        row(
            "signed-value-lost",
            "cookies/signed#round-trip",
            |scene| {
                scene.prepare("alice", &json!({"op": "cookie.set_signed", "name": "vote", "value": "blue"}));
                scene.ask("alice", &json!({"op": "cookie.get_signed", "name": "vote"})).first()
            },
            json!("blue"),
            json!(""),
        ),
        row(
            "signed-missing-is-empty",
            "cookies/signed#absent",
            |scene| scene.ask("alice", &json!({"op": "cookie.get_signed", "name": "nowhere"})).first(),
            json!("missing"),
            json!(""),
        ),
    ]
}
