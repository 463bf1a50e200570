//! The catalogue of rules: what each asks for, how much it weighs and where it is stated.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ByProfile, Level, Profile, RuleId};
use crate::document::{Source, Span, nearest};

/// A rule that cases decide.
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
}

/// The catalogue of rules.
#[derive(Debug, Clone)]
pub struct Rules {
    source: Source,
    by_id: BTreeMap<String, Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: RuleId,
    says: String,
    levels: Levels,
    source: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Levels {
    default: Level,
    tutorial: Option<Level>,
}

impl Rules {
    /// Reads a list of `{id, says, levels: {default, tutorial?}, source: […]}`.
    pub fn read(name: &str, text: &str) -> Result<Self, RulesError> {
        let entries: Vec<Entry> = serde_yaml::from_str(text)?;
        let mut by_id = BTreeMap::new();
        for Entry { id, says, levels, source } in entries {
            let others = levels.tutorial.map(|level| (Profile::Tutorial, level)).into_iter().collect();
            let level = ByProfile { default: levels.default, others };
            let rule = Rule { id: id.clone(), says, level, source };
            if by_id.insert(id.as_str().to_owned(), rule).is_some() {
                return Err(RulesError::Twice(id));
            }
        }
        Ok(Self { source: Source::new(name, text), by_id })
    }

    /// The rule with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id)
    }

    /// The id that was probably meant.
    #[must_use]
    pub fn nearest(&self, id: &str) -> Option<&str> {
        nearest(id, self.by_id.keys().map(String::as_str))
    }

    /// All rules, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.by_id.values()
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

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
- {id: cookie.set.a-longer, says: Longer., levels: {default: must}, source: []}
- id: cookie.set.a
  says: A sentence.
  levels: {default: should, tutorial: must}
  source: ['rfc6265bis:4.1.1']
";

    #[test]
    fn rules_are_found_with_level_and_place() {
        let rules = Rules::read("rules.yaml", TEXT).unwrap();
        let rule = rules.get("cookie.set.a").unwrap();
        assert_eq!((rule.level.get(Profile::Default), rule.level.get(Profile::Tutorial)), (Level::Should, Level::Must));
        assert_eq!(rules.place(&rule.id).line, 3);
        assert_eq!(rules.source().slice(rules.place(&rule.id)), "cookie.set.a");
        assert_eq!(rules.nearest("cookie.set.a-long"), Some("cookie.set.a-longer"));
    }

    #[test]
    fn a_broken_catalogue_says_why() {
        let twice = TEXT.replace("a-longer", "a");
        assert!(matches!(Rules::read("rules.yaml", &twice), Err(RulesError::Twice(_))));
        let other = TEXT.replace("says:", "said:");
        assert!(Rules::read("rules.yaml", &other).unwrap_err().to_string().contains("said"));
    }
}
