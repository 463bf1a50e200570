//! The fault proxy in front of a scripted service.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use hardtack::rig::{Held, Mode, Proxy, free_port};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

const LONG: Duration = Duration::from_mins(1);

/// A service that sends back what it gets, and an address of it.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    address
}

async fn proxy() -> Proxy {
    Proxy::start(echo().await).await.expect("it listens")
}

async fn connect(proxy: &Proxy) -> TcpStream {
    TcpStream::connect(proxy.address()).await.expect("it accepts")
}

async fn say(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.expect("it is open");
}

async fn hear(stream: &mut TcpStream, text: &str) {
    let mut heard = vec![0; text.len()];
    timeout(LONG, stream.read_exact(&mut heard)).await.expect("in time").expect("it is open");
    assert_eq!(String::from_utf8_lossy(&heard), text);
}

async fn is_silent(stream: &mut TcpStream) {
    timeout(LONG, stream.read_u8()).await.expect_err("nothing arrives");
}

async fn is_reset(stream: &mut TcpStream) {
    let error = timeout(LONG, stream.read_u8()).await.expect("in time").expect_err("it is cut");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

async fn arrives(held: &Held) {
    assert!(held.arrived(LONG).await);
}

#[tokio::test]
async fn everything_passes_and_so_do_ends() {
    let proxy = proxy().await;
    let mut client = connect(&proxy).await;
    let long = "x".repeat(1 << 20);
    let (mut from, mut to) = client.split();
    let mut heard = Vec::new();
    let (sent, received) = tokio::join!(
        async {
            to.write_all(long.as_bytes()).await?;
            to.shutdown().await
        },
        from.read_to_end(&mut heard),
    );
    sent.expect("it takes everything");
    assert_eq!(received.expect("it ends in order"), 1 << 20);
    assert_eq!(proxy.mode(), Mode::Pass);
}

#[tokio::test]
async fn refusing_cuts_and_closes_and_keeps_the_port() {
    let proxy = proxy().await;
    let mut client = connect(&proxy).await;
    say(&mut client, "a").await;
    hear(&mut client, "a").await;
    for _ in 0..3 {
        proxy.set(Mode::Refuse).await.expect("it closes");
        let refused = TcpStream::connect(proxy.address()).await.expect_err("nobody listens");
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        is_reset(&mut client).await;
        proxy.set(Mode::Refuse).await.expect("twice is the same");
        proxy.set(Mode::Pass).await.expect("it opens");
        client = connect(&proxy).await;
        say(&mut client, "b").await;
        hear(&mut client, "b").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_black_hole_accepts_and_swallows() {
    let proxy = proxy().await;
    let (mut quiet, mut old) = (connect(&proxy).await, connect(&proxy).await);
    for client in [&mut quiet, &mut old] {
        say(client, "a").await;
        hear(client, "a").await;
    }
    proxy.set(Mode::BlackHole).await.expect("in force");
    let mut new = connect(&proxy).await;
    say(&mut old, "lost").await;
    say(&mut new, "lost").await;
    is_silent(&mut old).await;
    is_silent(&mut new).await;
    proxy.set(Mode::Pass).await.expect("in force");
    is_reset(&mut old).await;
    is_reset(&mut new).await;
    say(&mut quiet, "still here").await;
    hear(&mut quiet, "still here").await;
}

#[tokio::test(start_paused = true)]
async fn each_chunk_is_late() {
    let proxy = proxy().await;
    let mut client = connect(&proxy).await;
    proxy.set(Mode::Delay(Duration::from_secs(5))).await.expect("in force");
    for text in ["one", "two"] {
        let start = Instant::now();
        say(&mut client, text).await;
        hear(&mut client, text).await;
        assert!(start.elapsed() >= Duration::from_secs(5));
    }
}

#[tokio::test(start_paused = true)]
async fn the_nth_chunk_is_held() {
    let proxy = proxy().await;
    let (mut alice, mut bob) = (connect(&proxy).await, connect(&proxy).await);
    let held = proxy.hold(2);
    say(&mut alice, "one").await;
    hear(&mut alice, "one").await;
    assert!(!held.arrived(Duration::ZERO).await);
    say(&mut alice, "two").await;
    arrives(&held).await;
    say(&mut bob, "three").await;
    hear(&mut bob, "three").await;
    is_silent(&mut alice).await;
    held.release();
    hear(&mut alice, "two").await;
}

#[tokio::test(start_paused = true)]
async fn a_hold_that_is_given_up_lets_its_chunk_go_on() {
    let proxy = proxy().await;
    let mut client = connect(&proxy).await;
    let held = proxy.hold(1);
    say(&mut client, "one").await;
    arrives(&held).await;
    is_silent(&mut client).await;
    drop(held);
    hear(&mut client, "one").await;
    drop(proxy.hold(1));
    let replaced = proxy.hold(1);
    let held = proxy.hold(1);
    say(&mut client, "two").await;
    arrives(&held).await;
    assert!(!replaced.arrived(Duration::ZERO).await);
    proxy.set(Mode::Refuse).await.expect("held chunks do not keep it open");
    is_reset(&mut client).await;
}

#[tokio::test]
async fn a_service_that_is_down_resets_its_clients() {
    let proxy =
        Proxy::start(SocketAddr::from(([127, 0, 0, 1], free_port().expect("a port")))).await.expect("it listens");
    let mut client = connect(&proxy).await;
    is_reset(&mut client).await;
    proxy.redirect(echo().await);
    let mut client = connect(&proxy).await;
    say(&mut client, "a").await;
    hear(&mut client, "a").await;
}
