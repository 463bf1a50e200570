//! One reading of everything that a server has answered so far.

use std::collections::{BTreeMap, BTreeSet};

use super::accounts::{Accounts, GoesOn};
use super::choices::Choices;
use super::content::{Content, Expiry, Login};
use crate::cookie::Timestamp;
use crate::prop::design::{Design, Extends};
use crate::prop::deviation::Deviation;

/// How far clocks may be apart, in milliseconds.
pub(super) const TOLERANCE: i64 = 2500;

/// A session that the server keeps; of a session in a cookie, one state of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What it holds.
    pub content: Content,
    /// When it ends; `None` when nobody knows.
    pub deadline: Option<Timestamp>,
    /// Whether it was neither ended nor replaced.
    pub alive: bool,
    /// Whether it was deleted behind the session's back, so that the durable store may lack what a copy still has.
    pub deleted: bool,
    /// Whether it was damaged where it is kept, so that only a copy of it may be intact.
    pub damaged: bool,
    /// The session that it took the place of, under a new key.
    pub follows: Option<usize>,
}

/// One reading of everything that a server has answered so far.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The design, as far as it is known.
    pub design: Design,
    /// Every session that there was.
    pub records: Vec<Record>,
    /// Which session a value of the cookie opened last.
    pub keys: BTreeMap<Vec<u8>, usize>,
    /// Texts of keys by session, as the server told them.
    pub texts: BTreeMap<String, usize>,
    /// The accounts of users.
    pub accounts: Accounts,
    /// Wrong behaviour that was followed.
    pub deviations: BTreeSet<Deviation>,
    /// Attributes of the session cookie, in words, as first seen.
    pub attributes: Option<String>,
}

impl World {
    /// A server of this design that has answered nothing.
    #[must_use]
    pub fn new(design: Design) -> Self {
        Self {
            design,
            records: Vec::new(),
            keys: BTreeMap::new(),
            texts: BTreeMap::new(),
            accounts: Accounts::default(),
            deviations: BTreeSet::new(),
            attributes: None,
        }
    }

    /// Answers a question about the design.
    pub(super) fn ask(
        &mut self,
        choices: &mut Choices,
        question: impl Fn(&mut Design) -> &mut Option<bool>,
        usual: bool,
    ) -> bool {
        choices.ask(question(&mut self.design), usual)
    }

    /// Whether wrong behaviour that is put up with is followed here.
    pub(super) fn deviates(&mut self, choices: &mut Choices, deviation: Deviation) -> bool {
        let follows = self.design.tolerated.contains(&deviation) && choices.pick(2) == 1;
        if follows {
            self.deviations.insert(deviation);
        }
        follows
    }

    /// The session that a value of the cookie opens at a moment.
    pub(super) fn opens(&mut self, value: &[u8], now: Timestamp, choices: &mut Choices) -> Option<usize> {
        let index = *self.keys.get(value)?;
        let record = &self.records[index];
        if !record.alive {
            return None;
        }
        let Some(deadline) = record.deadline else {
            return (record.content.expiry != Expiry::Unclear || choices.pick(2) == 0).then_some(index);
        };
        let left = deadline.minus(now);
        let over = if left.abs() <= TOLERANCE { choices.pick(2) == usize::from(left >= 0) } else { left < 0 };
        // The end of a damaged record may be damaged, too, and show when its copy is over.
        if !over || record.damaged {
            return Some(index);
        }
        self.deviates(choices, Deviation::ExpiryNotEnforced).then_some(index)
    }

    /// When a session that is saved now ends.
    pub(super) fn deadline(&self, content: &Content, before: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        match (self.design.expiry, content.expiry) {
            (Extends::Unknown, _) | (_, Expiry::Unclear) => None,
            (_, Expiry::At(at)) => Some(at),
            (Extends::Nothing, _) if before.is_some() => before,
            (_, Expiry::After(seconds)) => Some(now.plus(seconds)),
            (_, Expiry::Usual | Expiry::BrowserClose) => self.design.default_lifetime.map(|seconds| now.plus(seconds)),
        }
    }

    /// How many sessions of a user go on for sure, the one that asks included.
    pub(super) fn live_sessions(&self, user: &str, own: Option<usize>, now: Timestamp) -> usize {
        let live = |record: &&Record| {
            let lasts = record.deadline.is_none_or(|end| end.minus(now) > TOLERANCE);
            record.alive && lasts && record.content.expiry != Expiry::Unclear
        };
        // Whoever comes with an older copy of a cookie is there, though its session may be listed by the end of a newer one.
        let ends = |number: usize| {
            let is = move |login: &Login| login.number == number;
            let mut copies = self.records.iter().filter(move |record| record.content.user.as_ref().is_some_and(is));
            copies.any(|copy| copy.deadline.is_some_and(|end| end.minus(now) <= TOLERANCE))
        };
        let sure = |number: &usize| self.accounts.is_live(*number) && !(self.design.in_cookie && ends(*number));
        let mut numbers: BTreeSet<usize> = own.into_iter().filter(sure).collect();
        if !self.design.in_cookie {
            let logins = self.records.iter().filter(live).filter_map(|record| record.content.user.as_ref());
            let of_user = logins.filter(|login| {
                login.user == user && self.accounts.goes_on(login) == GoesOn::Yes && self.accounts.is_live(login.number)
            });
            numbers.extend(of_user.map(|login| login.number));
        }
        numbers.len()
    }

    /// How many sessions of a user there may be: all that nobody ended, but those that are over by themselves for sure.
    pub(super) fn most_sessions(&self, user: &str, own: Option<usize>, now: Timestamp) -> usize {
        let over = |record: &Record| record.deadline.is_some_and(|end| now.minus(end) > TOLERANCE);
        let mut numbers = self.accounts.open(user);
        if !self.design.in_cookie {
            let of = |number: usize| {
                let has = move |login: &Login| login.number == number;
                self.records.iter().filter(move |record| record.content.user.as_ref().is_some_and(has))
            };
            numbers.retain(|number| own == Some(*number) || of(*number).next().is_none() || !of(*number).all(over));
        }
        numbers.len()
    }

    /// Where sessions that are ended from outside end at once, and not when somebody asks for their user: now. Whether
    /// they do. One session may be spared: its request goes on, and may save it.
    pub(super) fn sweep_ended(
        &mut self,
        spared: Option<usize>,
        choices: &mut Choices,
        at_once: impl Fn(&mut Design) -> &mut Option<bool>,
    ) -> bool {
        if self.design.in_cookie || !self.ask(choices, at_once, false) {
            return false;
        }
        let accounts = &self.accounts;
        for (index, record) in self.records.iter_mut().enumerate() {
            let ended = record.content.user.as_ref().is_some_and(|login| accounts.goes_on(login) != GoesOn::Yes);
            record.alive &= !ended || spared == Some(index);
        }
        true
    }

    /// Adds a session and the value that opens it.
    pub(super) fn add(&mut self, content: Content, deadline: Option<Timestamp>, value: Option<Vec<u8>>) {
        let index = self.records.len();
        self.records.push(Record { content, deadline, alive: true, deleted: false, damaged: false, follows: None });
        if let Some(value) = value {
            self.keys.insert(value, index);
        }
    }

    /// Everything that a cache alone kept is gone.
    pub fn forget_everything(&mut self) {
        for record in &mut self.records {
            record.alive = false;
        }
    }
}
