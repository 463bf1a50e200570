//! Tables that fit the terminal.

use anstyle::Style;

use super::look::{FAINT, PLAIN};
use super::page::Page;
use super::text::{columns, tame_line, wrap};

/// Columns between two columns of a table.
const BETWEEN: usize = 2;

/// A column is made no narrower than this to fit the terminal, one of free text before the others.
const NARROWEST: usize = 16;
const NARROWEST_PROSE: usize = 28;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A cell in a style of its own.
    #[must_use]
    pub fn styled(style: Style, text: impl AsRef<str>) -> Self {
        Self { text: tame_line(text.as_ref()), style }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::styled(PLAIN, text)
    }
}

/// A table: a faint head and rows. Long cells are wrapped inside their column.
#[derive(Debug, Clone, Default)]
pub struct Table {
    head: Vec<String>,
    numbers: Vec<usize>,
    prose: Vec<usize>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table with these column names; empty names make a table without a head.
    #[must_use]
    pub fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|&name| name.to_owned()).collect(), ..Self::default() }
    }

    /// A column of numbers stands to the right and is as narrow as the longest word of its head.
    #[must_use]
    pub fn numbers(mut self, column: usize) -> Self {
        self.numbers.push(column);
        self
    }

    /// A column of free text gives way first where room is short.
    #[must_use]
    pub fn prose(mut self, column: usize) -> Self {
        self.prose.push(column);
        self
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes it on a page.
    pub fn write(&self, page: &mut Page<'_>, indent: usize) {
        let widths = self.widths(page.room(indent));
        if self.head.iter().any(|name| !name.is_empty()) {
            let head: Vec<Cell> = self.head.iter().map(|name| Cell::styled(FAINT, name)).collect();
            self.write_row(page, indent, &widths, &head);
        }
        for row in &self.rows {
            self.write_row(page, indent, &widths, row);
        }
    }

    fn widths(&self, room: usize) -> Vec<usize> {
        let head = |(column, name): (usize, &String)| {
            let words: Vec<&str> = if self.numbers.contains(&column) { name.split(' ').collect() } else { vec![name] };
            words.into_iter().map(columns).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = self.head.iter().enumerate().map(head).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(columns(&cell.text));
            }
        }
        let room = room.saturating_sub(BETWEEN * widths.len().saturating_sub(1));
        let words: Vec<usize> = (0..widths.len()).filter(|column| !self.numbers.contains(column)).collect();
        narrow(&mut widths, &self.prose, room, NARROWEST_PROSE);
        narrow(&mut widths, &words, room, NARROWEST);
        widths
    }

    fn write_row(&self, page: &mut Page<'_>, indent: usize, widths: &[usize], cells: &[Cell]) {
        let wrapped: Vec<Vec<String>> =
            cells.iter().zip(widths).map(|(cell, width)| wrap(&cell.text, *width)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut text = String::new();
            let mut blank = 0;
            for (column, (cell, lines)) in cells.iter().zip(&wrapped).enumerate() {
                let part = lines.get(line).map_or("", String::as_str);
                let padding = widths[column] - columns(part).min(widths[column]);
                let (before, after) = if self.numbers.contains(&column) { (padding, 0) } else { (0, padding) };
                blank += before;
                // Nothing is padded that nothing follows, so that no line ends with spaces.
                if !part.is_empty() {
                    text.extend(std::iter::repeat_n(' ', blank));
                    text.push_str(&page.look().paint(cell.style, part));
                    blank = 0;
                }
                blank += after + BETWEEN;
            }
            page.line(indent, &text);
        }
    }
}

/// Takes from the widest of `columns` until all fit the room, or none is wider than `narrowest`.
fn narrow(widths: &mut [usize], columns: &[usize], room: usize, narrowest: usize) {
    while widths.iter().sum::<usize>() > room {
        let widest = columns.iter().copied().max_by_key(|&column| widths[column]);
        match widest {
            Some(column) if widths[column] > narrowest => widths[column] -= 1,
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::look::Look;
    use super::*;

    fn written(width: usize) -> String {
        let mut table = Table::new(&["name", "count", "meaning"]).numbers(1);
        table.row(["a".into(), "5".into(), "something that takes a while to say".into()]);
        table.row(["bcd".into(), "1234567".into(), "short".into()]);
        let look = Look { width, ..Look::default() };
        let mut page = Page::new(&look);
        table.write(&mut page, 2);
        page.finish()
    }

    #[test]
    fn columns_are_aligned() {
        assert_eq!(
            written(80),
            "  name    count  meaning\n  a           5  something that takes a while to say\n  bcd   1234567  short\n"
        );
    }

    #[test]
    fn wide_cells_are_wrapped_in_their_column() {
        assert_eq!(
            written(36),
            "  name    count  meaning\n  a           5  something that\n                 takes a while to\n                 say\n  bcd   1234567  short\n"
        );
    }
}
