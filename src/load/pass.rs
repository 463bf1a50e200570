//! A pass: one virtual user performs one journey, and every answer is judged.
//!
//! What is awaited seldom is boxed: a future is as large as the largest that it may await, and is copied on its way.

use std::time::Duration;

use goose::goose::GooseUser;
use rand::RngExt;
use tokio::time::Instant;

use super::answer::Said;
use super::correctness::Evidence;
use super::judge::{Asked, Judged, Then};
use super::pace::Next;
use super::recorder::Ended;
use super::scenario::{On, Pause, StepRole, WhichCookie};
use super::session::{Hold, Session, apply};
use super::worker::{Compiled, CompiledStep, Scratch, User, Worker, shows_data};
use crate::contract::Wrong;
use crate::wire::mask_value;

/// How many sessions are tried before a writer gives up.
const TRIES: u32 = 8;

/// How long a user rests when there is nothing to do.
const REST: Duration = Duration::from_millis(20);

/// How long a writer waits when every session that it tried was taken.
const TAKEN: Duration = Duration::from_millis(1);

/// How much of an answer is kept as evidence.
const SHOWN: usize = 2000;

/// The session that a pass works on.
pub(super) enum Subject {
    /// One of the population, and what this pass may do to it.
    Shared { slot: usize, hold: Hold },
    /// One that the pass has begun itself, and the cookie from before its end.
    Own { session: Box<Session>, old: Box<[u8]> },
}

impl Worker {
    /// What a user does before it comes back to Goose.
    pub(super) async fn turn(&self, goose: &mut GooseUser) {
        let local = goose.weighted_users_index;
        let mut user = self.take_user(local);
        if Instant::now() < self.start() {
            Box::pin(self.wait_until(self.start())).await;
        }
        for _ in 0..self.passes_per_turn {
            if !self.next_pass(&mut user, goose).await {
                break;
            }
        }
        self.tell_goose_what_was_noted(&mut user, goose).await;
        self.give_user_back(local, user);
    }

    /// One pass, or a rest; whether there may be another one.
    async fn next_pass(&self, user: &mut User, goose: &mut GooseUser) -> bool {
        let now = Instant::now();
        let next = if self.is_stopped() {
            Next::Over
        } else {
            self.schedule.next(user.number, &mut user.position, self.since_start(now))
        };
        match next {
            Next::Over => {
                self.rest(user, goose).await;
                self.finds_over(user);
                // Until Goose ends its users.
                Box::pin(tokio::time::sleep(REST)).await;
                false
            }
            Next::Rest(until) => {
                self.rest(user, goose).await;
                Box::pin(self.wait_until(self.start() + until)).await;
                false
            }
            Next::Begin => {
                self.pass(user, goose, now, None).await;
                true
            }
            Next::Arrival(intended) => {
                let intended = self.start() + intended;
                let (idle, mut now) = (intended > now, now);
                if idle {
                    self.release_scratch(user);
                    Box::pin(self.wait_until(intended)).await;
                    if self.is_stopped() {
                        return false;
                    }
                    now = Instant::now();
                    let lag = now.saturating_duration_since(intended);
                    let lag = u64::try_from(lag.as_micros()).unwrap_or(u64::MAX);
                    self.recorder().timer_lag.record(lag);
                }
                // What the timer was late is no fault of the server's; what the user was busy with is.
                self.pass(user, goose, now, (!idle).then_some(intended)).await;
                true
            }
        }
    }

    /// A user rests: others may have its buffers, and Goose hears at once what it has done. It may end meanwhile.
    async fn rest(&self, user: &mut User, goose: &mut GooseUser) {
        self.release_scratch(user);
        self.tell_goose_what_was_noted(user, goose).await;
    }

    /// A pass that begins now, and was intended to begin at another moment if any is given.
    async fn pass(&self, user: &mut User, goose: &mut GooseUser, now: Instant, mut intended: Option<Instant>) {
        let journey = &self.journeys[self.weights.draw(&mut user.random) as usize];
        let Some(mut subject) = self.subject(user, journey) else {
            self.recorder().given_up += 1;
            return Box::pin(tokio::time::sleep(TAKEN)).await;
        };
        self.recorder().pass(self.schedule.phase_at(self.since_start(now)));
        let mut now = Some(now);
        // Sessions of the population that are without a cookie are held.
        if matches!(subject, Subject::Shared { hold: Hold::Alone, .. })
            && self.with(&mut subject, |session| session.cookie.is_empty())
        {
            Box::pin(self.begin_again(user, goose, &mut subject)).await;
            now = None;
        }
        for step in &journey.steps {
            let started = now.take().unwrap_or_else(Instant::now);
            let go_on = self.step(user, goose, &mut subject, step, (started, intended.take())).await;
            if !go_on || self.is_stopped() {
                break;
            }
            if !step.step.think.to.is_zero() {
                self.release_scratch(user);
                Box::pin(self.think(user, step.step.think)).await;
            }
        }
        if let Subject::Shared { slot, hold } = subject
            && hold != Hold::None
        {
            self.sessions().population[slot].give_back(hold);
            if hold == Hold::Together {
                self.writer_ended.notify_waiters();
            }
        }
    }

    /// Chooses a session. Writers have it for themselves unless the scenario lets them write together; whoever begins a
    /// lost one again always has.
    fn subject(&self, user: &mut User, journey: &Compiled) -> Option<Subject> {
        if journey.on == On::New {
            return Some(Subject::Own { session: Box::new(self.own_session()), old: Box::default() });
        }
        let mut sessions = self.sessions();
        for _ in 0..TRIES {
            let slot = self.access.draw(&mut user.random) as usize;
            let session = sessions.population.get_mut(slot)?;
            let hold = if session.cookie.is_empty() { Hold::Alone } else { journey.hold };
            if session.take(hold) {
                return Some(Subject::Shared { slot, hold });
            }
        }
        None
    }

    pub(super) fn with<T>(&self, subject: &mut Subject, work: impl FnOnce(&mut Session) -> T) -> T {
        match subject {
            Subject::Shared { slot, .. } => work(&mut self.sessions().population[*slot]),
            Subject::Own { session, .. } => work(session),
        }
    }

    async fn think(&self, user: &mut User, pause: Pause) {
        let pause = if pause.from < pause.to { user.random.random_range(pause.from..=pause.to) } else { pause.to };
        self.wait_until(Instant::now() + pause).await;
    }

    /// Performs one step; whether the pass goes on.
    async fn step(
        &self,
        user: &mut User,
        goose: &mut GooseUser,
        subject: &mut Subject,
        step: &CompiledStep,
        (started, intended): (Instant, Option<Instant>),
    ) -> bool {
        let mut scratch = user.scratch.take().unwrap_or_else(|| self.take_scratch());
        let asked = self.ask(subject, step, &mut scratch, self.age_at(started));
        let wanted = (&step.template, asked.fill, step.name.as_str());
        let exchanged = self.exchange(user, goose, wanted, &mut scratch, started).await;
        let ended = Instant::now();
        let answered = exchanged.is_ok();
        if scratch.answer.is_held_back() {
            self.recorder().held_back += 1;
        }
        let (judged, said) = match exchanged {
            Ok(()) => self.judge(subject, step, &asked, &scratch),
            Err(reason) => (Judged::failed(reason), Said::Expected),
        };
        if step.step.role == StepRole::ReadsVersion {
            self.with(subject, |session| session.versions.end_read(asked.floor));
        }
        let response = ended.saturating_duration_since(intended.unwrap_or(started));
        self.count(step.index, &judged, (started, ended, response));
        self.trace(&step.name, &judged, answered, &scratch, ended.saturating_duration_since(started));
        if judged.ok && judged.wrong.is_none() && judged.then == Then::GoOn {
            self.note_for_goose(user, step, scratch.answer.status(), response);
            user.scratch = Some(scratch);
            return true;
        }
        Box::pin(self.consequences(user, goose, subject, step, (judged, said, asked.floor, response), scratch)).await
    }

    /// What follows from an answer that is not simply right; whether the pass goes on.
    async fn consequences(
        &self,
        user: &mut User,
        goose: &mut GooseUser,
        subject: &mut Subject,
        step: &CompiledStep,
        (judged, said, floor, response): (Judged, Said, u32, Duration),
        scratch: Box<Scratch>,
    ) -> bool {
        self.tell_goose(goose, step, &judged, (scratch.answer.status(), response)).await;
        let mut doubtful = None;
        if judged.wrong.is_some() || judged.then == Then::LookAgain {
            let evidence = self.evidence(step, &scratch, &said, judged.wrong);
            match judged.wrong {
                Some(wrong) => self.recorder().wrong(wrong, || evidence),
                None => doubtful = Some(evidence),
            }
        }
        self.give_scratch_back(scratch);
        match judged.then {
            Then::GoOn => true,
            Then::Stop => false,
            Then::LookAgain => {
                self.look_again(user, goose, subject, floor, doubtful).await;
                true
            }
            Then::BeginAgain => {
                self.begin_again(user, goose, subject).await;
                matches!(subject, Subject::Shared { .. })
            }
        }
    }

    /// Writes a step's request.
    fn ask(&self, subject: &mut Subject, step: &CompiledStep, scratch: &mut Scratch, now: Duration) -> Asked {
        let old = match subject {
            Subject::Own { old, .. } if step.step.cookie == WhichCookie::Old => Some(old.clone()),
            _ => None,
        };
        let tag = self.tag;
        let lifetime = self.plan.scenario.population.lifetime.filter(|_| matches!(subject, Subject::Shared { .. }));
        self.with(subject, |session| {
            let next = if step.step.role == StepRole::WritesVersion {
                session.versions.issue()
            } else {
                session.versions.issued()
            };
            let floor = if step.step.role == StepRole::ReadsVersion {
                session.versions.begin_read()
            } else {
                session.versions.floor()
            };
            let asked = Asked {
                role: step.step.role,
                cookie: step.step.cookie,
                fill: super::template::Fill { marker: session.marker(tag), next },
                floor,
                logged_in: session.logged_in,
                age: session.age(now),
                lifetime,
                client_side: self.client_side,
                outlives: !self.slides_on_read,
            };
            let cookie = old.as_deref().unwrap_or(&session.cookie);
            scratch.cookie = step.template.write(cookie, asked.fill, &mut scratch.request);
            asked.expected(&mut scratch.expected);
            asked
        })
    }

    /// Judges the answer to a step, and learns from it what the session is now.
    fn judge(&self, subject: &mut Subject, step: &CompiledStep, asked: &Asked, scratch: &Scratch) -> (Judged, Said) {
        let said = Said::read(scratch.answer.status(), scratch.answer.body(), &scratch.expected);
        let current = step.step.cookie == WhichCookie::Current;
        let (mut judged, outdated) = self.with(subject, |session| {
            (asked.judge(&said, &session.versions), current && *session.cookie != *scratch.cookie())
        });
        let gone = judged.wrong == Some(Wrong::LostSession) || judged.then == Then::BeginAgain;
        if outdated && (gone || judged.then == Then::LookAgain) {
            // Somebody else has given the session a new key, or is beginning it again.
            judged = Judged { wrong: None, then: Then::Stop, ..judged };
        }
        if judged.then == Then::BeginAgain && !self.hold(subject) {
            // Whoever works on it will find it gone, too.
            judged = Judged { wrong: None, then: Then::Stop, ..judged };
        }
        if judged.ok && !outdated {
            self.learn(subject, asked, judged.then);
        } else if judged.ok && asked.role == StepRole::WritesVersion {
            self.with(subject, |session| session.versions.dismiss(asked.fill.next));
        }
        // A late answer about a key of before says nothing of the new one, unless the whole session is in the cookie.
        let takes = current && scratch.answer.sets_cookie() && (self.client_side || !outdated);
        if takes && !self.take_cookie(subject, scratch) && judged.wrong.is_none() {
            judged.wrong = Some(Wrong::DuplicateKey);
        }
        (judged, said)
    }

    /// Keeps other passes from taking the session until this one's end; `false` when another one has done so.
    pub(super) fn hold(&self, subject: &mut Subject) -> bool {
        let Subject::Shared { slot, hold } = subject else { return true };
        let claimed = self.sessions().population[*slot].claim(*hold);
        if claimed {
            *hold = Hold::Alone;
        }
        claimed
    }

    fn learn(&self, subject: &mut Subject, asked: &Asked, then: Then) {
        if shows_data(asked.role) && then != Then::BeginAgain {
            return;
        }
        if let (Subject::Own { session, old }, StepRole::Ends) = (&mut *subject, asked.role) {
            old.clone_from(&session.cookie);
        }
        self.with(subject, |session| match asked.role {
            StepRole::WritesVersion => session.versions.acknowledge(asked.fill.next),
            StepRole::WritesMarker => session.marked = true,
            StepRole::LogsIn => session.logged_in = true,
            StepRole::Ends => session.logged_in = false,
            // Nobody else shall find it meanwhile.
            _ if then == Then::BeginAgain => session.cookie = Box::default(),
            _ => {}
        });
    }

    /// Keeps the session's cookies that an answer sets; `false` when its key was handed out before.
    pub(super) fn take_cookie(&self, subject: &mut Subject, scratch: &Scratch) -> bool {
        let cookie = self.with(subject, |session| session.cookie.clone());
        let Some(new) = apply(&cookie, scratch.answer.set_cookies(), &self.plan.site.session_cookies) else {
            return true;
        };
        self.with(subject, |session| session.cookie = new.cookie);
        match new.key {
            Some(key) if !self.client_side => self.sessions().keys.note(&key),
            _ => true,
        }
    }

    pub(super) fn count(&self, step: usize, judged: &Judged, (started, ended, response): (Instant, Instant, Duration)) {
        let at = self.since_start(ended);
        // A request belongs to the phase in which it was sent.
        let phase = self.schedule.phase_at(self.since_start(started));
        let service = ended.saturating_duration_since(started);
        let mut recorder = self.recorder();
        recorder.ended(Ended { phase, step, at, service, response, ok: judged.ok });
        if let Some(reason) = &judged.reason {
            recorder.error(reason);
        }
        if recorder.requests >= self.most_requests {
            drop(recorder);
            self.stop();
        }
    }

    fn evidence(&self, step: &CompiledStep, scratch: &Scratch, said: &Said, wrong: Option<Wrong>) -> Evidence {
        let expected = match wrong {
            Some(Wrong::RevivedLogout | Wrong::Outlived) => "null, since the session has ended".to_owned(),
            Some(Wrong::DuplicateKey) => "a key that nobody had before".to_owned(),
            _ if shows_data(step.step.role) => String::from_utf8_lossy(&scratch.expected).into_owned(),
            _ => "success".to_owned(),
        };
        let seen = match said {
            Said::Expected if wrong == Some(Wrong::DuplicateKey) => "one of before".to_owned(),
            Said::Expected => String::from_utf8_lossy(&scratch.expected).into_owned(),
            other => other.words(),
        };
        Evidence { wrong: wrong.unwrap_or(Wrong::StaleRead), ..self.evidence_of(&step.name, scratch, &expected, &seen) }
    }

    pub(super) fn evidence_of(&self, step: &str, scratch: &Scratch, expected: &str, seen: &str) -> Evidence {
        let mask = |octets: &[u8]| {
            let mut text = String::from_utf8_lossy(octets).into_owned();
            let new = scratch.answer.set_cookies().flat_map(|line| line.split(|&octet| octet == b';').take(1));
            for pair in scratch.cookie().split(|&octet| octet == b';').chain(new) {
                let pair = String::from_utf8_lossy(pair);
                let value = pair.split_once('=').map_or("", |(_, value)| value.trim());
                if value.len() >= 8 {
                    text = text.replace(value, &mask_value(value));
                }
            }
            text
        };
        let mut answer = mask(&[scratch.answer.head(), scratch.answer.body()].concat());
        if let Some((at, _)) = answer.char_indices().nth(SHOWN) {
            answer.truncate(at);
            answer.push('…');
        }
        Evidence {
            wrong: Wrong::StaleRead,
            at: self.now().as_secs_f64(),
            rank: self.plan.identity.rank,
            step: step.to_owned(),
            expected: expected.to_owned(),
            seen: seen.to_owned(),
            request: mask(&scratch.request),
            answer,
        }
    }
}
