//! Expectations of steps.

use super::entries;
use super::matcher::Matchers;
use super::observe::Observable;
use super::values::Values;
use crate::contract::FailureKind;
use crate::document::{Key, Node};
use crate::spec::{Expect, JarExpect, Matcher, ResultExpect, Rules};

impl Matchers<'_> {
    /// The expectations of a step.
    pub(super) fn expect(&mut self, node: &Node, seen: &Observable, rules: &Rules) -> Expect {
        let mut expect = Expect::default();
        for (key, value) in node.as_map().unwrap_or_default() {
            let span = key.span;
            match key.text.as_str() {
                "status" => {
                    self.findings.check(seen.has_answer("status", span));
                    expect.status = Some(self.matcher(value, Values::Count));
                }
                "result" => {
                    for (field, value) in value.as_map().unwrap_or_default() {
                        self.findings.check(seen.has_result(&field.text, field.span));
                        expect.result.insert(field.text.clone(), self.matcher(value, Values::Any));
                    }
                }
                "results" => expect.results = self.results(key, value, seen),
                "error" => {
                    self.findings.check(seen.has_error(span));
                    expect.error = Some(self.error(value));
                }
                "header" => {
                    self.findings.check(seen.has_answer("header", span));
                    for (name, value) in value.as_map().unwrap_or_default() {
                        expect.header.insert(name.text.to_lowercase(), self.matcher(value, Values::Text));
                    }
                }
                "set_cookie" => {
                    self.findings.check(seen.has_answer("set_cookie", span));
                    for (name, value) in value.as_map().unwrap_or_default() {
                        expect.set_cookie.insert(name.text.clone(), self.cookie(value, rules));
                    }
                }
                "jar" => {
                    self.findings.check(seen.has_jar(span));
                    for (name, value) in value.as_map().unwrap_or_default() {
                        expect.jar.insert(name.text.clone(), self.jar(value));
                    }
                }
                "seen" => {
                    self.findings.check(seen.has_answer("seen", span));
                    for (name, value) in value.as_map().unwrap_or_default() {
                        expect.seen.insert(name.text.clone(), self.matcher(value, Values::Any));
                    }
                }
                "saved" => {
                    for (name, value) in value.as_map().unwrap_or_default() {
                        let plain = name.text.trim_start_matches('$');
                        self.used(plain, name.span);
                        expect.saved.insert(plain.to_owned(), self.matcher(value, Values::Any));
                    }
                }
                _ => {}
            }
        }
        expect
    }

    fn error(&mut self, node: &Node) -> Matcher {
        self.matcher(node, Values::Word(|| FailureKind::ALL.iter().map(|kind| kind.as_str()).collect()))
    }

    fn results(&mut self, key: &Key, node: &Node, seen: &Observable) -> Vec<Option<ResultExpect>> {
        let operations = match seen.program(key.span) {
            Ok(program) => program.len(),
            Err(found) => {
                self.findings.push(found);
                return Vec::new();
            }
        };
        let mut results = Vec::new();
        for (index, item) in node.as_seq().unwrap_or_default().iter().enumerate() {
            if index == operations {
                self.findings.push(seen.too_many(item.span));
                break;
            }
            results.push(item.as_map().map(|_| self.result(index, item, seen)));
        }
        results
    }

    fn result(&mut self, index: usize, node: &Node, seen: &Observable) -> ResultExpect {
        let mut expect = ResultExpect::default();
        for (field, value) in entries(node, "result") {
            self.findings.check(seen.has_result_of(index, &field.text, field.span));
            expect.result.insert(field.text.clone(), self.matcher(value, Values::Any));
        }
        expect.error = node.get("error").map(|value| self.error(value));
        expect
    }

    fn jar(&mut self, node: &Node) -> JarExpect {
        match node.as_text() {
            Some("lacks") => JarExpect::Lacks,
            Some(_) => JarExpect::Holds,
            None => JarExpect::Value(self.matcher(node, Values::Text)),
        }
    }
}
