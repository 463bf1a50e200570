//! The report of a load run for people at a terminal.

use super::rows::{
    CHANGE_HEAD, LATENCY_HEAD, LegRow, changes, conclusion, facts, number, phase_cells, service_cells, step_cells,
};
use crate::load::{Leg, LoadRun, in_ms};
use crate::report::terminal::look::{BAD, FAINT, GOOD, PLAIN, STRONG};
use crate::report::terminal::{Cell, Look, Page, Table};

/// Exchanges that are shown of each leg.
const SHOWN: usize = 3;

/// The whole report.
#[must_use]
pub fn report(run: &LoadRun, baseline: Option<&LoadRun>, look: &Look) -> String {
    let mut page = Page::new(look);
    page.text(0, STRONG, &format!("{}: {}", run.scenario, run.title));
    page.text(0, FAINT, &format!("against {}", run.target));
    for leg in &run.legs {
        if run.search.is_none() {
            block(&mut page, leg, run.legs.len() > 1);
        }
    }
    if run.legs.len() > 1 && run.search.is_none() {
        page.title("All legs");
        let mut table = (1..9).fold(Table::new(&LegRow::HEAD), Table::numbers);
        for leg in &run.legs {
            table.row(LegRow::of(leg).cells().map(Cell::from));
        }
        table.write(&mut page, 2);
    }
    search(&mut page, run);
    if let Some(baseline) = baseline {
        page.gap();
        let mut table = (1..4).fold(Table::new(&CHANGE_HEAD), Table::numbers);
        for row in changes(run, baseline) {
            table.row(row.map(Cell::from));
        }
        table.write(&mut page, 0);
    }
    page.gap();
    let style = if run.exit.code() == 0 { GOOD } else { BAD };
    page.text(0, style, &conclusion(run));
    page.finish()
}

fn block(page: &mut Page<'_>, leg: &Leg, titled: bool) {
    if titled {
        page.title(&leg.label);
    } else {
        page.gap();
    }
    if let Some(not_run) = &leg.not_run {
        page.field(2, "not run", PLAIN, &not_run.reason);
        return;
    }
    let Some(record) = &leg.record else { return };
    page.field(2, "rate", STRONG, &format!("{} requests per second", number(record.rate())));
    if let Some(verdict) = &leg.verdict {
        let style = if verdict.kind.is_valid() { GOOD } else { BAD };
        page.field(2, "verdict", style, &format!("{}: {}", verdict.kind.name(), verdict.because));
    }
    for (label, text) in facts(leg) {
        page.field(2, label, PLAIN, &text);
    }
    page.gap();
    let mut table = (1..8).fold(Table::new(&LATENCY_HEAD), Table::numbers);
    for step in record.by_step() {
        table.row(step_cells(&step).map(Cell::from));
        if let Some(cells) = service_cells(&step) {
            table.row(cells.map(Cell::from));
        }
    }
    if record.phases.len() > 2 {
        for phase in &record.phases {
            table.row(phase_cells(phase).map(|cell| Cell::styled(FAINT, cell)));
        }
    }
    table.write(page, 2);
    correctness(page, leg);
    for missed in &leg.missed {
        page.field(2, "missed", BAD, &format!("{}: wanted {}, got {}", missed.threshold, missed.wanted, missed.got));
    }
}

fn correctness(page: &mut Page<'_>, leg: &Leg) {
    let Some(record) = &leg.record else { return };
    page.gap();
    if record.wrong == crate::load::Counters::default() {
        page.field(2, "correct", GOOD, "every answer was its own session's, and nothing was lost");
        return;
    }
    for (wrong, count) in record.wrong.happened() {
        page.field(2, "WRONG", BAD, &format!("{wrong}: {count} × {}", wrong.means()));
        let shown = record.evidence.iter().filter(|one| one.wrong == wrong).take(SHOWN);
        for evidence in shown {
            let text = format!(
                "{:.3} s, {}: expected {}, got {}",
                evidence.at, evidence.step, evidence.expected, evidence.seen
            );
            page.text(6, FAINT, &text);
        }
    }
}

fn search(page: &mut Page<'_>, run: &LoadRun) {
    let Some(search) = &run.search else { return };
    page.title("Search for the greatest rate");
    page.field(2, "wanted", PLAIN, &search.wanted);
    let mut table = Table::new(&["asked/s", "reached/s", "p99", "errors", ""]).prose(4);
    table = (0..4).fold(table, Table::numbers);
    for step in search.by_rate() {
        let held = if step.held { "held".to_owned() } else { step.because.clone() };
        table.row(
            [number(step.rate), number(step.reached), in_ms(step.p99_us), super::rows::percent(step.errors), held]
                .map(Cell::from),
        );
    }
    table.write(page, 2);
    page.gap();
    match (search.held, search.failed) {
        (Some(held), Some(failed)) => {
            page.field(2, "result", STRONG, &format!("{} per second held, {} did not", number(held), number(failed)));
        }
        (Some(held), None) => page.field(2, "result", STRONG, &format!("{} per second held", number(held))),
        (None, _) => page.field(2, "result", BAD, "no rate held"),
    }
}
