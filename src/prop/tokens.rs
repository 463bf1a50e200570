//! Anti-forgery tokens: what must be accepted, what must not, and what is left open.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::model::{Answer, Asked, Mismatch, Turn};
use crate::contract::Call;
use crate::spec::Level;

/// Tokens of all browsers of a history.
#[derive(Debug, Default)]
pub struct Tokens {
    /// Who was given a token, and when.
    issued: BTreeMap<String, Issued>,
    /// How often something happened to a browser that may change its tokens.
    disturbed: BTreeMap<u8, u32>,
    /// How often somebody logged in with a browser.
    logins: BTreeMap<u8, u32>,
    /// How often the server was started again.
    restarts: u32,
    /// Whether browsers have used each other's sessions.
    shared: bool,
    /// Whether sessions were ended from outside, which whoever asks for a user may notice first.
    ends: bool,
    /// Users whose accounts were closed.
    closed: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Issued {
    browser: u8,
    disturbed: u32,
    logins: u32,
    restarts: u32,
}

impl Tokens {
    /// Something happened to a browser that may change its tokens.
    pub fn disturb(&mut self, browser: u8) {
        *self.disturbed.entry(browser).or_default() += 1;
    }

    /// Something happened to all of them.
    pub fn disturb_all(&mut self) {
        (0..=u8::MAX).take(8).for_each(|browser| self.disturb(browser));
    }

    /// The server was started again; its sessions go on.
    pub fn restart(&mut self) {
        self.restarts += 1;
    }

    /// Browsers use each other's sessions from now on.
    pub fn share(&mut self) {
        self.shared = true;
    }

    /// Notes what a request does to the browser that sends it.
    pub fn asked(&mut self, browser: u8, asked: &Asked, answer: &Answer, beside_others: bool) {
        // A request that failed may have been saved or not, and one beside others may have been overwritten by them.
        let failed = beside_others || asked.raises() || asked.status >= 400 || answer.status != Some(asked.status);
        for call in &asked.calls {
            match call.op.as_str() {
                "auth.login" if !failed && !self.is_closed(call) => {
                    *self.logins.entry(browser).or_default() += 1;
                    self.disturb(browser);
                }
                "auth.change_password" | "auth.disable" | "auth.end_all" | "auth.end_others" => {
                    self.ends = true;
                    self.disturb_all();
                    if let ("auth.disable", Some(user)) = (call.op.as_str(), call.argument("user")) {
                        self.closed.insert(user.to_string());
                    }
                }
                // Whose session that was.
                "store.corrupt" | "store.delete" => self.disturb_all(),
                op if self.ends && op.starts_with("auth.") => self.disturb(browser),
                "auth.logout" | "session.flush" | "session.clear" | "session.cycle_key" | "session.set_expiry"
                | "session.pop" | "session.delete" => self.disturb(browser),
                _ => {}
            }
        }
        if failed || asked.presented.len() > 1 {
            self.disturb(browser);
        }
    }

    /// Whether nobody logs in by this call: the account is closed.
    fn is_closed(&self, call: &Call) -> bool {
        call.argument("user").is_some_and(|user| self.closed.contains(&user.to_string()))
    }

    /// Judges tokens that were given out and sent back.
    pub fn judge(&mut self, turn: &Turn) -> Result<(), Mismatch> {
        let Some(results) = &turn.answer.results else { return Ok(()) };
        for (call, result) in turn.asked.calls.iter().zip(results) {
            match (call.op.as_str(), result) {
                ("csrf.issue", Ok(Value::String(token))) => self.issued(turn, token)?,
                ("csrf.put", Ok(Value::Bool(true))) if call.argument("token").is_none() => {
                    let message = "a request without a token should be refused, and is accepted";
                    return Err(Mismatch::new("token-not-asked-for", message)
                        .comparing("refused", "accepted")
                        .expecting("result", serde_json::json!({"accepted": false})));
                }
                ("csrf.put", Ok(Value::Bool(_))) if call.argument("token").is_none() => {}
                ("csrf.submit" | "csrf.put", Ok(Value::Bool(accepted))) => {
                    let token = call.argument("token").and_then(Value::as_str).unwrap_or_default();
                    self.submitted(turn.browser, token, *accepted)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn issued(&mut self, turn: &Turn, token: &str) -> Result<(), Mismatch> {
        // A token of a request that was not saved may be worth nothing.
        if turn.asked.status >= 400 {
            return Ok(());
        }
        let now = Issued {
            browser: turn.browser,
            disturbed: count(&self.disturbed, turn.browser),
            logins: count(&self.logins, turn.browser),
            restarts: self.restarts,
        };
        match self.issued.insert(token.to_owned(), now) {
            Some(before) if before.browser != now.browser && !self.shared => {
                let message = "two browsers get the same anti-forgery token";
                Err(Mismatch::new("token-shared", message).comparing("a token of its own", "that of another browser"))
            }
            _ => Ok(()),
        }
    }

    fn submitted(&self, browser: u8, token: &str, accepted: bool) -> Result<(), Mismatch> {
        let issued = self.issued.get(token);
        let verdict = match issued {
            None if matches!(token, "made-up" | "") => Some((false, "a token that was never given out")),
            Some(issued) if issued.browser != browser => {
                (!self.shared).then_some((false, "a token that was given to another browser"))
            }
            Some(issued) if issued.logins != count(&self.logins, browser) => {
                (!self.shared).then_some((false, "a token from before the login"))
            }
            Some(issued) if issued.disturbed != count(&self.disturbed, browser) || self.shared => None,
            Some(issued) if issued.restarts != self.restarts => Some((true, "a token from before the restart")),
            Some(_) => Some((true, "a token that this browser was given")),
            None => None,
        };
        let Some((wanted, what)) = verdict.filter(|(wanted, _)| *wanted != accepted) else { return Ok(()) };
        let words = |accepted| if accepted { "accepted" } else { "refused" };
        let message = format!("{what} should be {}, and is {}", words(wanted), words(accepted));
        let mut wrong = Mismatch::new("token", message)
            .comparing(words(wanted), words(accepted))
            .expecting("result", serde_json::json!({"accepted": wanted}));
        what.clone_into(&mut wrong.subject);
        // Whoever has a form open sends it once more.
        let forgotten = issued.is_some_and(|issued| issued.restarts != self.restarts) && wanted;
        Err(if forgotten { wrong.at(Level::Should) } else { wrong })
    }
}

fn count(counts: &BTreeMap<u8, u32>, browser: u8) -> u32 {
    counts.get(&browser).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookie::Timestamp;
    use crate::prop::model::{CookieChange, Reach, ToCaches};

    fn turn(browser: u8, call: Call, result: Value) -> Turn {
        let asked = Asked {
            calls: vec![call],
            status: 200,
            program: true,
            presented: vec![b"key".to_vec()],
            beside: false,
            cookies: Vec::new(),
            cacheable: false,
            reach: Reach::All,
        };
        let answer = Answer {
            at: Timestamp::from_secs(2_000_000_000),
            status: Some(200),
            failure: None,
            results: Some(vec![Ok(result)]),
            bodyless: false,
            change: CookieChange::None,
            lines: 0,
            attributes: None,
            caches: ToCaches::default(),
        };
        Turn { browser, asked, answer }
    }

    fn take(tokens: &mut Tokens, turn: &Turn) -> Result<(), Mismatch> {
        tokens.asked(turn.browser, &turn.asked, &turn.answer, false);
        tokens.judge(turn)
    }

    fn issued() -> Tokens {
        let mut tokens = Tokens::default();
        take(&mut tokens, &turn(0, Call::new("csrf.issue"), Value::from("the token"))).unwrap();
        tokens
    }

    fn sent(browser: u8, accepted: bool) -> Turn {
        turn(browser, Call::new("csrf.submit").with("token", "the token"), Value::from(accepted))
    }

    #[test]
    fn a_token_is_good_for_the_browser_that_was_given_it() {
        assert_eq!(take(&mut issued(), &sent(0, true)), Ok(()));
        assert!(take(&mut issued(), &sent(0, false)).is_err());
        assert!(take(&mut issued(), &sent(1, true)).is_err());
        assert_eq!(take(&mut issued(), &sent(1, false)), Ok(()));
    }

    #[test]
    fn whoever_deletes_a_record_may_delete_the_secret_of_anybodys_tokens() {
        for op in ["store.delete", "store.corrupt"] {
            let mut tokens = issued();
            take(&mut tokens, &turn(1, Call::new(op).with("key", "somebody's"), Value::from(true))).unwrap();
            for accepted in [true, false] {
                assert_eq!(take(&mut tokens, &sent(0, accepted)), Ok(()), "{op}");
            }
        }
    }

    #[test]
    fn a_restart_should_forget_no_token() {
        let mut tokens = issued();
        tokens.restart();
        assert_eq!(take(&mut tokens, &sent(0, true)), Ok(()));
        let forgotten = take(&mut tokens, &sent(0, false)).unwrap_err();
        assert_eq!((forgotten.level, forgotten.subject.as_str()), (Level::Should, "a token from before the restart"));
        assert_eq!(take(&mut tokens, &sent(1, true)).unwrap_err().level, Level::Must);
    }
}
