//! Checking a target: each operation once, with a round trip that shows its effect.

use std::sync::Arc;

use crate::event::{CaseOutcome, Verdict};
use crate::spec::{Case, Catalogue, CatalogueError};

/// The checks, written as a spec.
const CHECKS: &str = include_str!("self_test.yaml");

/// The cases that check a target, for a run with [`super::Purpose::CheckTarget`].
pub fn self_test_cases() -> Result<Vec<Arc<Case>>, CatalogueError> {
    let files = vec![("check-target/operations.yaml".to_owned(), CHECKS.as_bytes().to_vec())];
    let catalogue = Catalogue::read("[]", Vec::new())?.with_directory(files)?;
    Ok(catalogue.cases().cloned().collect())
}

/// The outcome of a check: what is on offer and does not work is untestable.
pub(super) fn as_check(outcome: CaseOutcome, base_path: &str) -> CaseOutcome {
    let works =
        matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable | Verdict::Error | Verdict::Untestable);
    if works {
        return outcome;
    }
    let cause = match (outcome.findings.first(), &outcome.reason) {
        (Some(finding), _) => finding.message.clone(),
        (None, Some(reason)) => reason.clone(),
        (None, None) => outcome.verdict.as_str().to_owned(),
    };
    let reason = format!("the description at {base_path} offers it, but it does not work: {cause}");
    CaseOutcome { verdict: Verdict::Untestable, reason: Some(reason), ..outcome }
}
