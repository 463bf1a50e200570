//! Text from anywhere, made fit for a terminal: control characters shown, lines wrapped, columns counted.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::wire::escape;

/// Text that may stand in a terminal: line ends stay, every other control character, and characters that hide or
/// reorder text, are shown as `\xNN`.
#[must_use]
pub fn tame(text: &str) -> String {
    let mut tamed = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | ' '..='~' => tamed.push(character),
            _ => tamed.push_str(&escape(character.encode_utf8(&mut [0; 4]).as_bytes())),
        }
    }
    tamed
}

/// As [`tame`], on one line.
pub(super) fn tame_line(text: &str) -> String {
    tame(text).split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Breaks text into lines of at most `width` columns, at spaces where it can. Line ends of the text stay.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in text.trim_end().split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            if !line.is_empty() && columns(&line) + 1 + columns(word) > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            if columns(word) <= width {
                line.push_str(word);
                continue;
            }
            for piece in cut(word, width) {
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line = piece;
            }
        }
        lines.push(line);
    }
    lines
}

/// Pieces of a word that is wider than the line.
pub(super) fn cut(word: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for character in word.chars() {
        let wide = character.width().unwrap_or(0);
        if used + wide > width && used > 0 {
            pieces.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(piece) = pieces.last_mut() {
            piece.push(character);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(tame("a\u{1b}[31mb\tc\\n\n\u{202e}é"), "a\\x1b[31mb\\tc\\n\n\\xe2\\x80\\xaeé");
        assert_eq!(tame_line(" a\n  b\n"), "a b");
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("a\n\nb", 5), ["a", "", "b"]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_word_is_lost(text in "[a-z日 ]{0,60}", width in 2usize..20) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| columns(line) <= width));
            let squeeze = |text: &str| text.replace(' ', "");
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }
    }
}
