//! Two servers compared.

use std::time::Duration;

use hardtack::prop::{Compared, Side, compare};
use hardtack::wire::Limits;
use tokio::sync::watch;

use super::sample::{Broken, options};

async fn compared(one: (&str, &[&str]), other: (&str, &[&str]), cases: u64) -> Compared {
    let side = |(engine, faults): (&str, &[&str])| {
        let broken = Broken::new(engine, faults);
        Side { stages: broken.stages(), variant: broken.variant() }
    };
    let (_keep, cancel) = watch::channel(false);
    let mut options = options(cases, 11);
    options.time = Duration::from_mins(10);
    compare(&side(one), &side(other), options, Limits::default(), None, cancel).await.unwrap()
}

#[tokio::test]
async fn two_engines_that_are_right_behave_alike() {
    let compared = compared(("db", &[]), ("file", &[]), 40).await;
    assert_eq!(compared.difference, None);
    assert_eq!(compared.histories, 40);
}

#[tokio::test]
async fn a_server_with_a_fault_behaves_differently() {
    let compared = compared(("db", &["put-forgets-others"]), ("db", &[]), 2000).await;
    let difference = compared.difference.expect("a difference");
    assert!(difference.history.steps.len() <= 4, "{difference:?}");
    assert_ne!(difference.here, difference.there);
}
