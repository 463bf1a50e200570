//! Histories per second against the embedded server, on one core.
//!
//! `cargo bench --bench prop` plays histories for some seconds on each engine, on a runtime with one thread, and prints
//! how many it played. Nothing is asserted. `benches/hypothesis/compare` sets the rate over TCP beside that of the same
//! kind of machine written with Hypothesis.

use std::time::Duration;

use hardtack::prop::{SearchOptions, Subject, search};
use hardtack::reference::{Config, EngineKind};
use hardtack::spec::{Catalogue, Profile};
use hardtack::target::VariantPattern;
use hardtack::verify::{Embedded, Raise};
use hardtack::wire::Limits;
use tokio::sync::watch;

fn main() {
    // `cargo bench` passes `--bench`; anything else is the number of seconds.
    let seconds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(5);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    println!("| engine | histories/s | requests/s | requests per history |\n| --- | --- | --- | --- |");
    for engine in EngineKind::ALL {
        runtime.block_on(measure(engine, Duration::from_secs(seconds)));
    }
}

async fn measure(engine: EngineKind, time: Duration) {
    let embedded = Embedded::new(Config::default());
    let pattern = VariantPattern([("engine".to_owned(), engine.name().to_owned())].into());
    let variant = embedded.target().expand(&[pattern]).expect("an engine").remove(0);
    let stage = embedded.raise(&variant).await.expect("the embedded server");
    let cases: Vec<_> = Catalogue::embedded().expect("the catalogue").cases().cloned().collect();
    let shared = stage.shared();
    let subject = Subject::of(stage.setting(), &shared, &cases, Profile::Default, Limits::default());
    let subject = subject.await.expect("a description");
    let options = SearchOptions { cases: u64::MAX, time, jobs: 4, seed: 1, ..SearchOptions::default() };
    let (_keep, mut cancel) = watch::channel(false);
    let searched = search(stage.as_ref(), subject, options, &[], &|_| {}, &mut cancel).await;
    stage.lower().await;
    #[expect(clippy::cast_precision_loss, reason = "rates for people")]
    let (histories, requests) = (searched.progress.histories as f64, searched.progress.requests as f64);
    let seconds = searched.progress.elapsed.as_secs_f64();
    println!("| {engine} | {:.0} | {:.0} | {:.1} |", histories / seconds, requests / seconds, requests / histories);
}
