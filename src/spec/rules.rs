//! The catalogue of rules: what each asks for, how much it weighs, where it is stated, and why no case decides it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ByProfile, Level, Profile, RuleId};
use crate::document::{Source, Span, nearest};

/// A rule for servers.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// What it asks for, in a sentence.
    pub says: String,
    /// Its weight by profile.
    pub level: ByProfile<Level>,
    /// Where it is stated.
    pub source: Vec<String>,
    /// Why no case decides it; `None` where cases do.
    pub undecided: Option<Undecided>,
}

/// Why no case decides a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecided {
    /// It lies outside of what a case can see, for this reason.
    Excluded(String),
    /// A case could decide it, and this is what it needs.
    Pending(String),
}

/// Why a catalogue of rules cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not YAML, or not of the form of the catalogue.
    #[error("failed to read the catalogue of rules: {0}")]
    Form(#[from] serde_yaml::Error),
    /// Two rules of one name.
    #[error("failed to read the catalogue of rules: `{0}` is there twice; remove one of the two")]
    Twice(RuleId),
    /// A rule without a level in the default profile.
    #[error("failed to read the catalogue of rules: `{0}` has no default level; add one under `levels`")]
    NoDefault(RuleId),
    /// A rule that is both.
    #[error("failed to read the catalogue of rules: `{0}` is excluded and pending; remove one of the two")]
    ExcludedAndPending(RuleId),
}

/// The catalogue of rules.
#[derive(Debug, Clone)]
pub struct Rules {
    source: Source,
    in_order: Vec<Rule>,
    by_id: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: RuleId,
    says: String,
    levels: BTreeMap<Profile, Level>,
    source: Vec<String>,
    excluded: Option<String>,
    pending: Option<String>,
}

impl Rules {
    /// Reads a list of `{id, says, levels: {default, PROFILE…}, source: […], excluded? or pending?}`.
    pub fn read(name: &str, text: &str) -> Result<Self, RulesError> {
        let entries: Vec<Entry> = serde_yaml::from_str(text)?;
        let mut in_order = Vec::with_capacity(entries.len());
        let mut by_id = BTreeMap::new();
        for entry in entries {
            let rule = Rule::try_from(entry)?;
            if by_id.insert(rule.id.as_str().to_owned(), in_order.len()).is_some() {
                return Err(RulesError::Twice(rule.id));
            }
            in_order.push(rule);
        }
        Ok(Self { source: Source::new(name, text), in_order, by_id })
    }

    /// The rule with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|&at| &self.in_order[at])
    }

    /// The id that was probably meant.
    #[must_use]
    pub fn nearest(&self, id: &str) -> Option<&str> {
        nearest(id, self.by_id.keys().map(String::as_str))
    }

    /// All rules, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.in_order.iter()
    }

    /// The text that the rules were read from.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Where the rule stands in [`Rules::source`].
    #[must_use]
    pub fn place(&self, id: &RuleId) -> Span {
        let mut start = 0;
        for line in self.source.text().split_inclusive('\n') {
            let written = line.trim_start().trim_start_matches("- ").trim_start_matches('{').trim_start();
            let named = written.strip_prefix("id:").map(|rest| rest.trim_start().trim_matches(['"', '\'']));
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            if named.and_then(|rest| rest.split(|c| !is_word(c)).next()) == Some(id.as_str())
                && let Some(at) = line.find(id.as_str())
            {
                return self.source.span(start + at..start + at + id.as_str().len());
            }
            start += line.len();
        }
        Span::START
    }
}

impl TryFrom<Entry> for Rule {
    type Error = RulesError;

    fn try_from(entry: Entry) -> Result<Self, RulesError> {
        let Entry { id, says, mut levels, source, excluded, pending } = entry;
        let Some(default) = levels.remove(&Profile::Default) else { return Err(RulesError::NoDefault(id)) };
        let undecided = match (excluded, pending) {
            (Some(_), Some(_)) => return Err(RulesError::ExcludedAndPending(id)),
            (Some(reason), None) => Some(Undecided::Excluded(reason)),
            (None, Some(needs)) => Some(Undecided::Pending(needs)),
            (None, None) => None,
        };
        Ok(Self { id, says, level: ByProfile { default, others: levels }, source, undecided })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
- {id: cookie.set.a-longer, says: Longer., levels: {default: must}, source: []}
- id: cookie.set.a
  says: A sentence.
  levels: {default: should, asvs-5: must}
  source: ['rfc6265bis:4.1.1']
  pending: a clock
";

    #[test]
    fn rules_are_found_with_level_and_place() {
        let rules = Rules::read("rules.yaml", TEXT).unwrap();
        let rule = rules.get("cookie.set.a").unwrap();
        assert_eq!((rule.level.get(Profile::Default), rule.level.get(Profile::Asvs5)), (Level::Should, Level::Must));
        assert_eq!((rule.level.stated(Profile::Owasp), rule.level.get(Profile::Owasp)), (None, Level::Should));
        assert_eq!(rule.undecided, Some(Undecided::Pending("a clock".into())));
        assert_eq!(rules.place(&rule.id).line, 3);
        assert_eq!(rules.source().slice(rules.place(&rule.id)), "cookie.set.a");
        assert_eq!(rules.nearest("cookie.set.a-long"), Some("cookie.set.a-longer"));
    }

    #[test]
    fn a_broken_catalogue_says_why() {
        let twice = TEXT.replace("a-longer", "a");
        assert!(matches!(Rules::read("rules.yaml", &twice), Err(RulesError::Twice(_))));
        let both = format!("{TEXT}  excluded: no clock\n");
        assert!(matches!(Rules::read("rules.yaml", &both), Err(RulesError::ExcludedAndPending(_))));
        let none = TEXT.replace("default: should, ", "");
        assert!(matches!(Rules::read("rules.yaml", &none), Err(RulesError::NoDefault(_))));
        let other = TEXT.replace("says:", "said:");
        assert!(Rules::read("rules.yaml", &other).unwrap_err().to_string().contains("said"));
    }
}
