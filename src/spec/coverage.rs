//! Coverage: which rules the cases decide, and what keeps the others open.

use std::collections::BTreeMap;

use super::{Case, Catalogue, Rule, Undecided};

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage<'a> {
    /// Cases decide it.
    Decided,
    /// It lies outside of what a case can see, for this reason.
    Excluded(&'a str),
    /// A case could decide it, and this is what it needs.
    Pending(&'a str),
    /// No case decides it and nobody said why.
    Open,
}

/// A rule with the cases that decide it.
#[derive(Debug, Clone)]
pub struct RuleCoverage<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// The ids of its cases, without rows of examples, in the order of the catalogue.
    pub cases: Vec<&'a str>,
}

/// The rules of one group.
#[derive(Debug, Clone)]
pub struct GroupCoverage<'a> {
    /// Its name, such as `cookie.set`.
    pub name: &'a str,
    /// Its rules, in the order of the file of rules.
    pub rules: Vec<RuleCoverage<'a>>,
}

/// How many rules are decided, and what keeps the others open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// All rules.
    pub rules: usize,
    /// Those that cases decide.
    pub decided: usize,
    /// Those that no case can see.
    pub excluded: usize,
    /// Those that a case could decide.
    pub pending: usize,
    /// Those of which nothing is said.
    pub open: usize,
}

impl<'a> RuleCoverage<'a> {
    /// What became of the rule. A case counts for more than a reason why there is none.
    #[must_use]
    pub fn coverage(&self) -> Coverage<'a> {
        match &self.rule.undecided {
            _ if !self.cases.is_empty() => Coverage::Decided,
            Some(Undecided::Excluded(reason)) => Coverage::Excluded(reason),
            Some(Undecided::Pending(needs)) => Coverage::Pending(needs),
            None => Coverage::Open,
        }
    }

    /// Whether cases decide the rule although it says why none does.
    #[must_use]
    pub fn contradicts_itself(&self) -> bool {
        !self.cases.is_empty() && self.rule.undecided.is_some()
    }
}

impl Counts {
    /// Counts rules.
    pub fn of<'a, 'r: 'a>(rules: impl IntoIterator<Item = &'a RuleCoverage<'r>>) -> Self {
        let mut counts = Self::default();
        for rule in rules {
            counts.rules += 1;
            match rule.coverage() {
                Coverage::Decided => counts.decided += 1,
                Coverage::Excluded(_) => counts.excluded += 1,
                Coverage::Pending(_) => counts.pending += 1,
                Coverage::Open => counts.open += 1,
            }
        }
        counts
    }
}

/// All rules with the cases that decide them, by group, in the order of the file of rules.
#[must_use]
pub fn coverage(catalogue: &Catalogue) -> Vec<GroupCoverage<'_>> {
    let mut by_rule: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for case in catalogue.cases() {
        let case: &Case = case;
        for rule in &case.rules {
            let cases = by_rule.entry(rule.as_str()).or_default();
            // Rows of one table of examples follow each other.
            if cases.last() != Some(&case.id.base()) {
                cases.push(case.id.base());
            }
        }
    }
    let mut groups: Vec<GroupCoverage<'_>> = Vec::new();
    for rule in catalogue.rules().iter() {
        let covered = RuleCoverage { rule, cases: by_rule.remove(rule.id.as_str()).unwrap_or_default() };
        let name = rule.id.group();
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.rules.push(covered),
            None => groups.push(GroupCoverage { name, rules: vec![covered] }),
        }
    }
    groups
}
