//! The pictures of a load run.

use std::collections::BTreeSet;

use super::super::model::Chart;
use super::chart::{BLUE_LINE, GREEN_LINE, Line, RED_LINE, bars, draw, in_ms, percentiles, rate};
use super::rows::number;
use crate::load::{Latencies, Leg, LoadRun, Record};

/// Every picture that a run gives.
pub(super) fn charts(run: &LoadRun) -> Vec<Chart> {
    if run.search.is_some() {
        return search(run).into_iter().collect();
    }
    let mut charts = growth(run);
    charts.extend(variants(run));
    for leg in &run.legs {
        if let Some(record) = &leg.record {
            charts.extend(over_time(leg, record));
            charts.extend(distribution(leg, record));
        }
    }
    charts
}

fn chart(caption: String, says: String, svg: Option<String>) -> Option<Chart> {
    svg.map(|svg| Chart { caption, says, svg })
}

fn over_time(leg: &Leg, record: &Record) -> Vec<Chart> {
    // A second that was cut short would look like a drop, and so would the last answers after the end.
    let length: f64 = record.phases.iter().map(|phase| phase.seconds).sum();
    let count = record.seconds.iter().take_while(|second| f64::from(second.at) + 1.0 <= length + 0.01).count();
    let whole = &record.seconds[..count];
    let response = record.response();
    [
        chart(
            format!("{}: requests per second", leg.label),
            format!("{} requests per second on average", number(record.rate())),
            rate(whole, &leg.events),
        ),
        chart(
            format!("{}: response times", leg.label),
            format!("p50 {} ms and p99 {} ms over all", in_ms(response.at(0.5)), in_ms(response.at(0.99))),
            percentiles(whole, &leg.events),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Response times by share: the tail is where stores differ.
fn distribution(leg: &Leg, record: &Record) -> Option<Chart> {
    let (response, service) = (record.response(), record.service());
    if response.count() == 0 {
        return None;
    }
    // Nines: 0 is half of all, 1 is 90 %, 2 is 99 %.
    let points = |latencies: &Latencies| {
        let nines = (0..=40).map(|tenth| f64::from(tenth) / 10.0);
        nines.map(|nine| (nine, in_ms(latencies.at(1.0 - 10_f64.powf(-nine).min(0.5))))).collect()
    };
    let mut lines = vec![Line { name: "response", colour: RED_LINE, points: points(&response) }];
    if record.asked_rate().is_some() {
        lines.push(Line { name: "service", colour: GREEN_LINE, points: points(&service) });
    }
    chart(
        format!("{}: distribution of response times", leg.label),
        format!("p99.9 {} ms, longest {} ms", in_ms(response.at(0.999)), in_ms(response.max())),
        draw("milliseconds", "nines: 1 is 90 %, 2 is 99 %, 3 is 99.9 %", &lines, &[]),
    )
}

/// Rate and tail against the size of the population, where several were measured.
fn growth(run: &LoadRun) -> Vec<Chart> {
    let records = || run.legs.iter().filter_map(|leg| leg.record.as_ref());
    if records().map(|record| record.sessions).collect::<BTreeSet<_>>().len() < 2 {
        return Vec::new();
    }
    let points = |value: fn(&Record) -> f64| {
        records().map(|record| (f64::from(record.sessions.max(1)).log10(), value(record))).collect()
    };
    let x = "sessions in the store, as a power of ten";
    let says: Vec<String> =
        records().map(|record| format!("{} sessions: {} per second", record.sessions, number(record.rate()))).collect();
    let rates = [Line { name: "rate", colour: BLUE_LINE, points: points(Record::rate) }];
    let tails = [Line { name: "p99", colour: RED_LINE, points: points(|record| in_ms(record.response().at(0.99))) }];
    [
        chart("Growth: rate".to_owned(), says.join("; "), draw("requests per second", x, &rates, &[])),
        chart("Growth: p99".to_owned(), "the 99th percentile by size".to_owned(), draw("milliseconds", x, &tails, &[])),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Variants side by side, where several were measured.
fn variants(run: &LoadRun) -> Vec<Chart> {
    let measured = || run.legs.iter().filter_map(|leg| Some((leg, leg.record.as_ref()?)));
    if measured().map(|(leg, _)| &leg.variant).collect::<BTreeSet<_>>().len() < 2 {
        return Vec::new();
    }
    let picture = |caption: &str, value: fn(&Record) -> f64| {
        let rows: Vec<(String, f64)> = measured().map(|(leg, record)| (leg.label.clone(), value(record))).collect();
        let says: Vec<String> = rows.iter().map(|(name, value)| format!("{name} {}", number(*value))).collect();
        chart(caption.to_owned(), says.join("; "), bars(&caption.to_lowercase(), &rows))
    };
    let pictures = [
        picture("Requests per second", Record::rate),
        picture("p99 in milliseconds", |record| in_ms(record.response().at(0.99))),
    ];
    pictures.into_iter().flatten().collect()
}

/// Throughput against latency.
fn search(run: &LoadRun) -> Option<Chart> {
    let search = run.search.as_ref()?;
    let points = search.by_rate().into_iter().map(|step| (step.reached, in_ms(step.p99_us))).collect();
    let line = Line { name: "p99", colour: RED_LINE, points };
    let says =
        search.held.map_or_else(|| "no rate held".to_owned(), |held| format!("{} per second held", number(held)));
    chart(
        "Throughput against latency".to_owned(),
        says,
        draw("milliseconds", "passes per second, reached", &[line], &[]),
    )
}
