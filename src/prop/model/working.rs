//! The session of one request: loaded when first asked for, changed by the operations of a program.

use std::collections::BTreeSet;

use serde_json::Value;

use super::accounts::Fate;
use super::answer::{Asked, Reach};
use super::choices::Choices;
use super::content::{Content, Expiry};
use super::mismatch::Mismatch;
use super::performed::Performed;
use super::world::{TOLERANCE, World};
use crate::contract::{OperationResult, TimeValue};
use crate::cookie::Timestamp;

/// Operations of the `session` family that change nothing.
const READERS: [&str; 8] = ["get", "has", "keys", "values", "items", "key", "get_expiry", "test_cookie_worked"];

/// Whether an operation of the `session` family changes nothing.
#[must_use]
pub fn only_looks(operation: &str) -> bool {
    operation.strip_prefix("session.").is_some_and(|name| READERS.contains(&name))
}

/// The session of one request.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "what happened to a session is a set of independent facts")]
pub struct Working {
    /// Whether a session cookie went along.
    pub(super) presented: Vec<Vec<u8>>,
    /// Whether one of them is where the server cannot remove it.
    pub(super) beside: bool,
    /// Whether the store is away, so that nobody knows what a key opens.
    pub(super) blind: bool,
    /// Whether there is a session that the server cannot see for that reason.
    pub(super) out_of_reach: bool,
    /// The session that was loaded and goes on.
    pub(super) origin: Option<usize>,
    /// Whether the cookie opened something.
    pub(super) opened: bool,
    pub(super) content: Content,
    /// What was loaded.
    pub(super) loaded: Content,
    /// Whether it was to be saved whatever it holds.
    pub(super) touched: bool,
    /// Whether anything asked for the session.
    pub(super) accessed: bool,
    /// Whether anything but a look for keys asked for it.
    pub(super) read: bool,
    pub(super) modified: bool,
    /// Whether anything was asked for that may change it, though it did not.
    pub(super) wrote: bool,
    /// Whether there shall be a record even without content.
    pub(super) created: bool,
    /// The session that goes on under a new key.
    pub(super) rotated: Option<usize>,
    /// Sessions that end with this request.
    pub(super) ended: Vec<usize>,
    /// Whether it was ended in this request.
    pub(super) flushed: bool,
    /// Whether it was ended from outside during this request, which may have noticed or not.
    pub(super) ended_outside: bool,
    /// The session that goes on where others of its user were ended, if this request is saved.
    pub(super) spared: Option<usize>,
    /// Whether an expiry as duration or instant was asked for.
    pub(super) timed: bool,
    /// Whether the session has, or was to have, an expiry that is a text and no moment.
    pub(super) unclear: bool,
    /// Whether what it ends and replaces is gone already.
    pub(super) settled: bool,
    /// Whether the user who was logged in logged in again.
    pub(super) relogin: bool,
    /// Whether somebody logged in in this request.
    pub(super) logged_in: bool,
    /// The user that the framework may remember for the rest of the request.
    #[allow(clippy::option_option, reason = "nobody remembered is not the same as remembering that nobody is there")]
    pub(super) remembered: Option<Option<String>>,
    /// The key of the session that this request begins, as the application was told.
    pub(super) told: Option<String>,
    /// Logins that began in this request.
    pub(super) begun: Vec<usize>,
    /// Logins that were over in this request.
    pub(super) left: Vec<usize>,
    /// Users whose password this request changed.
    pub(super) passwords: Vec<String>,
}

impl Working {
    /// Loads the session of a request.
    pub fn load(world: &mut World, asked: &Asked, now: Timestamp, choices: &mut Choices) -> Self {
        let mut working = Self { presented: asked.presented.clone(), beside: asked.beside, ..Self::default() };
        let candidate = match asked.presented.len() {
            0 => None,
            1 => asked.presented.first(),
            // Of several cookies of one name a server may believe any, or none.
            several => asked.presented.get(choices.pick(several + 1)),
        };
        let opened = candidate.and_then(|value| world.opens(value, now, choices));
        // A store that is away may look empty.
        working.blind = asked.reach == Reach::Nothing;
        working.out_of_reach = opened.is_some() && working.blind && choices.pick(2) == 0;
        let opened = opened.filter(|_| !working.out_of_reach);
        if let Some(index) = opened {
            working.origin = Some(index);
            working.opened = true;
            working.content = world.records[index].content.clone();
            // Sooner or later the copy is gone, and what is left is a damaged record.
            if world.records[index].damaged {
                let over = world.records[index].deadline.is_some_and(|end| end.minus(now) <= TOLERANCE);
                match choices.pick(3) {
                    0 if !over => {}
                    1 => working.content = Content::default(),
                    _ => return Self { origin: None, opened: false, content: Content::default(), ..working },
                }
            }
            working.loaded = working.content.clone();
            working.unclear = working.content.expiry == Expiry::Unclear;
        }
        working
    }

    /// Performs the operations of a program and holds them against its results, where there are any.
    pub fn run(
        &mut self,
        world: &mut World,
        asked: &Asked,
        results: Option<&[OperationResult]>,
        now: Timestamp,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let of = asked.calls.len();
        for (place, call) in asked.calls.iter().enumerate() {
            if call.op == "ctl.raise" {
                return Ok(());
            }
            let got = results.and_then(|results| results.get(place));
            if let (Some(results), None) = (results, got) {
                let message = format!(
                    "{} should have a result, and there are {} results for {of} operations",
                    call.op,
                    results.len()
                );
                return Err(Mismatch::new("result-missing", message));
            }
            let one = Performed { call, place: (place, of), got, now };
            if self.unclear {
                self.call_in_doubt(world, asked, &one, choices)?;
            } else {
                self.call(world, asked, &one, choices)?;
            }
        }
        Ok(())
    }

    pub(super) fn call(
        &mut self,
        world: &mut World,
        asked: &Asked,
        one: &Performed<'_>,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let (family, name) = one.call.op.split_once('.').unwrap_or_default();
        match family {
            "session" => {
                // A key can be told without looking whether it opens anything.
                self.accessed |= name != "key" || choices.pick(2) == 0;
                self.read |= !matches!(name, "has" | "keys" | "key");
                self.wrote |= !only_looks(&one.call.op);
                self.session(world, name, one, choices)
            }
            "auth" => {
                self.accessed = true;
                self.read = true;
                self.auth(world, name, one, choices)
            }
            "csrf" => {
                if name == "put" {
                    return self.put_behind_check(one, choices);
                }
                // The secret may be in the session or in a cookie of its own.
                match choices.pick(if name == "issue" { 3 } else { 2 }) {
                    0 => {}
                    1 => self.accessed = true,
                    _ => {
                        self.accessed = true;
                        self.modified = true;
                        self.content.hidden = true;
                    }
                }
                Ok(())
            }
            "store" => self.store(world, name, one, choices),
            "cookie" if name == "list" => Self::cookies(asked, one),
            _ => one.success(),
        }
    }

    #[allow(clippy::too_many_lines, reason = "one arm per operation of the contract")]
    fn session(
        &mut self,
        world: &mut World,
        name: &str,
        one: &Performed<'_>,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let key = one.text("key");
        let value = || one.value("value");
        let there = self.content.data.get(key).cloned();
        match name {
            "get" => one.exactly(&there.or_else(|| one.argument("default").cloned()).unwrap_or_default()),
            "has" => one.exactly(&Value::from(there.is_some())),
            "put" => {
                self.content.data.insert(key.to_owned(), value());
                self.modified = true;
                one.success()
            }
            "delete" => match there {
                Some(_) => {
                    self.content.data.remove(key);
                    self.modified = true;
                    one.success()
                }
                None => one.missing(),
            },
            "pop" => match (there, one.argument("default")) {
                (Some(value), _) => {
                    self.content.data.remove(key);
                    self.modified = true;
                    one.exactly(&value)
                }
                (None, Some(default)) => one.exactly(default),
                (None, None) => one.missing(),
            },
            "set_default" => {
                if let Some(value) = there {
                    return one.exactly(&value);
                }
                self.content.data.insert(key.to_owned(), value());
                self.modified = true;
                one.exactly(&value())
            }
            "update" => {
                let values = one.argument("values").and_then(Value::as_object);
                let values = values.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone()));
                self.content.data.extend(values);
                self.modified = true;
                one.success()
            }
            "append" => match there {
                Some(Value::Array(mut list)) => {
                    list.push(value());
                    self.content.data.insert(key.to_owned(), Value::Array(list));
                    self.modified |= world.ask(choices, |design| &mut design.append_noticed, true);
                    one.success()
                }
                _ => one.any_error(),
            },
            "touch" => {
                self.modified = true;
                self.touched = true;
                // A write without content may begin a session in place of one that is gone.
                self.created |= choices.unusual(!self.presented.is_empty() && !self.opened);
                one.success()
            }
            "keys" => {
                let keys: Vec<Value> = self.content.data.keys().map(|key| Value::from(key.as_str())).collect();
                let seen = one.got.and_then(|got| got.as_ref().ok()).map(|list| self.visible(list));
                one.in_any_order(seen.as_ref(), &keys)
            }
            "values" => {
                let values: Vec<Value> = self.content.data.values().cloned().collect();
                self.values(one, &values)
            }
            "items" => {
                let items = Value::Object(self.content.data.clone().into_iter().collect());
                match one.got {
                    Some(Ok(seen @ Value::Object(_))) if self.without_own(seen) == items => Ok(()),
                    _ => one.exactly(&items),
                }
            }
            "clear" => {
                if world.ask(choices, |design| &mut design.clear_is_flush, false) {
                    self.flush(world);
                } else {
                    let before = self.content.clone();
                    self.content.data.clear();
                    if world.ask(choices, |design| &mut design.clear_forgets_all, true) {
                        self.leave(world, Fate::Abandoned);
                        self.content = Content::default();
                        if before.expiry != Expiry::Usual
                            && world.ask(choices, |design| &mut design.clear_keeps_expiry, false)
                        {
                            self.content.expiry = before.expiry;
                        }
                    }
                    // There may have been nothing to clear.
                    self.modified |= self.content != before || !choices.unusual(true);
                }
                one.success()
            }
            "flush" => {
                self.flush(world);
                one.success()
            }
            "cycle_key" => {
                // A new key for a session that does not exist, or holds nothing, may begin one.
                let begins = match (self.origin, self.content.is_empty()) {
                    (Some(_), false) => true,
                    (Some(_), true) => world.ask(choices, |design| &mut design.empty_cycles, true),
                    (None, _) => world.ask(choices, |design| &mut design.cycle_begins, true),
                };
                if begins {
                    self.rotate();
                    self.created = true;
                } else if self.origin.is_some() {
                    self.flush(world);
                }
                one.success()
            }
            "key" => self.key_told(world, one),
            "set_expiry" => self.set_expiry(world, one, choices),
            "get_expiry" => self.expiry_told(world, one),
            "set_test_cookie" => {
                self.content.test_cookie = true;
                self.modified = true;
                one.success()
            }
            "test_cookie_worked" => one.exactly(&Value::from(self.content.test_cookie)),
            "delete_test_cookie" => {
                // Whether deleting nothing is an error is left open.
                let was_there = std::mem::take(&mut self.content.test_cookie);
                self.modified |= was_there || choices.unusual(!matches!(one.got, Some(Err(_))));
                if was_there { one.success() } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    fn set_expiry(&mut self, world: &mut World, one: &Performed<'_>, choices: &mut Choices) -> Result<(), Mismatch> {
        let to = one.argument("to").unwrap_or(&Value::Null);
        let time = TimeValue::from_json(to);
        if matches!(time, Ok(TimeValue::Raw(_))) {
            self.unclear = true;
            let refused = one.got.map_or_else(|| choices.pick(2) == 0, Result::is_err);
            if refused {
                self.modified |= choices.unusual(true);
                return Ok(());
            }
        }
        // An instant that is over may be refused.
        if matches!(time, Ok(TimeValue::At(seconds)) if seconds < 0.0) && matches!(one.got, Some(Err(_))) {
            return Ok(());
        }
        let before = self.content.expiry;
        let lasts = matches!(time, Ok(TimeValue::In(_)));
        let slides = lasts && world.ask(choices, |design| &mut design.durations_slide, false);
        self.content.expiry = Expiry::of(to, one.now, slides).unwrap_or_default();
        // There may have been nothing to forget.
        let same = self.content.expiry == Expiry::Usual && before == Expiry::Usual;
        self.modified |= !same || choices.unusual(true);
        self.timed |= to.is_object();
        one.success()
    }

    pub(super) fn flush(&mut self, world: &mut World) {
        self.leave(world, Fate::Abandoned);
        self.content = Content::default();
        self.ended.extend(self.origin.take().into_iter().chain(self.rotated.take()));
        self.flushed = true;
        self.created = false;
        self.modified = true;
        self.logged_in = false;
        self.told = None;
    }

    pub(super) fn rotate(&mut self) {
        if let Some(origin) = self.origin.take() {
            self.rotated = Some(origin);
        }
        self.modified = true;
        self.told = None;
    }

    /// Ends and replaces sessions before the request is over. `over` are those that others have ended so far: they are
    /// not there to be replaced.
    pub(super) fn settle(&mut self, world: &mut World, over: &mut BTreeSet<usize>) {
        if !world.design.in_cookie {
            for index in self.ended.iter().copied().chain(self.rotated) {
                world.records[index].alive = false;
            }
            self.settled = self.rotated.is_none_or(|index| !over.contains(&index));
            over.extend(&self.ended);
        }
    }

    fn store(&self, world: &mut World, name: &str, one: &Performed<'_>, choices: &mut Choices) -> Result<(), Mismatch> {
        if name == "clear_expired" {
            for record in &mut world.records {
                record.alive &= record.deadline.is_none_or(|deadline| deadline.minus(one.now) > -TOLERANCE);
            }
            return one.success();
        }
        let Some(index) = world.texts.get(one.text("key")).copied() else { return Ok(()) };
        if name == "delete" {
            return Self::deleted(world, index, one, choices);
        }
        let copied = world.design.copies != Some(false);
        let record = &world.records[index];
        // An expired record may lie there until somebody sweeps.
        let over = record.deadline.is_some_and(|deadline| deadline.minus(one.now) <= TOLERANCE);
        match name {
            "exists" if record.alive && (over || record.deleted || record.content.expiry == Expiry::Unclear) => Ok(()),
            // What this request ends or replaces may be gone at once.
            "exists" if self.ended.contains(&index) || self.rotated == Some(index) => Ok(()),
            // What opens nothing any more may lie there.
            "exists" if !record.alive && record.damaged => Ok(()),
            "exists" => one.exactly(&Value::from(record.alive)),
            "corrupt" if record.alive && !matches!(one.got, Some(Err(_))) => {
                // A copy elsewhere may be intact; what is damaged is an empty session, with its key or without.
                // Its end may be damaged, too.
                let record = &mut world.records[index];
                match choices.pick(4) {
                    0 => record.damaged = copied,
                    1 => record.content = Content::default(),
                    2 => (record.alive, record.damaged) = (false, true),
                    _ => (record.content, record.deadline) = (Content::default(), None),
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A record that is deleted behind the session's back: the session is over, unless a copy of it is elsewhere.
    fn deleted(world: &mut World, index: usize, one: &Performed<'_>, choices: &mut Choices) -> Result<(), Mismatch> {
        let copied = world.design.copies.unwrap_or(true);
        let record = &mut world.records[index];
        let was_alive = record.alive;
        record.alive &= copied && choices.pick(2) == 1;
        record.deleted = true;
        // Whether there was anything to delete is known of a record that goes on and has no end.
        if was_alive && record.deadline.is_none() && !copied {
            return one.exactly(&Value::Bool(true));
        }
        one.success()
    }

    /// A value that is stored only when the request passes the check for forged ones.
    fn put_behind_check(&mut self, one: &Performed<'_>, choices: &mut Choices) -> Result<(), Mismatch> {
        let passed = match one.got {
            Some(Ok(accepted)) => *accepted == Value::Bool(true),
            // Nobody is given such a token.
            _ if one.argument("token").is_none() || one.text("token") == "made-up" => false,
            _ => choices.pick(2) == 0,
        };
        // A refusal may come before anybody looks for the session.
        self.accessed |= passed || choices.pick(2) == 0;
        self.read |= passed;
        if passed {
            self.content.data.insert(one.text("key").to_owned(), one.value("value"));
            self.modified = true;
        }
        one.success()
    }

    fn cookies(asked: &Asked, one: &Performed<'_>) -> Result<(), Mismatch> {
        let Some(Ok(Value::Array(list))) = one.got else { return one.success() };
        let seen: Vec<(&str, &str)> = list
            .iter()
            .filter_map(Value::as_array)
            .filter_map(|pair| Some((pair.first()?.as_str()?, pair.get(1)?.as_str()?)))
            .collect();
        let own = |name: &str| name.starts_with(super::super::alphabet::MARKER);
        let sent = |name: &str, value: &str| asked.cookies.iter().any(|(n, v)| n == name && v == value);
        if let Some((name, value)) = seen.iter().find(|(name, value)| own(name) && !sent(name, value)) {
            let message = format!("the application sees a cookie {name}={value} that was not sent with this request");
            return Err(Mismatch::new("cookie-of-others", message));
        }
        match asked.cookies.iter().find(|(name, value)| own(name) && !seen.contains(&(name.as_str(), value.as_str()))) {
            Some((name, value)) => {
                let message = format!("the application does not see the cookie {name}={value} that was sent");
                Err(Mismatch::new("cookie-unseen", message))
            }
            None => Ok(()),
        }
    }
}
