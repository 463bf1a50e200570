//! What a shape cannot say about a scenario.

use std::time::Duration;

use serde_json::Value;

use super::code;
use super::model::{Journey, On, Scenario, Step, StepRole, Variable, WhichCookie};
use super::shape::LONGEST_PHASE_MS;
use crate::contract::operation;
use crate::document::{Diagnostic, Node, Span, nearest};

/// Everything that is wrong with a scenario, in the order of the file.
pub(super) fn check(scenario: &Scenario, root: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let names = scenario.journeys.iter().map(|one| (one.name.as_str(), one.span)).collect::<Vec<_>>();
    twice("journey", &names, &mut found);
    scenario.journeys.iter().for_each(|one| journey(one, &mut found));
    phases(scenario, root, &mut found);
    for event in &scenario.events {
        if event.at >= scenario.length() {
            found.push(
                Diagnostic::error(code::EVENT_LATE, "the event comes after the end")
                    .at(event.span, format!("{:?} after the start", event.at))
                    .because(format!("the phases last {:?} together", scenario.length()))
                    .fix("let it happen earlier, or make a phase longer"),
            );
        }
    }
    found
}

fn twice(what: &str, names: &[(&str, Span)], found: &mut Vec<Diagnostic>) {
    for (index, (name, span)) in names.iter().enumerate() {
        if let Some((_, first)) = names[..index].iter().find(|(earlier, _)| earlier == name) {
            found.push(
                Diagnostic::error(code::TWICE, format!("two {what}s are called `{name}`"))
                    .also(*first, "first here")
                    .at(*span, "and again here")
                    .because("reports tell them apart by their names")
                    .fix("give one of them another name"),
            );
        }
    }
}

fn phases(scenario: &Scenario, root: &Node, found: &mut Vec<Diagnostic>) {
    let nodes = root.get("phases").and_then(Node::as_seq).unwrap_or_default();
    let span =
        |index: usize, key: &str| nodes.get(index).and_then(|node| node.get(key)).map_or(Span::START, |n| n.span);
    let names: Vec<_> =
        scenario.phases.iter().enumerate().map(|(index, one)| (one.name.as_str(), span(index, "phase"))).collect();
    twice("phase", &names, found);
    for (index, phase) in scenario.phases.iter().enumerate() {
        let longest = Duration::from_millis(LONGEST_PHASE_MS.unsigned_abs());
        if phase.length.is_zero() || phase.length > longest {
            found.push(
                Diagnostic::error(code::NOT_MEASURED, "a phase cannot last that long")
                    .at(span(index, "for"), "")
                    .because("a phase lasts at least a millisecond and at most a day, so that every run ends")
                    .fix("write something like `10s`"),
            );
        }
        if let Some(users) = phase.users.filter(|users| *users > scenario.users) {
            found.push(
                Diagnostic::error(code::USERS, "the phase has more users than there are")
                    .at(span(index, "users"), format!("{users} users"))
                    .because(format!("the scenario has {} users, some of whom may rest in a phase", scenario.users))
                    .fix(format!("write `users: {users}` at the top, or fewer here")),
            );
        }
    }
    if scenario.phases.iter().all(|phase| !phase.measured) {
        found.push(
            Diagnostic::error(code::NOT_MEASURED, "no phase is measured")
                .at(root.get("phases").map_or(Span::START, |node| node.span), "all of them are `measured: false`")
                .because("there would be no latencies to report")
                .fix("leave `measured: false` out of one phase"),
        );
    }
}

fn journey(journey: &Journey, found: &mut Vec<Diagnostic>) {
    let mut ended = false;
    for step in &journey.steps {
        arguments(step, found);
        judged_keys(step, found);
        if step.cookie == WhichCookie::Old && !ended {
            found.push(
                Diagnostic::error(code::OLD_COOKIE, "there is no old cookie yet")
                    .at(step.span, "this step sends the old cookie")
                    .because("a cookie becomes old when `auth.logout` or `session.flush` ends its session")
                    .fix("put such a step before this one, or leave `cookie: old` out"),
            );
        }
        if step.role == StepRole::Ends {
            ended = true;
            if journey.on == On::Population {
                found.push(
                    Diagnostic::error(code::ENDS, "the journey ends a session of the population")
                        .at(step.span, "")
                        .because("other journeys would find it gone, and that would count as a lost session")
                        .fix("write `on: new` in the journey, and begin a session of its own"),
                );
            }
        }
    }
}

fn arguments(step: &Step, found: &mut Vec<Diagnostic>) {
    // The shape admits the names of operations only.
    let Some(operation) = operation(&step.operation) else { return };
    for (name, value) in &step.arguments {
        if operation.parameter(name).is_none() {
            let known = operation.parameters.iter().map(|one| one.name);
            let all = known.clone().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
            found.push(
                Diagnostic::error(code::PARAMETER, format!("`{}` has no parameter `{name}`", step.operation))
                    .at(step.span, "")
                    .because(if all.is_empty() { "it has none".to_owned() } else { format!("it has {all}") })
                    .fix(
                        nearest(name, known)
                            .map_or("leave it out".to_owned(), |near| format!("did you mean `{near}`?")),
                    ),
            );
        }
        if let Value::String(text) = value
            && text.starts_with('$')
            && Variable::named(text).is_none()
        {
            let known = Variable::ALL.map(Variable::as_str);
            found.push(
                Diagnostic::error(code::VARIABLE, format!("there is no `{text}`"))
                    .at(step.span, format!("used for `{name}`"))
                    .because(format!("the harness fills in {}", known.join(", ")))
                    .fix(
                        nearest(text, known)
                            .map_or("write the value itself".to_owned(), |near| format!("did you mean `{near}`?")),
                    ),
            );
        }
    }
    for missing in operation.parameters.iter().filter(|one| one.required && !step.arguments.contains_key(one.name)) {
        found.push(
            Diagnostic::error(code::PARAMETER, format!("`{}` needs `{}`", step.operation, missing.name))
                .at(step.span, "")
                .because(missing.about)
                .fix(format!("write `with: {{{}: …}}`", missing.name)),
        );
    }
}

/// What the harness judges must be what it wrote.
fn judged_keys(step: &Step, found: &mut Vec<Diagnostic>) {
    let (argument, wanted) = match step.role {
        StepRole::WritesMarker => ("value", Variable::Marker),
        StepRole::WritesVersion => ("value", Variable::Next),
        StepRole::LogsIn => ("user", Variable::User),
        _ => return,
    };
    let is = step.arguments.get(argument).and_then(Value::as_str);
    if is.is_some() && is != Some(wanted.as_str()) {
        found.push(
            Diagnostic::error(code::ROLE, format!("`{argument}` must be `{}` here", wanted.as_str()))
                .at(step.span, "")
                .because("the harness compares every later answer with it")
                .fix(format!("write `{argument}: {}`; other data goes under other keys", wanted.as_str())),
        );
    }
}
