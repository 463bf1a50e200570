//! Every counter moves when its fault is there once in ten thousand chances, and no other one does.

use std::sync::Arc;
use std::time::Duration;

use hardtack::contract::Description;
use hardtack::load::scenario::{Scenario, read_scenario};
use hardtack::load::{Identity, Lead, Plan, Record, Site, Through, Wrong, run_worker};
use hardtack::reference::{Config, EngineKind, Rare, RareKind, Server};
use hardtack::wire::{Client, ConnectionUse, Limits, Request};
use tokio::sync::watch;

const READ: &str = "\
users: 8
population: {sessions: 300, payload: 20}
journeys: [{journey: read, steps: [{do: session.get, with: {key: marker}}]}]
";

const WRITE: &str = "\
users: 8
population: {sessions: 300, payload: 20}
journeys:
  - journey: write
    steps:
      - {do: session.put, with: {key: version, value: $next}}
      - {do: session.get, with: {key: version}}
";

const CHURN: &str = "\
users: 8
journeys:
  - journey: visit
    on: new
    steps:
      - {do: auth.login, with: {user: $user}}
      - {do: auth.whoami}
      - {do: auth.logout}
      - {do: auth.whoami, cookie: old}
";

const EXPIRE: &str = "\
users: 8
population: {sessions: 300, payload: 20, lifetime: 1s}
journeys: [{journey: read, steps: [{do: session.get, with: {key: marker}}]}]
";

fn scenario(text: &str, length: &str) -> Scenario {
    let text = format!("scenario: 1\nname: a\ntitle: A\nwhy: b\n{text}phases: [{{phase: one, for: {length}}}]\n");
    read_scenario("a.yaml", text.as_bytes()).unwrap_or_else(|found| panic!("{found}"))
}

/// Runs a scenario against a reference server in the same process; the server's own count, and the record.
fn run(engine: EngineKind, rare: Option<Rare>, scenario: Scenario) -> (u64, Record) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::new(Config { engine, rare, ..Config::default() }).unwrap();
        let connector = server.connector();
        let client = Client::new(connector.clone(), Limits::default());
        let answer = client.send(Request::get("/_hardtack"), ConnectionUse::New).await;
        let description = Description::parse(&answer.result.unwrap().body).unwrap();
        let facts = description.facts.clone();
        let site = Site::new(
            connector,
            "http://localhost".into(),
            "localhost".into(),
            "/_hardtack".into(),
            &description,
            facts,
        );
        assert_eq!(site.lacks(&scenario), Vec::<&str>::new());
        let plan = Plan {
            run: "test".into(),
            sessions: scenario.population.sessions[0],
            users: scenario.users,
            scenario: Arc::new(scenario),
            site,
            identity: Identity::ALONE,
            seed: 1,
            limits: Limits::default(),
            most_requests: u64::MAX,
            population_file: None,
            through: Through::Connection,
            goose_report: None,
        };
        let (_stop, stopping) = watch::channel(false);
        let lead = Lead {
            say: Arc::new(|_| ()),
            start: Box::pin(std::future::ready(None)),
            stop: stopping,
            keep_seconds: true,
            alone: false,
        };
        let record = run_worker(plan, lead).await.unwrap();
        (server.rare_count(), record)
    })
}

/// The chance that goes wrong comes early enough for a slow machine, and only once in ten thousand.
fn rare(kind: RareKind) -> Option<Rare> {
    Some(Rare { kind, one_in: 10_000, seed: 300 })
}

#[track_caller]
fn only(wrong: Wrong, kind: RareKind, scenario: Scenario) {
    let (happened, record) = run(EngineKind::Db, rare(kind), scenario);
    assert!(happened >= 1, "the server never had the chance: {} requests", record.measured().0);
    let moved: Vec<(Wrong, u64)> = record.wrong.happened().collect();
    assert_eq!(moved, [(wrong, happened)], "{:#?}", record.evidence);
    let evidence = record.evidence.first().unwrap();
    assert_eq!(evidence.wrong, wrong);
    assert!(!evidence.request.is_empty() && evidence.answer.starts_with("HTTP/1.1 200"), "{evidence:?}");
    assert_eq!(record.errors, std::collections::BTreeMap::new());
    assert_eq!(record.error_share(), 0.0);
}

#[test]
fn wrong_user() {
    only(Wrong::WrongUser, RareKind::WrongUser, scenario(READ, "2s"));
}

#[test]
fn lost_session() {
    only(Wrong::LostSession, RareKind::LostSession, scenario(READ, "2s"));
}

#[test]
fn lost_write() {
    only(Wrong::LostWrite, RareKind::LostWrite, scenario(WRITE, "3s"));
}

#[test]
fn stale_read() {
    only(Wrong::StaleRead, RareKind::StaleRead, scenario(WRITE, "3s"));
}

#[test]
fn revived_logout() {
    only(Wrong::RevivedLogout, RareKind::RevivedLogout, scenario(CHURN, "4s"));
}

#[test]
fn duplicate_key() {
    only(Wrong::DuplicateKey, RareKind::DuplicateKey, scenario(CHURN, "5s"));
}

#[test]
fn outlived() {
    let rare = Some(Rare { kind: RareKind::Outlived, one_in: 1, seed: 0 });
    let (happened, record) = run(EngineKind::Db, rare, scenario(EXPIRE, "5s"));
    let moved: Vec<Wrong> = record.wrong.happened().map(|(wrong, _)| wrong).collect();
    assert_eq!(moved, [Wrong::Outlived]);
    assert!(happened >= record.wrong.outlived, "around the end of a lifetime either answer is right");
}

#[test]
fn a_server_that_is_right_moves_none_on_any_engine() {
    for engine in EngineKind::ALL {
        for text in [WRITE, CHURN] {
            let (_, record) = run(engine, None, scenario(text, "300ms"));
            assert_eq!(record.wrong.happened().collect::<Vec<_>>(), [], "{engine}: {:#?}", record.evidence);
            assert_eq!(record.errors, std::collections::BTreeMap::new(), "{engine}");
            assert!(record.measured().0 > 0, "{engine}");
        }
    }
}

#[test]
fn goose_counts_what_we_count() {
    let (_, record) = run(EngineKind::Cache, None, scenario(READ, "500ms"));
    let (ok, failed) = record.measured();
    assert_eq!((record.counted_by_goose, failed), (ok, 0));
    assert_eq!(record.service().count(), ok);
    assert_eq!(record.seconds.iter().map(|second| second.requests).sum::<u64>(), ok);
    let again = Record::read_lines(&record.line()).unwrap().remove(0);
    assert_eq!(again, record);
    assert!(Duration::from_secs_f64(record.measured_seconds()) <= Duration::from_millis(500));
}
