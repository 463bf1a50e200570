//! Gates hold requests until they are released.

use std::time::Duration;

use hardtack::rig::{Gate, GateKeeper};
use hardtack::wire::{Authority, Client, ConnectionUse, Connector, Limits, Request};
use tokio::task::{JoinHandle, JoinSet};
use url::Url;

const LONG: Duration = Duration::from_mins(1);

/// What a server does on `ctl.wait`: a GET, and the status of its answer.
async fn wait_at(url: String) -> u16 {
    let url = Url::parse(&url).expect("a gate has a URL");
    let authority = Authority::of(&url).expect("an http URL");
    let connector = Connector::tcp(format!("{}:{}", authority.host, authority.port).parse().expect("an address"));
    let limits = Limits { first_byte: LONG, total: LONG, ..Limits::default() };
    let exchange = Client::new(connector, limits).send(Request::get_url(&url, &authority), ConnectionUse::New).await;
    exchange.result.expect("a gate answers").status
}

fn client(gate: &Gate) -> JoinHandle<u16> {
    tokio::spawn(wait_at(gate.url().to_owned()))
}

#[tokio::test]
async fn a_request_is_held_until_its_gate_is_released() {
    let keeper = GateKeeper::start().await.expect("it listens");
    let gate = keeper.gate();
    assert!(!gate.arrived(Duration::ZERO).await);
    let (first, second) = (client(&gate), client(&gate));
    assert!(gate.arrived(LONG).await);
    assert!(!first.is_finished() || !second.is_finished());
    gate.release();
    assert_eq!((first.await.expect("no panic"), second.await.expect("no panic")), (200, 200));
    assert_eq!(gate.arrivals(), 2);
    assert_eq!(client(&gate).await.expect("no panic"), 200, "it stays open");
}

#[tokio::test]
async fn a_dropped_gate_lets_nothing_hang() {
    let keeper = GateKeeper::start().await.expect("it listens");
    let gate = keeper.gate();
    let url = gate.url().to_owned();
    let held = client(&gate);
    assert!(gate.arrived(LONG).await);
    drop(gate);
    assert_eq!(held.await.expect("no panic"), 503);
    assert_eq!(wait_at(url.clone()).await, 410);
    assert_eq!(wait_at(url.replace("/gate/", "/other/")).await, 410);
}

#[tokio::test]
async fn many_gates_are_independent() {
    let keeper = GateKeeper::start().await.expect("it listens");
    let gates: Vec<Gate> = (0..40).map(|_| keeper.gate()).collect();
    let mut held = JoinSet::new();
    for (index, gate) in gates.iter().enumerate() {
        let url = gate.url().to_owned();
        held.spawn(async move { (index, wait_at(url).await) });
    }
    for gate in &gates {
        assert!(gate.arrived(LONG).await);
    }
    for (index, gate) in gates.iter().enumerate().rev() {
        assert!(held.try_join_next().is_none(), "a request passed a closed gate");
        gate.release();
        assert_eq!(held.join_next().await.expect("one is left").expect("no panic"), (index, 200));
    }
}
