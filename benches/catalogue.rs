//! How long the catalogue takes: to read and lint, and to run against the reference server inside the process.

#![allow(missing_docs, reason = "the macros of criterion make public functions")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use hardtack::event::{Event, Sink};
use hardtack::reference::Config;
use hardtack::spec::{Catalogue, lint};
use hardtack::verify::{Embedded, Options, Pages, Request, run};
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// Reports nothing.
struct Nowhere;

impl Sink for Nowhere {
    fn take(&mut self, _: &Event) {}
}

fn catalogue() -> Catalogue {
    Catalogue::embedded().expect("the embedded catalogue reads")
}

fn reading(criterion: &mut Criterion) {
    criterion.bench_function("read", |bencher| bencher.iter(|| black_box(catalogue())));
    let catalogue = catalogue();
    criterion.bench_function("lint", |bencher| {
        bencher.iter(|| black_box(lint(black_box(&catalogue), &[])));
    });
}

fn running(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let cases: Vec<_> = catalogue().cases().map(Arc::clone).collect();
    let mut group = criterion.benchmark_group("verify");
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    for engine in ["db", "signed_cookies"] {
        group.bench_function(engine, |bencher| {
            bencher.to_async(&runtime).iter(|| {
                let embedded = Embedded::new(Config::default());
                let target = embedded.target();
                let variants = target.default_variants().expect("engines");
                let request = Request {
                    cases: cases.clone(),
                    digest: String::new(),
                    variants: variants.into_iter().filter(|one| one.value("engine") == Some(engine)).collect(),
                    target,
                    stages: Arc::new(embedded),
                    pages: Pages::default(),
                    options: Options::default(),
                };
                async move {
                    let (_sender, cancel) = watch::channel(false);
                    black_box(run(request, &mut Nowhere, cancel).await)
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, reading, running);
criterion_main!(benches);
