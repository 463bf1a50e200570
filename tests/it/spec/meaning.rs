//! What the words of a spec mean in the model.

use hardtack::spec::{
    Action, Body, CookieExpect, Effect, Expect, JarExpect, Level, Matcher, Operand, Profile, SavePath, Step, Test,
};
use serde_json::json;

use super::sample;

fn steps(rest: &str) -> Vec<Step> {
    match sample::one(rest).body.clone() {
        Body::Steps(steps) => steps,
        Body::Monitor(_) => panic!("a monitor"),
    }
}

fn expect(written: &str) -> Expect {
    steps(&format!("    steps: [{{do: session.get, with: {{key: a}}, save: {{x: status}}, expect: {written}}}]\n"))
        .remove(0)
        .expect
}

fn is(value: serde_json::Value) -> Matcher {
    Matcher::of(Test::Is(Operand::Literal(value)))
}

#[test]
fn plain_values_are_matchers() {
    for (written, expected) in [
        ("blue", is(json!("blue"))),
        ("null", is(json!(null))),
        ("[1, $$a]", is(json!([1, "$a"]))),
        ("{is: {not: 1}}", is(json!({"not": 1}))),
        ("$x", Matcher::of(Test::Is(Operand::Saved("x".into())))),
        ("{is: [$x]}", Matcher::of(Test::Is(Operand::Template(json!(["$x"]))))),
        ("1h", is(json!("1h"))),
        (
            "{at_least: 1h, at_most: 1500ms, about: $x}",
            Matcher {
                tests: vec![
                    Test::AtLeast(Operand::Literal(json!(3600))),
                    Test::AtMost(Operand::Literal(json!(1.5))),
                    Test::About(Operand::Saved("x".into())),
                ],
            },
        ),
    ] {
        assert_eq!(expect(&format!("{{result: {{value: {written}}}}}")).result["value"], expected, "{written}");
    }
}

#[test]
fn durations_are_seconds_where_seconds_are_observed() {
    let CookieExpect::Set(cookie) =
        expect("{set_cookie: {a: {lifetime: 1h, max_age: {in: [1m, null]}, value: 1h}}}").set_cookie["a"].clone()
    else {
        panic!("the cookie is expected")
    };
    assert_eq!(cookie.lifetime, Some(is(json!(3600))));
    let either = vec![Operand::Literal(json!(60)), Operand::Literal(json!(null))];
    assert_eq!(cookie.max_age, Some(Matcher::of(Test::In(either))));
    assert_eq!(cookie.value, Some(is(json!("1h"))));
}

#[test]
fn cookies_and_jars_have_short_forms() {
    let found = expect("{set_cookie: {a: none, b: removed}, jar: {a: holds, b: lacks, c: {is: $x}}}");
    assert_eq!(found.set_cookie["a"], CookieExpect::None);
    let CookieExpect::Set(b) = &found.set_cookie["b"] else { panic!("b is expected") };
    assert_eq!((b.effect, b.declared()), (Some(Effect::Removed), 1));
    assert_eq!((&found.jar["a"], &found.jar["b"]), (&JarExpect::Holds, &JarExpect::Lacks));
    assert_eq!(found.jar["c"], JarExpect::Value(Matcher::of(Test::Is(Operand::Saved("x".into())))));
    assert_eq!(found.declared(), 5);
}

#[test]
fn paths_lead_to_what_is_observed() {
    let save = "{a: set_cookie.x.y.max_age, b: header.Set-Cookie, c: jar.a.b, d: result.age, e: error.kind, f: error}";
    let step =
        steps(&format!("    steps: [{{do: session.get_expiry, save: {save}, expect: {{status: 200}}}}]\n")).remove(0);
    assert!(matches!(&step.save["a"], SavePath::SetCookie(name, _) if name == "x.y"));
    assert_eq!(step.save["b"], SavePath::Header("set-cookie".into()));
    assert_eq!(step.save["c"], SavePath::Jar("a.b".into()));
    assert_eq!(step.save["d"], SavePath::Result("age".into()));
    assert_eq!((&step.save["e"], &step.save["f"]), (&SavePath::ErrorKind, &SavePath::Error));
}

#[test]
fn columns_stand_anywhere_in_steps() {
    let text = sample::case(
        "    examples:
      - {row: first, op: session.get, times: 2, effect: none, code: 404, seen: {present: false}, key: \"$$a\"}
      - {row: second, op: session.has, times: 3, effect: stored, code: 500, seen: 1, key: $x}
    steps:
      - {do: session.keys, save: {x: status}}
      - repeat: $times
        steps:
          - do: request
            program: [{op: $op, key: $key}]
            status: $code
            expect: {status: $code, header: {$code: null}, set_cookie: {a: $effect}, saved: {$x: $seen}}
",
    );
    let spec = sample::read(&text).unwrap_or_else(|wrong| panic!("\n{wrong}"));
    let found: Vec<_> = spec
        .cases
        .iter()
        .map(|case| {
            let Body::Steps(steps) = &case.body else { panic!("steps") };
            let Action::Repeat(repeat) = &steps[1].action else { panic!("repeat") };
            let step = &repeat.steps[0];
            let Action::Request { program, status } = &step.action else { panic!("request") };
            (
                case.id.to_string(),
                repeat.times,
                program[0].op.clone(),
                program[0].arguments["key"].clone(),
                *status,
                step.expect.saved["x"].clone(),
            )
        })
        .collect();
    let absent = Matcher::of(Test::Present(false));
    assert_eq!(
        found,
        [
            ("a/b#one@first".to_owned(), 2, "session.get".to_owned(), json!("$$a"), Some(404), absent),
            ("a/b#one@second".to_owned(), 3, "session.has".to_owned(), json!("$x"), Some(500), is(json!(1))),
        ]
    );
}

#[test]
fn the_weightiest_rule_gives_the_level() {
    let with = |rest: &str| {
        let text = sample::spec(&format!(
            "  - case: one\n    title: One\n    steps: [{{do: visit, path: /, expect: {{status: 200}}}}]\n{rest}"
        ));
        sample::read(&text).unwrap_or_else(|wrong| panic!("\n{wrong}")).cases[0].level.clone()
    };
    let both = "    rules: [session.cookie.lifetime-reasonable, cookie.set.max-age-expires-agree]\n";
    let level = with(both);
    assert_eq!((level.get(Profile::Default), level.get(Profile::Tutorial)), (Level::Should, Level::Must));
    let level = with(&format!("{both}    level: may\n    level_because: A reason.\n"));
    assert_eq!((level.get(Profile::Default), level.get(Profile::Tutorial)), (Level::May, Level::May));
}

#[test]
fn steps_without_a_client_have_the_first() {
    let all = steps(
        "    clients: {bob: browser, alice: browser}\n    steps:\n      - {do: control.server.restart}\n      \
         - {who: bob, do: visit, path: /, expect: {status: 200}}\n",
    );
    assert_eq!(all.iter().map(|step| step.who.as_str()).collect::<Vec<_>>(), ["alice", "bob"]);
}
