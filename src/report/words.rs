//! Words and numbers for people.

use crate::event::TargetFacts;

/// `3 cases`, `1 case`.
#[must_use]
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A duration for people: `850 ms`, `5 s`, `2 min 3 s`.
#[must_use]
pub fn elapsed(ms: u64) -> String {
    match ms {
        0..1000 => format!("{ms} ms"),
        1000..10_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        10_000..60_000 => format!("{} s", ms / 1000),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
    }
}

/// What was under test, in short: `Django 5.2.19`.
#[must_use]
pub fn product(target: &TargetFacts) -> String {
    let software = format!("{} {}", target.framework, target.version);
    if target.framework.is_empty() {
        target.name.clone()
    } else if target.framework == target.name {
        software.trim().to_owned()
    } else {
        format!("{}, {}", target.name, software.trim())
    }
}

/// What was under test: `Django 5.2.19 on gunicorn 27`.
#[must_use]
pub fn software(target: &TargetFacts) -> String {
    let mut text = product(target);
    let software = format!("{} {}", target.framework, target.version);
    if let Some(server) = target.server.as_ref().filter(|server| **server != software) {
        text = format!("{text} on {server}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        let texts: Vec<String> = [0, 999, 1500, 12_345, 123_456].into_iter().map(elapsed).collect();
        assert_eq!(texts, ["0 ms", "999 ms", "1.5 s", "12 s", "2 min 3 s"]);
    }
}
