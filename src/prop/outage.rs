//! Stores that are taken away while a history runs, and what an answer is worth meanwhile.

use std::collections::BTreeSet;

use super::design::Design;
use super::history::Step;
use super::model::{Reach, Turn, only_looks};
use crate::contract::{Control, Failure, ServiceRole};

/// The stores that are away, and whether anything is known of the sessions any more.
#[derive(Debug, Default)]
pub(super) struct Outages {
    away: BTreeSet<ServiceRole>,
    /// Whether something failed that may have been done by half.
    lost_track: bool,
}

impl Outages {
    /// Notes what a control does.
    pub(super) fn note(&mut self, control: Control) {
        match control {
            Control::Stop(role) | Control::Partition(role) => {
                self.away.insert(role);
            }
            Control::Start(role) => {
                self.away.remove(&role);
            }
            Control::Flush(_) | Control::RestartServer => {}
        }
    }

    /// Whether nobody can say what a further answer should be.
    pub(super) const fn lost_track(&self) -> bool {
        self.lost_track
    }

    /// Whether any store is away.
    pub(super) fn any(&self) -> bool {
        !self.away.is_empty()
    }

    /// How much of the sessions a server of this design reaches now.
    pub(super) fn reach(&self, design: &Design) -> Reach {
        let cached = design.cache_only == Some(false) && design.copies == Some(true);
        match (self.away.contains(&ServiceRole::Cache), self.away.contains(&ServiceRole::Database)) {
            (false, false) => Reach::All,
            (true, false) if cached => Reach::NoCopies,
            _ => Reach::Nothing,
        }
    }

    /// Whether requests failed for want of their store, which says nothing about sessions. What they were to change may
    /// have been changed.
    pub(super) fn excuse(&mut self, turns: &[Turn]) -> bool {
        let failed = turns.iter().any(fails_for_want_of_store);
        if failed {
            let mut operations = turns.iter().flat_map(|turn| &turn.asked.calls).map(|call| call.op.as_str());
            self.lost_track |= turns.len() > 1 || operations.any(|op| !leaves_all(op));
        }
        failed
    }
}

/// Whether an operation that failed leaves everything as it was.
fn leaves_all(operation: &str) -> bool {
    only_looks(operation) || matches!(operation, "auth.whoami" | "ctl.wait")
}

/// Whether a request without its store failed, as a whole or in one of its operations, or may have: where there are no
/// results nobody can see that.
fn fails_for_want_of_store(turn: &Turn) -> bool {
    if turn.asked.reach != Reach::Nothing {
        return false;
    }
    let refused = turn.answer.status.is_some_and(|status| status >= 500 && status != turn.asked.status);
    let Some(results) = &turn.answer.results else { return true };
    let failed = |failure: &Failure| failure.error.as_str() != "missing";
    refused || results.iter().any(|result| result.as_ref().is_err_and(failed))
}

/// The store that is away behind a step, if it takes one away or brings it back; else what was away before.
pub(super) fn away_after(before: Option<ServiceRole>, step: &Step) -> Option<ServiceRole> {
    let Step::Control { name } = step else { return before };
    match Control::named(name) {
        Some(Control::Stop(role)) => Some(role),
        Some(Control::Start(role)) if before == Some(role) => None,
        _ => before,
    }
}
