//! Pairs as Markdown.

use std::fmt::Write as _;

use super::super::markdown::{code, escape, one_line};
use super::super::words::counted;
use super::{Pairs, Told};

/// Writes the table, and below it the cases of each pair.
#[must_use]
pub fn write(pairs: &Pairs) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "# Defects that really happened, before and after their repair\n");
    let _ = writeln!(
        text,
        "Measured on {} with hardtack {}, catalogue {}. A pair is told apart when none of its cases passes on the last \
         release that has the defect, and each passes on the first that has it no more. {} of {} told apart.\n",
        pairs.started.get(..10).unwrap_or("an unknown day"),
        escape(&pairs.tool),
        escape(&pairs.catalogue),
        pairs.apart(),
        counted(pairs.pairs.len(), "pair is", "pairs are")
    );
    let _ = writeln!(text, "| defect | package | vulnerable | fixed | |\n| --- | --- | --- | --- | --- |");
    for pair in &pairs.pairs {
        let reference = pair.reference.as_ref().map(|text| format!(" ({})", escape(text))).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {}{reference} | {} | {} | {} | {} |",
            escape(&pair.class),
            escape(&pair.package),
            pair.vulnerable.words(),
            pair.fixed.words(),
            pair.outcome.words()
        );
    }
    for pair in &pairs.pairs {
        let _ = writeln!(text, "\n## {}\n", escape(&pair.name));
        for (word, side) in [("vulnerable", &pair.vulnerable), ("fixed", &pair.fixed)] {
            let _ = writeln!(text, "- {word}: {} {}", escape(&pair.target), code(&side.variant));
        }
        for (case, verdict) in &pair.vulnerable.verdicts {
            let after = pair.fixed.verdicts.get(case).map_or("not run", |verdict| verdict.as_str());
            let _ = writeln!(text, "- {}: {} before, {after} after", code(case), verdict.as_str());
        }
        for remark in pair.remarks().iter().filter(|_| pair.outcome != Told::Alike) {
            let _ = writeln!(text, "- {}", escape(&one_line(remark)));
        }
    }
    text
}
