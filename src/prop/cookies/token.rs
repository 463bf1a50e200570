//! An anti-forgery token is good as it was given out, and in no other form.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;

use super::asking::Asking;
use super::changed::changed;
use super::property::{Broken, Property};
use crate::contract::Call;
use crate::prop::subject::Subject;
use crate::verify::Instance;

/// An anti-forgery token is good as it was given out, and in no other form.
pub(super) struct Token;

/// What is done to a token before it is sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing.
    AsGiven,
    /// A character becomes another, so many from the beginning.
    Changed(usize),
    /// So many characters are left.
    Cut(usize),
    /// It is sent twice in one.
    Doubled,
}

impl Form {
    /// The token in this form; `None` where that is the same one, or may mean the same.
    fn of(self, token: &str) -> Option<String> {
        match self {
            Self::AsGiven => Some(token.to_owned()),
            Self::Changed(place) => String::from_utf8(changed(token.as_bytes(), place)?).ok(),
            Self::Cut(left) => {
                let length = token.chars().count();
                Some(token.chars().take(left % length.saturating_sub(4).max(1)).collect())
            }
            Self::Doubled => Some(token.repeat(2)),
        }
    }
}

impl Property for Token {
    type Input = Form;
    const ID: &'static str = "token";
    const TITLE: &'static str = "An anti-forgery token is good as it was given out, and in no other form";
    const NEEDS: &'static [&'static str] = &["csrf.issue", "csrf.submit"];

    fn inputs(_: &Subject) -> impl Strategy<Value = Self::Input> {
        prop_oneof![
            1 => Just(Form::AsGiven),
            6 => (0..400_usize).prop_map(Form::Changed),
            3 => (0..400_usize).prop_map(Form::Cut),
            1 => Just(Form::Doubled),
        ]
    }

    fn words(form: &Self::Input) -> String {
        match form {
            Form::AsGiven => "a token as it was given out".to_owned(),
            Form::Changed(place) => format!("a token with character {place} changed"),
            Form::Cut(left) => format!("a token cut to {left} characters"),
            Form::Doubled => "a token twice in one".to_owned(),
        }
    }

    async fn test(subject: &Subject, instance: &Arc<dyn Instance>, form: &Self::Input) -> Option<Broken> {
        let mut browser = Asking::new(subject, instance);
        let Value::String(token) = browser.told(Call::new("csrf.issue")).await.0?.ok()? else { return None };
        let sent = form.of(&token)?;
        let (accepted, answer) = browser.told(Call::new("csrf.submit").with("token", sent)).await;
        let accepted = accepted?.ok()?.as_bool()?;
        match (form, accepted) {
            (Form::AsGiven, false) => {
                Some(Broken::must("token-refused", "accepted", "refused").seen_in(&answer.exchange))
            }
            (Form::AsGiven, true) | (_, false) => None,
            (_, true) => Some(Broken::must("token-in-other-form", "refused", "accepted").seen_in(&answer.exchange)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_but_the_first_is_another_text() {
        for token in ["abcdefghijkl", "xXyYxXyYxXyY", "a.b-c_d.e-f_g"] {
            assert_eq!(Form::AsGiven.of(token).as_deref(), Some(token));
            for place in 0..50 {
                for form in [Form::Changed(place), Form::Cut(place), Form::Doubled] {
                    assert_ne!(form.of(token).as_deref(), Some(token), "{form:?}");
                }
            }
        }
        assert_eq!(Form::Changed(0).of("...."), None);
    }
}
