//! What was not applicable, and the line that would unlock it.

use std::collections::BTreeSet;

use super::look::{Detail, FAINT, PLAIN};
use super::page::Page;
use crate::event::StoredRun;
use crate::report::group::{Severity, named, variants_in_words};
use crate::report::words::counted;

/// Cases that one line would unlock.
struct Locked<'a> {
    /// The line; the whole reason where there is none.
    remedy: &'a str,
    /// What they need.
    needs: Vec<&'a str>,
    cases: BTreeSet<&'a str>,
    variants: Vec<&'a str>,
}

/// What reasons begin with that nothing would unlock: the case speaks of another kind of target.
const ABOUT_OTHERS: &str = "is about ";

impl Locked<'_> {
    fn is_about_others(&self) -> bool {
        self.remedy.starts_with(ABOUT_OTHERS)
    }
}

/// Cases that are not applicable, by reason: first what could be unlocked, each the one that locks most first.
pub(super) fn not_applicable(page: &mut Page<'_>, run: &StoredRun) {
    let mut locked = collect(run);
    if locked.is_empty() {
        return;
    }
    locked.sort_by_key(|one| (one.is_about_others(), std::cmp::Reverse(one.cases.len())));
    page.title("not applicable");
    let hides = page.look().detail != Detail::Every;
    // Of a page that is only read the rest would say what the contract or a mapping would still lack.
    let only_read = hides && run.variants.iter().all(|variant| variant.target.binding.starts_with("passive"));
    let shown = if only_read { 1 } else { locked.len() };
    for one in locked.iter().take(shown).filter(|one| !(hides && one.is_about_others())) {
        let count = counted(one.cases.len(), "case", "cases");
        let variants = variants_in_words(&one.variants, run).map(|words| format!(" on {words}")).unwrap_or_default();
        let names = named(&one.cases.iter().copied().collect::<Vec<_>>());
        let text = match one.needs.as_slice() {
            [] => one.remedy.to_owned(),
            needs => format!("{count}{variants} {} {}: {}", need(one.cases.len()), named(needs), one.remedy),
        };
        page.text(2, PLAIN, &text);
        page.text(4, FAINT, &if one.needs.is_empty() { format!("{count}{variants}: {names}") } else { names });
    }
    let later: BTreeSet<&str> = locked.iter().skip(shown).flat_map(|one| &one.cases).copied().collect();
    if !later.is_empty() {
        let count = counted(later.len(), "case needs", "cases need");
        page.text(2, FAINT, &format!("{count} more than that; --verbose says what"));
        return;
    }
    let others: BTreeSet<&str> =
        locked.iter().filter(|one| one.is_about_others()).flat_map(|one| &one.cases).copied().collect();
    if hides && !others.is_empty() {
        let count = counted(others.len(), "case is", "cases are");
        page.text(2, FAINT, &format!("{count} about other kinds of target; --verbose lists them"));
    }
}

fn collect(run: &StoredRun) -> Vec<Locked<'_>> {
    let mut locked: Vec<Locked<'_>> = Vec::new();
    for variant in &run.variants {
        let outcomes =
            variant.outcomes.iter().filter(|outcome| Severity::of(outcome, false) == Severity::NotApplicable);
        for outcome in outcomes {
            let (need, remedy) = parts(outcome.reason.as_deref().unwrap_or("no reason given"));
            let index = locked.iter().position(|one| one.remedy == remedy).unwrap_or_else(|| {
                locked.push(Locked { remedy, needs: Vec::new(), cases: BTreeSet::new(), variants: Vec::new() });
                locked.len() - 1
            });
            let one = &mut locked[index];
            if let Some(need) = need.filter(|need| !one.needs.contains(need)) {
                one.needs.push(need);
            }
            one.cases.insert(outcome.case.as_str());
            if one.variants.last() != Some(&variant.variant.as_str()) {
                one.variants.push(&variant.variant);
            }
        }
    }
    locked
}

/// A reason as what is needed and the line that would add it: `needs auth.login: add it to …`.
fn parts(reason: &str) -> (Option<&str>, &str) {
    if let Some((need, remedy)) = reason.strip_prefix("needs ").and_then(|rest| rest.split_once(": ")) {
        // That it is not stated is what the remedy says.
        return (Some(need.trim_end_matches("; this one does not state it")), remedy);
    }
    // What this variant is instead is in its name already.
    match reason.split_once("; here it is ") {
        Some((about, _)) if reason.starts_with(ABOUT_OTHERS) => (None, about),
        _ => (None, reason),
    }
}

fn need(cases: usize) -> &'static str {
    if cases == 1 { "needs" } else { "need" }
}
