//! The catalogue of rules and what the cases make of it.

use hardtack::spec::{Catalogue, Counts, Coverage, Profile, coverage};

fn embedded() -> Catalogue {
    Catalogue::embedded().unwrap_or_else(|wrong| panic!("\n{wrong}"))
}

/// How many rules for servers each group has, in the order of the file.
const GROUPS: [(&str, usize); 12] = [
    ("cookie.set", 51),
    ("cookie.delete", 7),
    ("cookie.request", 23),
    ("cache", 10),
    ("session.id", 14),
    ("session.cookie", 17),
    ("session.fixation", 11),
    ("session.logout", 9),
    ("session.terminate", 4),
    ("session.timeout", 10),
    ("session.state", 18),
    ("session.csrf", 1),
];

#[test]
fn every_rule_for_servers_is_there() {
    let catalogue = embedded();
    let groups = coverage(&catalogue);
    let sizes: Vec<(&str, usize)> = groups.iter().map(|group| (group.name, group.rules.len())).collect();
    assert_eq!(sizes, GROUPS);
    assert_eq!(catalogue.rules().iter().count(), 175);
    // Rules of one group stand together.
    let mut names: Vec<&str> = catalogue.rules().iter().map(|rule| rule.id.group()).collect();
    names.dedup();
    assert_eq!(names, GROUPS.map(|(name, _)| name));
}

#[test]
fn every_rule_is_decided_or_says_why_not() {
    let catalogue = embedded();
    let groups = coverage(&catalogue);
    let rules = || groups.iter().flat_map(|group| &group.rules);
    let open: Vec<_> = rules().filter(|one| one.coverage() == Coverage::Open).map(|one| one.rule.id.as_str()).collect();
    assert!(open.is_empty(), "neither a case nor `excluded` nor `pending`: {open:#?}");
    let both: Vec<_> = rules().filter(|one| one.contradicts_itself()).map(|one| one.rule.id.as_str()).collect();
    assert!(both.is_empty(), "cases decide these rules, so remove `excluded` or `pending`: {both:#?}");
}

#[test]
fn rules_speak_in_sentences() {
    let catalogue = embedded();
    let is_sentence = |text: &str| text.starts_with(|one: char| !one.is_lowercase()) && text.ends_with('.');
    for group in coverage(&catalogue) {
        for covered in group.rules {
            let id = &covered.rule.id;
            // A header's name may begin a sentence.
            assert!(covered.rule.says.ends_with('.') && covered.rule.says.len() > 10, "{id}: {}", covered.rule.says);
            match covered.coverage() {
                Coverage::Excluded(reason) => assert!(is_sentence(reason), "{id}: {reason}"),
                // What is needed completes "needs …".
                Coverage::Pending(needs) => assert!(!needs.is_empty() && !needs.ends_with('.'), "{id}: {needs}"),
                Coverage::Decided | Coverage::Open => {}
            }
        }
    }
}

#[test]
fn a_level_in_a_profile_has_a_source_there() {
    let catalogue = embedded();
    for rule in catalogue.rules().iter() {
        assert!(!rule.source.is_empty(), "{}", rule.id);
        for profile in Profile::ALL.into_iter().filter(|profile| *profile != Profile::Default) {
            let kind = |source: &String| source.split_once(':').is_some_and(|(kind, _)| kind == profile.as_str());
            let sourced = rule.source.iter().any(kind);
            assert_eq!(rule.level.stated(profile).is_some(), sourced, "{} in {}", rule.id, profile.as_str());
        }
    }
}

#[test]
fn every_rule_has_a_text_on_how_to_keep_it() {
    let fixes = hardtack::spec::fixes().unwrap();
    let catalogue = embedded();
    let without: Vec<_> = catalogue.rules().iter().filter(|rule| fixes.of(&rule.id).is_none()).collect();
    assert!(without.is_empty(), "{without:#?}");
    let used: Vec<_> = catalogue.rules().iter().filter_map(|rule| fixes.of(&rule.id)).collect();
    let unused: Vec<_> = fixes.iter().filter(|fix| !used.contains(fix)).collect();
    assert!(unused.is_empty(), "no rule begins like this: {unused:#?}");
    for text in fixes.iter() {
        assert!(text.general.ends_with('.'), "{}", text.general);
    }
}

#[test]
fn rules_for_user_agents_are_listed() {
    let rules = hardtack::spec::agent_rules().unwrap();
    assert_eq!(rules.iter().count(), 121);
    for rule in rules.iter() {
        assert!(
            rule.id.as_str().starts_with("agent.") && rule.says.ends_with('.') && !rule.source.is_empty(),
            "{rule:?}"
        );
    }
}

#[test]
fn counts_add_up() {
    let catalogue = embedded();
    let groups = coverage(&catalogue);
    let counts = Counts::of(groups.iter().flat_map(|group| &group.rules));
    assert_eq!(counts.decided + counts.excluded + counts.pending + counts.open, counts.rules);
    let named: std::collections::BTreeSet<_> = catalogue.cases().flat_map(|case| &case.rules).collect();
    assert_eq!(counts.decided, named.len());
}

const RULES: &str = "\
- {id: session.state.a, says: Decided., levels: {default: must, asvs-5: should}, source: ['asvs-5:1.1']}
- {id: session.state.b, says: Both., levels: {default: must}, source: [], excluded: It cannot be seen.}
- {id: session.state.c, says: Excluded., levels: {default: must}, source: [], excluded: It cannot be seen.}
- {id: session.state.d, says: Pending., levels: {default: must}, source: [], pending: a clock}
- {id: session.state.e, says: Open., levels: {default: must}, source: []}
- {id: cache.a, says: Open., levels: {default: must}, source: []}
";

const SPEC: &str = "\
spec: 1
id: a/b
title: Two rows
why: A reason.
clients: {alice: browser}
cases:
  - case: one
    title: One
    rules: [session.state.a, session.state.b]
    examples: [{row: x, code: 200}, {row: y, code: 204}]
    steps: [{do: visit, path: /, expect: {status: $code}}]
    catches: [session-lost]
  - case: low
    title: Low
    rules: [session.state.a]
    level: may
    level_because: It is a sample.
    steps: [{do: visit, path: /, expect: {status: 200}}]
    catches: [session-lost]
  - case: own
    title: Own
    level: must
    refs: ['django:x']
    steps: [{do: visit, path: /, expect: {status: 200}}]
    catches: [session-lost]
";

fn small() -> Catalogue {
    let files = vec![("specs/a/b.yaml".to_owned(), SPEC.as_bytes().to_vec())];
    Catalogue::read(RULES, files).unwrap_or_else(|wrong| panic!("\n{wrong}"))
}

#[test]
fn coverage_follows_cases_and_reasons() {
    let catalogue = small();
    let groups = coverage(&catalogue);
    assert_eq!(groups.iter().map(|group| group.name).collect::<Vec<_>>(), ["session.state", "cache"]);
    let state = &groups[0].rules;
    let expected = [
        Coverage::Decided,
        Coverage::Decided,
        Coverage::Excluded("It cannot be seen."),
        Coverage::Pending("a clock"),
        Coverage::Open,
    ];
    assert_eq!(state.iter().map(hardtack::spec::RuleCoverage::coverage).collect::<Vec<_>>(), expected);
    assert_eq!(state[0].cases, ["a/b#one", "a/b#low"]);
    assert!(state[1].contradicts_itself() && !state[0].contradicts_itself() && !state[2].contradicts_itself());
    assert_eq!(Counts::of(state), Counts { rules: 5, decided: 2, excluded: 1, pending: 1, open: 1 });
}

#[test]
fn a_profile_selects_what_has_a_level_in_it() {
    let catalogue = small();
    let chosen = |profile: Profile| -> Vec<(&str, &str)> {
        let cases = catalogue.cases().filter(|case| case.is_in(profile));
        cases.map(|case| (case.id.as_str(), case.level.get(profile).as_str())).collect()
    };
    let all = [("a/b#one@x", "must"), ("a/b#one@y", "must"), ("a/b#low", "may"), ("a/b#own", "must")];
    assert_eq!(chosen(Profile::Default), all);
    // The level of rules that the profile does not state has no say in it, and a case may still weigh less.
    assert_eq!(chosen(Profile::Asvs5), [("a/b#one@x", "should"), ("a/b#one@y", "should"), ("a/b#low", "may")]);
    assert_eq!(chosen(Profile::Django), [("a/b#own", "must")]);
    assert_eq!(chosen(Profile::Owasp), []);
}

#[test]
fn profiles_are_written_as_they_are_read() {
    for profile in Profile::ALL {
        assert_eq!(Profile::named(profile.as_str()), Some(profile));
        assert_eq!(serde_json::to_value(profile).unwrap(), profile.as_str());
    }
}

#[test]
fn every_profile_of_a_standard_selects_cases() {
    let catalogue = embedded();
    let all = catalogue.cases().count();
    for profile in Profile::ALL {
        let chosen = catalogue.cases().filter(|case| case.is_in(profile)).count();
        assert!(chosen > 0, "{} selects nothing", profile.as_str());
        assert_eq!(chosen == all, profile == Profile::Default, "{} selects {chosen} of {all}", profile.as_str());
    }
}
