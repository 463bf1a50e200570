//! The server codec, seen by our client and by raw octets.

use std::{sync::Arc, time::Duration};

use hardtack::wire::{
    AnomalyKind, Client, ConnectionUse, Connector, Limits, Listener, Request, Response, in_memory, serve_connection,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    sync::{Notify, mpsc},
};

use super::scripted::brisk;

async fn echo(request: Request) -> Response {
    let host = String::from_utf8_lossy(request.header("Host").unwrap_or_default()).into_owned();
    let body = String::from_utf8_lossy(&request.body).into_owned();
    Response::json(200, &json!({"method": request.method, "target": request.target, "host": host, "body": body}))
}

/// Sends octets on one connection and reads all that comes back until the server closes.
async fn converse(octets: &[u8], limits: Limits) -> String {
    let (mut client, server) = duplex(1024 * 1024);
    client.write_all(octets).await.unwrap();
    client.shutdown().await.unwrap();
    let mut said = Vec::new();
    let ((), read) = tokio::join!(serve_connection(server, &limits, echo), client.read_to_end(&mut said));
    read.unwrap();
    String::from_utf8(said).unwrap()
}

fn statuses(said: &str) -> Vec<&str> {
    said.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect()
}

#[tokio::test]
async fn requests_of_one_connection_are_answered_in_turn() {
    let said = converse(
        b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc\
          HEAD /b HTTP/1.1\r\nHost: x\r\n\r\n\
          POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n\
          GET /d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n\
          GET /e HTTP/1.1\r\nHost: x\r\n\r\n",
        brisk(),
    )
    .await;
    assert_eq!(statuses(&said), ["200"; 4]);
    assert!(said.contains(r#""target":"/a","host":"x","body":"abc"}"#), "{said}");
    assert!(!said.contains(r#""target":"/b""#), "{said}");
    assert!(said.contains(r#""target":"/c","host":"x","body":"def"}"#), "{said}");
    assert!(said.contains("Connection: close\r\n\r\n"), "{said}");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_has_its_status() {
    let limits = Limits { head_octets: 200, body_octets: 10, ..brisk() };
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(300));
    for (request, status) in [
        ("\x16\x03\x01\x02", "400"),
        ("GET /\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/2.0\r\n\r\n", "505"),
        (&long, "431"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n", "413"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n", "413"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "400"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12", "400"),
    ] {
        // Nothing after a refusal is served, since nobody knows where the next request begins.
        let octets = format!("{request}GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
        let said = converse(octets.as_bytes(), limits).await;
        assert_eq!(statuses(&said), [status], "{request:?}");
        assert!(said.contains("Connection: close\r\n"));
    }
}

#[tokio::test]
async fn a_client_that_leaves_inside_a_request_is_not_answered() {
    for octets in ["", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na"] {
        assert_eq!(converse(octets.as_bytes(), brisk()).await, "");
    }
}

#[tokio::test]
async fn a_request_that_never_ends_is_timed_out() {
    let limits = Limits { total: Duration::from_millis(50), ..brisk() };
    let (mut client, server) = duplex(1024);
    client.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
    let mut said = [0; 12];
    let ((), read) = tokio::join!(serve_connection(server, &limits, echo), async {
        let read = client.read_exact(&mut said).await;
        drop(client);
        read
    });
    read.unwrap();
    assert_eq!(&said, b"HTTP/1.1 408");
}

#[tokio::test]
async fn a_waiting_client_is_told_to_go_on() {
    let (mut client, server) = duplex(4096);
    client.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").await.unwrap();
    let limits = brisk();
    let ((), ()) = tokio::join!(serve_connection(server, &limits, echo), async {
        let mut interim = [0; 25];
        client.read_exact(&mut interim).await.unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
        client.write_all(b"ok").await.unwrap();
        client.shutdown().await.unwrap();
        let mut said = String::new();
        client.read_to_string(&mut said).await.unwrap();
        assert!(said.contains(r#""body":"ok""#), "{said}");
    });
}

#[tokio::test]
async fn faulty_octets_reach_the_client_as_they_are() {
    let connector = in_memory(brisk(), |_| async {
        Response::new(200)
            .with_header("Set-Cookie", "a=1\r\nSet-Cookie: injected=1")
            .with_header("Set-Cookie", b"b=\0\x7f\xff")
    });
    let exchange = Client::new(connector, brisk()).send(Request::get("/"), ConnectionUse::Shared).await;
    let response = exchange.result.unwrap();
    let cookies: Vec<_> = response.set_cookies().collect();
    assert_eq!(cookies, [&b"a=1"[..], b"injected=1", b"b=\0\x7f\xff"]);
    assert!(response.anomalies.iter().any(|anomaly| anomaly.kind == AnomalyKind::Nul));
}

#[tokio::test]
async fn bodyless_statuses_have_no_length() {
    for status in [204, 304] {
        let connector = in_memory(brisk(), move |_| async move { Response::new(status).with_body("dropped") });
        let client = Client::new(connector, brisk());
        for reused in [false, true] {
            let exchange = client.send(Request::get("/"), ConnectionUse::Shared).await;
            let response = exchange.result.unwrap();
            assert_eq!((response.header("Content-Length"), response.body.as_slice()), (None, &b""[..]));
            assert_eq!(exchange.reused_connection, reused);
        }
    }
}

#[tokio::test]
async fn a_listener_serves_over_tcp_and_keeps_connections() {
    let listener = Listener::bind(Limits::default(), echo).await.unwrap();
    let client = Client::new(Connector::tcp(listener.address()), brisk());
    for reused in [false, true, true] {
        let exchange = client.send(Request::post_form("/", &[("a b", "c&d")]), ConnectionUse::Shared).await;
        assert_eq!(exchange.reused_connection, reused);
        let body = String::from_utf8(exchange.result.unwrap().body).unwrap();
        assert!(body.contains(r#""body":"a+b=c%26d""#), "{body}");
    }
    listener.shutdown().await;
    let after = client.send(Request::get("/"), ConnectionUse::Shared).await;
    assert!(after.result.unwrap_err().is_unreachable());
}

#[tokio::test]
async fn a_shutdown_lets_the_request_inside_finish() {
    let (inside, mut arrivals) = mpsc::unbounded_channel();
    let go = Arc::new(Notify::new());
    let released = Arc::clone(&go);
    let listener = Listener::bind(Limits::default(), move |_| {
        let (inside, released) = (inside.clone(), Arc::clone(&released));
        async move {
            inside.send(()).unwrap();
            released.notified().await;
            Response::text(200, "finished")
        }
    })
    .await
    .unwrap();
    let client = Client::new(Connector::tcp(listener.address()), brisk());
    let asking = tokio::spawn(async move { client.send(Request::get("/"), ConnectionUse::Shared).await });
    arrivals.recv().await.unwrap();
    let ending = tokio::spawn(listener.shutdown());
    go.notify_one();
    assert_eq!(asking.await.unwrap().result.unwrap().body, b"finished");
    ending.await.unwrap();
}

#[tokio::test]
async fn a_dropped_listener_ends_its_connections() {
    let (inside, mut arrivals) = mpsc::unbounded_channel();
    let listener = Listener::bind(Limits::default(), move |_| {
        let inside = inside.clone();
        async move {
            inside.send(()).unwrap();
            std::future::pending().await
        }
    })
    .await
    .unwrap();
    let client = Client::new(Connector::tcp(listener.address()), brisk());
    let asking = tokio::spawn(async move { client.send(Request::get("/"), ConnectionUse::Shared).await });
    arrivals.recv().await.unwrap();
    drop(listener);
    assert_eq!(asking.await.unwrap().result.unwrap_err().kind(), "closed-before-answer");
}
