//! Properties of cookies against the reference server.

use hardtack::event::Verdict;
use hardtack::prop::cookie_properties;
use hardtack::spec::Profile;

use super::sample::{Broken, options, subject};

/// Property and code of everything that breaks on a server broken in these ways.
async fn broken(faults: &[&str]) -> Vec<String> {
    let stage = Broken::new("db", faults).raise().await;
    let subject = subject(stage.as_ref()).await;
    let mut options = options(60, 4);
    options.budget.tries = 40;
    let findings = cookie_properties(stage.as_ref(), &subject, options).await;
    let secrecy = stage.setting().secrecy(true);
    let outcomes = findings.into_iter().map(|finding| finding.outcome(Profile::Default, &secrecy));
    let codes = outcomes.flat_map(|outcome| {
        assert_ne!(outcome.verdict, Verdict::NotExercised, "{}", outcome.case);
        let id = outcome.case.to_string();
        outcome.findings.into_iter().map(move |finding| format!("{id}: {}", finding.code)).collect::<Vec<_>>()
    });
    codes.collect()
}

#[tokio::test]
async fn nothing_breaks_on_a_server_that_is_right() {
    assert_eq!(broken(&[]).await, Vec::<String>::new());
}

#[tokio::test]
async fn each_property_can_break() {
    for (fault, wanted) in [
        ("value-ends-at-equals", "prop/cookies#round-trip: value-changed"),
        ("attribute-injection", "prop/cookies#injection: attribute-injected"),
        ("line-injection", "prop/cookies#injection: line-injected"),
        ("delete-ignores-path", "prop/cookies#delete-undoes-set: not-deleted"),
        ("max-age-off-by-sixty", "prop/cookies#lifetime: lifetime-other"),
        ("bad-pair-5xx", "prop/cookies#any-field: field-fails"),
        ("short-keys", "prop/cookies#session-cookie: keys-short"),
        ("session-http-only-missing", "prop/cookies#session-cookie: http-only-missing"),
    ] {
        let found = broken(&[fault]).await;
        assert!(found.iter().any(|code| code == wanted), "{fault}: {found:?}");
    }
}
