//! What a run is doing right now.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use crate::event::{Event, Verdict};
use crate::report::words::{counted, elapsed};

/// What a run is doing right now.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Cases that ended and cases to run, of each variant that is up.
    up: BTreeMap<String, (usize, usize)>,
    failed: usize,
    variants: usize,
    variants_done: usize,
    /// Until when cases wait, and for what, by variant and case.
    waiting: HashMap<(String, String), (Instant, String)>,
}

impl Progress {
    /// Takes an event that happened at `now`.
    pub(super) fn take(&mut self, event: &Event, now: Instant) {
        match event {
            Event::RunStarted { variants, .. } => self.variants = variants.len(),
            Event::VariantStarted { variant, cases, .. } => {
                self.up.insert(variant.clone(), (0, *cases));
            }
            Event::CaseWaiting { variant, case, for_ms, what } => {
                let key = (variant.clone(), case.to_string());
                self.waiting.insert(key, (now + Duration::from_millis(*for_ms), what.clone()));
            }
            Event::CaseFinished { variant, outcome } => {
                self.waiting.remove(&(variant.clone(), outcome.case.to_string()));
                // Cases that cannot run are reported at once and are not among those to come.
                if let Some((done, total)) = self.up.get_mut(variant)
                    && outcome.verdict != Verdict::NotApplicable
                {
                    *done = (*done + 1).min(*total);
                }
                self.failed += usize::from(outcome.fails(false));
            }
            Event::VariantFinished { variant, .. } => {
                self.up.remove(variant);
                self.variants_done += 1;
            }
            Event::VariantFailed { .. }
            | Event::CaseStarted { .. }
            | Event::Exchanged { .. }
            | Event::RunFinished { .. } => {}
        }
    }

    /// Cases that ended and cases to run, of the variants that are up.
    pub(super) fn cases(&self) -> (usize, usize) {
        self.up.values().fold((0, 0), |(done, total), (of_done, of_total)| (done + of_done, total + of_total))
    }

    /// In words, at `now`: the variant, failures so far, what is waited for.
    pub(super) fn words(&self, now: Instant) -> String {
        let mut words = Vec::new();
        if self.variants > 1 {
            let names: Vec<&str> = self.up.keys().map(String::as_str).collect();
            let current = (self.variants_done + 1).min(self.variants);
            words.push(format!("variant {current}/{} {}", self.variants, names.join(", ")).trim_end().to_owned());
        }
        if self.up.is_empty() {
            words.push("starting".to_owned());
        }
        if self.failed > 0 {
            words.push(format!("{} failed", self.failed));
        }
        words.extend(self.waits(now));
        words.join(" · ")
    }

    fn waits(&self, now: Instant) -> Option<String> {
        let left = |until: &Instant| until.saturating_duration_since(now);
        let waiting: Vec<_> = self.waiting.values().filter(|(until, _)| !left(until).is_zero()).collect();
        let (longest, what) = waiting.iter().max_by_key(|(until, what)| (*until, what.as_str()))?;
        let longest = elapsed(u64::try_from(left(longest).as_millis()).unwrap_or(u64::MAX));
        Some(match waiting.len() {
            1 => format!("1 case waits for {what}, {longest}"),
            count => format!("{} wait for {what}, longest {longest}", counted(count, "case", "cases")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::TargetFacts;
    use crate::spec::{CaseId, SpecId};

    fn waiting(case: &str, for_ms: u64) -> Event {
        let case = CaseId::of(&SpecId::new("sessions/expiry"), case, None);
        Event::CaseWaiting { variant: "default".to_owned(), case, for_ms, what: "expiry".to_owned() }
    }

    #[test]
    fn says_what_it_waits_for_until_that_is_over() {
        let start = Instant::now();
        let mut progress = Progress::default();
        assert_eq!(progress.words(start), "starting");
        let up = Event::VariantStarted { variant: "default".to_owned(), target: TargetFacts::default(), cases: 3 };
        progress.take(&up, start);
        assert_eq!((progress.words(start).as_str(), progress.cases()), ("", (0, 3)));
        progress.take(&waiting("a", 2000), start);
        assert_eq!(progress.words(start), "1 case waits for expiry, 2.0 s");
        progress.take(&waiting("b", 5000), start);
        assert_eq!(progress.words(start), "2 cases wait for expiry, longest 5.0 s");
        let later = start + Duration::from_secs(3);
        assert_eq!(progress.words(later), "1 case waits for expiry, 2.0 s");
        assert_eq!(progress.words(start + Duration::from_secs(6)), "");
    }
}
