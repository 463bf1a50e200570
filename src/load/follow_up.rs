//! Requests that a pass makes on its own account: a second look at an older version, a lost session begun again.

use std::time::Duration;

use goose::goose::GooseUser;
use serde_json::Value;
use tokio::time::Instant;

use super::answer::Said;
use super::correctness::Evidence;
use super::judge::{Judged, Then};
use super::marker::{Marker, read_version};
use super::pass::Subject;
use super::template::Fill;
use super::worker::{User, Worker};
use crate::contract::Wrong;

/// How long writers are waited for.
const PATIENCE: Duration = Duration::from_secs(5);

impl Worker {
    /// An older version was read. Whether a later read gives the right one tells a stale read from a lost write.
    pub(super) async fn look_again(
        &self,
        user: &mut User,
        goose: &mut GooseUser,
        subject: &mut Subject,
        floor: u32,
        evidence: Option<Evidence>,
    ) {
        if !self.hold(subject) || !self.others_have_written(subject).await {
            // A writer is at work, and its version will be the later one: nothing can be told any more.
            return;
        }
        if self.with(subject, |session| session.versions.floor()) < floor {
            // Somebody else has looked, and what is gone was counted.
            return;
        }
        let mut last = 0;
        let mut found = None;
        for pause in [0, 5, 50] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            match self.look(user, goose, subject).await {
                Some(Look::Gone) => {
                    found = Some(Wrong::LostSession);
                    break;
                }
                Some(Look::Another) => {
                    found = Some(Wrong::WrongUser);
                    break;
                }
                Some(Look::Version(number))
                    if self.with(subject, |session| session.versions.allow(number, session.versions.floor())) =>
                {
                    found = Some(Wrong::StaleRead);
                    break;
                }
                Some(Look::Version(number)) => (last, found) = (number, Some(Wrong::LostWrite)),
                None => {}
            }
        }
        let Some(wrong) = found else { return };
        if wrong == Wrong::LostWrite {
            self.with(subject, |session| session.versions.fall_back_to(last));
        }
        if let Some(evidence) = evidence {
            self.recorder().wrong(wrong, || Evidence { wrong, ..evidence });
        }
        if wrong == Wrong::LostSession {
            self.with(subject, |session| session.cookie = Box::default());
            self.begin_again(user, goose, subject).await;
        }
    }

    /// Waits until those who wrote to a session side by side have ended; `false` when that takes too long.
    async fn others_have_written(&self, subject: &mut Subject) -> bool {
        let all = async {
            loop {
                let ended = self.writer_ended.notified();
                if self.with(subject, |session| session.writers == 0) {
                    break;
                }
                ended.await;
            }
        };
        tokio::time::timeout(PATIENCE, all).await.is_ok()
    }

    /// Looks at marker and version; `None` when there is no usable answer.
    async fn look(&self, user: &mut User, goose: &mut GooseUser, subject: &mut Subject) -> Option<Look> {
        let mut scratch = self.take_scratch();
        let template = &self.follow_ups.look;
        let (fill, marker, has_marker) = self.with(subject, |session| {
            let marker = session.marker(self.tag);
            let fill = Fill { marker, next: session.versions.issued() };
            scratch.cookie = template.write(&session.cookie, fill, &mut scratch.request);
            (fill, marker, session.marked)
        });
        let started = Instant::now();
        let wanted = (template, fill, "(look again)");
        let exchanged = self.exchange(user, goose, wanted, &mut scratch, started).await;
        let answered = exchanged.is_ok();
        let said = exchanged.map(|()| Said::read(scratch.answer.status(), scratch.answer.body(), b""));
        let look = match &said {
            Ok(Said::Values(values)) => Look::of(values, marker, has_marker),
            _ => None,
        };
        let judged = match said {
            Ok(_) if look.is_some() => Judged { ok: true, reason: None, wrong: None, then: Then::GoOn },
            Ok(said) => Judged::failed(said.words()),
            Err(reason) => Judged::failed(reason),
        };
        let ended = Instant::now();
        self.count(self.follow_ups.look_index, &judged, (started, ended, ended - started));
        self.trace("(look again)", &judged, answered, &scratch, ended - started);
        self.give_scratch_back(scratch);
        look
    }

    /// Begins a session of the population again, under a new key.
    pub(super) async fn begin_again(&self, user: &mut User, goose: &mut GooseUser, subject: &mut Subject) {
        if !matches!(subject, Subject::Shared { .. }) {
            return;
        }
        let mut scratch = self.take_scratch();
        let template = &self.follow_ups.begin;
        let fill =
            self.with(subject, |session| Fill { marker: session.marker(self.tag), next: session.versions.issued() });
        scratch.cookie = template.write(b"", fill, &mut scratch.request);
        let started = Instant::now();
        let wanted = (template, fill, "(begin again)");
        let exchanged = self.exchange(user, goose, wanted, &mut scratch, started).await;
        let answered = exchanged.is_ok();
        let said = exchanged.map(|()| Said::read(scratch.answer.status(), scratch.answer.body(), b""));
        let judged = match said {
            Ok(Said::Values(_) | Said::Expected) => Judged { ok: true, reason: None, wrong: None, then: Then::GoOn },
            Ok(said) => Judged::failed(said.words()),
            Err(reason) => Judged::failed(reason),
        };
        if judged.ok {
            let age = self.age_at(Instant::now());
            let logged_in = self.plan.scenario.population.logged_in;
            self.with(subject, |session| {
                session.begin(age);
                session.logged_in = logged_in;
                session.marked = true;
                session.cookie = Box::default();
            });
            let fresh = self.take_cookie(subject, &scratch);
            let mut recorder = self.recorder();
            recorder.begun_again += 1;
            if !fresh {
                let evidence = self.evidence_of("(begin again)", &scratch, "a new key", "one of before");
                recorder.wrong(Wrong::DuplicateKey, || Evidence { wrong: Wrong::DuplicateKey, ..evidence });
            }
        }
        let ended = Instant::now();
        self.count(self.follow_ups.begin_index, &judged, (started, ended, ended - started));
        self.trace("(begin again)", &judged, answered, &scratch, ended - started);
        self.give_scratch_back(scratch);
    }
}

/// What a second look shows.
enum Look {
    Gone,
    Another,
    Version(u32),
}

impl Look {
    /// Reads marker and version; `has_marker` says that the session was given its marker.
    fn of(values: &[Value], marker: Marker, has_marker: bool) -> Option<Self> {
        use Value::{Null, String};
        Some(match values {
            [Null, Null] if has_marker => Self::Gone,
            [String(text), _] if text != marker.text() => Self::Another,
            [_, Null] => Self::Version(0),
            [_, String(text)] => read_version(text, marker).map_or(Self::Another, Self::Version),
            _ => return None,
        })
    }
}
