//! Saved, collected and given values that nothing uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Diagnostic, Key, Node, Value};
use crate::spec::code;

pub(super) fn check(case: &Node) -> Vec<Diagnostic> {
    let mut names = Names::default();
    names.of_case(case);
    names
        .made
        .into_iter()
        .filter(|(name, _)| !names.used.contains(name.as_str()))
        .map(|(name, key)| {
            Diagnostic::warning(code::UNUSED_NAME, format!("nothing uses `${name}`"))
                .at(key.span, "")
                .because("a value is kept so that a later step, an expectation or a design can use it")
                .fix("use it, or remove it")
        })
        .collect()
}

#[derive(Default)]
struct Names<'a> {
    made: BTreeMap<&'a String, &'a Key>,
    used: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of_case(&mut self, case: &'a Node) {
        for (key, value) in case.as_map().unwrap_or_default() {
            match key.text.as_str() {
                "given" => self.makes(value),
                "steps" => value.as_seq().unwrap_or_default().iter().for_each(|step| self.of_step(step)),
                _ => self.uses(value),
            }
        }
    }

    fn of_step(&mut self, step: &'a Node) {
        for (key, value) in step.as_map().unwrap_or_default() {
            match key.text.as_str() {
                "save" => self.makes(value),
                "collect" => {
                    self.makes(value);
                    self.uses(value);
                }
                "together" | "steps" => {
                    value.as_seq().unwrap_or_default().iter().for_each(|step| self.of_step(step));
                }
                _ => self.uses(value),
            }
        }
    }

    fn makes(&mut self, node: &'a Node) {
        self.made.extend(node.as_map().unwrap_or_default().iter().map(|(key, _)| (&key.text, key)));
    }

    fn uses(&mut self, node: &'a Node) {
        match &node.value {
            Value::Text(text) => self.used.extend(text.strip_prefix('$')),
            Value::Seq(items) => items.iter().for_each(|item| self.uses(item)),
            Value::Map(entries) => {
                for (key, value) in entries {
                    self.used.extend(key.text.strip_prefix('$'));
                    self.uses(value);
                }
            }
            _ => {}
        }
    }
}
