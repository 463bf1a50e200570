//! A file of known failures beside a target file, and narrowing it.

use std::ops::Range;

use super::Target;
use super::model::Known;
use super::read::known;
use super::shape;
use crate::document::{Diagnostics, Shape, Shapes, Source, Span, read};

/// A file of known failures.
#[derive(Debug, Clone)]
pub struct KnownFile {
    source: Source,
    failures: Vec<Known>,
    /// Where each entry stands in the text.
    spans: Vec<Span>,
}

/// The shape of a file of known failures.
#[must_use]
pub fn known_shape() -> Shape {
    Shape::map("KnownFailures")
        .about("Failures that are known and excused, in a file of their own.")
        .required("known", Shape::integer(1..=1), "The version of the format.")
        .required("failures", Shape::list(shape::known()), "The failures.")
        .into()
}

/// Reads a file of known failures.
pub fn read_known(name: &str, bytes: &[u8]) -> Result<KnownFile, Diagnostics> {
    let document = read(name, bytes)?;
    let source = document.source.clone();
    let found = Shapes::new().check(&known_shape(), &document);
    Diagnostics::unless_errors(&source, found, ())?;
    let read = || {
        let items = document.root.at("failures")?.items()?;
        let failures = items.iter().map(known).collect::<Result<_, _>>()?;
        Ok((failures, items.iter().map(|item| item.span).collect()))
    };
    let (failures, spans) = read().map_err(|error| Diagnostics::new(source.clone(), vec![error]))?;
    Ok(KnownFile { source, failures, spans })
}

impl KnownFile {
    /// The failures, in the order of the file.
    #[must_use]
    pub fn failures(&self) -> &[Known] {
        &self.failures
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// The text without some entries; everything else stays as it is, comments included. A file whose last entry
    /// goes keeps an empty list.
    #[must_use]
    pub fn without(&self, gone: impl Fn(usize) -> bool) -> String {
        let text = self.source.text();
        if (0..self.failures.len()).all(&gone) && !self.failures.is_empty() {
            let before = &text[..self.spans[0].start];
            let head = &before[..before.rfind("failures:").unwrap_or(before.len())];
            return format!("{head}failures: []\n");
        }
        let mut kept = String::with_capacity(text.len());
        let mut copied = 0;
        for index in (0..self.failures.len()).filter(|index| gone(*index)) {
            let lines = self.lines(index);
            kept.push_str(&text[copied..lines.start]);
            copied = lines.end;
        }
        kept.push_str(&text[copied..]);
        kept
    }

    /// The lines of an entry, from its dash to the last line that is its own.
    fn lines(&self, index: usize) -> Range<usize> {
        let text = self.source.text();
        let start = line_start(text, self.spans[index].start);
        let limit = self.spans.get(index + 1).map_or(text.len(), |next| line_start(text, next.start));
        // Comments and blank lines before the next entry belong to that one.
        let mut end = start;
        for line in text[start..limit].split_inclusive('\n') {
            let is_own = !line.trim().is_empty() && !line.trim_start().starts_with('#');
            if !is_own {
                break;
            }
            end += line.len();
        }
        start..end
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

impl Target {
    /// The target with the known failures of a file as well; those of the target file go first.
    #[must_use]
    pub fn with_known(mut self, file: &KnownFile) -> Self {
        self.known.extend(file.failures.iter().cloned());
        self
    }
}
