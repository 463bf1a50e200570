//! What came of a search.

use std::fmt::Write as _;

use super::{Outcome, Search};
use crate::event::ExitCode;
use crate::prop::PropRun;
use crate::report::terminal::{Detail, Look, report};

/// What came of a search. Dropping it unread is a mistake: [`Searched::assert_holds`] makes it a test.
#[derive(Debug)]
#[must_use = "a search that nobody reads proves nothing; call `assert_holds`"]
pub struct Searched {
    run: PropRun,
    search: Search,
    strict: bool,
}

impl Searched {
    pub(super) fn new(run: PropRun, search: Search, strict: bool) -> Self {
        Self { run, search, strict }
    }

    /// Whether nothing was found, and something was played: a server that offers nothing to search does not hold.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.run.stored.summary.exit == ExitCode::CONFORMS
    }

    /// What came of the histories, of each property, and of each history that fails.
    pub fn outcomes(&self) -> impl Iterator<Item = Outcome<'_>> {
        self.run.stored.variants.iter().flat_map(|variant| &variant.outcomes).map(Outcome)
    }

    /// Each history that fails, where a spec can say how, as its text: a file for a folder that [`Suite::specs`](super::Suite::specs)
    /// adds, so that what was found once is a case of its own.
    pub fn specs(&self) -> impl Iterator<Item = &str> {
        self.run.found.iter().filter_map(|handed| handed.spec.as_ref()).map(|spec| spec.text.as_str())
    }

    /// The report, as people read it on a terminal, without colours, with how to draw the same again.
    #[must_use]
    pub fn report(&self) -> String {
        self.told(Detail::Usual)
    }

    fn told(&self, detail: Detail) -> String {
        let mut text = report(&self.run.stored, &Look { strict: self.strict, detail, ..Look::default() });
        // Writing to a string cannot fail.
        let _ = writeln!(text, "again: {}", self.search.again());
        for spec in self.run.found.iter().filter_map(|handed| handed.spec.as_ref()) {
            let _ = write!(text, "\nas a spec, {}.yaml:\n\n{}", spec.id, spec.text);
        }
        text
    }

    /// Ends a test with the smallest histories that fail, unless nothing was found.
    ///
    /// # Panics
    /// When something was found, stayed inconclusive, or nothing could be searched.
    #[track_caller]
    pub fn assert_holds(&self) {
        let failed = self.run.stored.summary.exit == ExitCode::FAILED;
        let detail = if failed { Detail::Failures } else { Detail::Usual };
        assert!(self.holds(), "the server under test breaks what sessions promise\n\n{}", self.told(detail));
    }
}
