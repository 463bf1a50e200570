//! What came of a suite.

use super::Outcome;
use crate::event::{ExitCode, StoredRun};
use crate::report::json;
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
    pub fn outcomes(&self) -> impl Iterator<Item = Outcome<'_>> {
        self.run.variants.iter().flat_map(|variant| &variant.outcomes).map(Outcome)
    }

    /// The whole run as JSON, as `hardtack verify --json` writes it: `hardtack report render` makes every other report
    /// of it, and `schemas/run.schema.json` describes it.
    #[must_use]
    pub fn json(&self) -> String {
        let mut out = Vec::new();
        // Writing to memory cannot fail.
        let _ = json::write(&self.run, &mut out);
        String::from_utf8_lossy(&out).into_owned()
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
