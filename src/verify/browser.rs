//! A client of a case: a browser with its jar, or a raw client.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cookie::{Jar, Lifetime, Origin, RequestContext, StoredCookie, Timestamp, UserAgentModel};
use crate::judge::{EffectSeen, Observation};
use crate::spec::ClientKind;

/// A client of a case.
#[derive(Debug)]
pub(super) struct Browser {
    kind: ClientKind,
    pub(super) jar: Jar,
    lives: BTreeMap<Vec<u8>, Life>,
    /// Values that it keeps beside its cookies, as an application of a target file asks: a bearer token.
    pub(super) kept: BTreeMap<String, Value>,
}

/// How long a cookie lives, as observed when it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Life {
    /// When it arrived, on the clock of the case.
    pub(super) arrival: Timestamp,
    /// The shorter of what the browser computes and what the server means, in seconds. They differ by the skew of
    /// their clocks. None for a cookie that lives until the browser closes.
    pub(super) shortest: Option<i64>,
    /// The longer of the two.
    pub(super) longest: Option<i64>,
}

impl Browser {
    pub(super) fn new(kind: ClientKind) -> Self {
        Self { kind, jar: Jar::new(UserAgentModel::Rfc6265bis), lives: BTreeMap::new(), kept: BTreeMap::new() }
    }

    /// The Cookie field of a request; none for a raw client.
    pub(super) fn cookie_field(
        &mut self,
        origin: &Origin,
        target: &str,
        safe: bool,
        now: Timestamp,
    ) -> Option<Vec<u8>> {
        let context = RequestContext { safe_method: safe, ..RequestContext::default() };
        match self.kind {
            ClientKind::Browser => self.jar.cookie_string(origin, target, &context, now),
            ClientKind::Raw => None,
        }
    }

    /// The jar that takes an answer in: a raw client judges with one that is empty each time.
    pub(super) fn receiving(&mut self) -> &mut Jar {
        if self.kind == ClientKind::Raw {
            self.jar.clear();
        }
        &mut self.jar
    }

    /// Notes how long the cookies of an answer live.
    pub(super) fn note_lives(&mut self, observation: &Observation) {
        for seen in &observation.cookies {
            let seconds = match seen.lifetime {
                Some(Lifetime::Seconds(seconds)) => Some(seconds),
                Some(Lifetime::UntilClose) | None => None,
            };
            let meant = seen.meant_lifetime().or(seconds);
            let life =
                Life { arrival: observation.visit.arrival, shortest: seconds.min(meant), longest: seconds.max(meant) };
            match seen.effect {
                EffectSeen::Stored | EffectSeen::StoredUntilClose => {
                    self.lives.insert(seen.written.name.clone(), life);
                }
                EffectSeen::Removed => {
                    self.lives.remove(&seen.written.name);
                }
                EffectSeen::Kept | EffectSeen::Refused => {}
            }
        }
    }

    /// How long the cookie of this name lives, when one was observed.
    pub(super) fn life(&self, name: &str) -> Option<Life> {
        self.lives.get(name.as_bytes()).copied()
    }

    /// Every cookie of this name in the jar.
    pub(super) fn cookies(&self, name: &str) -> Vec<StoredCookie> {
        self.jar.iter().filter(|cookie| cookie.name == name.as_bytes()).cloned().collect()
    }
}
