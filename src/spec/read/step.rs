//! Steps.

use std::collections::BTreeMap;

use super::action::{Form, not_together, wait};
use super::matcher::Matchers;
use super::observe::{Jar, Observable, no_jar};
use super::save::save_path;
use super::saved::Saved;
use super::{Findings, did_you_mean, entries, error, items, listed, text};
use crate::contract::ResultField;
use crate::document::{Node, Source, Span, nearest};
use crate::spec::action::Known;
use crate::spec::{
    Action, BrowserAction, ClientKind, ClientName, Gate, HostRole, OVERLAP, Release, Repeat, Rules, SavePath, Step,
    Together, code,
};

/// Reads the steps of one case, in order.
pub(super) struct Steps<'a> {
    pub(super) source: &'a Source,
    pub(super) rules: &'a Rules,
    pub(super) clients: &'a BTreeMap<ClientName, ClientKind>,
    pub(super) saved: Saved,
    pub(super) findings: &'a mut Findings,
    /// Inside `repeat`.
    pub(super) again: bool,
}

impl Steps<'_> {
    pub(super) fn all(&mut self, nodes: &[Node]) -> Vec<Step> {
        nodes.iter().filter_map(|node| self.step(node)).collect()
    }

    fn matchers(&mut self) -> Matchers<'_> {
        Matchers { source: self.source, saved: &self.saved, findings: self.findings }
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        let form = match Form::of(node) {
            Ok(form) => form,
            Err(found) => {
                self.findings.push(found);
                self.save(node, None);
                return None;
            }
        };
        self.findings.extend(form.faults(node));
        let who = self.who(node, form);
        let kind = self.clients.get(&who).copied();
        let mut seen = Observable { what: form.what(), ..Observable::default() };
        if form.has_client() {
            seen.jar = if kind == Some(ClientKind::Raw) { Jar::Raw } else { Jar::Browser };
        }
        let needs_jar = matches!(form, Form::Do(Known::Browser(_)) | Form::Wait);
        if needs_jar && seen.jar == Jar::Raw {
            self.findings.push(no_jar(node.get("who").map_or(node.span, |node| node.span)));
        }
        let action = self.action(node, form, &mut seen);
        if let Some(Action::Browser(BrowserAction::Copy { from, .. })) = &action {
            let written = node.get("with").and_then(|with| with.get("from")).map_or(node.span, |node| node.span);
            self.known_client(from.as_str(), written);
        }
        let via = self.matchers().via(node.get("via"));
        let save = self.save(node, Some(&seen));
        let rules = self.rules;
        let expect = node.get("expect").map(|node| self.matchers().expect(node, &seen, rules)).unwrap_or_default();
        Some(Step {
            span: node.span,
            who,
            host: HostRole::named(text(node, "host")).unwrap_or_default(),
            action: action?,
            via,
            expect,
            save,
            monitored: node.get("monitored").and_then(Node::as_bool).unwrap_or(true),
        })
    }

    /// What the step does; `seen` learns what can be observed of it.
    fn action(&mut self, node: &Node, form: Form, seen: &mut Observable) -> Option<Action> {
        match form {
            Form::Do(Known::Operation(operation)) => {
                (seen.answer, seen.error, seen.result) = (true, true, Some(operation.result));
                Some(self.matchers().operation(node, operation))
            }
            Form::Do(Known::Request) => {
                let (action, operations) = self.matchers().request(node);
                (seen.answer, seen.program) = (true, Some(operations));
                Some(action)
            }
            Form::Do(Known::Visit) => {
                seen.answer = true;
                Some(self.matchers().visit(node))
            }
            Form::Do(Known::Browser(action)) => self.matchers().browser(node, action.name),
            Form::Do(Known::Control(control)) => Some(Action::Control(control)),
            Form::Do(Known::Probe(probe)) => {
                seen.result = Some(probe.result);
                Some(self.matchers().probe(node, probe))
            }
            Form::Wait => wait(node),
            Form::Together => {
                seen.result = Some(ResultField::Members(&[OVERLAP]));
                Some(self.together(node))
            }
            Form::Repeat => Some(self.repeat(node)),
        }
    }

    /// Who acts. Steps in which nobody acts have the first client.
    fn who(&mut self, node: &Node, form: Form) -> ClientName {
        let names = || self.clients.keys().map(ClientName::as_str);
        let first = ClientName::new(names().next().unwrap_or("alice"));
        let Some(who) = node.get("who").filter(|_| form.has_client()) else {
            if form.has_client() && self.clients.len() > 1 {
                self.findings.push(
                    error(code::NO_WHO, format!("{} does not say who acts", form.what()))
                        .at(node.span, "")
                        .because(format!("there are several clients: {}", listed(names())))
                        .fix("add `who: NAME`"),
                );
            }
            return first;
        };
        let name = who.as_text().unwrap_or_default();
        self.known_client(name, who.span);
        ClientName::new(name)
    }

    fn known_client(&mut self, name: &str, written: Span) {
        let names = || self.clients.keys().map(ClientName::as_str);
        if names().all(|known| known != name) {
            self.findings.push(
                error(code::UNKNOWN_CLIENT, format!("there is no client `{name}`"))
                    .at(written, "unknown client")
                    .because(format!("the clients are {}", listed(names())))
                    .fix(did_you_mean(nearest(name, names()), "use one of these, or add it under `clients`")),
            );
        }
    }

    /// What the step keeps. Without knowing the step, the names alone.
    fn save(&mut self, node: &Node, seen: Option<&Observable>) -> BTreeMap<String, SavePath> {
        let mut save = BTreeMap::new();
        for (key, path) in entries(node, "save") {
            match seen.map(|seen| save_path(path, seen)) {
                Some(Ok(path)) => {
                    save.insert(key.text.clone(), path);
                }
                Some(Err(found)) => self.findings.push(found),
                None => {}
            }
            self.saved.add(&key.text, key.span, self.again, self.findings);
        }
        save
    }

    fn together(&mut self, node: &Node) -> Action {
        let written = items(node, "together");
        let gate = Gate::named(text(node, "gate")).unwrap_or(Gate::AfterLoad);
        let release = Release::named(text(node, "release")).unwrap_or(Release::InOrder);
        if written.len() < 2 {
            self.findings.push(
                error(code::TOGETHER, "fewer than two requests cannot run at the same time")
                    .at(node.get("together").map_or(node.span, |node| node.span), "")
                    .because("`together` lists the requests that overlap")
                    .fix("add a request, or write the step without `together`"),
            );
        }
        let before = self.saved.clone();
        let mut new = Vec::new();
        let mut requests = Vec::new();
        for node in written {
            self.saved = before.clone();
            let step = self.step(node);
            new.extend(self.saved.since(&before));
            let fits = step.as_ref().is_none_or(|step| match step.action {
                Action::Operation(_) | Action::Request { .. } => true,
                Action::Visit { .. } => gate == Gate::None,
                _ => false,
            });
            if !fits && let Ok(form) = Form::of(node) {
                self.findings.push(not_together(&form.what(), node.span));
            }
            requests.extend(step);
        }
        self.saved = before;
        for (name, span) in new {
            self.saved.add(&name, span, self.again, self.findings);
        }
        Action::Together(Together { requests, gate, release })
    }

    fn repeat(&mut self, node: &Node) -> Action {
        if self.again {
            self.findings.push(
                error(code::NESTED, "a `repeat` inside a `repeat`")
                    .at(node.span, "")
                    .because("what the rounds of a round save could not be told apart")
                    .fix("repeat the steps once, more often"),
            );
        }
        let outer = std::mem::replace(&mut self.again, true);
        let before = self.saved.clone();
        let steps = self.all(items(node, "steps"));
        let inside: BTreeMap<String, _> = self.saved.since(&before).into_iter().collect();
        self.again = outer;
        let mut collect = BTreeMap::new();
        for (key, value) in entries(node, "collect") {
            let name = value.as_text().unwrap_or_default().trim_start_matches('$');
            if !inside.contains_key(name) {
                let near = nearest(name, inside.keys().map(String::as_str)).map(|near| format!("${near}"));
                self.findings.push(
                    error(code::COLLECT, format!("no repeated step saves `${name}`"))
                        .at(value.span, "")
                        .because("`collect` gathers what each round saved into a list")
                        .fix(did_you_mean(near.as_deref(), format!("add `save: {{{name}: …}}` to a repeated step"))),
                );
            }
            self.saved.add(&key.text, key.span, self.again, self.findings);
            collect.insert(key.text.clone(), name.to_owned());
        }
        let times = node.get("repeat").and_then(|node| node.integer_as().ok()).unwrap_or(1);
        Action::Repeat(Repeat { times, steps, collect })
    }
}
