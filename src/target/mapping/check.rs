//! What no single value of a mapping shows: names without values, results that an operation does not have.

use std::collections::BTreeSet;

use super::super::check::entries_of;
use super::super::code;
use super::extract::Extract;
use super::model::{MappedOperation, Mapping, Send};
use super::read::{mapping, place};
use crate::contract::{Operation, ResultField, operation};
use crate::document::{Diagnostic, Key, Node, Source, Span, nearest};

/// Values that requests may use without anybody giving them.
const ALWAYS: [&str; 1] = ["origin"];

/// Checks `operations`, `users` and `secrets` against the binding and each other.
pub(in crate::target) fn check(root: &Node, source: &Source, found: &mut Vec<Diagnostic>) {
    let is_mapped = root.get("binding").and_then(Node::as_text) == Some("mapped");
    if !is_mapped {
        for (key, _) in ["operations", "users", "secrets"].iter().filter_map(|name| root.get_entry(name)) {
            found.push(
                Diagnostic::error(code::UNUSED, format!("`{}` has no effect without `binding: mapped`", key.text))
                    .at(key.span, "")
                    .because("only a mapped target says how its own requests serve as operations")
                    .fix("remove it, or write `binding: mapped`"),
            );
        }
        return;
    }
    let Some((_, operations)) = root.get_entry("operations").filter(|(_, node)| !entries_of(Some(node)).is_empty())
    else {
        found.push(
            Diagnostic::error(code::MAPPED, "nothing is mapped")
                .at(root.get("binding").map_or(Span::START, |binding| binding.span), "")
                .because("under `binding: mapped` only what stands in `operations` is offered")
                .fix(
                    "add `operations: {auth.whoami: {send: {get: /api/me}, result: {user: json.login}}}`, or run \
                      `hardtack init URL`",
                ),
        );
        return;
    };
    unreadable_places(operations, found);
    let mapping = match mapping(root) {
        Ok(mapping) => mapping,
        Err(diagnostic) => {
            if !found.contains(&diagnostic) {
                found.push(diagnostic);
            }
            return;
        }
    };
    let kept: BTreeSet<&str> =
        mapping.operations.values().flat_map(|operation| operation.keep.keys().map(String::as_str)).collect();
    for (key, node) in entries_of(Some(operations)) {
        let (Some(known), Some(mapped)) = (operation(&key.text), mapping.operations.get(&key.text)) else { continue };
        results(key, node, known, found);
        accepted(node, known, found);
        names(&Place { key, node, source }, known, mapped, &mapping, &kept, found);
    }
    users(root, &mapping, source, found);
}

/// Selectors, patterns and paths that can never find anything.
fn unreadable_places(node: &Node, found: &mut Vec<Diagnostic>) {
    if let Some(items) = node.as_seq() {
        for item in items {
            unreadable_places(item, found);
        }
    }
    for (key, value) in entries_of(Some(node)) {
        match key.text.as_str() {
            "take" | "result" | "keep" => {
                for (_, node) in entries_of(Some(value)) {
                    match place(node) {
                        Ok(extract) => {
                            let fault = extract.fault();
                            found.extend(fault.map(|fault| unreadable(&extract, &fault, node.span)));
                        }
                        Err(diagnostic) => found.push(diagnostic),
                    }
                }
            }
            "matches" => {
                let extract = Extract::Regex(value.as_text().unwrap_or_default().to_owned());
                found.extend(extract.fault().map(|fault| unreadable(&extract, &fault, value.span)));
            }
            "json" | "form" | "query" | "headers" | "accepts" => {}
            _ => unreadable_places(value, found),
        }
    }
}

fn unreadable(extract: &Extract, fault: &str, span: Span) -> Diagnostic {
    let fault = fault.lines().last().unwrap_or_default().trim();
    Diagnostic::error(code::PLACE, format!("{} cannot be read", extract.words()))
        .at(span, "")
        .because(fault.strip_prefix("error: ").unwrap_or(fault))
        .fix("correct it; quote texts that hold `#`, `: `, `[` or `{`")
}

/// Results have the names that specs use, and what answers something says where.
fn results(key: &Key, node: &Node, known: &Operation, found: &mut Vec<Diagnostic>) {
    let names = known.result.names();
    for (result, _) in
        entries_of(node.get("result")).iter().filter(|(result, _)| !names.contains(&result.text.as_str()))
    {
        let because = match names.as_slice() {
            [] => format!("{} answers nothing", known.name),
            names => format!("{} answers {}", known.name, names.join(", ")),
        };
        let fix = match names.as_slice() {
            [] => "remove it; values for later requests stand under `keep`".to_owned(),
            [name] => format!("write `{name}`"),
            names => format!("write one of {}", names.join(", ")),
        };
        found.push(
            Diagnostic::error(code::RESULT, format!("{} has no result `{}`", known.name, result.text))
                .at(result.span, "")
                .because(because)
                .fix(fix),
        );
    }
    // That it worked is an answer of its own to some.
    let speaks_for_itself = matches!(
        known.result,
        ResultField::Nothing | ResultField::Value("has" | "worked" | "accepted" | "exists" | "deleted")
    );
    if !speaks_for_itself && node.get("result").is_none() {
        found.push(
            Diagnostic::error(code::RESULT, format!("nothing says where the result of {} stands", known.name))
                .at(key.span, "")
                .because(format!("{}: {}", known.name, known.about))
                .fix(format!("add `result: {{{}: json.PATH}}`, or {{css: …}}, {{regex: …}}", names.join(": …, "))),
        );
    }
}

/// Accepted values are those of parameters.
fn accepted(node: &Node, known: &Operation, found: &mut Vec<Diagnostic>) {
    for (key, _) in entries_of(node.get("accepts")).iter().filter(|(key, _)| known.parameter(&key.text).is_none()) {
        let names: Vec<&str> = known.parameters.iter().map(|parameter| parameter.name).collect();
        let fix = nearest(&key.text, names.iter().copied())
            .map_or_else(|| "remove it".to_owned(), |near| format!("did you mean `{near}`?"));
        let because = if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
        found.push(
            Diagnostic::error(code::ACCEPTS, format!("{} has no parameter `{}`", known.name, key.text))
                .at(key.span, "")
                .because(because)
                .fix(fix),
        );
    }
}

/// An operation in the file.
struct Place<'a> {
    key: &'a Key,
    node: &'a Node,
    source: &'a Source,
}

/// Every `$name` has somebody who gives it a value.
fn names(
    place: &Place<'_>,
    known: &Operation,
    mapped: &MappedOperation,
    mapping: &Mapping,
    kept: &BTreeSet<&str>,
    found: &mut Vec<Diagnostic>,
) {
    let mut given: BTreeSet<String> = ALWAYS.iter().map(|name| (*name).to_owned()).collect();
    given.extend(kept.iter().map(|name| (*name).to_owned()));
    given.extend(known.parameters.iter().map(|parameter| parameter.name.to_owned()));
    given.extend(mapping.secrets.keys().map(|name| format!("secret.{name}")));
    if known.parameter("user").is_some() {
        for user in &mapping.users {
            given.extend(["user.login".to_owned(), "user.shown".to_owned()]);
            given.extend(user.fields.keys().map(|field| format!("user.{field}")));
        }
    }
    let requests: Vec<&Send> = mapped.before.iter().chain([&mapped.send]).collect();
    for (index, send) in requests.iter().enumerate() {
        for name in send.names().into_iter().filter(|name| !given.contains(name)) {
            let later = requests[index..].iter().any(|other| other.take.contains_key(&name));
            found.push(unknown_name(place, &name, &given, later));
        }
        given.extend(send.take.keys().cloned());
    }
    let in_places = mapped.result.values().chain(mapped.keep.values()).flat_map(Extract::names);
    for name in in_places.filter(|name| !given.contains(*name)) {
        found.push(unknown_name(place, name, &given, false));
    }
}

fn unknown_name(place: &Place<'_>, name: &str, given: &BTreeSet<String>, later: bool) -> Diagnostic {
    let span = place_of(place.node.span, name, place.source).unwrap_or(place.key.span);
    let diagnostic = Diagnostic::error(code::NAME, format!("nothing gives ${name} a value here")).at(span, "");
    if later {
        return diagnostic
            .because("it is taken from an answer that comes later")
            .fix("change the order of the requests");
    }
    let known: Vec<String> = given.iter().map(|name| format!("${name}")).collect();
    let fix = match name.split_once('.') {
        Some(("secret", secret)) => format!("add `secrets: {{{secret}: {{env: VARIABLE}}}}`"),
        Some(("user", field)) => format!("add `{field}` to each of `users`"),
        _ => nearest(name, given.iter().map(String::as_str)).map_or_else(
            || format!("take it from a page before: `before: {{get: …, take: {{{name}: …}}}}`; write $$ for a dollar"),
            |near| format!("did you mean ${near}?"),
        ),
    };
    diagnostic.because(format!("known here are {}", known.join(", "))).fix(fix)
}

/// Where a name is written.
fn place_of(within: Span, name: &str, source: &Source) -> Option<Span> {
    let text = source.slice(within);
    [format!("${name}"), format!("${{{name}}}")].into_iter().find_map(|written| {
        let at = within.start + text.find(&written)?;
        Some(source.span(at..at + written.len()))
    })
}

/// Who logs in is known, and texts about users find their secrets.
fn users(root: &Node, mapping: &Mapping, source: &Source, found: &mut Vec<Diagnostic>) {
    for (_, user) in entries_of(root.get("users")) {
        for (_, value) in entries_of(Some(user)) {
            let template = super::Template(value.as_text().unwrap_or_default().to_owned());
            for name in template.names() {
                let is_known = name.strip_prefix("secret.").is_some_and(|secret| mapping.secrets.contains_key(secret));
                if !is_known {
                    let secret = name.strip_prefix("secret.").unwrap_or("NAME");
                    found.push(
                        Diagnostic::error(code::NAME, format!("nothing gives ${name} a value here"))
                            .at(place_of(value.span, name, source).unwrap_or(value.span), "")
                            .because(
                                "texts about users may hold secrets, such as $secret.password, and $$ for a dollar",
                            )
                            .fix(format!("add `secrets: {{{secret}: {{env: VARIABLE}}}}`")),
                    );
                }
            }
        }
    }
    let login = root.get("operations").and_then(|operations| operations.get_entry("auth.login"));
    if let (Some((key, _)), true) = (login, mapping.users.is_empty()) {
        found.push(
            Diagnostic::error(code::USERS, "nobody can log in: there are no users")
                .at(key.span, "")
                .because("cases log users in that the application must know, with their passwords")
                .fix("add `users: {alice: {password: $secret.alice}, bob: {password: $secret.bob}}`; two unlock most cases"),
        );
    }
}
