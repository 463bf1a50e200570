//! Pairs on the terminal: a line for each, then what to know about those that are not told apart.

use super::super::terminal::look::{BAD, GOOD, PLAIN, STRONG, WARNING};
use super::super::terminal::{Cell, Page, Table};
use super::super::words::counted;
use super::{Pairs, Told};

/// Writes the table and its remarks.
pub fn write(page: &mut Page<'_>, pairs: &Pairs) {
    let mut table = Table::new(&["pair", "package", "vulnerable", "fixed", ""]);
    for pair in &pairs.pairs {
        table.row(vec![
            Cell::from(&pair.name),
            Cell::from(&pair.package),
            Cell::from(pair.vulnerable.words()),
            Cell::from(pair.fixed.words()),
            Cell::styled(style(pair.outcome), pair.outcome.words()),
        ]);
    }
    table.write(page, 0);
    for pair in pairs.pairs.iter().filter(|pair| pair.outcome != Told::Apart) {
        page.gap();
        page.text(0, style(pair.outcome), &format!("{} {}", pair.outcome.words(), pair.name));
        for remark in pair.remarks() {
            page.text(2, PLAIN, &remark);
        }
    }
    page.gap();
    let text = format!("{} of {} told apart", pairs.apart(), counted(pairs.pairs.len(), "pair", "pairs"));
    page.text(0, STRONG, &text);
}

const fn style(outcome: Told) -> anstyle::Style {
    match outcome {
        Told::Apart => GOOD,
        Told::Alike | Told::NotRun => BAD,
        Told::NotHere => WARNING,
    }
}
