//! Paths under `save`.

use super::observe::Observable;
use super::{did_you_mean, error, listed};
use crate::document::{Diagnostic, Node, nearest};
use crate::spec::{CookieField, SIGHTS, SavePath, code};

/// The path to something that is observed of a step.
pub(super) fn save_path(node: &Node, seen: &Observable) -> Result<SavePath, Diagnostic> {
    let text = node.as_text().unwrap_or_default();
    let span = node.span;
    let (first, rest) = text.split_once('.').unwrap_or((text, ""));
    let leads_nowhere = || unknown(text, node);
    let path = match (first, rest) {
        ("status", "") => SavePath::Status,
        ("error", "") => SavePath::Error,
        ("error", "kind") => SavePath::ErrorKind,
        (_, "") => return Err(leads_nowhere()),
        ("result", field) => SavePath::Result(field.to_owned()),
        ("results", rest) => {
            let (index, field) = rest.split_once('.').ok_or_else(leads_nowhere)?;
            SavePath::ResultOf(index.parse().map_err(|_| leads_nowhere())?, field.to_owned())
        }
        ("header", name) => SavePath::Header(name.to_lowercase()),
        ("set_cookie", rest) => {
            let (name, field) = rest.rsplit_once('.').ok_or_else(leads_nowhere)?;
            SavePath::SetCookie(name.to_owned(), cookie_field(field, node)?)
        }
        ("jar", name) => SavePath::Jar(name.to_owned()),
        ("seen", name) if SIGHTS.iter().any(|sight| sight.name == name) => SavePath::Seen(name.to_owned()),
        _ => return Err(leads_nowhere()),
    };
    match &path {
        SavePath::Status | SavePath::Header(_) | SavePath::SetCookie(..) | SavePath::Seen(_) => {
            seen.has_answer(first, span)?;
        }
        SavePath::Error | SavePath::ErrorKind => seen.has_error(span)?,
        SavePath::Result(field) => seen.has_result(field, span)?,
        SavePath::ResultOf(index, field) => seen.has_result_of(*index, field, span)?,
        SavePath::Jar(_) => seen.has_jar(span)?,
    }
    Ok(path)
}

fn unknown(text: &str, node: &Node) -> Diagnostic {
    let first = text.split('.').next().unwrap_or_default();
    let near = nearest(first, ["status", "result", "results", "error", "header", "set_cookie", "seen", "jar"]);
    error(code::SAVE_PATH, format!("`{text}` leads nowhere"))
        .at(node.span, "")
        .because(
            "the paths are status, result.FIELD, results.N.FIELD, error, error.kind, header.NAME, \
             set_cookie.NAME.FIELD, seen.NAME and jar.NAME",
        )
        .fix(did_you_mean(near.filter(|near| *near != first), "write one of these"))
}

fn cookie_field(field: &str, node: &Node) -> Result<CookieField, Diagnostic> {
    CookieField::named(field).ok_or_else(|| {
        let known = || CookieField::ALL.iter().map(|(name, _)| *name);
        error(code::SAVE_PATH, format!("`{field}` is nothing to know of a cookie"))
            .at(node.span, "")
            .because(format!("the last part of the path is one of {}", listed(known())))
            .fix(did_you_mean(nearest(field, known()), "write set_cookie.NAME.FIELD with one of these"))
    })
}
