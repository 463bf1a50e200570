//! Properties of the reader: no panic, right places, and agreement with a writer.

use hardtack::document::{Node, Span, Style, Value, Written, duration, read};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::sample;

/// Reads, checks and renders; whatever happens, without a panic and with every place inside the text.
fn digest(bytes: &[u8]) {
    match sample::shapes().read(&sample::shape(), "any.yaml", bytes) {
        Ok(_) => {}
        Err(diagnostics) => {
            let text = diagnostics.source().text();
            for one in diagnostics.found() {
                for label in &one.labels {
                    assert!(text.get(label.span.range()).is_some(), "{one:?}");
                    let again = diagnostics.source().span(label.span.range());
                    assert_eq!((again.line, again.column), (label.span.line, label.span.column), "{one:?}");
                }
            }
            for style in [Style::Plain, Style::Colour] {
                assert!(!diagnostics.render(style).is_empty());
            }
        }
    }
}

/// Pieces that matter to YAML, in any order.
fn yaml_soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "b",
        "é",
        "1",
        "true",
        "null",
        "~",
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        "?",
        ",",
        "[",
        "]",
        "{",
        "}",
        "\n",
        "\n  ",
        "\n    ",
        "\n\t",
        "\r\n",
        "\r",
        " ",
        "\t",
        "'",
        "\"",
        "\\",
        "\\x41",
        "\\u00e9",
        "|",
        ">",
        "|-",
        ">+2",
        "#",
        " # c",
        "&x ",
        "*x",
        "!",
        "!t ",
        "!!str ",
        "%YAML 1.2",
        "%TAG ! a",
        "---",
        "...",
        "\n---\n",
        "\n...\n",
        "<<: ",
        "@",
        "`",
        "spec: 1\n",
        "id: a\n",
        "cases:\n",
        "  - case: one\n",
        "    title: x\n",
        "\u{FEFF}",
        "\u{2028}",
        "\u{85}",
        "\0",
        "0x",
        ".",
        "do",
        "x-",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

/// JSON values of the core schema. Without the line breaks of YAML 1.1 that are
/// none in 1.2, which the writer still takes for breaks, and without the key
/// `<<`, which it does not quote.
fn json() -> impl Strategy<Value = Json> {
    let text = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,12}",
        "[a-z\n\t '\"#:{}\\[\\],&*!|>%@`-]{0,12}",
        prop::sample::select(vec![
            "",
            "~",
            "null",
            "Null",
            "true",
            "True",
            "yes",
            "no",
            "on",
            "off",
            "y",
            "1",
            "-1",
            "+1",
            "01",
            "0o7",
            "0x1f",
            "0b1",
            "1_0",
            "1.",
            ".5",
            "1e3",
            "+.5e-3",
            ".inf",
            "-.inf",
            ".nan",
            "2024-01-01",
            "1:30",
            "<<",
            "=",
            "---",
            "...",
            "- a",
            "? a",
            "a: b",
            "a #b",
            " a",
            "a ",
            "\ta",
            "a\n",
            "\n",
            "\n\na",
            "é",
            "\u{85}",
            "\u{2028}x",
            "\u{FEFF}",
            "\u{7f}",
            "\0",
        ])
        .prop_map(str::to_owned),
    ]
    .prop_map(|text: String| text.replace(['\u{85}', '\u{2028}', '\u{2029}'], ""));
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_filter("finite", |x| x.is_finite()).prop_map(Json::from),
        text.clone().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::vec((text.clone().prop_filter("no merge key", |key| key != "<<"), inner), 0..5)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

/// Plain scalars on one line are written as they are read, which proves the places.
fn assert_places(text: &str, node: &Node) {
    match &node.value {
        Value::Text(value) => assert_plain(text, node.span, node.written, value),
        Value::Seq(items) => items.iter().for_each(|item| assert_inside(text, node, item)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            assert_plain(text, key.span, key.written, &key.text);
            assert_inside(text, node, value);
        }),
        _ => {}
    }
}

fn assert_plain(text: &str, span: Span, written: Written, value: &str) {
    let covered = &text[span.range()];
    if written == Written::Plain && !covered.contains(['\n', '\r']) {
        assert_eq!(covered, value);
    }
}

fn assert_inside(text: &str, outer: &Node, inner: &Node) {
    assert!(outer.span.start <= inner.span.start && inner.span.end <= outer.span.end);
    assert_places(text, inner);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        digest(&bytes);
    }

    #[test]
    fn no_text_panics(text in yaml_soup()) {
        digest(text.as_bytes());
        if let Ok(document) = read("any.yaml", text.as_bytes()) {
            assert_places(document.source.text(), &document.root);
        }
    }

    #[test]
    fn no_broken_sample_panics(at in 0..sample::GOOD.len(), length in 0..20usize, soup in yaml_soup()) {
        let end = (at + length).min(sample::GOOD.len());
        digest([&sample::GOOD[..at], &soup, &sample::GOOD[end..]].concat().as_bytes());
    }

    #[test]
    fn what_serde_yaml_writes_is_read_back(value in json()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let document = read("written.yaml", text.as_bytes())
            .map_err(|error| TestCaseError::fail(format!("{text:?}\n{error}")))?;
        prop_assert_eq!(document.root.to_json(), value, "{}", text);
        assert_places(&text, &document.root);
    }

    #[test]
    fn durations_are_written_as_they_are_read(milliseconds in 0..i64::MAX) {
        prop_assert_eq!(duration::parse(&duration::print(milliseconds)), Ok(milliseconds));
    }

    #[test]
    fn durations_never_panic(text in "[0-9]{0,20}(ms|s|m|h|d|w|[^0-9])?[0-9a-z]{0,4}") {
        if let Ok(milliseconds) = duration::parse(&text) {
            prop_assert!(milliseconds >= 0);
            prop_assert_eq!(duration::parse(&duration::print(milliseconds)), Ok(milliseconds));
        }
    }
}
