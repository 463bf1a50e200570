//! Values, places and the typed walk.

use hardtack::document::{Kind, Node, Written, code, read};
use serde_json::json;

use super::sample;

fn root(text: &str) -> Node {
    read("a.yaml", text.as_bytes()).expect("the document is right").root
}

/// The text under a node's span.
fn under<'a>(text: &'a str, node: &Node) -> &'a str {
    &text[node.span.range()]
}

#[test]
fn values_follow_the_core_schema() {
    let tree = root(
        "a: [yes, no, on, off, true, ~, null, 1, 1.5, 0x10, '1', \"true\", 2024-01-01]\nb:\nc: |\n  x\n  y\nd: >-\n  x\n  y\ne: {}\n",
    );
    assert_eq!(
        tree.to_json(),
        json!({
            "a": ["yes", "no", "on", "off", true, null, null, 1, 1.5, 16, "1", "true", "2024-01-01"],
            "b": null,
            "c": "x\ny\n",
            "d": "x y",
            "e": {},
        })
    );
}

#[test]
fn nodes_know_how_they_were_written() {
    let tree = root("a: 1\n'b': '1'\nc: |\n  1\nd: [1]\ne:\n- 1\nf: {g: h}\n");
    let written: Vec<_> = tree.as_map().unwrap().iter().map(|(_, value)| value.written).collect();
    assert_eq!(
        written,
        [Written::Plain, Written::Quoted, Written::Block, Written::Flow, Written::Block, Written::Flow]
    );
    assert_eq!(tree.written, Written::Block);
    assert_eq!(tree.get_entry("b").unwrap().0.written, Written::Quoted);
}

#[test]
fn spans_cover_what_was_written() {
    let text =
        "# é\na: plain text  # comment\nbé: 'quoted'\nc:\n  - x\n  - {y: [1, 2]}\nd: |\n  one\n  two\n\ne:\nf: last";
    let tree = root(text);
    let covered = |key: &str| under(text, tree.get(key).unwrap());
    assert_eq!(covered("a"), "plain text");
    assert_eq!(covered("bé"), "'quoted'");
    assert_eq!(covered("c"), "- x\n  - {y: [1, 2]}");
    assert_eq!(covered("d"), "one\n  two");
    assert_eq!(covered("e"), "");
    assert_eq!(covered("f"), "last");
    assert_eq!(under(text, &tree), &text["# é\n".len()..]);

    let (key, value) = tree.get_entry("bé").unwrap();
    assert_eq!((key.span.line, key.span.column), (3, 1));
    assert_eq!(&text[key.span.range()], "bé");
    assert_eq!((value.span.line, value.span.column), (3, 5));
    let item = &tree.get("c").unwrap().as_seq().unwrap()[1];
    assert_eq!((item.span.line, item.span.column), (6, 5));
    let empty = tree.get("e").unwrap().span;
    assert_eq!((empty.line, empty.column), (11, 2));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_fine() {
    let document = read("a.yaml", b"\xEF\xBB\xBFa: 1\r\nb: x\r\n").unwrap();
    let b = document.root.get("b").unwrap();
    assert_eq!((b.span.line, b.span.column), (2, 4));
    assert_eq!(document.source.slice(b.span), "x");
}

#[test]
fn a_merge_key_in_quotes_is_an_ordinary_key() {
    assert_eq!(root("'<<': a").to_json(), json!({"<<": "a"}));
}

#[test]
fn sixty_four_levels_are_read() {
    let text = format!("{}1{}", "[".repeat(64), "]".repeat(64));
    assert_eq!(root(&text).kind(), Kind::List);
}

#[test]
fn a_file_of_one_mebibyte_is_read() {
    let text = format!("a: 1 #{}", "x".repeat((1 << 20) - 6));
    assert_eq!(text.len(), 1 << 20);
    assert_eq!(root(&text).to_json(), json!({"a": 1}));
}

#[test]
fn the_walk_is_typed() {
    let tree = root(sample::GOOD);
    assert_eq!(tree.at("spec").unwrap().integer().unwrap(), 1);
    assert_eq!(tree.at("spec").unwrap().integer_as::<u8>().unwrap(), 1);
    assert_eq!(tree.at("tolerance").unwrap().milliseconds().unwrap(), 2000);
    assert_eq!(tree.at("refs").unwrap().texts().unwrap(), ["rfc6265bis:5.7"]);
    assert_eq!(tree.at("id").unwrap().texts().unwrap(), ["cookies/expires-and-max-age"]);
    let case = &tree.at("cases").unwrap().items().unwrap()[1];
    assert!(case.at("strict").unwrap().boolean().unwrap());
    assert_eq!(case.at("title").unwrap().text().unwrap(), "Each cookie is well-formed.\n");
    let step = &tree.at("cases").unwrap().items().unwrap()[0].at("steps").unwrap().items().unwrap()[0];
    let names: Vec<_> = step.at("with").unwrap().entries().unwrap().iter().map(|(key, _)| key.text.as_str()).collect();
    assert_eq!(names, ["name", "max_age", "secure"]);
}

#[test]
fn the_walk_answers_with_diagnostics() {
    let tree = root("a: 1\nb: [x]\nc: 300\nd: soon\n");
    let a = tree.at("a").unwrap();
    let codes = [
        tree.at("z").unwrap_err().code,
        a.at("z").unwrap_err().code,
        a.items().unwrap_err().code,
        a.text().unwrap_err().code,
        a.boolean().unwrap_err().code,
        tree.items().unwrap_err().code,
        tree.at("b").unwrap().number().unwrap_err().code,
        tree.at("b").unwrap().milliseconds().unwrap_err().code,
        tree.at("c").unwrap().integer_as::<u8>().unwrap_err().code,
        tree.at("d").unwrap().milliseconds().unwrap_err().code,
    ];
    assert_eq!(
        codes,
        [
            code::MISSING_KEY,
            code::WRONG_TYPE,
            code::WRONG_TYPE,
            code::WRONG_TYPE,
            code::WRONG_TYPE,
            code::WRONG_TYPE,
            code::WRONG_TYPE,
            code::WRONG_TYPE,
            code::OUT_OF_RANGE,
            code::DURATION,
        ]
    );
    let found = tree.at("c").unwrap().text().unwrap_err();
    assert_eq!((found.span().line, found.span().column), (3, 4));
}
