//! `$name`: whole saved values, inside arguments and matchers.

use serde_json::Value;

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

/// A value without `$name` texts as it is meant: the escape of `$$` texts taken off.
fn unescaped(value: Value) -> Value {
    match value {
        Value::String(text) => match written(&text) {
            Written::Plain(plain) if plain.len() < text.len() => Value::from(plain),
            _ => Value::String(text),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(unescaped).collect()),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, unescaped(value))).collect(),
        other => other,
    }
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
    pub(super) fn written(value: Value) -> Self {
        if let Value::String(text) = &value
            && let Written::Saved(name) = written(text)
        {
            return Self::Saved(name.to_owned());
        }
        if mentions_saved(&value) { Self::Template(value) } else { Self::Literal(unescaped(value)) }
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
    fn operands_know_what_they_stand_for() {
        assert_eq!(Operand::written(json!("$a")), Operand::Saved("a".to_owned()));
        assert_eq!(Operand::written(json!(["$a"])), Operand::Template(json!(["$a"])));
        assert_eq!(Operand::written(json!(["$$a", {"b": "$$"}])), Operand::Literal(json!(["$a", {"b": "$"}])));
    }
}
