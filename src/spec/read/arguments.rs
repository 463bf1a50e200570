//! Arguments of operations, probes and browser actions.

use serde_json::{Map, Value};

use super::matcher::Matchers;
use super::{did_you_mean, error, listed};
use crate::contract::{Parameter, ParameterKind};
use crate::document::{self, Key, Node, Span, Written as Style, nearest};
use crate::spec::code;
use crate::spec::variable::{Written, written};

impl Matchers<'_> {
    /// The arguments of `what`, which stands at `place`.
    pub(super) fn arguments<'n>(
        &mut self,
        what: &str,
        parameters: &[Parameter],
        written: impl Iterator<Item = &'n (Key, Node)>,
        place: Span,
    ) -> Map<String, Value> {
        let mut arguments = Map::new();
        let mut meant = Vec::new();
        let names = || parameters.iter().map(|parameter| parameter.name);
        for (key, node) in written {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == key.text) else {
                let near = nearest(&key.text, names());
                meant.extend(near);
                self.findings.push(
                    error(code::UNKNOWN_ARGUMENT, format!("`{what}` has no parameter `{}`", key.text))
                        .at(key.span, "unknown parameter")
                        .because(format!("its parameters: {}", listed(names())))
                        .fix(did_you_mean(near, "remove it")),
                );
                continue;
            };
            self.argument(parameter, node);
            arguments.insert(key.text.clone(), self.value(node));
        }
        for parameter in parameters.iter().filter(|parameter| parameter.required) {
            if !arguments.contains_key(parameter.name) && !meant.contains(&parameter.name) {
                self.findings.push(
                    error(code::MISSING_ARGUMENT, format!("`{what}` needs `{}`", parameter.name))
                        .at(place, "")
                        .because(format!("`{}`: {}", parameter.name, parameter.about))
                        .fix(format!("add `{}: …` to its arguments", parameter.name)),
                );
            }
        }
        arguments
    }

    /// Whether an argument has the type of its parameter. A saved value can be anything.
    fn argument(&mut self, parameter: &Parameter, node: &Node) {
        if is_saved(node) {
            return;
        }
        let (fits, wanted) = match parameter.kind {
            ParameterKind::Text => (node.as_text().is_some(), "text"),
            ParameterKind::TextOrNull => (node.as_text().is_some() || node.is_null(), "text or null"),
            ParameterKind::User => (node.as_text().is_some_and(|text| !text.is_empty()), "text, not empty"),
            ParameterKind::Json => (true, "any value"),
            ParameterKind::Object => (node.as_map().is_some(), "a map"),
            ParameterKind::Integer => (node.as_int().is_some(), "a whole number"),
            ParameterKind::Boolean => (node.as_bool().is_some(), "`true` or `false`"),
            ParameterKind::Time => {
                (is_time(node), "a number of seconds, `{in: seconds}`, `{at: seconds}`, `{raw: text}` or null")
            }
        };
        if fits {
            return;
        }
        let raw = self.source.slice(node.span);
        let is_scalar = !matches!(node.value, document::Value::Seq(_) | document::Value::Map(_));
        let quote = wanted.starts_with("text") && is_scalar && node.written == Style::Plain && !raw.is_empty();
        self.findings.push(
            error(code::ARGUMENT_TYPE, format!("`{}` must be {wanted}", parameter.name))
                .at(node.span, format!("this is {}", node.kind().name()))
                .because(format!("`{}`: {}", parameter.name, parameter.about))
                .fix(if quote { format!("quote it: \"{raw}\"") } else { format!("write {wanted}") }),
        );
    }
}

/// Whether a text is the name of a saved value.
pub(super) fn is_saved(node: &Node) -> bool {
    node.as_text().is_some_and(|text| matches!(written(text), Written::Saved(_)))
}

/// A typed time, its parts perhaps saved values.
fn is_time(node: &Node) -> bool {
    match &node.value {
        document::Value::Null | document::Value::Int(_) | document::Value::Float(_) => true,
        document::Value::Map(entries) => match entries.as_slice() {
            [(key, value)] => match key.text.as_str() {
                "in" | "at" => value.number().is_ok() || is_saved(value),
                "raw" => value.as_text().is_some(),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}
