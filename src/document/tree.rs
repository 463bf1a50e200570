//! A document as a tree in which every node knows its place.

use super::source::{Source, Span};

/// A document that was read: the text and its tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The text, for diagnostics.
    pub source: Source,
    /// The top of the tree.
    pub root: Node,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it is written. A value that was left out (`key:`) has an empty
    /// span behind its key; a block text has its lines, without the `|`.
    pub span: Span,
    /// How it is written.
    pub written: Written,
}

/// A value of the YAML 1.2 core schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite number with a fraction or an exponent.
    Float(f64),
    /// Anything quoted, any block text, and plain text that is none of the above.
    Text(String),
    /// A list.
    Seq(Vec<Node>),
    /// Entries in the order of the file, with unique keys.
    Map(Vec<(Key, Node)>),
}

/// The key of an entry; keys are always text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key, unquoted.
    pub text: String,
    /// Where it is written, quotes included.
    pub span: Span,
    /// How it is written.
    pub written: Written,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// A scalar without quotes.
    Plain,
    /// A scalar in single or double quotes.
    Quoted,
    /// A text after `|` or `>`, or a collection written by indentation.
    Block,
    /// A collection in brackets or braces.
    Flow,
}

/// The kind of a value, without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// [`Value::Null`].
    Null,
    /// [`Value::Bool`].
    Bool,
    /// [`Value::Int`].
    Int,
    /// [`Value::Float`].
    Float,
    /// [`Value::Text`].
    Text,
    /// [`Value::Seq`].
    List,
    /// [`Value::Map`].
    Map,
}

impl Kind {
    /// The kind with its article, as messages name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Int => "a whole number",
            Self::Float => "a number",
            Self::Text => "text",
            Self::List => "a list",
            Self::Map => "a map",
        }
    }
}

impl Node {
    /// The kind of the value.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.value {
            Value::Null => Kind::Null,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_) => Kind::Int,
            Value::Float(_) => Kind::Float,
            Value::Text(_) => Kind::Text,
            Value::Seq(_) => Kind::List,
            Value::Map(_) => Kind::Map,
        }
    }

    /// The value of an entry, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.get_entry(key).map(|(_, value)| value)
    }

    /// The key and value of an entry, if this is a map that has it.
    #[must_use]
    pub fn get_entry(&self, key: &str) -> Option<(&Key, &Self)> {
        let found = self.as_map()?.iter().find(|(name, _)| name.text == key)?;
        Some((&found.0, &found.1))
    }

    /// The text, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The whole number, if this is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self.value {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    /// The items, if this is a list.
    #[must_use]
    pub fn as_seq(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if this is a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(Key, Self)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether this is null, written or left out.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// The same value as JSON, without places.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) => Json::from(*value),
            Value::Float(value) => Json::from(*value),
            Value::Text(text) => Json::String(text.clone()),
            Value::Seq(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.text.clone(), value.to_json())).collect())
            }
        }
    }
}
