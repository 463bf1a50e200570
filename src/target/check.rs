//! What no single value shows: parts of a target file that contradict each other.

use url::Url;

use super::code;
use super::entries;
use super::mapping;
use super::placeholder::{Piece, Placeholder, RESERVED, pieces};
use super::services;
use crate::document::{Diagnostic, Document, Key, Node, Source, Span, nearest};
use crate::wire::Authority;

/// Everything in a well-formed target file that contradicts something else in it.
pub(super) fn check(document: &Document) -> Vec<Diagnostic> {
    let root = &document.root;
    let mut found = Vec::new();
    reached(root, &mut found);
    axes(root, &mut found);
    services::check(root, &mut found);
    hosts(root, &mut found);
    placeholders(root, &document.source, &mut found);
    mapping::check(root, &document.source, &mut found);
    entries::check(root, &mut found);
    found
}

/// How the target is reached: started here, or running elsewhere.
fn reached(root: &Node, found: &mut Vec<Diagnostic>) {
    let start = root.get_entry("start");
    if let Some((key, url)) = root.get_entry("base_url") {
        address(url, found);
        for other in ["start", "services"].iter().filter_map(|other| root.get_entry(other)) {
            found.push(
                Diagnostic::error(code::NOT_STARTED, format!("`{}` beside `base_url`", other.0.text))
                    .also(key.span, "it runs elsewhere already")
                    .at(other.0.span, "only for a server that hardtack starts")
                    .because("a server runs elsewhere, or hardtack starts it, with the services that it needs")
                    .fix("remove one of the two"),
            );
        }
    } else if start.is_none() {
        found.push(
            Diagnostic::error(code::NOWHERE, "nothing says where the server is")
                .at(
                    root.get_entry("binding").map_or(Span::START, |(key, _)| key.span),
                    "reached in this way, but where?",
                )
                .because("hardtack starts the server, or it runs elsewhere")
                .fix("add `start: {run: […]}`, or `base_url: http://…`"),
        );
    }
    if let (Some(binding @ ("passive" | "mapped")), Some((key, _))) =
        (root.get("binding").and_then(Node::as_text), root.get_entry("base_path"))
    {
        found.push(
            Diagnostic::error(code::UNUSED, format!("`base_path` has no effect under `binding: {binding}`"))
                .at(key.span, "")
                .because("only the contract has a base path")
                .fix("remove it, or write `binding: contract`"),
        );
    }
    if let Some((key, start)) = start {
        port(root, key, start, found);
    }
}

fn address(url: &Node, found: &mut Vec<Diagnostic>) {
    let text = url.as_text().unwrap_or_default();
    let because = match Url::parse(text) {
        Err(error) => error.to_string(),
        Ok(parsed) if Authority::of(&parsed).is_err() => "only http and https are spoken".to_owned(),
        Ok(parsed) if !parsed.username().is_empty() || parsed.password().is_some() => {
            "names and passwords do not belong into a target file".to_owned()
        }
        Ok(parsed) if parsed.query().is_some() || parsed.fragment().is_some() => {
            "paths are added to it, so that it cannot have a query or fragment".to_owned()
        }
        Ok(_) => return,
    };
    found.push(
        Diagnostic::error(code::URL, format!("`{text}` cannot be the base URL"))
            .at(url.span, "")
            .because(because)
            .fix("write scheme and host, such as `https://staging.shop.example`"),
    );
}

/// A started server must learn its port.
fn port(root: &Node, key: &Key, start: &Node, found: &mut Vec<Diagnostic>) {
    let mut texts = Vec::new();
    collect(start, &mut texts);
    for value in axis_values(root) {
        value.get("env").into_iter().for_each(|env| collect(env, &mut texts));
    }
    if names_port(&texts) {
        return;
    }
    found.push(
        Diagnostic::error(code::NO_PORT, "the server is not told its port")
            .at(key.span, "{port} occurs nowhere in here")
            .because("hardtack chooses a free loopback port, and asks the server there")
            .fix("add \"{port}\" to `run` or `env`"),
    );
}

/// Whether a text has the placeholder {port}.
pub(super) fn names_port(texts: &[&Node]) -> bool {
    let told = texts.iter().filter_map(|node| node.as_text()).flat_map(pieces);
    told.into_iter().any(|piece| matches!(piece, Piece::Name("port", _)))
}

fn axes(root: &Node, found: &mut Vec<Diagnostic>) {
    for (key, _) in entries_of(root.get("axes")) {
        if RESERVED.contains(&key.text.as_str()) {
            found.push(
                Diagnostic::error(code::AXIS_NAME, format!("an axis cannot be called `{}`", key.text))
                    .at(key.span, "")
                    .because(format!("{{{}}} is a placeholder with another meaning", key.text))
                    .fix("choose another name"),
            );
        }
    }
}

/// `sub` is below `main`, `sibling` beside it, `other` on another site.
fn hosts(root: &Node, found: &mut Vec<Diagnostic>) {
    let Some(hosts) = root.get("hosts") else {
        return;
    };
    let Some(main) = hosts.get("main") else {
        found.push(
            Diagnostic::error(code::HOST, "there are hosts, but no main host")
                .at(hosts.span, "")
                .because("the other roles are seen from `main`")
                .fix("add `main`"),
        );
        return;
    };
    let main_name = main.as_text().unwrap_or_default();
    let site = main_name.split_once('.').map_or("", |(_, site)| site);
    for (key, host) in entries_of(Some(hosts)) {
        let name = host.as_text().unwrap_or_default();
        let (holds, because, example) = match key.text.as_str() {
            "sub" => (is_below(name, main_name), "it is a sub-domain of main", format!("a.{main_name}")),
            "sibling" => (
                is_below(name, site) && name != main_name && !is_below(name, main_name),
                "it is another sub-domain of main's parent domain",
                format!("b.{site}"),
            ),
            "other" => (
                name != main_name && name != site && !is_below(name, site),
                "it is on another site",
                "other.test".into(),
            ),
            _ => continue,
        };
        if !holds {
            found.push(
                Diagnostic::error(code::HOST, format!("`{name}` cannot be the host `{}`", key.text))
                    .also(main.span, "main")
                    .at(host.span, key.text.as_str())
                    .because(because)
                    .fix(format!("write something like `{example}`")),
            );
        }
    }
}

fn is_below(name: &str, parent: &str) -> bool {
    !parent.is_empty() && name.strip_suffix(parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// When a text is used, in the order of raising a target.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// Installing, and looking whether a value is available.
    Before,
    /// Starting a service.
    Services,
    /// Starting the server.
    Start,
}

impl Moment {
    /// Why a placeholder has no value at this moment, and what to do; `None` when it has one.
    fn lacks(self, placeholder: &Placeholder) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Before if placeholder.is_late() => Some((
                "this runs before a port is chosen, a folder made and a service started",
                "use {env_dir}, {folder} or an axis here",
            )),
            Self::Services if matches!(placeholder, Placeholder::ServiceUrl(_)) => Some((
                "services are started one by one, before their addresses are told",
                "use {port}, {data_dir}, {env_dir}, {folder} or an axis here",
            )),
            _ => None,
        }
    }
}

/// Placeholders exist, and their values are known where they stand.
fn placeholders(root: &Node, source: &Source, found: &mut Vec<Diagnostic>) {
    let mut early = Vec::new();
    let mut late = Vec::new();
    let mut below = Vec::new();
    root.get("install").into_iter().for_each(|install| collect(install, &mut early));
    for part in ["run", "env"] {
        root.get("start").and_then(|start| start.get(part)).into_iter().for_each(|part| collect(part, &mut late));
    }
    for (_, service) in entries_of(root.get("services")) {
        let ready = service.get("ready").and_then(|ready| ready.get("run"));
        for part in ["run", "env", "flush"].iter().filter_map(|part| service.get(part)).chain(ready) {
            collect(part, &mut below);
        }
    }
    for value in axis_values(root) {
        value.get("install").into_iter().for_each(|install| collect(install, &mut early));
        value.get("requires").into_iter().for_each(|requires| collect(requires, &mut early));
        value.get("env").into_iter().for_each(|env| collect(env, &mut late));
    }
    let axes: Vec<&str> = entries_of(root.get("axes")).iter().map(|(key, _)| key.text.as_str()).collect();
    let services: Vec<String> =
        entries_of(root.get("services")).iter().map(|(key, _)| format!("{}.url", key.text)).collect();
    let known: Vec<&str> = RESERVED.into_iter().chain(axes).chain(services.iter().map(String::as_str)).collect();
    for (texts, moment) in [(early, Moment::Before), (below, Moment::Services), (late, Moment::Start)] {
        for node in texts {
            for piece in pieces(node.as_text().unwrap_or_default()) {
                let Piece::Name(name, _) = piece else {
                    continue;
                };
                let place = place_of(node, name, source);
                if !known.contains(&name) {
                    found.push(unknown_placeholder(name, &known, place));
                } else if let Some((because, fix)) = moment.lacks(&Placeholder::named(name)) {
                    found.push(
                        Diagnostic::error(code::TOO_EARLY, format!("{{{name}}} is not known yet"))
                            .at(place, "")
                            .because(because)
                            .fix(fix),
                    );
                }
            }
        }
    }
}

fn unknown_placeholder(name: &str, known: &[&str], place: Span) -> Diagnostic {
    let fix = nearest(name, known.iter().copied()).map_or_else(
        || format!("write one of these, or {{{{{name}}}}} for the text itself"),
        |near| format!("did you mean {{{near}}}?"),
    );
    let listed: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
    Diagnostic::error(code::PLACEHOLDER, format!("there is no placeholder {{{name}}}"))
        .at(place, "")
        .because(format!("the placeholders of this file are {}", listed.join(", ")))
        .fix(fix)
}

/// Where a placeholder is written; the whole text when quoting hides it.
fn place_of(node: &Node, name: &str, source: &Source) -> Span {
    let written = format!("{{{name}}}");
    source.slice(node.span).find(&written).map_or(node.span, |at| {
        let start = node.span.start + at;
        source.span(start..start + written.len())
    })
}

/// The values of all axes.
pub(super) fn axis_values(root: &Node) -> impl Iterator<Item = &Node> {
    entries_of(root.get("axes")).iter().flat_map(|(_, axis)| entries_of(Some(axis))).map(|(_, value)| value)
}

/// The entries of a map, none when it is not there.
pub(super) fn entries_of(node: Option<&Node>) -> &[(Key, Node)] {
    node.and_then(Node::as_map).unwrap_or_default()
}

/// All texts in a part of the tree.
pub(super) fn collect<'a>(node: &'a Node, texts: &mut Vec<&'a Node>) {
    match (node.as_seq(), node.as_map()) {
        (Some(items), _) => items.iter().for_each(|item| collect(item, texts)),
        (_, Some(entries)) => entries.iter().for_each(|(_, value)| collect(value, texts)),
        _ if node.as_text().is_some() => texts.push(node),
        _ => {}
    }
}
