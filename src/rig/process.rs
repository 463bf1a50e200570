//! A process that certainly ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::account::Account;
use super::group::Group;
use super::output::{Captured, Reading};
use super::{Output, RigError};

/// How long the rest of a group may go on when its leader has ended on request.
const LEFTOVERS: Duration = Duration::from_millis(500);

/// How long the end of the output is waited for after a process has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How long a killed process may take to disappear.
const KILLED: Duration = Duration::from_secs(5);

/// How to start a process.
#[derive(Debug, Clone)]
pub struct ProcessCommand {
    /// What it is, for messages: "the server".
    pub what: String,
    /// The program: a path, or a name that is looked up in PATH.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Environment added to hardtack's own.
    pub env: BTreeMap<String, String>,
    /// Where it runs; a relative path of the program starts here.
    pub folder: PathBuf,
    /// As whom it runs; as whoever runs hardtack when `None`.
    pub user: Option<Account>,
}

/// A process in a group of its own. The whole group ends with it: when it is stopped, when it ends by itself, when
/// this is dropped, and through a watchdog also when hardtack is killed.
#[derive(Debug)]
pub struct Process {
    what: String,
    group: Arc<Mutex<Group>>,
    /// Set while ending is asked for: then the rest of the group gets a moment as well.
    stopping: Arc<AtomicBool>,
    status: watch::Receiver<Option<ExitStatus>>,
    captured: Captured,
}

impl Process {
    /// Starts a process. Needs a tokio runtime.
    pub fn spawn(command: &ProcessCommand) -> Result<Self, RigError> {
        Self::spawn_into(command, Captured::default())
    }

    /// Starts a process whose output continues another one's.
    pub(super) fn spawn_into(command: &ProcessCommand, captured: Captured) -> Result<Self, RigError> {
        let mut started = tokio::process::Command::new(program(command));
        started
            .args(&command.arguments)
            .envs(&command.env)
            .current_dir(&command.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        if let Some(user) = &command.user {
            started.uid(user.uid).gid(user.gid);
        }
        let (mut child, group) = Group::spawn(&mut started).map_err(|cause| RigError::Spawn {
            what: command.what.clone(),
            program: command.program.to_string_lossy().into_owned(),
            cause,
        })?;
        let reading = captured.read(child.stdout.take(), child.stderr.take());
        let (tell, status) = watch::channel(None);
        let group = Arc::new(Mutex::new(group));
        let stopping = Arc::new(AtomicBool::new(false));
        tokio::spawn(supervise(child, Arc::clone(&group), Arc::clone(&stopping), reading, tell));
        Ok(Self { what: command.what.clone(), group, stopping, status, captured })
    }

    /// What it is, for messages.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The end of what it has printed so far.
    #[must_use]
    pub fn output(&self) -> Output {
        self.captured.output()
    }

    /// How it ended; `None` while it runs.
    #[must_use]
    pub fn status(&self) -> Option<ExitStatus> {
        *self.status.borrow()
    }

    /// Waits until it has ended by itself and its output is complete.
    pub async fn exited(&self) -> ExitStatus {
        let mut status = self.status.clone();
        // The supervisor sends before it goes, so that an error cannot be seen; waiting on is right all the same.
        match status.wait_for(Option::is_some).await.map(|status| *status) {
            Ok(Some(status)) => status,
            _ => std::future::pending().await,
        }
    }

    /// Asks the group to end, waits for it at most for `grace`, and ends it by force.
    pub async fn stop(self, grace: Duration) -> Option<ExitStatus> {
        self.stopping.store(true, Ordering::SeqCst);
        lock(&self.group).ask_to_end();
        let deadline = Instant::now() + grace;
        if timeout_at(deadline, self.exited()).await.is_ok() {
            let deadline = deadline.min(Instant::now() + LEFTOVERS);
            while !lock(&self.group).is_empty() && Instant::now() < deadline {
                sleep(Duration::from_millis(5)).await;
            }
        }
        lock(&self.group).end();
        timeout(KILLED, self.exited()).await.ok()
    }

    /// Ends the group by force and waits until it is gone.
    pub async fn kill(self) -> Option<ExitStatus> {
        self.stopping.store(true, Ordering::SeqCst);
        lock(&self.group).end();
        timeout(KILLED, self.exited()).await.ok()
    }
}

/// Runs a command that ends by itself; why it did not succeed, in words that follow its name.
pub(super) async fn succeeds(command: &ProcessCommand, limit: Duration) -> Result<(), String> {
    let process = Process::spawn(command).map_err(|error| match error {
        RigError::Spawn { cause, .. } => format!("does not start: {cause}"),
        other => other.to_string(),
    })?;
    match timeout(limit, process.exited()).await {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            let output = process.output();
            let said = output.last_lines(1).first().map(|line| format!(": {line}")).unwrap_or_default();
            Err(format!("failed ({status}){said}"))
        }
        Err(_) => Err(format!("did not end within {limit:?}")),
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        lock(&self.group).end();
    }
}

/// A relative path means the command's folder; what `exec` makes of it depends on the system.
fn program(command: &ProcessCommand) -> PathBuf {
    let path = PathBuf::from(&command.program);
    if path.components().count() > 1 && path.is_relative() { command.folder.join(path) } else { path }
}

/// Waits for the end of a process and tells of it.
async fn supervise(
    mut child: tokio::process::Child,
    group: Arc<Mutex<Group>>,
    stopping: Arc<AtomicBool>,
    mut reading: Reading,
    tell: watch::Sender<Option<ExitStatus>>,
) {
    let Ok(status) = child.wait().await else {
        // The kernel does not know the child any more: nothing is left to wait for.
        return;
    };
    if !stopping.load(Ordering::SeqCst) {
        lock(&group).end();
        reading.finished(LAST_WORDS).await;
    }
    tell.send_replace(Some(status));
}

fn lock(group: &Mutex<Group>) -> MutexGuard<'_, Group> {
    group.lock().unwrap_or_else(PoisonError::into_inner)
}
