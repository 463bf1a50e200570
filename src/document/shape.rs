//! What a document must look like, as a value: for checking, JSON Schema and reference pages.

use std::collections::BTreeMap;
use std::ops::{Bound, RangeBounds};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::map_shape::{Keys, MapShape};
use super::source::Source;
use super::syntax::Syntax;
use super::tree::{Document, Kind, Node};
use super::{check, json_schema, read};

/// What a value must look like.
///
/// ```
/// use hardtack::document::{Shape, Shapes, read};
///
/// let case = Shape::map("Case")
///     .required("case", Shape::kebab_id(), "The name of the case within its spec.")
///     .optional("title", Shape::text(), "What happens, in one line.");
/// let spec = Shape::map("Spec").required("cases", Shape::list(case), "The cases.");
///
/// let document = read("a.yaml", b"cases: [{case: one, titel: First}]")?;
/// let found = Shapes::new().check(&spec.into(), &document);
/// assert_eq!(found[0].fix, "did you mean `title`?");
/// # Ok::<(), hardtack::document::Diagnostics>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// A name for schemas and pages; may be empty.
    pub title: String,
    /// What the value means, in a sentence; may be empty.
    pub doc: String,
    /// What is allowed.
    pub kind: ShapeKind,
}

/// What a [`Shape`] allows.
#[derive(Clone, Debug, PartialEq)]
pub enum ShapeKind {
    /// Everything.
    Any,
    /// `null`, written out.
    Null,
    /// `true` or `false`.
    Bool,
    /// A whole number between two bounds, both included.
    Integer {
        /// The smallest number allowed.
        min: i64,
        /// The largest number allowed.
        max: i64,
    },
    /// A number between two bounds, both included, whole or not.
    Number {
        /// The smallest number allowed.
        min: f64,
        /// The largest number allowed.
        max: f64,
    },
    /// Text.
    Text {
        /// Whether there must be more than white space.
        not_empty: bool,
        /// The form it must have.
        syntax: Option<Syntax>,
    },
    /// One of a closed list of texts.
    OneOf(Vec<Word>),
    /// A duration: text such as `2s` or `14d`, or a number of seconds; not negative.
    Duration,
    /// A list.
    List {
        /// What each item looks like.
        item: Box<Shape>,
        /// Whether there must be an item.
        not_empty: bool,
    },
    /// A map.
    Map(Keys),
    /// The first alternative that takes values of the node's kind.
    Either(Vec<Shape>),
    /// A shape that [`Shapes::define`] has named.
    Reference(String),
}

/// A text of a closed list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: String,
    /// What it means; may be empty.
    pub doc: String,
}

impl ShapeKind {
    /// Whether values of a kind can fit at all. An alternative takes what its
    /// parts take and is never asked; a reference that leads nowhere takes everything.
    pub(super) fn takes(&self, kind: Kind) -> bool {
        match self {
            Self::Any | Self::Reference(_) => true,
            Self::Null => kind == Kind::Null,
            Self::Bool => kind == Kind::Bool,
            Self::Integer { .. } => kind == Kind::Int,
            Self::Number { .. } => matches!(kind, Kind::Int | Kind::Float),
            Self::Text { .. } | Self::OneOf(_) => kind == Kind::Text,
            Self::Duration => matches!(kind, Kind::Text | Kind::Int | Kind::Float),
            Self::List { .. } => kind == Kind::List,
            Self::Map(_) => kind == Kind::Map,
            Self::Either(alternatives) => alternatives.iter().any(|one| one.kind.takes(kind)),
        }
    }
}

impl From<ShapeKind> for Shape {
    fn from(kind: ShapeKind) -> Self {
        Self { title: String::new(), doc: String::new(), kind }
    }
}

impl Shape {
    /// Any value.
    #[must_use]
    pub fn any() -> Self {
        ShapeKind::Any.into()
    }

    /// The value `null`, written out.
    #[must_use]
    pub fn null() -> Self {
        ShapeKind::Null.into()
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean() -> Self {
        ShapeKind::Bool.into()
    }

    /// A whole number in a range: `Shape::integer(1..)`, `Shape::integer(..)`.
    #[must_use]
    pub fn integer(range: impl RangeBounds<i64>) -> Self {
        let min = match range.start_bound() {
            Bound::Included(&min) => min,
            Bound::Excluded(&min) => min.saturating_add(1),
            Bound::Unbounded => i64::MIN,
        };
        let max = match range.end_bound() {
            Bound::Included(&max) => max,
            Bound::Excluded(&max) => max.saturating_sub(1),
            Bound::Unbounded => i64::MAX,
        };
        ShapeKind::Integer { min, max }.into()
    }

    /// A number between two bounds, both included, whole or not.
    #[must_use]
    pub fn number(min: f64, max: f64) -> Self {
        ShapeKind::Number { min, max }.into()
    }

    /// Any text, also the empty one.
    #[must_use]
    pub fn text() -> Self {
        ShapeKind::Text { not_empty: false, syntax: None }.into()
    }

    /// Text with more than white space.
    #[must_use]
    pub fn non_empty_text() -> Self {
        ShapeKind::Text { not_empty: true, syntax: None }.into()
    }

    /// Text of a certain form.
    #[must_use]
    pub fn syntax(syntax: Syntax) -> Self {
        ShapeKind::Text { not_empty: true, syntax: Some(syntax) }.into()
    }

    /// [`Syntax::KEBAB`]: `after-flush`.
    #[must_use]
    pub fn kebab_id() -> Self {
        Self::syntax(Syntax::KEBAB)
    }

    /// [`Syntax::PATH`]: `cookies/expires-and-max-age`.
    #[must_use]
    pub fn path_id() -> Self {
        Self::syntax(Syntax::PATH)
    }

    /// [`Syntax::DOTTED`]: `cookie.set`.
    #[must_use]
    pub fn dotted_id() -> Self {
        Self::syntax(Syntax::DOTTED)
    }

    /// [`Syntax::IDENTIFIER`]: `cached_db`.
    #[must_use]
    pub fn identifier() -> Self {
        Self::syntax(Syntax::IDENTIFIER)
    }

    /// [`Syntax::VARIABLE`]: `$lifetime`.
    #[must_use]
    pub fn variable() -> Self {
        Self::syntax(Syntax::VARIABLE)
    }

    /// [`Syntax::DATE`]: `2027-06-30`.
    #[must_use]
    pub fn date() -> Self {
        Self::syntax(Syntax::DATE)
    }

    /// One of a closed list of texts.
    #[must_use]
    pub fn one_of_texts(texts: &[&str]) -> Self {
        Self::one_of_words(texts.iter().map(|&text| (text, "")))
    }

    /// One of a closed list of texts, each with what it means.
    #[must_use]
    pub fn one_of_words<'a>(words: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let words = words.into_iter().map(|(text, doc)| Word { text: text.to_owned(), doc: doc.to_owned() });
        ShapeKind::OneOf(words.collect()).into()
    }

    /// A duration: text such as `500ms`, `2s`, `1h`, `14d`, or a number of seconds.
    #[must_use]
    pub fn duration() -> Self {
        ShapeKind::Duration.into()
    }

    /// A list, perhaps empty.
    #[must_use]
    pub fn list(item: impl Into<Self>) -> Self {
        ShapeKind::List { item: Box::new(item.into()), not_empty: false }.into()
    }

    /// A list with at least one item.
    #[must_use]
    pub fn non_empty_list(item: impl Into<Self>) -> Self {
        ShapeKind::List { item: Box::new(item.into()), not_empty: true }.into()
    }

    /// A map with known keys; the title is what messages call it.
    #[must_use]
    pub fn map(title: &str) -> MapShape {
        MapShape::new(title)
    }

    /// A map whose keys are all of one (text) shape, and its values of another.
    #[must_use]
    pub fn map_of(key: impl Into<Self>, value: impl Into<Self>) -> MapShape {
        MapShape::new("").others(key, value)
    }

    /// Alternatives of different kinds: text or list, boolean or map. The kind
    /// of the node chooses, so a mistake is explained by the alternative that
    /// was meant; of two alternatives for one kind the second is never used.
    #[must_use]
    pub fn either(alternatives: Vec<Self>) -> Self {
        ShapeKind::Either(alternatives).into()
    }

    /// A shape that is defined in the [`Shapes`] at hand, perhaps recursively.
    #[must_use]
    pub fn reference(name: &str) -> Self {
        ShapeKind::Reference(name.to_owned()).into()
    }

    /// What the value means, in a sentence.
    #[must_use]
    pub fn about(mut self, doc: &str) -> Self {
        doc.clone_into(&mut self.doc);
        self
    }

    /// A name for schemas, pages and messages.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }
}

/// Named shapes, for recursion and for reuse in schemas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shapes {
    named: BTreeMap<String, Shape>,
}

impl Shapes {
    /// No named shapes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names a shape, so that [`Shape::reference`] finds it.
    #[must_use]
    pub fn define(mut self, name: &str, shape: impl Into<Shape>) -> Self {
        self.named.insert(name.to_owned(), shape.into());
        self
    }

    /// The named shapes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.named.iter().map(|(name, shape)| (name.as_str(), shape))
    }

    /// The shape behind references. An undefined name stands for any value;
    /// [`Shapes::undefined`] lists such names.
    pub(super) fn resolve<'a>(&'a self, mut shape: &'a Shape) -> Option<&'a Shape> {
        // A chain longer than the number of names is a circle.
        for _ in 0..=self.named.len() {
            let ShapeKind::Reference(name) = &shape.kind else {
                return Some(shape);
            };
            shape = self.named.get(name)?;
        }
        None
    }

    /// References in `root` and in the named shapes that lead nowhere; to be asserted empty in a test.
    #[must_use]
    pub fn undefined(&self, root: &Shape) -> Vec<String> {
        let mut missing = Vec::new();
        let mut waiting: Vec<&Shape> = self.named.values().chain([root]).collect();
        while let Some(shape) = waiting.pop() {
            match &shape.kind {
                ShapeKind::Reference(name) if self.resolve(shape).is_none() => {
                    missing.push(name.clone());
                }
                ShapeKind::List { item, .. } => waiting.push(item),
                ShapeKind::Either(alternatives) => waiting.extend(alternatives),
                ShapeKind::Map(map) => {
                    waiting.extend(map.fields.iter().map(|field| &field.shape));
                    if let Some(others) = &map.others {
                        waiting.extend([&others.0, &others.1]);
                    }
                }
                _ => {}
            }
        }
        missing.sort();
        missing.dedup();
        missing
    }

    /// The concrete shape (no reference, no alternative) for a node of a kind.
    pub(super) fn pick<'a>(&'a self, shape: &'a Shape, kind: Kind) -> Option<&'a Shape> {
        self.concrete(shape).into_iter().find(|shape| shape.kind.takes(kind))
    }

    /// What a shape comes down to: itself, or its alternatives, without references.
    pub(super) fn concrete<'a>(&'a self, shape: &'a Shape) -> Vec<&'a Shape> {
        let mut found = Vec::new();
        self.collect_concrete(shape, 0, &mut found);
        found
    }

    fn collect_concrete<'a>(&'a self, shape: &'a Shape, depth: usize, found: &mut Vec<&'a Shape>) {
        /// Alternatives nested deeper than this hold themselves.
        const DEEPEST: usize = 16;
        let shape = self.resolve(shape).unwrap_or(shape);
        match &shape.kind {
            ShapeKind::Either(alternatives) if depth < DEEPEST => {
                for alternative in alternatives {
                    self.collect_concrete(alternative, depth + 1, found);
                }
            }
            ShapeKind::Either(_) => {}
            _ => found.push(shape),
        }
    }

    /// Everything that is wrong with a document, in the order of the file.
    #[must_use]
    pub fn check(&self, shape: &Shape, document: &Document) -> Vec<Diagnostic> {
        self.check_node(shape, &document.root, &document.source)
    }

    /// Everything that is wrong with a part of a document.
    #[must_use]
    pub fn check_node(&self, shape: &Shape, node: &Node, source: &Source) -> Vec<Diagnostic> {
        check::check(self, shape, node, source)
    }

    /// Reads a document and checks it.
    pub fn read(&self, shape: &Shape, name: &str, bytes: &[u8]) -> Result<Document, Diagnostics> {
        let document = read::read(name, bytes)?;
        let found = self.check(shape, &document);
        Diagnostics::unless_errors(&document.source.clone(), found, document)
    }

    /// The JSON Schema (draft 2020-12) of documents of this shape. It accepts
    /// every document that the check accepts; `id` becomes its `$id`.
    #[must_use]
    pub fn json_schema(&self, shape: &Shape, id: &str) -> serde_json::Value {
        json_schema::schema(self, shape, id)
    }
}
