//! Sessions that are several cookies: a value, and its signature beside it.

use std::sync::{Arc, Mutex};

use hardtack::event::Verdict;
use hardtack::wire::{Request, Response};
use serde_json::json;

use super::harness::{Scripted, cases, outcome, shown};

/// Signs its session in a second cookie, and sets it once; keeps the Cookie fields that it is sent.
fn signing() -> (Scripted, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&seen);
    let handler = move |request: Request| {
        let kept = Arc::clone(&kept);
        async move {
            if request.path() == "/_hardtack" {
                return Response::json(
                    200,
                    &json!({
                        "contract": 1, "framework": "script", "version": "1", "session_cookies": ["sid", "sid.sig"],
                        "operations": ["cookie.list", "session.put"],
                    }),
                );
            }
            let cookie = request.header("Cookie").map(|value| String::from_utf8_lossy(value).into_owned());
            kept.lock().unwrap().push(cookie.unwrap_or_default());
            let answer = Response::json(200, &json!({"results": [{"ok": null}]}));
            if !request.body.windows(11).any(|part| part == b"session.put") {
                return answer;
            }
            let lives = "; Path=/; Max-Age=1";
            answer
                .with_header("Set-Cookie", format!("sid=k1{lives}"))
                .with_header("Set-Cookie", format!("sid.sig=s1{lives}"))
                .with_header("Set-Cookie", "token=t1; Path=/")
        }
    };
    (Scripted::new(handler), seen)
}

#[tokio::test]
async fn they_are_planted_whole_copied_and_unsigned() {
    let (scripted, seen) = signing();
    let outcome = outcome(scripted.request(cases(
        "
cases:
  - case: several
    title: Several cookies
    level: must
    clients: {alice: browser, bob: browser, carol: browser, mallory: browser}
    steps:
      - {who: alice, do: session.put, with: {key: a, value: 1}, save: {key: jar.session}}
      - {who: bob, do: browser.copy, with: {from: alice}}
      - {who: bob, do: cookie.list, expect: {status: 200}}
      - {who: carol, do: browser.copy, with: {from: alice, except: session}}
      - {who: carol, do: cookie.list, expect: {status: 200}}
      - {who: alice, wait_until: {cookie: session, at: expired}}
      - {who: mallory, do: browser.plant, with: {cookie: session, value: $key}}
      - {who: mallory, do: cookie.list, expect: {status: 200}}
      - {who: mallory, do: browser.tamper, with: {cookie: session, how: unsigned}}
      - {who: mallory, do: cookie.list, expect: {status: 200}}
      - {who: mallory, do: browser.plant, with: {cookie: session, value: never-seen}}
      - {who: mallory, do: cookie.list, expect: {status: 200}}
",
    )))
    .await;
    assert_eq!(outcome.verdict, Verdict::Pass, "{}", shown(std::slice::from_ref(&outcome)));
    let sent: Vec<String> = seen
        .lock()
        .unwrap()
        .iter()
        .map(|field| {
            let mut pairs: Vec<&str> = field.split("; ").collect();
            pairs.sort_unstable();
            pairs.join("; ")
        })
        .collect();
    // The replay comes with its signature, although the first browser has long forgotten both.
    assert_eq!(
        sent,
        ["", "sid.sig=s1; sid=k1; token=t1", "token=t1", "sid.sig=s1; sid=k1", "sid=k1", "sid=never-seen"]
    );
}
