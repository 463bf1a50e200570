//! Monitors look at the exchanges of all cases.

use hardtack::event::Verdict;
use hardtack::wire::{Request, Response};
use serde_json::json;

use super::harness::{Scripted, cases, describing, outcomes, shown};

/// Sets a cookie whose value has a space, named after the first operation.
async fn spaced(request: Request) -> Response {
    if request.path() == "/_hardtack" {
        return describing(&["cookie.set", "cookie.list", "cookie.delete"]);
    }
    let program: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let name = program["program"][0]["op"].as_str().unwrap_or_default().replace('.', "-");
    Response::json(200, &json!({"results": [{"ok": null}]})).with_header("Set-Cookie", format!("{name}=a b"))
}

fn text(monitored: &str) -> String {
    format!(
        "
cases:
  - case: grammar
    title: Values have no space
    on: every_set_cookie
    level: should
    expect: {{grammar: strict}}
  - case: session-grammar
    title: The session's value has no space
    on: every_set_cookie
    where: {{cookie: session}}
    level: must
    expect: {{grammar: strict}}
  - case: twice
    title: Two requests
    level: must
    clients: {{alice: browser}}
    steps:
      - {{do: cookie.set, with: {{name: a, value: b}}, monitored: {monitored}, expect: {{status: 200}}}}
      - {{do: cookie.set, with: {{name: a, value: b}}, monitored: {monitored}, expect: {{status: 200}}}}
      - {{do: cookie.delete, with: {{name: a}}, monitored: {monitored}, expect: {{status: 200}}}}
"
    )
}

#[tokio::test]
async fn a_rule_is_reported_once_per_cookie() {
    let all = outcomes(Scripted::new(spaced).request(cases(&text("true")))).await;
    let verdicts: Vec<_> = all.iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::Warn, Verdict::NotExercised, Verdict::Pass], "{}", shown(&all));
    let messages: Vec<_> = all[0].findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        messages[0].starts_with("the cookie `cookie-set`:") && messages[1].starts_with("the cookie `cookie-delete`:")
    );
    assert_eq!(all[0].exchanges.len(), 2);
    assert!(all[0].findings.iter().all(|finding| finding.place.file == "t.yaml" && finding.place.line > 1));
}

#[tokio::test]
async fn what_a_case_provokes_on_purpose_is_not_judged() {
    let all = outcomes(Scripted::new(spaced).request(cases(&text("false")))).await;
    let verdicts: Vec<_> = all.iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::NotExercised, Verdict::NotExercised, Verdict::Pass], "{}", shown(&all));
}
