//! From bytes to a tree: the strict subset of YAML 1.2 that hardtack's files use.
//!
//! Anchors, aliases, merge keys, tags, duplicate keys and several documents
//! are refused, since each lets a file mean something else than it shows.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::code;
use super::decode::decode;
use super::describe::quoted;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::position::Positions;
use super::scalar::{BadNumber, resolve};
use super::source::{Source, Span};
use super::syntax_error;
use super::tree::{Document, Key, Node, Value, Written};

/// How deep lists and maps may be nested.
pub const MAX_DEPTH: usize = 64;

/// Reading stops after this many findings: the file is something else then.
pub(super) const MAX_FINDINGS: usize = 100;

/// Reads one document. `name` is what diagnostics call the file.
///
/// All findings are reported together; only a syntax error, too deep nesting
/// and bytes that are not text end the reading early.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, Diagnostics> {
    let source = decode(name, bytes)?;
    let mut reader = Reader::new(&source);
    reader.run();
    let Reader { found, root, .. } = reader;
    match root {
        Some(root) if found.is_empty() => Ok(Document { source, root }),
        _ => Err(Diagnostics::new(source, found)),
    }
}

/// A collection that is not finished yet.
enum Open {
    Seq {
        span: Span,
        written: Written,
        items: Vec<Node>,
    },
    Map {
        span: Span,
        written: Written,
        entries: Vec<(Key, Node)>,
        seen: HashMap<String, Span>,
        key: Option<PendingKey>,
    },
}

/// A key that waits for its value.
enum PendingKey {
    Usable(Key),
    /// It was refused; only its place counts.
    Refused(Span),
}

struct Reader<'a> {
    source: &'a Source,
    positions: Positions,
    found: Vec<Diagnostic>,
    open: Vec<Open>,
    root: Option<Node>,
    /// Where the first document starts.
    document: Option<Span>,
    /// The last line whose indentation was looked at.
    indentation_seen: usize,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source) -> Self {
        Self {
            source,
            positions: Positions::new(source.text()),
            found: Vec::new(),
            open: Vec::new(),
            root: None,
            document: None,
            indentation_seen: 0,
        }
    }

    fn run(&mut self) {
        let source = self.source;
        for event in Parser::new_from_str(source.text()) {
            match event {
                Ok((event, marks)) => {
                    let span = self.positions.span(marks.start.index()..marks.end.index());
                    if !self.take(event, span) || self.found.len() >= MAX_FINDINGS {
                        return;
                    }
                }
                Err(error) => {
                    let at = error.marker().index();
                    let span = self.positions.span(at..at + 1);
                    self.found.push(syntax_error::explain(source, span, error.info()));
                    return;
                }
            }
        }
        if self.document.is_none() {
            self.found.push(empty_document());
        }
    }

    /// Handles one event; `false` ends the reading.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(_) => return self.start_document(span),
            Event::Alias(_) => {
                self.indentation(span);
                self.alias(span);
                self.place(Node { value: Value::Null, span, written: Written::Plain });
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.properties(span, anchor != 0, tag.is_some());
                self.scalar(&text, style, span);
            }
            Event::SequenceStart(anchor, tag) => {
                self.properties(span, anchor != 0, tag.is_some());
                return self.start(span, |span, written| Open::Seq { span, written, items: Vec::new() });
            }
            Event::MappingStart(anchor, tag) => {
                self.properties(span, anchor != 0, tag.is_some());
                return self.start(span, |span, written| Open::Map {
                    span,
                    written,
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    key: None,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
        }
        true
    }

    fn start_document(&mut self, span: Span) -> bool {
        let Some(first) = self.document else {
            self.document = Some(span);
            return true;
        };
        self.found.push(
            Diagnostic::error(code::SEVERAL_DOCUMENTS, "the file holds more than one document")
                .also(first, "the first document")
                .at(span, "a second one starts here")
                .because("a file describes one thing; what follows `---` would be ignored")
                .fix("move the second document into a file of its own, or remove the `---`"),
        );
        false
    }

    fn start(&mut self, span: Span, open: impl FnOnce(Span, Written) -> Open) -> bool {
        if self.open.len() >= MAX_DEPTH {
            self.found.push(syntax_error::too_deep(span));
            return false;
        }
        let written = if self.source.slice(span).ends_with(['[', '{']) { Written::Flow } else { Written::Block };
        self.open.push(open(span, written));
        true
    }

    fn end(&mut self, end: Span) {
        let (value, mut span, written, last) = match self.open.pop() {
            Some(Open::Seq { span, written, items }) => {
                let last = items.last().map(|item| item.span);
                (Value::Seq(items), span, written, last)
            }
            Some(Open::Map { span, written, entries, .. }) => {
                let last = entries.last().map(|(_, value)| value.span);
                (Value::Map(entries), span, written, last)
            }
            None => return,
        };
        span = span.to(match written {
            Written::Flow => end,
            _ => last.unwrap_or(span),
        });
        self.place(Node { value, span, written });
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, mut span: Span) {
        let written = match style {
            ScalarStyle::Plain => Written::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Written::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Written::Block,
        };
        let blank = [' ', '\t', '\n', '\r'];
        span.end = span.start + self.source.slice(span).trim_end_matches(blank).len();
        let left_out = written == Written::Plain && text.is_empty();
        // The lines of a block text may well begin with a tab of their own.
        if !left_out && written != Written::Block {
            self.indentation(span);
        }
        let value = if written == Written::Plain {
            resolve(text).unwrap_or_else(|why| {
                self.found.push(bad_number(text, span, why));
                Value::Null
            })
        } else {
            Value::Text(text.to_owned())
        };
        if left_out {
            // The parser places it at the next token.
            span = self.after_key().unwrap_or(span);
        }
        if left_out && self.open.is_empty() {
            self.found.push(empty_document());
        }
        self.place(Node { value, span, written });
    }

    /// The empty place behind the key whose value is awaited.
    fn after_key(&self) -> Option<Span> {
        let Some(Open::Map { key: Some(key), .. }) = self.open.last() else {
            return None;
        };
        let end = match key {
            PendingKey::Usable(key) => key.span.end,
            PendingKey::Refused(span) => span.end,
        };
        Some(self.positions.at_byte(end))
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Seq { items, .. }) => items.push(node),
            Some(Open::Map { entries, seen, key, .. }) => match key.take() {
                Some(PendingKey::Refused(_)) => {}
                Some(PendingKey::Usable(name)) => match seen.entry(name.text.clone()) {
                    Entry::Vacant(place) => {
                        place.insert(name.span);
                        entries.push((name, node));
                    }
                    Entry::Occupied(first) => {
                        self.found.push(duplicate_key(&name, *first.get()));
                    }
                },
                None => {
                    let (pending, refused) = pending_key(node, self.source);
                    *key = Some(pending);
                    self.found.extend(refused);
                }
            },
        }
    }

    /// Refuses anchors and tags, which stand before a value.
    fn properties(&mut self, span: Span, anchor: bool, tag: bool) {
        if !anchor && !tag {
            return;
        }
        let text = &self.source.text()[span.start..];
        let mut at = span.start;
        for word in text.split_inclusive(char::is_whitespace).take(16) {
            let length = word.trim_end().len();
            let place = self.source.span(at..at + length);
            at += word.len();
            match word.chars().next() {
                Some('&') if anchor => self.found.push(anchor_found(place)),
                Some('!') if tag => self.found.push(syntax_error::tag(place)),
                Some(first) if first.is_whitespace() => {}
                _ => return,
            }
        }
    }

    fn alias(&mut self, span: Span) {
        self.found.push(syntax_error::alias(span));
    }

    /// Refuses a tab in the indentation of the line on which something starts.
    fn indentation(&mut self, span: Span) {
        if self.indentation_seen == span.line {
            return;
        }
        self.indentation_seen = span.line;
        let start = self.positions.line_start(span.line);
        if let Some(place) = syntax_error::tab_in_indentation(self.source, start) {
            self.found.push(syntax_error::tab(place));
        }
    }
}

/// Makes a key of a node, or says why it cannot be one.
fn pending_key(node: Node, source: &Source) -> (PendingKey, Option<Diagnostic>) {
    let Node { value, span, written } = node;
    let written_text = source.slice(span);
    let refuse = |what: &str, because: &str, fix: String| {
        Diagnostic::error(code::KEY_NOT_TEXT, "a key that is not text").at(span, what).because(because).fix(fix)
    };
    match value {
        Value::Text(text) if text == "<<" && written == Written::Plain => (
            PendingKey::Refused(span),
            Some(
                Diagnostic::error(code::MERGE_KEY, "a merge key")
                    .at(span, "`<<` is not supported")
                    .because("merging hides which entries a map has")
                    .fix("write the entries out where they are needed"),
            ),
        ),
        Value::Text(text) => (PendingKey::Usable(Key { text, span, written }), None),
        Value::Seq(_) | Value::Map(_) => (
            PendingKey::Refused(span),
            Some(refuse(
                "a list or map stands where a key is needed",
                "keys are text; text that begins with `{` or `[` is read as a map or list",
                "if this is text, put it in quotes".to_owned(),
            )),
        ),
        Value::Null if span.start == span.end || written_text.starts_with([':', '?']) => (
            PendingKey::Refused(span),
            Some(refuse(
                "there is no key before the `:`",
                "every entry of a map has a key",
                "write a key before the `:`, or quote the text if the `:` belongs to it".to_owned(),
            )),
        ),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            let text = written_text.to_owned();
            let refused = refuse(
                "this is read as a number, a boolean or null",
                "keys are text",
                format!("put it in quotes: \"{}\"", quoted(&text)),
            );
            let key = Key { text, span, written };
            (PendingKey::Usable(key), Some(refused))
        }
    }
}

fn duplicate_key(key: &Key, first: Span) -> Diagnostic {
    Diagnostic::error(code::DUPLICATE_KEY, format!("the key `{}` is written twice", quoted(&key.text)))
        .also(first, "first here")
        .at(key.span, "and again here")
        .because("a map has each key once; one of the two values would be lost")
        .fix("remove one of them, or rename it")
}

fn anchor_found(span: Span) -> Diagnostic {
    Diagnostic::error(code::ANCHOR, "an anchor")
        .at(span, "anchors are not supported")
        .because(
            "a value that is defined elsewhere is hard to read, and text that begins with `&` is read as an anchor",
        )
        .fix("remove it and write the value out; if it is text, put it in quotes")
}

fn bad_number(text: &str, span: Span, why: BadNumber) -> Diagnostic {
    let because = match why {
        BadNumber::TooLarge => "whole numbers have 64 bits, other numbers are below 1.8e308",
        BadNumber::NotFinite => "infinity and not-a-number have no use in these files",
    };
    let text = quoted(text);
    Diagnostic::error(code::NUMBER, format!("the number `{text}` cannot be used"))
        .at(span, "")
        .because(because)
        .fix(format!("if it is text, put it in quotes: \"{text}\""))
}

fn empty_document() -> Diagnostic {
    Diagnostic::error(code::EMPTY, "the file holds no document")
        .because("it is empty, or has only comments and `---`")
        .fix("write the document, or remove the file")
}
