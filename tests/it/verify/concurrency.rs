//! Requests of one case at the same time.

use std::sync::Arc;

use hardtack::event::Verdict;
use hardtack::reference::{Config, Server};
use hardtack::wire::{Request, Response};
use serde_json::json;
use tokio::sync::Mutex;

use super::harness::{Scripted, cases, describing, on_reference, outcome, outcomes, shown};

fn text(gate: &str, release: &str) -> String {
    format!(
        "
cases:
  - case: both
    title: Two writes of different keys
    level: watch
    clients: {{alice: browser}}
    steps:
      - {{do: session.put, with: {{key: start, value: 0}}}}
      - together:
          - {{do: session.put, with: {{key: left, value: 1}}, expect: {{error: null}}}}
          - {{do: session.put, with: {{key: right, value: 2}}, expect: {{error: null}}}}
        gate: {gate}
        release: {release}
      - {{do: session.keys, save: {{keys: result.keys}}}}
    classify:
      - {{name: both-kept, grade: pass, means: Both., when: {{$keys: {{has_only: [start, left, right]}}}}}}
      - {{name: last-wins, grade: accept, means: The last., when: {{$keys: {{has_only: [start, right]}}}}}}
      - {{name: first-wins, grade: accept, means: The first., when: {{$keys: {{has_only: [start, left]}}}}}}
"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gates_make_a_lost_update_certain() {
    for gate in ["after_load", "before_save"] {
        let outcome = outcome(on_reference(cases(&text(gate, "in_order")))).await;
        let design = outcome.design.as_ref().map(|design| design.name.as_str());
        assert_eq!(design, Some("last-wins"), "{gate}: {}", shown(std::slice::from_ref(&outcome)));
        assert_eq!((outcome.expectations.declared, outcome.expectations.evaluated), (2, 2));
        assert_eq!(outcome.observed, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_at_once_ends_too() {
    let outcome = outcome(on_reference(cases(&text("after_load", "at_once")))).await;
    assert_eq!(outcome.verdict, Verdict::Pass, "{}", shown(std::slice::from_ref(&outcome)));
}

/// A reference server that takes one request after the other.
fn queueing() -> Scripted {
    let server = Server::new(Config::default()).unwrap();
    let turn = Arc::new(Mutex::new(()));
    let handler = move |request: Request| {
        let (server, turn) = (Arc::clone(&server), Arc::clone(&turn));
        async move {
            let _turn = turn.lock().await;
            server.handle(request).await
        }
    };
    Scripted::new(handler)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_queues_requests_is_recorded_as_such() {
    for release in ["in_order", "at_once"] {
        let outcome = outcome(queueing().request(cases(&text("after_load", release)))).await;
        assert_eq!(outcome.observed, ["serialised"], "{}", shown(std::slice::from_ref(&outcome)));
        assert_eq!(outcome.design.unwrap().name.as_str(), "both-kept");
    }
}

/// A server of one worker, which says that requests of one session queue.
fn locking() -> Scripted {
    let server = Server::new(Config::default()).unwrap();
    let turn = Arc::new(Mutex::new(()));
    let handler = move |request: Request| {
        let (server, turn) = (Arc::clone(&server), Arc::clone(&turn));
        async move {
            let _turn = turn.lock().await;
            let mut answer = server.handle(request).await;
            let text = String::from_utf8(answer.body).unwrap();
            answer.body = text.replace(r#""concurrency":"last_write""#, r#""concurrency":"lock""#).into_bytes();
            answer
        }
    };
    Scripted::new(handler)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cases_with_gates_do_not_block_each_other_where_requests_queue() {
    let both = text("after_load", "in_order");
    let second = both.replace("cases:\n", "").replace("case: both", "case: again");
    let seen = outcomes(locking().request(cases(&format!("{both}{second}")))).await;
    assert!(seen.len() == 2 && seen.iter().all(|outcome| outcome.verdict == Verdict::Pass), "{}", shown(&seen));
}

/// Who waits for a turn; the last who came is next.
#[derive(Default)]
struct Stack {
    busy: bool,
    waiting: Vec<tokio::sync::oneshot::Sender<()>>,
}

/// A reference server that takes one request at a time, of those that wait the last one first.
fn stacking() -> Scripted {
    let server = Server::new(Config::default()).unwrap();
    let stack = Arc::new(std::sync::Mutex::new(Stack::default()));
    let handler = move |request: Request| {
        let (server, stack) = (Arc::clone(&server), Arc::clone(&stack));
        async move {
            let turn = {
                let mut stack = stack.lock().unwrap();
                let (next, turn) = tokio::sync::oneshot::channel();
                let waits = std::mem::replace(&mut stack.busy, true);
                waits.then(|| stack.waiting.push(next)).map(|()| turn)
            };
            if let Some(turn) = turn {
                turn.await.unwrap();
            }
            let answer = server.handle(request).await;
            let mut stack = stack.lock().unwrap();
            stack.busy = stack.waiting.pop().is_some_and(|next| next.send(()).is_ok());
            answer
        }
    };
    Scripted::new(handler)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_queues_may_choose_who_is_next() {
    let third = "          - {do: session.put, with: {key: last, value: 3}, expect: {error: null}}\n        gate: ";
    let text = text("after_load", "in_order").replace("        gate: ", third);
    let outcome = outcome(stacking().request(cases(&text.replace("left, right", "left, right, last")))).await;
    assert_eq!(outcome.observed, ["serialised"], "{}", shown(std::slice::from_ref(&outcome)));
    assert_eq!(outcome.design.unwrap().name.as_str(), "both-kept");
}

/// A server whose `ctl.wait` does not wait.
async fn impatient(request: Request) -> Response {
    if request.path() == "/_hardtack" {
        return describing(&["session.put", "session.keys", "ctl.wait"]);
    }
    let program: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let count = program["program"].as_array().unwrap().len();
    Response::json(200, &json!({"results": vec![json!({"ok": false}); count]}))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gate_that_does_not_hold_is_inconclusive() {
    let outcome = outcome(Scripted::new(impatient).request(cases(&text("after_load", "in_order")))).await;
    assert_eq!(outcome.verdict, Verdict::Inconclusive);
    assert_eq!(
        outcome.reason.as_deref(),
        Some("an offered gate did not work: `ctl.wait` answered that it was not released")
    );
}
