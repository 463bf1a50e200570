//! One operation in its place, and holding its result against what it should have answered.

use serde_json::Value;

use super::mismatch::{Mismatch, Wanted};
use crate::contract::{Call, OperationResult};
use crate::cookie::Timestamp;

/// An operation of a program, in its place, with its result.
#[derive(Debug, Clone, Copy)]
pub(super) struct Performed<'a> {
    /// The operation.
    pub(super) call: &'a Call,
    /// Its place, and the length of the program.
    pub(super) place: (usize, usize),
    /// What it answered; `None` where the answer tells no results.
    pub(super) got: Option<&'a OperationResult>,
    /// When it was performed, on the server's clock.
    pub(super) now: Timestamp,
}

impl<'a> Performed<'a> {
    /// An argument.
    pub(super) fn argument(&self, name: &str) -> Option<&'a Value> {
        self.call.argument(name)
    }

    /// An argument that is a text; empty when there is none.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.argument(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// An argument of any kind; null when there is none.
    pub(super) fn value(&self, name: &str) -> Value {
        self.argument(name).cloned().unwrap_or_default()
    }

    /// Any value.
    pub(super) fn success(&self) -> Result<(), Mismatch> {
        if let Some(Err(_)) = self.got { Err(self.wrong("unexpected-error", Wanted::Success)) } else { Ok(()) }
    }

    /// Exactly this value.
    pub(super) fn exactly(&self, want: &Value) -> Result<(), Mismatch> {
        match self.got {
            Some(Ok(got)) if want == got => Ok(()),
            None => Ok(()),
            Some(_) => Err(self.wrong("result", Wanted::exactly(want))),
        }
    }

    /// The error that says that something is not there.
    pub(super) fn missing(&self) -> Result<(), Mismatch> {
        match self.got {
            Some(Err(failure)) if failure.error.as_str() == "missing" => Ok(()),
            None => Ok(()),
            Some(_) => Err(self.wrong("error", Wanted::Error("missing"))),
        }
    }

    /// An error, whichever.
    pub(super) fn any_error(&self) -> Result<(), Mismatch> {
        if let Some(Ok(_)) = self.got { Err(self.wrong("error", Wanted::Error("missing"))) } else { Ok(()) }
    }

    /// A list of these, in any order. `visible` is what counts of the result, where that is not all of it.
    pub(super) fn in_any_order(&self, visible: Option<&Value>, want: &[Value]) -> Result<(), Mismatch> {
        let Some(got) = self.got else { return Ok(()) };
        let same = match (visible.or(got.as_ref().ok()), got) {
            (Some(Value::Array(list)), Ok(_)) => {
                list.len() == want.len() && want.iter().all(|value| list.contains(value))
            }
            _ => false,
        };
        if same { Ok(()) } else { Err(self.wrong("result", Wanted::in_any_order(want))) }
    }

    /// It should have answered something else.
    pub(super) fn wrong(&self, code: &'static str, want: Wanted) -> Mismatch {
        let nothing = Ok(Value::Null);
        Mismatch::result(code, &self.call.op, self.place, want, self.got.unwrap_or(&nothing))
    }
}
