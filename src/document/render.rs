//! Diagnostics for people: rustc's look, through `annotate-snippets`.

use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use super::diagnostic::{Diagnostic, Label, Severity};
use super::source::Source;

/// Plain text or terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape codes.
    Plain,
    /// ANSI colours.
    Colour,
}

/// How many findings of one file are shown; the rest is counted.
const SHOWN: usize = 50;

/// Longer lines (in bytes) are not shown: nobody wrote them, and laying them out takes seconds.
const LONGEST_LINE: usize = 10_000;

/// Renders findings about `source`, each followed by an empty line.
#[must_use]
pub fn render(found: &[Diagnostic], source: &Source, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    };
    let mut out = String::new();
    for diagnostic in found.iter().take(SHOWN) {
        out.push_str(&renderer.render(&[group(diagnostic, source)]));
        out.push_str("\n\n");
    }
    if found.len() > SHOWN {
        let more = found.len() - SHOWN;
        let _ = writeln!(out, "… and {more} more in {}\n", source.name());
    }
    out
}

fn group<'a>(diagnostic: &'a Diagnostic, source: &'a Source) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code));
    group = match excerpt(&diagnostic.labels, source) {
        Some(snippet) => group.element(snippet),
        None => group.element(origin(diagnostic, source)),
    };
    for (name, text) in [("because", &diagnostic.because), ("fix", &diagnostic.fix)] {
        if !text.is_empty() {
            group = group.element(note(name, text));
        }
    }
    group
}

/// The place alone, when there is no line to show.
fn origin<'a>(diagnostic: &Diagnostic, source: &'a Source) -> Origin<'a> {
    let origin = Origin::path(source.name());
    if diagnostic.labels.is_empty() {
        return origin;
    }
    let span = diagnostic.span();
    origin.line(span.line).char_column(span.column)
}

fn note<'a>(name: &'a str, text: &str) -> Message<'a> {
    let level = if name == "fix" { Level::HELP } else { Level::NOTE };
    level.with_name(name).message(normalize_untrusted_str(text))
}

/// The labelled lines, if they are of a reasonable length. Only the lines from the first to the last label are
/// handed over, so that the cost does not grow with the file.
fn excerpt<'a>(labels: &'a [Label], source: &'a Source) -> Option<Snippet<'a, Annotation<'a>>> {
    let text = source.text();
    let ranges: Vec<Range<usize>> = labels
        .iter()
        .map(|label| {
            let start = text.floor_char_boundary(label.span.start);
            first_line(text, start..text.ceil_char_boundary(label.span.end))
        })
        .collect();
    let from = ranges.iter().map(|range| range.start).min()?;
    let to = ranges.iter().map(|range| range.end).max()?;
    let from = text[..from].rfind('\n').map_or(0, |at| at + 1);
    let to = text[to..].find('\n').map_or(text.len(), |at| to + at);
    if text[from..to].lines().any(|line| line.len() > LONGEST_LINE) {
        return None;
    }
    let line = labels.iter().map(|label| label.span.line).min()?;
    let annotations = labels.iter().zip(ranges).map(|(label, range)| {
        let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(range.start - from..range.end - from);
        if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
    });
    Some(Snippet::source(&text[from..to]).path(source.name()).line_start(line).annotations(annotations))
}

/// Underlines one line only: a whole block would be drawn as a tall bracket.
fn first_line(text: &str, range: Range<usize>) -> Range<usize> {
    let end = range.end.max(range.start);
    let line = &text[range.start..end];
    let line = line.split_inclusive('\n').next().unwrap_or_default();
    range.start..range.start + line.trim_end().len()
}
