//! Searching for the greatest rate that holds: doubling until one does not, then halving the gap.

use super::record::Record;
use super::run::{SearchStep, Verdict, VerdictKind, in_ms};

/// What must hold at a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criteria {
    /// The longest 99th percentile of response times, in microseconds.
    pub p99_us: u64,
    /// The greatest share of failed requests, from 0 to 1.
    pub errors: f64,
}

/// The gap between what held and what did not is closed to this share of the rate.
const CLOSE_ENOUGH: f64 = 0.05;

/// Steps that are tried at most.
const MOST_STEPS: usize = 24;

/// A search that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Bracket {
    next: Option<f64>,
    held: Option<f64>,
    failed: Option<f64>,
    steps: usize,
    /// Whether the last step that failed did so because of ourselves.
    pub limited_by_us: bool,
}

impl Criteria {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        format!("p99 at most {}, errors at most {:.3} %, rate reached", in_ms(self.p99_us), self.errors * 100.0)
    }

    /// Judges what was seen at a rate.
    #[must_use]
    pub fn judge(&self, rate: f64, record: &Record) -> SearchStep {
        let verdict = Verdict::of(record, false);
        let p99_us = record.response().at(0.99);
        let errors = record.error_share();
        let because = if record.wrong.wrong_user > 0 {
            "an answer held somebody else's data".to_owned()
        } else if errors > self.errors {
            format!("{:.3} % of the requests failed", errors * 100.0)
        } else if p99_us > self.p99_us {
            format!("p99 was {}", in_ms(p99_us))
        } else if !verdict.kind.is_valid() {
            format!("{}: {}", verdict.kind.name(), verdict.because)
        } else {
            String::new()
        };
        SearchStep { rate, reached: record.pass_rate(), p99_us, errors, held: because.is_empty(), because }
    }
}

impl Bracket {
    /// A search that begins with this rate.
    #[must_use]
    pub const fn from(rate: f64) -> Self {
        Self { next: Some(rate), held: None, failed: None, steps: 0, limited_by_us: false }
    }

    /// The rate to try next; `None` when the search is over.
    #[must_use]
    pub const fn next(&self) -> Option<f64> {
        self.next
    }

    /// The greatest rate that held.
    #[must_use]
    pub const fn held(&self) -> Option<f64> {
        self.held
    }

    /// The smallest rate that did not.
    #[must_use]
    pub const fn failed(&self) -> Option<f64> {
        self.failed
    }

    /// Learns from a step.
    pub fn learn(&mut self, step: &SearchStep, verdict: Option<VerdictKind>) {
        self.steps += 1;
        if step.held {
            self.held = Some(self.held.map_or(step.rate, |held| held.max(step.rate)));
        } else {
            self.failed = Some(self.failed.map_or(step.rate, |failed| failed.min(step.rate)));
            self.limited_by_us = verdict == Some(VerdictKind::GeneratorBound);
        }
        let next = match (self.held, self.failed) {
            (Some(held), None) => held * 2.0,
            (None, Some(failed)) => failed / 2.0,
            (Some(held), Some(failed)) if failed - held > failed * CLOSE_ENOUGH => f64::midpoint(held, failed),
            _ => 0.0,
        };
        self.next = (next >= 1.0 && self.steps < MOST_STEPS).then_some(next.round());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(from: f64, capacity: f64) -> (Bracket, Vec<f64>) {
        let mut bracket = Bracket::from(from);
        let mut tried = Vec::new();
        while let Some(rate) = bracket.next() {
            tried.push(rate);
            let held = rate <= capacity;
            bracket
                .learn(&SearchStep { rate, reached: rate, p99_us: 0, errors: 0.0, held, because: String::new() }, None);
        }
        (bracket, tried)
    }

    #[test]
    fn the_greatest_rate_is_found_from_below_and_from_above() {
        for from in [100.0, 64_000.0] {
            let (bracket, tried) = search(from, 5000.0);
            let (held, failed) = (bracket.held().unwrap(), bracket.failed().unwrap());
            assert!(held <= 5000.0 && failed > 5000.0 && failed - held <= failed * 0.05, "{held} {failed}");
            assert!(tried.len() < 16, "{tried:?}");
        }
    }

    #[test]
    fn a_server_that_holds_nothing_ends_the_search() {
        let (bracket, tried) = search(100.0, 0.5);
        assert_eq!(bracket.held(), None);
        assert!(tried.len() < 10, "{tried:?}");
    }
}
