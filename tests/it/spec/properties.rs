//! Whatever is read: no panic, and every finding has a place, a cause and a fix.

use hardtack::document::Style;
use hardtack::spec::read_spec;
use proptest::prelude::*;

use super::sample;

/// Reads a text as a spec.
fn digest(name: &str, text: &[u8]) {
    let Err(wrong) = read_spec(name, text, &sample::rules()) else { return };
    let source = wrong.source().text();
    for one in wrong.found() {
        assert!(one.labels.iter().all(|label| source.get(label.span.range()).is_some()), "{one:?}");
        assert!(!one.because.is_empty() && !one.fix.is_empty(), "{one:?}");
    }
    assert!(!wrong.render(Style::Plain).is_empty());
}

/// Pieces that mean something in specs.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "do: ",
        "with: ",
        "expect: ",
        "save: ",
        "who: ",
        "steps:\n",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        ", ",
        "\n",
        "\n    ",
        "\n      - ",
        "$",
        "$$",
        "$a",
        "$moment",
        "null",
        "true",
        "1h",
        "-1",
        "1.5",
        "''",
        "é",
        "session.put",
        "control.cache.flush",
        "probe.unique",
        "visit",
        "request",
        "browser.tamper",
        "repeat: 2",
        "together: ",
        "none",
        "removed",
        "holds",
        "is: ",
        "about: ",
        "matches: '('",
        "row: a",
        "examples: ",
        "on: every_response",
        "level: may",
        "results.9.x",
        "set_cookie..",
        "jar.",
        "999999999999999999999",
    ]);
    prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        digest("any.yaml", &bytes);
    }

    #[test]
    fn no_broken_spec_panics(which in 0..sample::SPECS.len(), at in 0..4000usize, length in 0..30usize, soup in soup()) {
        let (name, text) = sample::SPECS[which];
        let start = at % text.len();
        let end = (start + length).min(text.len());
        digest(name, [&text[..start], &soup, &text[end..]].concat().as_bytes());
    }

    /// A value of a good spec replaced, so that the document stays whole more often.
    #[test]
    fn no_other_value_panics(which in 0..sample::SPECS.len(), at in 0..200usize, value in soup()) {
        let (name, text) = sample::SPECS[which];
        let values: Vec<usize> = text.match_indices(": ").map(|(at, _)| at + 2).collect();
        let start = values[at % values.len()];
        let end = start + text[start..].find(['\n', ',', '}', ']']).unwrap_or(0);
        digest(name, [&text[..start], value.trim(), &text[end..]].concat().as_bytes());
    }
}
