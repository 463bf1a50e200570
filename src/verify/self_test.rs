//! Checking a target: each operation once, with a round trip that shows its effect.

use std::sync::Arc;

use super::applicability::{all_steps, calls, steps};
use crate::event::{CaseOutcome, Verdict};
use crate::spec::{Case, Catalogue, CatalogueError};
use crate::target::Binding;
use crate::wire::ResponseEvidence;

/// The checks, written as a spec.
const CHECKS: &str = include_str!("self_test.yaml");

/// The checks of an application's own requests: with plain names for values, and only what a form can carry.
const MAPPED_CHECKS: &str = include_str!("self_test_mapped.yaml");

/// The cases that check a target with this binding, for a run with [`super::Purpose::CheckTarget`].
pub fn self_test_cases(binding: &Binding) -> Result<Vec<Arc<Case>>, CatalogueError> {
    let (name, checks) = match binding {
        Binding::Mapped(_) => ("check-target/mapped.yaml", MAPPED_CHECKS),
        Binding::Contract { .. } | Binding::Passive => ("check-target/operations.yaml", CHECKS),
    };
    let catalogue =
        Catalogue::read("[]", Vec::new())?.with_directory(vec![(name.to_owned(), checks.as_bytes().to_vec())])?;
    // What is not mapped needs no line in a check: nobody expects an application to do all of it.
    let is_mapped = |case: &Arc<Case>| match binding {
        Binding::Mapped(mapping) => {
            all_steps(steps(case)).into_iter().flat_map(calls).all(|call| mapping.operations.contains_key(&call.op))
        }
        Binding::Contract { .. } | Binding::Passive => true,
    };
    Ok(catalogue.cases().filter(|case| is_mapped(case)).cloned().collect())
}

/// The outcome of a check: what is on offer and does not work is untestable.
/// `offered_by` says where it is offered, as the beginning of a sentence; `session_is_named` whether it is known which
/// cookie is the session's.
pub(super) fn as_check(outcome: CaseOutcome, offered_by: &str, session_is_named: bool) -> CaseOutcome {
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
    let looks_for_session = outcome.findings.iter().any(|finding| finding.expectation.ends_with(".jar.session"));
    let unnamed = if looks_for_session && !session_is_named { name_the_session(&outcome) } else { String::new() };
    let reason = format!("{offered_by}, but it does not work: {cause}{unnamed}");
    CaseOutcome { verdict: Verdict::Untestable, reason: Some(reason), ..outcome }
}

/// That nobody said which cookie is the session's, with those that were set.
fn name_the_session(outcome: &CaseOutcome) -> String {
    let responses = outcome.exchanges.iter().filter_map(|exchange| exchange.response.as_ref());
    let lines =
        responses.flat_map(ResponseEvidence::fields).filter(|(name, _)| name.eq_ignore_ascii_case("Set-Cookie"));
    let mut set: Vec<&str> = lines.filter_map(|(_, line)| line.split(['=', ';']).next()).map(str::trim).collect();
    set.sort_unstable();
    set.dedup();
    let set = if set.is_empty() { "none".to_owned() } else { set.join(", ") };
    format!(
        ". The file does not say which cookie is the session's: add `cookies: {{session: NAME}}`; the answers set {set}"
    )
}
