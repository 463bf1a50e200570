//! Requests that are not saved: those that fail, and those of a login that is over.

use serde_json::{Map, Value};

use super::accounts::GoesOn;
use super::answer::{Answer, Asked, CookieChange, Reach};
use super::choices::Choices;
use super::content::Login;
use super::mismatch::Mismatch;
use super::performed::Performed;
use super::session_cookie::cookie;
use super::working::Working;
use super::world::World;
use crate::prop::deviation::Deviation;
use crate::spec::Level;

/// How many octets of data may make a cookie too large for browsers.
pub(super) const LARGE: usize = 2000;

impl Working {
    /// Another status than the one that was asked for: the session cannot be saved, or the server is wrong.
    pub(super) fn failed(
        self,
        world: &mut World,
        asked: &Asked,
        asked_for: u16,
        answer: &Answer,
        vanished: bool,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let Some(status) = answer.status else {
            let why = answer.failure.clone().unwrap_or_else(|| "no answer".to_owned());
            return Err(Mismatch::new("no-answer", format!("there should be an answer, and there is none: {why}"))
                .expecting("status", Value::from(asked_for)));
        };
        let wrong = Mismatch::new("status", format!("the status should be {asked_for}, and is {status}"))
            .comparing(asked_for.to_string(), status.to_string())
            .expecting("status", Value::from(asked_for));
        let dead = !self.presented.is_empty() && !self.opened;
        let wrong = match () {
            () if asked.reach == Reach::NoCopies => Mismatch { code: "copies-needed", ..wrong },
            () if self.unclear => Mismatch { code: Deviation::TextExpiryFails.as_str(), level: Level::Should, ..wrong },
            () if self.timed => Mismatch { code: Deviation::ExpiryNotStored.as_str(), level: Level::Should, ..wrong },
            () if dead && self.modified => {
                Mismatch { code: Deviation::DeadKeyFails.as_str(), level: Level::Should, ..wrong }
            }
            () => wrong,
        };
        let large = world.design.in_cookie && self.size() > LARGE;
        // A session that is over before it is saved may not be there to be saved.
        let now = answer.at;
        let over = world.deadline(&self.content, None, now).is_some_and(|end| end.minus(now) <= 0);
        let excused = (vanished && (self.modified || self.created || self.wrote) && status < 500)
            || (vanished && world.design.detects)
            || (self.login_is_over(world) && status < 500)
            || (large && self.modified)
            || (over && self.modified && status < 500)
            || (self.unclear && world.deviates(choices, Deviation::TextExpiryFails))
            || (self.timed && !self.unclear && world.deviates(choices, Deviation::ExpiryNotStored))
            || (dead && self.modified && world.deviates(choices, Deviation::DeadKeyFails));
        if !excused {
            return Err(wrong);
        }
        self.take_back_logins(world);
        // A request that failed has told nobody a new key.
        if let CookieChange::Stored { .. } = &answer.change {
            return Err(wrong);
        }
        self.destroyed_all_the_same(world, choices);
        Ok(())
    }

    /// What this request ends and replaces may be gone, though it is not saved.
    fn destroyed_all_the_same(&self, world: &mut World, choices: &mut Choices) {
        let destroyed = self.rotated.iter().chain(&self.ended);
        let destroyed: Vec<usize> = destroyed.copied().filter(|_| !world.design.in_cookie).collect();
        if !destroyed.is_empty() && world.deviates(choices, Deviation::DestroyedOnError) {
            for index in destroyed {
                world.records[index].alive = false;
            }
        }
    }

    /// An operation on a session whose expiry is a text and no moment: it may fail since nobody can say when the session
    /// ends, and has then done what it does, or nothing.
    pub(super) fn call_in_doubt(
        &mut self,
        world: &mut World,
        asked: &Asked,
        one: &Performed<'_>,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let before = self.clone();
        let Err(wrong) = self.call(world, asked, one, choices) else { return Ok(()) };
        if wrong.code != "unexpected-error" {
            return Err(wrong);
        }
        if !world.deviates(choices, Deviation::TextExpiryFails) {
            return Err(Mismatch { code: Deviation::TextExpiryFails.as_str(), level: Level::Should, ..wrong });
        }
        if choices.pick(2) == 0 {
            let done = Self {
                begun: self.begun.split_off(before.begun.len()),
                left: self.left.split_off(before.left.len()),
                ..Self::default()
            };
            done.take_back_logins(world);
            *self = before;
        }
        Ok(())
    }

    pub(super) fn size(&self) -> usize {
        Value::Object(self.content.data.clone().into_iter().collect::<Map<_, _>>()).to_string().len()
    }

    /// A failed request that is not saved: the session is as it was, or what the framework does at once was done to
    /// store and browser alike.
    pub(super) fn not_saved(
        mut self,
        world: &mut World,
        answer: &Answer,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        self.take_back_logins(world);
        // The account may be kept elsewhere, and saved at once.
        if choices.unusual(!self.passwords.is_empty()) {
            self.passwords.iter().for_each(|user| world.accounts.keep_password(user));
        }
        if let Some(index) = self.spared {
            let login = world.records[index].content.user.clone();
            let over = login.is_some_and(|login| world.accounts.goes_on(&login) != GoesOn::Yes);
            world.records[index].alive &= !(over && choices.pick(2) == 0);
        }
        match &answer.change {
            CookieChange::None => {
                self.destroyed_all_the_same(world, choices);
                Ok(())
            }
            CookieChange::Removed if self.flushed => {
                self.end(world, choices);
                Ok(())
            }
            // Whoever notices that it opens nothing may say so.
            CookieChange::Removed if !self.presented.is_empty() && !self.opened => Ok(()),
            // The other one is still there.
            CookieChange::Kept if self.is_beside() => {
                if self.flushed {
                    self.end(world, choices);
                }
                Ok(())
            }
            change => Err(cookie("cookie-on-error", "a failed request that is not saved", "none", change)),
        }
    }

    /// What was not saved has begun and ended no session of a user.
    pub(super) fn take_back_logins(&self, world: &mut World) {
        for number in &self.left {
            world.accounts.undo(*number, false);
        }
        for number in &self.begun {
            world.accounts.undo(*number, true);
        }
    }

    /// Whether the user who logged in by this request was ended from outside meanwhile.
    pub(super) fn login_is_over(&self, world: &World) -> bool {
        let over = |login: &Login| world.accounts.goes_on(login) == GoesOn::No;
        self.logged_in && self.content.user.as_ref().is_some_and(over)
    }
}
