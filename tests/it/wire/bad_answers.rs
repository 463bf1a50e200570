//! Servers that are down, slow, talkative or wrong: an error of the right kind, with what had arrived.

use std::{sync::Arc, time::Duration};

use hardtack::wire::{Client, ConnectionUse, Connector, Limits, Phase, Request, WireError};
use tokio::net::TcpListener;

use super::scripted::{Play, Scripted, answer, brisk, exchange};

fn short() -> Limits {
    Limits { total: Duration::from_millis(400), ..brisk() }
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_unreachable() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = Client::new(Connector::tcp(address), brisk());
    let error = client.send(Request::get("/"), ConnectionUse::Shared).await.result.unwrap_err();
    assert!(matches!(error, WireError::Connect { .. }), "{error:?}");
    assert!(error.is_unreachable());
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

#[tokio::test]
async fn closing_early_is_told_apart_by_place() {
    let closed = exchange(vec![Play::Hear], brisk()).await;
    assert_eq!(closed.result, Err(WireError::ClosedBeforeAnswer));
    assert!(!closed.result.unwrap_err().is_unreachable());

    let in_head = exchange(answer("HTTP/1.1 200 OK\r\nSet-Cook"), brisk()).await;
    assert_eq!(in_head.result, Err(WireError::ClosedInHead { received: 25 }));
    assert_eq!(in_head.unparsed, b"HTTP/1.1 200 OK\r\nSet-Cook");

    let in_body = exchange(answer("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 9\r\n\r\nabc"), brisk()).await;
    assert_eq!(in_body.result, Err(WireError::ClosedInBody { received: 3 }));
}

#[tokio::test]
async fn a_cut_body_leaves_its_head_as_evidence() {
    let cut = exchange(answer("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 9\r\n\r\nabc"), brisk()).await;
    let partial = cut.seen().unwrap();
    assert_eq!(partial.set_cookies().collect::<Vec<_>>(), [b"a=1"]);
    assert_eq!(partial.body, b"abc");
}

#[tokio::test]
async fn garbage_is_refused_at_once_and_kept() {
    // The server says no more and does not close: the client must not wait for it.
    let script = vec![Play::Hear, Play::Say(b"SSH-2.0-x\r\n".to_vec()), Play::Hang];
    let garbage = exchange(script, brisk()).await;
    assert_eq!(garbage.result, Err(WireError::Garbage { what: "no status line", offset: 0 }));
    assert_eq!(garbage.unparsed, b"SSH-2.0-x\r\n");
}

#[tokio::test]
async fn a_status_that_is_no_number_is_garbage() {
    let garbage = exchange(answer("HTTP/1.1 OK\r\nSet-Cookie: a=1\r\n\r\n"), brisk()).await;
    assert!(matches!(garbage.result, Err(WireError::Garbage { offset: 9, .. })), "{:?}", garbage.result);
    assert_eq!(garbage.unparsed, b"HTTP/1.1 OK\r\nSet-Cookie: a=1\r\n\r\n");
}

#[tokio::test]
async fn heads_that_never_end_are_cut_off() {
    for endless in [&b"X: y\r\n"[..], b"y", b"\r\n"] {
        let start = if endless == b"\r\n" { &b""[..] } else { b"HTTP/1.1 200 OK\r\nX: " };
        let script = vec![Play::Hear, Play::Say(start.to_vec()), Play::SayForever(endless.to_vec())];
        let large = exchange(script, brisk()).await;
        assert_eq!(large.result, Err(WireError::HeadTooLarge { limit: 4096 }));
        assert!(large.unparsed.len() > 4096);
    }
}

#[tokio::test]
async fn interim_responses_that_never_end_are_cut_off() {
    let script = vec![Play::Hear, Play::SayForever(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".to_vec())];
    let large = exchange(script, brisk()).await;
    assert_eq!(large.result, Err(WireError::HeadTooLarge { limit: 4096 }));
    assert!(!large.informational.is_empty());
}

#[tokio::test]
async fn megabytes_of_body_are_truncated_however_framed() {
    for framing in ["", "Content-Length: 99999999\r\n", "Transfer-Encoding: chunked\r\n"] {
        let head = format!("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\n{framing}\r\n");
        let piece = if framing.starts_with('T') { &b"5\r\nabcde\r\n"[..] } else { b"abcde" };
        let script = vec![Play::Hear, Play::Say(head.into_bytes()), Play::SayForever(piece.to_vec())];
        let response = exchange(script, brisk()).await.result.unwrap();
        assert!(response.body_truncated);
        assert_eq!(response.body.len(), 8192);
        assert_eq!(response.header("Set-Cookie"), Some(&b"a=1"[..]));
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_whole() {
    let body = "x".repeat(8192);
    for framing in ["", "Content-Length: 8192\r\n"] {
        let response = exchange(answer(format!("HTTP/1.1 200 OK\r\n{framing}\r\n{body}")), brisk()).await;
        assert!(!response.result.unwrap().body_truncated);
    }
}

#[tokio::test]
async fn silence_is_a_timeout_of_the_first_octet() {
    let limits = Limits { first_byte: Duration::from_millis(50), ..brisk() };
    let silent = exchange(vec![Play::Hear, Play::Hang], limits).await;
    let expected = WireError::Timeout { phase: Phase::FirstOctet, after: limits.first_byte };
    assert_eq!(silent.result, Err(expected));
}

#[tokio::test]
async fn a_stalled_head_or_body_is_a_timeout_of_its_phase() {
    let limits = Limits { idle: Duration::from_millis(50), ..brisk() };
    for (said, phase) in [
        ("HTTP/1.1 200 OK\r\nX:", Phase::Head),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", Phase::Body),
        ("HTTP/1.1 200 OK\r\n\r\nab", Phase::Body),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", Phase::Body),
    ] {
        let stalled = exchange(vec![Play::Hear, Play::Say(said.into()), Play::Hang], limits).await;
        assert_eq!(stalled.result, Err(WireError::Timeout { phase, after: limits.idle }), "{said}");
    }
}

#[tokio::test]
async fn a_drip_that_is_never_idle_ends_with_the_total() {
    let drip = |start: &str| {
        let drops = vec![b'x'; 10_000_000];
        vec![Play::Hear, Play::Say(start.into()), Play::Drip(drops)]
    };
    let limits = Limits { head_octets: usize::MAX, body_octets: usize::MAX, ..short() };
    for (start, phase) in [("HTTP/1.1 200 OK\r\nX: ", Phase::Head), ("HTTP/1.1 200 OK\r\n\r\n", Phase::Body)] {
        let slow = exchange(drip(start), limits).await;
        assert_eq!(slow.result, Err(WireError::Timeout { phase, after: limits.total }));
    }
}

#[tokio::test]
async fn a_server_that_does_not_read_ends_with_the_total() {
    let request = Request::post("/", "text/plain", vec![b'x'; 64 * 1024 * 1024]);
    let server = Scripted::always(vec![Play::Wait(Arc::default())]).await;
    let stuck = server.client(short()).send(request, ConnectionUse::Shared).await;
    assert_eq!(stuck.result, Err(WireError::Timeout { phase: Phase::Send, after: short().total }));
}

#[tokio::test]
async fn an_answer_before_the_request_was_read_counts() {
    let refusal = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n".to_vec();
    let wait = Play::Wait(Arc::default());
    let server = Scripted::always(vec![Play::Hear, Play::Say(refusal), wait]).await;
    let request = Request::post("/", "text/plain", vec![b'x'; 64 * 1024 * 1024]);
    let refused = server.client(brisk()).send(request, ConnectionUse::Shared).await;
    assert_eq!(refused.result.unwrap().status, 413);
}

#[tokio::test]
async fn broken_chunks_are_garbage_or_cut() {
    let chunked = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (body, kind) in [
        ("zz\r\n", "garbage"),
        ("-1\r\n", "garbage"),
        ("ffffffffffffffffff\r\n", "garbage"),
        ("3\r\nabcd\r\n0\r\n\r\n", "garbage"),
        ("3\r\nab", "closed-in-body"),
        ("3\r\nabc\r\n", "closed-in-body"),
        ("0\r\n", "closed-in-body"),
    ] {
        let broken = exchange(answer(format!("{chunked}{body}")), brisk()).await;
        assert_eq!(broken.result.as_ref().unwrap_err().kind(), kind, "{body:?}");
        assert_eq!(broken.seen().unwrap().header("Set-Cookie"), Some(&b"a=1"[..]));
    }
    let long = exchange(answer(format!("{chunked}{}", "1".repeat(5000))), brisk()).await;
    assert_eq!(long.result.unwrap_err().kind(), "garbage");
    let trailers =
        vec![Play::Hear, Play::Say(format!("{chunked}0\r\n").into_bytes()), Play::SayForever(b"A: b\r\n".to_vec())];
    assert_eq!(exchange(trailers, brisk()).await.result, Err(WireError::HeadTooLarge { limit: 4096 }));
}
