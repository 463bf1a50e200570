//! The whole catalogue on the embedded reference server.

use hardtack::event::Verdict;
use hardtack::reference::Config;

use hardtack::verify::{Options, kill_matrix};

use super::harness::{catalogue, embedded, outcomes, shown};

async fn conforms(engine: &str) {
    let all = outcomes(embedded(Config::default(), engine, "")).await;
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
}
