//! The operations of the `auth` and `csrf` families.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::accounts::AccountChange;
use super::arguments::Arguments;
use super::behaviour::{Clear, Disabling, EndOthers, Ending, Login, RefusedUnknown, SignatureCheck, TokenPlace};
use super::cookie_arguments::CookieArguments;
use super::cookie_operations::refused;
use super::engine::Record;
use super::error::StoreError;
use super::expiry::{Expiry, Lifetimes};
use super::key_source::{random_octets, random_text};
use super::perform::{Performance, exception};
use super::world::EVERYBODY;
use crate::contract::{Failure, FailureKind, OperationResult};
use crate::cookie::Clock;
use crate::wire::HeaderLine;

/// Where the session keeps its user, and what ends it when the password changes.
pub(super) const USER: &str = "_auth_user";

/// Where the session keeps its name in its user's list.
pub(super) const SESSION_NAME: &str = "_auth_session";

/// Where the session keeps what its visitor had before login.
const VISITOR: &str = "_visitor";

/// Characters that an account with a short column keeps of its user's name.
const NAME_CUT: usize = 30;

/// A cookie that remembers a user beside the session.
const REMEMBER: &str = "remember_me";

/// Where a careless session counts its logins.
const LOGINS: &str = "_auth_logins";

/// Where the session keeps what ends it when the password changes.
pub(super) const PASSWORD_MARK: &str = "_auth_password_mark";

/// Where the session keeps the secret of its anti-forgery tokens.
const CSRF_SECRET: &str = "_csrf_secret";

/// The token of a server that gives everybody the same.
const COMMON_TOKEN: &str = "c0ffee00c0ffee00.0123456789abcdef0123456789abcdef0123456789a";

/// A letter without its double width.
pub(super) fn fold_width(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

impl Performance<'_> {
    pub(super) async fn auth(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        self.loaded().await?;
        match name {
            "login" => {
                let begins = self.session.key.is_none();
                self.login(arguments.required_text("user"))?;
                if begins && self.world.behaviour.life.login_leaves_record {
                    self.leave_record().await.map_err(|error| exception(&error))?;
                }
            }
            "logout" => self.logout(),
            "whoami" => {
                let world = self.world;
                let user = self.current_user();
                let sticky = world.behaviour.life.whoami_sticks;
                let user = if sticky { world.memory().last_user.clone().or(user) } else { user };
                return Ok(user.map_or(Value::Null, Value::from));
            }
            "change_password" => return self.change_password(arguments),
            "end_others" if self.world.behaviour.accounts.end_others == EndOthers::VisitorsToo => {
                for key in self.world.visitors() {
                    self.world.engine.delete(&key).await.map_err(|error| exception(&error))?;
                }
                return self.account(name, arguments);
            }
            _ => return self.account(name, arguments),
        }
        Ok(Value::Null)
    }

    /// Logs a user in: a new key, in any case. Data of an anonymous session and of the same user is kept, that of
    /// another user is not.
    fn login(&mut self, user: &str) -> Result<(), Failure> {
        let (life, rules) = (&self.world.behaviour.life, &self.world.behaviour.accounts);
        let let_in = rules.disabled_logs_in || (rules.disabled_switches && self.session.get(USER).is_some());
        if self.world.accounts.is_disabled(user) && !let_in {
            return Err(Failure::new(FailureKind::Invalid, "AccountDisabled", "the account is disabled"));
        }
        let before = self.world.memory().last_user.clone().filter(|_| life.logins_mixed);
        let user = before.as_deref().unwrap_or(user);
        let end = if rules.names_cut { user.char_indices().nth(NAME_CUT) } else { None };
        let user = end.map_or(user, |(at, _)| &user[..at]);
        let folded: String = user.chars().map(fold_width).collect();
        let user = if rules.names_folded { &folded } else { user };
        let current = self.current_user();
        if self.world.behaviour.operations.login_forgets_expiry {
            Lifetimes::forget_custom(&mut self.session.data);
        }
        if life.logout_restores_visitor && current.is_none() {
            let visitor = self.session.entries().map(|(key, value)| (key.clone(), value.clone())).collect();
            self.session.put(VISITOR, Value::Object(visitor));
        }
        self.leave_list();
        match current {
            Some(current) if current != user && life.switch_keeps_key => self.session.clear(Clear::ForgetsData),
            Some(current) if current != user && life.switch_keeps_record => {
                self.session.key = None;
                self.session.clear(Clear::ForgetsData);
            }
            Some(current) if current != user && !life.login_carries_other => self.session.flush(Ending::Whole),
            Some(_) if life.relogin_keeps_key => {}
            _ => match life.login {
                Login::KeepsKey => {}
                Login::KeepsEmptyKey if self.session.data.is_empty() => {}
                Login::KeepsThirdKey if self.session.get(LOGINS).and_then(Value::as_u64) >= Some(2) => {}
                Login::KeepsKeyUntilClose if Expiry::of(&self.session.data) == Expiry::BrowserClose => {}
                Login::KeepsKeyWithToken if self.session.get(CSRF_SECRET).is_some() => {}
                Login::TakesSentKey if self.session.key.is_none() => {
                    let sent = self.session.presented.as_deref().unwrap_or_default();
                    self.session.key = self.world.keys.candidate(sent).map_err(|error| exception(&error))?;
                    self.session.taken = self.session.key.is_some();
                }
                Login::TakesIssuedKey if self.session.key.is_none() => {
                    let issued = self.session.presented.clone().filter(|sent| self.world.visits(sent).first.is_some());
                    self.session.taken = issued.is_some();
                    self.session.key = issued;
                }
                Login::DropsData => {
                    self.session.data.clear();
                    self.session.rotate(true, false);
                }
                Login::ManglesData => {
                    for value in self.session.data.values_mut() {
                        *value = Value::from(value.to_string());
                    }
                    self.session.rotate(true, false);
                }
                Login::Rotates
                | Login::KeepsEmptyKey
                | Login::TakesSentKey
                | Login::TakesIssuedKey
                | Login::KeepsThirdKey
                | Login::KeepsKeyUntilClose
                | Login::KeepsKeyWithToken => self.session.rotate(true, false),
                Login::KeepsOldRecord => self.session.rotate(true, true),
            },
        }
        if life.login == Login::KeepsThirdKey {
            let logins = self.session.get(LOGINS).and_then(Value::as_u64).unwrap_or_default();
            self.session.put(LOGINS, Value::from(logins + 1));
        }
        if !self.world.behaviour.csrf.survives_login {
            self.session.remove(CSRF_SECRET);
        }
        self.world.accounts.enable(user);
        let fourth = rules.fourth_login_ends_first && self.world.accounts.sessions(user).len() >= 3;
        if rules.second_login_ends_first || fourth {
            self.world.accounts.end(|owner, _| owner == user);
        }
        let name = random_text(12).map_err(|error| exception(&error))?;
        let begun = AccountChange::Begun { user: user.to_owned(), name: name.clone(), ended: false };
        self.session.account_changes.push(begun);
        self.session.put(SESSION_NAME, Value::from(name));
        self.session.put(USER, Value::from(user));
        self.session.put(PASSWORD_MARK, Value::from(self.world.password_mark(user)));
        self.world.memory().last_user = Some(user.to_owned());
        if life.remembers_login {
            let signature = self.world.signer.sign(&[REMEMBER, user], SignatureCheck::Whole);
            let (name, value) = (REMEMBER.to_owned(), format!("{user}:{signature}"));
            let cookie = CookieArguments { name, value, http_only: true, ..CookieArguments::default() };
            self.writer.set(&cookie, self.world.clock.now()).map_err(refused)?;
        }
        if life.login_binds_first {
            self.session.bound_too = self.cookies.first(&self.world.session_cookie);
        }
        Ok(())
    }

    /// Stores a record that no browser will ever ask for.
    async fn leave_record(&self) -> Result<(), StoreError> {
        let deadline = self.world.clock.now().plus(self.world.lifetimes.default_lifetime());
        let record = Record { deadline, data: Map::new() };
        self.world.engine.put(&random_text(32)?, &record).await
    }

    fn logout(&mut self) {
        let life = &self.world.behaviour.life;
        if self.world.behaviour.operations.visitors_logout_ignored && self.current_user().is_none() {
            return;
        }
        let anonymous = self.session.is_empty();
        if life.logout_ends_all
            && let Some(user) = self.current_user()
        {
            self.world.change_password(&user);
        }
        if life.logout_ends_everyone && self.current_user().is_some() {
            self.world.change_password(EVERYBODY);
        }
        self.leave_list();
        if !self.world.behaviour.answers.no_clear_site_data {
            self.headers.push(HeaderLine::new("Clear-Site-Data", "\"cache\""));
        }
        self.session.refuse_unknown(life.refused_unknown == RefusedUnknown::Logout);
        let user = self.session.get(USER).and_then(Value::as_str).map(str::to_owned);
        self.world.memory().logged_out.extend(user);
        if life.logout == Ending::UserOnly {
            self.session.remove(USER);
            return;
        }
        let visitor = self.session.get(VISITOR).and_then(Value::as_object).cloned();
        self.session.flush(life.logout);
        self.session.data.extend(visitor.into_iter().flatten());
        self.session.created = anonymous && life.anonymous_logout_creates;
    }

    /// The user of the session. A password that was changed meanwhile ends the session.
    pub(super) fn current_user(&mut self) -> Option<String> {
        if self.world.behaviour.life.user_from_data
            && let Some(said) = self.session.get("user").and_then(Value::as_str)
        {
            return Some(said.to_owned());
        }
        let Some(user) = self.session.get(USER).and_then(Value::as_str).map(str::to_owned) else {
            return self.remembered();
        };
        let marked = self.session.get(PASSWORD_MARK).and_then(Value::as_str) == Some(&self.world.password_mark(&user));
        let (accounts, rules) = (&self.world.accounts, &self.world.behaviour.accounts);
        let ended = self.session_name().is_some_and(|name| self.was_ended(&user, &name)) && !rules.ended_goes_on;
        let once = rules.disabled_ends_once || rules.disabling == Disabling::FiveAtMost;
        let disabled = accounts.is_disabled(&user) && !rules.disabled_goes_on && !once;
        let over = ended || disabled;
        if !over && (marked || self.world.behaviour.life.password_change_keeps_others) {
            return Some(user);
        }
        self.leave_list();
        self.session.flush(Ending::Whole);
        None
    }

    /// The user whom a cookie beside the session remembers.
    fn remembered(&self) -> Option<String> {
        let text = self.cookies.last_decoded(REMEMBER).filter(|_| self.world.behaviour.life.remembers_login)?;
        let (user, signature) = text.rsplit_once(':')?;
        let ours = self.world.signer.verify(&[REMEMBER, user], signature, SignatureCheck::Whole);
        ours.then(|| user.to_owned())
    }

    fn change_password(&mut self, arguments: Arguments<'_>) -> OperationResult {
        let current = self.current_user();
        let Some(user) = arguments.text("user").map(str::to_owned).or_else(|| current.clone()) else {
            return Err(Failure::new(FailureKind::Missing, "NoUser", "nobody is logged in, and no user is named"));
        };
        let life = &self.world.behaviour.life;
        if life.password_change_by_others_keeps && current.as_ref() != Some(&user) {
            return Ok(Value::Null);
        }
        self.world.change_password(if life.password_change_ends_everyone { EVERYBODY } else { &user });
        if arguments.flag("keep_session") && current.as_ref() == Some(&user) {
            if !life.password_change_keeps_key {
                self.session.rotate(false, false);
            }
            self.session.put(PASSWORD_MARK, Value::from(self.world.password_mark(&user)));
        }
        Ok(Value::Null)
    }

    pub(super) async fn csrf(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        let world = self.world;
        let common = world.behaviour.csrf.same_for_everyone;
        self.loaded().await?;
        if world.behaviour.csrf.place == TokenPlace::Cookie {
            return self.double_submit(name, arguments);
        }
        if name == "submit" {
            self.session.created |= world.behaviour.csrf.judging_creates && self.session.key.is_none();
            self.session.modified |= self.session.created;
            return Ok(Value::from(self.csrf_passes(arguments.text("token"))));
        }
        if name == "put" {
            let passes = self.csrf_passes(arguments.text("token"));
            if (passes && !world.behaviour.csrf.loses_accepted) || world.behaviour.csrf.stores_refused {
                let value = arguments.value("value").cloned().unwrap_or_default();
                self.session.put(arguments.required_text("key"), value);
            }
            return Ok(Value::from(passes));
        }
        if common {
            return Ok(Value::from(COMMON_TOKEN));
        }
        let held = self.session.get(CSRF_SECRET).filter(|_| !world.behaviour.csrf.latest_only);
        let secret = if let Some(secret) = held.and_then(Value::as_str) {
            secret.to_owned()
        } else {
            let secret = match self.session.get(USER).and_then(Value::as_str) {
                Some(user) if world.behaviour.csrf.of_user => user.to_owned(),
                _ => random_text(32).map_err(|error| exception(&error))?,
            };
            self.session.put(CSRF_SECRET, Value::from(secret.as_str()));
            if world.behaviour.csrf.secret_shows {
                self.session.put("csrf_token", Value::from(secret.as_str()));
            }
            secret
        };
        // A mask makes every token look different, so that compression of pages tells nothing about the secret.
        let mut mask = URL_SAFE_NO_PAD.encode(random_octets::<12>().map_err(|error| exception(&error))?);
        if world.behaviour.csrf.case_ignored {
            mask.make_ascii_lowercase();
        }
        let secret = if world.behaviour.csrf.pooled { "" } else { &secret };
        Ok(Value::from(format!("{mask}.{}", self.csrf_signature(secret, &mask))))
    }

    /// Whether a request with this token, or without one, is the application's own.
    fn csrf_passes(&self, token: Option<&str>) -> bool {
        let csrf = &self.world.behaviour.csrf;
        match token {
            None => csrf.passes_without,
            Some("") if csrf.empty_passes => true,
            Some(token) if csrf.same_for_everyone => token == COMMON_TOKEN,
            Some(token) if csrf.good_once => {
                self.csrf_token_is_ours(token) && self.world.memory().used_tokens.insert(token.to_owned())
            }
            Some(token) => self.csrf_token_is_ours(token),
        }
    }

    fn csrf_token_is_ours(&self, token: &str) -> bool {
        if self.world.behaviour.csrf.accepts_any {
            return true;
        }
        let folded = token.to_ascii_lowercase();
        let token = if self.world.behaviour.csrf.case_ignored { &folded } else { token };
        let Some((mask, signature)) = token.split_once('.') else { return false };
        let user = self.session.get(USER).filter(|_| self.world.behaviour.csrf.of_user);
        let secret = user.or_else(|| self.session.get(CSRF_SECRET)).and_then(Value::as_str);
        let secret = if self.world.behaviour.csrf.pooled { Some("") } else { secret };
        let Some(whole) = secret.map(|secret| self.csrf_signature(secret, mask)) else { return false };
        if self.world.behaviour.csrf.beginning_only { signature.starts_with(&whole[..4]) } else { signature == whole }
    }

    /// What a token is signed with.
    fn csrf_signature(&self, secret: &str, mask: &str) -> String {
        let csrf = &self.world.behaviour.csrf;
        let restarts = if csrf.restart_forgets { self.world.events.restarts() } else { 0 };
        let signature = self.world.signer.sign(&[&format!("csrf {restarts}"), secret, mask], SignatureCheck::Whole);
        if csrf.case_ignored { signature.to_ascii_lowercase() } else { signature }
    }
}
