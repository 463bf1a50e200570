//! What is told in a line or two: warnings, notes, known failures, cases without a judgement, every case.

use super::failure::place;
use super::look::{BAD, FAINT, GOOD, PLAIN, STRONG, WARNING};
use super::page::Page;
use crate::event::{CaseOutcome, Standing, StoredRun, Verdict};
use crate::report::group::{Severity, Shared, grouped};
use crate::report::words::{counted, elapsed};

/// Where texts stand.
const INDENT: usize = 2;

/// Findings of a warning or note that are shown.
const FINDINGS_SHOWN: usize = 3;

/// Cases that are named of those that had nothing to judge for one reason.
const NOT_EXERCISED_NAMED: usize = 6;

fn of_rank(run: &StoredRun, rank: Severity, strict: bool) -> Vec<Shared<'_>> {
    grouped(run, |outcome| Severity::of(outcome, strict) == rank)
}

/// Cases that could not be judged.
pub(super) fn inconclusive(page: &mut Page<'_>, run: &StoredRun, strict: bool) {
    let shared = of_rank(run, Severity::Inconclusive, strict);
    section(page, run, &shared, "inconclusive: could not be judged");
}

/// Broken `should`s.
pub(super) fn warnings(page: &mut Page<'_>, run: &StoredRun, strict: bool) {
    section(page, run, &of_rank(run, Severity::Warning, strict), "warnings");
}

/// Broken `may`s and advice.
pub(super) fn notes(page: &mut Page<'_>, run: &StoredRun, strict: bool) {
    section(page, run, &of_rank(run, Severity::Note, strict), "notes");
}

fn section(page: &mut Page<'_>, run: &StoredRun, cases: &[Shared<'_>], title: &str) {
    if cases.is_empty() {
        return;
    }
    page.title(&format!("{title} ({})", counted(cases.len(), "case", "cases")));
    for shared in cases {
        short(page, shared, run);
    }
}

fn short(page: &mut Page<'_>, shared: &Shared<'_>, run: &StoredRun) {
    let outcome = shared.outcome;
    let mut head = outcome.case.to_string();
    if let Some(variants) = shared.variants_in_words(run) {
        head = format!("{head} on {variants}");
    }
    page.text(INDENT, STRONG, &head);
    page.text(INDENT + 2, PLAIN, &outcome.title);
    if let Some(reason) = &outcome.reason {
        page.text(INDENT + 2, WARNING, reason);
    }
    if let Some(design) = outcome.design.as_ref().filter(|_| outcome.findings.is_empty()) {
        page.text(INDENT + 2, WARNING, &format!("{}: {}", design.name, design.means));
    }
    for finding in outcome.findings.iter().take(FINDINGS_SHOWN) {
        page.text(INDENT + 2, WARNING, &finding.message);
        let comparison = format!("expected {}, actual {}", finding.expected, finding.actual);
        page.text(INDENT + 4, PLAIN, &comparison);
    }
    if outcome.findings.len() > FINDINGS_SHOWN {
        page.text(INDENT + 2, FAINT, &format!("… and {} more", outcome.findings.len() - FINDINGS_SHOWN));
    }
    page.text(INDENT + 2, FAINT, &format!("{} · {}", outcome.level.as_str(), place(&outcome.place)));
}

/// Excused failures, a line each.
pub(super) fn known(page: &mut Page<'_>, run: &StoredRun) {
    let cases = of_rank(run, Severity::Known, false);
    if cases.is_empty() {
        return;
    }
    page.title(&format!("known failures, excused ({})", counted(cases.len(), "case", "cases")));
    for shared in cases {
        let Standing::Known { because, review_by } = &shared.outcome.standing else { continue };
        let variants = shared.variants_in_words(run).map(|variants| format!(" on {variants}")).unwrap_or_default();
        let review = review_by.as_ref().map(|date| format!(" (review by {date})")).unwrap_or_default();
        page.text(INDENT, PLAIN, &format!("{}{variants}: {because}{review}", shared.outcome.case));
    }
}

/// Cases for which nothing happened that they could judge.
pub(super) fn not_exercised(page: &mut Page<'_>, run: &StoredRun) {
    let cases = of_rank(run, Severity::NotExercised, false);
    if cases.is_empty() {
        return;
    }
    page.title(&format!("not exercised: selected, but nothing to judge ({})", counted(cases.len(), "case", "cases")));
    // Most have one reason in common; it is said once.
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for shared in &cases {
        let variants = shared.variants_in_words(run).map(|variants| format!(" (on {variants})"));
        let variants = variants.unwrap_or_default();
        let why = format!("{}{variants}", shared.outcome.reason.as_deref().unwrap_or("nothing was evaluated"));
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, ids)) => ids.push(shared.outcome.case.as_str()),
            None => groups.push((why, vec![shared.outcome.case.as_str()])),
        }
    }
    for (why, ids) in groups {
        page.text(INDENT, PLAIN, &format!("{}: {why}", counted(ids.len(), "case", "cases")));
        let named = ids.iter().take(NOT_EXERCISED_NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = ids.len().saturating_sub(NOT_EXERCISED_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        page.text(INDENT + 2, FAINT, &format!("{named}{more}"));
    }
}

/// Every case of every variant, a line each.
pub(super) fn every_case(page: &mut Page<'_>, run: &StoredRun) {
    for variant in &run.variants {
        page.title(&variant.variant);
        for outcome in &variant.outcomes {
            let (word, style) = word_of(outcome);
            let counts = outcome.expectations;
            let text = format!(
                "{} ({}/{} expectations, {})",
                outcome.case,
                counts.evaluated,
                counts.declared,
                elapsed(outcome.elapsed_ms)
            );
            page.hanging(INDENT, word, style, 15, PLAIN, &text);
        }
    }
}

fn word_of(outcome: &CaseOutcome) -> (&'static str, anstyle::Style) {
    match (&outcome.standing, outcome.verdict) {
        (Standing::Known { .. }, _) => ("known", FAINT),
        (Standing::Stale { .. }, _) => ("stale", BAD),
        (Standing::ClaimBroken { .. }, _) => ("claim broken", BAD),
        (_, verdict @ (Verdict::Error | Verdict::Fail | Verdict::Untestable)) => (verdict.as_str(), BAD),
        (_, verdict @ (Verdict::Warn | Verdict::Note | Verdict::Inconclusive)) => (verdict.as_str(), WARNING),
        (_, verdict @ Verdict::Pass) => (verdict.as_str(), GOOD),
        (_, verdict) => (verdict.as_str(), FAINT),
    }
}
