//! `$name`: whole saved values, inside arguments and matchers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Operand;
use crate::document::Syntax;

/// What a text of a spec stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written<'a> {
    /// Itself; `$$` at its start was one dollar.
    Plain(&'a str),
    /// The value saved under this name.
    Saved(&'a str),
    /// A single dollar and something that is no name.
    Malformed,
}

/// Reads the dollar at the start of a text.
pub(super) fn written(text: &str) -> Written<'_> {
    match text.strip_prefix('$') {
        None => Written::Plain(text),
        Some(escaped) if escaped.starts_with('$') => Written::Plain(escaped),
        Some(name) if (Syntax::IDENTIFIER.holds)(name) => Written::Saved(name),
        Some(_) => Written::Malformed,
    }
}

/// A value that is used before anything is saved under its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing is saved as `${0}`")]
pub struct Unsaved(pub String);

/// Puts saved values in place of the `$name` texts in a value, at any depth, and takes the escape off `$$` texts.
/// Keys of objects stay as they are.
pub fn fill(template: &Value, saved: &BTreeMap<String, Value>) -> Result<Value, Unsaved> {
    Ok(match template {
        Value::String(text) => match written(text) {
            Written::Plain(plain) => Value::from(plain),
            Written::Malformed => template.clone(),
            Written::Saved(name) => saved.get(name).cloned().ok_or_else(|| Unsaved(name.to_owned()))?,
        },
        Value::Array(items) => Value::Array(items.iter().map(|item| fill(item, saved)).collect::<Result<_, _>>()?),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, value)| Ok((key.clone(), fill(value, saved)?)))
                .collect::<Result<Map<_, _>, Unsaved>>()?,
        ),
        other => other.clone(),
    })
}

/// Whether a `$name` stands somewhere in a value.
fn mentions_saved(value: &Value) -> bool {
    match value {
        Value::String(text) => matches!(written(text), Written::Saved(_)),
        Value::Array(items) => items.iter().any(mentions_saved),
        Value::Object(members) => members.values().any(mentions_saved),
        _ => false,
    }
}

impl Operand {
    /// The operand that a value of a spec stands for.
    #[must_use]
    pub fn written(value: Value) -> Self {
        if let Value::String(text) = &value
            && let Written::Saved(name) = written(text)
        {
            return Self::Saved(name.to_owned());
        }
        if mentions_saved(&value) {
            return Self::Template(value);
        }
        // Without saved values nothing can be missing.
        fill(&value, &BTreeMap::new()).map_or(Self::Template(value), Self::Literal)
    }

    /// Its value, given what is saved.
    pub fn value(&self, saved: &BTreeMap<String, Value>) -> Result<Value, Unsaved> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Saved(name) => saved.get(name).cloned().ok_or_else(|| Unsaved(name.clone())),
            Self::Template(template) => fill(template, saved),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dollars_are_read() {
        for (text, expected) in [
            ("a$b", Written::Plain("a$b")),
            ("$a_1", Written::Saved("a_1")),
            ("$$a", Written::Plain("$a")),
            ("$$", Written::Plain("$")),
            ("$$$a", Written::Plain("$$a")),
            ("$", Written::Malformed),
            ("$A", Written::Malformed),
            ("$a b", Written::Malformed),
            ("$1", Written::Malformed),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn saved_values_stand_in_at_any_depth() {
        let saved = BTreeMap::from([("a".to_owned(), json!([1]))]);
        let template = json!({"$a": ["$a", "$$a", {"b": "$a"}], "c": null});
        assert_eq!(fill(&template, &saved), Ok(json!({"$a": [[1], "$a", {"b": [1]}], "c": null})));
        assert_eq!(fill(&template, &BTreeMap::new()), Err(Unsaved("a".to_owned())));
    }

    #[test]
    fn operands_know_what_they_stand_for() {
        assert_eq!(Operand::written(json!("$a")), Operand::Saved("a".to_owned()));
        assert_eq!(Operand::written(json!(["$a"])), Operand::Template(json!(["$a"])));
        assert_eq!(Operand::written(json!(["$$a"])), Operand::Literal(json!(["$a"])));
    }
}
