//! What people read: lines while a run goes on, and the report at its end.

mod brief;
mod changes;
mod choices;
mod exchange;
mod failure;
#[cfg(feature = "cli")]
mod live;
pub mod look;
mod opening;
mod page;
#[cfg(feature = "cli")]
mod progress;
mod table;
mod text;
mod totals;
mod trace;
mod unlock;

pub use changes::changes;
#[cfg(feature = "cli")]
pub use live::Live;
pub use look::{Detail, Look};
pub use opening::opening;
pub use page::Page;
pub use table::{Cell, Table};
pub use text::tame;
pub use trace::trace;

use super::baseline::Changes;
use super::group::{Severity, grouped};
use crate::event::StoredRun;

/// The report at the end of a run, failures first. `opening` stands before it, written when the run began.
#[must_use]
pub fn report(run: &StoredRun, look: &Look) -> String {
    report_since(run, None, look)
}

/// As [`report`], with what is different from a baseline.
#[must_use]
pub fn report_since(run: &StoredRun, since: Option<&Changes>, look: &Look) -> String {
    let mut page = Page::new(look);
    if look.detail == Detail::Every {
        brief::every_case(&mut page, run);
    }
    totals::variants_that_did_not_run(&mut page, run);
    for shared in grouped(run, |outcome| Severity::of(outcome, look.strict) == Severity::Failure) {
        failure::block(&mut page, &shared, run);
    }
    if look.detail != Detail::Failures {
        brief::inconclusive(&mut page, run, look.strict);
        brief::warnings(&mut page, run, look.strict);
        brief::notes(&mut page, run, look.strict);
        brief::known(&mut page, run);
        choices::designs(&mut page, run);
        brief::not_exercised(&mut page, run);
        unlock::not_applicable(&mut page, run);
        totals::what_failed(&mut page, run, look.strict);
        totals::per_variant(&mut page, run);
        totals::hints(&mut page, run);
    }
    if let Some(since) = since {
        changes(&mut page, run, since);
    }
    totals::last_line(&mut page, run);
    page.finish()
}
