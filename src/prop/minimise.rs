//! Making a history smaller by its structure: what proptest's trees, which shrink step by step, leave behind.

use serde_json::{Value, json};

use super::history::{History, Key, Step, Travel, Way};

/// Smaller histories, the boldest first. Each is one change away.
#[must_use]
pub fn smaller(history: &History) -> Vec<History> {
    let mut found = Vec::new();
    let steps = &history.steps;
    // Halves, quarters, single steps.
    let mut size = steps.len() / 2;
    while size >= 1 {
        for start in (0..steps.len()).step_by(size).rev() {
            let mut fewer = steps.clone();
            fewer.drain(start..(start + size).min(steps.len()));
            found.push(History { steps: fewer });
        }
        size /= 2;
    }
    for index in 0..steps.len() {
        let mut with = |step: Step| {
            let mut changed = steps.clone();
            changed[index] = step;
            found.push(History { steps: changed });
        };
        match &steps[index] {
            Step::Together { requests, .. } => {
                for ask in requests {
                    with(Step::Request(ask.clone()));
                }
            }
            Step::Plant { browser, key: Key::Owned(owned), beside } => {
                if *beside {
                    with(Step::Plant { browser: *browser, key: Key::Owned(*owned), beside: false });
                }
                if owned.ago > 0 {
                    let key = Key::Owned(super::history::Owned { ago: owned.ago - 1, ..*owned });
                    with(Step::Plant { browser: *browser, key, beside: *beside });
                }
            }
            _ => {}
        }
        for place in 0..steps[index].asks().len() {
            for smaller in simpler_asks(&steps[index], place) {
                with(smaller);
            }
        }
    }
    found.extend(fewer_browsers(history));
    found
}

/// The step with one of its requests made simpler.
fn simpler_asks(step: &Step, place: usize) -> Vec<Step> {
    let mut found = Vec::new();
    let mut with = |change: &dyn Fn(&mut super::history::Ask)| {
        let mut changed = step.clone();
        if let Some(ask) = changed.asks_mut().get_mut(place) {
            change(ask);
        }
        found.push(changed);
    };
    let ask = &step.asks()[place];
    if ask.calls.len() > 1 {
        for index in 0..ask.calls.len() {
            with(&|ask| drop(ask.calls.remove(index)));
        }
    }
    if ask.status.is_some() {
        with(&|ask| ask.status = None);
    }
    if ask.via != Travel::default() && ask.via.method.page().is_none() {
        with(&|ask| ask.via = Travel::default());
        if ask.via.method != Way::Post {
            with(&|ask| ask.via.method = Way::Post);
        }
    }
    for (index, call) in ask.calls.iter().enumerate() {
        for (name, value) in &call.arguments {
            if let Some(simple) = simpler(&call.op, name, value) {
                with(&|ask| drop(ask.calls[index].arguments.insert(name.clone(), simple.clone())));
            }
        }
    }
    found
}

/// A simpler argument, where there is one.
fn simpler(op: &str, name: &str, value: &Value) -> Option<Value> {
    let simple = match (op, name) {
        (_, "key") if value.as_str().is_some_and(|key| key != "a") => json!("a"),
        ("session.append", "value") => json!(0),
        (_, "value") if value.is_array() => return None,
        ("session.put" | "session.set_default", "value") => json!(0),
        (_, "user") => json!("annika"),
        ("session.set_expiry", "to") if value.is_number() && *value != json!(0) => json!(60),
        _ => return None,
    };
    (simple != *value).then_some(simple)
}

/// The history with two browsers made one, and with browsers numbered from 0.
fn fewer_browsers(history: &History) -> Vec<History> {
    let browsers: Vec<u8> = history.browsers().into_iter().collect();
    let mut found = Vec::new();
    for (index, browser) in browsers.iter().enumerate() {
        let wanted = u8::try_from(index).unwrap_or(u8::MAX);
        if *browser != wanted {
            found.push(renamed(history, *browser, wanted));
        }
        for other in &browsers[..index] {
            found.push(renamed(history, *browser, *other));
        }
    }
    found
}

fn renamed(history: &History, from: u8, to: u8) -> History {
    let rename = |browser: &mut u8| {
        if *browser == from {
            *browser = to;
        }
    };
    let mut history = history.clone();
    for step in &mut history.steps {
        match step {
            Step::Restart { browser } | Step::Forget { browser } | Step::Tamper { browser, .. } => rename(browser),
            Step::Plant { browser, key, .. } => {
                rename(browser);
                if let Key::Owned(owned) = key {
                    rename(&mut owned.browser);
                }
            }
            _ => {}
        }
        for ask in step.asks_mut() {
            rename(&mut ask.browser);
            if let Some(owned) = &mut ask.via.stray_key {
                rename(&mut owned.browser);
            }
            for value in ask.calls.iter_mut().flat_map(|call| call.arguments.values_mut()) {
                for member in [super::history::HELD, super::history::TOKEN] {
                    if let Some(mut owned) = super::history::Owned::of_argument(value, member) {
                        rename(&mut owned.browser);
                        *value = owned.argument(member);
                    }
                }
            }
        }
    }
    history
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Call;
    use crate::prop::history::Ask;

    fn ask(browser: u8, op: &str) -> Step {
        Step::Request(Ask { browser, calls: vec![Call::new(op)], status: None, via: Travel::default() })
    }

    #[test]
    fn a_history_is_made_smaller_until_only_what_matters_is_left() {
        let mut history = History {
            steps: vec![
                ask(2, "session.keys"),
                ask(1, "auth.login"),
                Step::Restart { browser: 1 },
                ask(2, "auth.logout"),
            ],
        };
        let fails = |history: &History| {
            let names: Vec<&str> = history.steps.iter().flat_map(Step::names).collect();
            names == ["auth.login", "auth.logout"]
                || names.windows(2).any(|pair| pair == ["auth.login", "browser.restart"])
        };
        while let Some(smaller) = smaller(&history).into_iter().find(|smaller| *smaller != history && fails(smaller)) {
            history = smaller;
        }
        assert!(history.steps.len() == 2 && history.browsers().iter().eq(&[0]), "{history:?}");
    }
}
