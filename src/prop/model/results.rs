//! Holding one result against what an operation should have answered.

use serde_json::Value;

use super::mismatch::{Mismatch, Wanted};
use super::working::Place;
use crate::contract::{Call, OperationResult};

pub(super) fn expect(
    call: &Call,
    place: Place,
    got: Option<&OperationResult>,
    want: &Result<Value, &'static str>,
) -> Result<(), Mismatch> {
    match (want, got) {
        (_, None) => Ok(()),
        (Ok(want), Some(Ok(got))) if want == got => Ok(()),
        (Err(_), Some(Err(failure))) if failure.error.as_str() == "missing" => Ok(()),
        (Ok(want), Some(got)) => Err(Mismatch::result("result", &call.op, place, Wanted::exactly(want), got)),
        (Err(word), Some(got)) => Err(Mismatch::result("error", &call.op, place, Wanted::Error(word), got)),
    }
}

pub(super) fn success(call: &Call, place: Place, got: Option<&OperationResult>) -> Result<(), Mismatch> {
    match got {
        Some(Err(_)) => {
            let got = got.cloned().unwrap_or(Ok(Value::Null));
            Err(Mismatch::result("unexpected-error", &call.op, place, Wanted::Success, &got))
        }
        _ => Ok(()),
    }
}

pub(super) fn any_error(call: &Call, place: Place, got: Option<&OperationResult>) -> Result<(), Mismatch> {
    match got {
        Some(Ok(value)) => {
            let want = Wanted::Error("missing");
            Err(Mismatch::result("error", &call.op, place, want, &Ok(value.clone())))
        }
        _ => Ok(()),
    }
}

pub(super) fn in_any_order(
    call: &Call,
    place: Place,
    got: Option<&OperationResult>,
    visible: Option<Result<Value, &crate::contract::Failure>>,
    want: &[Value],
) -> Result<(), Mismatch> {
    let Some(got) = got else { return Ok(()) };
    let seen = match visible {
        Some(Ok(visible)) => visible,
        _ => got.as_ref().cloned().unwrap_or_default(),
    };
    let same = match (&seen, got) {
        (Value::Array(list), Ok(_)) => list.len() == want.len() && want.iter().all(|value| list.contains(value)),
        _ => false,
    };
    if same { Ok(()) } else { Err(Mismatch::result("result", &call.op, place, Wanted::in_any_order(want), got)) }
}
