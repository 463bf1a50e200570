//! From a scenario file to a [`Scenario`].

use std::time::Duration;

use serde_json::Map;

use super::check;
use super::model::{
    Access, Event, Journey, On, Pause, Phase, Population, Scenario, Step, StepRole, Thresholds, WhichCookie, Writers,
};
use super::percent;
use super::shape::shape;
use crate::contract::Control;
use crate::document::{Diagnostic, Diagnostics, Node, Shapes, Source, read};

/// Reads a scenario. `name` is what diagnostics call the file.
pub fn read_scenario(name: &str, bytes: &[u8]) -> Result<Scenario, Diagnostics> {
    let document = read(name, bytes)?;
    let source = document.source.clone();
    let mut found = Shapes::new().check(&shape(), &document);
    let mut scenario = None;
    if found.is_empty() {
        match scenario_of(&document.root, source.clone()) {
            Ok(read) => {
                found = check::check(&read, &document.root);
                scenario = Some(read);
            }
            Err(error) => found.push(error),
        }
    }
    let scenario = Diagnostics::unless_errors(&source, found, scenario)?;
    // Without a scenario there was a finding.
    scenario.ok_or_else(|| Diagnostics::new(source, Vec::new()))
}

fn scenario_of(root: &Node, source: Source) -> Result<Scenario, Diagnostic> {
    Ok(Scenario {
        source,
        name: root.at("name")?.text()?.to_owned(),
        title: root.at("title")?.text()?.to_owned(),
        why: root.at("why")?.text()?.trim().to_owned(),
        users: root.get("users").map_or(Ok(50), Node::integer_as)?,
        every_variant: root.get("variants").is_some(),
        population: population(root.get("population"))?,
        journeys: root.at("journeys")?.items()?.iter().map(journey).collect::<Result<_, _>>()?,
        phases: root.at("phases")?.items()?.iter().map(phase).collect::<Result<_, _>>()?,
        events: list(root.get("events"))?.iter().map(event).collect::<Result<_, _>>()?,
        thresholds: root.get("thresholds").map(thresholds).transpose()?.unwrap_or_default(),
    })
}

fn list(node: Option<&Node>) -> Result<&[Node], Diagnostic> {
    node.map_or(Ok(&[]), Node::items)
}

fn duration(node: &Node) -> Result<Duration, Diagnostic> {
    node.milliseconds().map(|length| Duration::from_millis(length.unsigned_abs()))
}

fn population(node: Option<&Node>) -> Result<Population, Diagnostic> {
    let entry = |key: &str| node.and_then(|map| map.get(key));
    let sessions = match entry("sessions") {
        None => vec![10_000],
        Some(sizes) => sizes.one_or_many().iter().map(Node::integer_as).collect::<Result<_, _>>()?,
    };
    let access = match entry("access") {
        None => Access::Uniform,
        Some(access) => match access.as_text() {
            Some("one") => Access::One,
            Some(_) => Access::Uniform,
            None => Access::Zipf(access.at("zipf")?.number()?),
        },
    };
    Ok(Population {
        sessions,
        payload: entry("payload").map_or(Ok(100), Node::integer_as)?,
        access,
        logged_in: entry("logged_in").map_or(Ok(false), Node::boolean)?,
        lifetime: entry("lifetime").map(duration).transpose()?,
        writers: match entry("writers").and_then(Node::as_text) {
            Some("many") => Writers::Many,
            _ => Writers::One,
        },
    })
}

fn journey(node: &Node) -> Result<Journey, Diagnostic> {
    let on = match node.get("on").and_then(Node::as_text) {
        Some("new") => On::New,
        _ => On::Population,
    };
    Ok(Journey {
        name: node.at("journey")?.text()?.to_owned(),
        span: node.at("journey")?.span,
        weight: node.get("weight").map_or(Ok(1), Node::integer_as)?,
        on,
        steps: node.at("steps")?.items()?.iter().map(step).collect::<Result<_, _>>()?,
    })
}

fn step(node: &Node) -> Result<Step, Diagnostic> {
    let operation = node.at("do")?;
    let name = node.get("as").unwrap_or(operation).text()?.to_owned();
    let arguments = match node.get("with") {
        None => Map::new(),
        Some(with) => with.entries()?.iter().map(|(key, value)| (key.text.clone(), value.to_json())).collect(),
    };
    let operation_name = operation.text()?.to_owned();
    Ok(Step {
        role: role(&operation_name, &arguments),
        operation: operation_name,
        arguments,
        name,
        cookie: if node.get("cookie").and_then(Node::as_text) == Some("old") {
            WhichCookie::Old
        } else {
            WhichCookie::Current
        },
        think: node.get("think").map(pause).transpose()?.unwrap_or_default(),
        span: operation.span,
    })
}

/// What the harness knows about a step: its keys `marker` and `version` are the ones that it judges.
fn role(operation: &str, arguments: &Map<String, serde_json::Value>) -> StepRole {
    let key = arguments.get("key").and_then(serde_json::Value::as_str);
    match (operation, key) {
        ("session.get", Some("marker")) => StepRole::ReadsMarker,
        ("session.get", Some("version")) => StepRole::ReadsVersion,
        ("session.put", Some("marker")) => StepRole::WritesMarker,
        ("session.put", Some("version")) => StepRole::WritesVersion,
        ("auth.login", _) => StepRole::LogsIn,
        ("auth.whoami", _) => StepRole::AsksWho,
        ("auth.logout" | "session.flush", _) => StepRole::Ends,
        _ => StepRole::Other,
    }
}

fn pause(node: &Node) -> Result<Pause, Diagnostic> {
    if node.as_map().is_some() {
        return Ok(Pause { from: duration(node.at("from")?)?, to: duration(node.at("to")?)? });
    }
    duration(node).map(|length| Pause { from: length, to: length })
}

fn phase(node: &Node) -> Result<Phase, Diagnostic> {
    Ok(Phase {
        name: node.at("phase")?.text()?.to_owned(),
        length: duration(node.at("for")?)?,
        measured: node.get("measured").map_or(Ok(true), Node::boolean)?,
        users: node.get("users").map(Node::integer_as).transpose()?,
        rate: node.get("rate").map(Node::number).transpose()?,
    })
}

fn event(node: &Node) -> Result<Event, Diagnostic> {
    let name = node.at("do")?;
    // The shape admits the names of controls only.
    let control = Control::named(name.text()?)
        .ok_or_else(|| Diagnostic::error(super::code::PARAMETER, "there is no such control").at(name.span, ""))?;
    Ok(Event { at: duration(node.at("at")?)?, control, span: node.at("at")?.span })
}

fn thresholds(node: &Node) -> Result<Thresholds, Diagnostic> {
    let micros = |key: &str| -> Result<Option<u64>, Diagnostic> {
        node.get(key).map(|value| value.milliseconds().map(|ms| ms.unsigned_abs() * 1000)).transpose()
    };
    let count = |key: &str| node.get(key).map(Node::integer_as::<u64>).transpose();
    Ok(Thresholds {
        p50_us: micros("p50")?,
        p95_us: micros("p95")?,
        p99_us: micros("p99")?,
        p999_us: micros("p999")?,
        errors: node.get("errors").and_then(Node::as_text).and_then(percent::parse),
        min_rate: node.get("min_rate").map(Node::number).transpose()?,
        lost_sessions: count("lost_sessions")?,
        lost_writes: count("lost_writes")?,
        revived_logouts: count("revived_logouts")?,
        duplicate_keys: count("duplicate_keys")?,
        stale_reads: count("stale_reads")?,
        outlived: count("outlived")?,
    })
}
