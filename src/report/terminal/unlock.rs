//! What was not applicable, and the line that would unlock it.

use super::group::{Rank, variants_in_words};
use super::look::{FAINT, PLAIN};
use super::page::Page;
use super::text::counted;
use crate::event::StoredRun;

/// Cases of one reason that are named.
const NAMED: usize = 4;

struct Locked<'a> {
    reason: &'a str,
    cases: Vec<&'a str>,
    variants: Vec<&'a str>,
}

/// Cases that are not applicable, by reason; the reason that locks most of them first.
pub(super) fn not_applicable(page: &mut Page<'_>, run: &StoredRun) {
    let mut locked = collect(run);
    if locked.is_empty() {
        return;
    }
    locked.sort_by_key(|one| std::cmp::Reverse(one.cases.len()));
    page.title("not applicable");
    for one in locked {
        let count = counted(one.cases.len(), "case", "cases");
        let variants = variants_in_words(&one.variants, run).map(|words| format!(" on {words}")).unwrap_or_default();
        let mut names = one.cases.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        if one.cases.len() > NAMED {
            names = format!("{names}, …");
        }
        page.text(2, PLAIN, one.reason);
        page.text(4, FAINT, &format!("{count}{variants}: {names}"));
    }
}

fn collect(run: &StoredRun) -> Vec<Locked<'_>> {
    let mut locked: Vec<Locked<'_>> = Vec::new();
    for variant in &run.variants {
        let outcomes = variant.outcomes.iter().filter(|outcome| Rank::of(outcome, false) == Rank::NotApplicable);
        for outcome in outcomes {
            let reason = outcome.reason.as_deref().unwrap_or("no reason given");
            let index = locked.iter().position(|one| one.reason == reason).unwrap_or_else(|| {
                locked.push(Locked { reason, cases: Vec::new(), variants: Vec::new() });
                locked.len() - 1
            });
            let one = &mut locked[index];
            let case = outcome.case.as_str();
            if !one.cases.contains(&case) {
                one.cases.push(case);
            }
            if one.variants.last() != Some(&variant.variant.as_str()) {
                one.variants.push(&variant.variant);
            }
        }
    }
    locked
}
