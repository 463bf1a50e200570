//! Cases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::examples::{Row, rows};
use super::head::{self, Head};
use super::level::{by_profile, level};
use super::matcher::Matchers;
use super::observe::Observable;
use super::saved::Saved;
use super::step::Steps;
use super::values::Values;
use super::{Catches, Findings, entries, error, items, text};
use crate::document::{Node, Severity, Span};
use crate::spec::{
    Body, Case, CaseId, Design, DesignName, FaultName, Generator, Grade, Monitor, MonitorExpect, RuleId, Step,
    Transport, code, shape,
};

/// Reads all cases; one with examples becomes a case for each row.
pub(super) fn read_all(head: &Head, nodes: &[Node], catches: Catches, findings: &mut Findings) -> Vec<Arc<Case>> {
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    let mut cases = Vec::new();
    for node in nodes {
        if let Some(name) = node.get("case")
            && let Some(before) = names.insert(text(node, "case"), name.span)
        {
            findings.push(
                error(code::DUPLICATE_CASE, format!("two cases are called `{}`", text(node, "case")))
                    .also(before, "first here")
                    .at(name.span, "and here again")
                    .because("a case is found by its name")
                    .fix("choose another name"),
            );
        }
        for row in rows(node, head.source, findings) {
            let found = shape::check_case(&row.node, head.source);
            let broken = found.iter().any(|one| one.severity == Severity::Error);
            findings.extend(found);
            if !broken {
                cases.push(Arc::new(read(head, &row, catches, findings)));
            }
        }
    }
    cases
}

fn read(head: &Head, row: &Row, catches: Catches, findings: &mut Findings) -> Case {
    let node = &row.node;
    let found_before = findings.found.len();
    check_keys(node, findings);
    let rules = rules(head, node, findings);
    let clients = match entries(node, "clients") {
        [] => head.clients.clone(),
        written => head::clients(written),
    };
    let mut saved = Saved::before(items(node, "steps"), row.columns.clone());
    let given = given(node, &mut saved, findings);
    let level = level(node, &rules, head.rules, findings);
    let (body, designs) = if node.get("on").is_some() {
        (Body::Monitor(monitor(head, node, &saved, findings)), Vec::new())
    } else {
        let mut steps =
            Steps { source: head.source, rules: head.rules, clients: &clients, saved, findings, again: false };
        let body = Body::Steps(steps.all(items(node, "steps")));
        let saved = steps.saved;
        (body, designs(head, node, &saved, findings))
    };
    let declared = match &body {
        Body::Steps(steps) => steps.iter().flat_map(Step::all).map(|step| step.expect.declared()).sum(),
        Body::Monitor(_) => 1,
    };
    // After other findings the expectations may be among what could not be read.
    if declared == 0 && designs.is_empty() && findings.found.len() == found_before {
        findings.push(
            error(code::NOTHING_TO_JUDGE, "this case expects nothing and classifies nothing")
                .at(name_span(node), "")
                .because("a pass must be earned: a case without expectations could not fail")
                .fix("add `expect` to a step, or `classify` to the case"),
        );
    }
    if catches == Catches::Required && node.get("catches").is_none() {
        findings.push(
            error(code::NO_CATCHES, "this case catches no fault")
                .at(name_span(node), "")
                .because("every case of the embedded catalogue names broken servers that it must turn red")
                .fix("add `catches: [FAULT]`"),
        );
    }
    let mut refs = head.refs.clone();
    for one in head::refs(node) {
        if !refs.contains(&one) {
            refs.push(one);
        }
    }
    let own_why = text(node, "why").trim_end();
    Case {
        source: head.source.clone(),
        span: node.span,
        id: CaseId::of(&head.id, text(node, "case"), row.label),
        title: text(node, "title").trim_end().to_owned(),
        why: if own_why.is_empty() { head.why.clone() } else { own_why.to_owned() },
        rules,
        refs,
        needs: head::needs(node, head.needs.clone(), head.source, findings),
        clients,
        tolerance_ms: head.tolerance_ms,
        level,
        given,
        body,
        designs,
        catches: items(node, "catches").iter().filter_map(Node::as_text).map(FaultName::new).collect(),
    }
}

fn name_span(node: &Node) -> Span {
    node.get("case").map_or(node.span, |name| name.span)
}

/// Keys that need `on`, or do not go with it.
fn check_keys(node: &Node, findings: &mut Findings) {
    let monitor = node.get("on").is_some();
    let wrong: &[&str] = if monitor { &["clients", "given", "classify"] } else { &["where", "expect"] };
    for (key, _) in wrong.iter().filter_map(|key| node.get_entry(key)) {
        let found = error(
            code::MONITOR_KEY,
            if monitor {
                format!("`{}` does not go with `on`", key.text)
            } else {
                format!("`{}` needs `on`", key.text)
            },
        );
        findings.push(
            found
                .at(key.span, "")
                .because(if monitor {
                    "a monitor looks at the exchanges of other cases: nobody acts in it and nothing is saved"
                } else {
                    "a case of steps has its expectations inside the step that they judge"
                })
                .fix(if monitor { "remove it" } else { "move it into a step, or write `on` instead of `steps`" }),
        );
    }
    if monitor && node.get("expect").is_none() {
        findings.push(
            error(code::MONITOR_KEY, "a monitor without `expect`")
                .at(name_span(node), "")
                .because("a monitor says what should hold of every cookie or answer")
                .fix("add `expect: {…}`"),
        );
    }
}

fn rules(head: &Head, node: &Node, findings: &mut Findings) -> Vec<RuleId> {
    let saved = Saved::default();
    let mut matchers = Matchers { source: head.source, saved: &saved, findings };
    items(node, "rules").iter().filter_map(|node| matchers.rule(node, head.rules)).collect()
}

fn given(node: &Node, saved: &mut Saved, findings: &mut Findings) -> BTreeMap<String, Generator> {
    let mut given = BTreeMap::new();
    for (key, value) in entries(node, "given") {
        saved.add(&key.text, key.span, false, findings);
        let text = value.get("text").and_then(|node| node.integer_as().ok()).map(Generator::Text);
        let date = value.get("imf_date").and_then(|node| node.milliseconds().ok());
        let date = date.map(|milliseconds| Generator::ImfDate(milliseconds / 1000));
        let repeated = value.get("repeated").map(repeated);
        given.extend(text.or(date).or(repeated).map(|generator| (key.text.clone(), generator)));
    }
    given
}

fn repeated(node: &Node) -> Generator {
    Generator::Repeated {
        before: text(node, "before").to_owned(),
        text: text(node, "text").to_owned(),
        after: text(node, "after").to_owned(),
        octets: node.get("octets").and_then(|node| node.integer_as().ok()).unwrap_or_default(),
    }
}

fn monitor(head: &Head, node: &Node, saved: &Saved, findings: &mut Findings) -> Monitor {
    let filter = node.get("where");
    let cookie = filter.and_then(|node| node.get("cookie")).and_then(Node::as_text).map(str::to_owned);
    let transport = filter.and_then(|node| Transport::named(text(node, "transport")));
    let upgrades = filter.and_then(|node| node.get("upgrades")).and_then(Node::as_bool).unwrap_or(false);
    let mut matchers = Matchers { source: head.source, saved, findings };
    let every_response = text(node, "on") == "every_response";
    let what = if every_response { "`every_response`" } else { "`every_set_cookie`" };
    let seen = Observable { what: what.to_owned(), answer: true, ..Observable::default() };
    let nothing = Node { value: crate::document::Value::Null, ..*node };
    let expect = node.get("expect").unwrap_or(&nothing);
    let expect = if every_response {
        MonitorExpect::EveryResponse(Box::new(matchers.expect(expect, &seen, head.rules)))
    } else {
        MonitorExpect::EverySetCookie(Box::new(matchers.set_cookie(expect, head.rules)))
    };
    Monitor { cookie, transport, upgrades, expect }
}

fn designs(head: &Head, node: &Node, saved: &Saved, findings: &mut Findings) -> Vec<Design> {
    let mut names = BTreeSet::new();
    let mut designs = Vec::new();
    for node in items(node, "classify") {
        let name = text(node, "name");
        if !names.insert(name) {
            findings.push(
                error(code::DUPLICATE_DESIGN, format!("two designs are called `{name}`"))
                    .at(node.get("name").map_or(node.span, |name| name.span), "")
                    .because("targets claim a design by its name")
                    .fix("choose another name"),
            );
        }
        let mut matchers = Matchers { source: head.source, saved, findings };
        let mut when = BTreeMap::new();
        for (key, value) in entries(node, "when") {
            let plain = key.text.trim_start_matches('$');
            matchers.used(plain, key.span);
            when.insert(plain.to_owned(), matchers.matcher(value, Values::Any));
        }
        let grade = node.get("grade").and_then(|node| by_profile(node, Grade::named));
        let means = text(node, "means").trim_end().to_owned();
        designs.extend(grade.map(|grade| Design { name: DesignName::new(name), grade, means, when }));
    }
    designs
}
