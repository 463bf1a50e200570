//! One expectation that was evaluated.

use super::Code;
use crate::event::ComparedAttribute;

/// One expectation that was evaluated, held or broken.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Which one: `steps[1].expect.set_cookie.session.lifetime`.
    pub expectation: String,
    /// Whether it held.
    pub held: bool,
    /// What kind of expectation it is; of a grammar finding the rule.
    pub code: String,
    /// One sentence; empty when it held.
    pub message: String,
    /// What was expected, in words.
    pub expected: String,
    /// What was seen, in words.
    pub actual: String,
    /// The cookie that was looked at, where it was one.
    pub subject: String,
    /// For a cookie: expected and actual attributes side by side.
    pub cookie: Vec<ComparedAttribute>,
    /// The exchange that was looked at.
    pub exchange: Option<u64>,
}

impl Judged {
    pub(super) fn new(expectation: String, code: Code, held: bool, expected: String, actual: String) -> Self {
        Self {
            expectation,
            held,
            code: code.as_str().to_owned(),
            message: String::new(),
            expected,
            actual,
            subject: String::new(),
            cookie: Vec::new(),
            exchange: None,
        }
    }

    /// The sentence about a broken expectation on `what`.
    pub(super) fn about(mut self, what: &str) -> Self {
        if !self.held {
            self.message = format!("{what} should be {}, but is {}", self.expected, self.actual);
        }
        self
    }

    /// A sentence of its own, for a broken expectation.
    pub(super) fn saying(mut self, message: String) -> Self {
        if !self.held {
            self.message = message;
        }
        self
    }
}
