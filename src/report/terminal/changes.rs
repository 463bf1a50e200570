//! What is different from the baseline.

use super::look::{BAD, FAINT, GOOD, PLAIN, STRONG, WARNING};
use super::page::Page;
use crate::event::StoredRun;
use crate::report::baseline::Changes;
use crate::report::group::{Severity, grouped};
use crate::report::model::Change;
use crate::report::of_verify::word;
use crate::report::words::counted;

/// Cases of each kind that are named.
const NAMED: usize = 20;

/// New, fixed and still failing.
pub fn changes(page: &mut Page<'_>, run: &StoredRun, changes: &Changes) {
    let summary = changes.summary();
    page.title(&format!("since the baseline ({})", summary.baseline));
    list(page, run, changes, Change::New, |severity| match severity {
        Severity::Failure => BAD,
        _ => WARNING,
    });
    if !summary.fixed.is_empty() {
        page.text(2, STRONG, &format!("fixed ({})", counted(summary.fixed.len(), "case", "cases")));
        for case in summary.fixed.iter().take(NAMED) {
            page.text(4, GOOD, case);
        }
        more(page, summary.fixed.len());
    }
    list(page, run, changes, Change::Still, |_| PLAIN);
    let mut parts = vec![
        format!("{} new", summary.new),
        format!("{} fixed", summary.fixed.len()),
        format!("{} still failing", summary.still),
    ];
    if summary.gone > 0 {
        parts.push(format!("{} judged then and not now", summary.gone));
    }
    page.text(2, STRONG, &parts.join(", "));
}

fn list(
    page: &mut Page<'_>,
    run: &StoredRun,
    changes: &Changes,
    wanted: Change,
    style: impl Fn(Severity) -> anstyle::Style,
) {
    let strict = page.look().strict;
    let mut lines: Vec<(Severity, String)> = Vec::new();
    for shared in grouped(run, |outcome| Severity::of(outcome, strict).needs_attention()) {
        let case = shared.outcome.case.as_str();
        let on: Vec<&str> =
            shared.variants.iter().copied().filter(|variant| changes.of(variant, case) == Some(wanted)).collect();
        if on.is_empty() {
            continue;
        }
        let severity = Severity::of(shared.outcome, strict);
        let words = crate::report::group::variants_in_words(&on, run).map(|on| format!(" on {on}")).unwrap_or_default();
        lines.push((severity, format!("{} {case}{words}", word(shared.outcome))));
    }
    if lines.is_empty() {
        return;
    }
    page.text(2, STRONG, &format!("{} ({})", wanted.as_str(), counted(lines.len(), "case", "cases")));
    for (severity, line) in lines.iter().take(NAMED) {
        page.text(4, style(*severity), line);
    }
    more(page, lines.len());
}

fn more(page: &mut Page<'_>, all: usize) {
    if all > NAMED {
        page.text(4, FAINT, &format!("… and {} more", all - NAMED));
    }
}
