//! From the mapped part of a target file to a [`Mapping`].

use std::collections::BTreeMap;

use super::condition::Condition;
use super::extract::{Extract, css};
use super::json_path::JsonPath;
use super::model::{Body, MappedOperation, MappedUser, Mapping, Send};
use super::shape::METHODS;
use super::template::{Template, as_text};
use crate::document::{Diagnostic, Key, Node, Span};
use crate::target::code;

/// Reads the mapped part below the root of a file.
pub(in crate::target) fn mapping(root: &Node) -> Result<Mapping, Diagnostic> {
    let operations = entries(root.get("operations"))?;
    let operations: BTreeMap<String, MappedOperation> = operations
        .iter()
        .map(|(key, node)| Ok((key.text.clone(), operation(key, node)?)))
        .collect::<Result<_, Diagnostic>>()?;
    let secret = |(key, node): &(Key, Node)| Ok((key.text.clone(), (node.at("env")?.text()?.to_owned(), key.span)));
    let mut users: Vec<MappedUser> =
        entries(root.get("users"))?.iter().map(|(key, node)| user(&key.text, node)).collect::<Result<_, _>>()?;
    if users.is_empty() {
        let accepted = operations.get("auth.login").and_then(|login| login.accepts.get("user"));
        users = accepted.into_iter().flatten().map(|name| plain_user(&as_text(name))).collect();
    }
    let secrets = entries(root.get("secrets"))?.iter().map(secret).collect::<Result<_, Diagnostic>>()?;
    Ok(Mapping { operations, users, secrets })
}

fn plain_user(name: &str) -> MappedUser {
    MappedUser { name: name.to_owned(), login: Template(name.to_owned()), shown: None, fields: BTreeMap::new() }
}

fn user(name: &str, node: &Node) -> Result<MappedUser, Diagnostic> {
    let mut user = plain_user(name);
    for (key, value) in node.entries()? {
        let template = Template(value.text()?.to_owned());
        match key.text.as_str() {
            "login" => user.login = template,
            "shown" => user.shown = Some(template),
            _ => {
                user.fields.insert(key.text.clone(), template);
            }
        }
    }
    Ok(user)
}

fn operation(key: &Key, node: &Node) -> Result<MappedOperation, Diagnostic> {
    let before = node.get("before").map(Node::one_or_many).unwrap_or_default();
    let accepts = entries(node.get("accepts"))?.iter().map(|(key, values)| {
        let values = values.items()?.iter().map(Node::to_json).collect();
        Ok((key.text.clone(), values))
    });
    Ok(MappedOperation {
        span: key.span,
        before: before.iter().map(send).collect::<Result<_, _>>()?,
        send: send(node.at("send")?)?,
        worked: node.get("worked").map(condition).transpose()?,
        nothing: node.get("nothing").map(condition).transpose()?,
        missing: node.get("missing").map(condition).transpose()?,
        result: places(node.get("result"))?,
        keep: places(node.get("keep"))?,
        accepts: accepts.collect::<Result<_, Diagnostic>>()?,
    })
}

fn send(node: &Node) -> Result<Send, Diagnostic> {
    let (method, path) = METHODS
        .iter()
        .find_map(|method| Some((*method, node.get(method)?)))
        .ok_or_else(|| Diagnostic::error(code::REQUEST, "a request needs a method").at(node.span, ""))?;
    let body = match (node.get("form"), node.get("json"), node.get("text")) {
        (Some(form), ..) => Body::Form(pairs(Some(form))?),
        (_, Some(json), _) => Body::Json(json.to_json()),
        (.., Some(text)) => Body::Text(Template(text.text()?.to_owned())),
        _ => Body::Empty,
    };
    Ok(Send {
        span: path.span,
        method: method.to_uppercase(),
        path: Template(path.text()?.to_owned()),
        query: pairs(node.get("query"))?,
        headers: pairs(node.get("headers"))?,
        body,
        follow: node.get("follow").and_then(Node::as_bool).unwrap_or(false),
        take: places(node.get("take"))?,
    })
}

fn pairs(node: Option<&Node>) -> Result<Vec<(String, Template)>, Diagnostic> {
    Ok(entries(node)?.iter().map(|(key, value)| (key.text.clone(), Template(as_text(&value.to_json())))).collect())
}

fn condition(node: &Node) -> Result<Condition, Diagnostic> {
    let status = node.get("status").map(Node::one_or_many).unwrap_or_default();
    let text = |key: &str| node.get(key).map(|text| text.text().map(str::to_owned)).transpose();
    let headers =
        entries(node.get("header"))?.iter().map(|(key, part)| Ok((key.text.clone(), part.text()?.to_owned())));
    let json = entries(node.get("json"))?.iter().map(|(key, value)| Ok((path(&key.text, key.span)?, value.to_json())));
    Ok(Condition {
        status: status.iter().filter_map(|status| status.as_int().and_then(|code| u16::try_from(code).ok())).collect(),
        headers: headers.collect::<Result<_, Diagnostic>>()?,
        text: text("text")?,
        matches: text("matches")?,
        json: json.collect::<Result<_, Diagnostic>>()?,
    })
}

fn places(node: Option<&Node>) -> Result<BTreeMap<String, Extract>, Diagnostic> {
    entries(node)?.iter().map(|(key, node)| Ok((key.text.clone(), place(node)?))).collect()
}

/// A place in an answer: `json.a.b`, `header.x-token`, `cookie.name`, `status`, or a map with one of the ways.
pub(super) fn place(node: &Node) -> Result<Extract, Diagnostic> {
    if let Some(text) = node.as_text() {
        return short(text, node.span);
    }
    let (key, value) = node.entries()?.first().ok_or_else(|| unreadable("nothing is looked for", node.span))?;
    let text = value.text()?.to_owned();
    Ok(match key.text.as_str() {
        "css" => css(&text),
        "regex" => Extract::Regex(text),
        "header" => Extract::Header(text),
        "cookie" => Extract::Cookie(text),
        _ => return short(&text, value.span),
    })
}

fn short(text: &str, span: Span) -> Result<Extract, Diagnostic> {
    match text.split_once('.') {
        Some(("header", name)) => Ok(Extract::Header(name.to_owned())),
        Some(("cookie", name)) => Ok(Extract::Cookie(name.to_owned())),
        None if text == "status" => Ok(Extract::Status),
        _ => path(text, span).map(Extract::Json),
    }
}

fn path(text: &str, span: Span) -> Result<JsonPath, Diagnostic> {
    JsonPath::parse(text).map_err(|error| unreadable(&error.to_string(), span))
}

fn unreadable(why: &str, span: Span) -> Diagnostic {
    Diagnostic::error(code::PLACE, "this is no place in an answer")
        .at(span, "")
        .because(why)
        .fix("write `json.items[].sku`, `header.NAME`, `cookie.NAME`, `status`, {css: …} or {regex: …}")
}

fn entries(node: Option<&Node>) -> Result<&[(Key, Node)], Diagnostic> {
    node.map_or(Ok(&[]), Node::entries)
}
