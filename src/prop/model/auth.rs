//! The operations of the `auth` family: who is logged in, and whose sessions end.

use serde_json::Value;

use super::accounts::{Fate, GoesOn};
use super::choices::Choices;
use super::content::{Content, Login};
use super::mismatch::Mismatch;
use super::performed::Performed;
use super::working::Working;
use super::world::World;
use crate::prop::design::Design;
use crate::prop::deviation::Deviation;

impl Working {
    pub(super) fn auth(
        &mut self,
        world: &mut World,
        name: &str,
        one: &Performed<'_>,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let user = one.argument("user").and_then(Value::as_str);
        match name {
            "login" => {
                let user = user.unwrap_or_default().to_owned();
                if world.accounts.is_disabled(&user) {
                    return one.any_error();
                }
                self.login(world, user, choices);
                one.success()
            }
            "logout" => {
                self.leave(world, Fate::LoggedOut);
                if world.ask(choices, |design| &mut design.logout_forgets, true) {
                    self.flush(world);
                } else {
                    self.content.user = None;
                    self.modified = true;
                }
                self.remembered = Some(None);
                one.success()
            }
            "whoami" => {
                if let Some(remembered) = &self.remembered
                    && let Some(Ok(told)) = one.got
                    && *told == remembered.clone().map_or(Value::Null, Value::from)
                {
                    return Ok(());
                }
                let user = self.current(world, choices);
                self.remembered = Some(user.clone());
                one.exactly(&user.map_or(Value::Null, Value::from))
            }
            "change_password" => {
                let current = self.current(world, choices);
                let Some(user) = user.map(str::to_owned).or_else(|| current.clone()) else { return Ok(()) };
                world.accounts.change_password(&user);
                self.passwords.push(user.clone());
                let keeps = one.argument("keep_session").and_then(Value::as_bool).unwrap_or_default();
                if let (true, Some(login)) = (keeps && current.as_ref() == Some(&user), self.content.user.clone()) {
                    if world.ask(choices, |design| &mut design.login_rotates, true) {
                        self.rotate();
                    }
                    self.content.user = Some(Login { epoch: world.accounts.epoch(&user), ..login });
                    self.modified = true;
                }
                self.sweep(world, choices, |design| &mut design.password_ends_at_once);
                one.success()
            }
            "disable" | "end_all" => {
                let user = user.unwrap_or_default();
                if name == "disable" {
                    world.accounts.disable(user);
                }
                world.accounts.end(user, None);
                self.sweep(world, choices, |design| &mut design.ends_at_once);
                one.success()
            }
            "end_others" => match self.current(world, choices) {
                Some(user) => {
                    let own = self.content.user.as_ref().map(|login| login.number);
                    world.accounts.end(&user, own);
                    self.sweep(world, choices, |design| &mut design.ends_at_once);
                    one.success()
                }
                // Whether that is an error is left open.
                None => Ok(()),
            },
            "sessions" => match self.current(world, choices) {
                Some(user) => self.sessions(world, &user, one),
                None if one.got.is_some_and(|got| got.as_ref().is_ok_and(is_empty)) => Ok(()),
                None => one.any_error(),
            },
            _ => Ok(()),
        }
    }

    /// Sessions that were ended from outside end now, where they do so at once; that of this request, too.
    fn sweep(&mut self, world: &mut World, choices: &mut Choices, at_once: impl Fn(&mut Design) -> &mut Option<bool>) {
        let goes_on = |login: &Login| world.accounts.goes_on(login) == GoesOn::Yes;
        let goes_on = match (&self.content.user, &self.loaded.user) {
            (Some(login), _) => goes_on(login),
            // What this request has removed from it may still be in its record.
            (None, Some(before)) => goes_on(before) || choices.pick(2) == 0,
            (None, None) => true,
        };
        let spared = self.origin.or(self.rotated).filter(|_| goes_on);
        let swept = world.sweep_ended(spared, choices, at_once);
        self.spared = spared.filter(|_| swept);
        self.ended_outside |= swept && !goes_on;
        // What this request has of it may be forgotten, too.
        if swept && !goes_on && choices.pick(2) == 0 {
            self.flush(world);
        }
    }

    fn login(&mut self, world: &mut World, user: String, choices: &mut Choices) {
        match self.current(world, choices) {
            Some(current) if current != user => {
                if !world.deviates(choices, Deviation::CarriesOtherUser) {
                    self.flush(world);
                }
            }
            Some(_) if world.deviates(choices, Deviation::ReloginKeepsKey) => {}
            current => {
                self.relogin = current.is_some();
                if !self.content.is_empty() && !world.ask(choices, |design| &mut design.login_keeps, true) {
                    self.content = Content::default();
                }
                if world.ask(choices, |design| &mut design.login_rotates, true) {
                    self.rotate();
                }
            }
        }
        self.leave(world, Fate::LoggedOut);
        if !world.accounts.open(&user).is_empty() && world.ask(choices, |design| &mut design.one_session, false) {
            world.accounts.end(&user, None);
            world.sweep_ended(None, choices, |design| &mut design.ends_at_once);
        }
        let login = world.accounts.begin(&user);
        self.begun.push(login.number);
        self.content.user = Some(login);
        self.modified = true;
        self.remembered = Some(Some(user));
        self.logged_in = true;
    }

    /// The user of the session. What ended it meanwhile, a changed password or an order, ends it as soon as somebody
    /// asks.
    fn current(&mut self, world: &mut World, choices: &mut Choices) -> Option<String> {
        let login = self.content.user.clone()?;
        let goes_on = match world.accounts.goes_on(&login) {
            GoesOn::Yes => true,
            GoesOn::No => false,
            GoesOn::Perhaps => choices.pick(2) == 0,
        };
        if goes_on {
            return Some(login.user);
        }
        if world.ask(choices, |design| &mut design.ended_logins_flush, true) {
            self.flush(world);
        } else {
            self.content.user = None;
            self.modified = true;
        }
        None
    }

    /// The login of the session is over.
    pub(super) fn leave(&mut self, world: &mut World, fate: Fate) {
        if let Some(login) = &self.content.user
            && world.accounts.goes_on(login) == GoesOn::Yes
            && world.accounts.leave(login.number, fate)
        {
            self.left.push(login.number);
        }
    }

    /// The list of a user's sessions: each has a name of its own, which is no key, and none that goes on is missing.
    fn sessions(&self, world: &World, user: &str, one: &Performed<'_>) -> Result<(), Mismatch> {
        let Some(Ok(Value::Array(names))) = one.got else { return one.success() };
        let own = self.content.user.as_ref().map(|login| login.number);
        let least = world.live_sessions(user, own, one.now);
        let most = world.most_sessions(user, own, one.now).max(least);
        let mut texts: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        if let Some(key) = texts.iter().find(|text| world.keys.contains_key(text.as_bytes())) {
            let message = format!("auth.sessions tells the key {key} of a session, which opens it");
            return Err(Mismatch::new("session-list-tells-key", message));
        }
        texts.sort_unstable();
        texts.dedup();
        if texts.len() == names.len() && (least..=most).contains(&names.len()) {
            return Ok(());
        }
        let words = if least == most { format!("{least} names") } else { format!("{least} to {most} names") };
        let message = format!("auth.sessions should answer {words}, each another one, and answers {}", names.len());
        Err(Mismatch::new("session-list", message).comparing(words, Value::from(names.clone()).to_string()))
    }
}

/// Whether a result says that there is nothing.
fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}
