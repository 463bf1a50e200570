//! What a bare URL offers, and targets that run already.

use std::sync::Arc;

use hardtack::event::Verdict;
use hardtack::reference::{Config, Server};
use hardtack::rig::RigOptions;
use hardtack::target::{Binding, Target};
use hardtack::verify::{Purpose, Rigged, default_hosts, detect, look, self_test_cases};
use hardtack::wire::{Identity, Limits, Listener, Request, Response};
use url::Url;

use super::harness::{at_url, cases, catalogue, contract, finished, on_reference, outcomes, request, shown};

async fn reference() -> (Listener, String) {
    let server = Server::new(Config::default()).unwrap();
    let listener = server.listen("127.0.0.1:0".parse().unwrap(), None).await.unwrap();
    let url = format!("http://{}/", listener.address());
    (listener, url)
}

#[tokio::test]
async fn a_contract_is_found_by_its_description() {
    let (_listener, url) = reference().await;
    for below in ["", "_hardtack"] {
        let url = Url::parse(&format!("{url}{below}")).unwrap();
        let found = detect(&url, &Limits::default()).await.unwrap();
        assert_eq!(found.target.binding, contract(), "{}", found.words);
        assert!(found.words.starts_with("The contract answers at /_hardtack with "), "{}", found.words);
    }
}

#[tokio::test]
async fn a_page_is_read_passively() {
    let page = |_| std::future::ready(Response::text(200, "hello").with_header("Set-Cookie", "a=b c"));
    let listener = Listener::bind(Limits::default(), page).await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.address())).unwrap();
    let found = detect(&url, &Limits::default()).await.unwrap();
    assert_eq!(found.target.binding, Binding::Passive);
    assert!(found.words.contains("Serve the contract at /_hardtack"), "{}", found.words);
    let run = finished(at_url(catalogue(), url.as_str(), Binding::Passive)).await;
    let judged: Vec<_> =
        run.variants[0].outcomes.iter().filter(|outcome| outcome.verdict != Verdict::NotApplicable).cloned().collect();
    let value = judged.iter().find(|outcome| outcome.case.as_str() == "cookies/grammar#value").unwrap();
    assert_eq!(value.findings[0].code, "cookie.set.value-octets", "{}", shown(&judged));
    assert!(judged.len() > 1, "{}", shown(&judged));
}

#[tokio::test]
async fn the_front_page_is_looked_at_for_the_session_cookie() {
    let site = |request: Request| {
        std::future::ready(match request.path() {
            "/" => Response::text(200, "hello").with_header("Set-Cookie", "sid=a; HttpOnly"),
            "/login" => Response::text(200, "<form method=post><input name=a><input type=password name=b></form>"),
            _ => Response::text(404, "nothing"),
        })
    };
    let listener = Listener::bind(Limits::default(), site).await.unwrap();
    let url = Url::parse(&format!("http://{}/login", listener.address())).unwrap();
    let seen = look(&url, &Limits::default()).await.unwrap();
    assert!(seen.login.is_some());
    assert_eq!(seen.session_cookie.as_deref(), Some("sid"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_runs_already_is_judged_the_same() {
    let (_listener, url) = reference().await;
    let all = outcomes(at_url(catalogue(), &url, contract())).await;
    let bad: Vec<_> = all
        .iter()
        .filter(|outcome| !matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable))
        // What looks at the one scheme sees nothing on the other, and names of this machine get no HSTS.
        .filter(|outcome| {
            let unseen = matches!(outcome.verdict, Verdict::NotExercised | Verdict::Note);
            !(unseen && outcome.case.as_str().starts_with("sessions/over-https#"))
        })
        .cloned()
        .collect();
    assert!(bad.is_empty(), "{}", shown(&bad));
    let passed = all.iter().filter(|outcome| outcome.verdict == Verdict::Pass).count();
    assert!(passed > 100, "{passed}");
}

#[tokio::test]
async fn every_operation_of_the_reference_server_works() {
    let cases = self_test_cases(&contract()).unwrap_or_else(|error| panic!("{error}"));
    let mut request = on_reference(cases);
    request.options.purpose = Purpose::CheckTarget;
    let all = outcomes(request).await;
    assert!(all.iter().all(|outcome| outcome.verdict == Verdict::Pass), "{}", shown(&all));
}

#[tokio::test]
async fn what_is_offered_and_does_not_work_is_untestable() {
    let cases = self_test_cases(&contract()).unwrap_or_else(|error| panic!("{error}"));
    let pop = hardtack::reference::fault::find("pop-keeps-value").unwrap();
    let empty = hardtack::reference::fault::find("empty-program-touches-session").unwrap();
    let mut request = super::harness::embedded(
        Config { faults: vec![pop, empty], ..Config::default() },
        "db",
        "session-pop or session-get or empty-program or session-put",
    );
    request.cases = cases;
    request.options.purpose = Purpose::CheckTarget;
    let all = outcomes(request).await;
    let broken: Vec<_> = all.iter().map(|outcome| (outcome.case.as_str(), outcome.verdict)).collect();
    assert_eq!(
        broken,
        [
            ("check-target/operations#empty-program", Verdict::Untestable),
            ("check-target/operations#session-put-get", Verdict::Pass),
            ("check-target/operations#session-pop", Verdict::Untestable),
        ],
        "{}",
        shown(&all)
    );
    let reason = all[2].reason.clone().unwrap();
    assert!(reason.starts_with("the description at /_hardtack offers it, but it does not work: value of"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_it_is_judged_by_the_same_cases() {
    let identity = Identity::self_made(&["app.localhost", "a.app.localhost", "b.localhost"]).unwrap();
    let server = Server::new(Config { secure: true, ..Config::default() }).unwrap();
    let listener = server.listen("127.0.0.1:0".parse().unwrap(), Some(&identity)).await.unwrap();
    let url = Url::parse(&format!("https://127.0.0.1:{}/", listener.address().port())).unwrap();
    let target = Arc::new(Target { binding: contract(), hosts: default_hosts(), ..Target::for_url(url).unwrap() });
    let options = RigOptions { roots: identity.roots(), ..RigOptions::default() };
    let stages = Arc::new(Rigged { target: Arc::clone(&target), options });
    let all = outcomes(request(catalogue(), target, stages)).await;
    let bad: Vec<_> = all
        .iter()
        .filter(|outcome| !matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable))
        // What looks at the one scheme sees nothing on the other, and names of this machine get no HSTS.
        .filter(|outcome| {
            let unseen = matches!(outcome.verdict, Verdict::NotExercised | Verdict::Note);
            !(unseen && outcome.case.as_str().starts_with("sessions/over-https#"))
        })
        .cloned()
        .collect();
    assert!(bad.is_empty(), "{}", shown(&bad));
    let passed = all.iter().filter(|outcome| outcome.verdict == Verdict::Pass).count();
    assert!(passed > 100, "{passed}");
}

#[tokio::test]
async fn a_host_that_the_certificate_does_not_cover_is_no_failure_of_the_server() {
    let identity = Identity::self_made(&["app.localhost"]).unwrap();
    let server = Server::new(Config::default()).unwrap();
    let listener = server.listen("127.0.0.1:0".parse().unwrap(), Some(&identity)).await.unwrap();
    let url = Url::parse(&format!("https://127.0.0.1:{}/", listener.address().port())).unwrap();
    let target = Arc::new(Target { binding: contract(), hosts: default_hosts(), ..Target::for_url(url).unwrap() });
    let options = RigOptions { roots: identity.roots(), ..RigOptions::default() };
    let stages = Arc::new(Rigged { target: Arc::clone(&target), options });
    let text = "
cases:
  - case: elsewhere
    title: A request to another host
    level: must
    clients: {alice: browser}
    steps:
      - {do: cookie.list, host: other, expect: {status: 200}}
";
    let all = outcomes(request(cases(text), target, stages)).await;
    assert_eq!(all[0].verdict, Verdict::Inconclusive, "{}", shown(&all));
    assert!(all[0].reason.as_deref().unwrap().contains("the other host cannot be addressed"), "{}", shown(&all));
}
