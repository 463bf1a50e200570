//! Tables in the documentation that name cases.

use std::collections::BTreeSet;
use std::path::Path;

use super::harness::catalogue;

/// The classes that the catalogue must be able to find.
const CLASSES: usize = 27;

#[test]
fn every_class_of_bugs_has_cases_that_can_fail() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/bug-classes.md");
    let page = std::fs::read_to_string(path).unwrap();
    let cases = catalogue();
    let with_faults: BTreeSet<&str> =
        cases.iter().filter(|case| !case.catches.is_empty()).map(|case| case.id.base()).collect();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ") && line.contains('`')).collect();
    assert_eq!(rows.len(), CLASSES);
    for row in rows {
        let named: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let unknown: Vec<_> = named.iter().filter(|name| !with_faults.contains(*name)).collect();
        assert!(!named.is_empty() && unknown.is_empty(), "{row}\nno such case, or none that can fail: {unknown:?}");
    }
}

#[test]
fn every_case_that_mirrors_a_test_of_django_exists() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/django-tests.md");
    let page = std::fs::read_to_string(path).unwrap();
    let cases = catalogue();
    let known: BTreeSet<&str> = cases.iter().flat_map(|case| [case.id.as_str(), case.id.base()]).collect();
    let (mut named, mut spec, mut unknown) = (0, String::new(), Vec::new());
    for row in page.lines().filter(|line| line.starts_with("| `") || line.starts_with("| the ")) {
        let mirrored = row.split('|').nth(2).unwrap_or_default();
        for name in mirrored.split('`').skip(1).step_by(2).filter(|name| name.contains('#')) {
            let (of, case) = name.split_once('#').unwrap();
            // `#keys` is a case of the spec that was named last.
            if !of.is_empty() {
                of.clone_into(&mut spec);
            }
            named += 1;
            let whole = format!("{spec}#{case}");
            if !known.contains(whole.as_str()) {
                unknown.push(format!("{whole}: {row}"));
            }
        }
    }
    assert!(named > 100, "{named}");
    assert!(unknown.is_empty(), "{unknown:#?}");
}
