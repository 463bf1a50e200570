//! Ctrl-C: once to finish, twice to end.

use tokio::sync::watch;

use super::output::Console;
use crate::event::ExitCode;

/// Becomes `true` at the first Ctrl-C (or SIGTERM), so that the command can finish its reports. The second one ends
/// the process at once.
pub(super) fn watch_for(console: &Console, what_happens: &'static str) -> watch::Receiver<bool> {
    let (asked, asking) = watch::channel(false);
    let console = console.clone();
    tokio::spawn(async move {
        pressed().await;
        console.note(what_happens);
        asked.send_replace(true);
        pressed().await;
        std::process::exit(i32::from(ExitCode::INTERRUPTED.code()));
    });
    asking
}

/// Until somebody asks this process to end.
async fn pressed() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            () = interrupted() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    interrupted().await;
}

async fn interrupted() {
    // Where the system has no such signal, nobody can send it.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Until the first Ctrl-C.
pub(super) async fn wait(mut asking: watch::Receiver<bool>) {
    // The sender lives as long as the process.
    let _ = asking.wait_for(|asked| *asked).await;
}
