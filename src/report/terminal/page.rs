//! A page of text in the making.

use anstyle::Style;

use super::look::{LABEL, Look, STRONG};
use super::text::{columns, tame, wrap};

/// A page of text in the making. Text is tamed and wrapped on its way in.
pub struct Page<'a> {
    look: &'a Look,
    out: String,
}

impl<'a> Page<'a> {
    /// An empty page.
    #[must_use]
    pub fn new(look: &'a Look) -> Self {
        Self { look, out: String::new() }
    }

    /// How it looks.
    #[must_use]
    pub fn look(&self) -> &'a Look {
        self.look
    }

    /// Columns left beside an indentation.
    pub(super) fn room(&self, indent: usize) -> usize {
        self.look.width.saturating_sub(indent).max(20)
    }

    /// An empty line, unless the page is empty or ends with one.
    pub fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A section's title after a gap.
    pub fn title(&mut self, text: &str) {
        self.gap();
        self.text(0, STRONG, text);
    }

    /// A finished line, painted already: neither tamed nor wrapped.
    pub fn line(&mut self, indent: usize, painted: &str) {
        if !painted.is_empty() {
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.out.push_str(painted);
        }
        self.out.push('\n');
    }

    /// Text in one style, wrapped.
    pub fn text(&mut self, indent: usize, style: Style, text: &str) {
        for line in wrap(&tame(text), self.room(indent)) {
            let painted = self.look.paint(style, &line);
            self.line(indent, &painted);
        }
    }

    /// A label and text beside it; further lines stand below the text's first.
    pub fn field(&mut self, indent: usize, label: &str, style: Style, text: &str) {
        self.hanging(indent, label, LABEL, 9, style, text);
    }

    /// A painted mark and text beside it, `column` columns after the mark's start.
    pub(super) fn hanging(
        &mut self,
        indent: usize,
        mark: &str,
        mark_style: Style,
        column: usize,
        style: Style,
        text: &str,
    ) {
        let mark = tame(mark).replace('\n', " ");
        let column = column.max(columns(&mark) + 1);
        let lines = wrap(&tame(text), self.room(indent + column));
        let padding = " ".repeat(column - columns(&mark));
        for (index, line) in lines.iter().enumerate() {
            let painted = self.look.paint(style, line);
            if index == 0 {
                let first = format!("{}{padding}{painted}", self.look.paint(mark_style, &mark));
                self.line(indent, first.trim_end());
            } else {
                self.line(indent + column, &painted);
            }
        }
    }

    /// The page.
    #[must_use]
    pub fn finish(self) -> String {
        self.out
    }
}
