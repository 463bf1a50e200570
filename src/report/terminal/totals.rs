//! Numbers, hints, and the last line.

use super::look::{BAD, BAD_WORD, Detail, FAINT, GOOD, GOOD_WORD, LABEL, PLAIN, STRONG, WARNING};
use super::page::Page;
use super::table::{Cell, Table};
use crate::event::{Counts, ExitCode, StoredRun, Verdict};
use crate::report::group::{Severity, grouped, named, tried, variants_in_words};
use crate::report::words::{counted, elapsed};

/// How many failed cases are named at the end.
const FAILED_NAMED: usize = 30;

/// Variants that could not be run, by reason.
pub(super) fn variants_that_did_not_run(page: &mut Page<'_>, run: &StoredRun) {
    let mut reasons: Vec<(&str, ExitCode, Vec<&str>)> = Vec::new();
    for variant in &run.variants {
        let Some((reason, exit)) = &variant.failed_to_run else { continue };
        match reasons.iter_mut().find(|(known, asked, _)| known == reason && asked == exit) {
            Some((.., variants)) => variants.push(&variant.variant),
            None => reasons.push((reason, *exit, vec![&variant.variant])),
        }
    }
    for (reason, exit, variants) in reasons {
        page.gap();
        // What this machine does not have says nothing about the target.
        let missing = exit == ExitCode::CONFORMS;
        let (word, word_style, style) = if missing { ("NOT HERE", FAINT, PLAIN) } else { ("NOT RUN", BAD_WORD, BAD) };
        page.hanging(0, word, word_style, 0, STRONG, &named(&variants));
        page.text(6, style, reason);
        if !missing {
            page.text(6, FAINT, &format!("asks for exit code {}: {}", exit.code(), exit.meaning()));
        }
    }
}

/// A column of the table of variants: its name, its count, how a count above zero looks, whether it is shown
/// when all are zero.
type Column = (&'static str, fn(&Counts) -> usize, anstyle::Style, bool);

const COLUMNS: [Column; 11] = [
    ("pass", |counts| counts.get(Verdict::Pass), GOOD, true),
    ("fail", |counts| counts.get(Verdict::Fail), BAD, true),
    ("warn", |counts| counts.get(Verdict::Warn), WARNING, true),
    ("note", |counts| counts.get(Verdict::Note), PLAIN, true),
    ("known", |counts| counts.known, PLAIN, true),
    ("inconclusive", |counts| counts.get(Verdict::Inconclusive), WARNING, true),
    ("untestable", |counts| counts.get(Verdict::Untestable), BAD, false),
    ("error", |counts| counts.get(Verdict::Error), BAD, false),
    ("broken claim or stale", |counts| counts.broken_promises, BAD, false),
    ("n.a.", |counts| counts.get(Verdict::NotApplicable), FAINT, true),
    ("not exercised", |counts| counts.get(Verdict::NotExercised), FAINT, true),
];

/// How many cases ended how, by variant.
pub(super) fn per_variant(page: &mut Page<'_>, run: &StoredRun) {
    let shown: Vec<&Column> =
        COLUMNS.iter().filter(|(_, count, _, always)| *always || count(&run.summary.counts) > 0).collect();
    let mut head = vec!["variant"];
    head.extend(shown.iter().map(|(name, ..)| *name));
    let mut table = (1..head.len()).fold(Table::new(&head), Table::numbers);
    let row = |name: &str, counts: &Counts| {
        let numbers = shown.iter().map(|(_, count, style, _)| match count(counts) {
            0 => Cell::styled(FAINT, "0"),
            number => Cell::styled(*style, number.to_string()),
        });
        std::iter::once(Cell::from(name)).chain(numbers).collect::<Vec<_>>()
    };
    for variant in tried(run) {
        // With room to break between the axes.
        table.row(row(&variant.variant.replace(',', ", "), &variant.counts));
    }
    if table.is_empty() {
        return;
    }
    if tried(run).count() > 1 {
        table.row(row("all", &run.summary.counts));
    }
    page.gap();
    table.write(page, 0);
}

/// Which cases failed, where what came after them is long: the blocks stand far above.
pub(super) fn what_failed(page: &mut Page<'_>, run: &StoredRun, strict: bool) {
    let failed = grouped(run, |outcome| Severity::of(outcome, strict) == Severity::Failure);
    let mut cases: Vec<(&str, Vec<&str>)> = Vec::new();
    for shared in &failed {
        let case = shared.outcome.case.as_str();
        match cases.iter_mut().find(|(known, _)| *known == case) {
            Some((_, variants)) => variants.extend(&shared.variants),
            None => cases.push((case, shared.variants.clone())),
        }
    }
    if cases.is_empty() {
        return;
    }
    page.title(&format!("failed ({})", counted(cases.len(), "case", "cases")));
    for (case, variants) in cases.iter().take(FAILED_NAMED) {
        let on = variants_in_words(variants, run).map(|words| format!(" on {words}")).unwrap_or_default();
        page.text(2, BAD, &format!("{case}{on}"));
    }
    let more = cases.len().saturating_sub(FAILED_NAMED);
    if more > 0 {
        page.text(2, FAINT, &format!("and {more} more"));
    }
}

/// Things to do next.
pub(super) fn hints(page: &mut Page<'_>, run: &StoredRun) {
    if run.summary.hints.is_empty() {
        return;
    }
    page.gap();
    for hint in &run.summary.hints {
        page.hanging(0, "hint:", LABEL, 6, PLAIN, hint);
    }
}

/// The result in one line.
pub(super) fn last_line(page: &mut Page<'_>, run: &StoredRun) {
    page.gap();
    let exit = run.summary.exit;
    let style = match exit {
        ExitCode::CONFORMS => GOOD_WORD,
        ExitCode::INCONCLUSIVE | ExitCode::INTERRUPTED => WARNING,
        _ => BAD_WORD,
    };
    let counts = &run.summary.counts;
    let judged = counts.total() - counts.get(Verdict::NotApplicable) - counts.get(Verdict::NotExercised);
    let text = format!(
        "{judged} of {} judged on {} in {}, profile {}, {}",
        counted(counts.total(), "case", "cases"),
        counted(tried(run).count(), "variant", "variants"),
        elapsed(run.summary.elapsed_ms),
        run.profile.as_str(),
        run.standard,
    );
    page.text(0, PLAIN, &text);
    let warnings = counts.get(Verdict::Warn);
    if page.look().detail == Detail::Failures && !page.look().strict && warnings > 0 {
        let text = format!("{} left out; without --quiet they are shown", counted(warnings, "warning", "warnings"));
        page.text(0, FAINT, &text);
    }
    let meaning = format!("exit {}: {}", exit.code(), exit.meaning());
    page.hanging(0, exit.word(), style, 0, PLAIN, &meaning);
}
