//! Files of version pairs: read, and the repository's own speaks of what exists.

use std::path::Path;

use hardtack::document::Style;
use hardtack::spec::Catalogue;
use hardtack::target::{read_pairs, read_target};

#[test]
fn a_pair_is_read_with_its_sides_and_cases() {
    let text = "\
pairs: 1
list:
  - name: renewed
    target: flask
    class: session answer cacheable
    package: flask 2.2.4 -> 2.2.5
    vulnerable: {release: \"2.2.4\", settings: permanent}
    fixed: {release: \"2.2.5\"}
    cases: [cache/answers#renewed]
";
    let file = read_pairs("pairs.yaml", text.as_bytes()).unwrap();
    let [pair] = file.pairs.as_slice() else { panic!("{:?}", file.pairs) };
    assert_eq!((pair.name.as_str(), pair.target.as_str(), &pair.reference), ("renewed", "flask", &None));
    let choices: Vec<(&str, &str)> = pair.vulnerable.0.iter().map(|(axis, value)| (&**axis, &**value)).collect();
    assert_eq!(choices, [("release", "2.2.4"), ("settings", "permanent")]);
    let choices: Vec<(&str, &str)> = pair.fixed.0.iter().map(|(axis, value)| (&**axis, &**value)).collect();
    assert_eq!(choices, [("release", "2.2.5")]);
    assert_eq!(pair.cases[0].0.as_str(), "cache/answers#renewed");
    assert_eq!(pair.cases[0].1.line, 9);
}

#[test]
fn mistakes_are_told_with_their_places() {
    let text = "\
pairs: 1
list:
  - name: Renewed session
    target: flask
    package: flask 2.2.4 -> 2.2.5
    vulnerable: {release: [a]}
    fixed: {}
    cases: []
";
    let found = read_pairs("pairs.yaml", text.as_bytes()).unwrap_err();
    insta::assert_snapshot!(found.render(Style::Plain));
}

#[test]
fn the_pairs_of_this_repository_name_variants_and_cases_that_exist() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("targets");
    let file = read_pairs("targets/pairs.yaml", &std::fs::read(targets.join("pairs.yaml")).unwrap()).unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    for pair in &file.pairs {
        let folder = targets.join(&pair.target);
        let octets = std::fs::read(folder.join("target.yaml")).unwrap();
        let target = read_target("target.yaml", &folder, &octets).unwrap();
        for side in [&pair.vulnerable, &pair.fixed] {
            let variants = target.expand(std::slice::from_ref(side));
            assert_eq!(variants.as_ref().map(Vec::len), Ok(1), "{}: {side:?}: {variants:?}", pair.name);
        }
        assert_ne!(pair.vulnerable, pair.fixed, "{}", pair.name);
        for (case, _) in &pair.cases {
            assert!(catalogue.cases().any(|one| one.id == *case), "{}: there is no {case}", pair.name);
        }
    }
}
