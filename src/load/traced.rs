//! Exchanges that are told to whoever watches a run. A run has millions of them, so only the first of each kind are.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::attack::Message;
use super::judge::Judged;
use super::worker::{Scratch, Worker};
use crate::event::Secrecy;
use crate::wire::{AnswerBuffer, Connector, Exchange, Secrets};

/// How an exchange ended. The first of each kind is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End<'a> {
    Fine,
    /// Why.
    Failed(&'a str),
    /// What is wrong with the answer.
    Wrong(&'a str),
}

/// Tells of exchanges.
pub(super) struct Tracer {
    say: Arc<dyn Fn(Message) + Send + Sync>,
    connector: Connector,
    secrecy: Secrecy,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The names of steps with the kinds of ends that were told.
    told: Vec<(String, u8)>,
    /// What was met so far.
    secrets: Secrets,
}

impl Tracer {
    pub(super) fn new(say: Arc<dyn Fn(Message) + Send + Sync>, connector: Connector, secrecy: Secrecy) -> Self {
        Self { say, connector, secrecy, state: Mutex::default() }
    }

    /// Tells of an exchange, unless one of this name was told that ended alike. `answer` is `None` where none came.
    pub(super) fn tell(
        &self,
        name: &str,
        end: End<'_>,
        request: &[u8],
        answer: Option<&AnswerBuffer>,
        elapsed: Duration,
    ) {
        let kind = match end {
            End::Fine => 0,
            End::Failed(_) => 1,
            End::Wrong(_) => 2,
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.told.iter().any(|(known, ended)| known == name && *ended == kind) {
            return;
        }
        state.told.push((name.to_owned(), kind));
        let what = match end {
            End::Fine => name.to_owned(),
            End::Failed(why) => format!("{name} failed: {why}"),
            End::Wrong(what) => format!("{name} was wrong: {what}"),
        };
        let reason = if let End::Failed(why) = end { why } else { "no answer" };
        let exchange = Exchange::kept(&self.connector, request, answer.ok_or(reason), elapsed);
        let exchange = Box::new(self.secrecy.live(&exchange, &mut state.secrets));
        let what = state.secrets.hide_text(&what);
        drop(state);
        (self.say)(Message::Exchanged { what, exchange });
    }
}

impl Worker {
    /// Tells of an exchange, where somebody watches.
    pub(super) fn trace(&self, name: &str, judged: &Judged, answered: bool, scratch: &Scratch, elapsed: Duration) {
        let Some(tracer) = &self.tracer else { return };
        let end = match (&judged.reason, judged.wrong) {
            (Some(reason), _) => End::Failed(reason),
            (None, Some(wrong)) => End::Wrong(wrong.name()),
            (None, None) => End::Fine,
        };
        tracer.tell(name, end, &scratch.request, answered.then_some(&scratch.answer), elapsed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_kind_is_told_and_secrets_are_not() {
        let said = Arc::new(Mutex::new(Vec::new()));
        let hear = Arc::clone(&said);
        let say = Arc::new(move |message: Message| hear.lock().unwrap().push(message));
        let elsewhere = Connector::tcp(([192, 0, 2, 1], 80).into());
        let tracer = Tracer::new(say, elsewhere, Secrecy::default());
        let request = b"GET / HTTP/1.1\r\nHost: a.test\r\nCookie: sid=abcdefghijklmnopqrstuvwxyz\r\n\r\n";
        let answer = AnswerBuffer::of(200, &[], b"{}");
        for end in
            [End::Fine, End::Failed("timeout"), End::Fine, End::Failed("no connection"), End::Wrong("lost_write")]
        {
            for name in ["look/a", "look/b"] {
                let answer = if matches!(end, End::Failed(_)) { None } else { Some(&answer) };
                tracer.tell(name, end, request, answer, Duration::from_millis(1));
            }
        }
        let said = said.lock().unwrap();
        let what: Vec<&str> = said
            .iter()
            .map(|message| match message {
                Message::Exchanged { what, .. } => what.as_str(),
                other => panic!("{other:?}"),
            })
            .collect();
        let expected = ["look/a", "look/b", "look/a failed: timeout", "look/b failed: timeout"];
        assert_eq!(what[..4], expected);
        assert_eq!(what[4..], ["look/a was wrong: lost_write", "look/b was wrong: lost_write"]);
        let text = serde_json::to_string(&*said).unwrap();
        assert!(text.contains("sid=ab…yz") && !text.contains("abcdefgh"), "{text}");
    }
}
