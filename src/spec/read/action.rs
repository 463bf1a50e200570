//! What a step does.

use serde_json::{Value, json};

use super::matcher::Matchers;
use super::{did_you_mean, entries, error, items, listed, text};
use crate::contract::{Call, Method, Operation, operation};
use crate::document::{Diagnostic, Key, Node, Span, nearest};
use crate::spec::action::{BROWSER_ACTIONS, Known, meant};
use crate::spec::variable::{Written, written};
use crate::spec::{Action, BASE64, BrowserAction, ClientName, Moment, ProbeCall, Tampering, Via, Wait, code};

/// What a step is, by the one key that says so.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Do(Known),
    Wait,
    Together,
    Repeat,
}

impl Form {
    /// Reads the form of a step that has the right shape.
    pub(super) fn of(node: &Node) -> Result<Self, Diagnostic> {
        if node.get("wait_until").is_some() {
            return Ok(Self::Wait);
        }
        if node.get("together").is_some() {
            return Ok(Self::Together);
        }
        if node.get("repeat").is_some() {
            return Ok(Self::Repeat);
        }
        let word = text(node, "do");
        Known::named(word).map(Self::Do).ok_or_else(|| {
            let span = node.get("do").map_or(node.span, |node| node.span);
            error(code::UNKNOWN_ACTION, format!("`{word}` is nothing that a step can do"))
                .at(span, "unknown action")
                .because(
                    "a step does an operation of the contract, `request`, `visit`, or something under `browser.`, \
                     `control.` or `probe.`",
                )
                .fix(did_you_mean(meant(word, false), "use one of these"))
        })
    }

    /// What messages call the step.
    pub(super) fn what(self) -> String {
        match self {
            Self::Do(Known::Operation(operation)) => format!("`{}`", operation.name),
            Self::Do(Known::Request) => "`do: request`".to_owned(),
            Self::Do(Known::Visit) => "`do: visit`".to_owned(),
            Self::Do(Known::Browser(action)) => format!("`{}`", action.name),
            Self::Do(Known::Control(control)) => format!("`{}`", control.name()),
            Self::Do(Known::Probe(probe)) => format!("`{}`", probe.name),
            Self::Wait => "`wait_until`".to_owned(),
            Self::Together => "`together`".to_owned(),
            Self::Repeat => "`repeat`".to_owned(),
        }
    }

    /// The keys that go with it.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Do(Known::Operation(_)) => {
                &["who", "do", "with", "host", "via", "fatal", "save", "expect", "monitored"]
            }
            Self::Do(Known::Request) => {
                &["who", "do", "program", "status", "host", "via", "save", "expect", "monitored"]
            }
            Self::Do(Known::Visit) => &["who", "do", "path", "host", "via", "save", "expect", "monitored"],
            Self::Do(Known::Browser(_)) => &["who", "do", "with", "host", "save", "expect"],
            Self::Do(Known::Control(_)) => &["do", "expect"],
            Self::Do(Known::Probe(_)) => &["do", "with", "save", "expect"],
            Self::Wait => &["who", "wait_until", "host", "save", "expect"],
            Self::Together => &["together", "gate", "release", "save", "expect"],
            Self::Repeat => &["repeat", "steps", "collect", "expect"],
        }
    }

    /// Whether a client acts.
    pub(super) fn has_client(self) -> bool {
        self.keys().contains(&"who")
    }

    /// Keys that do not go with the form, and keys that it lacks.
    pub(super) fn faults(self, node: &Node) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (key, _) in node.as_map().unwrap_or_default() {
            if !self.keys().contains(&key.text.as_str()) {
                found.push(
                    error(code::STEP_KEY, format!("`{}` does not go with {}", key.text, self.what()))
                        .at(key.span, "")
                        .because(format!("its keys are {}", listed(self.keys().iter().copied())))
                        .fix("remove it, or move it to the step that it belongs to"),
                );
            }
        }
        let needed = match self {
            Self::Do(Known::Request) => "program",
            Self::Do(Known::Visit) => "path",
            Self::Repeat => "steps",
            _ => return found,
        };
        if node.get(needed).is_none() {
            found.push(
                error(code::STEP_NEEDS, format!("{} needs `{needed}`", self.what()))
                    .at(node.span, "")
                    .because(match self {
                        Self::Do(Known::Request) => "it performs the operations that are listed there",
                        Self::Do(Known::Visit) => "it is a GET of that path",
                        _ => "it repeats what is listed there",
                    })
                    .fix(format!("add `{needed}: …`")),
            );
        }
        found
    }
}

impl Matchers<'_> {
    /// One operation in one request.
    pub(super) fn operation(&mut self, node: &Node, operation: &Operation) -> Action {
        let place = node.get("do").map_or(node.span, |node| node.span);
        let arguments = self.arguments(operation.name, operation.parameters, entries(node, "with").iter(), place);
        let fatal = node.get("fatal").and_then(Node::as_bool).unwrap_or(false);
        Action::Operation(Call { op: operation.name.to_owned(), arguments, fatal })
    }

    /// Several operations in one request; `None` for one that does not exist.
    pub(super) fn request(&mut self, node: &Node) -> (Action, Vec<Option<&'static Operation>>) {
        let mut program = Vec::new();
        let mut operations = Vec::new();
        for item in items(node, "program") {
            let name = text(item, "op");
            let place = item.get("op").map_or(item.span, |node| node.span);
            let Some(operation) = operation(name) else {
                self.findings.push(
                    error(code::UNKNOWN_ACTION, format!("`{name}` is not an operation"))
                        .at(place, "unknown operation")
                        .because("a request performs operations of the contract; everything else is a step of its own")
                        .fix(did_you_mean(meant(name, true), "use an operation")),
                );
                operations.push(None);
                continue;
            };
            let written = item.as_map().unwrap_or_default().iter();
            let written = written.filter(|(key, _)| key.text != "op" && key.text != "fatal");
            let arguments = self.arguments(operation.name, operation.parameters, written, place);
            let fatal = item.get("fatal").and_then(Node::as_bool).unwrap_or(false);
            program.push(Call { op: operation.name.to_owned(), arguments, fatal });
            operations.push(Some(operation));
        }
        let status = node.get("status").and_then(|node| node.integer_as().ok());
        (Action::Request { program, status }, operations)
    }

    /// A plain GET.
    pub(super) fn visit(&mut self, node: &Node) -> Action {
        let path = text(node, "path").to_owned();
        if let Some(node) = node.get("path")
            && !path.starts_with('/')
        {
            self.findings.push(
                error(code::ARGUMENT_TYPE, "`path` must begin with a slash")
                    .at(node.span, "")
                    .because("the path is sent to the target as it stands; other hosts are addressed with `host`")
                    .fix(format!("write `/{path}`")),
            );
        }
        Action::Visit { path }
    }

    /// A call of native code.
    pub(super) fn probe(&mut self, node: &Node, probe: &crate::spec::ProbeInfo) -> Action {
        let place = node.get("do").map_or(node.span, |node| node.span);
        let arguments = self.arguments(probe.name, probe.parameters, entries(node, "with").iter(), place);
        Action::Probe(ProbeCall { name: probe.name.to_owned(), arguments })
    }

    /// Something done to the browser.
    pub(super) fn browser(&mut self, node: &Node, name: &str) -> Option<Action> {
        let info = BROWSER_ACTIONS.iter().find(|action| action.name == name)?;
        let place = node.get("do").map_or(node.span, |node| node.span);
        let arguments = self.arguments(name, info.parameters, entries(node, "with").iter(), place);
        let argument = |name: &str| arguments.get(name).and_then(Value::as_str);
        let cookie = argument("cookie").map(str::to_owned);
        if name == "browser.plant" && argument("value").is_none() && argument("base64").is_none() {
            self.findings.push(
                error(code::MISSING_ARGUMENT, "`browser.plant` needs `value`")
                    .at(place, "")
                    .because("`value`: its value; octets that are no text stand under `base64`")
                    .fix("add `value: …` to its arguments"),
            );
        }
        Some(Action::Browser(match name {
            "browser.restart" => BrowserAction::Restart,
            "browser.plant" => BrowserAction::Plant {
                cookie: cookie?,
                value: argument("base64")
                    .map_or_else(|| arguments.get("value").cloned(), |text| Some(json!({BASE64: text})))?,
                path: argument("path").map(str::to_owned),
            },
            "browser.copy" => BrowserAction::Copy {
                from: ClientName::new(argument("from")?),
                except: argument("except").map(str::to_owned),
            },
            "browser.forget" => BrowserAction::Forget { cookie: cookie? },
            _ => BrowserAction::Tamper { cookie: cookie?, how: self.tampering(node.get("with")?)? },
        }))
    }

    fn tampering(&mut self, with: &Node) -> Option<Tampering> {
        let (_, how) = with.get_entry("how")?;
        let to = with.get_entry("to");
        let word = how.as_text()?;
        let found = match (word, to) {
            ("flip", None) => return Some(Tampering::Flip),
            ("cut", None) => return Some(Tampering::Cut),
            ("append", None) => return Some(Tampering::Append),
            ("swap_case", None) => return Some(Tampering::SwapCase),
            ("unsigned", None) => return Some(Tampering::Unsigned),
            ("no_algorithm", None) => return Some(Tampering::NoAlgorithm),
            ("move_to", Some((_, to))) => return Some(Tampering::MoveTo(to.as_text()?.to_owned())),
            ("move_to", None) => error(code::STEP_NEEDS, "`move_to` needs `to`")
                .at(how.span, "")
                .because("the value moves to a cookie of another name")
                .fix("add `to: NAME`"),
            (word, Some((key, _))) if Tampering::WORDS.contains(&word) => {
                error(code::STEP_KEY, format!("`to` does not go with `how: {word}`"))
                    .at(key.span, "")
                    .because("only `move_to` moves the value to another name")
                    .fix("remove it")
            }
            _ => error(code::ARGUMENT_TYPE, format!("a value cannot be damaged by `{word}`"))
                .at(how.span, "")
                .because(format!("the ways are {}", listed(Tampering::WORDS)))
                .fix(did_you_mean(nearest(word, Tampering::WORDS), "use one of these")),
        };
        self.findings.push(found);
        None
    }

    /// How a request travels.
    pub(super) fn via(&mut self, node: Option<&Node>) -> Via {
        let Some(node) = node else { return Via::default() };
        let methods = [Method::Get, Method::Head, Method::Post, Method::Trace];
        Via {
            method: methods.into_iter().find(|method| method.as_str() == text(node, "method")),
            new_connection: text(node, "connection") == "new",
            http2: text(node, "protocol") == "http2",
            headers: self.pairs(entries(node, "headers")),
            query: self.pairs(entries(node, "query")),
            bearer: node.get("bearer").map(|node| self.value(node)),
            path_parameters: self.pairs(entries(node, "path_parameters")),
        }
    }

    /// Names with values; a list makes a pair of each of its items.
    fn pairs(&mut self, entries: &[(Key, Node)]) -> Vec<(String, Value)> {
        let mut pairs = Vec::new();
        for (key, node) in entries {
            if let Written::Saved(name) = written(&key.text) {
                self.used(name, key.span);
            }
            pairs.extend(node.one_or_many().iter().map(|item| (key.text.clone(), self.value(item))));
        }
        pairs
    }
}

/// A moment in the life of a cookie.
pub(super) fn wait(node: &Node) -> Option<Action> {
    let wait = node.get("wait_until")?;
    let until = Moment::named(text(wait, "at"))?;
    Some(Action::Wait(Wait { cookie: text(wait, "cookie").to_owned(), until }))
}

/// Something under `together` that is no request which can be held.
pub(super) fn not_together(what: &str, span: Span) -> Diagnostic {
    error(code::TOGETHER, format!("{what} cannot stand under `together`"))
        .at(span, "")
        .because("only requests run at the same time; behind a gate they consist of operations")
        .fix("move it before or behind the block")
}
