//! One leg, with workers that only say what this process says to them.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use hardtack::load::scenario::embedded;
use hardtack::load::{EventRecord, Follow, LegError, LegRequest, RankError, Second, run_leg};
use hardtack::wire::{Evidence, Response};
use tokio::sync::watch;

use crate::verify::harness::Scripted;

/// Asks for the end at the moment when the run begins.
struct EndsAtOnce(watch::Sender<bool>);

impl Follow for EndsAtOnce {
    fn preparing(&mut self, _: u64, _: u64) {}

    fn begins(&mut self, _: Duration) {
        self.0.send_replace(true);
    }

    fn seconds(&mut self, _: &[Second]) {}

    fn event(&mut self, _: &EventRecord) {}

    fn exchanged(&mut self, _: &str, _: &Evidence) {}
}

#[tokio::test]
async fn an_end_that_is_asked_for_as_the_run_begins_reaches_the_workers() {
    let (ask, stop) = watch::channel(false);
    let mut worker = Command::new("sh");
    worker.args(["-c", r#"echo 'HARDTACK-SAYS "ready"'; read start; read then; echo "$then" >&2; exit 42"#]);
    let server = Scripted::new(|_| async { Response::text(200, "") });
    let request = LegRequest {
        scenario: Arc::new(embedded().unwrap().remove(0)),
        commands: vec![worker],
        instance: Arc::new(server),
        address: None,
        stop,
    };
    let mut follow = EndsAtOnce(ask);
    // A worker that hears nothing waits for ever.
    let ended =
        tokio::time::timeout(Duration::from_mins(1), run_leg(request, &mut follow)).await.expect("the worker was told");
    let Err(LegError::Rank(RankError::NoRecord { rank: 0, said, code: Some(42) })) = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(said, "stop");
}
