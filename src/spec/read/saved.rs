//! Which saved values can be used where.

use std::collections::BTreeMap;

use super::{Findings, entries, error, items};
use crate::document::{Node, Span};
use crate::spec::{PREDEFINED, code};

/// What is saved at some place of a case.
#[derive(Debug, Clone, Default)]
pub(super) struct Saved {
    /// What can be used here, with the place that saves it.
    now: BTreeMap<String, Span>,
    /// What the case saves anywhere.
    ever: BTreeMap<String, Span>,
    /// Columns of the examples. In the steps they are filled in already.
    columns: BTreeMap<String, Span>,
}

impl Saved {
    /// What a case has before its first step.
    pub(super) fn before(steps: &[Node], columns: BTreeMap<String, Span>) -> Self {
        let mut ever = BTreeMap::new();
        saved_in(steps, &mut ever);
        let now = PREDEFINED.iter().map(|(name, _)| ((*name).to_owned(), Span::START)).collect();
        Self { now, ever, columns }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.now.contains_key(name)
    }

    /// The names that can be used here.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.now.keys().map(String::as_str)
    }

    /// Where a name is saved that cannot be used yet.
    pub(super) fn later(&self, name: &str) -> Option<Span> {
        self.ever.get(name).copied()
    }

    pub(super) fn is_column(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    /// The value at `span` gets a name. `again`: inside `repeat` the last round counts.
    pub(super) fn add(&mut self, name: &str, span: Span, again: bool, findings: &mut Findings) {
        let provided = PREDEFINED.iter().find(|(known, _)| *known == name);
        let column = self.columns.get(name);
        let first = column.or_else(|| self.now.get(name)).copied();
        if let Some(first) = first.filter(|_| provided.is_some() || !again || column.is_some()) {
            let found = error(code::SAVED_TWICE, format!("`{name}` names two values"));
            findings.push(if let Some((_, about)) = provided {
                found.at(span, "").because(format!("every case knows `${name}`: {about}")).fix("choose another name")
            } else {
                found
                    .also(first, "first here")
                    .at(span, "and here again")
                    .because("a name stands for one value in the whole case")
                    .fix("choose another name")
            });
        }
        self.now.insert(name.to_owned(), span);
    }

    /// What is here and not in `base`.
    pub(super) fn since(&self, base: &Self) -> Vec<(String, Span)> {
        let new = self.now.iter().filter(|(name, _)| !base.now.contains_key(*name));
        new.map(|(name, span)| (name.clone(), *span)).collect()
    }
}

/// All names that steps save, at any depth.
fn saved_in(steps: &[Node], ever: &mut BTreeMap<String, Span>) {
    for step in steps {
        for key in ["save", "collect"] {
            ever.extend(entries(step, key).iter().map(|(key, _)| (key.text.clone(), key.span)));
        }
        saved_in(items(step, "together"), ever);
        saved_in(items(step, "steps"), ever);
    }
}
