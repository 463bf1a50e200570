//! Ctrl-C: once to finish, twice to end.

use tokio::sync::watch;

use super::output::Console;
use crate::event::ExitCode;

/// Becomes `true` at the first Ctrl-C (or SIGTERM), so that the command can finish its reports. The second one ends
/// the process at once. Counts from the return of this function.
pub(super) fn watch_for(console: &Console, what_happens: &'static str) -> watch::Receiver<bool> {
    let (asked, asking) = watch::channel(false);
    let console = console.clone();
    let mut signals = Signals::listen();
    tokio::spawn(async move {
        signals.next().await;
        console.note(what_happens);
        asked.send_replace(true);
        signals.next().await;
        std::process::exit(i32::from(ExitCode::INTERRUPTED.code()));
    });
    asking
}

/// Until the first Ctrl-C.
pub(super) async fn wait(mut asking: watch::Receiver<bool>) {
    // The sender lives as long as the process.
    let _ = asking.wait_for(|asked| *asked).await;
}

/// What asks this process to end.
#[cfg(unix)]
struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // A signal that cannot be listened to keeps its usual effect: it ends the process.
        Self([SignalKind::interrupt(), SignalKind::terminate()].into_iter().flat_map(signal).collect())
    }

    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let arrived = self.0.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if arrived { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        // Where the system has no such signal, nobody can send it.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
