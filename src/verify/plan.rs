//! Which cases run on a variant, and how.

use std::sync::Arc;

use super::applicability::{Missing, check, reach};
use super::filter::Filter;
use super::offers::Offers;
use crate::contract::Scope;
use crate::spec::{Body, Case, Profile, SavePath, Step};

/// What becomes of one case on a variant.
#[derive(Debug, Clone)]
pub enum Decision {
    /// It runs beside others.
    Beside,
    /// It runs alone on its instance.
    Alone,
    /// It runs when no other does, since it measures time.
    Last,
    /// It looks at the exchanges of the others.
    Monitor,
    /// It does not run.
    NotApplicable(Missing),
}

/// The cases that were selected, in the order of the catalogue, with what becomes of each.
#[must_use]
pub fn plan(cases: &[Arc<Case>], filter: &Filter, profile: Profile, offers: &Offers) -> Vec<(Arc<Case>, Decision)> {
    select(cases, filter, profile).into_iter().map(|case| (Arc::clone(&case), decide(&case, offers))).collect()
}

/// The cases that a profile and a filter select.
#[must_use]
pub fn select(cases: &[Arc<Case>], filter: &Filter, profile: Profile) -> Vec<Arc<Case>> {
    cases.iter().filter(|case| case.is_in(profile) && filter.chooses(case)).map(Arc::clone).collect()
}

fn decide(case: &Case, offers: &Offers) -> Decision {
    if let Err(missing) = check(case, offers) {
        return Decision::NotApplicable(missing);
    }
    if matches!(case.body, Body::Monitor(_)) {
        return Decision::Monitor;
    }
    if measures_time(case) {
        return Decision::Last;
    }
    let reach = reach(case, offers);
    // Where requests of one session queue, each that waits may block a worker, and others would wait behind it by chance.
    let in_the_way = reach.gated && offers.facts.get("concurrency").is_some_and(|fact| fact == "lock");
    if reach.scope >= Scope::Store || in_the_way { Decision::Alone } else { Decision::Beside }
}

/// Whether a case keeps how long exchanges took.
pub(super) fn measures_time(case: &Case) -> bool {
    let Body::Steps(steps) = &case.body else { return false };
    let mut all = steps.iter().flat_map(Step::all).flat_map(|step| step.save.values());
    all.any(|path| matches!(path, SavePath::Seen(name) if name == "microseconds"))
}
