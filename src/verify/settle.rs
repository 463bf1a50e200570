//! Holding outcomes against what the target file says: known failures and claims.

use std::sync::Arc;

use super::outcome::place;
use crate::document::Span;
use crate::event::{CaseOutcome, Expectations, Standing, Verdict};
use crate::spec::{Case, CaseId, Level};
use crate::target::{Target, Variant};

/// Gives an outcome its standing.
pub(super) fn settle(outcome: &mut CaseOutcome, target: &Target, variant: &Variant) {
    outcome.standing = standing(outcome, target, variant);
}

fn standing(outcome: &CaseOutcome, target: &Target, variant: &Variant) -> Standing {
    let known = entries(&target.known, &outcome.case, |known| &known.case, |known| known.applies_to(variant));
    if !known.is_empty() {
        let expected = known.iter().map(|known| known.fails_as.as_str()).collect::<Vec<_>>().join(", or ");
        match outcome.verdict {
            Verdict::Fail | Verdict::Warn | Verdict::Note | Verdict::Untestable => {
                let ways = outcome.ways_of_failing();
                return match known.iter().find(|known| ways.contains(&known.fails_as.as_str())) {
                    Some(known) => {
                        Standing::Known { because: known.because.clone(), review_by: known.review_by.clone() }
                    }
                    None => Standing::KnownButDifferent { expected },
                };
            }
            Verdict::Pass => return Standing::Stale { expected },
            Verdict::Error | Verdict::Inconclusive | Verdict::NotExercised | Verdict::NotApplicable => {}
        }
    }
    match (&outcome.design, target.claim_for(&outcome.case, variant)) {
        (Some(design), Some(claim)) if design.name != claim.design => {
            Standing::ClaimBroken { claimed: claim.design.clone() }
        }
        (Some(_), Some(_)) => Standing::AsClaimed,
        _ => Standing::Plain,
    }
}

/// The entries about a case; those for its very row go before those for all rows.
fn entries<'t, T>(
    entries: &'t [T],
    case: &CaseId,
    id: impl Fn(&T) -> &CaseId,
    applies: impl Fn(&T) -> bool,
) -> Vec<&'t T> {
    let about = |wanted: &str| -> Vec<&'t T> {
        entries.iter().filter(|entry| id(entry).as_str() == wanted && applies(entry)).collect()
    };
    let row = about(case.as_str());
    if row.is_empty() { about(case.base()) } else { row }
}

/// Outcomes for entries of the target file that speak of no case at all: they are stale.
pub(super) fn stale_entries(target: &Target, catalogue: &[Arc<Case>]) -> Vec<CaseOutcome> {
    let ids = || catalogue.iter().map(|case| &case.id);
    let known = target
        .unmatched_known(ids())
        .into_iter()
        .map(|known| stale(target, &known.case, known.span, known.fails_as.clone(), "listed under `known`"));
    let claims = target
        .unmatched_claims(ids())
        .into_iter()
        .map(|claim| stale(target, &claim.case, claim.span, claim.design.as_str().to_owned(), "listed under `claims`"));
    known.chain(claims).collect()
}

fn stale(target: &Target, case: &CaseId, span: Span, expected: String, what: &str) -> CaseOutcome {
    CaseOutcome {
        case: case.clone(),
        title: format!("A case that does not exist, {what}"),
        why: String::new(),
        rules: Vec::new(),
        refs: Vec::new(),
        catches: Vec::new(),
        place: place(&target.source, span),
        level: Level::Must,
        verdict: Verdict::NotApplicable,
        standing: Standing::Stale { expected },
        reason: Some(format!("the catalogue has no case {case}: correct its id, or remove the entry")),
        design: None,
        findings: Vec::new(),
        expectations: Expectations::default(),
        steps: Vec::new(),
        observed: Vec::new(),
        exchanges: Vec::new(),
        elapsed_ms: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Source;
    use crate::event::DesignSeen;
    use crate::spec::{DesignName, Grade, Profile};
    use crate::target::{Binding, Claim, Known};
    use crate::verify::outcome::blank;
    use crate::verify::sample::case;
    use crate::verify::targets::made_up;

    const ID: &str = "sessions/expiry#enforced@row";

    fn known(case: &str, fails_as: &str) -> Known {
        Known {
            span: Span::START,
            case: CaseId::new(case),
            variant: std::collections::BTreeMap::new(),
            fails_as: fails_as.to_owned(),
            because: "the framework does so".to_owned(),
            review_by: None,
        }
    }

    fn with(known: Vec<Known>, claims: Vec<Claim>) -> Target {
        Target { claims, known, ..made_up(Source::new("t.yaml", ""), "t", Binding::Passive) }
    }

    fn outcome(verdict: Verdict, design: Option<(&str, Grade)>) -> CaseOutcome {
        let design = design.map(|(name, grade)| DesignSeen {
            name: DesignName::new(name),
            grade,
            means: String::new(),
            values: serde_json::Map::new(),
        });
        CaseOutcome { verdict, design, ..blank(&case(ID), Profile::Default) }
    }

    fn standing_of(target: &Target, mut outcome: CaseOutcome) -> Standing {
        settle(&mut outcome, target, &Variant::default());
        outcome.standing
    }

    #[test]
    fn only_the_known_way_of_failing_is_excused() {
        let target = with(vec![known("sessions/expiry#enforced", "still-readable")], vec![]);
        let failing = |design| outcome(Verdict::Fail, Some((design, Grade::Fail)));
        assert!(matches!(standing_of(&target, failing("still-readable")), Standing::Known { .. }));
        assert!(matches!(standing_of(&target, failing("gone-early")), Standing::KnownButDifferent { .. }));
        assert!(matches!(standing_of(&target, outcome(Verdict::Pass, None)), Standing::Stale { .. }));
        assert_eq!(standing_of(&target, outcome(Verdict::Inconclusive, None)), Standing::Plain);
    }

    #[test]
    fn an_entry_for_the_row_goes_first() {
        let target = with(vec![known("sessions/expiry#enforced", "a"), known(ID, "b")], vec![]);
        let standing = standing_of(&target, outcome(Verdict::Fail, Some(("a", Grade::Fail))));
        assert_eq!(standing, Standing::KnownButDifferent { expected: "b".to_owned() });
    }

    #[test]
    fn a_claim_names_the_design() {
        let claim = Claim {
            span: Span::START,
            case: CaseId::new("sessions/expiry#enforced"),
            variant: std::collections::BTreeMap::new(),
            design: DesignName::new("last-write-wins"),
        };
        let target = with(vec![], vec![claim]);
        let passing = |design| outcome(Verdict::Pass, Some((design, Grade::Accept)));
        assert_eq!(standing_of(&target, passing("last-write-wins")), Standing::AsClaimed);
        assert!(matches!(standing_of(&target, passing("both-kept")), Standing::ClaimBroken { .. }));
        assert_eq!(standing_of(&target, outcome(Verdict::NotApplicable, None)), Standing::Plain);
    }

    #[test]
    fn entries_about_nothing_are_stale() {
        let target = with(vec![known("sessions/expiry#enforced", "a"), known("gone#case", "b")], vec![]);
        let stale = stale_entries(&target, &[Arc::new(case(ID))]);
        assert_eq!(stale.len(), 1);
        assert_eq!(stale[0].case.as_str(), "gone#case");
        assert!(stale[0].fails(false));
    }
}
