//! A load run as a [`Report`], and for people at a terminal.

#[cfg(feature = "reports")]
mod chart;
#[cfg(feature = "reports")]
mod charts;
mod entries;
mod rows;
pub mod terminal;

use super::model::{Cell, Figure, Report, Table, Tone};
use super::words::{counted, elapsed};
use crate::cookie::Timestamp;
use crate::load::{Leg, LoadRun, Record, in_ms};
use crate::verify::rfc3339;
use rows::{
    CHANGE_HEAD, LATENCY_HEAD, LegRow, changes, facts, number, percent, phase_cells, service_cells, step_cells,
};

/// The whole run as JSON, histograms included: what `--baseline` reads.
#[must_use]
pub fn json(run: &LoadRun) -> String {
    // Numbers, texts and lists: nothing that JSON could not hold.
    serde_json::to_string_pretty(run).unwrap_or_default() + "\n"
}

/// The report of a load run, compared with an earlier one.
#[must_use]
pub fn report(run: &LoadRun, baseline: Option<&LoadRun>) -> Report {
    let measured = u64::try_from(run.measured().as_millis()).unwrap_or(u64::MAX);
    let ran = run.legs.iter().filter(|leg| leg.record.is_some()).count();
    Report {
        command: "load",
        title: format!("{} under load: {}", run.target, run.scenario),
        started: started(run),
        tool: run.tool.clone(),
        elapsed_ms: measured,
        exit: run.exit,
        summary: format!("{}, measured for {}", counted(ran, "leg", "legs"), elapsed(measured)),
        facts: vec![
            ("scenario".to_owned(), run.title.clone()),
            ("question".to_owned(), run.why.clone()),
            ("target".to_owned(), run.target.clone()),
        ],
        figures: figures(run),
        tables: tables(run, baseline),
        #[cfg(feature = "reports")]
        charts: charts::charts(run),
        #[cfg(not(feature = "reports"))]
        charts: Vec::new(),
        changes: None,
        entries: entries::entries(run),
        hints: hints(run),
    }
}

fn started(run: &LoadRun) -> String {
    let first = run.legs.iter().find_map(|leg| leg.record.as_ref()).map_or(0, |record| record.started_ms);
    rfc3339(Timestamp::from_millis(i64::try_from(first).unwrap_or_default()))
}

fn figures(run: &LoadRun) -> Vec<Figure> {
    let figure = |label: &str, value: String, tone| Figure { label: label.to_owned(), value, tone, severity: None };
    if let Some(search) = &run.search {
        let held = search.held.map_or_else(|| "none".to_owned(), number);
        return vec![figure("passes per second held", held, Tone::Plain)];
    }
    // Of several legs the table tells.
    let [Leg { record: Some(record), .. }] = run.legs.as_slice() else { return Vec::new() };
    let response = record.response();
    let wrong: u64 = record.wrong.happened().map(|(_, count)| count).sum();
    vec![
        figure("requests per second", number(record.rate()), Tone::Plain),
        figure("p50", in_ms(response.at(0.5)), Tone::Plain),
        figure("p99", in_ms(response.at(0.99)), Tone::Plain),
        figure(
            "failed",
            percent(record.error_share()),
            if record.error_share() > 0.0 { Tone::Warning } else { Tone::Good },
        ),
        figure("wrong answers", wrong.to_string(), if wrong > 0 { Tone::Bad } else { Tone::Good }),
    ]
}

fn tables(run: &LoadRun, baseline: Option<&LoadRun>) -> Vec<Table> {
    let mut tables = vec![table("Legs", &LegRow::HEAD, run.legs.iter().map(|leg| LegRow::of(leg).cells()))];
    if let Some(search) = &run.search {
        let rows = search.by_rate().into_iter().map(|step| {
            let held = if step.held { "held".to_owned() } else { step.because.clone() };
            [number(step.rate), number(step.reached), in_ms(step.p99_us), percent(step.errors), held]
        });
        let caption = format!("Search: {}", search.wanted);
        tables.push(table(&caption, &["asked/s", "reached/s", "p99", "errors", "outcome"], rows));
    }
    if let Some(baseline) = baseline {
        tables.push(table("Changes", &CHANGE_HEAD, changes(run, baseline).into_iter()));
    }
    if run.search.is_some() {
        return tables;
    }
    for leg in &run.legs {
        if let Some(record) = &leg.record {
            tables.push(latencies(leg, record));
        }
        let rows = facts(leg).into_iter().map(|(label, text)| [label.to_owned(), text]);
        tables.push(Table { numbers: Vec::new(), ..table(&format!("{}: facts", leg.label), &["", ""], rows) });
    }
    tables
}

fn latencies(leg: &Leg, record: &Record) -> Table {
    let steps = record.by_step();
    let rows = steps.iter().flat_map(|step| [Some(step_cells(step)), service_cells(step)]).flatten();
    let phases = record.phases.iter().filter(|_| record.phases.len() > 2).map(phase_cells);
    table(&format!("{}: latencies", leg.label), &LATENCY_HEAD, rows.chain(phases))
}

/// The first column is a name, the others are numbers.
fn table<const N: usize>(caption: &str, head: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> Table {
    Table {
        caption: caption.to_owned(),
        head: head.map(str::to_owned).into(),
        numbers: (1..N).collect(),
        rows: rows.map(|row| row.map(|text| Cell { text, ..Cell::default() }).into()).collect(),
    }
}

fn hints(run: &LoadRun) -> Vec<String> {
    let invalid = run.legs.iter().filter_map(|leg| leg.verdict.as_ref().map(|verdict| (leg, verdict)));
    invalid
        .filter(|(_, verdict)| !verdict.kind.is_valid() && run.search.is_none())
        .map(|(leg, verdict)| format!("{}: {}: {}", leg.label, verdict.kind.name(), verdict.because))
        .collect()
}
