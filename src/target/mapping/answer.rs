//! Reading the answer to an operation: what a server of the contract would have answered.

use serde_json::{Map, Value};

use super::extract::{Extract, Page};
use super::model::MappedOperation;
use super::template::Variables;
use crate::contract::{Failure, FailureKind, OperationResult, ResultField, operation};

/// Results that are lists: all values count, not the first.
const LISTS: [&str; 3] = ["keys", "values", "cookies"];

/// Results that say whether something is so.
const ANSWERS: [&str; 5] = ["has", "worked", "accepted", "exists", "deleted"];

impl MappedOperation {
    /// The result of an operation from the answer to its request.
    pub fn read(&self, name: &str, page: Page<'_>, variables: &dyn Variables) -> OperationResult {
        let field = operation(name).map_or(ResultField::Nothing, |operation| operation.result);
        let response = page.response;
        if self.nothing.as_ref().is_some_and(|condition| condition.holds(response, variables)) {
            return Ok(nothing(field));
        }
        if self.missing.as_ref().is_some_and(|condition| condition.holds(response, variables)) {
            return Err(Failure::new(FailureKind::Missing, "missing", format!("answered {}", response.status)));
        }
        let broken = match &self.worked {
            Some(worked) => worked.broken(response, variables),
            None => (response.status >= 400).then(|| format!("the status is {}", response.status)),
        };
        if let Some(broken) = broken {
            let kind = if response.status >= 500 { FailureKind::Exception } else { FailureKind::Invalid };
            let told = format!("{} was answered with {}, but {broken}", self.send.words(), response.status);
            return Err(Failure::new(kind, "did not work", told));
        }
        Ok(self.result(field, page, variables))
    }

    /// Values of the answer that the browser keeps.
    #[must_use]
    pub fn kept(&self, page: Page<'_>, variables: &dyn Variables) -> Vec<(String, Value)> {
        let first = |extract: &Extract| extract.find(page, variables).into_iter().next();
        self.keep.iter().filter_map(|(name, extract)| Some((name.clone(), first(extract)?))).collect()
    }

    fn result(&self, field: ResultField, page: Page<'_>, variables: &dyn Variables) -> Value {
        let find = |name: &str| self.result.get(name).map(|extract| extract.find(page, variables));
        match field {
            ResultField::Nothing => Value::Null,
            ResultField::User => first(find("user")),
            ResultField::Value(name) if LISTS.contains(&name) => Value::Array(find(name).unwrap_or_default()),
            // Without a place in the answer, that it worked is the answer.
            ResultField::Value(name) if ANSWERS.contains(&name) => {
                Value::Bool(find(name).is_none_or(|found| found.first().is_some_and(is_so)))
            }
            ResultField::Value(name) => first(find(name)),
            ResultField::Members(names) => {
                let member = |name: &&str| ((*name).to_owned(), first(find(name)));
                Value::Object(names.iter().map(member).collect::<Map<_, _>>())
            }
        }
    }
}

fn first(found: Option<Vec<Value>>) -> Value {
    found.and_then(|found| found.into_iter().next()).unwrap_or_default()
}

/// Whether a value that was found says yes: anything but null, false, zero and empty text.
fn is_so(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(so) => *so,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "false" | "0"),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// The result that means nothing.
fn nothing(field: ResultField) -> Value {
    match field {
        ResultField::Value("items") => Value::Object(Map::new()),
        ResultField::Value(name) if LISTS.contains(&name) => Value::Array(Vec::new()),
        ResultField::Value(name) if ANSWERS.contains(&name) => Value::Bool(false),
        ResultField::Value("count") => Value::from(0),
        ResultField::Nothing | ResultField::User | ResultField::Value(_) | ResultField::Members(_) => Value::Null,
    }
}
