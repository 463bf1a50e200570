//! Answers that are odd and can still be delimited: the evidence is whole, the oddity reported.

use hardtack::wire::{AnomalyKind, ConnectionUse, Request, Response};

use super::scripted::{Play, Scripted, answer, brisk, exchange};

async fn response(octets: &[u8]) -> Response {
    exchange(answer(octets), brisk()).await.result.unwrap()
}

fn kinds(response: &Response) -> Vec<AnomalyKind> {
    response.anomalies.iter().map(|anomaly| anomaly.kind).collect()
}

#[tokio::test]
async fn octets_that_ordinary_clients_refuse_stay_in_the_evidence() {
    let head = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\x002\x7f; Path=/\r\nSet-Cookie: b=1\r2\r\nSet-Cookie: c=1;\r\n \
        Path=/\r\nno colon\r\nContent-Length: 2\r\n\r\n";
    let response = response(&[&head[..], b"ok"].concat()).await;
    assert_eq!(response.head, head);
    assert_eq!(response.body, b"ok");
    let cookies: Vec<_> = response.set_cookies().collect();
    assert_eq!(cookies, [&b"a=1\x002\x7f; Path=/"[..], b"b=1\r2", b"c=1; Path=/"]);
    let expected = [
        AnomalyKind::Nul,
        AnomalyKind::ControlOctet,
        AnomalyKind::BareCarriageReturn,
        AnomalyKind::FoldedLine,
        AnomalyKind::MissingColon,
    ];
    assert_eq!(kinds(&response), expected);
}

#[tokio::test]
async fn lines_that_end_in_lf_alone_are_lines() {
    let octets = b"HTTP/1.1 200 OK\nSet-Cookie: a=1\nTransfer-Encoding: chunked\n\n2\nok\n0\n\n";
    let response = response(octets).await;
    assert_eq!(response.header("Set-Cookie"), Some(&b"a=1"[..]));
    assert_eq!(response.body, b"ok");
    assert!(kinds(&response).iter().all(|kind| *kind == AnomalyKind::BareLineFeed));
    assert_eq!(response.anomalies.first().unwrap().offset, 15);
    // The last is the empty line that ends the trailers.
    assert_eq!(response.anomalies.last().unwrap().offset, octets.len() - 1);
}

#[tokio::test]
async fn an_answer_may_arrive_octet_by_octet() {
    let octets = b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\n";
    let response = exchange(vec![Play::Hear, Play::Drip(octets.to_vec())], brisk()).await.result.unwrap();
    assert_eq!(response.body, b"abc");
    assert_eq!(response.header("A"), Some(&b"b c"[..]));
    assert_eq!(response.trailers[0].name, "T");
    assert_eq!(response.trailers[0].value(), b"u");
    // Trailers are no header fields.
    assert_eq!(response.header("T"), None);
}

#[tokio::test]
async fn interim_responses_come_before_the_final_one() {
    let octets = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nSet-Cookie: early=1\r\n\r\n\
        HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let exchange = exchange(answer(octets), brisk()).await;
    let statuses: Vec<_> = exchange.informational.iter().map(|response| response.status).collect();
    assert_eq!(statuses, [100, 103]);
    assert_eq!(exchange.informational[1].header("Set-Cookie"), Some(&b"early=1"[..]));
    let last = exchange.result.unwrap();
    assert_eq!(last.status, 200);
    assert_eq!(last.set_cookies().count(), 0);
}

#[tokio::test]
async fn some_answers_have_no_body_whatever_they_say() {
    for (method, status) in [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Not Modified")] {
        // The server keeps the connection open: waiting for nine octets would be a timeout.
        let said = format!("HTTP/1.1 {status}\r\nContent-Length: 9\r\n\r\n");
        let server = Scripted::always(vec![Play::Hear, Play::Say(said.into_bytes()), Play::Hang]).await;
        let exchange = server.client(brisk()).send(Request::new(method, "/"), ConnectionUse::Shared).await;
        assert_eq!(exchange.result.unwrap().body, b"");
    }
}

#[tokio::test]
async fn conflicting_lengths_end_at_the_smallest() {
    let response = response(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 2\r\n\r\nabcd").await;
    assert_eq!(response.body, b"ab");
    assert!(kinds(&response).contains(&AnomalyKind::ConflictingLengths));
    assert!(kinds(&response).contains(&AnomalyKind::UnaskedOctets));
}

#[tokio::test]
async fn a_length_beside_chunks_yields_to_them() {
    let octets = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    let response = response(octets).await;
    assert_eq!(response.body, b"ok");
    assert_eq!(kinds(&response), [AnomalyKind::LengthAndTransferCoding]);
}

#[tokio::test]
async fn without_length_the_close_ends_the_body() {
    let response = response(b"HTTP/1.0 200 OK\r\n\r\nto the end").await;
    assert_eq!(response.body, b"to the end");
    assert_eq!(kinds(&response), []);
}

#[tokio::test]
async fn redirects_are_answers() {
    let server = Scripted::always(answer("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")).await;
    let exchange = server.client(brisk()).send(Request::get("/start"), ConnectionUse::Shared).await;
    assert_eq!(exchange.result.unwrap().redirect(), Some(&b"/"[..]));
    assert!(server.heard().await.starts_with(b"GET /start HTTP/1.1\r\n"));
}
