//! The parser's complaints in terms of what the author can change.

use super::code;
use super::diagnostic::Diagnostic;
use super::read::MAX_DEPTH;
use super::source::{Source, Span};

/// What the parser says (a part of it), why that is, and what helps.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "mapping values are not allowed",
        "a `: ` in text without quotes starts a value, and none can stand here",
        "put the text in quotes, or correct the indentation of this line",
    ),
    (
        "unknown escape",
        "double quotes give the backslash a meaning, and this one has none",
        "use single quotes, or write `\\\\` for a backslash",
    ),
    (
        "trailing content after",
        "a quoted text ends at its closing quote, and more follows",
        "put all of the text in the quotes; a `'` inside single quotes is written twice",
    ),
    (
        "quoted scalar",
        "a quoted text begins here; most likely its closing quote is missing",
        "add the closing quote, or indent the lines that belong to the text",
    ),
    (
        "illegal placement of ':'",
        "a list in brackets goes on to here; most likely its closing bracket is missing",
        "add the missing `]`; if the text only begins with `[`, put it in quotes",
    ),
    ("unexpected character", "text cannot begin with this character", "put the text in quotes"),
    (
        "expected ',' or '}'",
        "a map in braces is not closed, or an entry lacks its comma; text that begins with `{` is read as a map",
        "add the missing `,` or `}`; if it is text, put it in quotes",
    ),
    (
        "expected ',' or ']'",
        "a list in brackets is not closed, or an item lacks its comma; text that begins with `[` is read as a list",
        "add the missing `,` or `]`; if it is text, put it in quotes",
    ),
    (
        "simple key expect",
        "this line is no `key: value`, although the lines around it are",
        "add a `:` with a value, or indent the line if it continues the text above",
    ),
    (
        "comment",
        "a comment stands where the text goes on, or no space is before the `#`",
        "move the comment to a line of its own, or quote the text if the `#` belongs to it",
    ),
    (
        "block scalar",
        "the text after `|` or `>` is indented wrongly",
        "indent all its lines alike, deeper than the key",
    ),
    (
        "did not find expected <document start>",
        "the document has ended before this place",
        "correct the indentation of this line",
    ),
    ("did not find expected key", "this line does not fit the entries around it", "indent it like its neighbours"),
    (
        "did not find expected '-'",
        "this line does not fit the list around it",
        "begin it with `- `, or correct its indentation",
    ),
    ("indentation", "this line is indented unlike the lines around it", "indent it like its neighbours"),
];

/// A diagnostic for an error of the parser at `span`.
pub(super) fn explain(source: &Source, span: Span, said: &str) -> Diagnostic {
    if said.contains("recursion limit") {
        return too_deep(span);
    }
    if said.contains("unknown anchor") {
        return alias(word(source, span));
    }
    if said.contains("handle wasn't declared") || said.contains("scanning a tag") {
        return tag(word(source, span));
    }
    if said.contains("scanning an anchor") {
        // `&` and `*` are found at the character behind them.
        return Diagnostic::error(code::SYNTAX, "the file is not valid YAML")
            .at(span, "")
            .because("text that begins with `&` or `*` is read as an anchor or alias")
            .fix("put the text in quotes");
    }
    if let Some(place) = tab_near(source, span, said) {
        return tab(place);
    }
    let found = Diagnostic::error(code::SYNTAX, "the file is not valid YAML");
    let behind = source.text()[..span.start].chars().next_back();
    if matches!(behind, Some('}' | ']')) && source.slice(span).trim() != "" {
        return found
            .at(span, "")
            .because("text that begins with `{` or `[` is read as a map or list, and more follows its end")
            .fix("put the whole text in quotes");
    }
    let Some((_, because, fix)) = KNOWN.iter().find(|(part, ..)| said.contains(part)) else {
        return found
            .at(visible(source, span), said)
            .because("the YAML parser cannot go on from here")
            .fix("check quotes, brackets and indentation near this place");
    };
    let place = if said.contains("simple key expect") { line_before(source, span) } else { visible(source, span) };
    found.at(place, "").because(*because).fix(*fix)
}

pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(code::TOO_DEEP, "lists and maps are nested too deep")
        .at(span, format!("more than {MAX_DEPTH} levels"))
        .because(format!("at most {MAX_DEPTH} levels are read"))
        .fix("flatten the structure")
}

pub(super) fn alias(span: Span) -> Diagnostic {
    Diagnostic::error(code::ALIAS, "an alias")
        .at(span, "aliases are not supported")
        .because("a value that is defined elsewhere is hard to read, and text that begins with `*` is read as an alias")
        .fix("write the value out; if it is text, put it in quotes")
}

pub(super) fn tag(span: Span) -> Diagnostic {
    Diagnostic::error(code::TAG, "a tag")
        .at(span, "tags are not supported")
        .because("the type of a value follows from how it is written, and text that begins with `!` is read as a tag")
        .fix("remove the tag; if it is text, put it in quotes")
}

pub(super) fn tab(span: Span) -> Diagnostic {
    Diagnostic::error(code::TAB, "a tab in the indentation")
        .at(span, "this is a tab")
        .because("tabs have no agreed width, so YAML forbids them before the text of a line")
        .fix("indent with spaces")
}

/// The first tab in the indentation of the line that starts at byte `line`.
pub(super) fn tab_in_indentation(source: &Source, line: usize) -> Option<Span> {
    let rest = &source.text()[line..];
    let indentation = &rest[..rest.find(|c| !matches!(c, ' ' | '\t')).unwrap_or(rest.len())];
    let at = line + indentation.find('\t')?;
    Some(source.span(at..at + 1))
}

/// A tab in the indentation of the line of an error, or of the next line when the parser speaks of a tab.
fn tab_near(source: &Source, span: Span, said: &str) -> Option<Span> {
    let text = source.text();
    let here = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let next = || {
        let end = span.start + text[span.start..].find('\n')?;
        tab_in_indentation(source, end + 1)
    };
    tab_in_indentation(source, here).or_else(|| said.contains("tab").then(next).flatten())
}

/// The last line with text before the line of a place.
fn line_before(source: &Source, span: Span) -> Span {
    let text = source.text();
    let here = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let before = text[..here].trim_end();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let indentation = before[start..].len() - before[start..].trim_start().len();
    source.span(start + indentation..before.len())
}

/// The word at a place.
fn word(source: &Source, span: Span) -> Span {
    let rest = &source.text()[span.start..];
    let length =
        rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}')).unwrap_or(rest.len());
    source.span(span.start..span.start + length.max(1))
}

/// Errors at the end of the text or on an empty line point to the end of the last line with text.
fn visible(source: &Source, span: Span) -> Span {
    let text = source.text();
    let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    if !line.trim().is_empty() {
        return span;
    }
    let end = text[..line_start].trim_end().len();
    source.span(end..end)
}
