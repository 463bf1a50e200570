//! The shape of a map: its keys, what they mean, and which go together.

use super::shape::{Shape, ShapeKind};

/// A map under construction; becomes a [`Shape`] with `into()`.
#[derive(Clone, Debug, PartialEq)]
pub struct MapShape {
    title: String,
    doc: String,
    keys: Keys,
}

/// The keys of a map: known ones, open entries, or both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keys {
    /// The known keys, in the order of the documentation.
    pub fields: Vec<Field>,
    /// The shapes of the keys and values of all other entries; `None` refuses them.
    pub others: Option<Box<(Shape, Shape)>>,
    /// Demands on several keys at once.
    pub rules: Vec<KeyRule>,
    /// Whether at least one entry is needed.
    pub not_empty: bool,
}

/// A known key of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The key.
    pub key: String,
    /// What its value looks like.
    pub shape: Shape,
    /// What it means, in a sentence.
    pub doc: String,
    /// Whether it must be there.
    pub required: bool,
}

/// A demand on several keys of one map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRule {
    /// One of the keys, and no other of them.
    ExactlyOne(Vec<String>),
    /// One of the keys, or none.
    AtMostOne(Vec<String>),
    /// One of the keys, or several.
    AtLeastOne(Vec<String>),
}

impl MapShape {
    pub(super) fn new(title: &str) -> Self {
        Self { title: title.to_owned(), doc: String::new(), keys: Keys::default() }
    }

    /// What the map is for, in a sentence.
    #[must_use]
    pub fn about(mut self, doc: &str) -> Self {
        doc.clone_into(&mut self.doc);
        self
    }

    /// A key that must be there.
    #[must_use]
    pub fn required(self, key: &str, shape: impl Into<Shape>, doc: &str) -> Self {
        self.field(key, shape.into(), doc, true)
    }

    /// A key that may be there.
    #[must_use]
    pub fn optional(self, key: &str, shape: impl Into<Shape>, doc: &str) -> Self {
        self.field(key, shape.into(), doc, false)
    }

    fn field(mut self, key: &str, shape: Shape, doc: &str, required: bool) -> Self {
        self.keys.fields.push(Field { key: key.to_owned(), shape, doc: doc.to_owned(), required });
        self
    }

    /// Allows further entries, with keys of a text shape.
    #[must_use]
    pub fn others(mut self, key: impl Into<Shape>, value: impl Into<Shape>) -> Self {
        self.keys.others = Some(Box::new((key.into(), value.into())));
        self
    }

    /// Refuses a map without entries.
    #[must_use]
    pub fn not_empty(mut self) -> Self {
        self.keys.not_empty = true;
        self
    }

    /// Demands one of the keys and no other of them.
    #[must_use]
    pub fn exactly_one_of(mut self, keys: &[&str]) -> Self {
        self.keys.rules.push(KeyRule::ExactlyOne(owned(keys)));
        self
    }

    /// Refuses two of the keys together.
    #[must_use]
    pub fn at_most_one_of(mut self, keys: &[&str]) -> Self {
        self.keys.rules.push(KeyRule::AtMostOne(owned(keys)));
        self
    }

    /// Demands at least one of the keys.
    #[must_use]
    pub fn at_least_one_of(mut self, keys: &[&str]) -> Self {
        self.keys.rules.push(KeyRule::AtLeastOne(owned(keys)));
        self
    }
}

impl Keys {
    /// A known key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

fn owned(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|&key| key.to_owned()).collect()
}

impl From<MapShape> for Shape {
    fn from(map: MapShape) -> Self {
        Self { title: map.title, doc: map.doc, kind: ShapeKind::Map(map.keys) }
    }
}
