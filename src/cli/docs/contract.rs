//! The page of the contract's operations and facts.

use std::fmt::Write as _;

use super::cell;
use crate::contract::{FACTS, FactKind, OPERATIONS, Operation, Parameter, ParameterKind, ResultField, Scope};

const INTRODUCTION: &str = "# Operations and facts of the contract\n\nThe closed list that version 1 of the contract knows. \
                            A server offers those that make sense for it; [the contract](../contract.md) says how they \
                            are called, and [Paste the contract](../paste-the-contract.md) has files to paste.\n";

pub(super) fn page() -> String {
    let mut text = INTRODUCTION.to_owned();
    let mut family = "";
    for operation in OPERATIONS {
        let this = operation.name.split('.').next().unwrap_or_default();
        if this != family {
            family = this;
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "\n## {family}\n\n| operation | does | parameters | answers | touches |\n| --- | --- | --- | --- | --- |\n"
            );
        }
        row(&mut text, operation);
    }
    text.push_str(
        "\nA parameter with a `?` may be left out. What an operation touches decides what may run beside it.\n",
    );
    text.push_str("\n## Facts\n\n| fact | says | values |\n| --- | --- | --- |\n");
    for fact in FACTS {
        let _ = writeln!(text, "| `{}` | {} | {} |", fact.name, cell(fact.about), values(fact.kind));
    }
    text
}

fn row(text: &mut String, operation: &Operation) {
    let parameters: Vec<String> = operation.parameters.iter().map(parameter).collect();
    let _ = writeln!(
        text,
        "| `{}` | {} | {} | {} | {} |",
        operation.name,
        cell(operation.about),
        parameters.join("<br>"),
        answers(operation.result),
        touches(operation.scope)
    );
}

fn parameter(parameter: &Parameter) -> String {
    let optional = if parameter.required { "" } else { "?" };
    let kind = match parameter.kind {
        ParameterKind::Text => "text",
        ParameterKind::TextOrNull => "text or null",
        ParameterKind::User => "a user",
        ParameterKind::Json => "JSON",
        ParameterKind::Object => "an object",
        ParameterKind::Integer => "a whole number",
        ParameterKind::Boolean => "true or false",
        ParameterKind::Time => "a typed time",
    };
    format!("`{}`{optional} ({kind}): {}", parameter.name, cell(parameter.about))
}

fn answers(result: ResultField) -> String {
    match result {
        ResultField::Nothing => "null".to_owned(),
        _ => result.names().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

fn touches(scope: Scope) -> &'static str {
    match scope {
        Scope::Browser => "its browser",
        Scope::Record => "its session",
        Scope::Store => "the store",
        Scope::World => "the world",
    }
}

fn values(kind: FactKind) -> String {
    match kind {
        FactKind::Boolean => "true, false".to_owned(),
        FactKind::Text => "text".to_owned(),
        FactKind::Seconds => "seconds; in target files a duration".to_owned(),
        FactKind::Integer => "a whole number".to_owned(),
        FactKind::OneOf(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
    }
}
