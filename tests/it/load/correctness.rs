//! Every counter moves when its fault is there once in ten thousand chances, and no other one does.

use std::sync::Arc;
use std::time::Duration;

use hardtack::contract::{Description, Wrong};
use hardtack::load::scenario::{Scenario, read_scenario};
use hardtack::load::{Identity, Lead, LoadRun, Plan, Record, Site, Through, run_worker};
use hardtack::reference::{Config, EngineKind, Rare, Server};
use hardtack::wire::{Client, ConnectionUse, Limits, Request};
use tokio::sync::watch;

const READ: &str = "\
users: 8
population: {sessions: 300, payload: 20}
journeys: [{journey: read, steps: [{do: session.get, with: {key: marker}}]}]
";

const WRITE: &str = "\
users: 8
population: {sessions: 20, payload: 20}
journeys:
  - journey: write
    steps:
      - {do: session.put, with: {key: version, value: $next}}
      - {do: session.get, with: {key: version}}
";

/// Several users of one session, some of whom write to it.
fn hot(users: u32, reads: u32) -> String {
    format!(
        "\
users: {users}
population: {{sessions: 1, payload: 20, access: one, writers: many}}
journeys:
  - journey: read
    weight: {reads}
    steps: [{{do: session.get, with: {{key: marker}}}}, {{do: session.get, with: {{key: version}}}}]
  - journey: write
    steps:
      - {{do: session.put, with: {{key: version, value: $next}}}}
      - {{do: session.get, with: {{key: version}}}}
"
    )
}

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
population: {sessions: 300, payload: 20, lifetime: 2s}
journeys: [{journey: read, steps: [{do: session.get, with: {key: marker}}]}]
";

fn whole(text: &str, length: &str) -> String {
    format!("scenario: 1\nname: a\ntitle: A\nwhy: b\n{text}phases: [{{phase: one, for: {length}}}]\n")
}

fn scenario(text: &str, length: &str) -> Scenario {
    read_scenario("a.yaml", whole(text, length).as_bytes()).unwrap_or_else(|found| panic!("{found}"))
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
            trace: None,
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

/// Runs the built command against the embedded server, which goes wrong once in ten thousand chances: the hundredth
/// chance, and no other one among so few requests.
#[track_caller]
fn only(wrong: Wrong, text: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yaml");
    std::fs::write(&file, whole(text, "10m")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_hardtack"))
        .args(["load", "--scenario", file.to_str().unwrap(), "--rare", wrong.flag(), "--one-in", "10000"])
        .args(["--seed", "100", "--max-requests", "1500", "--workers", "1", "--no-ceiling", "--quiet", "--json", "-"])
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let run: LoadRun = serde_json::from_str(&out)
        .unwrap_or_else(|error| panic!("{error}: {out}\n{}", String::from_utf8_lossy(&output.stderr)));
    let record = run.legs[0].record.as_ref().unwrap_or_else(|| panic!("{run:?}"));
    let moved: Vec<(Wrong, u64)> = record.wrong.happened().collect();
    assert_eq!(moved, [(wrong, 1)], "{:#?}", record.evidence);
    let evidence = record.evidence.first().unwrap();
    assert_eq!(evidence.wrong, wrong);
    assert!(!evidence.request.is_empty() && evidence.answer.starts_with("HTTP/1.1 200"), "{evidence:?}");
    assert_eq!(record.errors, std::collections::BTreeMap::new());
    // Somebody else's data fails every run; the rest is for thresholds to say.
    let fails = wrong == Wrong::WrongUser;
    assert_eq!(output.status.code() == Some(1), fails, "{run:?}");
}

#[test]
fn wrong_user() {
    only(Wrong::WrongUser, READ);
}

#[test]
fn lost_session() {
    only(Wrong::LostSession, READ);
}

#[test]
fn lost_write() {
    only(Wrong::LostWrite, WRITE);
}

#[test]
fn stale_read() {
    only(Wrong::StaleRead, WRITE);
}

#[test]
fn revived_logout() {
    only(Wrong::RevivedLogout, CHURN);
}

#[test]
fn duplicate_key() {
    only(Wrong::DuplicateKey, CHURN);
}

#[test]
fn outlived() {
    let rare = Some(Rare { kind: Wrong::Outlived, one_in: 1, seed: 0 });
    let (happened, record) = run(EngineKind::Db, rare, scenario(EXPIRE, "5s"));
    let moved: Vec<Wrong> = record.wrong.happened().map(|(wrong, _)| wrong).collect();
    assert_eq!(moved, [Wrong::Outlived]);
    assert!(happened >= record.wrong.outlived, "around the end of a lifetime either answer is right");
}

#[test]
fn a_server_that_is_right_moves_none_on_any_engine() {
    let journeys = |text: &str| text.split_once("journeys:\n").unwrap().1.to_owned();
    let both = format!("{}{}", WRITE, journeys(CHURN));
    for engine in EngineKind::ALL {
        let (_, record) = run(engine, None, scenario(&both, "500ms"));
        assert_eq!(record.wrong.happened().collect::<Vec<_>>(), [], "{engine}: {:#?}", record.evidence);
        assert_eq!(record.errors, std::collections::BTreeMap::new(), "{engine}");
        assert!(record.measured().0 > 0, "{engine}");
    }
}

#[test]
fn writers_side_by_side_move_no_counter_on_any_engine() {
    for engine in EngineKind::ALL {
        let (_, record) = run(engine, None, scenario(&hot(16, 2), "500ms"));
        assert_eq!(record.wrong.happened().collect::<Vec<_>>(), [], "{engine}: {:#?}", record.evidence);
        assert_eq!(record.errors, std::collections::BTreeMap::new(), "{engine}");
        assert_eq!(record.given_up, 0, "{engine}: nobody waits for anybody");
        assert!(record.measured().0 > 0, "{engine}");
    }
}

/// What overlaps with another write may be gone rightly. Whatever else is lost shows, and shows once.
#[test]
fn writers_side_by_side_hide_no_loss() {
    for kind in [Wrong::LostWrite, Wrong::StaleRead, Wrong::LostSession] {
        let rare = Some(Rare { kind, one_in: 10, seed: 0 });
        let (happened, record) = run(EngineKind::Cache, rare, scenario(&hot(3, 8), "2s"));
        let counted: u64 = record.wrong.happened().map(|(_, count)| count).sum();
        assert!(record.wrong.get(kind) > 0, "{kind:?}: {happened} times, {:?}", record.wrong);
        assert!(counted <= happened, "{kind:?}: {happened} times, {:?} {:#?}", record.wrong, record.evidence);
    }
}

#[test]
fn goose_counts_what_we_count() {
    let (_, record) = run(EngineKind::Cache, None, scenario(READ, "500ms"));
    let (ok, failed) = record.measured();
    assert_eq!((record.counted_by_goose, failed), (ok, 0));
    assert_eq!(record.service().count(), ok);
    assert_eq!(record.seconds.iter().map(|second| second.requests).sum::<u64>(), ok);
    let again = Record::read_lines(&record.lines()).unwrap().remove(0);
    assert_eq!(again, record);
    assert!(Duration::from_secs_f64(record.measured_seconds()) <= Duration::from_millis(500));
}
