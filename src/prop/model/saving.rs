//! The end of a request: what becomes of its session, in store and browser.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Asked, CookieChange};
use super::choices::Choices;
use super::content::Content;
use super::mismatch::{Mismatch, THE_KEY};
use super::session_cookie::{attributes, cookie, unchanged};
use super::unsaved::LARGE;
use super::working::Working;
use super::world::World;
use crate::cookie::Timestamp;
use crate::prop::design::Extends;
use crate::prop::deviation::Deviation;
use crate::spec::Level;

impl Working {
    /// Holds the answer against what the session became, and takes over what the server keeps.
    pub fn save(
        mut self,
        world: &mut World,
        asked: &Asked,
        answer: &Answer,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let now = answer.at;
        let same = self.modified && self.origin.is_some() && self.content == self.loaded;
        if same && !self.touched && !self.created && !self.flushed {
            self.modified = world.ask(choices, |design| &mut design.saves_unchanged, true);
        }
        if answer.lines > 1 && self.presented.len() < 2 {
            let message = format!("the answer sets the session cookie {} times", answer.lines);
            return Err(Mismatch::new("session-cookie-twice", message)
                .expecting("set_cookie", json!({"session": {"times": 1}})));
        }
        // Somebody else may have ended or replaced the session since it was loaded.
        let rotated = self.rotated.filter(|_| !self.settled);
        let record = self.origin.or(rotated).filter(|_| !world.design.in_cookie).map(|index| &world.records[index]);
        // A record that ended by its expiry meanwhile may lie there until somebody sweeps.
        let over = record.is_some_and(|record| record.deadline.is_some_and(|deadline| deadline.minus(now) <= 0));
        let vanished = record.is_some_and(|record| !record.alive)
            || choices.unusual(over || record.is_some_and(|record| record.deleted));
        let asked_for = if asked.raises() { 500 } else { asked.status };
        if answer.status != Some(asked_for) {
            return self.failed(world, asked, asked_for, answer, vanished, choices);
        }
        self.caches(world, asked, answer, choices)?;
        if asked_for >= 500 && !world.ask(choices, |design| &mut design.save_on_error, false) {
            return self.not_saved(world, answer, choices);
        }
        if !self.accessed {
            let resends = world.design.expiry == Extends::Read && choices.pick(2) == 1;
            if !resends {
                // The cookie of a key that opens nothing may be removed by whoever notices it.
                let removes = answer.change == CookieChange::Removed && !self.opened && !self.presented.is_empty();
                return if removes { Ok(()) } else { unchanged(answer, "a request that does not touch the session") };
            }
            self.accessed = true;
        }
        // A login may begin a session that holds nothing in the end.
        self.created |= self.logged_in && self.flushed && matches!(answer.change, CookieChange::Stored { .. });
        let gone = self.origin.is_none() && self.rotated.is_none() && !self.created && self.content.is_empty();
        if gone {
            self.end(world, choices);
            return self.gone(world, answer, choices);
        }
        // What a login of somebody else ended may have been over: then there is nothing to begin with.
        let begins_from_nothing = !self.settled && !world.design.in_cookie && self.logged_in && {
            let over = self.ended.iter().any(|index| !world.records[*index].alive);
            over && !matches!(answer.change, CookieChange::Stored { .. })
        };
        if (vanished || begins_from_nothing) && (self.modified || self.created) {
            return self.saved_though_gone(world, answer, now, choices);
        }
        // What was ended from outside while it began may never have been there.
        if self.login_is_over(world) && !matches!(answer.change, CookieChange::Stored { .. }) {
            self.end(world, choices);
            return Ok(());
        }
        if self.modified || self.created {
            return self.saved(world, answer, now, choices);
        }
        self.only_read(world, answer, now, choices)
    }

    /// Whether there is, or may be, another session cookie than the server's own.
    pub(super) const fn is_beside(&self) -> bool {
        self.beside || self.presented.len() > 1
    }

    /// Sessions that this request ended. What another request has put in the place of one meanwhile may end with it.
    pub(super) fn end(&mut self, world: &mut World, choices: &mut Choices) {
        if world.design.in_cookie {
            return;
        }
        for index in std::mem::take(&mut self.ended) {
            let was_alive = std::mem::take(&mut world.records[index].alive);
            let follower = world.records.iter().position(|record| record.alive && record.follows == Some(index));
            if let Some(follower) = follower.filter(|_| !was_alive) {
                world.records[follower].alive = !choices.unusual(true);
            }
        }
    }

    /// Nothing is left of the session: its cookie goes.
    fn gone(&self, world: &mut World, answer: &Answer, choices: &mut Choices) -> Result<(), Mismatch> {
        if self.presented.is_empty() {
            if answer.change == CookieChange::None {
                return Ok(());
            }
            let begun = self.begun_by_reading(world, answer, choices);
            if begun {
                return Ok(());
            }
            let wrong = cookie(
                Deviation::ReadBegins.as_str(),
                "a request without a session that stores nothing",
                "none",
                &answer.change,
            );
            return Err(wrong.at(Level::Should));
        }
        match &answer.change {
            change @ CookieChange::Removed if self.out_of_reach && !self.flushed => {
                let what = "a request that cannot reach the store, where the session is still kept";
                Err(cookie("outage-removes-cookie", what, "none", change).at(Level::Should))
            }
            CookieChange::None if self.blind && (self.out_of_reach || !self.opened) => Ok(()),
            CookieChange::Removed => Ok(()),
            // The other one is still there.
            CookieChange::Kept | CookieChange::None if self.is_beside() => Ok(()),
            // It opens nothing any more.
            CookieChange::None if self.ended_outside => Ok(()),
            CookieChange::None
                if self.flushed && (self.opened || world.ask(choices, |design| &mut design.dead_deleted, true)) =>
            {
                Err(cookie("ended-cookie-stays", "a request that ends the session", "removed", &answer.change))
            }
            CookieChange::None
                if !world.ask(choices, |design| &mut design.dead_deleted, true)
                    || world.deviates(choices, Deviation::DeadKeyStays) =>
            {
                Ok(())
            }
            CookieChange::Stored { .. } if self.begun_by_reading(world, answer, choices) => Ok(()),
            change @ CookieChange::None => {
                Err(cookie(Deviation::DeadKeyStays.as_str(), "a request whose key opens nothing", "removed", change)
                    .at(Level::Should))
            }
            // A login may begin a session that holds nothing in the end.
            change @ CookieChange::Stored { .. } if !self.flushed && (world.design.in_cookie || self.logged_in) => {
                let what = "a request whose cookie opens nothing and that leaves nothing";
                Err(cookie(Deviation::ReadBegins.as_str(), what, "none", change).at(Level::Should))
            }
            change @ CookieChange::Stored { .. } if !self.flushed => Err(cookie(
                "session-begun",
                "a request whose key opens nothing and that stores nothing",
                "none",
                change,
            )),
            change => Err(cookie("session-cookie", "a request that leaves no session", "removed", change)),
        }
    }

    /// Whether reading begins a session here, by design or by a deviation that is put up with.
    fn begun_by_reading(&self, world: &mut World, answer: &Answer, choices: &mut Choices) -> bool {
        let CookieChange::Stored { value, .. } = &answer.change else { return false };
        if !self.accessed || world.keys.contains_key(value) || self.presented.contains(value) {
            return false;
        }
        let lazy = world.ask(choices, |design| &mut design.lazy, true);
        if lazy && !world.deviates(choices, Deviation::ReadBegins) {
            return false;
        }
        let deadline = world.deadline(&self.content, None, answer.at);
        world.add(self.content.clone(), deadline, Some(value.clone()));
        true
    }

    /// A write to a session that was ended or replaced since it was loaded: it must not come back.
    fn saved_though_gone(
        mut self,
        world: &mut World,
        answer: &Answer,
        now: Timestamp,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let rotates = self.rotated.is_some() || self.flushed;
        match &answer.change {
            CookieChange::None | CookieChange::Removed | CookieChange::Kept => {
                self.end(world, choices);
                Ok(())
            }
            // Somebody has just logged in: that is a session of its own.
            CookieChange::Stored { value, .. } if rotates && !world.keys.contains_key(value) => {
                let begins = self.flushed || self.logged_in;
                // A login may leave behind what the session held that ended meanwhile.
                if self.logged_in && choices.unusual(true) {
                    self.content = Content { user: self.content.user.take(), ..Content::default() };
                }
                if !begins && !world.deviates(choices, Deviation::RotationRevives) {
                    // A new key is harmless as long as it opens nothing of the old session.
                    self.content = Content::default();
                }
                let deadline = world.deadline(&self.content, None, now);
                let (content, value) = (self.content.clone(), value.clone());
                self.end(world, choices);
                world.add(content, deadline, Some(value));
                Ok(())
            }
            // A session of its own under a new key, which holds nothing of the old one.
            CookieChange::Stored { value, .. } if self.is_new(world, value) => {
                let before = std::mem::take(&mut self.loaded.data);
                self.content = Content { data: std::mem::take(&mut self.content.data), ..Content::default() };
                self.content.data.retain(|key, value| before.get(key) != Some(value));
                let deadline = world.deadline(&self.content, None, now);
                world.add(self.content, deadline, Some(value.clone()));
                Ok(())
            }
            // The old key is sent again, which still opens nothing.
            CookieChange::Stored { .. } => Ok(()),
            CookieChange::Refused(_) => Err(cookie("session-cookie", "a request", "stored", &answer.change)),
        }
    }

    /// Whether a value of the session cookie is one that nobody has had before.
    fn is_new(&self, world: &World, value: &Vec<u8>) -> bool {
        !world.keys.contains_key(value) && !self.presented.contains(value)
    }

    /// A session that is saved.
    fn saved(self, world: &mut World, answer: &Answer, now: Timestamp, choices: &mut Choices) -> Result<(), Mismatch> {
        let continues = self.origin;
        let before = continues.and_then(|index| world.records[index].deadline);
        let deadline = world.deadline(&self.content, before, now);
        let what = "a request that stores something in the session";
        if let CookieChange::Refused(why) = &answer.change {
            if self.size() > LARGE && world.design.in_cookie && world.deviates(choices, Deviation::OversizeLost) {
                self.take_back_logins(world);
                return Ok(());
            }
            let oversize = self.size() > LARGE && world.design.in_cookie;
            let (code, level) = if oversize {
                (Deviation::OversizeLost.as_str(), Level::Should)
            } else {
                ("session-cookie-refused", Level::Must)
            };
            let message = format!("the session cookie should reach the browser, and is refused by it: {why}");
            return Err(Mismatch::new(code, message)
                .at(level)
                .comparing("stored", answer.change.words())
                .expecting("set_cookie", json!({"session": "stored"})));
        }
        let over = deadline.is_some_and(|deadline| deadline.minus(now) <= 0);
        let value = match (&answer.change, continues) {
            (CookieChange::Stored { value, lifetime }, _) => {
                self.lifetime(world, *lifetime, deadline, now, choices)?;
                Some(value.clone())
            }
            // What ends at once need not be sent.
            (CookieChange::Removed | CookieChange::None, _) if over => None,
            (CookieChange::Kept, _) if over && self.is_beside() => None,
            (CookieChange::Removed, _)
                if self.content.is_empty() && world.ask(choices, |design| &mut design.empty_ends, false) =>
            {
                if let Some(index) = continues.filter(|_| !world.design.in_cookie) {
                    world.records[index].alive = false;
                }
                return Ok(());
            }
            (CookieChange::None, Some(index))
                if !world.design.in_cookie && !world.ask(choices, |design| &mut design.writes_send, true) =>
            {
                world.records[index].content = self.content;
                world.records[index].deadline = deadline;
                return Ok(());
            }
            (change, _) => return Err(cookie("session-cookie", what, "stored", change)),
        };
        attributes(world, answer)?;
        if let (Some(index), false) = (continues, world.design.in_cookie) {
            let same = value
                .as_ref()
                .is_none_or(|value| self.presented.contains(value) && world.keys.get(value) == Some(&index));
            if !same {
                return Err(Mismatch::new(
                    "key-changed",
                    "a write should keep the session key, and the answer sets another",
                )
                .comparing("the key that was sent", "another key")
                .about_key(self.presented.first())
                .expecting("jar", json!({"session": {"is": THE_KEY}})));
            }
            world.records[index].content = self.content;
            world.records[index].deadline = deadline;
            return Ok(());
        }
        self.new_key(world, value, deadline, choices)
    }

    /// A session under a key that nobody had before.
    fn new_key(
        mut self,
        world: &mut World,
        value: Option<Vec<u8>>,
        deadline: Option<Timestamp>,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        if let Some(value) = value.as_ref().filter(|_| !world.design.in_cookie) {
            let text = String::from_utf8_lossy(value).into_owned();
            if let Some(index) = world.keys.get(value) {
                let fate = match (self.rotated == Some(*index), world.records[*index].alive) {
                    (true, _) => "that of the session that should have a new one",
                    (false, true) => "that of another session",
                    (false, false) => "that of a session that has ended",
                };
                let (code, level) = match (self.rotated == Some(*index), self.relogin) {
                    (true, true) => (Deviation::ReloginKeepsKey.as_str(), Level::Should),
                    (true, false) => ("key-kept", Level::Must),
                    (false, _) => ("key-reused", Level::Must),
                };
                return Err(Mismatch::new(code, format!("the key should be a new one, and is {fate}"))
                    .at(level)
                    .comparing("a key that nobody had before", "a key that was given out before")
                    .about_key(Some(value))
                    .expecting("jar", json!({"session": {"not": THE_KEY}})));
            }
            if self.presented.contains(value) {
                return Err(Mismatch::new(
                    "key-adopted",
                    format!("the key {text} was made up by the client, and the server takes it"),
                )
                .comparing("a key of the server's own", "the key that the client sent")
                .about_key(Some(value))
                .expecting("jar", json!({"session": {"not": THE_KEY}})));
            }
            self.opaque(&text)?;
        }
        if let Some(index) = self.rotated.filter(|_| !world.design.in_cookie) {
            world.records[index].alive = false;
        }
        self.end(world, choices);
        let (follows, told) = (self.rotated, self.told);
        let sent: Vec<String> = self.presented.iter().map(|key| String::from_utf8_lossy(key).into_owned()).collect();
        world.add(self.content, deadline, value);
        if let Some(record) = world.records.last_mut() {
            record.follows = follows;
        }
        let index = world.records.len() - 1;
        if let Some(text) = told.filter(|text| !sent.contains(text)) {
            world.texts.entry(text).or_insert(index);
        }
        Ok(())
    }

    /// A key tells nothing of what the session holds.
    fn opaque(&self, key: &str) -> Result<(), Mismatch> {
        let texts = self.content.data.values().filter_map(Value::as_str);
        let user = self.content.user.as_ref().map(|login| login.user.as_str());
        for marker in texts.chain(user).filter(|text| text.len() >= 6) {
            let arguments =
                Map::from_iter([("value".to_owned(), Value::from(key)), ("marker".to_owned(), Value::from(marker))]);
            let readable = crate::judge::run_probe("probe.readable", &arguments);
            if readable.is_ok_and(|result| result.get("readable") == Some(&Value::Bool(true))) {
                let message = format!("the session key tells what the session holds: {marker}");
                return Err(Mismatch::new("key-tells", message)
                    .comparing("a key that tells nothing", "a key in which the value can be read"));
            }
        }
        Ok(())
    }

    /// The session was read and nothing else.
    fn only_read(
        self,
        world: &mut World,
        answer: &Answer,
        now: Timestamp,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let slides = world.design.expiry == Extends::Read;
        match (&answer.change, self.origin) {
            (CookieChange::None, Some(index)) => {
                if slides && choices.pick(2) == 1 {
                    let before = world.records[index].deadline;
                    world.records[index].deadline = world.deadline(&self.content, before, now);
                }
                Ok(())
            }
            (CookieChange::None, None) => Ok(()),
            (CookieChange::Stored { value, .. }, Some(index)) => {
                let unknown = world.design.expiry == Extends::Unknown;
                if !slides && !unknown && !world.deviates(choices, Deviation::ReadResends) {
                    return Err(cookie(
                        Deviation::ReadResends.as_str(),
                        "a request that only reads the session",
                        "none",
                        &answer.change,
                    )
                    .at(Level::Should));
                }
                let same = world.keys.get(value) == Some(&index);
                let before = world.records[index].deadline;
                let deadline = world.deadline(&self.content, before, now);
                if world.design.in_cookie {
                    let stale = self.content.clone();
                    world.add(stale, deadline, Some(value.clone()));
                } else if same {
                    world.records[index].deadline = deadline;
                } else {
                    return Err(Mismatch::new(
                        "key-changed",
                        "reading should keep the session key, and the answer sets another",
                    )
                    .expecting("set_cookie", json!({"session": "none"})));
                }
                Ok(())
            }
            (change, _) => Err(cookie("session-cookie", "a request that only reads the session", "none", change)),
        }
    }
}
