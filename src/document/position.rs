//! From the parser's character offsets to spans.

use std::ops::Range;

use super::source::Span;

/// Finds bytes, lines and columns of characters without walking the text again.
pub(super) struct Positions {
    /// Byte offset of each character and of the end; `None` when all are one byte long.
    bytes: Option<Vec<usize>>,
    /// Character offset of the start of each line.
    lines: Vec<usize>,
    /// Number of characters.
    len: usize,
}

impl Positions {
    pub(super) fn new(text: &str) -> Self {
        let mut lines = vec![0];
        let mut len = 0;
        for character in text.chars() {
            len += 1;
            if character == '\n' {
                lines.push(len);
            }
        }
        let bytes = (len != text.len()).then(|| {
            let starts = text.char_indices().map(|(at, _)| at);
            starts.chain([text.len()]).collect()
        });
        Self { bytes, lines, len }
    }

    /// The byte offset of a character.
    pub(super) fn byte(&self, character: usize) -> usize {
        let character = character.min(self.len);
        match &self.bytes {
            Some(bytes) => bytes[character],
            None => character,
        }
    }

    /// The empty span at a byte offset.
    pub(super) fn at_byte(&self, byte: usize) -> Span {
        let character = match &self.bytes {
            Some(bytes) => bytes.partition_point(|&start| start < byte),
            None => byte,
        };
        self.span(character..character)
    }

    /// The byte offset of the start of a line, from 1.
    pub(super) fn line_start(&self, line: usize) -> usize {
        self.byte(self.lines[line.clamp(1, self.lines.len()) - 1])
    }

    /// The span of a range of characters.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let start = range.start.min(self.len);
        let line = self.lines.partition_point(|&first| first <= start);
        Span {
            start: self.byte(start),
            end: self.byte(range.end.max(start)),
            line,
            column: start - self.lines[line - 1] + 1,
        }
    }
}
