//! One golden file for each way in which a scenario can be wrong.

use std::collections::BTreeSet;

use hardtack::load::scenario::{code, read_scenario};

const HEAD: &str = "scenario: 1\nname: a\ntitle: A\nwhy: b\n";
const PHASES: &str = "phases: [{phase: one, for: 1s}]\n";

fn golden(name: &str, expected: &[&str], text: &str) {
    let found = read_scenario("scenarios/a.yaml", text.as_bytes()).expect_err("the scenario is wrong");
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, found.to_string());
    });
    let codes: Vec<&str> = found.found().iter().map(|one| one.code).collect();
    assert_eq!(codes, expected);
    for one in found.found() {
        assert!(!one.because.is_empty(), "{} has a cause", one.code);
        assert!(!one.fix.is_empty(), "{} has a fix", one.code);
        assert!(!one.labels.is_empty(), "{} has a place", one.code);
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

golden! {
    variable [VARIABLE]
        format!("{HEAD}journeys: [{{journey: a, steps: [{{do: session.put, with: {{key: other, value: $markr}}}}]}}]\n{PHASES}");
    parameter [PARAMETER PARAMETER]
        format!("{HEAD}journeys: [{{journey: a, steps: [{{do: session.get, with: {{kee: marker}}}}]}}]\n{PHASES}");
    role [ROLE]
        format!("{HEAD}journeys: [{{journey: a, steps: [{{do: session.put, with: {{key: version, value: 5x}}}}]}}]\n{PHASES}");
    twice [TWICE TWICE]
        format!("{HEAD}journeys:\n  - {{journey: a, steps: [{{do: session.keys}}]}}\n  - {{journey: a, steps: [{{do: session.keys}}]}}\nphases: [{{phase: one, for: 1s}}, {{phase: one, for: 1s}}]\n");
    not_measured [NOT_MEASURED]
        format!("{HEAD}journeys: [{{journey: a, steps: [{{do: session.keys}}]}}]\nphases: [{{phase: one, for: 1s, measured: false}}]\n");
    phase_too_long [NOT_MEASURED]
        format!("{HEAD}journeys: [{{journey: a, steps: [{{do: session.keys}}]}}]\nphases: [{{phase: one, for: 2d}}]\n");
    event_late [EVENT_LATE]
        format!("{HEAD}journeys: [{{journey: a, steps: [{{do: session.keys}}]}}]\n{PHASES}events: [{{at: 3s, do: control.cache.flush}}]\n");
    old_cookie [OLD_COOKIE]
        format!("{HEAD}journeys: [{{journey: a, on: new, steps: [{{do: auth.whoami, cookie: old}}, {{do: auth.logout}}]}}]\n{PHASES}");
    ends [ENDS]
        format!("{HEAD}journeys: [{{journey: a, steps: [{{do: auth.logout}}]}}]\n{PHASES}");
    users [USERS]
        format!("{HEAD}users: 5\njourneys: [{{journey: a, steps: [{{do: session.keys}}]}}]\nphases: [{{phase: one, for: 1s, users: 6}}]\n");
}

/// What the shape refuses carries the codes of the `document` floor.
#[test]
fn shapes_are_checked_first() {
    let text = format!(
        "{HEAD}journeys: [{{journey: a, steps: [{{do: session.gett}}, {{do: ctl.sleep}}]}}]\n\
         phases: [{{phase: one, for: 1s, rate: fast}}]\nthresholds: {{errors: 0.1, p98: 5ms}}\n"
    );
    let found = read_scenario("scenarios/a.yaml", text.as_bytes()).expect_err("the scenario is wrong");
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("shapes", found.to_string());
    });
}
