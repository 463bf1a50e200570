//! Comparing a tree with a shape.

use super::code;
use super::describe::{listed, quoted};
use super::diagnostic::Diagnostic;
use super::scalar::resolve;
use super::shape::{Shape, ShapeKind, Shapes, Word};
use super::source::{Source, Span};
use super::suggest::nearest;
use super::syntax::Syntax;
use super::tree::{Kind, Node, Value, Written};

/// Everything that is wrong with a node.
pub(super) fn check<'a>(shapes: &'a Shapes, shape: &'a Shape, node: &'a Node, source: &'a Source) -> Vec<Diagnostic> {
    let mut check = Check { shapes, source, path: Vec::new(), found: Vec::new() };
    check.node(shape, node);
    check.found.sort_by_key(|one| one.span().start);
    check.found
}

pub(super) struct Check<'a> {
    pub(super) shapes: &'a Shapes,
    source: &'a Source,
    /// The keys and positions that lead to the node at hand.
    pub(super) path: Vec<Step<'a>>,
    pub(super) found: Vec<Diagnostic>,
}

pub(super) enum Step<'a> {
    /// A key, with what it means if that is known.
    Key(&'a str, &'a str),
    Item(usize),
}

impl<'a> Check<'a> {
    pub(super) fn node(&mut self, shape: &'a Shape, node: &'a Node) {
        let Some(concrete) = self.shapes.pick(shape, node.kind()) else {
            let found = self.wrong_kind(shape, node);
            self.found.push(found);
            return;
        };
        match (&concrete.kind, &node.value) {
            (ShapeKind::Integer { min, max }, Value::Int(value)) if value < min || value > max => {
                self.out_of_range(concrete, node);
            }
            (ShapeKind::Number { min, max }, _) if node.number().is_ok_and(|value| value < *min || value > *max) => {
                self.out_of_range(concrete, node);
            }
            (ShapeKind::Duration, _) => {
                if let Err(found) = node.milliseconds() {
                    let message = format!("{} is not a duration", self.here());
                    self.found.push(Diagnostic { message, ..found });
                }
            }
            (ShapeKind::Text { .. } | ShapeKind::OneOf(_), Value::Text(text)) => {
                let here = self.here();
                self.found.extend(text_fault(&here, concrete, text, node.span));
            }
            (ShapeKind::List { item, not_empty }, Value::Seq(items)) => {
                if *not_empty && items.is_empty() {
                    self.empty(node, "a list", "an item");
                }
                for (index, one) in items.iter().enumerate() {
                    self.path.push(Step::Item(index));
                    self.node(item, one);
                    self.path.pop();
                }
            }
            (ShapeKind::Map(keys), Value::Map(entries)) => {
                if keys.not_empty && entries.is_empty() {
                    self.empty(node, "a map", "an entry");
                }
                self.map(&concrete.title, keys, entries, node.span);
            }
            _ => {}
        }
    }

    /// The place at hand, as messages call it.
    pub(super) fn here(&self) -> String {
        match self.path.as_slice() {
            [] => "the document".to_owned(),
            [.., Step::Key(key, _)] => format!("`{}`", quoted(key)),
            [.., Step::Key(key, _), Step::Item(index)] => {
                format!("item {} of `{}`", index + 1, quoted(key))
            }
            [.., Step::Item(index)] => format!("item {}", index + 1),
        }
    }

    /// What the place at hand is: its shape in words, and its documentation.
    fn wants(&self, wanted: &str) -> String {
        match self.path.last() {
            Some(Step::Key(key, doc)) if !doc.is_empty() => {
                format!("`{key}` is {wanted}: {doc}")
            }
            _ => format!("{} is {wanted}", self.here()),
        }
    }

    fn empty(&mut self, node: &Node, what: &str, content: &str) {
        self.found.push(
            Diagnostic::error(code::EMPTY_COLLECTION, format!("{} is empty", self.here()))
                .at(node.span, format!("{what} without content"))
                .because(format!("it says nothing without {content}"))
                .fix(format!("add {content}, or remove the key")),
        );
    }

    fn out_of_range(&mut self, shape: &Shape, node: &Node) {
        let wanted = self.shapes.describe(shape);
        let message = format!("{} is out of range", self.here());
        self.found.push(
            Diagnostic::error(code::OUT_OF_RANGE, message)
                .at(node.span, "")
                .because(self.wants(&wanted))
                .fix(format!("write {wanted}")),
        );
    }

    /// The value is of a kind that the shape does not take.
    fn wrong_kind(&self, shape: &Shape, node: &Node) -> Diagnostic {
        let here = self.here();
        let wanted = self.shapes.describe(shape);
        let raw = self.source.slice(node.span);
        if node.is_null() && node.written == Written::Plain && !is_null_word(raw) {
            return self.missing_value(&wanted, node);
        }
        if node.written == Written::Plain && node.kind() != Kind::Text && self.fits_as_text(shape, raw) {
            let kind = node.kind().name();
            let raw = quoted(raw);
            return Diagnostic::error(code::UNQUOTED, format!("{here} must be text"))
                .at(node.span, format!("this is read as {kind}"))
                .because(format!("without quotes, `{raw}` is {kind}, not text"))
                .fix(format!("quote it: \"{raw}\""));
        }
        let found = Diagnostic::error(code::WRONG_TYPE, format!("{here} must be {wanted}, not {}", node.kind().name()))
            .at(node.span, format!("this is {}", node.kind().name()));
        if let Value::Text(text) = &node.value {
            return self.wrong_text(shape, node, text, found);
        }
        if matches!(node.kind(), Kind::List | Kind::Map) {
            return found.because(self.wants(&wanted)).fix(format!("write {wanted}"));
        }
        self.maybe_list(shape, node, raw, found)
            .unwrap_or_else(|found| found.because(self.wants(&wanted)).fix(format!("write {wanted}")))
    }

    fn missing_value(&self, wanted: &str, node: &Node) -> Diagnostic {
        let (what, remove) = match self.path.last() {
            Some(Step::Item(_)) => ("`-`", "remove the `-`"),
            _ => ("`:`", "remove the key"),
        };
        Diagnostic::error(code::MISSING_VALUE, format!("{} has no value", self.here()))
            .at(node.span, "nothing stands here")
            .because(format!(
                "a {what} with nothing behind it is read as null; a list or map below it must be indented"
            ))
            .fix(format!("write {wanted}, or {remove}"))
    }

    /// Text where something else is needed.
    fn wrong_text(&self, shape: &Shape, node: &Node, text: &str, found: Diagnostic) -> Diagnostic {
        let wanted = self.shapes.describe(shape);
        if node.written == Written::Quoted
            && let Ok(value) = resolve(text)
        {
            let unquoted = Node { value, span: node.span, written: Written::Plain };
            let kind = unquoted.kind();
            let text = quoted(text);
            if kind != Kind::Text && kind != Kind::Null && self.shapes.pick(shape, kind).is_some() {
                return Diagnostic { code: code::QUOTED, ..found }
                    .because(format!("in quotes, `{text}` is text"))
                    .fix(format!("remove the quotes: {text}"));
            }
        }
        if self.shapes.pick(shape, Kind::Bool).is_some() {
            let meant = match text.to_lowercase().as_str() {
                "yes" | "y" | "on" => Some("true"),
                "no" | "n" | "off" => Some("false"),
                _ => None,
            };
            if let Some(meant) = meant {
                return found
                    .because(format!("YAML 1.2 reads `{text}` as text; only `true` and `false` are booleans"))
                    .fix(format!("write `{meant}`"));
            }
        }
        let raw = self.source.slice(node.span);
        self.maybe_list(shape, node, raw, found)
            .unwrap_or_else(|found| found.because(self.wants(&wanted)).fix(format!("write {wanted}")))
    }

    /// A single value where a list of such values is needed.
    fn maybe_list(&self, shape: &Shape, node: &Node, raw: &str, found: Diagnostic) -> Result<Diagnostic, Diagnostic> {
        let item = self.shapes.pick(shape, Kind::List).and_then(|list| match &list.kind {
            ShapeKind::List { item, .. } => Some(item),
            _ => None,
        });
        match item {
            Some(item) if self.shapes.pick(item, node.kind()).is_some() && !raw.contains('\n') => Ok(found
                .because(format!("{} is a list, also when it has one item", self.here()))
                .fix(format!("write a list: [{}]", quoted(raw)))),
            _ => Err(found),
        }
    }

    /// Whether the words of a plain scalar would fit if they were quoted.
    fn fits_as_text(&self, shape: &Shape, raw: &str) -> bool {
        self.shapes.concrete(shape).into_iter().any(|concrete| match &concrete.kind {
            ShapeKind::Text { .. } | ShapeKind::OneOf(_) => text_fault("", concrete, raw, Span::START).is_none(),
            _ => false,
        })
    }
}

fn is_null_word(raw: &str) -> bool {
    matches!(raw, "~" | "null" | "Null" | "NULL")
}

/// What is wrong with a text (or key) of a text shape.
pub(super) fn text_fault(here: &str, shape: &Shape, text: &str, span: Span) -> Option<Diagnostic> {
    match &shape.kind {
        ShapeKind::Text { not_empty, .. } if *not_empty && text.trim().is_empty() => Some(
            Diagnostic::error(code::EMPTY_TEXT, format!("{here} is empty"))
                .at(span, "no text")
                .because(format!("{here} says nothing without a text"))
                .fix("write a text, or remove the key"),
        ),
        ShapeKind::Text { syntax: Some(syntax), .. } if !(syntax.holds)(text) => {
            Some(malformed(here, syntax, text, span))
        }
        ShapeKind::OneOf(words) if words.iter().all(|word| word.text != text) => {
            Some(unknown_word(here, words, text, span))
        }
        _ => None,
    }
}

fn malformed(here: &str, syntax: &Syntax, text: &str, span: Span) -> Diagnostic {
    let repaired = (syntax.repair)(text);
    let fix = if (syntax.holds)(&repaired) {
        format!("write `{}`", quoted(&repaired))
    } else {
        format!("write something like `{}`", syntax.example)
    };
    Diagnostic::error(code::MALFORMED, format!("{here} is not {}", syntax.name))
        .at(span, "")
        .because(format!("{}: {}", syntax.name, syntax.rule))
        .fix(fix)
}

fn unknown_word(here: &str, words: &[Word], text: &str, span: Span) -> Diagnostic {
    let known = || words.iter().map(|word| word.text.as_str());
    let fix = nearest(text, known())
        .map_or_else(|| "write one of these".to_owned(), |near| format!("did you mean `{near}`?"));
    Diagnostic::error(code::UNKNOWN_WORD, format!("{here} cannot be `{}`", quoted(text)))
        .at(span, "")
        .because(format!("the known words are {}", listed(known())))
        .fix(fix)
}
