//! The table of classes of bugs in the documentation.

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
