//! One connection through the fault proxy.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::proxy::{Mode, Shared};

/// Octets of one chunk.
const CHUNK: usize = 64 * 1024;

/// Which way octets go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    ToService,
    ToClient,
}

/// Relays one connection until either side ends it, or the mode cuts it.
pub(super) async fn connection(mut client: TcpStream, shared: Arc<Shared>) {
    let swallowed = AtomicBool::new(false);
    let ended = tokio::select! {
        biased;
        () = cut(&shared, &swallowed) => Err(io::ErrorKind::ConnectionReset.into()),
        ended = relay(&mut client, &shared, &swallowed) => ended,
    };
    if ended.is_err() {
        // Closing then sends a reset instead of an orderly end.
        let _ = client.set_zero_linger();
    }
}

/// Waits for a mode that ends the connection.
async fn cut(shared: &Shared, swallowed: &AtomicBool) {
    let mut modes = shared.mode.subscribe();
    let cuts = |mode: &Mode| match mode {
        Mode::Refuse => true,
        Mode::BlackHole => false,
        Mode::Pass | Mode::Delay(_) => swallowed.load(Ordering::SeqCst),
    };
    if modes.wait_for(cuts).await.is_err() {
        // The proxy is gone, and this connection with it.
        std::future::pending::<()>().await;
    }
}

async fn relay(client: &mut TcpStream, shared: &Shared, swallowed: &AtomicBool) -> io::Result<()> {
    let mut service = TcpStream::connect(shared.upstream()).await?;
    client.set_nodelay(true)?;
    service.set_nodelay(true)?;
    let (from_client, to_client) = client.split();
    let (from_service, to_service) = service.split();
    tokio::try_join!(
        pump(from_client, to_service, Way::ToService, shared, swallowed),
        pump(from_service, to_client, Way::ToClient, shared, swallowed),
    )?;
    Ok(())
}

async fn pump<R, W>(mut from: R, mut to: W, way: Way, shared: &Shared, swallowed: &AtomicBool) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = from.read(&mut buffer).await?;
        if count > 0 && way == Way::ToService {
            shared.count().await;
            let delay = match *shared.mode.borrow() {
                Mode::Delay(delay) => delay,
                _ => std::time::Duration::ZERO,
            };
            if !delay.is_zero() {
                sleep(delay).await;
            }
        }
        if disappears(shared, swallowed) {
            if count == 0 {
                // The other side must not learn of the end.
                std::future::pending::<()>().await;
            }
        } else if count == 0 {
            return to.shutdown().await;
        } else {
            to.write_all(&buffer[..count]).await?;
        }
    }
}

/// Whether what arrives now disappears; remembers that it did, before the mode can change.
fn disappears(shared: &Shared, swallowed: &AtomicBool) -> bool {
    let mode = shared.mode.borrow();
    let disappears = *mode == Mode::BlackHole;
    if disappears {
        swallowed.store(true, Ordering::SeqCst);
    }
    disappears
}
