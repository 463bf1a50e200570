//! A case as a shell script: its requests as curl lines, what cannot be a request as comments.

use crate::contract::{Call, Method, Program};
use crate::spec::{Action, Body, BrowserAction, Case, ClientKind, HostRole, SavePath, Step};
use crate::wire::quote;

/// The case as a script for a server that speaks the contract below `base`.
pub(super) fn script(case: &Case, base: &str) -> String {
    let mut script = Script { base, case, text: format!("# {}\n# {}\n", case.id, case.title), number: 0 };
    match &case.body {
        Body::Monitor(_) => script.comment(0, "judges every exchange of a run; it sends nothing of its own"),
        Body::Steps(steps) => {
            for step in steps {
                script.step(step, 0, "");
            }
        }
    }
    script.text
}

struct Script<'a> {
    base: &'a str,
    case: &'a Case,
    text: String,
    number: usize,
}

impl Script<'_> {
    fn comment(&mut self, depth: usize, text: &str) {
        self.line(depth, &format!("# {text}"));
    }

    fn line(&mut self, depth: usize, text: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// One step; `end` follows its request.
    fn step(&mut self, step: &Step, depth: usize, end: &str) {
        self.number += 1;
        let (number, who) = (self.number, &step.who);
        match &step.action {
            Action::Operation(call) => self.program(step, std::slice::from_ref(call), None, depth, end),
            Action::Request { program, status } => self.program(step, program, *status, depth, end),
            Action::Visit { path } => {
                let site = self.base.split('/').take(3).collect::<Vec<_>>().join("/");
                let method = step.via.method.unwrap_or(Method::Get);
                self.curl(step, method, None, &format!("{site}{path}"), depth, end);
            }
            Action::Browser(action) => self.comment(depth, &format!("{number}. {who}: {}", browser(action))),
            Action::Control(control) => self.comment(depth, &format!("{number}. {}: by hand", control.name())),
            Action::Wait(wait) => {
                self.comment(depth, &format!("{number}. wait {}", wait.until.of(&wait.cookie)));
            }
            Action::Probe(probe) => {
                self.comment(depth, &format!("{number}. {} judges what was saved; no request", probe.name));
            }
            Action::Together(together) => {
                self.comment(depth, &format!("{number}. at the same time"));
                for request in &together.requests {
                    self.step(request, depth, " &");
                }
                self.line(depth, "wait");
            }
            Action::Repeat(repeat) => {
                self.line(depth, &format!("for round in $(seq {}); do", repeat.times));
                for inner in &repeat.steps {
                    self.step(inner, depth + 1, "");
                }
                self.line(depth, "done");
            }
        }
        for (name, path) in &step.save {
            self.comment(depth, &format!("   ${name} is {} of this answer", words(path)));
        }
    }

    fn program(&mut self, step: &Step, calls: &[Call], status: Option<u16>, depth: usize, end: &str) {
        let program = Program { calls: calls.to_vec(), status }.to_json().to_string();
        let method = step.via.method.unwrap_or(Method::Post);
        let url = format!("{}/run", self.base);
        self.curl(step, method, Some(&program), &url, depth, end);
    }

    fn curl(&mut self, step: &Step, method: Method, program: Option<&str>, url: &str, depth: usize, end: &str) {
        let mut words = vec!["curl --silent --show-error --include".to_owned()];
        let raw = self.case.clients.get(&step.who).is_some_and(|kind| *kind == ClientKind::Raw);
        if !raw {
            let jar = quote(&format!("{}.jar", step.who));
            words.push(format!("--cookie {jar} --cookie-jar {jar}"));
        }
        for (name, value) in &step.via.headers {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            words.push(format!("--header {}", quote(&format!("{name}: {text}"))));
        }
        match (method, program) {
            (Method::Post, Some(program)) => {
                words.push(format!("--header 'Content-Type: application/json' --data-raw {}", quote(program)));
            }
            (Method::Head, program) => {
                words.push("--head --get".to_owned());
                words.extend(
                    program.map(|program| format!("--data-urlencode {}", quote(&format!("program={program}")))),
                );
            }
            (_, Some(program)) => {
                words.push(format!("--get --data-urlencode {}", quote(&format!("program={program}"))));
            }
            (Method::Get, None) => {}
            (method, None) => words.push(format!("--request {}", method.as_str())),
        }
        words.push(quote(url));
        let host = if step.host == HostRole::Main { "" } else { step.host.as_str() };
        let about = if host.is_empty() { String::new() } else { format!(", on the {host} host of the target") };
        self.comment(depth, &format!("{}. {}{about}", self.number, step.who));
        self.line(depth, &format!("{}{end}", words.join(" ")));
    }
}

fn browser(action: &BrowserAction) -> String {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match action {
        BrowserAction::Restart => "closes the browser; cookies without a lifetime are gone".to_owned(),
        BrowserAction::Plant { cookie, value, .. } => format!("gets the cookie {cookie}={} into the jar", text(value)),
        BrowserAction::Copy { from, .. } => format!("gets the cookies of {from} into the jar"),
        BrowserAction::Forget { cookie } => format!("loses the cookie {cookie}"),
        BrowserAction::Tamper { cookie, how } => format!("damages the cookie {cookie} ({})", how.word()),
    }
}

fn words(path: &SavePath) -> String {
    match path {
        SavePath::Status => "the status".to_owned(),
        SavePath::Result(field) | SavePath::ResultOf(_, field) => format!("the result `{field}`"),
        SavePath::Error | SavePath::ErrorKind => "the error".to_owned(),
        SavePath::Header(name) => format!("the field {name}"),
        SavePath::SetCookie(name, _) => format!("the Set-Cookie line of {name}"),
        SavePath::Jar(name) => format!("the cookie {name} in the jar after it"),
        SavePath::Seen(name) => format!("{name}, which hardtack measures,"),
    }
}
