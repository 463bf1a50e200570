//! One golden file for each way in which a document can be wrong.

use std::collections::BTreeSet;

use hardtack::document::{Diagnostic, Diagnostics, Source, Span, Style, code};

use super::sample;

fn found(text: &[u8]) -> Diagnostics {
    sample::shapes().read(&sample::shape(), "specs/sample.yaml", text).expect_err("the document is wrong")
}

fn golden(name: &str, expected: &[&str], text: &[u8]) {
    let diagnostics = found(text);
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, diagnostics.to_string());
    });
    let codes: Vec<&str> = diagnostics.found().iter().map(|one| one.code).collect();
    assert_eq!(codes, expected);
    for one in diagnostics.found() {
        assert!(!one.because.is_empty(), "{} has a cause", one.code);
        assert!(!one.fix.is_empty(), "{} has a fix", one.code);
    }
}

macro_rules! golden {
    ($($name:ident [$($code:ident)+] $text:expr;)+) => {
        $(#[test] fn $name() {
            golden(stringify!($name), &[$(code::$code),+], $text.as_ref());
        })+

        #[test]
        fn every_code_has_a_golden_file() {
            let covered: BTreeSet<&str> = [$($(code::$code),+),+].into();
            let all: BTreeSet<&str> = code::ALL.iter().map(|(code, _)| *code).collect();
            assert_eq!(covered, all);
        }
    };
}

const HEAD: &str = "spec: 1\nid: a\n";

fn after_head(text: &str) -> String {
    format!("{HEAD}{text}")
}

fn case(text: &str) -> String {
    format!("{HEAD}cases:\n  - case: one\n    title: One\n{text}")
}

golden! {
    too_large [TOO_LARGE] "#".repeat((1 << 20) + 1);
    not_utf8 [NOT_UTF8] b"spec: 1\nid: caf\xE9\n";
    control_character [CONTROL_CHARACTER CONTROL_CHARACTER] "spec: 1\nid: a\0b\nvalue: \u{1b}[1m\n";
    empty [EMPTY] "";
    empty_with_comment [EMPTY] "# nothing\n---\n";
    several_documents [SEVERAL_DOCUMENTS] "spec: 1\n---\nspec: 1\n";
    too_deep [TOO_DEEP] format!("value: {}", "[".repeat(70));
    too_deep_block [TOO_DEEP] "- ".repeat(70);
    too_deep_for_parser [TOO_DEEP] "[".repeat(1000);
    duplicate_key [DUPLICATE_KEY DUPLICATE_KEY] "spec: 1\nid: a\n\"spec\": 2\nx-a: {b: 1, c: 2, b: 3}\n";
    key_not_text [KEY_NOT_TEXT KEY_NOT_TEXT KEY_NOT_TEXT KEY_NOT_TEXT] "true: 1\n404: 2\n{a: b}: c\n: d\n";
    anchor [ANCHOR ANCHOR ALIAS] "spec: &one 1\nid: &two\n  - a\nvalue: *one\n";
    alias_unknown [ALIAS] "value: *one\n";
    merge_key [MERGE_KEY] "<<: {a: 1}\n";
    tag [TAG TAG TAG] "spec: !!str 1\nid: !custom\n  a: b\nvalue: !\n";
    tag_undeclared [TAG] "spec: !a!b 1\n";
    number [NUMBER NUMBER NUMBER] "spec: 99999999999999999999\nid: .nan\nvalue: 1e999\n";
    tab [TAB] "spec: 1\nrefs:\n\t- a\n";
    tab_in_flow [TAB] "spec: 1\nx-a: {\n\tb: 1\n}\n";
    tab_error [TAB] "spec: 1\nx-a:\n  b: 1\n\tc: 1\n";
    syntax_colon [SYNTAX] "spec: 1\nvalue: this: that\n";
    syntax_quote [SYNTAX] "spec: 1\nvalue: \"open\nid: a\n";
    syntax_single_quote [SYNTAX] "spec: 1\nvalue: 'it's\nid: a\n";
    syntax_escape [SYNTAX] r#"value: "\d+""#;
    syntax_brace [SYNTAX] "spec: 1\nrun: [{env_dir}/bin/python]\n";
    syntax_brace_text [SYNTAX] "spec: 1\nrun: {env_dir}/bin/python\n";
    syntax_open_list [SYNTAX] "spec: 1\nrefs: [a, b\nid: a\n";
    syntax_open_map [SYNTAX] "spec: 1\nx-a: {a: b\nid: a\n";
    syntax_character [SYNTAX] "spec: 1\nid: @a\n";
    syntax_star [SYNTAX] "spec: 1\nid: * a\n";
    syntax_indentation [SYNTAX] "spec: 1\ncases:\n    - a\n  - b\n";
    syntax_indented_key [SYNTAX] "spec: 1\n id: a\n";
    syntax_no_colon [SYNTAX] "spec: 1\nid\nvalue: a\n";
    syntax_after_quote [SYNTAX] "spec: 1\nid: \"a\" b\n";
    syntax_list_in_map [SYNTAX] "spec: 1\n- a\n";
    syntax_comment [SYNTAX] "value: a\n  b # c\n  d\n";
    syntax_reported_with_the_rest [DUPLICATE_KEY SYNTAX] "a: 1\na: 2\nb: c: d\n";
    unknown_key [UNKNOWN_KEY UNKNOWN_KEY] case("    titel: Two\n    steps:\n      - {do: a, wiht: {}}\n");
    unknown_other_key [MALFORMED] after_head("valeu: a\n");
    missing_key [MISSING_KEY MISSING_KEY] "cases:\n  - case: one\n    title: One\n    on: every_response\n";
    missing_key_misspelled [UNKNOWN_KEY] after_head("cases:\n  - case: one\n    ttle: One\n    on: every_response\n");
    key_choice [KEY_CHOICE KEY_CHOICE] format!("{HEAD}cases:\n  - {{case: a, title: b, grade: pass}}\n  - {{case: a, title: b, on: every_response, repeat: 2}}\n");
    missing_value [MISSING_VALUE MISSING_VALUE MISSING_VALUE] "spec:\nid: a\nrefs:\n  - a\n  -\ncases:\n";
    wrong_type [WRONG_TYPE WRONG_TYPE WRONG_TYPE] "spec: one\nid: [a]\ntolerance: {a: b}\n";
    wrong_type_root [WRONG_TYPE] "- spec: 1\n";
    wrong_type_either [WRONG_TYPE] case("    on: every_response\n    grade: [pass]\n");
    wrong_type_yes [WRONG_TYPE] case("    on: every_response\n    strict: yes\n");
    wrong_type_list [WRONG_TYPE] after_head("refs: tutorial:R8\n");
    wrong_type_null [WRONG_TYPE] case("    on: every_response\n    nothing: something\n");
    wrong_type_for_word [WRONG_TYPE] case("    on: true\n");
    unquoted [UNQUOTED UNQUOTED UNQUOTED UNQUOTED] after_head("value: 1.10\nrefs:\n  - true\n  - 0x1F\n  - ~\n");
    quoted [QUOTED QUOTED] "spec: \"1\"\nid: a\ncases:\n  - case: one\n    title: One\n    on: every_response\n    strict: 'true'\n";
    unknown_word [UNKNOWN_WORD UNKNOWN_WORD] case("    on: every_cookie\n    grade: {default: pas}\n");
    malformed [MALFORMED MALFORMED MALFORMED MALFORMED] format!("spec: 1\nid: Cookies/maxAge\ncases:\n  - case: 1-a\n    title: One\n    review_by: 2027-02-31\n    on: every_response\n    when: {{lifetime: 1}}\n");
    duration [DURATION] after_head("tolerance: 3min\n");
    duration_negative [DURATION] after_head("tolerance: -1\n");
    out_of_range [OUT_OF_RANGE OUT_OF_RANGE] "spec: 2\nid: a\ncases:\n  - {case: a, title: b, steps: [{do: a}], repeat: 0}\n";
    empty_collection [EMPTY_COLLECTION EMPTY_COLLECTION] case("    steps: []\n    grade: {}\n");
    empty_text [EMPTY_TEXT] "spec: 1\nid: a\ncases:\n  - {case: a, title: \" \", on: every_response}\n";
    long_line [UNQUOTED] after_head(&format!("refs: [{}1]\n", "a, ".repeat(5000)));
    long_key [MALFORMED] after_head(&format!("\"\\n{}\": 1\n", "k".repeat(200)));
    wide_characters [UNKNOWN_KEY] "spec: 1\nid: a # π\nvalue: 'ü'\ncases:\n  - {case: a, title: ça va, on: every_response, ñ: 1}\n";
}

#[test]
fn more_than_fifty_findings_are_counted() {
    let entries = "  - 1\n".repeat(60);
    let shown = found(after_head(&format!("refs:\n{entries}")).as_bytes()).to_string();
    assert_eq!(shown.matches("error[doc-unquoted]").count(), 50);
    assert!(shown.ends_with("… and 10 more in specs/sample.yaml\n\n"), "{shown}");
}

#[test]
fn reading_stops_after_a_hundred_findings() {
    let text = "a: 1\n".repeat(1000);
    assert_eq!(found(text.as_bytes()).found().len(), 100);
}

#[test]
fn colours_are_escape_codes_around_the_same_words() {
    let diagnostics = found(b"spec: 1\nid: a\nvalue: true\n");
    let colour = diagnostics.render(Style::Colour);
    assert!(colour.contains("\u{1b}["));
    let mut plain = String::new();
    let mut escape = false;
    for c in colour.chars() {
        match c {
            '\u{1b}' => escape = true,
            'm' if escape => escape = false,
            c if !escape => plain.push(c),
            _ => {}
        }
    }
    assert_eq!(plain, diagnostics.render(Style::Plain));
}

#[test]
fn programs_get_json() {
    let diagnostics = found(b"spec: 1\nid: a\nvalue: true\n");
    assert_eq!(
        diagnostics.to_json(),
        serde_json::json!([{
            "code": "doc-unquoted",
            "severity": "error",
            "file": "specs/sample.yaml",
            "line": 3,
            "column": 8,
            "message": "`value` must be text",
            "because": "without quotes, `true` is a boolean, not text",
            "fix": "quote it: \"true\"",
        }])
    );
}

#[test]
fn spans_of_another_source_do_not_panic() {
    let source = Source::new("a.yaml", "é\nb");
    let far = Span { start: 1, end: 99, line: 7, column: 1 };
    let found = Diagnostic::warning("lint-x", "a\u{1b}warning").at(far, "").also(Span::START, "start");
    let shown = Diagnostics::new(source, vec![found]).to_string();
    assert!(shown.starts_with("warning[lint-x]: a"), "{shown}");
    assert!(!shown.contains('\u{1b}'));
}
