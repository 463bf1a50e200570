//! Accounts: whose sessions there are, and what ended them from outside.

use std::collections::{BTreeMap, BTreeSet};

use super::content::Login;

/// The accounts of a server. Users exist on demand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Accounts {
    /// How often passwords have changed.
    passwords: BTreeMap<String, u32>,
    /// Accounts that were closed.
    disabled: BTreeSet<String>,
    /// Every login that there was.
    logins: Vec<LoginSeen>,
}

/// A login, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LoginSeen {
    user: String,
    fate: Fate,
    /// Whether an order to end sessions came when it was no longer one that counts.
    perhaps_ended: bool,
}

/// What became of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its session goes on.
    Live,
    /// Its user logged out, or logged in again.
    LoggedOut,
    /// Its session was destroyed, and nobody said a word about the user.
    Abandoned,
    /// It was ended from outside.
    Ended,
}

/// Whether a login still makes its session a user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GoesOn {
    Yes,
    No,
    /// A copy of a session in a cookie whose login was over when sessions were ended.
    Perhaps,
}

impl Accounts {
    /// How often a user's password has changed.
    pub(super) fn epoch(&self, user: &str) -> u32 {
        self.passwords.get(user).copied().unwrap_or_default()
    }

    /// The password of a user changes.
    pub(super) fn change_password(&mut self, user: &str) {
        *self.passwords.entry(user.to_owned()).or_default() += 1;
    }

    /// Takes back that a password changed: its request was not saved.
    pub(super) fn keep_password(&mut self, user: &str) {
        if let Some(changes) = self.passwords.get_mut(user) {
            *changes = changes.saturating_sub(1);
        }
    }

    /// Whether nobody may log in to an account.
    pub(super) fn is_disabled(&self, user: &str) -> bool {
        self.disabled.contains(user)
    }

    /// Closes an account.
    pub(super) fn disable(&mut self, user: &str) {
        self.disabled.insert(user.to_owned());
    }

    /// Closed accounts are open again: the server kept them in its memory, and was started again.
    pub fn reopen(&mut self) {
        self.disabled.clear();
    }

    /// A user logs in.
    pub(super) fn begin(&mut self, user: &str) -> Login {
        let number = self.logins.len();
        self.logins.push(LoginSeen { user: user.to_owned(), fate: Fate::Live, perhaps_ended: false });
        Login { user: user.to_owned(), epoch: self.epoch(user), number }
    }

    /// What becomes of a login that goes on; false when it was over before.
    pub(super) fn leave(&mut self, number: usize, fate: Fate) -> bool {
        match self.logins.get_mut(number) {
            Some(login) if login.fate == Fate::Live => {
                login.fate = fate;
                true
            }
            _ => false,
        }
    }

    /// Whether a login was neither ended nor given up.
    pub(super) fn is_live(&self, number: usize) -> bool {
        self.logins.get(number).is_some_and(|login| login.fate == Fate::Live)
    }

    /// Takes back that a login began or ended: its request was not saved.
    pub(super) fn undo(&mut self, number: usize, begun: bool) {
        if let Some(login) = self.logins.get_mut(number)
            && login.fate != Fate::Ended
        {
            login.fate = if begun { Fate::LoggedOut } else { Fate::Live };
        }
    }

    /// Ends the logins of a user, except one.
    pub(super) fn end(&mut self, user: &str, except: Option<usize>) {
        for (number, login) in self.logins.iter_mut().enumerate() {
            if login.user != user || except == Some(number) {
                continue;
            }
            match login.fate {
                Fate::Live | Fate::Ended => login.fate = Fate::Ended,
                Fate::LoggedOut | Fate::Abandoned => login.perhaps_ended = true,
            }
        }
    }

    /// Whether a login still counts.
    pub(super) fn goes_on(&self, login: &Login) -> GoesOn {
        let seen = self.logins.get(login.number);
        if login.epoch != self.epoch(&login.user)
            || self.is_disabled(&login.user)
            || seen.is_none_or(|seen| seen.fate == Fate::Ended)
        {
            GoesOn::No
        } else if seen.is_some_and(|seen| seen.perhaps_ended) {
            GoesOn::Perhaps
        } else {
            GoesOn::Yes
        }
    }

    /// The logins of a user that nobody ended: those whose sessions are gone without a server having noticed are among
    /// them.
    pub(super) fn open(&self, user: &str) -> Vec<usize> {
        let open = |login: &LoginSeen| login.user == user && matches!(login.fate, Fate::Live | Fate::Abandoned);
        self.logins.iter().enumerate().filter(|(_, login)| open(login)).map(|(number, _)| number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_to_end_sessions_spares_the_one_that_asks() {
        let mut accounts = Accounts::default();
        let (phone, laptop, other) = (accounts.begin("a"), accounts.begin("a"), accounts.begin("b"));
        accounts.end("a", Some(laptop.number));
        let fates = [&phone, &laptop, &other].map(|login| accounts.goes_on(login));
        assert_eq!(fates, [GoesOn::No, GoesOn::Yes, GoesOn::Yes]);
        assert_eq!((accounts.open("a").len(), accounts.open("b").len()), (1, 1));
    }

    #[test]
    fn what_was_over_may_have_been_ended() {
        let mut accounts = Accounts::default();
        let old = accounts.begin("a");
        assert!(accounts.leave(old.number, Fate::LoggedOut));
        assert!(!accounts.leave(old.number, Fate::Abandoned), "it was over before");
        assert_eq!(accounts.goes_on(&old), GoesOn::Yes);
        accounts.end("a", None);
        assert_eq!(accounts.goes_on(&old), GoesOn::Perhaps);
        let new = accounts.begin("a");
        accounts.disable("a");
        assert_eq!(accounts.goes_on(&new), GoesOn::No);
    }

    #[test]
    fn a_changed_password_ends_what_began_before() {
        let mut accounts = Accounts::default();
        let before = accounts.begin("a");
        accounts.change_password("a");
        assert_eq!(accounts.goes_on(&before), GoesOn::No);
        let after = accounts.begin("a");
        assert_eq!(accounts.goes_on(&after), GoesOn::Yes);
    }

    #[test]
    fn a_request_that_was_not_saved_is_taken_back() {
        let mut accounts = Accounts::default();
        let login = accounts.begin("a");
        accounts.leave(login.number, Fate::LoggedOut);
        assert!(!accounts.is_live(login.number));
        accounts.undo(login.number, false);
        assert_eq!(accounts.open("a"), [0]);
        accounts.undo(login.number, true);
        assert!(accounts.open("a").is_empty());
    }
}
