//! What a step does to a browser, without a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::case_run::CaseRun;
use super::record::Stop;
use super::tamper::damaged;
use crate::cookie::StoredCookie;
use crate::judge::{Observation, SESSION_ROLE};
use crate::spec::{BASE64, BrowserAction, ClientName, Step, Tampering};

impl CaseRun {
    pub(super) fn browser_action(&mut self, step: &Step, action: &BrowserAction) -> Result<(), Stop> {
        let what = match action {
            BrowserAction::Restart => "browser.restart".to_owned(),
            BrowserAction::Plant { cookie, .. } => format!("browser.plant {cookie}"),
            BrowserAction::Copy { from, except: None } => format!("browser.copy from {from}"),
            BrowserAction::Copy { from, except: Some(cookie) } => format!("browser.copy from {from}, except {cookie}"),
            BrowserAction::Forget { cookie } => format!("browser.forget {cookie}"),
            BrowserAction::Tamper { cookie, how } => format!("browser.tamper {cookie}, {how:?}"),
        };
        self.record.step(format!("{}: {what}", step.who), step.span, None);
        match action {
            BrowserAction::Restart => self.browser(&step.who).jar.close(),
            BrowserAction::Plant { cookie, value, path } => {
                let path = path.as_deref().map(|path| self.fill(&Value::from(path))).transpose()?;
                self.plant(step, cookie, value, path.as_ref().and_then(Value::as_str))?;
            }
            BrowserAction::Copy { from, except } => self.copy(step, from, except.as_deref())?,
            BrowserAction::Forget { cookie } => {
                let names: Vec<String> = self.names(cookie);
                let browser = self.browser(&step.who);
                for name in names {
                    browser.jar.forget(name.as_bytes());
                }
            }
            BrowserAction::Tamper { cookie, how } => self.tamper(step, cookie, how)?,
        }
        Ok(())
    }

    fn names(&self, cookie: &str) -> Vec<String> {
        self.ground.offers.session.resolve(cookie).into_iter().map(str::to_owned).collect()
    }

    /// The one cookie that a name stands for.
    pub(super) fn name(&self, cookie: &str) -> Result<String, Stop> {
        if cookie.starts_with('$')
            && let Value::String(name) = self.fill(&Value::from(cookie))?
        {
            return Ok(name);
        }
        self.ground.offers.session.first(cookie).map(str::to_owned).ok_or_else(|| {
            let line =
                "nobody said what the session cookie is called: add `cookies: {session: NAME}` to the target file";
            Stop::NotApplicable(line.to_owned())
        })
    }

    fn plant(&mut self, step: &Step, cookie: &str, value: &Value, path: Option<&str>) -> Result<(), Stop> {
        let name = self.name(cookie)?;
        let host = self.ground.offers.hosts.get(&step.host).cloned().unwrap_or_default();
        let octets = match self.fill(value)? {
            Value::String(text) => text.into_bytes(),
            Value::Null => {
                return Err(Stop::Inconclusive(format!(
                    "set-up failed: there is no value to plant in the cookie {name}"
                )));
            }
            other => match other.get(BASE64).and_then(Value::as_str).map(|text| STANDARD.decode(text)) {
                Some(Ok(octets)) => octets,
                _ => other.to_string().into_bytes(),
            },
        };
        let fresh = StoredCookie::new(name.as_bytes(), &octets, &host, self.now());
        let planted = match (path, self.scopes.get(&fresh.name)) {
            (Some(path), _) => StoredCookie { path: path.to_owned(), ..fresh },
            // Where the target keeps its own: beside it, the planted cookie would be a second one.
            (None, Some(seen)) => StoredCookie {
                path: seen.path.clone(),
                domain: seen.domain.clone(),
                host_only: seen.host_only,
                ..fresh
            },
            (None, None) => StoredCookie { path: "/".to_owned(), ..fresh },
        };
        let companions = self.companions.get(octets.as_slice()).cloned().unwrap_or_default();
        let jar = &mut self.browser(&step.who).jar;
        if cookie == SESSION_ROLE {
            // With the lifetime of the planted cookie: a copy outlives what the server told the first browser.
            for companion in companions {
                jar.plant(StoredCookie { name: companion.name, value: companion.value, ..planted.clone() });
            }
        }
        jar.plant(planted);
        Ok(())
    }

    /// Where the session is several cookies, planting the first one with a value that was seen plants what came with it.
    pub(super) fn note_companions(&mut self, observation: &Observation) {
        let names = self.names(SESSION_ROLE);
        let [first, others @ ..] = names.as_slice() else { return };
        let held = |name: &str| observation.held.iter().find(|cookie| cookie.name == name.as_bytes()).cloned();
        let Some(first) = held(first).filter(|_| !others.is_empty()) else { return };
        self.companions.insert(first.value, others.iter().filter_map(|name| held(name)).collect());
    }

    fn copy(&mut self, step: &Step, from: &ClientName, except: Option<&str>) -> Result<(), Stop> {
        let left_out = except.map(|cookie| self.names(cookie)).unwrap_or_default();
        let wanted = |cookie: &StoredCookie| left_out.iter().all(|name| name.as_bytes() != cookie.name);
        let copied: Vec<StoredCookie> =
            self.browser(from).jar.iter().filter(|cookie| wanted(cookie)).cloned().collect();
        if copied.is_empty() && except.is_none() {
            return Err(Stop::Inconclusive(format!("set-up failed: {from} holds no cookie")));
        }
        let jar = &mut self.browser(&step.who).jar;
        for cookie in copied {
            jar.plant(cookie);
        }
        Ok(())
    }

    fn tamper(&mut self, step: &Step, cookie: &str, how: &Tampering) -> Result<(), Stop> {
        let name = self.name(cookie)?;
        let names = self.names(cookie);
        let browser = self.browser(&step.who);
        // Where the session is several cookies, what comes after the first is its signature.
        if let (Tampering::Unsigned, [_, signatures @ ..]) = (how, names.as_slice())
            && !signatures.is_empty()
        {
            for signature in signatures {
                browser.jar.forget(signature.as_bytes());
            }
            return Ok(());
        }
        let held = browser.cookies(&name);
        if held.is_empty() {
            return Err(Stop::Inconclusive(format!(
                "set-up failed: the browser holds no cookie {name} to tamper with"
            )));
        }
        for mut cookie in held {
            let Some(value) = damaged(&cookie.value, how) else {
                let value = if cookie.value.is_empty() { "empty value" } else { "value" };
                return Err(Stop::NotApplicable(format!("the {value} of the cookie {name} has nothing to damage so")));
            };
            cookie.value = value;
            if let Tampering::MoveTo(other) = how {
                browser.jar.forget(name.as_bytes());
                cookie.name = other.clone().into_bytes();
            }
            browser.jar.plant(cookie);
        }
        Ok(())
    }
}
