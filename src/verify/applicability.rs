//! Whether a case can run on a variant, and what would unlock it.

use serde_json::Value;

use super::offers::Offers;
use crate::contract::{Call, Scope, operation};
use crate::judge::{Matching, Saved};
use crate::spec::{Action, Body, Case, Gate, HostRole, PREDEFINED, Step, Transport};

/// Operations that load a session without changing it, for `gate: after_load`.
pub(super) const READERS: [&str; 4] = ["session.keys", "session.items", "session.values", "session.has"];

/// Why a case does not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What is missing and the line that would add it, as a sentence.
    pub reason: String,
    /// The operation that is not on offer, where that is the reason.
    pub operation: Option<String>,
}

/// What a case does, as far as the plan needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The widest scope of its operations and controls.
    pub scope: Scope,
    /// Whether it waits for a moment in the life of a cookie.
    pub waits: bool,
    /// Whether it holds requests inside the server.
    pub gated: bool,
}

/// Every step of a list, those inside others included, in order.
pub(super) fn all_steps(steps: &[Step]) -> Vec<&Step> {
    steps.iter().flat_map(Step::all).collect()
}

pub(super) fn calls(step: &Step) -> &[Call] {
    match &step.action {
        Action::Operation(call) => std::slice::from_ref(call),
        Action::Request { program, .. } => program,
        _ => &[],
    }
}

pub(super) fn steps(case: &Case) -> &[Step] {
    match &case.body {
        Body::Steps(steps) => steps,
        Body::Monitor(_) => &[],
    }
}

/// What a case touches, and whether it waits.
#[must_use]
pub fn reach(case: &Case, offers: &Offers) -> Reach {
    let mut reach = Reach { scope: Scope::Browser, waits: false, gated: false };
    for step in all_steps(steps(case)) {
        for call in calls(step) {
            reach.scope = reach.scope.max(operation(&call.op).map_or(Scope::Record, |known| known.scope));
            // An application has few users, and cases must not meet in them.
            if offers.mapped.is_some() && operation(&call.op).is_some_and(|known| known.name.starts_with("auth.")) {
                reach.scope = reach.scope.max(Scope::Store);
            }
        }
        match &step.action {
            Action::Control(control) => reach.scope = reach.scope.max(control.scope()),
            Action::Together(together) => reach.gated |= together.gate != Gate::None,
            Action::Wait(_) => {
                reach.waits = true;
                // A clock that is advanced moves for everybody.
                if offers.clock() {
                    reach.scope = Scope::World;
                }
            }
            _ => {}
        }
    }
    reach
}

/// Whether a case can run.
pub fn check(case: &Case, offers: &Offers) -> Result<(), Missing> {
    check_facts(case, offers)?;
    check_transport(case, offers)?;
    let operations = || all_steps(steps(case)).into_iter().flat_map(calls);
    if let Some(mapped) = &offers.mapped
        && operations().all(|call| offers.operation(&call.op))
        && let Some(obstacle) = mapped.obstacle(case)
    {
        return Err(missing(obstacle));
    }
    for step in all_steps(steps(case)) {
        check_host(step, offers)?;
        check_protocol(step, offers)?;
        for call in calls(step) {
            check_call(call, offers)?;
        }
        match &step.action {
            // The empty program needs the contract, too.
            Action::Request { .. } if offers.base_path.is_none() && offers.mapped.is_none() => {
                return Err(missing_operation("request", offers));
            }
            Action::Control(control) if !offers.controls.contains(control) => {
                return Err(missing(format!(
                    "needs {}: name the service under `services`, or `start`, in the target file, so that hardtack \
                     starts what it shall control",
                    control.name()
                )));
            }
            Action::Together(together) => check_gate(together.gate, offers)?,
            _ => {}
        }
    }
    Ok(())
}

fn missing(reason: String) -> Missing {
    Missing { reason, operation: None }
}

fn missing_operation(name: &str, offers: &Offers) -> Missing {
    let reason = match (&offers.base_path, &offers.mapped) {
        (None, Some(mapped)) => mapped.missing(name),
        (None, None) => {
            format!(
                "needs {name}: serve the contract below /_hardtack, or map it to the application's own requests in a \
                 target file (`hardtack init URL` begins one)"
            )
        }
        (Some(base), _) => format!("needs {name}: add it to `operations` of the description at {base}"),
    };
    Missing { reason, operation: Some(name.to_owned()) }
}

fn check_facts(case: &Case, offers: &Offers) -> Result<(), Missing> {
    let saved = Saved::new();
    let matching = Matching::new(&saved, 0);
    for (name, matcher) in &case.needs.facts {
        let fact = offers.facts.get(name).unwrap_or(&Value::Null);
        if !matching.holds(matcher, fact) {
            let wanted = matching.words(matcher);
            return Err(missing(match fact {
                Value::Null => format!(
                    "needs a target whose fact `{name}` is {wanted}; this one does not state it: add `{name}` to \
                     `facts` of the description or the target file"
                ),
                fact => format!("is about targets whose fact `{name}` is {wanted}; here it is {fact}"),
            }));
        }
    }
    Ok(())
}

fn check_transport(case: &Case, offers: &Offers) -> Result<(), Missing> {
    match (case.needs.transport, offers.transport) {
        (Some(Transport::Https), Transport::Http) => Err(missing("needs https: serve the target over TLS".to_owned())),
        (Some(Transport::Http), Transport::Https) => {
            Err(missing("is about plain http; this target is served over TLS".to_owned()))
        }
        _ => Ok(()),
    }
}

fn check_host(step: &Step, offers: &Offers) -> Result<(), Missing> {
    let mut roles = vec![step.host];
    for call in calls(step) {
        roles.extend(
            HostRole::ALL.into_iter().filter(|role| mentions(&call.arguments, &format!("${}_host", role.as_str()))),
        );
    }
    match roles.into_iter().find(|role| !offers.hosts.contains_key(role)) {
        None => Ok(()),
        Some(HostRole::Main) => {
            Err(missing("needs a direct connection; this target can only be read through a proxy".to_owned()))
        }
        Some(HostRole::Secure) => Err(missing(
            "needs a host that answers over http and over https at once; so far only the embedded reference server \
             offers one"
                .to_owned(),
        )),
        Some(role) => Err(missing(format!(
            "needs the host `{}`: add `hosts: {{{}: NAME}}` to the target file",
            role.as_str(),
            role.as_str()
        ))),
    }
}

fn check_protocol(step: &Step, offers: &Offers) -> Result<(), Missing> {
    if !step.via.http2 || offers.facts.get("http2") == Some(&Value::Bool(true)) {
        return Ok(());
    }
    Err(missing(
        "needs HTTP/2: add `http2: true` to `facts` of the description or the target file, where the server takes it \
         on the same address"
            .to_owned(),
    ))
}

fn mentions(arguments: &serde_json::Map<String, Value>, name: &str) -> bool {
    fn inside(value: &Value, name: &str) -> bool {
        match value {
            Value::String(text) => text == name,
            Value::Array(list) => list.iter().any(|entry| inside(entry, name)),
            Value::Object(object) => object.values().any(|entry| inside(entry, name)),
            _ => false,
        }
    }
    debug_assert!(PREDEFINED.iter().any(|(known, _)| Some(*known) == name.strip_prefix('$')));
    arguments.values().any(|value| inside(value, name))
}

fn check_call(call: &Call, offers: &Offers) -> Result<(), Missing> {
    let Some(offer) = offers.description.operations.get(&call.op) else {
        return Err(missing_operation(&call.op, offers));
    };
    match call.arguments.iter().find_map(|(name, value)| offer.lacking(name, value)) {
        None => Ok(()),
        Some(parameter) => Err(missing(format!(
            "needs the parameter `{parameter}` of {}, which {}",
            call.op,
            if offers.mapped.is_some() {
                "the target file does not use: add it to the request"
            } else {
                "the framework does not know (`lacks` in its description)"
            }
        ))),
    }
}

fn check_gate(gate: Gate, offers: &Offers) -> Result<(), Missing> {
    if gate == Gate::None {
        return Ok(());
    }
    if !offers.operation("ctl.wait") {
        let line = "needs a gate: offer `ctl.wait`, one GET on a loopback URL, in the contract's routes";
        return Err(Missing { reason: line.to_owned(), operation: Some("ctl.wait".to_owned()) });
    }
    if !offers.reaches_gates {
        return Err(missing("needs a gate: the server must run on this machine to reach hardtack's gates".to_owned()));
    }
    if gate == Gate::AfterLoad && !READERS.iter().any(|name| offers.operation(name)) {
        return Err(missing_operation(READERS[0], offers));
    }
    Ok(())
}
