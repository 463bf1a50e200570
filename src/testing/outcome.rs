//! What came of one case, for tests that look closer.

use crate::event::{self, CaseOutcome, Verdict};

/// What came of one case, or of one property.
#[derive(Debug, Clone, Copy)]
pub struct Outcome<'a>(pub(super) &'a CaseOutcome);

impl<'a> Outcome<'a> {
    /// The id of the case: `sessions/fixation#login-changes-key`.
    #[must_use]
    pub fn case(self) -> &'a str {
        self.0.case.as_str()
    }

    /// Its title: one sentence that is true where the case holds.
    #[must_use]
    pub fn title(self) -> &'a str {
        &self.0.title
    }

    /// What came of it.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        self.0.verdict
    }

    /// Whether it makes the suite fail: known failures do not, warnings do where the suite is strict.
    #[must_use]
    pub fn fails(self, strict: bool) -> bool {
        self.0.fails(strict)
    }

    /// Why there is no judgement, and what would unlock it.
    #[must_use]
    pub fn reason(self) -> Option<&'a str> {
        self.0.reason.as_deref()
    }

    /// What broke.
    pub fn findings(self) -> impl Iterator<Item = Finding<'a>> {
        self.0.findings.iter().map(Finding)
    }
}

/// One expectation that was broken.
#[derive(Debug, Clone, Copy)]
pub struct Finding<'a>(&'a event::Finding);

impl<'a> Finding<'a> {
    /// What kind of expectation broke: `cookie-lifetime`.
    #[must_use]
    pub fn code(self) -> &'a str {
        &self.0.code
    }

    /// One sentence.
    #[must_use]
    pub fn message(self) -> &'a str {
        &self.0.message
    }

    /// What was expected, in words.
    #[must_use]
    pub fn expected(self) -> &'a str {
        &self.0.expected
    }

    /// What was seen, in words.
    #[must_use]
    pub fn actual(self) -> &'a str {
        &self.0.actual
    }
}
