//! Whatever the octets: no panic, an end, and nothing lost.

use hardtack::wire::{Client, ConnectionUse, Connector, Exchange, HeaderLine, Request, Response, WireError, in_memory};
use proptest::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    runtime::Runtime,
};

use super::scripted::brisk;

/// An exchange in memory with a server that says `octets` in two pieces and closes.
fn exchange(octets: Vec<u8>, cut: usize) -> Exchange {
    let connector = Connector::memory(move || {
        let (client, mut server) = duplex(64 * 1024);
        let octets = octets.clone();
        let cut = cut.min(octets.len());
        tokio::spawn(async move {
            server.write_all(&octets[..cut]).await?;
            tokio::task::yield_now().await;
            server.write_all(&octets[cut..]).await?;
            server.shutdown().await?;
            server.read_to_end(&mut Vec::new()).await
        });
        client
    });
    let client = Client::new(connector, brisk());
    Runtime::new().unwrap().block_on(client.send(Request::get("/"), ConnectionUse::Shared))
}

/// Octets that look like an answer often enough to get past the status line.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            &b"\r\n"[..], b"\n", b"\r", b"\0", b": ", b":", b" ", b"\t", b"\r\n\r\n", b"\n\n", b"Set-Cookie: a=1",
            b"Content-Length: 3", b"Content-Length: 5", b"Transfer-Encoding: chunked", b"Transfer-Encoding: x",
            b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 \r\n\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n", b"ffff\r\n", b"abc",
        ]).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..8),
    ];
    let start =
        prop::sample::select(vec![&b""[..], b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200 OK\n", b"HTTP/1.1 204 x\r\n"]);
    (start, prop::collection::vec(piece, 0..24)).prop_map(|(start, pieces)| [start.to_vec(), pieces.concat()].concat())
}

fn header() -> impl Strategy<Value = HeaderLine> {
    let value = prop::collection::vec(prop_oneof![b' '..=b'~', 0x80..=0xff_u8, Just(b'\t')], 0..20);
    ("X-[a-zA-Z0-9!#$%&'*+.^_`|~-]{0,8}", value).prop_map(|(name, value)| HeaderLine::new(name, value))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_answer_ends_and_is_kept(octets in answers(), cut in 0..200_usize) {
        let exchange = exchange(octets.clone(), cut);
        let mut heads: Vec<u8> = exchange.informational.iter().flat_map(|response| response.head.clone()).collect();
        match (exchange.seen(), &exchange.result) {
            (Some(response), _) => {
                heads.extend_from_slice(&response.head);
                prop_assert!(response.status >= 100);
            }
            (None, Err(_)) => heads.extend_from_slice(&exchange.unparsed),
            (None, Ok(_)) => unreachable!(),
        }
        prop_assert!(octets.starts_with(&heads), "{:?}", exchange);
        // What was read to the close without a head is in the evidence as a whole.
        if matches!(exchange.result, Err(WireError::ClosedInHead { .. } | WireError::ClosedBeforeAnswer)) {
            prop_assert_eq!(heads, octets);
        }
    }

    #[test]
    fn any_octets_end(octets in prop::collection::vec(any::<u8>(), 0..200), cut in 0..200_usize) {
        prop_assert!(exchange(octets, cut).result.is_err());
    }

    #[test]
    fn a_written_response_reads_back(
        status in 200..600_u16,
        headers in prop::collection::vec(header(), 0..6),
        body in prop::collection::vec(any::<u8>(), 0..200),
        chunked: bool,
    ) {
        let mut written = Response::new(status).with_body(body);
        written.headers = headers;
        if chunked {
            written = written.with_header("Transfer-Encoding", "chunked");
        }
        let given = written.clone();
        let connect = || in_memory(brisk(), move |_| { let given = given.clone(); async move { given } });
        let exchange = Runtime::new().unwrap().block_on(async {
            Client::new(connect(), brisk()).send(Request::get("/"), ConnectionUse::New).await
        });
        let read = exchange.result.unwrap();
        prop_assert_eq!(read.status, written.status);
        prop_assert_eq!(read.reason, written.reason);
        prop_assert_eq!(&read.headers[..written.headers.len()], &written.headers[..]);
        prop_assert_eq!(read.anomalies, []);
        if !matches!(status, 204 | 304) {
            prop_assert_eq!(read.body, written.body);
        }
    }

    #[test]
    fn a_written_request_reads_back(
        method in "[A-Z]{1,8}",
        target in "/[a-zA-Z0-9/?&=%._~-]{0,20}",
        headers in prop::collection::vec(header(), 0..6),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut written = Request::new(method, target);
        written.headers = headers;
        written.body = body;
        let (sender, receiver) = std::sync::mpsc::channel();
        let connect = || in_memory(brisk(), move |request| {
            sender.send(request).unwrap();
            async { Response::new(204) }
        });
        let exchange = Runtime::new().unwrap().block_on(async {
            Client::new(connect(), brisk()).send(written, ConnectionUse::Shared).await
        });
        prop_assert_eq!(receiver.recv().unwrap(), exchange.request);
    }
}
