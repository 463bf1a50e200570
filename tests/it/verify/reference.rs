//! The whole catalogue on the embedded reference server.

use std::collections::BTreeSet;

use hardtack::event::{CaseOutcome, Verdict};
use hardtack::reference::Config;
use hardtack::spec::Profile;

use hardtack::verify::{Options, kill_matrix};

use super::harness::{catalogue, embedded, outcomes, shown};

async fn conforms(engine: &str) {
    conforms_as(Config::default(), engine).await;
}

async fn conforms_as(config: Config, engine: &str) {
    let all = outcomes(embedded(config, engine, "")).await;
    println!("{}", shown(&all));
    let bad: Vec<_> =
        all.into_iter().filter(|outcome| !matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable)).collect();
    assert!(bad.is_empty(), "{}", shown(&bad));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_conforms() {
    conforms("db").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn file_conforms() {
    conforms("file").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cache_conforms() {
    conforms("cache").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cached_db_conforms() {
    conforms("cached_db").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signed_cookies_conforms() {
    conforms("signed_cookies").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_case_notices_the_faults_it_names() {
    let matrix = kill_matrix(&catalogue(), &Options::default()).await;
    let how: Vec<_> =
        matrix.survivors().map(|row| format!("{} {} on {:?}: {}", row.case, row.fault, row.tried, row.how)).collect();
    assert!(how.is_empty(), "of {}:\n{}", matrix.rows.len(), how.join("\n"));
    assert!(matrix.unnamed.is_empty(), "no case catches {:?}", matrix.unnamed);
    let alike: Vec<_> =
        matrix.alike().into_iter().map(|(by, faults)| format!("only {by} notices {}", faults.join(", "))).collect();
    assert!(alike.is_empty(), "nothing tells these faults apart:\n{}", alike.join("\n"));
}

/// What a cookie says is not what it opens: some stores seal the key anew whenever they send it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cookie_whose_text_changes_with_every_answer_conforms() {
    conforms_as(Config { sealed_keys: true, ..Config::default() }, "file").await;
}

/// And a key that stays is noticed behind a text that changes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_stays_is_noticed_behind_a_text_that_changes() {
    for (fault, filter) in [
        ("login-keeps-key", "sessions/login#new-key"),
        ("login-with-redirect-keeps-key", "sessions/occasions-login#by-method-and-status"),
        ("relogin-keeps-key", "sessions/login#new-key-again"),
        ("flush-reuses-key", "sessions/ending#flush-then-write"),
        ("password-change-keeps-key", "sessions/logout#changed-password-new-key"),
        ("write-rotates-key", "sessions/cookie#key-is-stable"),
        ("clear-rotates-key", "sessions/ending#clear-and-the-key"),
    ] {
        let faults = vec![hardtack::reference::fault::find(fault).unwrap()];
        let config = Config { sealed_keys: true, faults, ..Config::default() };
        let with = outcomes(embedded(config, "db", filter)).await;
        let without = outcomes(embedded(Config { sealed_keys: true, ..Config::default() }, "db", filter)).await;
        let verdicts =
            |all: &[CaseOutcome]| all.iter().map(|one| (one.verdict, one.design.clone())).collect::<Vec<_>>();
        assert_ne!(verdicts(&with), verdicts(&without), "{fault} {filter}: {}", shown(&with));
    }
}

/// The rules of the tutorial that are plainly wrong: the only ones that a good server breaks.
const WRONG: [&str; 7] = ["R4", "R10", "R13", "R18", "R28", "R29", "R32"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_the_tutorial_only_its_wrong_rules_fail() {
    let mut request = embedded(Config::default(), "db", "");
    request.variants = request.target.default_variants().unwrap();
    request.options.profile = Profile::Tutorial;
    let all = outcomes(request).await;
    let bad: Vec<_> = all
        .iter()
        .filter(|outcome| !matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable))
        .cloned()
        .collect();
    assert!(bad.iter().all(|outcome| outcome.verdict == Verdict::Fail), "{}", shown(&bad));
    let rules = |outcomes: &[CaseOutcome]| -> BTreeSet<String> {
        let refs = outcomes.iter().flat_map(|outcome| &outcome.refs);
        refs.filter_map(|reference| reference.strip_prefix("tutorial:")).map(str::to_owned).collect()
    };
    assert_eq!(rules(&bad), WRONG.map(str::to_owned).into(), "{}", shown(&bad));
}
