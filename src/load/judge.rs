//! Judging one answer against what its session must answer.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

use super::answer::{Said, failure_words};
use super::marker::{read_version, write_number};
use super::scenario::{StepRole, WhichCookie};
use super::template::{Fill, USER_PREFIX};
use super::versions::Versions;
use crate::contract::Wrong;

/// Around the end of a lifetime either answer is right: clocks and requests take their time.
pub(super) const SLACK: Duration = Duration::from_secs(2);

/// What was asked, and of which session.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) role: StepRole,
    pub(super) cookie: WhichCookie,
    pub(super) fill: Fill,
    /// The greatest version that was acknowledged when the request was sent.
    pub(super) floor: u32,
    /// Whether somebody was logged in.
    pub(super) logged_in: bool,
    /// How long the session had lived, and how long it may live.
    pub(super) age: Duration,
    pub(super) lifetime: Option<Duration>,
    /// Whether sessions are in the cookie itself, so that an old one cannot be ended.
    pub(super) client_side: bool,
    /// Whether the lifetime is judged.
    pub(super) outlives: bool,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judged {
    /// Whether it was answered as asked, whatever the answer says.
    pub(super) ok: bool,
    /// Why it failed.
    pub(super) reason: Option<Cow<'static, str>>,
    /// What must not have happened.
    pub(super) wrong: Option<Wrong>,
    pub(super) then: Then,
}

/// What follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// The next step.
    GoOn,
    /// The pass ends.
    Stop,
    /// An older version was read: look whether it stays.
    LookAgain,
    /// The session is gone: begin it again.
    BeginAgain,
}

impl Judged {
    const FINE: Self = Self { ok: true, reason: None, wrong: None, then: Then::GoOn };

    fn wrong(wrong: Wrong, then: Then) -> Self {
        Self { ok: true, reason: None, wrong: Some(wrong), then }
    }

    pub(super) fn failed(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { ok: false, reason: Some(reason.into()), wrong: None, then: Then::Stop }
    }
}

impl Asked {
    /// The JSON text of the only result that is right, or that is the usual one.
    pub(super) fn expected(&self, to: &mut Vec<u8>) {
        to.clear();
        let old = self.cookie == WhichCookie::Old;
        match self.role {
            StepRole::ReadsMarker => {
                to.push(b'"');
                to.extend_from_slice(self.fill.marker.octets());
            }
            StepRole::ReadsVersion if self.floor > 0 => {
                to.push(b'"');
                to.extend_from_slice(self.fill.marker.octets());
                to.push(b':');
                write_number(u64::from(self.floor), to);
            }
            StepRole::AsksWho if self.logged_in || old => {
                to.extend_from_slice(&[b'"', USER_PREFIX]);
                to.extend_from_slice(self.fill.marker.octets());
            }
            _ => return to.extend_from_slice(b"null"),
        }
        to.push(b'"');
    }

    /// Judges what an answer says. `versions` are those of the session by the time it came.
    pub(super) fn judge(&self, said: &Said, versions: &Versions) -> Judged {
        let value = match said {
            Said::Unusable(why) => return Judged::failed(why.clone()),
            Said::Failed(failure) => return Judged::failed(failure_words(failure)),
            Said::Expected => None,
            Said::Values(values) => Some(&values[0]),
        };
        if self.cookie == WhichCookie::Old {
            return self.replayed(value);
        }
        match self.role {
            StepRole::ReadsMarker => self.marker(value),
            StepRole::ReadsVersion => self.version(value, versions),
            StepRole::AsksWho => self.who(value),
            StepRole::WritesMarker | StepRole::WritesVersion | StepRole::LogsIn | StepRole::Ends | StepRole::Other => {
                Judged::FINE
            }
        }
    }

    /// After the end of a session its old cookie must open nothing.
    fn replayed(&self, value: Option<&Value>) -> Judged {
        match value {
            None if self.client_side => Judged::FINE,
            None => Judged::wrong(Wrong::RevivedLogout, Then::GoOn),
            Some(Value::Null) => Judged::FINE,
            Some(Value::String(_)) => Judged::wrong(Wrong::WrongUser, Then::GoOn),
            Some(_) => Judged::failed("an answer of another kind"),
        }
    }

    fn marker(&self, value: Option<&Value>) -> Judged {
        match value {
            None if self.outlives && self.lifetime.is_some_and(|lifetime| self.age > lifetime + SLACK) => {
                Judged::wrong(Wrong::Outlived, Then::BeginAgain)
            }
            None => Judged::FINE,
            Some(Value::Null) => self.gone(),
            Some(Value::String(_)) => Judged::wrong(Wrong::WrongUser, Then::GoOn),
            Some(_) => Judged::failed("an answer of another kind"),
        }
    }

    fn who(&self, value: Option<&Value>) -> Judged {
        match value {
            None => Judged::FINE,
            Some(Value::Null) => self.gone(),
            Some(Value::String(_)) => Judged::wrong(Wrong::WrongUser, Then::GoOn),
            Some(_) => Judged::failed("an answer of another kind"),
        }
    }

    fn version(&self, value: Option<&Value>, versions: &Versions) -> Judged {
        match value {
            None => Judged::FINE,
            Some(Value::Null) if self.floor == 0 => Judged::FINE,
            Some(Value::Null) => Judged { then: Then::LookAgain, ..Judged::FINE },
            Some(Value::String(text)) => match read_version(text, self.fill.marker) {
                None => Judged::wrong(Wrong::WrongUser, Then::GoOn),
                Some(number) if !versions.allow(number, self.floor) => Judged { then: Then::LookAgain, ..Judged::FINE },
                Some(number) if number > versions.issued() => Judged::failed("a version that nobody wrote"),
                Some(_) => Judged::FINE,
            },
            Some(_) => Judged::failed("an answer of another kind"),
        }
    }

    /// The session is not there: at the end of its lifetime that is right.
    fn gone(&self) -> Judged {
        if self.lifetime.is_some_and(|lifetime| self.age + SLACK > lifetime) {
            Judged { then: Then::BeginAgain, ..Judged::FINE }
        } else {
            Judged::wrong(Wrong::LostSession, Then::BeginAgain)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::marker::Marker;
    use super::*;

    fn asked(role: StepRole) -> Asked {
        Asked {
            role,
            cookie: WhichCookie::Current,
            fill: Fill { marker: Marker::new(1, 2), next: 7 },
            floor: 5,
            logged_in: true,
            age: Duration::from_secs(100),
            lifetime: None,
            client_side: false,
            outlives: true,
        }
    }

    fn judged(asked: Asked, value: &str) -> (Option<Wrong>, Then) {
        let mut expected = Vec::new();
        asked.expected(&mut expected);
        let body = format!("{{\"results\":[{{\"ok\":{value}}}]}}");
        let judged = asked.judge(&Said::read(200, body.as_bytes(), &expected), &versions());
        assert!(judged.ok, "{judged:?}");
        (judged.wrong, judged.then)
    }

    /// Seven were sent, and the first five acknowledged in turn.
    fn versions() -> Versions {
        let mut versions = Versions::default();
        for _ in 0..5 {
            let number = versions.issue();
            versions.acknowledge(number);
        }
        versions.issue();
        versions.issue();
        versions
    }

    const OWN: &str = "\"0000000100000002\"";
    const OTHER: &str = "\"0000000100000003\"";

    #[test]
    fn markers_tell_whose_session_it_is() {
        let read = asked(StepRole::ReadsMarker);
        assert_eq!(judged(read, OWN), (None, Then::GoOn));
        assert_eq!(judged(read, OTHER), (Some(Wrong::WrongUser), Then::GoOn));
        assert_eq!(judged(read, "null"), (Some(Wrong::LostSession), Then::BeginAgain));
    }

    #[test]
    fn lifetimes_end_when_they_should() {
        let at = |age: u64| Asked {
            age: Duration::from_secs(age),
            lifetime: Some(Duration::from_secs(10)),
            ..asked(StepRole::ReadsMarker)
        };
        assert_eq!(judged(at(5), "null"), (Some(Wrong::LostSession), Then::BeginAgain));
        assert_eq!(judged(at(9), "null"), (None, Then::BeginAgain));
        assert_eq!(judged(at(11), OWN), (None, Then::GoOn));
        assert_eq!(judged(at(13), "null"), (None, Then::BeginAgain));
        assert_eq!(judged(at(13), OWN), (Some(Wrong::Outlived), Then::BeginAgain));
    }

    #[test]
    fn versions_never_go_back() {
        let read = asked(StepRole::ReadsVersion);
        for (value, expected) in [
            ("\"0000000100000002:5\"", (None, Then::GoOn)),
            ("\"0000000100000002:7\"", (None, Then::GoOn)),
            ("\"0000000100000002:4\"", (None, Then::LookAgain)),
            ("null", (None, Then::LookAgain)),
            ("\"0000000100000003:5\"", (Some(Wrong::WrongUser), Then::GoOn)),
        ] {
            assert_eq!(judged(read, value), expected, "{value}");
        }
        assert_eq!(judged(Asked { floor: 0, ..read }, "null"), (None, Then::GoOn));
        let from_nowhere = Said::Values(vec![Value::from("0000000100000002:8")]);
        assert!(!read.judge(&from_nowhere, &versions()).ok);
    }

    #[test]
    fn ended_sessions_stay_ended_unless_they_are_in_the_cookie() {
        let replay = Asked { cookie: WhichCookie::Old, logged_in: false, ..asked(StepRole::AsksWho) };
        assert_eq!(judged(replay, "null"), (None, Then::GoOn));
        let user = "\"u0000000100000002\"";
        assert_eq!(judged(replay, user), (Some(Wrong::RevivedLogout), Then::GoOn));
        assert_eq!(judged(Asked { client_side: true, ..replay }, user), (None, Then::GoOn));
        assert_eq!(judged(replay, "\"u0000000100000003\""), (Some(Wrong::WrongUser), Then::GoOn));
    }

    #[test]
    fn failures_are_failures_and_nothing_else() {
        let read = asked(StepRole::ReadsMarker);
        let failed = read.judge(&Said::read(500, b"", b""), &versions());
        assert_eq!((failed.ok, failed.wrong, failed.then), (false, None, Then::Stop));
        assert_eq!(failed.reason.as_deref(), Some("status 500"));
    }
}
