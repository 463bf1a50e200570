//! Workers as processes of this machine: the parent's side.
//!
//! A worker's standard input is its leash: `start` and a moment begins the measuring, `stop` or the end of the input
//! ends it. What it says comes as lines on its standard output, its record last, as on any other machine.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;

use super::attack::Message;
use super::record::Record;

/// What stands in front of what a worker says before its record.
pub const SAYS: &str = "HARDTACK-SAYS ";

/// How long a worker may take to end after its time.
const GRACE: Duration = Duration::from_secs(20);

/// A worker that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RankError {
    /// It cannot be started.
    #[error("failed to start worker {rank}: {cause}")]
    Start {
        /// Which.
        rank: u32,
        /// The reason.
        cause: String,
    },
    /// It ended without a record.
    #[error("worker {rank} ended without a record{}{said}", if said.is_empty() { "" } else { ": " })]
    NoRecord {
        /// Which.
        rank: u32,
        /// What it printed as an error.
        said: String,
        /// Its exit code.
        code: Option<i32>,
    },
    /// It did not end.
    #[error("worker {rank} did not end and was killed")]
    Stuck {
        /// Which.
        rank: u32,
    },
}

/// What a worker said.
#[derive(Debug)]
pub enum Heard {
    /// A message.
    Said {
        /// Who.
        rank: u32,
        /// What.
        message: Message,
    },
    /// Its record.
    Record(Box<Record>),
    /// It ended without one.
    Failed(RankError),
}

/// Workers of this machine.
#[derive(Debug)]
pub struct Ranks {
    leashes: Vec<ChildStdin>,
    heard: mpsc::UnboundedReceiver<Heard>,
}

impl Ranks {
    /// Starts one worker for each command.
    pub fn start(commands: Vec<std::process::Command>) -> Result<Self, RankError> {
        let (tell, heard) = mpsc::unbounded_channel();
        let mut leashes = Vec::new();
        for (rank, command) in (0..).zip(commands) {
            let mut command = Command::from(command);
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
            // Ctrl-C is the parent's: workers hear of it from there.
            #[cfg(unix)]
            command.process_group(0);
            let failed = |cause: &std::io::Error| RankError::Start { rank, cause: cause.to_string() };
            let mut child = command.spawn().map_err(|error| failed(&error))?;
            leashes.extend(child.stdin.take());
            tokio::spawn(follow(rank, child, tell.clone()));
        }
        Ok(Self { leashes, heard })
    }

    /// What a worker says next; `None` when all have ended.
    pub async fn hear(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }

    /// Begins the measuring at a moment, in milliseconds since 1970.
    pub async fn begin(&mut self, at: u64) {
        self.shout(&format!("start {at}\n")).await;
    }

    /// Ends the measuring; records still come.
    pub async fn stop(&mut self) {
        self.shout("stop\n").await;
    }

    async fn shout(&mut self, line: &str) {
        for leash in &mut self.leashes {
            // A worker that has ended needs no telling.
            let _ = leash.write_all(line.as_bytes()).await;
            let _ = leash.flush().await;
        }
    }
}

async fn follow(rank: u32, mut child: Child, tell: mpsc::UnboundedSender<Heard>) {
    let mut errors = child.stderr.take();
    let complaints = tokio::spawn(async move {
        let mut text = String::new();
        if let Some(errors) = &mut errors {
            let _ = errors.read_to_string(&mut text).await;
        }
        text
    });
    let mut rest = String::new();
    if let Some(out) = child.stdout.take() {
        let mut lines = BufReader::new(out).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(message) = line.strip_prefix(SAYS).and_then(|json| serde_json::from_str(json).ok()) {
                let _ = tell.send(Heard::Said { rank, message });
            } else {
                rest.push_str(&line);
                rest.push('\n');
            }
        }
    }
    let record = Record::read_lines(&rest).ok().and_then(|mut records| records.pop());
    let ended = tokio::time::timeout(GRACE, child.wait()).await;
    let heard = match (record, ended) {
        (Some(record), _) => Heard::Record(Box::new(record)),
        (None, Err(_)) => Heard::Failed(RankError::Stuck { rank }),
        (None, Ok(status)) => {
            let code = status.ok().and_then(|status| status.code());
            let said = complaints.await.unwrap_or_default().trim().to_owned();
            Heard::Failed(RankError::NoRecord { rank, said, code })
        }
    };
    let _ = tell.send(heard);
}
