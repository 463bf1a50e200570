//! Evidence: complete, readable, repeatable, without secrets.

use std::{process::Command, time::Duration};

use hardtack::{
    cookie::{Scheme, Timestamp},
    wire::{
        Authority, Client, ConnectionUse, Evidence, Exchange, Mask, Request, Response, WireError, in_memory, unescape,
    },
};
use serde_json::json;

use super::scripted::{answer, brisk, exchange};

/// An exchange without anything that differs from run to run.
async fn fixed(request: Request, response: Response) -> Exchange {
    let connector = in_memory(brisk(), move |_| {
        let response = response.clone();
        async move { response }
    });
    let exchange = Client::new(connector, brisk()).send(request, ConnectionUse::Shared).await;
    Exchange {
        id: 7,
        started: Timestamp::from_millis(1_000),
        elapsed: Duration::from_micros(1_500),
        address: Some("127.0.0.1:8000".parse().unwrap()),
        ..exchange
    }
}

fn app() -> Authority {
    Authority::new(Scheme::Http, "app.hardtack.test", 8000)
}

#[tokio::test]
async fn evidence_is_readable_and_reads_back() {
    let request = Request::post_json("/run", &json!({"program": []})).addressed_to(&app());
    let response = Response::text(200, "line\nüber \u{202e}").with_header("Set-Cookie", b"a=\0\x7f\xff; Path=/");
    let exchange = fixed(request, response).await;
    let evidence = exchange.evidence(usize::MAX);
    insta::assert_json_snapshot!(evidence);
    let head = &exchange.result.as_ref().unwrap().head;
    assert_eq!(unescape(&evidence.response.as_ref().unwrap().head).as_ref(), Some(head));
    let stored = serde_json::to_string(&exchange).unwrap();
    assert_eq!(serde_json::from_str::<Evidence>(&stored).unwrap(), evidence);
}

#[tokio::test]
async fn evidence_of_a_failure_has_what_arrived() {
    let cut = exchange(answer("HTTP/1.1 200 OK\r\nSet-Cook"), brisk()).await.evidence(usize::MAX);
    assert_eq!(cut.unparsed, r"HTTP/1.1 200 OK\r\nSet-Cook");
    assert_eq!(cut.error.unwrap().kind, "closed-in-head");
    assert_eq!(cut.response, None);
}

#[tokio::test]
async fn bodies_are_stored_up_to_a_limit() {
    let evidence = fixed(Request::get("/"), Response::text(200, "0123456789")).await.evidence(4);
    let body = evidence.response.unwrap().body;
    assert_eq!((body.text.as_str(), body.omitted), ("0123", 6));
}

#[tokio::test]
async fn a_curl_line_repeats_the_request() {
    let curl = async |request| fixed(request, Response::new(204)).await.curl();
    let plain = "curl --silent --show-error --include --http1.1";
    let silent = "--header Accept: --header User-Agent:";

    let get = Request::get("/a?b=c").addressed_to(&app()).with_header("Cookie", "a=it's").with_header("X", "");
    assert_eq!(
        curl(get).await,
        format!(
            r"{plain} --resolve app.hardtack.test:8000:127.0.0.1 --header 'Cookie: a=it'\''s' --header 'X;' {} {}",
            "--header Accept: --header User-Agent:", "'http://app.hardtack.test:8000/a?b=c'"
        )
    );

    let post = Request::post_json("/", &json!({"a": 1})).with_header("Host", "other.test");
    assert_eq!(
        curl(post).await,
        format!(
            "{plain} --connect-to other.test:80:127.0.0.1:8000 --header 'Content-Type: application/json' {silent} \
             --data-raw '{{\"a\":1}}' http://other.test/"
        )
    );

    let local = Authority::new(Scheme::Http, "127.0.0.1", 8000);
    let head = Request::new("HEAD", "/../[x]").addressed_to(&local);
    assert_eq!(
        curl(head).await,
        format!("{plain} --head {silent} --globoff --path-as-is 'http://127.0.0.1:8000/../[x]'")
    );
    let delete = Request::new("DELETE", "/").addressed_to(&local);
    assert_eq!(curl(delete).await, format!("{plain} --request DELETE {silent} http://127.0.0.1:8000/"));
}

#[tokio::test]
async fn what_curl_cannot_send_is_printed_into_a_socket() {
    for request in [
        Request::get("/").with_header("Cookie", b"a=\0"),
        Request::get("/").with_header("Cookie", b"a=\xff"),
        Request::get("/").with_header("Cookie", b"a=1\r\nX: injected"),
        Request::get("/").with_header("X", " two spaces"),
        Request::post("/", "text/plain", "abc").with_header("Content-Length", "2"),
        Request::get("/a b"),
        Request::post("/", "text/plain", b"\0".as_slice()),
    ] {
        let exchange = fixed(request, Response::new(204)).await;
        let line = exchange.curl();
        let (printing, socket) = line.rsplit_once(" | ").unwrap();
        assert_eq!(socket, "nc 127.0.0.1 8000");
        let printed = Command::new("sh").args(["-c", printing]).output().unwrap();
        assert_eq!(printed.stdout, [exchange.request.head.clone(), exchange.request.body.clone()].concat());
    }
}

#[tokio::test]
async fn a_masked_exchange_shows_no_secret_anywhere() {
    let secret = "0123456789abcdef";
    let request = Request::get(format!("/?key={secret}"))
        .with_header("Cookie", format!("sid={secret}; theme=dark"))
        .with_header("Authorization", "Basic dXNlcjpwYXNzd29yZA==");
    let response = Response::json(200, &json!({"key": secret}))
        .with_header("Set-Cookie", format!("sid={secret}; Path=/"))
        .with_header("Location", format!("/?key={secret}"));
    let exchange = fixed(request, response).await;
    let shown = serde_json::to_string(&Mask::Cookies(vec!["sid".into()]).exchange(&exchange)).unwrap();
    assert!(!shown.contains(secret) && !shown.contains("dXNlcjpwYXNzd29yZA"), "{shown}");
    assert!(shown.contains("sid=01…ef; theme=dark") && shown.contains("Basic dX…=="), "{shown}");
    assert!(shown.contains("sid=01…ef; Path=/"), "{shown}");
    let all = serde_json::to_string(&Mask::AllCookies.exchange(&exchange)).unwrap();
    assert!(all.contains("theme=…"), "{all}");
    // A masked exchange is still one that curl could repeat.
    assert!(all.contains(r#""curl":"curl "#), "{all}");
}

#[test]
fn every_failure_says_what_to_do() {
    let errors = [
        WireError::Connect { address: "a".into(), cause: "b".into() },
        WireError::ConnectTimeout { address: "a".into(), after: Duration::ZERO },
        WireError::Tls { server_name: "a".into(), cause: "b".into() },
        WireError::ClosedBeforeAnswer,
        WireError::HeadTooLarge { limit: 1 },
        WireError::Garbage { what: "a", offset: 1 },
        WireError::Remote { cause: "a".into() },
    ];
    for error in errors {
        assert!(!error.to_string().ends_with('.'), "{error}");
        assert!(error.remedy().ends_with('.'), "{error}");
    }
}
