//! What a case needs of a target.

use std::collections::BTreeSet;

use crate::contract::Call;
use crate::spec::{Action, Body, Case, Gate, HostRole, Matcher, Operand, Step, Test, Transport};

/// What a case needs of a target, a line each.
pub(super) fn needs(case: &Case) -> Vec<String> {
    let mut needs = Vec::new();
    match &case.body {
        Body::Steps(steps) => of_steps(steps, &mut needs),
        Body::Monitor(_) => needs.push("nothing: it judges every exchange of the run".to_owned()),
    }
    for (fact, matcher) in &case.needs.facts {
        needs.push(format!("the fact {fact}: {}", in_words(matcher)));
    }
    match case.needs.transport {
        Some(Transport::Https) => needs.push("https".to_owned()),
        Some(Transport::Http) => needs.push("plain http".to_owned()),
        None => {}
    }
    needs
}

#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a need of its own")]
struct Used<'a> {
    operations: BTreeSet<&'a str>,
    controls: BTreeSet<&'static str>,
    hosts: BTreeSet<HostRole>,
    waits: bool,
    gate: bool,
    programs: bool,
    http2: bool,
}

fn of_steps(steps: &[Step], needs: &mut Vec<String>) {
    let mut used = Used::default();
    used.collect(steps);
    let listed = |words: Vec<&str>| words.join(", ");
    if !used.operations.is_empty() {
        needs.push(format!("the operations {}", listed(used.operations.into_iter().collect())));
    }
    if !used.controls.is_empty() {
        needs.push(format!("the controls {}", listed(used.controls.into_iter().collect())));
    }
    used.hosts.remove(&HostRole::Main);
    if !used.hosts.is_empty() {
        needs.push(format!("the hosts {}", listed(used.hosts.into_iter().map(HostRole::as_str).collect())));
    }
    if used.programs {
        needs.push("the contract: several operations in one request".to_owned());
    }
    if used.http2 {
        needs.push("HTTP/2".to_owned());
    }
    if used.gate {
        needs.push("the operation ctl.wait, as a gate".to_owned());
    }
    if used.waits {
        needs.push("the operation clock.advance, or a lifetime within `--wait-budget`".to_owned());
    }
}

impl<'a> Used<'a> {
    fn collect(&mut self, steps: &'a [Step]) {
        for step in steps {
            self.hosts.insert(step.host);
            self.http2 |= step.via.http2;
            match &step.action {
                Action::Operation(call) => self.call(call),
                Action::Request { program, .. } => {
                    self.programs = true;
                    for call in program {
                        self.call(call);
                    }
                }
                Action::Control(control) => {
                    self.controls.insert(control.name());
                }
                Action::Wait(_) => self.waits = true,
                Action::Together(together) => {
                    self.gate |= together.gate != Gate::None;
                    self.collect(&together.requests);
                }
                Action::Repeat(repeat) => self.collect(&repeat.steps),
                Action::Visit { .. } | Action::Browser(_) | Action::Probe(_) => {}
            }
        }
    }

    fn call(&mut self, call: &'a Call) {
        self.operations.insert(&call.op);
    }
}

/// A matcher as specs write it.
fn in_words(matcher: &Matcher) -> String {
    let operand = |operand: &Operand| match operand {
        Operand::Literal(value) | Operand::Template(value) => value.to_string(),
        Operand::Saved(name) => format!("${name}"),
    };
    let list = |operands: &[Operand]| operands.iter().map(operand).collect::<Vec<_>>().join(", ");
    let test = |test: &Test| match test {
        Test::Is(one) => operand(one),
        Test::Not(one) => format!("not {}", operand(one)),
        Test::In(many) => format!("one of {}", list(many)),
        Test::HasAll(many) => format!("with {}", list(many)),
        Test::HasOnly(many) => format!("with {} only", list(many)),
        Test::Matches(pattern) => format!("matching {pattern}"),
        Test::AtLeast(one) => format!("at least {}", operand(one)),
        Test::AtMost(one) => format!("at most {}", operand(one)),
        Test::Present(true) => "stated".to_owned(),
        Test::Present(false) => "not stated".to_owned(),
        Test::About(one) => format!("about {}", operand(one)),
    };
    matcher.tests.iter().map(test).collect::<Vec<_>>().join(" and ")
}
