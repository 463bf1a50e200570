//! Processes certainly end.

use std::process::Stdio;
use std::time::Duration;

use hardtack::rig::{Process, ProcessCommand, RigError};
use tokio::io::{AsyncBufReadExt, BufReader};

use super::subject::{FAMILY, arguments, binary, family, first_line, is_alive, shell, until};

const LONG: Duration = Duration::from_mins(1);

#[tokio::test]
async fn output_and_status_are_kept() {
    let process = shell("echo $GREETING; echo oops >&2; exit 7");
    assert_eq!(process.exited().await.code(), Some(7));
    let output = process.output();
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("hello\n", "oops\n"));
    assert_eq!(process.status().and_then(|status| status.code()), Some(7));
}

#[tokio::test]
async fn the_whole_group_ends_when_it_is_stopped() {
    let (process, child) = family().await;
    assert!(is_alive(child));
    process.stop(LONG).await.expect("it ended");
    assert!(!is_alive(child));
}

#[tokio::test]
async fn a_process_may_tidy_up_when_it_is_stopped() {
    let process = shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done");
    first_line(&process).await;
    assert_eq!(process.stop(LONG).await.and_then(|status| status.code()), Some(5));
}

#[tokio::test]
async fn a_process_that_does_not_listen_is_killed() {
    let process = shell("trap '' TERM; echo $$; while :; do sleep 0.01; done");
    let id = first_line(&process).await.parse().expect("a process id");
    let status = process.stop(Duration::from_millis(1)).await.expect("it ended");
    assert_eq!(status.code(), None, "a signal ended it");
    assert!(!is_alive(id));
}

#[tokio::test]
async fn what_a_process_leaves_behind_ends_with_it() {
    let process = shell("sleep 1000 >/dev/null 2>&1 & echo $!; exit 3");
    let child = first_line(&process).await.parse().expect("a process id");
    assert_eq!(process.exited().await.code(), Some(3));
    until(|| !is_alive(child)).await;
}

#[tokio::test]
async fn a_killed_hardtack_leaves_nothing_behind() {
    let mut user = tokio::process::Command::new(binary())
        .args(arguments("starts_a_family"))
        .env(FAMILY, "1")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(user.stdout.take().expect("it is piped")).lines();
    let child: i32 = loop {
        let line = lines.next_line().await.expect("text").expect("it names its child");
        if let Some(id) = line.strip_prefix("child=") {
            break id.parse().expect("a process id");
        }
    };
    assert!(is_alive(child));
    user.kill().await.expect("it can be killed");
    until(|| !is_alive(child)).await;
}

#[tokio::test]
async fn a_program_that_is_missing_is_named() {
    let command = ProcessCommand {
        what: "the server".into(),
        program: "./no-such-program".into(),
        arguments: Vec::new(),
        env: [].into(),
        folder: std::env::temp_dir(),
        user: None,
    };
    let error = Process::spawn(&command).expect_err("there is none");
    assert!(matches!(&error, RigError::Spawn { cause, .. } if cause.kind() == std::io::ErrorKind::NotFound));
    assert!(error.to_string().starts_with("failed to start the server (`./no-such-program`)"), "{error}");
    assert!(error.remedy().contains("start.run"));
}
