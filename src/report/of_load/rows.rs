//! What all reports of a load run say, as rows of text.

use crate::load::{Latencies, Leg, LoadRun, PhaseRecord, Record, StepRecord, in_ms};

/// A leg in one row.
pub(super) struct LegRow {
    pub(super) label: String,
    pub(super) rate: String,
    pub(super) p50: String,
    pub(super) p95: String,
    pub(super) p99: String,
    pub(super) max: String,
    pub(super) errors: String,
    pub(super) wrong: String,
    pub(super) ceiling: String,
    pub(super) verdict: String,
}

impl LegRow {
    pub(super) const HEAD: [&'static str; 10] =
        ["leg", "req/s", "p50", "p95", "p99", "max", "errors", "wrong", "of store", "verdict"];

    pub(super) fn of(leg: &Leg) -> Self {
        let verdict = leg.verdict.as_ref().map_or("not run", |verdict| verdict.kind.name()).to_owned();
        let Some(record) = &leg.record else {
            let none = || "–".to_owned();
            return Self {
                label: leg.label.clone(),
                rate: none(),
                p50: none(),
                p95: none(),
                p99: none(),
                max: none(),
                errors: none(),
                wrong: none(),
                ceiling: none(),
                verdict,
            };
        };
        let response = record.response();
        let wrong: u64 = record.wrong.happened().map(|(_, count)| count).sum();
        Self {
            label: leg.label.clone(),
            rate: number(record.rate()),
            p50: in_ms(response.at(0.5)),
            p95: in_ms(response.at(0.95)),
            p99: in_ms(response.at(0.99)),
            max: in_ms(response.max()),
            errors: percent(record.error_share()),
            wrong: wrong.to_string(),
            ceiling: leg
                .ceiling
                .as_ref()
                .map_or_else(|| "–".to_owned(), |ceiling| percent(record.rate() / ceiling.per_second)),
            verdict,
        }
    }

    pub(super) fn cells(self) -> [String; 10] {
        [
            self.label,
            self.rate,
            self.p50,
            self.p95,
            self.p99,
            self.max,
            self.errors,
            self.wrong,
            self.ceiling,
            self.verdict,
        ]
    }
}

/// Head of the table of steps and phases.
pub(super) const LATENCY_HEAD: [&str; 8] = ["", "requests", "failed", "p50", "p90", "p99", "p99.9", "max"];

/// A step: response times, and service times below where they differ.
pub(super) fn step_cells(step: &StepRecord) -> [String; 8] {
    latency_cells(&step.name, step.ok + step.failed, step.failed, step.response())
}

/// The service times of a step, where they are not the response times.
pub(super) fn service_cells(step: &StepRecord) -> Option<[String; 8]> {
    step.response.as_ref()?;
    let mut cells = latency_cells("  of which service", step.ok + step.failed, step.failed, &step.service);
    cells[1].clear();
    cells[2].clear();
    Some(cells)
}

/// A phase.
pub(super) fn phase_cells(phase: &PhaseRecord) -> [String; 8] {
    let (ok, failed) = phase.steps.iter().fold((0, 0), |sum, step| (sum.0 + step.ok, sum.1 + step.failed));
    let name = if phase.measured { phase.name.clone() } else { format!("{} (not measured)", phase.name) };
    latency_cells(&format!("{name}, {:.1} s", phase.seconds), ok + failed, failed, &phase.response())
}

fn latency_cells(name: &str, requests: u64, failed: u64, latencies: &Latencies) -> [String; 8] {
    let at = |share| in_ms(latencies.at(share));
    [
        name.to_owned(),
        requests.to_string(),
        failed.to_string(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        in_ms(latencies.max()),
    ]
}

/// Facts about a leg, label and text.
pub(super) fn facts(leg: &Leg) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if !leg.server.is_empty() {
        facts.push(("server", leg.server.clone()));
    }
    if let Some(not_run) = &leg.not_run {
        facts.push(("not run", not_run.reason.clone()));
    }
    let Some(record) = &leg.record else { return facts };
    let workers = if record.size == 1 { "1 worker".to_owned() } else { format!("{} workers", record.size) };
    facts.push((
        "load",
        format!(
            "{} users of {workers}, {} sessions, {} connections",
            record.users, record.sessions, record.connections
        ),
    ));
    if let Some(asked) = record.asked_rate() {
        facts.push((
            "rate",
            format!(
                "{} passes per second asked for, {} begun; timers rang {} late (p50), {} (p99), which is not in the \
                 latencies",
                number(asked),
                number(record.pass_rate()),
                in_ms(record.timer_lag.at(0.5)),
                in_ms(record.timer_lag.at(0.99))
            ),
        ));
    }
    facts.push(("generator", generators(record)));
    if let Some(cpu) = &leg.target_cpu {
        let whose = if cpu.inside {
            "the server runs inside this process".to_owned()
        } else {
            format!("{} processes listen", cpu.processes)
        };
        facts.push(("target", format!("{:.2} of {} cores; {whose}", cpu.cores, cpu.of)));
    }
    if let Some(ceiling) = &leg.ceiling {
        facts.push((
            "store",
            format!(
                "{} alone: {} look-ups per second ({}); this leg reached {} of that",
                ceiling.store,
                number(ceiling.per_second),
                ceiling.how,
                percent(record.rate() / ceiling.per_second)
            ),
        ));
    }
    for event in &leg.events {
        let outcome = event.failed.as_ref().map_or(String::new(), |why| format!(" failed: {why}"));
        facts.push(("event", format!("{:.1} s: {}{outcome}", event.at, event.control)));
    }
    let (ok, failed) = record.measured();
    if record.held_back > 0 && record.held_back >= (ok + failed) / 100 {
        facts.push((
            "held back",
            format!(
                "{} answers: their ends came 30 ms and more after their beginnings. A server that writes in pieces with \
                 Nagle's algorithm on waits for the client's acknowledgement: have it set TCP_NODELAY, or write its \
                 answers at once",
                record.held_back
            ),
        ));
    }
    if record.begun_again > 0 {
        facts.push(("again", format!("{} sessions were begun again", record.begun_again)));
    }
    if record.given_up > 0 {
        facts.push(("given up", format!("{} passes found no session that was free to write to", record.given_up)));
    }
    if record.late_ms > 0 {
        facts.push(("late", format!("a worker began {} ms after the agreed moment", record.late_ms)));
    }
    for (reason, count) in &record.errors {
        facts.push(("failed", format!("{count} × {reason}")));
    }
    facts
}

fn generators(record: &Record) -> String {
    let greatest = |pick: fn(&crate::load::Generator) -> Option<f64>| {
        record
            .generators
            .iter()
            .filter_map(pick)
            .fold(None, |most: Option<f64>, one| Some(most.map_or(one, |m| m.max(one))))
    };
    match (greatest(|one| one.core), greatest(|one| one.waiting), greatest(|one| one.cpu_us_per_request)) {
        (Some(core), Some(waiting), Some(cpu)) => format!(
            "the busiest worker used {} of a core and waited for one in {} of the time; {cpu:.1} µs of CPU per request",
            percent(core),
            percent(waiting)
        ),
        _ => "this system does not tell what the workers used".to_owned(),
    }
}

/// The last line: the verdict over all legs.
pub(super) fn conclusion(run: &LoadRun) -> String {
    let missed: usize = run.legs.iter().map(|leg| leg.missed.len()).sum();
    match run.exit.code() {
        0 if missed == 0 => "HELD: nothing wrong was seen, and every threshold was kept".to_owned(),
        0 => "HELD".to_owned(),
        1 => "FAILED: a threshold was missed".to_owned(),
        5 => "NOTHING MEASURED".to_owned(),
        6 => "INVALID: the numbers are not the server's".to_owned(),
        130 => "INTERRUPTED: what was seen until then".to_owned(),
        code => format!("ENDED with exit code {code}: {}", run.exit.meaning()),
    }
}

/// Changes against a baseline, leg by leg.
pub(super) fn changes(run: &LoadRun, baseline: &LoadRun) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for leg in &run.legs {
        let Some(now) = &leg.record else { continue };
        let before = baseline.legs.iter().find(|one| one.label == leg.label).and_then(|one| one.record.as_ref());
        let Some(before) = before else {
            rows.push([leg.label.clone(), "not in the baseline".to_owned(), String::new(), String::new()]);
            continue;
        };
        let (old, new) = (before.response(), now.response());
        rows.push([
            format!("{}{}", leg.label, other_conditions(before, now)),
            change(before.rate(), now.rate()),
            change_of_latency(old.at(0.5), new.at(0.5)),
            change_of_latency(old.at(0.99), new.at(0.99)),
        ]);
    }
    rows
}

/// What was not the same then, so that a change may not be the server's.
fn other_conditions(before: &Record, now: &Record) -> String {
    let rate =
        |record: &Record| record.asked_rate().map_or("no rate".to_owned(), |rate| format!("{} asked/s", number(rate)));
    let differs: Vec<String> = [
        (before.users != now.users).then(|| format!("{} users", before.users)),
        (before.sessions != now.sessions).then(|| format!("{} sessions", before.sessions)),
        (before.size != now.size).then(|| format!("{} workers", before.size)),
        (rate(before) != rate(now)).then(|| rate(before)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if differs.is_empty() { String::new() } else { format!(" (then with {})", differs.join(", ")) }
}

/// Head of the table of changes.
pub(super) const CHANGE_HEAD: [&str; 4] = ["against the baseline", "req/s", "p50", "p99"];

fn change(before: f64, now: f64) -> String {
    if before > 0.0 { format!("{:+.1} %", (now / before - 1.0) * 100.0) } else { "–".to_owned() }
}

#[expect(clippy::cast_precision_loss, reason = "a minute has few microseconds")]
fn change_of_latency(before: u64, now: u64) -> String {
    change(before as f64, now as f64)
}

/// A rate, as precise as it is.
pub(super) fn number(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// A share, as precise as it matters.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if share == 0.0 {
        "0 %".to_owned()
    } else if percent < 1.0 {
        format!("{percent:.3} %")
    } else {
        format!("{percent:.1} %")
    }
}
