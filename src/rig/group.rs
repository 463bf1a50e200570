//! Process groups and their watchdogs: everything here that is particular to Unix.

#[cfg(not(unix))]
pub(super) use other::{Group, service_user};
#[cfg(unix)]
pub(super) use unix::{Group, service_user};

#[cfg(unix)]
mod unix {
    use std::io::{self, Write};
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command, Stdio};

    use rustix::process::{Pid, Signal, geteuid, kill_process_group, test_kill_process_group};

    /// Waits on a pipe from hardtack. The first line names the group; when the pipe then closes, hardtack is gone,
    /// and the group follows. Signals from the terminal do not end it first.
    const WATCHDOG: &str = r#"trap '' INT TERM HUP QUIT; read -r group && { read -r _ || kill -s KILL -- "-$group"; }"#;

    /// The process group of a child, and a watchdog that ends it should hardtack be killed.
    #[derive(Debug)]
    pub(in crate::rig) struct Group {
        id: Pid,
        watchdog: Child,
        over: bool,
    }

    impl Group {
        /// Starts a command as the leader of a new group.
        pub(in crate::rig) fn spawn(
            command: &mut tokio::process::Command,
        ) -> io::Result<(tokio::process::Child, Self)> {
            // The watchdog stands before there is something to watch.
            let mut watchdog = watchdog()?;
            let started = command.process_group(0).kill_on_drop(true).spawn();
            let id = |child: &tokio::process::Child| {
                let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
                id.ok_or_else(|| io::Error::other("the process has no id"))
            };
            let started = started.and_then(|child| id(&child).map(|id| (child, id)));
            let (child, id) = match started {
                Ok(started) => started,
                Err(error) => {
                    end(&mut watchdog);
                    return Err(error);
                }
            };
            let told = watchdog.stdin.as_mut().map_or_else(
                || Err(io::Error::other("the watchdog has no pipe")),
                |pipe| writeln!(pipe, "{}", id.as_raw_nonzero()),
            );
            // Dropping the group in the error case ends it.
            let group = Self { id, watchdog, over: false };
            told.map(|()| (child, group))
        }

        /// Asks all members to end (TERM).
        pub(in crate::rig) fn ask_to_end(&self) {
            if !self.over {
                let _ = kill_process_group(self.id, Signal::TERM);
            }
        }

        /// Whether no process is left in it.
        pub(in crate::rig) fn is_empty(&self) -> bool {
            self.over || test_kill_process_group(self.id).is_err()
        }

        /// Ends all members at once (KILL), and the watch over them: afterwards the id may belong to others.
        pub(in crate::rig) fn end(&mut self) {
            if !self.over {
                self.over = true;
                let _ = kill_process_group(self.id, Signal::KILL);
                end(&mut self.watchdog);
            }
        }
    }

    impl Drop for Group {
        fn drop(&mut self) {
            self.end();
        }
    }

    fn watchdog() -> io::Result<Child> {
        Command::new("/bin/sh")
            .args(["-c", WATCHDOG])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
    }

    /// Killed processes are gone within moments, so that waiting does not block.
    fn end(watchdog: &mut Child) {
        let _ = watchdog.kill();
        let _ = watchdog.wait();
    }

    /// The user as whom a service must be told to run, since it refuses to run as root unasked.
    pub(in crate::rig) fn service_user() -> Option<&'static str> {
        geteuid().is_root().then_some("root")
    }
}

#[cfg(not(unix))]
mod other {
    use std::io;

    /// Process groups need Unix.
    #[derive(Debug)]
    pub(in crate::rig) struct Group;

    impl Group {
        pub(in crate::rig) fn spawn(_: &mut tokio::process::Command) -> io::Result<(tokio::process::Child, Self)> {
            Err(io::Error::new(io::ErrorKind::Unsupported, "hardtack starts processes on Unix only"))
        }

        pub(in crate::rig) fn ask_to_end(&self) {}

        pub(in crate::rig) fn is_empty(&self) -> bool {
            true
        }

        pub(in crate::rig) fn end(&mut self) {}
    }

    pub(in crate::rig) fn service_user() -> Option<&'static str> {
        None
    }
}
