//! Reports of load runs, as snapshots.

use std::time::Duration;

use hardtack::contract::Wrong;
use hardtack::event::ExitCode;
use hardtack::load::scenario::{Thresholds, embedded};
use hardtack::load::{
    Ceiling, Counters, EventRecord, Evidence, Generator, Identity, Latencies, Leg, LoadRun, NotRun, PhaseRecord,
    Record, Search, SearchStep, Second, StepRecord, TargetCpu, Verdict, VerdictKind,
};
use hardtack::report::terminal::Look;
use hardtack::report::{html, junit, markdown, of_load};

fn latencies(milliseconds: &[u64]) -> Latencies {
    let mut latencies = Latencies::default();
    for one in milliseconds {
        latencies.record(one * 1000);
    }
    latencies
}

fn step(name: &str, milliseconds: &[u64], failed: u64) -> StepRecord {
    let service = latencies(milliseconds);
    StepRecord { name: name.to_owned(), ok: service.count() - failed, failed, service, response: None }
}

/// Three seconds of one worker of two, with everything that can be told of them.
fn record() -> Record {
    let steps = vec![step("look/session.get", &[2, 3, 5, 8, 44], 1), step("write/session.put", &[20, 21], 0)];
    let warm_up = PhaseRecord {
        name: "warm-up".to_owned(),
        seconds: 1.0,
        steps: vec![step("look/session.get", &[9], 0)],
        passes: 1,
        ..PhaseRecord::default()
    };
    let steady =
        PhaseRecord { name: "steady".to_owned(), measured: true, seconds: 2.0, rate: Some(4.0), passes: 7, steps };
    let second = |at, milliseconds: &[u64], failed, wrong| {
        let mut latencies = Latencies::with_digits(2);
        for one in milliseconds {
            latencies.record(one * 1000);
        }
        Second { at, requests: latencies.count(), failed, wrong, latencies }
    };
    let evidence = Evidence {
        wrong: Wrong::LostWrite,
        at: 1.5,
        rank: 0,
        step: "look/session.get".to_owned(),
        expected: "version 7".to_owned(),
        seen: "version 6".to_owned(),
        request: "GET /_hardtack/run HTTP/1.1\r\nCookie: sessionid=***\r\n\r\n".to_owned(),
        answer: "HTTP/1.1 200 OK\r\n\r\n{\"results\":[{\"ok\":\"v6\"}]}".to_owned(),
    };
    Record {
        scenario: "mixed".to_owned(),
        target: "http://127.0.0.1:8000".to_owned(),
        size: 2,
        users: 4,
        sessions: 1000,
        started_ms: 2_000_000_000_000,
        late_ms: 12,
        phases: vec![warm_up, steady],
        timer_lag: latencies(&[1, 2]),
        wrong: Counters { lost_write: 1, ..Counters::default() },
        evidence: vec![evidence],
        errors: [("status 503".to_owned(), 1)].into(),
        connections: 5,
        begun_again: 2,
        held_back: 3,
        given_up: 4,
        generators: vec![Generator { rank: 0, core: Some(0.25), waiting: Some(0.01), cpu_us_per_request: Some(12.5) }],
        seconds: vec![second(0, &[9], 0, 0), second(1, &[2, 3, 44], 1, 1), second(2, &[5, 8, 20, 21], 0, 0)],
        ..Record::empty(Identity::ALONE)
    }
}

fn leg(label: &str, record: Record, thresholds: &Thresholds) -> Leg {
    Leg {
        label: label.to_owned(),
        variant: label.to_owned(),
        server: "shop 1.0 on a test server".to_owned(),
        not_run: None,
        events: vec![
            EventRecord { at: 1.0, control: "control.cache.flush".to_owned(), failed: None },
            EventRecord {
                at: 2.0,
                control: "control.server.restart".to_owned(),
                failed: Some("it did not end".to_owned()),
            },
        ],
        target_cpu: Some(TargetCpu { cores: 0.5, of: 4, processes: 2, inside: false }),
        verdict: Some(Verdict::of(&record, false)),
        ceiling: Some(Ceiling { store: "memcached".to_owned(), how: "one connection".to_owned(), per_second: 70.0 }),
        missed: thresholds.missed(&record),
        record: Some(record),
    }
}

/// A leg that held, one with everything wrong, and one that could not be run.
fn everything() -> LoadRun {
    let scenario = embedded().unwrap().into_iter().find(|one| one.name == "lookup").unwrap();
    let mut run = LoadRun::new(&scenario, "shop");
    run.thresholds = Thresholds { p99_us: Some(10_000), lost_writes: Some(0), ..Thresholds::default() };
    let mut fine = record();
    (fine.wrong, fine.evidence, fine.errors) = (Counters::default(), Vec::new(), [].into());
    (fine.held_back, fine.begun_again, fine.given_up, fine.late_ms) = (0, 0, 0, 0);
    fine.phases[1].steps = vec![step("look/session.get", &[2, 3, 5, 8], 0)];
    fine.phases[1].rate = None;
    let mut held = leg("engine=db", fine, &run.thresholds);
    held.events.clear();
    run.add(held);
    run.add(leg("engine=cache", record(), &run.thresholds.clone()));
    let not_run = NotRun { reason: "memcached is not installed".to_owned(), exit: ExitCode::CONFORMS };
    let empty = leg("engine=redis", record(), &Thresholds::default());
    run.add(Leg {
        record: None,
        verdict: None,
        ceiling: None,
        target_cpu: None,
        events: Vec::new(),
        not_run: Some(not_run),
        ..empty
    });
    run.settle();
    run
}

/// What was seen before: half as fast, and with other conditions.
fn before() -> LoadRun {
    let mut run = everything();
    for record in run.legs.iter_mut().filter_map(|leg| leg.record.as_mut()) {
        record.users = 2;
        record.phases[1].seconds *= 2.0;
    }
    run
}

fn searched() -> LoadRun {
    let mut run = everything();
    let step = |rate: f64, held: bool, because: &str| SearchStep {
        rate,
        reached: rate,
        p99_us: 9000,
        errors: 0.0,
        held,
        because: because.to_owned(),
    };
    run.legs.truncate(1);
    run.search = Some(Search {
        wanted: "p99 at most 10 ms".to_owned(),
        held: Some(200.0),
        failed: Some(400.0),
        steps: vec![step(200.0, true, ""), step(400.0, false, "p99 is 15 ms")],
    });
    run
}

#[track_caller]
fn plain(run: &LoadRun, baseline: Option<&LoadRun>) -> String {
    let text = of_load::terminal::report(run, baseline, &Look::default());
    assert!(!text.contains('\u{1b}'), "no colours were asked for");
    text
}

#[test]
fn the_terminal_tells_everything() {
    insta::assert_snapshot!(plain(&everything(), Some(&before())));
}

#[test]
fn the_terminal_tells_of_a_search() {
    insta::assert_snapshot!(plain(&searched(), None));
}

#[test]
fn markdown_as_text() {
    insta::assert_snapshot!(markdown::write(&of_load::report(&everything(), Some(&before()))));
}

#[test]
fn junit_as_text() {
    insta::assert_snapshot!(junit::write(&of_load::report(&everything(), None)).unwrap());
}

#[test]
fn html_as_text() {
    insta::assert_snapshot!(html::write(&of_load::report(&searched(), None)).unwrap());
}

#[test]
fn json_reads_back() {
    let run = everything();
    let read: LoadRun = serde_json::from_str(&of_load::json(&run)).unwrap();
    assert_eq!(read, run);
    assert_eq!(run.exit, ExitCode::FAILED.and(ExitCode::INCONCLUSIVE));
    let kinds: Vec<_> = run.legs.iter().filter_map(|leg| leg.verdict.as_ref()).map(|verdict| verdict.kind).collect();
    assert_eq!(kinds, [VerdictKind::TargetBound, VerdictKind::RateNotReached]);
    assert_eq!(run.measured(), Duration::from_secs(4));
}
