//! Servers that misbehave give a verdict or exit 3 within the limits, never a hang or a panic.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use hardtack::event::{ExitCode, StoredRun, Verdict};
use hardtack::spec::Case;
use hardtack::target::Binding;
use hardtack::wire::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::harness::{at_url, cases, contract, finished, shown};

/// What a server does with a connection once a request has come.
#[derive(Clone, Copy, Debug)]
enum Manner {
    ClosesAtOnce,
    Garbage,
    Silent,
    Trickles,
    CutsTheBody,
    EndlessHead,
    Megabytes,
    RedirectsInALoop,
}

const MANNERS: [Manner; 8] = [
    Manner::ClosesAtOnce,
    Manner::Garbage,
    Manner::Silent,
    Manner::Trickles,
    Manner::CutsTheBody,
    Manner::EndlessHead,
    Manner::Megabytes,
    Manner::RedirectsInALoop,
];

const DESCRIPTION: &str = r#"{"contract": 1, "framework": "x", "version": "1", "session_cookies": ["sid"],
    "operations": ["session.put", "session.get", "cookie.set"]}"#;

fn answer(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

async fn misbehave(mut stream: TcpStream, manner: Manner, describes: bool) {
    let mut octets = vec![0; 65536];
    let read = stream.read(&mut octets).await.unwrap_or(0);
    let asks_description = octets[..read].starts_with(b"GET /_hardtack ");
    if describes && asks_description {
        let _ = stream.write_all(answer("200 OK\r\n", DESCRIPTION).as_bytes()).await;
        return;
    }
    let forever = std::future::pending::<()>();
    match manner {
        Manner::ClosesAtOnce => {}
        Manner::Garbage => {
            let _ = stream.write_all(b"\x16\x03\x01 this is no HTTP\r\n\r\n").await;
        }
        Manner::Silent => forever.await,
        Manner::Trickles => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab").await;
            forever.await;
        }
        Manner::CutsTheBody => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nSet-Cookie: sid=1\r\nContent-Length: 10\r\n\r\nab").await;
        }
        Manner::EndlessHead => loop {
            if stream.write_all(b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n").await.is_err() {
                return;
            }
        },
        Manner::Megabytes => {
            let body = "x".repeat(8 << 20);
            let _ = stream.write_all(answer("200 OK\r\n", &body).as_bytes()).await;
        }
        Manner::RedirectsInALoop => {
            let other = if octets.starts_with(b"GET /a ") { "/b" } else { "/a" };
            let head = format!("302 Found\r\nLocation: {other}\r\nSet-Cookie: sid=1\r\n");
            let _ = stream.write_all(answer(&head, "").as_bytes()).await;
        }
    }
}

/// A server with such manners, which describes a contract first or does not.
async fn server(manner: Manner, describes: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(misbehave(stream, manner, describes));
        }
    });
    format!("http://{address}/")
}

fn sample() -> Vec<Arc<Case>> {
    let mut text = "cases:\n".to_owned();
    for case in 0..20 {
        write!(
            text,
            "  - case: judged-{case}
    title: A stored value comes back
    level: must
    clients: {{alice: browser}}
    steps:
      - {{do: cookie.set, with: {{name: a, value: b}}, expect: {{set_cookie: {{a: stored}}}}}}
      - {{do: session.get, with: {{key: a}}, expect: {{result: {{value: 1}}}}}}
  - case: set-up-{case}
    title: A stored value comes back
    level: must
    clients: {{alice: browser}}
    steps:
      - {{do: session.put, with: {{key: a, value: 1}}}}
      - {{do: session.get, with: {{key: a}}, expect: {{result: {{value: 1}}}}}}
"
        )
        .unwrap();
    }
    text.push_str(
        "  - case: monitor
    title: Names are tokens
    on: every_set_cookie
    level: must
    expect: {grammar: strict}
",
    );
    cases(&text)
}

async fn run_on(manner: Manner, describes: bool, binding: Binding) -> StoredRun {
    let mut request = at_url(sample(), &server(manner, describes).await, binding);
    let short = Duration::from_millis(150);
    request.options.limits =
        Limits { connect: short, first_byte: short, idle: short, total: short * 2, ..Limits::default() };
    finished(request).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_description_it_is_exit_3() {
    for manner in MANNERS {
        let run = run_on(manner, false, contract()).await;
        assert_eq!(run.summary.exit, ExitCode::UNREACHABLE, "{manner:?}");
        let (reason, _) = run.variants[0].failed_to_run.clone().unwrap();
        assert!(reason.contains("/_hardtack"), "{manner:?}: {reason}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_description_every_case_has_a_verdict() {
    for manner in MANNERS {
        let run = run_on(manner, true, contract()).await;
        let outcomes = &run.variants[0].outcomes;
        assert_eq!(outcomes.len(), 41, "{manner:?}");
        assert!(matches!(run.summary.exit, ExitCode::FAILED | ExitCode::UNREACHABLE), "{manner:?}: {:?}", run.summary);
        for outcome in outcomes {
            let judged = outcome.case.as_str().contains("judged") || outcome.case.as_str().contains("monitor");
            let fits = match outcome.verdict {
                Verdict::Fail | Verdict::NotExercised | Verdict::Pass => judged,
                Verdict::Inconclusive => true,
                _ => false,
            };
            assert!(fits, "{manner:?}: {}", shown(std::slice::from_ref(outcome)));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passive_reading_ends_too() {
    for manner in MANNERS {
        let run = run_on(manner, false, Binding::Passive).await;
        let expected = match manner {
            // A page that is too long, and a redirect that goes nowhere, are answers.
            Manner::Megabytes => ExitCode::NOTHING_RUN,
            Manner::RedirectsInALoop => ExitCode::CONFORMS,
            _ => ExitCode::UNREACHABLE,
        };
        assert_eq!(run.summary.exit, expected, "{manner:?}: {:?}", run.variants[0].failed_to_run);
    }
}
