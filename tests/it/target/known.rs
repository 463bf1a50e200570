//! Files of known failures: read, and narrowed without a change to anything else.

use hardtack::target::read_known;

const FILE: &str = "\
# Ours
known: 1
failures:
  # the first one
  - case: cookies/delete#secure-prefix
    fails_as: cookie-effect
    because: it repeats Secure only when asked to
    review_by: 2027-06-30

  - case: sessions/expiry#enforced   # see the ticket
    variant: {engine: [file]}
    fails_as: still-readable
    because: >
      the age of the file
      decides
  # the last one
  - {case: sessions/login#logout, fails_as: result, because: there is no logout}
";

#[test]
fn entries_are_read_with_their_restrictions() {
    let file = read_known("known.yaml", FILE.as_bytes()).unwrap();
    let cases: Vec<&str> = file.failures().iter().map(|known| known.case.as_str()).collect();
    assert_eq!(cases, ["cookies/delete#secure-prefix", "sessions/expiry#enforced", "sessions/login#logout"]);
    assert_eq!(file.failures()[0].review_by.as_deref(), Some("2027-06-30"));
    assert_eq!(file.failures()[1].variant["engine"], ["file"]);
}

#[test]
fn narrowing_leaves_everything_else_as_it_is() {
    let file = read_known("known.yaml", FILE.as_bytes()).unwrap();
    assert_eq!(file.without(|_| false), FILE);
    for gone in 0..3 {
        let text = file.without(|index| index == gone);
        let left = read_known("known.yaml", text.as_bytes()).unwrap();
        let expected: Vec<_> = file
            .failures()
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != gone)
            .map(|(_, known)| &known.case)
            .collect();
        assert_eq!(left.failures().iter().map(|known| &known.case).collect::<Vec<_>>(), expected, "{text}");
        assert!(FILE.len() > text.len() && text.starts_with("# Ours\nknown: 1\n"));
    }
    insta::assert_snapshot!(file.without(|index| index == 1));
}

#[test]
fn a_file_without_entries_is_still_one() {
    let file = read_known("known.yaml", FILE.as_bytes()).unwrap();
    let text = file.without(|_| true);
    assert_eq!(read_known("known.yaml", text.as_bytes()).unwrap().failures(), []);
}

#[test]
fn what_is_no_such_file_is_told() {
    let errors: Vec<String> = ["known: 2\nfailures: []\n", "known: 1\nfailures: [{case: a#b}]\n", "- x\n"]
        .into_iter()
        .map(|text| read_known("known.yaml", text.as_bytes()).unwrap_err().render(hardtack::document::Style::Plain))
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
}
