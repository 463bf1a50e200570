//! What a step does to a browser, without a request.

use serde_json::Value;

use super::case_run::CaseRun;
use super::record::Stop;
use super::tamper::damaged;
use crate::cookie::StoredCookie;
use crate::spec::{BrowserAction, Step, Tampering};

impl CaseRun {
    pub(super) fn browser_action(&mut self, step: &Step, action: &BrowserAction) -> Result<(), Stop> {
        let what = match action {
            BrowserAction::Restart => "browser.restart".to_owned(),
            BrowserAction::Plant { cookie, .. } => format!("browser.plant {cookie}"),
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
        self.ground.offers.session.first(cookie).map(str::to_owned).ok_or_else(|| {
            let line =
                "nobody said what the session cookie is called: add `cookies: {session: NAME}` to the target file";
            Stop::NotApplicable(line.to_owned())
        })
    }

    fn plant(&mut self, step: &Step, cookie: &str, value: &Value, path: Option<&str>) -> Result<(), Stop> {
        let name = self.name(cookie)?;
        let host = self.ground.offers.hosts.get(&step.host).cloned().unwrap_or_default();
        let text = match self.fill(value)? {
            Value::String(text) => text,
            Value::Null => {
                return Err(Stop::Inconclusive(format!(
                    "set-up failed: there is no value to plant in the cookie {name}"
                )));
            }
            other => other.to_string(),
        };
        let fresh = StoredCookie::new(name.as_bytes(), text.as_bytes(), &host, self.now());
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
        self.browser(&step.who).jar.plant(planted);
        Ok(())
    }

    fn tamper(&mut self, step: &Step, cookie: &str, how: &Tampering) -> Result<(), Stop> {
        let name = self.name(cookie)?;
        let browser = self.browser(&step.who);
        let held = browser.cookies(&name);
        if held.is_empty() {
            return Err(Stop::Inconclusive(format!(
                "set-up failed: the browser holds no cookie {name} to tamper with"
            )));
        }
        for mut cookie in held {
            let Some(value) = damaged(&cookie.value, how) else {
                return Err(Stop::Inconclusive(format!("set-up failed: the cookie {name} has nothing to damage so")));
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
