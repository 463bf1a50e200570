//! How long reports take over 50,000 case results, and over a million load samples: `cargo bench --bench reports`.

#![allow(clippy::unwrap_used, reason = "a bench ends at the first surprise")]

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use hardtack::event::{
    CaseOutcome, Counts, ExitCode, Expectations, Finding, Place, RunSummary, Standing, StoredRun, TargetFacts,
    VariantRun, Verdict,
};
use hardtack::load::scenario::find;
use hardtack::load::{
    Identity, Latencies, Leg, LoadRun, PhaseRecord, Record, Second, StepRecord, Verdict as LoadVerdict,
};
use hardtack::report::baseline::Changes;
use hardtack::report::of_load;
use hardtack::report::of_verify::{Telling, report};
use hardtack::report::{html, json, junit, markdown, sarif};
use hardtack::spec::{CaseId, Level, Profile};

const VARIANTS: usize = 125;
const CASES: usize = 400;

/// One result; every tenth is a failure, each of its own kind.
fn outcome(variant: usize, case: usize) -> CaseOutcome {
    let place = Place { file: format!("specs/area/spec-{}.yaml", case / 10), line: case % 10 * 12 + 3, column: 5 };
    let fails = case.is_multiple_of(10);
    let finding = Finding {
        code: "cookie-lifetime".to_owned(),
        expectation: format!("steps[{}].expect.set_cookie.session.lifetime", variant % 7),
        level: Level::Must,
        message: "the cookie lives for another time than was asked for".to_owned(),
        expected: "14 d".to_owned(),
        actual: format!("{variant} s"),
        place: place.clone(),
        exchange: None,
        cookie: Vec::new(),
    };
    CaseOutcome {
        case: CaseId::new(format!("area/spec-{}#case-{case}", case / 10)),
        title: format!("What case {case} asks for, in one sentence of usual length"),
        why: "Somebody would be surprised otherwise, and would look for the reason in the wrong place.".to_owned(),
        rules: Vec::new(),
        refs: Vec::new(),
        catches: Vec::new(),
        place,
        level: Level::Must,
        verdict: if fails { Verdict::Fail } else { Verdict::Pass },
        standing: Standing::Plain,
        reason: None,
        design: None,
        findings: if fails { vec![finding] } else { Vec::new() },
        expectations: Expectations { declared: 2, evaluated: 2 },
        steps: Vec::new(),
        observed: Vec::new(),
        exchanges: Vec::new(),
        elapsed_ms: 7,
    }
}

/// A run of 50,000 results.
fn run() -> StoredRun {
    let variant = |index: usize| {
        let outcomes: Vec<CaseOutcome> = (0..CASES).map(|case| outcome(index, case)).collect();
        let target = TargetFacts { name: "bench".to_owned(), ..TargetFacts::default() };
        let counts = Counts::of(&outcomes);
        VariantRun { variant: format!("engine=e{index}"), target, outcomes, failed_to_run: None, counts }
    };
    let variants: Vec<VariantRun> = (0..VARIANTS).map(variant).collect();
    let counts = Counts::of(variants.iter().flat_map(|variant| &variant.outcomes));
    StoredRun {
        schema: json::SCHEMA_VERSION,
        tool: "0.1.0".to_owned(),
        standard: "rfc6265bis".to_owned(),
        catalogue: "0f1e2d3c (400 cases)".to_owned(),
        profile: Profile::Default,
        started: "2023-11-14T22:13:20Z".to_owned(),
        variants,
        summary: RunSummary { counts, exit: ExitCode::FAILED, elapsed_ms: 1, interrupted: false, hints: Vec::new() },
    }
}

fn formats(criterion: &mut Criterion) {
    let run = run();
    let mut stored = Vec::new();
    json::write(&run, &mut stored).unwrap();
    let told = report(&run, Telling::default());
    println!(
        "50,000 results: {} octets as JSON, {} as HTML, {} entries",
        stored.len(),
        html::write(&told).unwrap().len(),
        told.entries.len()
    );
    let mut group = criterion.benchmark_group("50,000 results");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    group.bench_function("read", |bencher| bencher.iter(|| json::read(&stored).unwrap()));
    group.bench_function("compare", |bencher| bencher.iter(|| Changes::since(&run, &run, false)));
    group.bench_function("report", |bencher| bencher.iter(|| report(&run, Telling::default())));
    group.bench_function("html", |bencher| bencher.iter(|| html::write(&told).unwrap()));
    group.bench_function("junit", |bencher| bencher.iter(|| junit::write(&told).unwrap()));
    group.bench_function("sarif", |bencher| bencher.iter(|| sarif::write(&told)));
    group.bench_function("markdown", |bencher| bencher.iter(|| markdown::write(&told)));
    group.finish();
}

/// Ten legs of a minute each.
const LEGS: u32 = 10;

/// Samples of each leg, in each of its seconds.
const SAMPLES: u64 = 100_000;
const SECONDS: u32 = 60;

/// A leg with latencies from 0.1 ms on, and a long tail.
fn leg(number: u32) -> Leg {
    let latency = |sample: u64| 100 + sample * sample % 9_973 * (1 + u64::from(sample.is_multiple_of(100)) * 40);
    let mut service = Latencies::default();
    (0..SAMPLES).for_each(|sample| service.record(latency(sample)));
    let second = |at: u32| {
        let mut second = Second { at, latencies: Latencies::with_digits(2), ..Second::default() };
        let per_second = SAMPLES / u64::from(SECONDS);
        (0..per_second).for_each(|sample| second.latencies.record(latency(u64::from(at) * per_second + sample)));
        second.requests = per_second;
        second
    };
    let step = StepRecord { name: "look/session.get".to_owned(), ok: SAMPLES, service, ..StepRecord::default() };
    let phase = PhaseRecord {
        name: "steady".to_owned(),
        measured: true,
        seconds: f64::from(SECONDS),
        passes: SAMPLES,
        steps: vec![step],
        ..PhaseRecord::default()
    };
    let record =
        Record { phases: vec![phase], seconds: (0..SECONDS).map(second).collect(), ..Record::empty(Identity::ALONE) };
    Leg {
        label: format!("engine=e{number}"),
        variant: format!("engine=e{number}"),
        server: "bench".to_owned(),
        verdict: Some(LoadVerdict::of(&record, false)),
        record: Some(record),
        not_run: None,
        events: Vec::new(),
        target_cpu: None,
        ceiling: None,
        missed: Vec::new(),
    }
}

fn load(criterion: &mut Criterion) {
    let mut run = LoadRun::new(&find("lookup").unwrap().unwrap(), "bench");
    (0..LEGS).for_each(|number| run.add(leg(number)));
    let stored = of_load::json(&run);
    let told = of_load::report(&run, None);
    println!("1,000,000 samples: {} octets as JSON, {} as HTML", stored.len(), html::write(&told).unwrap().len());
    let mut group = criterion.benchmark_group("1,000,000 load samples");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    group.bench_function("write", |bencher| bencher.iter(|| of_load::json(&run)));
    group.bench_function("read", |bencher| bencher.iter(|| serde_json::from_str::<LoadRun>(&stored).unwrap()));
    group.bench_function("report and charts", |bencher| bencher.iter(|| of_load::report(&run, None)));
    group.bench_function("html", |bencher| bencher.iter(|| html::write(&told).unwrap()));
    group.finish();
}

criterion_group!(benches, formats, load);
criterion_main!(benches);
