//! Pages by way of the general HTTP client, from loopback.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use hardtack::wire::{
    Authority, Identity, Limits, Listener, Phase, Remote, Request, Response, Roots, WireError, fetch_remote,
};
use tokio::net::TcpListener;
use url::Url;

use super::scripted::{Play, Scripted, answer, brisk};

fn url(address: SocketAddr, target: &str) -> Url {
    Url::parse(&format!("http://{address}{target}")).unwrap()
}

async fn fetch(script: Vec<Play>, limits: Limits) -> hardtack::wire::Exchange {
    let server = Scripted::always(script).await;
    fetch_remote(&url(server.address, "/"), &limits).await.unwrap()
}

#[tokio::test]
async fn a_page_keeps_its_fields_and_says_that_the_head_is_rebuilt() {
    let octets =
        "HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok";
    let server = Scripted::always(answer(octets)).await;
    let exchange = fetch_remote(&url(server.address, "/x?y"), &brisk()).await.unwrap();
    assert!(server.heard().await.starts_with(b"GET /x?y HTTP/1.1\r\n"));
    assert_eq!(exchange.url(), format!("http://{}/x?y", server.address));
    let response = exchange.result.unwrap();
    assert!(response.reconstructed);
    assert_eq!(response.redirect(), Some(&b"/"[..]));
    assert_eq!(response.set_cookies().collect::<Vec<_>>(), [b"a=1", b"b=2"]);
    assert!(response.head.starts_with(b"HTTP/1.1 302 Found\r\nlocation: /\r\n"));
    assert_eq!(response.body, b"ok");
}

#[tokio::test]
async fn pages_over_tls_are_read_under_the_roots_that_are_given() {
    let identity = Identity::self_made(&["127.0.0.1"]).unwrap();
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let hello = |_| async { Response::text(200, "hello") };
    let server = Listener::bind_at(any_port, Some(&identity), Limits::default(), hello).await.unwrap();
    let authority: Authority = server.authority();
    let trusting = Remote::new(brisk(), &identity.roots()).unwrap();
    assert_eq!(trusting.send(&authority, Request::get("/")).await.result.unwrap().body, b"hello");
    let distrusting = Remote::new(brisk(), &Roots::Only(Vec::new())).unwrap();
    let error = distrusting.send(&authority, Request::get("/")).await.result.unwrap_err();
    assert!(error.is_unreachable(), "{error}");
}

#[tokio::test]
async fn failures_are_told_apart() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let down = fetch_remote(&url(address, "/"), &brisk()).await.unwrap();
    assert!(down.result.unwrap_err().is_unreachable());

    let garbage = fetch(answer("SSH-2.0-x\r\n"), brisk()).await;
    assert_eq!(garbage.result.unwrap_err().kind(), "remote");

    let cut = fetch(answer("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 9\r\n\r\nabc"), brisk()).await;
    assert_eq!(cut.result, Err(WireError::ClosedInBody { received: 3 }));
    assert_eq!(cut.partial.unwrap().header("Set-Cookie"), Some(&b"a=1"[..]));
}

#[tokio::test]
async fn time_and_size_are_bounded() {
    let limits = Limits { total: Duration::from_millis(500), ..brisk() };
    let silent = fetch(vec![Play::Hear, Play::Hang], limits).await;
    assert_eq!(silent.result, Err(WireError::Timeout { phase: Phase::FirstOctet, after: limits.total }));

    let head = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\n\r\n".to_vec();
    let stalled = fetch(vec![Play::Hear, Play::Say(head.clone()), Play::Hang], limits).await;
    assert_eq!(stalled.result, Err(WireError::Timeout { phase: Phase::Body, after: limits.total }));
    assert!(stalled.partial.is_some());

    let endless = fetch(vec![Play::Hear, Play::Say(head), Play::SayForever(vec![b'x'; 1000])], brisk()).await;
    let response = endless.result.unwrap();
    assert!(response.body_truncated);
    assert_eq!(response.body.len(), 8192);
}

#[tokio::test]
async fn a_url_of_another_scheme_is_refused() {
    assert!(fetch_remote(&Url::parse("ftp://a.test/").unwrap(), &brisk()).await.is_err());
}
