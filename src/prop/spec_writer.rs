//! Writing a failing history as a spec that `hardtack verify --specs` runs and that fails in the same way.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::history::{Ask, HELD, Held, History, Key, Owned, Step, TOKEN, Way};
use super::model::{THE_KEY, Turn};
use super::play::{Failed, Played};
use super::player::{Player, Received};
use super::words::{lines, name_of};
use crate::contract::Call;

/// A spec of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its id, which is also the name of its file.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// Writes a failing history as a spec; `None` where no expectation can say what is wrong with it. `session` is the name of the session cookie, `variant` where it was found, and
/// `seed` what draws it again.
#[must_use]
pub fn write(
    history: &History,
    played: &Played,
    failed: &Failed,
    session: &str,
    variant: &str,
    command: &str,
) -> Option<Found> {
    if failed.mismatch.expect.is_empty() {
        return None;
    }
    let mut writer = Writer { played, failed, session, saves: BTreeMap::new(), drawn: None };
    let last = failed.step.min(history.steps.len().saturating_sub(1));
    let performed = |index: usize| played.performed.get(index).copied().unwrap_or_default();
    let mut steps: Vec<(usize, Value)> = Vec::new();
    for (index, step) in history.steps.iter().enumerate().take(last + 1).filter(|(index, _)| performed(*index)) {
        steps.push((index, writer.step(index, step)));
    }
    writer.expectation(&mut steps);
    writer.add_saves(&mut steps);
    let kept = History { steps: history.steps.iter().take(last + 1).cloned().collect() };
    let clients: BTreeSet<u8> = kept.browsers();
    let clients: Map<String, Value> =
        clients.into_iter().map(|browser| (name_of(browser), Value::from("browser"))).collect();
    let level = if failed.mismatch.level == crate::spec::Level::Should { "should" } else { "must" };
    let mut case = json!({"case": "found", "title": title(&failed.mismatch.message), "level": level});
    if let (Some(name), Some(case)) = (&writer.drawn, case.as_object_mut()) {
        case.insert("given".to_owned(), json!({name.as_str(): {"text": 32}}));
    }
    if let Some(case) = case.as_object_mut() {
        case.insert("steps".to_owned(), steps.into_iter().map(|(_, step)| step).collect());
    }
    let id = format!("found/{}", id_of(&failed.mismatch.code.replace('_', "-"), variant));
    let why = format!(
        "Property tests found this history on {variant}. {}. Shortest history: {}.",
        title(&failed.mismatch.message),
        lines(&kept).join("; ")
    );
    let spec = json!({
        "spec": 1,
        "id": id,
        "title": title(&failed.mismatch.message),
        "why": why,
        "clients": clients,
        "cases": [case],
    });
    let yaml = serde_yaml::to_string(&spec).unwrap_or_default();
    let text = format!(
        "# Found by hardtack {} with\n#   {command}\n# Run it with `hardtack verify TARGET --specs FOLDER --filter {id}`.\n{yaml}",
        env!("CARGO_PKG_VERSION")
    );
    Some(Found { id, text })
}

fn id_of(code: &str, variant: &str) -> String {
    let plain: String =
        variant.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { code.to_owned() } else { format!("{code}-{}", words.join("-")) }
}

/// A title is one line without a full stop.
fn title(message: &str) -> String {
    let mut text: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(140).collect();
    while text.ends_with('.') {
        text.pop();
    }
    text[..1].to_uppercase() + &text[1..]
}

struct Writer<'a> {
    played: &'a Played,
    failed: &'a Failed,
    session: &'a str,
    /// What to save where: step and request to names and paths.
    saves: BTreeMap<(usize, usize), BTreeMap<String, String>>,
    /// The name of the made-up key, where one is needed.
    drawn: Option<String>,
}

impl Writer<'_> {
    fn step(&mut self, index: usize, step: &Step) -> Value {
        match step {
            Step::Request(ask) => self.request(index, 0, ask),
            Step::Together { requests, gate } => {
                let requests: Vec<Value> =
                    requests.iter().enumerate().map(|(place, ask)| self.request(index, place, ask)).collect();
                let gate = match gate {
                    Held::AfterLoad => "after_load",
                    Held::BeforeSave => "before_save",
                    Held::Nowhere => "none",
                };
                let release = if gate == "none" { "at_once" } else { "in_order" };
                json!({"together": requests, "gate": gate, "release": release})
            }
            Step::Restart { browser } => json!({"who": name_of(*browser), "do": "browser.restart"}),
            Step::Forget { browser } => {
                json!({"who": name_of(*browser), "do": "browser.forget", "with": {"cookie": "session"}})
            }
            Step::Plant { browser, key, beside } => {
                let value = match key {
                    Key::Owned(owned) => self.reference(index, *owned, |player| &player.keys, "key"),
                    Key::WellFormed => {
                        self.drawn = Some("made_up".to_owned());
                        Value::from("$made_up")
                    }
                    other => Value::from(other.literal().unwrap_or_default()),
                };
                let mut with = json!({"cookie": "session", "value": value});
                if let (true, Some(with)) = (*beside, with.as_object_mut()) {
                    with.insert("path".to_owned(), Value::from("$base_path"));
                }
                json!({"who": name_of(*browser), "do": "browser.plant", "with": with})
            }
            Step::Tamper { browser, how } => json!({
                "who": name_of(*browser), "do": "browser.tamper", "with": {"cookie": "session", "how": how.as_str()},
            }),
            Step::Advance { seconds } => {
                json!({"who": name_of(0), "do": "clock.advance", "with": {"seconds": seconds}})
            }
            Step::Control { name } => json!({"who": name_of(0), "do": name}),
        }
    }

    fn turn(&self, index: usize, place: usize) -> Option<&Turn> {
        self.played.turns.iter().find(|(step, request, _)| (*step, *request) == (index, place)).map(|(_, _, turn)| turn)
    }

    fn request(&mut self, index: usize, place: usize, ask: &Ask) -> Value {
        let mut step = Map::from_iter([("who".to_owned(), Value::from(name_of(ask.browser)))]);
        let mut put = |name: &str, value: Value| drop(step.insert(name.to_owned(), value));
        let mut arguments: Vec<Map<String, Value>> = Vec::new();
        for call in &ask.calls {
            arguments.push(self.arguments(index, call));
        }
        if let Some(page) = ask.via.method.page() {
            put("do", Value::from("visit"));
            put("path", Value::from(page));
        } else if let ([call], None) = (&ask.calls[..], ask.status) {
            put("do", Value::from(call.op.as_str()));
            if let Some(with) = arguments.pop().filter(|with| !with.is_empty()) {
                put("with", Value::Object(with));
            }
        } else {
            put("do", Value::from("request"));
            let program = ask.calls.iter().zip(arguments).map(|(call, arguments)| {
                let mut entry = Map::from_iter([("op".to_owned(), Value::from(call.op.as_str()))]);
                entry.extend(arguments);
                Value::Object(entry)
            });
            put("program", program.collect());
            if let Some(status) = ask.status {
                put("status", Value::from(status));
            }
        }
        let via = self.via(index, ask);
        if !via.is_empty() {
            put("via", Value::Object(via));
        }
        // What went wrong as the model expects is expected here too, or the case would stop.
        let expected = self.turn(index, place).and_then(|turn| expected_errors(turn, ask));
        if let Some(expected) = expected {
            put("expect", expected);
        }
        Value::Object(step)
    }

    fn arguments(&mut self, index: usize, call: &Call) -> Map<String, Value> {
        let mut arguments = Map::new();
        for (name, value) in &call.arguments {
            let value = if let Some(owned) = Owned::of_argument(value, HELD) {
                self.reference(index, owned, |player| &player.told, "told")
            } else if let Some(owned) = Owned::of_argument(value, TOKEN) {
                self.reference(index, owned, |player| &player.tokens, "token")
            } else {
                value.clone()
            };
            arguments.insert(name.clone(), value);
        }
        arguments
    }

    fn via(&mut self, index: usize, ask: &Ask) -> Map<String, Value> {
        let mut via = Map::new();
        if matches!(ask.via.method, Way::Get | Way::Head) {
            via.insert("method".to_owned(), Value::from(ask.via.method.method().as_str()));
        }
        if ask.via.new_connection {
            via.insert("connection".to_owned(), Value::from("new"));
        }
        let mut headers = Map::new();
        if let Some((name, value)) = ask.via.guise.field() {
            headers.insert(name.to_owned(), Value::from(value));
        }
        if let Some(owned) = ask.via.stray_key {
            let key = self.reference(index, owned, |player| &player.keys, "key");
            if key.is_string() {
                headers.insert("X-Session-Id".to_owned(), key.clone());
                via.insert("query".to_owned(), json!({self.session: key.clone()}));
                via.insert("bearer".to_owned(), key);
            }
        }
        if !headers.is_empty() {
            via.insert("headers".to_owned(), Value::Object(headers));
        }
        via
    }

    /// The name under which something that a browser was given is saved; null when it was not given.
    fn reference(&mut self, index: usize, owned: Owned, which: fn(&Player) -> &Vec<Received>, kind: &str) -> Value {
        let Some(player) = self.played.players.get(&owned.browser) else { return Value::Null };
        let before: Vec<&Received> = which(player).iter().filter(|received| received.step < index).collect();
        let Some(received) = before.len().checked_sub(1 + usize::from(owned.ago)).map(|at| before[at].clone()) else {
            return Value::Null;
        };
        self.saved(&received, kind)
    }

    fn saved(&mut self, received: &Received, kind: &str) -> Value {
        let name = format!("{kind}_{}", received.step + 1)
            + &if received.request > 0 { format!("_{}", received.request + 1) } else { String::new() };
        let single = self.turn(received.step, received.request).is_none_or(|turn| turn.asked.calls.len() == 1);
        let path = match (kind, received.place) {
            ("told", Some(place)) if !single => format!("results.{place}.key"),
            ("told", _) => "result.key".to_owned(),
            ("token", Some(place)) if !single => format!("results.{place}.token"),
            ("token", _) => "result.token".to_owned(),
            _ => "set_cookie.session.value".to_owned(),
        };
        self.saves.entry((received.step, received.request)).or_default().insert(name.clone(), path);
        Value::from(format!("${name}"))
    }

    /// Adds the expectation that breaks.
    fn expectation(&mut self, steps: &mut [(usize, Value)]) {
        let mismatch = self.failed.mismatch.clone();
        let mut expect = Value::Object(mismatch.expect.clone());
        if let Some(key) = &mismatch.key {
            let name = self.name_of_key(key);
            replace(&mut expect, &name);
        }
        let Some((_, step)) = steps.iter_mut().find(|(index, _)| *index == self.failed.step) else { return };
        let gated = step.get("gate").is_some_and(|gate| gate == "after_load");
        let inside = step.get("together").is_some();
        let target = if inside { step.pointer_mut(&format!("/together/{}", mismatch.request)) } else { Some(step) };
        let (Some(Value::Object(step)), Value::Object(mut expect)) = (target, expect) else { return };
        if gated {
            without_front(&mut expect, step);
        }
        as_results(&mut expect, step);
        match step.get_mut("expect").and_then(Value::as_object_mut) {
            Some(there) => merge(there, expect),
            None => {
                step.insert("expect".to_owned(), Value::Object(expect));
            }
        }
    }

    fn name_of_key(&mut self, key: &[u8]) -> Value {
        let players: Vec<&Player> = self.played.players.values().collect();
        let known = players
            .iter()
            .flat_map(|player| &player.keys)
            .find(|received| received.text == key && received.step < self.failed.step);
        match known.cloned() {
            Some(received) => self.saved(&received, "key"),
            None if self.drawn.is_some() => Value::from("$made_up"),
            None => Value::from(String::from_utf8_lossy(key).into_owned()),
        }
    }

    fn add_saves(&self, steps: &mut [(usize, Value)]) {
        for ((step, request), saves) in &self.saves {
            let Some((_, found)) = steps.iter_mut().find(|(index, _)| index == step) else { continue };
            let target = if found.get("together").is_some() {
                found.pointer_mut(&format!("/together/{request}"))
            } else {
                Some(found)
            };
            if let Some(Value::Object(target)) = target {
                target.insert("save".to_owned(), json!(saves));
            }
        }
    }
}

/// Results of the read that a gate puts in front do not stand in a spec.
fn without_front(expect: &mut Map<String, Value>, step: &Map<String, Value>) {
    let Some(Value::Array(mut results)) = expect.remove("results") else { return };
    if results.len() <= 2 {
        return;
    }
    results.drain(..2);
    if step.contains_key("program") {
        expect.insert("results".to_owned(), Value::Array(results));
    } else if let Some(Value::Object(one)) = results.pop() {
        expect.extend(one);
    }
}

/// What is expected of the only operation stands under `results` where the step is a request with a program.
fn as_results(expect: &mut Map<String, Value>, step: &Map<String, Value>) {
    if !step.contains_key("program") {
        return;
    }
    let parts = ["result", "error"].map(|name| expect.remove(name).map(|value| (name.to_owned(), value)));
    let one: Map<String, Value> = parts.into_iter().flatten().collect();
    if !one.is_empty() {
        expect.insert("results".to_owned(), json!([one]));
    }
}

fn merge(there: &mut Map<String, Value>, expect: Map<String, Value>) {
    for (name, value) in expect {
        match (there.get_mut(&name), value) {
            (Some(Value::Array(old)), Value::Array(new)) => {
                for (index, entry) in new.into_iter().enumerate() {
                    if index >= old.len() {
                        old.push(entry);
                    } else if !entry.is_null() {
                        old[index] = entry;
                    }
                }
            }
            (_, value) => {
                there.insert(name, value);
            }
        }
    }
}

/// Puts the name of a saved key where it belongs.
fn replace(value: &mut Value, name: &Value) {
    match value {
        Value::String(text) if text == THE_KEY => *value = name.clone(),
        Value::Object(members) => members.values_mut().for_each(|value| replace(value, name)),
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, name)),
        _ => {}
    }
}

/// Errors that the model expects too, as expectations: a step that fails without any counts as a failed set-up.
fn expected_errors(turn: &Turn, ask: &Ask) -> Option<Value> {
    if turn.answer.status != Some(turn.asked.status) && !turn.asked.raises() && turn.asked.program {
        return Some(json!({"status": {"at_least": 100}}));
    }
    let results = turn.answer.results.as_ref()?;
    // A gate's own operations stand in front.
    let front = turn.asked.calls.len().saturating_sub(ask.calls.len()).min(results.len());
    let errors: Vec<Option<&str>> =
        results[front..].iter().map(|result| result.as_ref().err().map(|failure| failure.error.as_str())).collect();
    if errors.iter().all(Option::is_none) {
        return None;
    }
    if let ([Some(word)], None) = (&errors[..], ask.status) {
        return Some(json!({"error": word}));
    }
    let entries = errors.into_iter().map(|error| error.map_or(Value::Null, |word| json!({"error": word})));
    Some(json!({"results": entries.collect::<Vec<_>>()}))
}
