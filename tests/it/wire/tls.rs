//! TLS over loopback with a self-made certificate.

use std::net::{Ipv4Addr, SocketAddr};

use hardtack::{
    cookie::Scheme,
    wire::{Authority, Client, ConnectionUse, Connector, Identity, Limits, Listener, Request, Response, Roots},
};

use super::scripted::{Play, Scripted, brisk};

const NAMES: [&str; 3] = ["app.hardtack.test", "a.app.hardtack.test", "127.0.0.1"];

async fn server(identity: &Identity) -> Listener {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let cookie = |_| async { Response::text(200, "secret").with_header("Set-Cookie", "__Host-a=1; Secure; Path=/") };
    Listener::bind_at(any_port, Some(identity), Limits::default(), cookie).await.unwrap()
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_gets_an_answer_under_each_name() {
    let identity = Identity::self_made(&NAMES).unwrap();
    let server = server(&identity).await;
    for name in NAMES {
        let connector = Connector::tls(server.address(), name, &identity.roots()).unwrap();
        let client = Client::new(connector, brisk());
        for reused in [false, true] {
            let exchange = client.send(Request::get("/"), ConnectionUse::Shared).await;
            assert_eq!(exchange.reused_connection, reused);
            assert_eq!(exchange.url(), format!("https://{name}:{}/", server.address().port()));
            assert_eq!(exchange.result.unwrap().body, b"secret");
        }
    }
    server.shutdown().await;
}

#[tokio::test]
async fn another_host_has_a_handshake_of_its_own() {
    let identity = Identity::self_made(&NAMES).unwrap();
    let server = server(&identity).await;
    let connector = Connector::tls(server.address(), NAMES[0], &identity.roots()).unwrap();
    let client = Client::new(connector, brisk());
    client.send(Request::get("/"), ConnectionUse::Shared).await;
    let other = Authority::new(Scheme::Https, NAMES[1], server.address().port());
    let exchange = client.addressed_to(&other).unwrap().send(Request::get("/"), ConnectionUse::Shared).await;
    assert!(!exchange.reused_connection);
    assert!(exchange.result.is_ok());
    let stranger = Authority::new(Scheme::Https, "other.test", server.address().port());
    let exchange = client.addressed_to(&stranger).unwrap().send(Request::get("/"), ConnectionUse::Shared).await;
    assert_eq!(exchange.result.unwrap_err().kind(), "tls");
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_a_tls_failure() {
    let server = server(&Identity::self_made(&NAMES).unwrap()).await;
    let roots = Identity::self_made(&NAMES).unwrap().roots();
    let client = Client::new(Connector::tls(server.address(), NAMES[0], &roots).unwrap(), brisk());
    let error = client.send(Request::get("/"), ConnectionUse::Shared).await.result.unwrap_err();
    assert_eq!(error.kind(), "tls");
    assert!(error.is_unreachable());
}

#[tokio::test]
async fn plain_http_to_a_tls_port_is_no_answer() {
    let server = server(&Identity::self_made(&NAMES).unwrap()).await;
    let client = Client::new(Connector::tcp(server.address()), brisk());
    let error = client.send(Request::get("/"), ConnectionUse::Shared).await.result.unwrap_err();
    assert!(matches!(error.kind(), "garbage" | "closed-before-answer"), "{error:?}");
}

#[tokio::test]
async fn tls_to_a_plain_port_is_a_tls_failure() {
    let server = Scripted::always(vec![Play::Say(b"HTTP/1.1 400 x\r\n\r\n".into())]).await;
    let roots = Identity::self_made(&NAMES).unwrap().roots();
    let client = Client::new(Connector::tls(server.address, NAMES[0], &roots).unwrap(), brisk());
    let error = client.send(Request::get("/"), ConnectionUse::Shared).await.result.unwrap_err();
    assert_eq!(error.kind(), "tls");
}

#[test]
fn pem_without_certificates_is_refused() {
    assert!(Roots::from_pem(b"nothing").is_err());
    assert!(Identity::from_pem(b"nothing", b"nothing").is_err());
}
