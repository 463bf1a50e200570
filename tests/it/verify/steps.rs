//! How steps travel, what browsers do, what is saved.

use std::sync::{Arc, Mutex};

use hardtack::event::Verdict;
use hardtack::wire::{Request, Response};
use serde_json::{Value, json};

use super::harness::{Scripted, cases, describing, on_reference, outcome, shown};

type Seen = Arc<Mutex<Vec<Request>>>;

/// Answers null to every operation and keeps what was asked.
fn recording() -> (Scripted, Seen) {
    let seen = Seen::default();
    let kept = Arc::clone(&seen);
    let handler = move |request: Request| {
        let kept = Arc::clone(&kept);
        async move {
            if request.path() == "/_hardtack" {
                return describing(&["cookie.list", "auth.login", "auth.whoami", "session.put", "cookie.set"]);
            }
            let text =
                request.parameter("program").unwrap_or_else(|| String::from_utf8_lossy(&request.body).into_owned());
            let program: Value = serde_json::from_str(&text).unwrap_or_default();
            let count = program["program"].as_array().map_or(0, Vec::len);
            let user = program["program"][0]["user"].clone();
            kept.lock().unwrap().push(request);
            Response::json(200, &json!({"results": vec![json!({"ok": user}); count]}))
                .with_header("Set-Cookie", "sid=k1.sig; Path=/_hardtack")
        }
    };
    (Scripted::new(handler), seen)
}

async fn run(text: &str) -> (hardtack::event::CaseOutcome, Vec<Request>) {
    let (scripted, seen) = recording();
    let outcome = outcome(scripted.request(cases(text))).await;
    let requests = seen.lock().unwrap().clone();
    (outcome, requests)
}

fn field(request: &Request, name: &str) -> Option<String> {
    request.header(name).map(|value| String::from_utf8_lossy(value).into_owned())
}

#[tokio::test]
async fn requests_travel_as_the_step_says() {
    let (outcome, requests) = run("
cases:
  - case: travels
    title: Ways to travel
    level: must
    clients: {alice: browser}
    given: {word: {text: 8}}
    steps:
      - {do: cookie.list, via: {method: GET, query: {extra: $word}}, expect: {status: 200}}
      - {do: cookie.list, host: sub, via: {headers: {X-Word: $word, User-Agent: old}}, expect: {status: 200}}
      - {do: cookie.list, via: {connection: new, headers: {Cookie: 'x=1'}}, expect: {status: 200}}
      - {do: cookie.list, expect: {status: 200}}
")
    .await;
    assert_eq!(outcome.verdict, Verdict::Pass, "{}", shown(std::slice::from_ref(&outcome)));
    let methods: Vec<_> = requests.iter().map(|request| request.method.as_str()).collect();
    // Once for each draw of `given`.
    assert!(methods.chunks(4).all(|draw| draw == ["GET", "POST", "POST", "POST"]), "{methods:?}");
    let word = requests[0].parameter("extra").unwrap();
    assert_eq!(word.len(), 8);
    assert_eq!(field(&requests[1], "X-Word"), Some(word));
    assert_eq!(field(&requests[1], "Host").as_deref(), Some("a.app.localhost"));
    assert_eq!(field(&requests[1], "User-Agent").as_deref(), Some("old"));
    assert_eq!(field(&requests[1], "Cookie"), None, "the cookie of the main host stays there");
    assert_eq!(field(&requests[2], "Cookie").as_deref(), Some("x=1"));
    assert_eq!(field(&requests[2], "Connection").as_deref(), Some("close"));
    assert_eq!(field(&requests[3], "Cookie").as_deref(), Some("sid=k1.sig"));
}

#[tokio::test]
async fn users_are_unique_and_look_as_written() {
    let (outcome, requests) = run("
cases:
  - case: users
    title: Users
    level: must
    clients: {alice: browser}
    steps:
      - do: request
        program: [{op: auth.login, user: bob}, {op: auth.whoami}]
        expect: {results: [null, {result: {user: bob}}]}
")
    .await;
    assert_eq!(outcome.verdict, Verdict::Pass, "{}", shown(std::slice::from_ref(&outcome)));
    let body: Value = serde_json::from_slice(&requests[0].body).unwrap();
    let user = body["program"][0]["user"].as_str().unwrap();
    assert!(user.ends_with("-bob") && user.len() > 10, "{user}");
}

#[tokio::test]
async fn browsers_are_closed_and_cookies_planted_forgotten_and_damaged() {
    let (outcome, requests) = run("
cases:
  - case: browsers
    title: Browsers
    level: must
    clients: {alice: browser}
    steps:
      - {do: browser.plant, with: {cookie: extra, value: planted}}
      - {do: cookie.list}
      - {do: browser.forget, with: {cookie: extra}}
      - {do: browser.tamper, with: {cookie: session, how: unsigned}}
      - {do: cookie.list}
      - {do: browser.restart}
      - {do: cookie.list, expect: {jar: {session: holds}}}
      - {do: browser.tamper, with: {cookie: session, how: move_to, to: moved}}
      - {do: cookie.list, expect: {jar: {moved: {is: 'k1.sig'}}}}
")
    .await;
    assert_eq!(outcome.verdict, Verdict::Pass, "{}", shown(std::slice::from_ref(&outcome)));
    let cookies: Vec<_> = requests.iter().map(|request| field(request, "Cookie").unwrap_or_default()).collect();
    assert_eq!(cookies, ["extra=planted", "sid=k1", "", "moved=k1.sig"]);
}

#[tokio::test]
async fn a_browser_is_asked_after_a_step_without_a_request() {
    let text = "
cases:
  - case: rest
    title: At rest
    level: must
    clients: {alice: browser}
    steps:
      - {do: session.put, with: {key: a, value: 1}, save: {key: jar.session}}
      - {do: browser.restart, expect: {jar: {session: EXPECTED}}, save: {left: jar.session}}
      - {do: browser.plant, with: {cookie: session, value: $key}, expect: {saved: {$left: null}}}
";
    let lacks = outcome(on_reference(cases(&text.replace("EXPECTED", "holds")))).await;
    assert_eq!(lacks.verdict, Verdict::Fail, "the reference server's cookie has a lifetime");
    assert_eq!(lacks.findings[0].expectation, "steps[2].expect.saved.left");
    let (closed, _) = run(&text.replace("EXPECTED", "lacks")).await;
    assert_eq!(closed.verdict, Verdict::Pass, "{}", shown(std::slice::from_ref(&closed)));
    assert_eq!((closed.expectations.declared, closed.expectations.evaluated), (2, 2));
}

#[tokio::test]
async fn a_cookie_is_planted_where_the_target_keeps_it() {
    let (outcome, requests) = run("
cases:
  - case: scope
    title: Scope
    level: must
    clients: {alice: browser, mallory: browser}
    steps:
      - {who: alice, do: cookie.list, save: {key: jar.session}}
      - {who: mallory, do: browser.plant, with: {cookie: session, value: stolen}}
      - {who: mallory, do: cookie.list, expect: {jar: {session: {is: $key}}}}
      - {who: mallory, do: cookie.list, expect: {status: 200}}
")
    .await;
    assert_eq!(outcome.verdict, Verdict::Pass, "{}", shown(std::slice::from_ref(&outcome)));
    let cookies: Vec<_> = requests.iter().map(|request| field(request, "Cookie").unwrap_or_default()).collect();
    assert_eq!(cookies, ["", "sid=stolen", "sid=k1.sig"], "the answer replaces what was planted");
}

#[tokio::test]
async fn repeated_steps_collect_what_they_saved() {
    let text = "
cases:
  - case: unique
    title: Keys differ
    level: must
    clients: {alice: browser}
    steps:
      - repeat: 5
        steps:
          - {do: session.put, with: {key: a, value: 1}, save: {key: jar.session}, expect: {jar: {session: holds}}}
          - {do: browser.forget, with: {cookie: session}}
        collect: {keys: $key}
      - {do: probe.unique, with: {values: $keys}, expect: {result: {unique: true}}}
";
    let good = outcome(on_reference(cases(text))).await;
    assert_eq!(good.verdict, Verdict::Pass, "{}", shown(std::slice::from_ref(&good)));
    assert_eq!((good.expectations.declared, good.expectations.evaluated), (2, 2));
    let (bad, _) = run(text).await;
    assert_eq!(bad.verdict, Verdict::Fail);
    assert_eq!(bad.findings.len(), 1);
    assert_eq!(bad.findings[0].expectation, "steps[1].expect.result.unique");
    assert_eq!(bad.exchanges.len(), 5);
}

#[tokio::test]
async fn an_operation_that_is_offered_and_unsupported_is_untestable() {
    let handler = |request: Request| async move {
        if request.path() == "/_hardtack" {
            return describing(&["session.put"]);
        }
        Response::json(200, &json!({"results": [{"error": "unsupported", "message": "later"}]}))
    };
    let text = "
cases:
  - case: put
    title: Put
    level: must
    clients: {alice: browser}
    steps:
      - {do: session.put, with: {key: a, value: 1}, expect: {status: 200}}
";
    let outcome = outcome(Scripted::new(handler).request(cases(text))).await;
    assert_eq!(outcome.verdict, Verdict::Untestable);
    assert!(outcome.reason.unwrap().ends_with("does not support it: later"));
}
