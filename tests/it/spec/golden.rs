//! One golden file for each way in which a spec can be wrong.

use std::collections::BTreeSet;

use hardtack::document::Diagnostics;
use hardtack::spec::{Catalogue, code};

use super::sample;

fn golden(name: &str, expected: &[&str], wrong: &Diagnostics) {
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(format!("wrong_{name}"), wrong.to_string());
    });
    let codes: Vec<&str> = wrong.found().iter().map(|one| one.code).collect();
    assert_eq!(codes, expected);
    for one in wrong.found() {
        assert!(!one.because.is_empty() && !one.fix.is_empty(), "{} has a cause and a fix", one.code);
    }
}

macro_rules! golden {
    ($($name:ident [$($code:ident)+] $text:expr;)+) => {
        $(#[test] fn $name() {
            let wrong = sample::read(&$text).expect_err("the spec is wrong");
            golden(stringify!($name), &[$(code::$code),+], &wrong);
        })+

        #[test]
        fn every_code_has_a_golden_file() {
            let here: BTreeSet<&str> = [$($(code::$code),+),+].into();
            let elsewhere = [code::NO_CATCHES, code::DUPLICATE_ID];
            let covered: BTreeSet<&str> = here.into_iter().chain(elsewhere).collect();
            let all = code::ALL.iter().map(|(code, _)| *code).filter(|code| code.starts_with("spec-"));
            assert_eq!(covered, all.collect());
        }
    };
}

/// A case of these steps, indented by six.
fn steps(steps: &str) -> String {
    sample::case(&format!("    steps:\n{steps}"))
}

/// A case of one step that expects something of an operation.
fn expecting(expect: &str) -> String {
    steps(&format!("      - {{do: session.get, with: {{key: a}}, expect: {expect}}}\n"))
}

/// A case in which an operation has these arguments.
fn with(operation: &str, arguments: &str) -> String {
    steps(&format!("      - {{do: {operation}, with: {arguments}, expect: {{status: 200}}}}\n"))
}

const VISIT: &str = "      - {do: visit, path: /, expect: {status: 200}}\n";

/// A case whose only step is a visit, with more keys.
fn visiting(more: &str) -> String {
    sample::case(&format!("    steps:\n{VISIT}{more}"))
}

/// Two clients, one of them raw.
fn clients(steps: &str) -> String {
    sample::case(&format!("    clients: {{alice: browser, bob: browser, raw: raw}}\n    steps:\n{steps}"))
}

golden! {
    id_and_path [ID_AND_PATH] visiting("").replace("id: a/b", "id: a/c");
    duplicate_case [DUPLICATE_CASE] format!("{}  - case: one\n    title: Two\n    level: may\n    steps:\n{VISIT}", visiting(""));
    duplicate_row [DUPLICATE_ROW] visiting("    examples: [{row: a, code: 1}, {row: a, code: 2}]\n").replace("200", "$code");
    row_columns [ROW_COLUMNS] visiting("    examples: [{row: a, code: 1}, {row: b, cod: 2}]\n").replace("200", "$code");
    row_without_columns [ROW_COLUMNS] visiting("    examples: [{row: a}]\n");
    too_many_rows [TOO_MANY_ROWS] {
        let rows: Vec<String> = (0..201).map(|row| format!("      - {{row: r{row}, code: {row}}}\n")).collect();
        visiting(&format!("    examples:\n{}", rows.concat())).replace("200}}", "$code}}")
    };
    unused_column [UNUSED_COLUMN] visiting("    examples: [{row: a, code: 200, other: 1}, {row: b, code: 404, other: 2}]\n")
        .replace("200}}", "$code}}");
    unknown_column [UNSAVED UNUSED_COLUMN] visiting("    examples: [{row: a, code: 200}, {row: b, code: 404}]\n").replace("200}}", "$kode}}");
    column_as_saved [UNSAVED] visiting(
        "    examples: [{row: a, code: 1}]\n    classify: [{name: x, grade: pass, means: It., when: {$code: 1}}]\n"
    ).replace("200", "$code");
    wrong_cell [IMPOSSIBLE] visiting("    examples: [{row: a, code: 200}, {row: b, code: missing}]\n").replace("200}}", "$code}}");
    no_level [NO_LEVEL] visiting("").replace("    level: must\n", "");
    level_without_reason [LEVEL_REASON] visiting("    rules: [cookie.set.name-token]\n").replace("must", "may");
    reason_without_level [LEVEL_REASON LEVEL_REASON] format!(
        "{}{}", visiting("    level_because: Because.\n"),
        visiting("    rules: [cookie.set.name-token]\n    level_because: Because.\n")
            .split_once("cases:\n").expect("cases").1.replace("    level: must\n", "").replace("case: one", "case: two")
    );
    level_raised [LEVEL_RAISED] visiting("    rules: [cookie.set.max-age-expires-agree]\n    level_because: Because.\n");
    level_raised_in_a_profile [LEVEL_RAISED] visiting("    rules: [session.cookie.lifetime-reasonable]\n    level_because: Because.\n")
        .replace("level: must", "level: {default: may, tutorial: must}");
    unknown_rule [UNKNOWN_RULE UNKNOWN_RULE] sample::case(
        "    on: every_set_cookie\n    expect: {grammar: [cookie.set.name-tokens]}\n    rules: [nothing.like-it]\n"
    ).replace("    level: must\n", "");
    unknown_fact [UNKNOWN_FACT UNKNOWN_FACT] visiting("    needs: {facts: {engin: db, colour: blue}}\n");
    impossible_fact [IMPOSSIBLE IMPOSSIBLE IMPOSSIBLE] visiting(
        "    needs: {facts: {storage: clients, lazy: {not: maybe}, default_lifetime: {in: [14d, soon]}}}\n"
    );
    nothing_to_judge [NOTHING_TO_JUDGE] steps("      - {do: session.keys}\n");
    monitor_with_steps_keys [MONITOR_KEY MONITOR_KEY] visiting("    where: {cookie: a}\n    expect: {times: 1}\n");
    monitor_keys [MONITOR_KEY MONITOR_KEY] sample::case(
        "    on: every_response\n    clients: {alice: browser}\n    given: {a: {text: 1}}\n    expect: {status: 200}\n"
    );
    monitor_without_expect [MONITOR_KEY] sample::case("    on: every_response\n");
    monitor_result [UNKNOWN_RESULT NEEDS_REQUEST NEEDS_REQUEST RESULTS UNSAVED] sample::case(
        "    on: every_response\n    expect:\n      result: {value: 1}\n      error: null\n      jar: {a: holds}\n      \
         results: [null]\n      saved: {$a: 1}\n"
    );
    duplicate_design [DUPLICATE_DESIGN] visiting(
        "    classify:\n      - {name: x, grade: pass, means: It., when: {$main_host: a}}\n      \
         - {name: x, grade: fail, means: It., when: {$base_path: b}}\n"
    );
    unknown_client [UNKNOWN_CLIENT UNKNOWN_CLIENT] clients(
        "      - {who: alise, do: visit, path: /, expect: {status: 200}}\n      - {who: zoe, do: visit, path: /}\n"
    );
    no_who [NO_WHO NO_WHO] clients("      - {do: visit, path: /, expect: {status: 200}}\n      - {wait_until: {cookie: a, at: expired}}\n");
    no_jar [NO_JAR NO_JAR NO_JAR NO_JAR] clients(
        "      - {who: raw, do: visit, path: /, expect: {jar: {a: holds}}, save: {a: jar.a}}\n      \
         - {who: raw, do: browser.restart}\n      - {who: raw, wait_until: {cookie: a, at: expired}}\n"
    );
    unknown_action [UNKNOWN_ACTION UNKNOWN_ACTION UNKNOWN_ACTION UNKNOWN_ACTION UNKNOWN_ACTION] steps(
        "      - {do: session.putt, save: {a: result.value}}\n      - {do: control.cache.flash}\n      \
         - {do: probe.entropy, expect: {saved: {$a: 1}}}\n      - {do: request, program: [{op: sesion.get}, {op: browser.restart}]}\n"
    );
    step_key [STEP_KEY STEP_KEY STEP_KEY STEP_KEY] steps(
        "      - {do: visit, path: /, program: [], expect: {status: 200}}\n      - {do: control.cache.flush, who: alice}\n      \
         - {repeat: 2, with: {a: 1}, steps: [{do: visit, path: /}]}\n      \
         - {do: browser.tamper, with: {cookie: a, how: flip, to: b}}\n"
    );
    step_needs [STEP_NEEDS STEP_NEEDS STEP_NEEDS STEP_NEEDS] steps(
        "      - {do: visit, expect: {status: 200}}\n      - {do: request}\n      - {repeat: 2}\n      \
         - {do: browser.tamper, with: {cookie: a, how: move_to}}\n"
    );
    together_of_one [TOGETHER TOGETHER] steps(
        "      - together: [{do: session.keys, expect: {status: 200}}]\n      - together: []\n"
    );
    together_with_others [TOGETHER TOGETHER TOGETHER] steps(
        "      - together:\n          - {do: control.cache.flush}\n          - {do: visit, path: /}\n          \
         - {do: browser.restart}\n          - {do: session.keys, expect: {status: 200}}\n"
    );
    nested [NESTED] steps("      - repeat: 2\n        steps: [{repeat: 2, steps: [{do: visit, path: /, expect: {status: 200}}]}]\n");
    collect [COLLECT] steps(
        "      - repeat: 2\n        steps: [{do: visit, path: /, save: {code: status}}]\n        collect: {codes: $cod}\n        \
         expect: {saved: {$codes: [200, 200]}}\n"
    );
    unknown_argument [UNKNOWN_ARGUMENT UNKNOWN_ARGUMENT] with("session.get", "{key: a, defualt: 1, colour: blue}");
    unknown_argument_of_none [UNKNOWN_ARGUMENT] with("session.keys", "{key: a}");
    missing_argument [MISSING_ARGUMENT MISSING_ARGUMENT] with("cookie.set", "{max_age: 1}");
    missing_argument_of_call [MISSING_ARGUMENT MISSING_ARGUMENT] steps(
        "      - {do: request, program: [{op: session.put, key: a}], expect: {status: 200}}\n      \
         - {do: browser.plant, with: {cookie: a}}\n"
    );
    argument_type [ARGUMENT_TYPE ARGUMENT_TYPE ARGUMENT_TYPE ARGUMENT_TYPE ARGUMENT_TYPE] with(
        "cookie.set", "{name: 5, value: yes, max_age: 1h, expires: {on: 5}, secure: maybe, path: [/]}"
    );
    argument_type_of_others [ARGUMENT_TYPE ARGUMENT_TYPE ARGUMENT_TYPE ARGUMENT_TYPE ARGUMENT_TYPE] steps(
        "      - {do: auth.login, with: {user: ''}, expect: {status: 200}}\n      \
         - {do: session.update, with: {values: [1]}}\n      - {do: ctl.sleep, with: {ms: 1.5}}\n      \
         - {do: visit, path: index.html}\n      - {do: browser.tamper, with: {cookie: a, how: flipp}}\n"
    );
    unknown_result [UNKNOWN_RESULT UNKNOWN_RESULT] expecting("{result: {valeu: 1, items: 2}}");
    unknown_result_of_others [UNKNOWN_RESULT UNKNOWN_RESULT UNKNOWN_RESULT UNKNOWN_RESULT UNKNOWN_RESULT] steps(
        "      - {do: session.clear, expect: {result: {value: 1}}}\n      - {do: visit, path: /, save: {a: result.value}}\n      \
         - {do: request, program: [{op: session.keys}], expect: {result: {keys: 1}}}\n      \
         - {do: request, program: [{op: session.keys}], expect: {results: [{result: {items: 1}}]}, save: {b: results.0.items}}\n"
    );
    results [RESULTS RESULTS RESULTS] steps(
        "      - {do: request, program: [{op: session.keys}], expect: {results: [null, {error: null}]}, save: {a: results.1.keys}}\n      \
         - {do: session.keys, expect: {results: [{error: null}]}}\n"
    );
    needs_request [NEEDS_REQUEST NEEDS_REQUEST NEEDS_REQUEST NEEDS_REQUEST NEEDS_REQUEST] steps(
        "      - {do: browser.restart, expect: {set_cookie: {a: none}, status: 200}}\n      \
         - {do: browser.forget, with: {cookie: a}, save: {a: header.date}}\n      - {do: control.cache.flush, expect: {jar: {a: holds}}}\n      \
         - {do: request, program: [{op: session.keys}], expect: {error: null}}\n"
    );
    save_path [SAVE_PATH SAVE_PATH SAVE_PATH SAVE_PATH SAVE_PATH SAVE_PATH] steps(
        "      - {do: visit, path: /, expect: {status: 200}, save: {a: stauts, b: set_cookie.a, c: set_cookie.a.maxage, d: jar., \
         e: results.x.y, f: status.code}}\n"
    );
    saved_twice [SAVED_TWICE SAVED_TWICE SAVED_TWICE] sample::case(
        "    given: {b: {text: 1}}\n    steps:\n      - {do: visit, path: /, expect: {status: 200}, save: {a: status, main_host: status}}\n      \
         - {do: visit, path: /, save: {a: status, b: status}}\n"
    );
    saved_twice_at_once [SAVED_TWICE] steps(
        "      - together:\n          - {do: session.keys, save: {a: status}}\n          - {do: session.keys, save: {a: status}}\n        \
         expect: {saved: {$a: 1}}\n"
    );
    unsaved [UNSAVED UNSAVED UNSAVED] steps(
        "      - {do: session.get, with: {key: $late}, save: {sooner: status}}\n      \
         - {do: session.get, with: {key: $soner}, save: {late: result.value}}\n      \
         - {do: session.put, with: {key: a, value: {b: [$nothing]}}, expect: {status: 200}}\n"
    );
    unsaved_by_the_other [UNSAVED] steps(
        "      - together:\n          - {do: session.keys, save: {a: status}}\n          - {do: session.get, with: {key: $a}, expect: {status: 200}}\n"
    );
    unsaved_design [UNSAVED] visiting("    classify: [{name: x, grade: pass, means: It., when: {$never: 1}}]\n");
    dollar [DOLLAR DOLLAR] with("session.put", "{key: '$5', value: '$a and $b'}");
    matcher [MATCHER MATCHER] expecting("{status: {about: soon}, result: {value: {at_most: $$a}}, error: null}");
    matcher_left_out [MATCHER] expecting("\n          error:\n          status: 200\n        ").replace("{do: session.get, with: {key: a}, expect: ", "do: session.get\n        with: {key: a}\n        expect:").replace("        }\n", "");
    impossible [IMPOSSIBLE IMPOSSIBLE IMPOSSIBLE] expecting("{status: ok, error: mising, header: {vary: 1}}");
    impossible_cookie [IMPOSSIBLE IMPOSSIBLE IMPOSSIBLE IMPOSSIBLE IMPOSSIBLE IMPOSSIBLE IMPOSSIBLE] expecting(
        "{set_cookie: {a: {because: public-sufix, same_site: Lax, secure: 1, lifetime: long, times: '2', agree: [expires, expires]}}}"
    );
    regex [REGEX] expecting("{result: {value: {matches: '(a'}}}");
}

#[test]
fn no_catches() {
    let text = visiting("").into_bytes();
    let wrong = Catalogue::read(sample::RULES, vec![("specs/a/b.yaml".to_owned(), text)]).unwrap_err();
    golden("no_catches", &[code::NO_CATCHES], &wrong.files[0]);
}

/// Mistakes in the form of a spec are found by its shape, with the codes of the `document` floor.
#[test]
fn the_shape_of_a_spec_is_checked() {
    for (text, expected) in [
        (visiting("    on: every_response\n"), "doc-key-choice"),
        (steps("      - {do: visit, wait_until: {cookie: a, at: expired}, path: /}\n"), "doc-key-choice"),
        (steps("      - {with: {}}\n"), "doc-key-choice"),
        (visiting("").replace("title: One", "title: true"), "doc-unquoted"),
        (visiting("").replace("why: A reason.", "why: 5"), "doc-unquoted"),
        (visiting("    titel: x\n"), "doc-unknown-key"),
        (visiting("").replace("spec: 1", "spec: 2"), "doc-out-of-range"),
        (expecting("{set_cookie: {a: stord}}"), "doc-unknown-word"),
        (expecting("{jar: {a: {iss: 1}}}"), "doc-unknown-key"),
        (expecting("{result: {value: {a: 1}}}"), "doc-unknown-key"),
        (visiting("    classify: [{name: x, grade: pass, means: It., when: {}}]\n"), "doc-empty-collection"),
        (visiting("    examples: [{code: 1}]\n"), "doc-missing-key"),
        (sample::case("    on: every_set_cookie\n    expect: {status: 200}\n"), "doc-unknown-key"),
        (sample::case("    on: every_response\n    expect: {times: 1}\n"), "doc-unknown-key"),
        (
            visiting("    examples: [{row: a, code: nine}]\n")
                .replace("200", "$code")
                .replace("visit, path: /", "request, program: [], status: $code"),
            "doc-wrong-type",
        ),
    ] {
        let wrong = sample::read(&text).expect_err(&text);
        let codes: Vec<&str> = wrong.found().iter().map(|one| one.code).collect();
        assert!(codes.contains(&expected), "{expected} in {codes:?}\n{text}\n{wrong}");
    }
}
