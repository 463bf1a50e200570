//! The model against the reference server.

use hardtack::prop::{Deviation, lines};

use super::sample::{cases, options, search_broken};

#[tokio::test]
async fn nothing_is_found_on_a_server_that_is_right() {
    for engine in ["db", "file", "cache", "cached_db", "signed_cookies"] {
        let searched = search_broken(engine, &[], options(60, 1)).await;
        for example in &searched.found {
            println!("{engine}: {:?}\n{}", example.failed, lines(&example.history).join("\n"));
        }
        assert!(searched.found.is_empty(), "{engine}");
        assert_eq!(searched.progress.histories, 60);
        assert_eq!(searched.inconclusive, None);
        assert!(searched.progress.reached > 200, "{:?}", searched.progress);
    }
}

#[tokio::test]
async fn faults_of_every_kind_are_found() {
    for (engine, fault) in [
        ("db", "put-forgets-others"),
        ("db", "login-keeps-key"),
        ("file", "logout-keeps-record"),
        ("cache", "ended-key-readopted"),
        ("cached_db", "cache-miss-means-empty"),
        ("signed_cookies", "clear-keeps-data"),
        ("db", "concurrent-writes-lost"),
        ("db", "expiry-not-enforced"),
    ] {
        let mut options = options(400, 3);
        (options.replays, options.budget.tries) = (0, 0);
        let searched = search_broken(engine, &[fault], options).await;
        assert!(!searched.found.is_empty(), "{fault} on {engine}");
    }
}

#[test]
fn every_deviation_names_a_case_of_the_catalogue() {
    let ids: Vec<String> = cases().iter().map(|case| case.id.base().to_owned()).collect();
    for deviation in Deviation::ALL {
        assert!(ids.iter().any(|id| id == deviation.case()), "{}: {}", deviation.as_str(), deviation.case());
    }
}
