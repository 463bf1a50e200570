//! Findings about specs that can be read.

use std::collections::BTreeSet;

use hardtack::document::Diagnostics;
use hardtack::spec::{Catalogue, FaultName, code, lint};

use super::sample;

const SMELLS: &str = "\
spec: 1
id: a/b
title: Of two lifetimes a cookie has one.
why: A reason.
refs: [somewhere, 'djnago:http/cookie.py', 'tutorial:R35', 'flask:', 'rfc9110:5.6']
clients: {alice: browser, bob: browser, eve: browser}
cases:
  - case: one
    title: The same words
    rules: [cookie.set.name-token]
    given: {made_up: {text: 5}}
    steps:
      - {who: alice, do: session.get, with: {key: a}, save: {value: result.value, kept: status}}
      - together:
          - {who: bob, do: session.put, with: {key: b, value: [$kept]}}
          - {who: bob, do: session.keys, save: {keys: result.keys}}
        gate: none
        expect: {saved: {$keys: {present: true}}}
    catches: [sesion-lost, session-lost]
  - case: two
    title: The same words
    clients: {alice: browser, bob: browser}
    rules: [cookie.set.max-age-expires-agree]
    steps:
      - {who: alice, do: visit, path: /, expect: {status: 200}}
    catches: [session-lost]
";

#[test]
fn smells_are_found() {
    let mut files = sample::files();
    files.truncate(1);
    files.push(("specs/a/b.yaml".to_owned(), SMELLS.as_bytes().to_vec()));
    let catalogue = Catalogue::read(
        &format!(
            "{}  pending: a case\n- {{id: rule.of-nobody, says: Nothing., levels: {{default: may}}, source: []}}\n",
            sample::RULES
        ),
        files,
    );
    let known = [
        "expires-and-max-age-disagree",
        "expires-beside-max-age-off",
        "session-name-with-space",
        "no-date",
        "session-lost",
    ];
    let found = lint(&catalogue.unwrap_or_else(|wrong| panic!("\n{wrong}")), &known);
    let text: String = found.iter().map(ToString::to_string).collect();
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("lint", text);
    });
    let codes: BTreeSet<&str> = found.iter().flat_map(Diagnostics::found).map(|one| one.code).collect();
    let all = code::ALL.iter().map(|(code, _)| *code).filter(|code| code.starts_with("lint-"));
    assert_eq!(codes, all.collect());
}

#[test]
fn a_good_catalogue_has_no_findings_but_its_faults() {
    let catalogue = Catalogue::read(sample::RULES, sample::files()).unwrap();
    let faults: Vec<_> = catalogue.cases().flat_map(|case| &case.catches).map(FaultName::as_str).collect();
    let found = lint(&catalogue, &faults);
    assert!(found.is_empty(), "{}", found.iter().map(ToString::to_string).collect::<String>());
    assert_eq!(lint(&catalogue, &faults[2..]).len(), 1, "the first two cases are rows of one and catch one fault");
}
