//! Known failures and claims, by case and variant.

use hardtack::spec::CaseId;
use hardtack::target::{Target, Variant, VariantPattern};

use super::sample::{FULL, read};

fn variant(target: &Target, engine: &str, release: &str) -> Variant {
    let pattern = VariantPattern([("engine", engine), ("release", release)].map(|(a, v)| (a.into(), v.into())).into());
    target.expand(&[pattern]).expect("it exists").remove(0)
}

#[test]
fn a_row_goes_before_its_case() {
    let target = read(FULL);
    let db = variant(&target, "db", "5.2");
    let fails_as = |case: &str, variant: &Variant| {
        target.known_for(&CaseId::new(case), variant).map(|known| known.fails_as.as_str())
    };
    assert_eq!(fails_as("cookies/set#max-age@negative", &db), Some("kept"));
    assert_eq!(fails_as("cookies/set#max-age@zero", &db), Some("steps[0].expect.set_cookie.lifetime"));
    assert_eq!(fails_as("cookies/set#max-age", &db), Some("steps[0].expect.set_cookie.lifetime"));
    assert_eq!(fails_as("cookies/set#max", &db), None);
    let older = variant(&target, "db", "4.0");
    assert_eq!(fails_as("cookies/set#max-age", &older), None);
    assert_eq!(fails_as("cookies/set#max-age@negative", &older), Some("kept"));
}

#[test]
fn claims_depend_on_the_variant() {
    let target = read(FULL);
    let case = CaseId::new("sessions/concurrent-writes#different-keys");
    let design = |engine| target.claim_for(&case, &variant(&target, engine, "5.2")).map(|claim| claim.design.as_str());
    assert_eq!(design("db"), Some("last-write-wins"));
    assert_eq!(design("signed_cookies"), Some("last-cookie-wins"));
}

#[test]
fn entries_that_name_no_case_are_found() {
    let target = read(FULL);
    let exists = [CaseId::new("cookies/set#max-age@zero"), CaseId::new("other/spec#case")];
    let stale: Vec<_> = target.unmatched_known(&exists).iter().map(|known| known.case.as_str()).collect();
    assert_eq!(stale, ["cookies/set#max-age@negative"]);
    assert_eq!(target.unmatched_claims(&exists).len(), 2);
    let exists = [CaseId::new("sessions/concurrent-writes#different-keys")];
    assert!(target.unmatched_claims(&exists).is_empty());
}
