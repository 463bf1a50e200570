//! How to mend what a case finds: texts beside the rules, in general and for common frameworks.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::RuleId;

/// How to keep some rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// Beginnings of the ids of its rules.
    #[serde(rename = "for")]
    pub rules: Vec<String>,
    /// What to do, whatever the framework.
    pub general: String,
    /// The call or setting by framework.
    pub frameworks: BTreeMap<Framework, String>,
}

/// A framework for which there are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Framework {
    /// Django.
    Django,
    /// Flask.
    Flask,
    /// Express.
    Express,
    /// PHP without a framework.
    Php,
    /// Go's own library, with scs or gorilla for sessions.
    Go,
    /// Rails and Rack.
    Rails,
    /// Spring.
    Spring,
}

impl Framework {
    /// Its name in pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Django => "Django",
            Self::Flask => "Flask",
            Self::Express => "Express",
            Self::Php => "PHP",
            Self::Go => "Go",
            Self::Rails => "Rails",
            Self::Spring => "Spring",
        }
    }
}

/// All texts.
#[derive(Debug, Clone, Default)]
pub struct Fixes(Vec<Fix>);

impl Fixes {
    /// Reads the list of `{for: [RULE…], general: …, frameworks: {…}}`.
    pub fn read(text: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(text).map(Self)
    }

    /// The text for a rule: of the entry with the longest beginning of its id.
    #[must_use]
    pub fn of(&self, rule: &RuleId) -> Option<&Fix> {
        let fits = |beginning: &&String| rule.as_str().starts_with(beginning.as_str());
        let longest = |fix: &&Fix| fix.rules.iter().filter(fits).map(String::len).max();
        self.0.iter().filter(|fix| longest(fix).is_some()).max_by_key(longest)
    }

    /// The texts for several rules, each once.
    #[must_use]
    pub fn of_all(&self, rules: &[RuleId]) -> Vec<&Fix> {
        let mut fixes: Vec<&Fix> = Vec::new();
        for fix in rules.iter().filter_map(|rule| self.of(rule)) {
            if !fixes.contains(&fix) {
                fixes.push(fix);
            }
        }
        fixes
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = &Fix> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_wins() {
        let text =
            "- {for: [session], general: G., frameworks: {}}\n- {for: [session.id], general: I., frameworks: {go: x}}";
        let fixes = Fixes::read(text).unwrap();
        let general = |rule: &str| fixes.of(&RuleId::new(rule)).map(|fix| fix.general.as_str());
        assert_eq!(general("session.id.unique"), Some("I."));
        assert_eq!(general("session.state.isolation"), Some("G."));
        assert_eq!(general("cache.vary-cookie"), None);
        assert_eq!(fixes.of_all(&["session.id.a", "session.id.b"].map(RuleId::new)).len(), 1);
    }
}
