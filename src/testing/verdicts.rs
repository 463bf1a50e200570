//! What came of a suite.

use crate::event::{CaseOutcome, ExitCode, StoredRun};
use crate::report::terminal::{Detail, Look, report};

/// What came of a suite. Dropping it unread is a mistake: [`Verdicts::assert_conforms`] makes it a test.
#[derive(Debug, Clone)]
#[must_use = "a verdict that nobody reads proves nothing; call `assert_conforms`"]
pub struct Verdicts {
    run: StoredRun,
    strict: bool,
}

impl Verdicts {
    pub(super) fn new(run: StoredRun, strict: bool) -> Self {
        Self { run, strict }
    }

    /// Whether everything that was selected and applicable holds. Inconclusive cases and runs in which nothing was
    /// exercised do not conform.
    #[must_use]
    pub fn conforms(&self) -> bool {
        self.run.summary.exit == ExitCode::CONFORMS
    }

    /// The report, as people read it on a terminal, without colours.
    #[must_use]
    pub fn report(&self) -> String {
        self.told(Detail::Usual)
    }

    fn told(&self, detail: Detail) -> String {
        report(&self.run, &Look { strict: self.strict, detail, ..Look::default() })
    }

    /// What came of each case on each variant.
    pub fn outcomes(&self) -> impl Iterator<Item = &CaseOutcome> {
        self.run.variants.iter().flat_map(|variant| &variant.outcomes)
    }

    /// The whole run, for [`crate::report`].
    #[must_use]
    pub fn run(&self) -> &StoredRun {
        &self.run
    }

    /// Ends a test with the report unless the server conforms.
    ///
    /// # Panics
    /// When something failed, stayed inconclusive, or nothing was exercised.
    #[track_caller]
    pub fn assert_conforms(&self) {
        // Where something failed, that is what the reader wants to see, and no more.
        let failed = self.run.summary.exit == ExitCode::FAILED;
        let detail = if failed { Detail::Failures } else { Detail::Usual };
        assert!(self.conforms(), "the server under test does not conform\n\n{}", self.told(detail));
    }
}
