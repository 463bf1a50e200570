//! A target whose own requests serve as operations: what it offers, and where it says so.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Call, Description, Offer, operation};
use crate::document::{Source, Span};
use crate::judge::Observation;
use crate::spec::{Action, Case, Gate, Step};
use crate::target::mapping::{MappedOperation, Mapping, MissingSecret, Secrets, Unaccepted, Vocabulary};

use crate::wire::hide;

use super::applicability::{READERS, all_steps, calls, steps};

/// Operations that change nothing, so that several of them need not be in one request.
const ALSO_READ: [&str; 3] = ["auth.whoami", "session.get", "cookie.list"];

/// Families that applications of their own hardly have.
const CONTRACT_ONLY: [&str; 4] = ["cookie.", "store.", "ctl.", "clock."];

/// A mapping with its secrets, ready for use.
#[derive(Debug, Clone)]
pub struct Mapped {
    /// The mapping.
    pub mapping: Arc<Mapping>,
    /// Its secrets.
    pub secrets: Secrets,
    /// The target file.
    pub source: Source,
}

impl Mapped {
    /// Takes the secrets from the environment.
    pub(super) fn new(mapping: Arc<Mapping>, source: Source) -> Result<Self, MissingSecret> {
        let secrets = Secrets::from_environment(&mapping, &source, |name| std::env::var(name).ok())?;
        Ok(Self { mapping, secrets, source })
    }

    /// What it offers, as a server of the contract would describe it.
    pub(super) fn description(&self) -> Description {
        let offer = |(name, mapped): (&String, &MappedOperation)| {
            let parameters = operation(name).map(|known| known.parameters).unwrap_or_default();
            // Whose password is changed: the one who is logged in.
            let lacks = parameters.iter().filter(|parameter| !parameter.required && parameter.name != "user");
            let is_known = |name: &str| mapped.uses(name) || mapped.accepts.contains_key(name);
            let lacks = lacks.filter(|parameter| !is_known(parameter.name)).map(|parameter| parameter.name.to_owned());
            (name.clone(), Offer { lacks: lacks.collect() })
        };
        Description { operations: self.mapping.operations.iter().map(offer).collect(), ..Description::default() }
    }

    /// A path of the application, for asking a browser what it would send there.
    pub(super) fn home(&self) -> String {
        let reads = ["auth.whoami", "session.get", "session.keys", "auth.login"];
        let reads = reads.iter().filter_map(|name| self.mapping.operations.get(*name));
        let paths = reads.chain(self.mapping.operations.values()).map(|mapped| mapped.send.path.0.as_str());
        paths.into_iter().find(|path| !path.contains('$')).unwrap_or("/").to_owned()
    }

    /// An observation as it may be shown: without secrets.
    pub(super) fn shown(&self, observation: &Observation) -> Observation {
        let exchange = Arc::new(hide(&observation.exchange, self.secrets.values()));
        Observation { exchange, ..observation.clone() }
    }

    /// A line of the target file, quoted with its place.
    pub(super) fn line(&self, span: Span) -> String {
        let line = self.source.text().lines().nth(span.line.saturating_sub(1));
        format!("{}:{} (`{}`)", self.source.name(), span.line, line.unwrap_or_default().trim())
    }

    /// The lines that map the operations of a case.
    pub(super) fn lines(&self, case: &Case) -> String {
        let mut lines: Vec<String> = Vec::new();
        for call in all_steps(steps(case)).into_iter().flat_map(calls) {
            if let Some(mapped) = self.mapping.operations.get(&call.op) {
                let line = self.line(mapped.span);
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        lines.join(", ")
    }

    /// Why a case cannot be performed by the application's own requests, if so.
    pub(super) fn obstacle(&self, case: &Case) -> Option<String> {
        let mut words = Vocabulary::of(&self.mapping);
        for step in all_steps(steps(case)) {
            if let Some(reason) = self.step_obstacle(step) {
                return Some(reason);
            }
            for call in calls(step) {
                let mut call = call.clone();
                call.arguments.retain(|_, value| !mentions_saved(value));
                if let Err(unaccepted) = words.rename(&mut call) {
                    return Some(self.unaccepted(&call.op, &unaccepted));
                }
            }
        }
        None
    }

    fn step_obstacle(&self, step: &Step) -> Option<String> {
        let contract =
            |what: &str| Some(format!("needs {what}: serve the contract; an application's own requests do not"));
        match &step.action {
            Action::Request { program, .. } if program.is_empty() => return contract("a request that touches nothing"),
            Action::Request { status: Some(_), .. } => return contract("a status that it asks for"),
            Action::Request { program, .. } if program.len() > 1 && !program.iter().all(only_reads) => {
                return contract("several operations in one request");
            }
            Action::Together(together) => {
                let follows =
                    |call: &Call| self.mapping.operations.get(&call.op).is_some_and(|mapped| mapped.send.follow);
                if together.gate != Gate::None {
                    return contract("a gate");
                }
                if together.requests.iter().any(|request| calls(request).len() > 1) {
                    return contract("several operations in one request");
                }
                if let Some(call) = together.requests.iter().flat_map(calls).find(|call| follows(call)) {
                    return Some(format!(
                        "performs {} beside other requests: remove `follow` from it in {}",
                        call.op,
                        self.source.name()
                    ));
                }
            }
            _ => {}
        }
        if !calls(step).is_empty() && step.via.method.is_some() {
            return contract("a method that it chooses");
        }
        if calls(step).iter().any(|call| call.fatal) {
            return contract("a failure that reaches the framework");
        }
        None
    }

    /// Why an operation is not on offer, and the line that would offer it.
    pub(super) fn missing(&self, name: &str) -> String {
        if CONTRACT_ONLY.iter().any(|family| name.starts_with(family)) {
            return format!("needs {name}: serve the contract; an application's own requests hardly do it");
        }
        let results = operation(name).map(|known| known.result.names()).unwrap_or_default();
        let result: Vec<String> = results.iter().map(|name| format!("{name}: json.PATH")).collect();
        let result = if result.is_empty() { String::new() } else { format!(", result: {{{}}}", result.join(", ")) };
        format!(
            "needs {name}: add `{name}: {{send: {{…}}{result}}}` to `operations` in {}, if the application has it",
            self.source.name()
        )
    }

    /// Why a value cannot be used, and what would change that.
    pub(super) fn unaccepted(&self, op: &str, unaccepted: &Unaccepted) -> String {
        match unaccepted {
            Unaccepted::TooMany { parameter, count } if parameter == "user" => {
                format!("needs more users than {count}: add one to `users` in {}", self.source.name())
            }
            Unaccepted::TooMany { parameter, count } => format!(
                "needs more values of `{parameter}` than {count}: add one to `accepts` of {op} in {}",
                self.source.name()
            ),
            Unaccepted::Special { parameter, value } => {
                let value = value.to_string();
                let length = value.chars().count();
                let value = if length > 60 { format!("of {length} characters") } else { value };
                format!("is about the {parameter} {value}, which the application does not take (`accepts` of {op})")
            }
        }
    }
}

/// Whether an operation changes nothing.
pub(super) fn only_reads(call: &Call) -> bool {
    READERS.contains(&call.op.as_str()) || ALSO_READ.contains(&call.op.as_str())
}

fn mentions_saved(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with('$'),
        Value::Array(items) => items.iter().any(mentions_saved),
        Value::Object(members) => members.values().any(mentions_saved),
        _ => false,
    }
}
