//! Services: what their kinds ask for, and whether those that values name are defined.

use super::check::{axis_values, collect, entries_of, names_port};
use super::code;
use crate::document::{Diagnostic, Key, Node};

/// Checks `services`, and the names of services in the values of axes.
pub(super) fn check(root: &Node, found: &mut Vec<Diagnostic>) {
    let defined = entries_of(root.get("services"));
    for (key, service) in defined {
        let kind = service.get("kind").filter(|kind| kind.as_text() == Some("memcached"));
        if let (true, Some(kind)) = (key.text == "database", kind) {
            found.push(
                Diagnostic::error(code::SERVICE_KIND, "memcached cannot be the database")
                    .at(kind.span, "")
                    .because("the database is the durable store, and memcached forgets")
                    .fix("remove it, or call the service `cache`"),
            );
        }
        service_command(key, service, found);
    }
    for service in axis_values(root).filter_map(|value| value.get("services")).flat_map(Node::one_or_many) {
        let name = service.as_text().unwrap_or_default();
        if defined.iter().all(|(key, _)| key.text != name) {
            found.push(
                Diagnostic::error(code::SERVICE, format!("there is no service `{name}`"))
                    .at(service.span, "")
                    .because("services are defined once, under `services`")
                    .fix(format!("add `services: {{{name}: {{kind: memcached}}}}`, or remove the name")),
            );
        }
    }
}

/// Services of a known kind are started by hardtack's own knowledge, others by their command.
fn service_command(key: &Key, service: &Node, found: &mut Vec<Diagnostic>) {
    let kind = service.get("kind").and_then(Node::as_text).unwrap_or_default();
    let Some((_, run)) = service.get_entry("run") else {
        if kind == "command" {
            found.push(
                Diagnostic::error(code::SERVICE_COMMAND, format!("nothing says how `{}` is started", key.text))
                    .at(key.span, "")
                    .because("a service of the kind `command` is any program")
                    .fix("add `run: [PROGRAM, …, \"{port}\"]`"),
            );
        } else {
            own_words(kind, service, found);
        }
        return;
    };
    if kind != "command" {
        own_words(kind, service, found);
        return;
    }
    let mut texts = Vec::new();
    collect(run, &mut texts);
    service.get("env").into_iter().for_each(|env| collect(env, &mut texts));
    if !names_port(&texts) {
        found.push(
            Diagnostic::error(code::NO_PORT, format!("the service `{}` is not told its port", key.text))
                .at(run.span, "{port} occurs nowhere in here")
                .because("hardtack chooses a free loopback port, and puts its fault proxy in front")
                .fix("add \"{port}\" to `run` or `env`"),
        );
    }
    if let Some(((get, _), (command, _))) =
        service.get("ready").and_then(|ready| ready.get_entry("get").zip(ready.get_entry("run")))
    {
        found.push(
            Diagnostic::error(code::SERVICE_COMMAND, "two ways to see whether the service is ready")
                .also(get.span, "a request")
                .at(command.span, "and a command")
                .because("one of them is asked until it succeeds")
                .fix("remove one of the two"),
        );
    }
}

/// What only a service of the kind `command` says.
fn own_words(kind: &str, service: &Node, found: &mut Vec<Diagnostic>) {
    for (key, _) in ["run", "env", "ready", "flush"].iter().filter_map(|name| service.get_entry(name)) {
        found.push(
            Diagnostic::error(code::SERVICE_COMMAND, format!("`{}` has no effect for {kind}", key.text))
                .at(key.span, "")
                .because(format!("hardtack knows how to start, ask and empty {kind}"))
                .fix("remove it, or write `kind: command`"),
        );
    }
}
