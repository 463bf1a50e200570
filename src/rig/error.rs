//! Why a target could not be raised or controlled.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use super::Output;
use crate::contract::{Control, ServiceRole};
use crate::document::duration;
use crate::target::Variant;
use crate::wire::{TlsError, WireError};

/// How many lines of a process's output an error shows.
const LINES: usize = 15;

/// Why a target could not be raised or controlled. Prints what happened; [`RigError::remedy`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RigError {
    /// A requirement of the variant does not hold on this machine. Not a failure: the variant is left out.
    #[error("{axis}={value} is not available here: `{command}` {reason}")]
    Unavailable {
        /// The axis.
        axis: String,
        /// The value that has the requirement.
        value: String,
        /// The command that should succeed.
        command: String,
        /// How it failed.
        reason: String,
        /// The commands of the value that set it up.
        install: Vec<String>,
    },
    /// A program that a service needs is not installed.
    #[error("`{program}` is not in PATH")]
    Missing {
        /// The program.
        program: &'static str,
        /// The command that installs it.
        install: &'static str,
    },
    /// A program could not be started.
    #[error("failed to start {what} (`{program}`): {cause}")]
    Spawn {
        /// What it is: "the server", "memcached".
        what: String,
        /// The program.
        program: String,
        /// The operating system's reason.
        cause: io::Error,
    },
    /// A program that prepares a service failed.
    #[error("failed to prepare {what}: `{program}` {cause}")]
    Prepare {
        /// The service.
        what: &'static str,
        /// The program.
        program: &'static str,
        /// How it failed.
        cause: String,
    },
    /// A service refuses to run as root, and there is nobody else.
    #[error("PostgreSQL does not run as root, and there is no user {}", names.join(" or "))]
    NoAccount {
        /// The users that were looked for.
        names: [&'static str; 2],
    },
    /// A process ended before it was ready.
    #[error("{what} ended before it was ready ({status}){}", shown(.output))]
    Exited {
        /// What it is.
        what: String,
        /// How it ended.
        status: ExitStatus,
        /// What it printed last.
        output: Output,
    },
    /// A process did not become ready in time.
    #[error("{what} was not ready within {}: {last}{}", printed(.within), shown(.output))]
    NotReady {
        /// What it is.
        what: String,
        /// For how long it was asked.
        within: Duration,
        /// What the last attempt came to.
        last: String,
        /// What it printed last.
        output: Output,
    },
    /// Every port that was chosen was taken by somebody else before the process could listen on it.
    #[error("{what} found its port taken {attempts} times")]
    PortsTaken {
        /// What wanted the port.
        what: String,
        /// How many ports were tried.
        attempts: usize,
    },
    /// A loopback port could not be listened on.
    #[error("failed to listen on a loopback port for {what}: {cause}")]
    Listen {
        /// What wanted to listen.
        what: &'static str,
        /// The reason.
        cause: String,
    },
    /// A folder for the server's data could not be made.
    #[error("failed to make the folder {}: {cause}", path.display())]
    DataDir {
        /// The folder.
        path: PathBuf,
        /// The operating system's reason.
        cause: io::Error,
    },
    /// A service did not do what a control asked for.
    #[error("failed to {action} the service `{}`: {cause}", role.name())]
    Service {
        /// Its role.
        role: ServiceRole,
        /// What was asked for: "flush".
        action: &'static str,
        /// The reason.
        cause: io::Error,
    },
    /// A control that this target does not offer.
    #[error("the target does not offer {}", control.name())]
    NotOffered {
        /// The control.
        control: Control,
    },
    /// A target that runs elsewhere cannot be reached.
    #[error("failed to reach {url}: {cause}")]
    Unreachable {
        /// Its URL.
        url: String,
        /// The reason.
        cause: WireError,
    },
    /// TLS cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A text of the target file has a placeholder without a value in this variant.
    #[error("`{text}` has the placeholder {{{name}}}, which has no value in the variant {variant}")]
    Placeholder {
        /// The text.
        text: String,
        /// The name between the braces.
        name: String,
        /// The variant.
        variant: Variant,
    },
    /// The target has neither a way to start it nor an address.
    #[error("the target has neither `start` nor `base_url`")]
    Nowhere,
}

impl RigError {
    /// Whether the variant is merely not available on this machine.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// What a user can do about it, as a sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Unavailable { install, .. } if !install.is_empty() => {
                format!(
                    "Run `{}` in the target's folder, or choose another variant with --variant.",
                    install.join("; ")
                )
            }
            Self::Unavailable { .. } => {
                "Run the `install` commands of the target file, or choose another variant with --variant.".to_owned()
            }
            Self::Prepare { .. } => {
                "Check TMPDIR: the user as whom the service runs must reach it, and it must have room.".to_owned()
            }
            Self::NoAccount { .. } => "Run hardtack as an ordinary user, or add the user `postgres`.".to_owned(),
            Self::Missing { install, .. } => format!("Install it: {install}"),
            Self::Spawn { .. } if cfg!(not(unix)) => {
                "Start the server yourself and name its URL: starting servers needs Unix.".to_owned()
            }
            Self::Spawn { .. } => {
                "Check `start.run` in the target file; if its `install` commands make the program, run them.".to_owned()
            }
            Self::Exited { .. } => {
                "Look at its output; run the command of `start.run` by hand in the target's folder.".to_owned()
            }
            Self::NotReady { .. } => {
                "Check that it listens on 127.0.0.1 and {port} and that `ready.get` answers below 500, or raise \
                 `ready.within`."
                    .to_owned()
            }
            Self::PortsTaken { .. } => "Look for a program that takes many loopback ports, and try again.".to_owned(),
            Self::Listen { .. } => "Check the limit of open files, and whether loopback is up.".to_owned(),
            Self::DataDir { .. } => "Check TMPDIR: it must be writable and have room.".to_owned(),
            Self::Service { .. } => "Look whether the service still runs; start the run again.".to_owned(),
            Self::NotOffered { control: Control::RestartServer } => {
                "Add `start` to the target file, so that hardtack starts the server.".to_owned()
            }
            Self::NotOffered { .. } => {
                "Add the service to `services` in the target file, so that hardtack starts it.".to_owned()
            }
            Self::Unreachable { cause, .. } => cause.remedy().to_owned(),
            Self::Tls(_) => "Check the certificates.".to_owned(),
            Self::Placeholder { .. } => "Write {{name}} for the text itself.".to_owned(),
            Self::Nowhere => "Add `start: {run: […]}`, or `base_url: http://…`.".to_owned(),
        }
    }
}

/// The last lines of an output, indented below a message.
fn shown(output: &Output) -> String {
    let lines = output.last_lines(LINES);
    if lines.is_empty() {
        return "; it printed nothing".to_owned();
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("\n  | {line}")).collect();
    format!("; its last output:{}", lines.concat())
}

fn printed(within: &Duration) -> String {
    duration::print(i64::try_from(within.as_millis()).unwrap_or(i64::MAX))
}
