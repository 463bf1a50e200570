//! Expectations that need no exchange: what a browser holds, and what is saved.

use serde_json::Value;

use super::Code;
use super::judged::Judged;
use super::matching::Matching;
use super::observation::SessionNames;
use super::seen::text;
use super::words::{join, show};
use crate::cookie::StoredCookie;
use crate::spec::{Expect, JarExpect, Matcher};

/// What there is to judge between two exchanges.
#[derive(Debug, Clone, Copy)]
pub struct AtRest<'a> {
    /// What the role `session` stands for.
    pub session: &'a SessionNames,
    /// What the browser would send to where the step points.
    pub held: &'a [StoredCookie],
    /// What is saved, and the tolerance.
    pub matching: Matching<'a>,
}

impl AtRest<'_> {
    /// Judges `jar` and `saved` of a step, the only expectations of one that makes no request. `path` is where the
    /// step stands, `steps[1]`.
    #[must_use]
    pub fn judge(&self, expect: &Expect, path: &str) -> Vec<Judged> {
        let path = format!("{path}.expect");
        let jar = expect.jar.iter().map(|(name, held)| self.jar(name, held, &path));
        let saved = expect.saved.iter().map(|(name, matcher)| self.saved(name, matcher, &path));
        jar.chain(saved).collect()
    }

    /// The value of a cookie that the browser holds, by name or role; null when it holds none.
    #[must_use]
    pub fn value(&self, name: &str) -> Value {
        let first = self.session.first(name).and_then(|name| self.cookie(name));
        first.map_or(Value::Null, |cookie| Value::from(text(&cookie.value)))
    }

    fn cookie(&self, name: &str) -> Option<&StoredCookie> {
        self.held.iter().find(|cookie| cookie.name == name.as_bytes())
    }

    fn saved(&self, name: &str, matcher: &Matcher, path: &str) -> Judged {
        let value = self.matching.saved().get(name).cloned().unwrap_or_default();
        let held = self.matching.holds(matcher, &value);
        let place = format!("{path}.saved.{name}");
        Judged::new(place, Code::SavedValue, held, self.matching.words(matcher), show(&value))
            .about(&format!("the saved value ${name}"))
    }

    fn jar(&self, name: &str, expect: &JarExpect, path: &str) -> Judged {
        let names = self.session.resolve(name);
        let held: Vec<String> = names
            .iter()
            .filter_map(|name| self.cookie(name))
            .map(|cookie| format!("{}={}", text(&cookie.name), text(&cookie.value)))
            .collect();
        let first = names.first().and_then(|name| self.cookie(name));
        let actual = if held.is_empty() { "not held".to_owned() } else { format!("held: {}", join(&held, "and")) };
        let (holds, expected) = match expect {
            JarExpect::Holds => (first.is_some(), "held".to_owned()),
            JarExpect::Lacks => (held.is_empty(), "not held".to_owned()),
            JarExpect::Value(matcher) => {
                let value = first.map_or(Value::Null, |cookie| Value::from(text(&cookie.value)));
                let holds = first.is_some() && self.matching.holds(matcher, &value);
                (holds, format!("held with the value {}", self.matching.words(matcher)))
            }
        };
        Judged::new(format!("{path}.jar.{name}"), Code::Jar, holds, expected, actual)
            .about(&format!("in the browser, the cookie {name}"))
    }
}
