//! The whole catalogue on the embedded reference server.

use hardtack::event::Verdict;
use hardtack::reference::Config;

use super::harness::{embedded, outcomes, shown};

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
