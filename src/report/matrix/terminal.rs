//! A matrix on the terminal: a line for each column.

use super::super::terminal::look::{BAD, FAINT, GOOD, PLAIN, STRONG, WARNING};
use super::super::terminal::{Cell, Page, Table};
use super::super::words::counted;
use super::markdown::COUNTED;
use super::{Mark, Matrix};

/// Columns with their counts, then what could not be judged.
pub fn write(page: &mut Page<'_>, matrix: &Matrix) {
    let mut head = vec!["target", "variant"];
    head.extend(COUNTED.iter().map(|(_, name)| *name));
    let mut table = (2..head.len()).fold(Table::new(&head), Table::numbers);
    for (index, column) in matrix.columns.iter().enumerate() {
        let mut row = vec![Cell::from(&column.target), Cell::from(column.variant.replace(',', ", "))];
        row.extend(COUNTED.iter().map(|(mark, _)| match matrix.count(index, *mark) {
            0 => Cell::styled(FAINT, "0"),
            count => Cell::styled(style(*mark), count.to_string()),
        }));
        table.row(row);
    }
    if !table.is_empty() {
        table.write(page, 0);
    }
    for one in &matrix.absent {
        page.gap();
        let (word, style) = if one.missing_here { ("NOT HERE", PLAIN) } else { ("NOT RUN", BAD) };
        page.text(0, style, format!("{word} {} {}", one.target, one.variant).trim_end());
        page.text(2, PLAIN, &one.reason);
    }
    page.gap();
    let differ = matrix.rows.iter().filter(|row| row.differs).count();
    let text = format!(
        "{} on {}; they differ in {differ}",
        counted(matrix.rows.len(), "case", "cases"),
        counted(matrix.columns.len(), "variant", "variants")
    );
    page.text(0, STRONG, &text);
}

const fn style(mark: Mark) -> anstyle::Style {
    match mark {
        Mark::Pass => GOOD,
        Mark::Fail => BAD,
        Mark::Warn | Mark::Inconclusive => WARNING,
        Mark::Note | Mark::Known => PLAIN,
        Mark::NotApplicable | Mark::Absent => FAINT,
    }
}
