//! Which exit code a run asks for.

use std::collections::BTreeMap;
use std::sync::Arc;

use hardtack::document::Span;
use hardtack::event::{Event, ExitCode, Sink, Standing, Verdict};
use hardtack::spec::{CaseId, DesignName};
use hardtack::target::{Claim, Known, Target};
use hardtack::verify::{Filter, Request, run};
use hardtack::wire::Response;
use tokio::sync::watch;

use super::harness::{Names, Scripted, at_url, cases, contract, describing, finished, on_reference};

const PASSES: &str = "
cases:
  - case: passes
    title: A stored value comes back
    level: must
    clients: {alice: browser}
    steps:
      - {do: session.put, with: {key: a, value: 1}}
      - {do: session.get, with: {key: a}, expect: {result: {value: 1}}}
";

/// A case that always breaks, with a level.
fn breaks(level: &str) -> String {
    format!(
        "
cases:
  - case: breaks
    title: A stored value does not come back
    level: {level}
    clients: {{alice: browser}}
    steps:
      - {{do: session.put, with: {{key: a, value: 1}}}}
      - {{do: session.get, with: {{key: a}}, expect: {{result: {{value: 2}}}}}}
"
    )
}

async fn exit(request: Request) -> ExitCode {
    finished(request).await.summary.exit
}

#[tokio::test]
async fn what_conforms_is_0() {
    let run = finished(on_reference(cases(PASSES))).await;
    assert_eq!(run.summary.exit, ExitCode::CONFORMS);
    let outcome = &run.variants[0].outcomes[0];
    assert_eq!((outcome.expectations.declared, outcome.expectations.evaluated), (1, 1));
    assert!(outcome.exchanges.is_empty(), "a pass keeps no exchanges");
}

#[tokio::test]
async fn a_broken_must_is_1_and_a_broken_should_only_when_strict() {
    assert_eq!(exit(on_reference(cases(&breaks("must")))).await, ExitCode::FAILED);
    assert_eq!(exit(on_reference(cases(&breaks("should")))).await, ExitCode::CONFORMS);
    let mut strict = on_reference(cases(&breaks("should")));
    strict.options.strict = true;
    assert_eq!(exit(strict).await, ExitCode::FAILED);
    assert_eq!(exit(on_reference(cases(&breaks("advice")))).await, ExitCode::CONFORMS);
}

#[tokio::test]
async fn contradicting_facts_are_2() {
    let mut request = on_reference(cases(PASSES));
    let mut target = Target::clone(&request.target);
    target.facts.insert("storage".into(), "client".into());
    let config = hardtack::reference::Config::default();
    let scripted = reference_with(target, config);
    request.target = Arc::clone(&scripted.target);
    request.stages = Arc::new(scripted);
    let run = finished(request).await;
    assert_eq!(run.summary.exit, ExitCode::BAD_INPUT);
    let (reason, _) = run.variants[0].failed_to_run.clone().unwrap();
    assert!(reason.contains("`storage` is \"server\""), "{reason}");
}

fn reference_with(target: Target, config: hardtack::reference::Config) -> Scripted {
    let server = hardtack::reference::Server::new(config).unwrap();
    let mut scripted = Scripted::new(|_| std::future::ready(Response::new(404)));
    scripted.connector = server.connector();
    scripted.clock = server.clock().clone();
    scripted.target = Arc::new(target);
    scripted
}

#[tokio::test]
async fn nobody_at_home_is_3() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let request = at_url(cases(PASSES), &format!("http://{free}/"), contract());
    let run = finished(request).await;
    assert_eq!(run.summary.exit, ExitCode::UNREACHABLE);
    assert!(run.variants[0].failed_to_run.is_some());
}

#[tokio::test]
async fn a_host_that_nobody_allowed_is_2() {
    let request = at_url(cases(PASSES), "http://shop.example/", contract());
    let run = finished(request).await;
    assert_eq!(run.summary.exit, ExitCode::BAD_INPUT);
    let (reason, _) = run.variants[0].failed_to_run.clone().unwrap();
    assert!(reason.contains("allow_hosts: [shop.example]"), "{reason}");
}

#[tokio::test]
async fn a_set_up_that_fails_is_4() {
    let text = "
cases:
  - case: no-set-up
    title: The set-up fails
    level: must
    clients: {alice: browser}
    steps:
      - {do: session.pop, with: {key: missing}}
      - {do: session.keys, expect: {result: {keys: {has_only: []}}}}
";
    let run = finished(on_reference(cases(text))).await;
    assert_eq!(run.summary.exit, ExitCode::INCONCLUSIVE);
    let reason = run.variants[0].outcomes[0].reason.clone().unwrap();
    assert!(reason.starts_with("set-up failed: alice: session.pop: session.pop failed (missing"), "{reason}");
}

#[tokio::test]
async fn nothing_selected_and_nothing_applicable_are_5() {
    let mut request = on_reference(cases(PASSES));
    request.options.filter = Filter::parse("no-such-case").unwrap();
    assert_eq!(exit(request).await, ExitCode::NOTHING_RUN);
    let scripted = Scripted::new(|_| std::future::ready(describing(&["cookie.set"])));
    let run = finished(scripted.request(cases(PASSES))).await;
    assert_eq!(run.summary.exit, ExitCode::NOTHING_RUN);
    let hint = "1 case did not run: needs session.put: add it to `operations` of the description at /_hardtack";
    assert_eq!(run.summary.hints, [hint]);
}

#[tokio::test]
async fn what_one_line_would_unlock_is_one_hint() {
    let twice = format!(
        "{PASSES}
  - case: lacks
    title: A value is not there
    level: must
    clients: {{alice: browser}}
    steps:
      - {{do: session.has, with: {{key: a}}, expect: {{result: {{has: false}}}}}}
  - case: lacks-another
    title: Another value is not there
    level: must
    clients: {{alice: browser}}
    steps:
      - {{do: session.has, with: {{key: b}}, expect: {{result: {{has: false}}}}}}
"
    );
    let scripted = Scripted::new(|_| std::future::ready(describing(&["cookie.set"])));
    let run = finished(scripted.request(cases(&twice))).await;
    let hint =
        "3 cases did not run: needs session.has, session.put: add it to `operations` of the description at /_hardtack";
    assert_eq!(run.summary.hints, [hint]);
}

#[tokio::test]
async fn a_panic_is_70_and_ends_only_its_case() {
    let server = |request: hardtack::wire::Request| {
        let answer = if request.path() == "/_hardtack" {
            describing(&["session.put", "session.get"])
        } else {
            Response::new(204)
        };
        std::future::ready(answer)
    };
    let text = format!("{PASSES}{}", breaks("must").replace("\ncases:\n", ""));
    let mut request = Scripted::new(server).request(cases(&text));
    request.stages = Arc::new(Panicking(request.stages));
    let run = finished(request).await;
    assert_eq!(run.summary.exit, ExitCode::OUR_BUG);
    let verdicts: Vec<_> = run.variants[0].outcomes.iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::Error, Verdict::Error]);
    assert_eq!(run.variants[0].outcomes[0].reason.as_deref(), Some("a bug in hardtack: the clock is broken"));
}

/// A stage whose instances break inside hardtack.
struct Panicking(Arc<dyn hardtack::verify::Raise>);

impl hardtack::verify::Raise for Panicking {
    fn raise<'a>(
        &'a self,
        variant: &'a hardtack::target::Variant,
    ) -> hardtack::verify::BoxFuture<'a, Result<Box<dyn hardtack::verify::Stage>, hardtack::verify::StageError>> {
        Box::pin(async move {
            let stage: Box<dyn hardtack::verify::Stage> = Box::new(PanickingStage(self.0.raise(variant).await?));
            Ok(stage)
        })
    }
}

struct PanickingStage(Box<dyn hardtack::verify::Stage>);

impl hardtack::verify::Stage for PanickingStage {
    fn setting(&self) -> &hardtack::verify::Setting {
        self.0.setting()
    }

    fn shared(&self) -> Arc<dyn hardtack::verify::Instance> {
        Arc::new(PanickingInstance(self.0.shared()))
    }

    fn fresh(
        &self,
    ) -> hardtack::verify::BoxFuture<'_, Result<Arc<dyn hardtack::verify::Instance>, hardtack::verify::StageError>>
    {
        self.0.fresh()
    }

    fn lower(self: Box<Self>) -> hardtack::verify::BoxFuture<'static, ()> {
        self.0.lower()
    }
}

struct PanickingInstance(Arc<dyn hardtack::verify::Instance>);

impl hardtack::verify::Instance for PanickingInstance {
    fn connector(&self) -> hardtack::wire::Connector {
        self.0.connector()
    }

    fn clock(&self) -> &hardtack::cookie::OffsetClock {
        panic!("the clock is broken")
    }

    fn shares_clock(&self) -> bool {
        true
    }

    fn control(&self, control: hardtack::contract::Control) -> hardtack::verify::BoxFuture<'_, Result<(), String>> {
        self.0.control(control)
    }
}

/// Cancels the run when the first case has finished.
struct CancelsAfterOne(watch::Sender<bool>);

impl Sink for CancelsAfterOne {
    fn take(&mut self, event: &Event) {
        if matches!(event, Event::CaseFinished { .. }) {
            self.0.send_replace(true);
        }
    }
}

#[tokio::test]
async fn an_interrupted_run_is_130_and_reports_what_is_done() {
    let server = |request: hardtack::wire::Request| async move {
        if request.path() == "/_hardtack" {
            return describing(&["session.put", "session.get", "cookie.list"]);
        }
        let program = String::from_utf8_lossy(&request.body).into_owned();
        if program.contains("cookie.list") {
            return Response::json(200, &serde_json::json!({"results": [{"ok": []}]}));
        }
        std::future::pending().await
    };
    let text = format!(
        "{PASSES}  - case: quick
    title: An answer comes
    level: must
    clients: {{alice: browser}}
    steps:
      - {{do: cookie.list, expect: {{result: {{cookies: []}}}}}}
"
    );
    let (sender, cancel) = watch::channel(false);
    let run = run(Scripted::new(server).request(cases(&text)), &mut CancelsAfterOne(sender), cancel).await;
    assert_eq!(run.summary.exit, ExitCode::INTERRUPTED);
    assert!(run.summary.interrupted);
    let done: Vec<_> = run.variants[0].outcomes.iter().map(|outcome| outcome.case.as_str()).collect();
    assert_eq!(done, ["t#quick"]);
}

#[tokio::test]
async fn events_come_in_order() {
    let (_sender, cancel) = watch::channel(false);
    let mut names = Names::default();
    run(on_reference(cases(PASSES)), &mut names, cancel).await;
    let expected =
        ["run_started", "variant_started", "case_started", "case_finished", "variant_finished", "run_finished"];
    assert_eq!(names.0, expected);
}

#[tokio::test]
async fn known_failures_excuse_and_stale_ones_fail() {
    let known = |case: &str, fails_as: &str| Known {
        span: Span::START,
        case: CaseId::new(case),
        variant: BTreeMap::new(),
        fails_as: fails_as.to_owned(),
        because: "it is so".to_owned(),
        review_by: None,
    };
    let text = format!("{PASSES}{}", breaks("must").replace("\ncases:\n", ""));
    for (entries, exit, standing) in [
        (vec![known("t#breaks", "result")], ExitCode::CONFORMS, "known"),
        (vec![known("t#breaks", "steps[1].expect.result.value")], ExitCode::CONFORMS, "known"),
        (vec![known("t#breaks", "cookie-effect")], ExitCode::FAILED, "known_but_different"),
        (vec![known("t#breaks", "result"), known("t#passes", "result")], ExitCode::FAILED, "known"),
        (vec![known("t#breaks", "result"), known("t#gone", "result")], ExitCode::FAILED, "known"),
    ] {
        let server = hardtack::reference::Server::new(hardtack::reference::Config::default()).unwrap();
        let mut scripted = Scripted::new(|_| std::future::ready(Response::new(404)));
        scripted.connector = server.connector();
        scripted.target = Arc::new(Target { known: entries, ..Target::clone(&scripted.target) });
        let run = finished(scripted.request(cases(&text))).await;
        let outcome = run.variants[0].outcomes.iter().find(|outcome| outcome.case.as_str() == "t#breaks").unwrap();
        let kind = serde_json::to_value(&outcome.standing).unwrap()["kind"].as_str().unwrap().to_owned();
        assert_eq!((run.summary.exit, kind.as_str()), (exit, standing), "{:?}", run.summary.counts);
    }
}

#[tokio::test]
async fn a_design_that_differs_from_the_claim_is_1() {
    let text = "
cases:
  - case: which
    title: Which design it is
    level: watch
    clients: {alice: browser}
    steps:
      - {do: session.get, with: {key: a}, save: {a: result.value}}
    classify:
      - {name: nothing, grade: accept, means: Nothing is there., when: {$a: null}}
      - {name: something, grade: accept, means: Something is there., when: {$a: {present: true}}}
";
    for (claimed, exit) in [("nothing", ExitCode::CONFORMS), ("something", ExitCode::FAILED)] {
        let claim = Claim {
            span: Span::START,
            case: CaseId::new("t#which"),
            variant: BTreeMap::new(),
            design: DesignName::new(claimed),
        };
        let server = hardtack::reference::Server::new(hardtack::reference::Config::default()).unwrap();
        let mut scripted = Scripted::new(|_| std::future::ready(Response::new(404)));
        scripted.connector = server.connector();
        scripted.target = Arc::new(Target { claims: vec![claim], ..Target::clone(&scripted.target) });
        let run = finished(scripted.request(cases(text))).await;
        assert_eq!(run.summary.exit, exit);
        let broken = matches!(run.variants[0].outcomes[0].standing, Standing::ClaimBroken { .. });
        assert_eq!(broken, claimed == "something");
    }
}
