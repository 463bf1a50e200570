//! Which connection an exchange uses, and what a request looks like on it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use hardtack::{
    cookie::Scheme,
    wire::{Authority, Client, ConnectionUse, Limits, Request, Response, WireError, in_memory},
};
use serde_json::json;
use tokio::sync::Notify;

use super::scripted::{Play, Scripted, brisk};

const EMPTY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

fn say(octets: &[u8]) -> Play {
    Play::Say(octets.to_vec())
}

#[tokio::test]
async fn a_kept_connection_is_used_again() {
    let server = Scripted::always(vec![Play::Hear, say(EMPTY), Play::Hear, say(EMPTY), Play::Hang]).await;
    let client = server.client(brisk());
    let first = client.send(Request::get("/1"), ConnectionUse::Shared).await;
    let second = client.send(Request::get("/2"), ConnectionUse::Shared).await;
    assert!(!first.reused_connection && second.reused_connection);
    assert!(first.result.is_ok() && second.result.is_ok());
    assert!(first.id < second.id);
}

#[tokio::test]
async fn a_connection_of_its_own_says_so_and_is_not_kept() {
    let server = Scripted::always(vec![Play::Hear, say(EMPTY), Play::Hang]).await;
    let client = server.client(brisk());
    for _ in 0..2 {
        let exchange = client.send(Request::get("/"), ConnectionUse::New).await;
        assert!(!exchange.reused_connection);
        assert_eq!(exchange.request.header("Connection"), Some(&b"close"[..]));
    }
}

#[tokio::test]
async fn connections_that_cannot_be_trusted_are_not_kept() {
    for octets in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n"[..],
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0, 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore",
    ] {
        let server = Scripted::always(vec![Play::Hear, say(octets), Play::Hang]).await;
        let client = server.client(brisk());
        client.send(Request::get("/"), ConnectionUse::Shared).await;
        let second = client.send(Request::get("/"), ConnectionUse::Shared).await;
        assert!(!second.reused_connection, "{}", octets.escape_ascii());
        assert!(second.result.is_ok());
    }
}

#[tokio::test]
async fn a_kept_connection_that_closes_unanswered_is_retried_once_on_a_new_one() {
    // The first connection hears the second request and closes; so no check before sending could have known.
    let scripts = vec![vec![Play::Hear, say(EMPTY), Play::Hear], vec![Play::Hear, say(EMPTY), Play::Hang]];
    let server = Scripted::new(scripts).await;
    let client = server.client(brisk());
    client.send(Request::get("/1"), ConnectionUse::Shared).await;
    let second = client.send(Request::post_json("/2", &json!({})), ConnectionUse::Shared).await;
    assert!(second.result.is_ok());
    assert!(!second.reused_connection);
    for target in ["GET /1", "POST /2", "POST /2"] {
        assert!(server.heard().await.starts_with(target.as_bytes()));
    }
}

#[tokio::test]
async fn a_retry_is_not_retried_and_an_octet_forbids_it() {
    let server = Scripted::new(vec![vec![Play::Hear, say(EMPTY), Play::Hear], vec![Play::Hear]]).await;
    let client = server.client(brisk());
    client.send(Request::get("/"), ConnectionUse::Shared).await;
    let second = client.send(Request::get("/"), ConnectionUse::Shared).await;
    assert_eq!(second.result, Err(WireError::ClosedBeforeAnswer));

    let server = Scripted::always(vec![Play::Hear, say(EMPTY), Play::Hear, say(b"H")]).await;
    let client = server.client(brisk());
    client.send(Request::get("/"), ConnectionUse::Shared).await;
    let second = client.send(Request::get("/"), ConnectionUse::Shared).await;
    assert_eq!(second.result, Err(WireError::ClosedInHead { received: 1 }));
    assert!(second.reused_connection);
}

#[tokio::test]
async fn many_exchanges_run_at_once() {
    // Nobody is answered before all have arrived.
    const MANY: usize = 20;
    let (arrived, all) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let connector = in_memory(Limits::default(), move |request| {
        let (arrived, all) = (Arc::clone(&arrived), Arc::clone(&all));
        async move {
            let released = all.notified();
            if arrived.fetch_add(1, Ordering::SeqCst) + 1 == MANY {
                all.notify_waiters();
            } else {
                released.await;
            }
            Response::text(200, &request.target)
        }
    });
    let client = Client::new(connector, brisk());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..MANY {
        let client = client.clone();
        tasks.spawn(async move {
            let target = format!("/{number}");
            let exchange = client.send(Request::get(&target), ConnectionUse::Shared).await;
            assert_eq!(exchange.result.unwrap().body, target.as_bytes());
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

#[tokio::test]
async fn the_host_is_apart_from_the_address() {
    let server = Scripted::always(vec![Play::Hear, say(EMPTY)]).await;
    let client = server.client(brisk());
    let app = Authority::new(Scheme::Http, "app.hardtack.test", server.address.port());

    let plain = client.send(Request::get("/"), ConnectionUse::New).await;
    assert_eq!(plain.url(), format!("http://{}/", server.address));

    let request = Request::get("/").addressed_to(&app);
    let named = client.send(request, ConnectionUse::New).await;
    assert_eq!((named.authority, named.address), (app.clone(), Some(server.address)));

    let addressed = client.addressed_to(&app).unwrap().send(Request::get("/"), ConnectionUse::New).await;
    assert_eq!(addressed.request.header("Host"), Some(app.host_field().as_bytes()));
}

#[tokio::test]
async fn what_was_sent_is_what_the_exchange_says() {
    let server = Scripted::always(vec![Play::Hear, say(EMPTY)]).await;
    let request = Request::get("/a?b=c").with_header("Cookie", b"a=\x01\xff").with_header("X", "");
    let exchange = server.client(brisk()).send(request, ConnectionUse::Shared).await;
    let expected = [
        format!("GET /a?b=c HTTP/1.1\r\nHost: {}\r\n", server.address).as_bytes(),
        b"Cookie: a=\x01\xff\r\nX: \r\n\r\n",
    ]
    .concat();
    assert_eq!(server.heard().await, expected);
    assert_eq!(exchange.request.head, expected);
}

#[tokio::test]
async fn raw_octets_are_sent_as_they_are() {
    let server = Scripted::always(vec![Play::Hear, say(EMPTY)]).await;
    let octets = b"get  /x?\xff HTTP/9\nHost: a.test:81\nCookie: a=\0\r b\r\n\r\n";
    let exchange = server.client(brisk()).send_raw(octets, ConnectionUse::New).await;
    assert_eq!(server.heard().await, octets);
    assert!(exchange.result.is_ok());
    assert_eq!(exchange.request.head, octets);
    assert_eq!(exchange.request.method, "get");
    assert_eq!(exchange.authority, Authority::new(Scheme::Http, "a.test", 81));
}
