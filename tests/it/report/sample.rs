//! A run written by hand: every verdict, every standing, several variants, evidence with hostile octets.

use std::sync::Arc;
use std::time::Duration;

use hardtack::cookie::{Scheme, Timestamp};
use hardtack::event::{
    CaseOutcome, ComparedAttribute, Counts, DesignSeen, Event, ExitCode, Expectations, Finding, Place, RunSummary,
    STORED_BODY_OCTETS, Standing, StepTrace, StoredRun, TargetFacts, VariantRun, Verdict,
};
use hardtack::spec::{CaseId, DesignName, FaultName, Grade, Level, Profile, RuleId, SpecId};
use hardtack::wire::{Anomaly, AnomalyKind, Authority, Evidence, Exchange, HeaderLine, Request, Response, WireError};
use serde_json::json;

/// A case that ended so, with nothing to tell.
pub(super) fn outcome(spec: &str, case: &str, verdict: Verdict) -> CaseOutcome {
    CaseOutcome {
        case: CaseId::of(&SpecId::new(spec), case, None),
        title: format!("The case {case} of {spec}"),
        why: "Somebody would be surprised otherwise.".to_owned(),
        rules: Vec::new(),
        refs: Vec::new(),
        catches: Vec::new(),
        place: place(spec, 12),
        level: Level::Must,
        verdict,
        standing: Standing::Plain,
        reason: None,
        design: None,
        findings: Vec::new(),
        expectations: Expectations { declared: 2, evaluated: 2 },
        steps: Vec::new(),
        observed: Vec::new(),
        exchanges: Vec::new(),
        elapsed_ms: 7,
    }
}

fn place(spec: &str, line: usize) -> Place {
    Place { file: format!("specs/{spec}.yaml"), line, column: 5 }
}

fn attribute(name: &str, expected: Option<&str>, actual: &str) -> ComparedAttribute {
    ComparedAttribute {
        name: name.to_owned(),
        expected: expected.map(str::to_owned),
        actual: actual.to_owned(),
        held: expected.is_none_or(|expected| expected == actual),
    }
}

fn finding(code: &str, message: &str, expected: &str, actual: &str) -> Finding {
    Finding {
        code: code.to_owned(),
        expectation: "steps[1].expect.set_cookie.probe.effect".to_owned(),
        level: Level::Must,
        message: message.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        place: place("cookies/delete", 31),
        exchange: None,
        cookie: Vec::new(),
    }
}

pub(super) fn exchange(id: u64, mut request: Request, mut result: Result<Response, WireError>) -> Arc<Exchange> {
    request.head = head(&format!("{} {} HTTP/1.1", request.method, request.target), &request.headers);
    if let Ok(response) = &mut result {
        response.head = head(&format!("HTTP/1.1 {} OK", response.status), &response.headers);
    }
    Arc::new(Exchange {
        id,
        started: Timestamp::from_secs(1_700_000_000),
        elapsed: Duration::from_micros(1234),
        authority: Authority::new(Scheme::Http, "127.0.0.1", 8000),
        address: Some(([127, 0, 0, 1], 8000).into()),
        request,
        result,
        partial: None,
        unparsed: Vec::new(),
        informational: Vec::new(),
        reused_connection: id > 1,
    })
}

/// A head as it goes over the wire.
fn head(first: &str, fields: &[HeaderLine]) -> Vec<u8> {
    let mut head = format!("{first}\r\n").into_bytes();
    for field in fields {
        head.extend_from_slice(field.name.as_bytes());
        head.push(b':');
        head.extend_from_slice(field.raw());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// The exchanges as outcomes hold them.
fn evidence(exchanges: &[Arc<Exchange>]) -> Vec<Arc<Evidence>> {
    exchanges.iter().map(|exchange| Arc::new(exchange.evidence(STORED_BODY_OCTETS))).collect()
}

/// A failure with everything that a failure can have.
pub(super) fn full_failure() -> CaseOutcome {
    let program = json!({"program": [{"op": "cookie.delete", "name": "probe"}]});
    let request = Request::post_json("/_hardtack/run", &program)
        .with_header("Host", "127.0.0.1:8000")
        .with_header("Cookie", "probe=a")
        .with_header("Accept", "*/*");
    let mut response = Response::json(200, &json!({"results": [{"ok": null}]}))
        .with_header("Date", "Tue, 14 Nov 2023 22:13:20 GMT")
        .with_header("Set-Cookie", b"probe=\x1b[31m\x00; Path=/; Max-Age=60")
        .with_header("X-Dull", "not shown");
    response.anomalies = vec![Anomaly { kind: AnomalyKind::Nul, offset: 71 }];
    let mut broken = finding(
        "cookie-effect",
        "the cookie is still there after it was deleted",
        "removed: the browser holds no cookie `probe`",
        "stored for 1 minute",
    );
    broken.exchange = Some(2);
    broken.cookie = vec![
        attribute("effect", Some("removed"), "stored"),
        attribute("path", Some("/"), "/"),
        attribute("max_age", None, "60"),
    ];
    let step = |what: &str, line, exchange| StepTrace { what: what.to_owned(), line, exchange };
    CaseOutcome {
        title: "A deleted cookie is gone from the browser".to_owned(),
        why: "A cookie that survives its deletion keeps people logged in on a shared computer, long after they \
              believed that they had left."
            .to_owned(),
        rules: vec![RuleId::new("cookie.delete.same-scope"), RuleId::new("cookie.delete.expired")],
        refs: vec!["rfc6265bis:5.7 storage model".to_owned(), "django:http/response.py#delete_cookie".to_owned()],
        catches: vec![FaultName::new("delete-keeps-lifetime")],
        place: place("cookies/delete", 23),
        findings: vec![broken],
        expectations: Expectations { declared: 4, evaluated: 3 },
        steps: vec![
            step("alice: cookie.set name=probe value=a", 27, Some(1)),
            step("alice: cookie.delete name=probe", 30, Some(2)),
        ],
        exchanges: evidence(&[
            exchange(1, Request::get("/_hardtack"), Ok(Response::new(200))),
            exchange(2, request, Ok(response)),
        ]),
        ..outcome("cookies/delete", "gone", Verdict::Fail)
    }
}

fn design(name: &str, grade: Grade, means: &str) -> DesignSeen {
    let values = json!({"lifetime": 60, "refused": null});
    DesignSeen {
        name: DesignName::new(name),
        grade,
        means: means.to_owned(),
        values: values.as_object().cloned().unwrap_or_default(),
    }
}

fn unclassified() -> CaseOutcome {
    let page = exchange(5, Request::get("/_hardtack"), Ok(Response::text(200, &"a".repeat(500))));
    let in_memory =
        Exchange { address: None, authority: Authority::new(Scheme::Http, "app.localhost", 80), ..(*page).clone() };
    CaseOutcome {
        exchanges: evidence(&[Arc::new(in_memory)]),
        design: Some(design("unclassified", Grade::Fail, "none of the designs that the case knows")),
        ..outcome("cookies/expires-and-max-age", "asked-for-both", Verdict::Fail)
    }
}

fn last_write_wins(standing: Standing) -> CaseOutcome {
    CaseOutcome {
        standing,
        design: Some(design("last-write-wins", Grade::Accept, "The later save replaces the whole session.")),
        observed: vec!["serialised".to_owned()],
        ..outcome("sessions/concurrent-writes", "different-keys", Verdict::Pass)
    }
}

fn with_reason(spec: &str, case: &str, verdict: Verdict, reason: &str) -> CaseOutcome {
    CaseOutcome { reason: Some(reason.to_owned()), ..outcome(spec, case, verdict) }
}

fn broken(spec: &str, case: &str, verdict: Verdict, level: Level, standing: Standing) -> CaseOutcome {
    let mut one = finding("cookie-attribute", "the cookie can be read by scripts", "HttpOnly", "no HttpOnly");
    one.level = level;
    CaseOutcome { level, standing, findings: vec![one], ..outcome(spec, case, verdict) }
}

fn no_answer() -> CaseOutcome {
    let after = Duration::from_secs(5);
    let error = WireError::Timeout { phase: hardtack::wire::Phase::FirstOctet, after };
    CaseOutcome {
        exchanges: evidence(&[exchange(9, Request::get("/_hardtack/run?program=%7B%7D"), Err(error))]),
        ..with_reason(
            "sessions/basics",
            "put-get",
            Verdict::Untestable,
            "session.put is offered but does not work: the time limit passed while waiting for the first octet of the answer",
        )
    }
}

fn db() -> Vec<CaseOutcome> {
    let excused = Standing::Known {
        because: "the file engine checks the age of the file, not the session's own expiry".to_owned(),
        review_by: Some("2027-06-30".to_owned()),
    };
    let expected = || "still-readable-after-expiry".to_owned();
    vec![
        outcome("cookies/set", "key-and-value", Verdict::Pass),
        full_failure(),
        unclassified(),
        last_write_wins(Standing::ClaimBroken { claimed: DesignName::new("merge") }),
        no_answer(),
        broken("sessions/cookie", "http-only", Verdict::Warn, Level::Should, Standing::Plain),
        broken("sessions/cookie", "same-site", Verdict::Note, Level::Advice, Standing::Plain),
        broken("sessions/expiry", "enforced", Verdict::Fail, Level::Must, excused),
        broken(
            "sessions/expiry",
            "other-way",
            Verdict::Fail,
            Level::Must,
            Standing::KnownButDifferent { expected: expected() },
        ),
        CaseOutcome {
            standing: Standing::Stale { expected: expected() },
            ..outcome("sessions/expiry", "healed", Verdict::Pass)
        },
        with_reason(
            "sessions/gates",
            "overlap",
            Verdict::Inconclusive,
            "the gate was never reached: ctl.wait timed out",
        ),
        with_reason("passive/secure", "every-cookie", Verdict::NotExercised, "no response set a cookie"),
        with_reason("auth/rotation", "login", Verdict::NotApplicable, "needs auth.login: add it to `operations`"),
        with_reason("auth/rotation", "logout", Verdict::NotApplicable, "needs auth.login: add it to `operations`"),
        with_reason("cookies/signed", "age", Verdict::NotApplicable, "needs cookie.get_signed: add it to `operations`"),
        with_reason(
            "engines/cache",
            "outage",
            Verdict::NotApplicable,
            "is about targets whose fact `engine` is \"cache\"; here it is \"db\"",
        ),
        with_reason(
            "sessions/odd",
            "ours",
            Verdict::Error,
            "hardtack failed: a saved value was read before it was saved",
        ),
    ]
}

fn cached_db() -> Vec<CaseOutcome> {
    vec![
        outcome("cookies/set", "key-and-value", Verdict::Pass),
        full_failure(),
        last_write_wins(Standing::AsClaimed),
        broken("sessions/cookie", "http-only", Verdict::Warn, Level::Should, Standing::Plain),
        with_reason("auth/rotation", "login", Verdict::NotApplicable, "needs auth.login: add it to `operations`"),
    ]
}

pub(super) fn target() -> TargetFacts {
    TargetFacts {
        name: "django".to_owned(),
        framework: "django".to_owned(),
        version: "5.2.19".to_owned(),
        server: Some("gunicorn 27".to_owned()),
        file: Some("targets/django/target.yaml".to_owned()),
        binding:
            "contract at http://127.0.0.1:8000/_hardtack, 41 of 43 operations; auth.login would unlock 2 more cases"
                .to_owned(),
        facts: [("engine".to_owned(), json!("db")), ("default_lifetime".to_owned(), json!(1_209_600))].into(),
    }
}

fn variant(name: &str, outcomes: Vec<CaseOutcome>) -> VariantRun {
    let counts = Counts::of(&outcomes);
    VariantRun { variant: name.to_owned(), target: target(), outcomes, failed_to_run: None, counts }
}

/// A run of these variants; its exit code follows from them.
pub(super) fn run_of(variants: Vec<VariantRun>) -> StoredRun {
    let counts = Counts::of(variants.iter().flat_map(|variant| &variant.outcomes));
    let mut exit = counts.exit_code(false);
    for (_, asked) in variants.iter().filter_map(|variant| variant.failed_to_run.as_ref()) {
        exit = exit.and(*asked);
    }
    StoredRun {
        schema: hardtack::report::json::SCHEMA_VERSION,
        tool: "0.1.0".to_owned(),
        standard: "RFC 6265bis".to_owned(),
        catalogue: "0f1e2d3c, 16 cases".to_owned(),
        profile: Profile::Default,
        started: "2023-11-14T22:13:20Z".to_owned(),
        variants,
        summary: RunSummary {
            counts,
            exit,
            elapsed_ms: 12_345,
            interrupted: false,
            hints: vec!["nothing bound for auth.login, 3 cases did not run: add it to the contract app".to_owned()],
        },
    }
}

/// Everything at once: two variants that ran and one that could not.
pub(super) fn everything() -> StoredRun {
    let unreachable = VariantRun {
        failed_to_run: Some((
            "could not connect to 127.0.0.1:9: connection refused. Check that the server runs and listens on this address."
                .to_owned(),
            ExitCode::UNREACHABLE,
        )),
        ..variant("engine=cache", Vec::new())
    };
    let not_here = VariantRun {
        failed_to_run: Some(("python3.14 is not found; run targets/django/install".to_owned(), ExitCode::CONFORMS)),
        ..variant("release=6.1", Vec::new())
    };
    run_of(vec![variant("engine=db", db()), variant("engine=cached_db", cached_db()), unreachable, not_here])
}

/// A run without a failure, on one variant.
pub(super) fn conforming() -> StoredRun {
    let outcomes = vec![
        outcome("cookies/set", "key-and-value", Verdict::Pass),
        last_write_wins(Standing::Plain),
        broken("sessions/cookie", "http-only", Verdict::Warn, Level::Should, Standing::Plain),
    ];
    let mut run = run_of(vec![variant("default", outcomes)]);
    run.summary.hints.clear();
    run
}

/// A run that was ended by Ctrl-C after its first case.
pub(super) fn interrupted() -> StoredRun {
    let mut run = run_of(vec![variant("default", vec![outcome("cookies/set", "key-and-value", Verdict::Pass)])]);
    run.summary.interrupted = true;
    run.summary.exit = ExitCode::INTERRUPTED;
    run.summary.hints.clear();
    run
}

/// The events of a run, as verify would send them.
pub(super) fn events(run: &StoredRun) -> Vec<Event> {
    let mut events = vec![Event::RunStarted {
        tool: run.tool.clone(),
        catalogue: run.catalogue.clone(),
        profile: run.profile,
        variants: run.variants.iter().map(|variant| variant.variant.clone()).collect(),
        started: run.started.clone(),
    }];
    for one in &run.variants {
        let variant = one.variant.clone();
        if let Some((reason, exit)) = &one.failed_to_run {
            events.push(Event::VariantFailed { variant, reason: reason.clone(), exit: *exit });
            continue;
        }
        let cases = one.outcomes.iter().filter(|outcome| outcome.verdict != Verdict::NotApplicable).count();
        events.push(Event::VariantStarted { variant: variant.clone(), target: one.target.clone(), cases });
        for outcome in &one.outcomes {
            let (variant, case) = (variant.clone(), outcome.case.clone());
            events.push(Event::CaseStarted { variant: variant.clone(), case: case.clone() });
            let what = "expiry".to_owned();
            events.push(Event::CaseWaiting { variant: variant.clone(), case, for_ms: 5000, what });
            events.push(Event::CaseFinished { variant, outcome: Box::new(outcome.clone()) });
        }
        events.push(Event::VariantFinished { variant, counts: one.counts.clone() });
    }
    events.push(Event::RunFinished { summary: run.summary.clone() });
    events
}

/// An older run of [`everything`]: one failure was not there, one has been fixed since.
pub(super) fn before() -> StoredRun {
    let mut run = everything();
    "2023-11-07T22:13:20Z".clone_into(&mut run.started);
    for outcome in &mut run.variants[0].outcomes {
        match outcome.case.as_str() {
            "cookies/delete#gone" => *outcome = self::outcome("cookies/delete", "gone", Verdict::Pass),
            "cookies/set#key-and-value" => *outcome = self::outcome("cookies/set", "key-and-value", Verdict::Fail),
            _ => {}
        }
    }
    run.variants[0].outcomes.push(self::outcome("cookies/set", "dropped-since", Verdict::Pass));
    run
}
