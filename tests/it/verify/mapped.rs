//! Applications whose own requests serve as operations.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use hardtack::event::{CaseOutcome, ExitCode, Verdict};
use hardtack::rig::RigOptions;
use hardtack::target::{Target, read_target};
use hardtack::verify::{Purpose, Request as Asked, Rigged, self_test_cases};
use hardtack::wire::{Limits, Listener, Request, Response};
use serde_json::json;

use super::harness::{cases, catalogue, finished, request, shown};

/// How the application is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Nowhere,
    /// A login keeps the key from before.
    KeepsKey,
    /// A logout forgets the cookie only.
    KeepsSession,
}

#[derive(Default)]
struct Shop {
    sessions: HashMap<String, (Option<String>, HashMap<String, u64>)>,
    issued: usize,
}

/// A secret that every test process has, and that is long enough to be told from anything else.
const SECRET: &str = "CARGO_MANIFEST_DIR";

/// An application with a form login behind a token, a bearer token beside its cookie and a cart of JSON.
fn answer(shop: &Mutex<Shop>, wrong: Wrong, request: &Request) -> Response {
    let mut shop = shop.lock().unwrap();
    let cookie = String::from_utf8_lossy(request.header("Cookie").unwrap_or_default()).into_owned();
    let sent = cookie.split("; ").find_map(|pair| pair.strip_prefix("sid=")).map(str::to_owned);
    let key = sent.filter(|key| shop.sessions.contains_key(key));
    let fresh = |shop: &mut Shop| {
        shop.issued += 1;
        let key = format!("k{:030}", shop.issued * 7919);
        shop.sessions.insert(key.clone(), Default::default());
        key
    };
    let with_key = |response: Response, key: &str| {
        response.with_header("Set-Cookie", format!("sid={key}; Path=/; HttpOnly; SameSite=Lax"))
    };
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let field = |name: &str| {
        url::form_urlencoded::parse(body.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    match (request.method.as_str(), request.path()) {
        ("GET", "/login") => Response::text(200, "<input name=t value=\"a&amp;b\">"),
        ("POST", "/login") => {
            if field("t").as_deref() != Some("a&b") || field("pw").as_deref() != std::env::var(SECRET).ok().as_deref() {
                return Response::text(403, "no");
            }
            let cart = key.as_ref().and_then(|key| shop.sessions.get(key)).map(|old| old.1.clone()).unwrap_or_default();
            let next = match key {
                Some(key) if wrong == Wrong::KeepsKey => key,
                old => {
                    old.and_then(|old| shop.sessions.remove(&old));
                    fresh(&mut shop)
                }
            };
            shop.sessions.insert(next.clone(), (field("name"), cart));
            let told = json!({"token": format!("bearer-{next}")});
            with_key(Response::json(303, &told).with_header("Location", "/welcome"), &next)
        }
        ("POST", "/logout") => {
            if let (Some(key), true) = (key, wrong != Wrong::KeepsSession) {
                shop.sessions.remove(&key);
            }
            Response::text(204, "").with_header("Set-Cookie", "sid=; Path=/; Max-Age=0")
        }
        ("GET", "/me") => {
            let bearer = String::from_utf8_lossy(request.header("Authorization").unwrap_or_default()).into_owned();
            let user = key.and_then(|key| Some((key.clone(), shop.sessions.get(&key)?.0.clone()?)));
            match user {
                // The bearer token beside the cookie is asked for, too.
                Some((key, user)) if bearer == format!("Bearer bearer-{key}") || wrong == Wrong::KeepsSession => {
                    Response::json(200, &json!({"name": user.to_uppercase()}))
                }
                _ => Response::json(401, &json!({})),
            }
        }
        ("PUT", path) if path.starts_with("/cart/") => {
            let key = key.unwrap_or_else(|| fresh(&mut shop));
            let count = serde_json::from_str::<serde_json::Value>(&body).unwrap()["n"].as_u64().unwrap();
            let sku = path["/cart/".len()..].to_owned();
            shop.sessions.get_mut(&key).unwrap().1.insert(sku, count);
            with_key(Response::text(200, "ok"), &key)
        }
        ("GET", "/cart") => {
            let cart = key.and_then(|key| shop.sessions.get(&key)).map(|session| session.1.clone()).unwrap_or_default();
            let items: Vec<_> = cart.iter().map(|(sku, n)| json!({"sku": sku, "n": n})).collect();
            Response::json(200, &json!({"items": items}))
        }
        _ => Response::text(404, "nothing"),
    }
    .with_header("Cache-Control", "no-store")
}

async fn shop(wrong: Wrong) -> Listener {
    let state = Arc::new(Mutex::new(Shop::default()));
    let handle = move |request: Request| std::future::ready(answer(&state, wrong, &request));
    Listener::bind(Limits::default(), handle).await.unwrap()
}

fn mapping(url: &str, variable: &str) -> String {
    format!(
        r#"target: 1
name: shop
base_url: {url}
binding: mapped
cookies: {{session: sid}}
secrets: {{pw: {{env: {variable}}}}}
users:
  alice: {{shown: ALICE, password: $secret.pw}}
  carol: {{shown: CAROL, password: $secret.pw}}
operations:
  auth.login:
    before: {{get: /login, take: {{token_of_form: {{css: "input[name=t]@value"}}}}}}
    send: {{post: /login, form: {{name: $user, pw: $user.password, t: $token_of_form}}}}
    worked: {{status: 303, header: {{location: /welcome}}}}
    keep: {{token: json.token}}
  auth.logout: {{send: {{post: /logout}}}}
  auth.whoami:
    send: {{get: /me, headers: {{Authorization: Bearer $token}}}}
    result: {{user: json.name}}
    nothing: {{status: 401}}
  session.put:
    send: {{put: /cart/$key, json: {{n: $value}}}}
    accepts: {{key: [tea, salt], value: [1, 2, 3]}}
  session.get: {{send: {{get: /cart}}, result: {{value: "json.items[sku=$key].n"}}}}
  session.keys: {{send: {{get: /cart}}, result: {{keys: "json.items[].sku"}}}}
facts: {{storage: server, rotate: login, logout_cookie: deleted}}
"#
    )
}

fn read(text: &str) -> Arc<Target> {
    Arc::new(read_target("shop.yaml", Path::new("."), text.as_bytes()).unwrap_or_else(|found| panic!("{found}")))
}

fn asked(target: Arc<Target>, cases: Vec<Arc<hardtack::spec::Case>>) -> Asked {
    let stages = Arc::new(Rigged { target: Arc::clone(&target), options: RigOptions::default() });
    request(cases, target, stages)
}

fn checked(target: Arc<Target>) -> Asked {
    let checks = self_test_cases(&target.binding).unwrap_or_else(|error| panic!("{error}"));
    let mut asked = asked(target, checks);
    asked.options.purpose = Purpose::CheckTarget;
    asked
}

async fn outcomes(asked: Asked) -> Vec<CaseOutcome> {
    finished(asked).await.variants.remove(0).outcomes
}

/// Cases of the catalogue by their names.
fn named(names: &[&str]) -> Vec<Arc<hardtack::spec::Case>> {
    catalogue().into_iter().filter(|case| names.contains(&case.id.as_str())).collect()
}

#[tokio::test]
async fn every_mapped_operation_is_proven() {
    let listener = shop(Wrong::Nowhere).await;
    let target = read(&mapping(&format!("http://{}/", listener.address()), SECRET));
    let all = outcomes(checked(target)).await;
    assert!(all.iter().all(|outcome| outcome.verdict == Verdict::Pass), "{}", shown(&all));
    let names: Vec<&str> = all.iter().filter_map(|outcome| outcome.case.as_str().split('#').nth(1)).collect();
    for name in ["login-whoami", "two-users", "logout", "session-put-get", "session-put-keys"] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    assert!(!names.contains(&"session-pop"), "only what is mapped is checked");
}

#[tokio::test]
async fn the_catalogue_judges_an_application_and_secrets_stay_secret() {
    let listener = shop(Wrong::KeepsKey).await;
    let target = read(&mapping(&format!("http://{}/", listener.address()), SECRET));
    let run = finished(asked(target, catalogue())).await;
    let all = &run.variants[0].outcomes;
    let verdict = |case: &str| all.iter().find(|outcome| outcome.case.as_str() == case).map(|outcome| outcome.verdict);
    // The key survives the login: the failure is found, through a form, a redirect and a cart.
    assert_eq!(verdict("sessions/login#new-key"), Some(Verdict::Fail), "{}", shown(all));
    assert_eq!(verdict("sessions/login#who"), Some(Verdict::Pass));
    assert_eq!(verdict("sessions/login#logout-on-the-server"), Some(Verdict::Pass));
    assert_eq!(verdict("sessions/login#old-key-dead"), Some(Verdict::Fail), "two reads are two requests");
    let needs =
        |case: &str| all.iter().find(|outcome| outcome.case.as_str() == case).and_then(|one| one.reason.clone());
    assert!(needs("sessions/cookie#untouched").is_some_and(|why| why.contains("serve the contract")));
    let secret = std::env::var(SECRET).unwrap();
    let stored = serde_json::to_string(&run).unwrap();
    assert!(stored.contains("pw=…"), "the form is evidence");
    assert!(!stored.contains(&secret) && !stored.contains(&secret.replace('/', "%2F")));
}

#[tokio::test]
async fn a_session_that_survives_its_logout_is_found() {
    let listener = shop(Wrong::KeepsSession).await;
    let target = read(&mapping(&format!("http://{}/", listener.address()), SECRET));
    let all = outcomes(asked(target, named(&["sessions/login#logout-on-the-server", "sessions/login#logout"]))).await;
    let verdicts: Vec<_> = all.iter().map(|outcome| (outcome.case.as_str(), outcome.verdict)).collect();
    assert_eq!(
        verdicts,
        [("sessions/login#logout", Verdict::Pass), ("sessions/login#logout-on-the-server", Verdict::Fail)],
        "{}",
        shown(&all)
    );
}

#[tokio::test]
async fn what_is_mapped_and_does_not_work_quotes_its_line() {
    let listener = shop(Wrong::Nowhere).await;
    let url = format!("http://{}/", listener.address());
    let text = mapping(&url, SECRET).replace("input[name=t]@value", "input[name=csrf]@value");
    let all = outcomes(checked(read(&text))).await;
    let login = all.iter().find(|outcome| outcome.case.as_str() == "check-target/mapped#login").unwrap();
    assert_eq!(login.verdict, Verdict::Untestable, "{}", shown(&all));
    let reason = login.reason.clone().unwrap();
    assert_eq!(
        reason,
        "shop.yaml:12 (`before: {get: /login, take: {token_of_form: {css: \"input[name=csrf]@value\"}}}`): GET /login \
         was answered with 200, where css `input[name=csrf]@value` finds nothing for $token_of_form"
    );
    let text = mapping(&url, SECRET).replace("json.items[].sku", "json.articles[].sku");
    let all = outcomes(checked(read(&text))).await;
    let keys = all.iter().find(|outcome| outcome.case.as_str() == "check-target/mapped#session-put-keys").unwrap();
    assert_eq!(keys.verdict, Verdict::Untestable, "{}", shown(&all));
    let reason = keys.reason.clone().unwrap();
    assert!(reason.starts_with("mapped at shop.yaml:21 (`session.put:`), shop.yaml:25 (`session.keys:"), "{reason}");
}

#[tokio::test]
async fn that_nobody_named_the_session_cookie_is_told() {
    let listener = shop(Wrong::Nowhere).await;
    let text = mapping(&format!("http://{}/", listener.address()), SECRET).replace("cookies: {session: sid}\n", "");
    let run = finished(checked(read(&text))).await;
    assert!(run.variants[0].target.binding.contains("`cookies: {session: NAME}` would say"), "{run:?}");
    let all = &run.variants[0].outcomes;
    let login = all.iter().find(|outcome| outcome.case.as_str() == "check-target/mapped#login").unwrap();
    assert_eq!(login.verdict, Verdict::Untestable, "{}", shown(all));
    let reason = login.reason.clone().unwrap();
    assert!(reason.ends_with("add `cookies: {session: NAME}`; the answers set sid"), "{reason}");
}

#[tokio::test]
async fn a_secret_that_is_not_set_is_named() {
    let listener = shop(Wrong::Nowhere).await;
    let target = read(&mapping(&format!("http://{}/", listener.address()), "HARDTACK_NO_SUCH_SECRET"));
    let run = finished(checked(target)).await;
    let (reason, exit) = run.variants[0].failed_to_run.clone().unwrap();
    assert_eq!(exit, ExitCode::BAD_INPUT);
    assert!(reason.contains("`pw`") && reason.contains("HARDTACK_NO_SUCH_SECRET"), "{reason}");
    assert!(reason.contains("shop.yaml:6"), "{reason}");
}

#[tokio::test]
async fn redirects_are_followed_on_named_hosts_only() {
    let strangers = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&strangers);
    let elsewhere = Listener::bind(Limits::default(), move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Response::text(200, "thank you"))
    })
    .await
    .unwrap();
    let away = format!("http://{}/steal", elsewhere.address());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let listener = Listener::bind(Limits::default(), move |request: Request| {
        let credentials = request.header("Authorization").is_some();
        noted.lock().unwrap().push(format!("{} {} {credentials}", request.method, request.target));
        std::future::ready(match request.path() {
            "/start" => Response::text(302, "").with_header("Location", "/next?a=b").with_header("Set-Cookie", "sid=1"),
            "/next" => Response::text(200, "").with_header("Set-Cookie", "late=2"),
            _ => Response::text(302, "").with_header("Location", away.as_str()),
        })
    })
    .await
    .unwrap();
    let text = format!(
        "target: 1\nname: a\nbinding: mapped\nbase_url: http://{}/\ncookies: {{session: sid}}\noperations:\n  \
         session.touch: {{send: {{post: /start, follow: true, headers: {{Authorization: Bearer x}}}}, worked: {{status: 200}}}}\n  \
         session.flush: {{send: {{post: /away, follow: true, headers: {{Authorization: Bearer x}}}}, worked: {{status: 302}}}}\n",
        listener.address()
    );
    let target = read(&text);
    let judged = cases(
        "cases:\n  - case: c\n    title: t\n    level: must\n    clients: {alice: browser}\n    steps:\n      \
         - {do: session.touch, expect: {error: null, status: 200, set_cookie: {sid: stored, late: stored}}}\n      \
         - {do: session.flush, expect: {error: null}}\n",
    );
    let all = outcomes(asked(target, judged)).await;
    assert!(all.iter().any(|one| one.case.as_str() == "t#c" && one.verdict == Verdict::Pass), "{}", shown(&all));
    assert_eq!(strangers.load(Ordering::SeqCst), 0, "nothing goes to a host that was not named");
    assert_eq!(*seen.lock().unwrap(), ["POST /start true", "GET /next?a=b false", "POST /away true"]);
}
