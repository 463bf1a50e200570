//! The arguments of a call: checked as the contract says before anything is performed.

use serde_json::{Map, Value};

use super::cookie_arguments::{CookieArguments, PathArgument};
use crate::contract::{Call, Failure, FailureKind, Operation, ParameterKind, TimeValue};

/// A call whose arguments are known, present and of the right type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arguments<'a>(&'a Map<String, Value>);

impl<'a> Arguments<'a> {
    /// Checks a call against its operation.
    pub(super) fn of(call: &'a Call, operation: &Operation) -> Result<Self, Failure> {
        for (name, value) in &call.arguments {
            let Some(parameter) = operation.parameter(name) else {
                let message = format!("{} has no parameter `{name}`", operation.name);
                return Err(Failure::new(FailureKind::Unsupported, "UnknownParameter", message));
            };
            if !fits(parameter.kind, value) {
                let message = format!("`{name}` of {} cannot be {value}", operation.name);
                return Err(invalid(message));
            }
        }
        for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
            if call.argument(parameter.name).is_none() {
                return Err(invalid(format!("{} needs `{}`", operation.name, parameter.name)));
            }
        }
        Ok(Self(&call.arguments))
    }

    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name)
    }

    /// The text of an argument; `None` when it is absent or null.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// The text of an argument that [`Arguments::of`] has found to be there.
    pub(super) fn required_text(self, name: &str) -> &'a str {
        self.text(name).unwrap_or_default()
    }

    pub(super) fn integer(self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    pub(super) fn flag(self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(super) fn time(self, name: &str) -> Option<TimeValue> {
        self.0.get(name).and_then(|value| TimeValue::from_json(value).ok())
    }

    /// The arguments of `cookie.set` and its relatives.
    pub(super) fn cookie(self) -> CookieArguments {
        CookieArguments {
            name: self.required_text("name").to_owned(),
            value: self.required_text("value").to_owned(),
            max_age: self.time("max_age"),
            expires: self.time("expires"),
            path: match self.0.get("path") {
                None => PathArgument::Default,
                Some(Value::String(path)) => PathArgument::Given(path.clone()),
                Some(_) => PathArgument::Omitted,
            },
            domain: self.text("domain").map(str::to_owned),
            secure: self.flag("secure"),
            http_only: self.flag("http_only"),
            same_site: self.text("same_site").map(str::to_owned),
            partitioned: self.flag("partitioned"),
        }
    }
}

/// A refusal of what was asked.
pub(super) fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Invalid, "InvalidArgument", message)
}

fn fits(kind: ParameterKind, value: &Value) -> bool {
    match kind {
        ParameterKind::Text => value.is_string(),
        ParameterKind::TextOrNull => value.is_string() || value.is_null(),
        ParameterKind::User => value.as_str().is_some_and(|user| !user.is_empty()),
        ParameterKind::Json => true,
        ParameterKind::Object => value.is_object(),
        ParameterKind::Integer => value.is_i64(),
        ParameterKind::Boolean => value.is_boolean(),
        ParameterKind::Time => TimeValue::from_json(value).is_ok(),
    }
}
