//! Finding what a target file says about a case: known failures and claims.

use super::model::{Claim, Known};
use super::{Target, Variant};
use crate::spec::CaseId;

/// An entry of the target file that names a case.
trait NamesCase {
    fn case(&self) -> &CaseId;
}

impl NamesCase for Known {
    fn case(&self) -> &CaseId {
        &self.case
    }
}

impl NamesCase for Claim {
    fn case(&self) -> &CaseId {
        &self.case
    }
}

impl Target {
    /// The known failure of a case on a variant. An entry for this very row goes before one for all rows.
    #[must_use]
    pub fn known_for(&self, case: &CaseId, variant: &Variant) -> Option<&Known> {
        nearest(&self.known, case, |known| known.applies_to(variant))
    }

    /// The design claimed for a case on a variant. An entry for this very row goes before one for all rows.
    #[must_use]
    pub fn claim_for(&self, case: &CaseId, variant: &Variant) -> Option<&Claim> {
        nearest(&self.claims, case, |claim| claim.applies_to(variant))
    }

    /// Known failures that name none of these cases: they are stale. Give every case that exists, not only those
    /// that were selected.
    #[must_use]
    pub fn unmatched_known<'a>(&self, cases: impl IntoIterator<Item = &'a CaseId>) -> Vec<&Known> {
        unmatched(&self.known, cases)
    }

    /// Claims that name none of these cases, as [`Target::unmatched_known`].
    #[must_use]
    pub fn unmatched_claims<'a>(&self, cases: impl IntoIterator<Item = &'a CaseId>) -> Vec<&Claim> {
        unmatched(&self.claims, cases)
    }
}

fn nearest<'t, T: NamesCase>(entries: &'t [T], case: &CaseId, applies: impl Fn(&T) -> bool) -> Option<&'t T> {
    let find = |id: &str| entries.iter().find(|entry| entry.case().as_str() == id && applies(entry));
    find(case.as_str()).or_else(|| find(case.base()))
}

fn unmatched<'t, 'a, T: NamesCase>(entries: &'t [T], cases: impl IntoIterator<Item = &'a CaseId>) -> Vec<&'t T> {
    let mut left: Vec<&T> = entries.iter().collect();
    for case in cases {
        left.retain(|entry| entry.case() != case && entry.case().as_str() != case.base());
    }
    left
}
