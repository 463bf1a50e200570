//! Holding a value against a matcher.

use std::borrow::Cow;

use regex_lite::Regex;
use serde_json::Value;

use super::Saved;
use super::words::{join, seconds, show};
use crate::spec::{Matcher, Operand, Test};

/// What matchers need beside the value: saved values and the tolerance of the case.
#[derive(Debug, Clone, Copy)]
pub struct Matching<'a> {
    saved: &'a Saved,
    tolerance: f64,
    measured: bool,
}

impl<'a> Matching<'a> {
    /// Matching with these saved values; `about` may be off by `tolerance_ms` milliseconds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a tolerance is far below 2^52 milliseconds")]
    pub const fn new(saved: &'a Saved, tolerance_ms: i64) -> Self {
        Self { saved, tolerance: tolerance_ms as f64 / 1000.0, measured: false }
    }

    /// The same for a value that was measured on a clock, in seconds: numbers are compared within the tolerance,
    /// bounds included.
    #[must_use]
    pub const fn measured(self) -> Self {
        Self { measured: true, ..self }
    }

    /// The saved values.
    #[must_use]
    pub const fn saved(&self) -> &'a Saved {
        self.saved
    }

    /// Whether every part of the matcher holds. Null stands for an absent value.
    #[must_use]
    pub fn holds(&self, matcher: &Matcher, actual: &Value) -> bool {
        matcher.tests.iter().all(|test| self.test(test, actual))
    }

    /// The matcher in words: `"blue"`, `about 3600 s (1 hours)`, `one of 1 or 2`.
    #[must_use]
    pub fn words(&self, matcher: &Matcher) -> String {
        let parts: Vec<String> = matcher.tests.iter().map(|test| self.describe(test)).collect();
        join(&parts, "and")
    }

    /// Whether two measured numbers are within the tolerance of each other.
    pub(super) fn near(&self, left: f64, right: f64) -> bool {
        (left - right).abs() <= self.tolerance
    }

    fn test(&self, test: &Test, actual: &Value) -> bool {
        match test {
            Test::Is(operand) => self.equal(&self.value(operand), actual),
            Test::Not(operand) => !self.equal(&self.value(operand), actual),
            Test::In(operands) => operands.iter().any(|operand| self.equal(&self.value(operand), actual)),
            Test::HasAll(operands) => operands.iter().all(|operand| has(actual, &self.value(operand))),
            Test::HasOnly(operands) => {
                let wanted: Vec<Value> = operands.iter().map(|operand| self.value(operand).into_owned()).collect();
                members(actual).is_some_and(|members| same_members(&members, &wanted))
            }
            Test::Matches(pattern) => actual
                .as_str()
                .is_some_and(|text| Regex::new(pattern).is_ok_and(|expression| expression.is_match(text))),
            Test::AtLeast(operand) => self.compare(operand, actual, |bound, number, slack| number >= bound - slack),
            Test::AtMost(operand) => self.compare(operand, actual, |bound, number, slack| number <= bound + slack),
            Test::Present(wanted) => *wanted != actual.is_null(),
            Test::About(operand) => {
                matches!((self.value(operand).as_f64(), actual.as_f64()),
                    (Some(wanted), Some(number)) if (wanted - number).abs() <= self.tolerance)
            }
        }
    }

    fn equal(&self, wanted: &Value, actual: &Value) -> bool {
        match (self.measured, wanted.as_f64(), actual.as_f64()) {
            (true, Some(wanted), Some(actual)) => (wanted - actual).abs() <= self.tolerance,
            _ => same(wanted, actual),
        }
    }

    fn compare(&self, operand: &Operand, actual: &Value, holds: impl Fn(f64, f64, f64) -> bool) -> bool {
        let slack = if self.measured { self.tolerance } else { 0.0 };
        matches!((self.value(operand).as_f64(), actual.as_f64()),
            (Some(bound), Some(number)) if holds(bound, number, slack))
    }

    fn value<'b>(&'b self, operand: &'b Operand) -> Cow<'b, Value> {
        match operand {
            Operand::Literal(value) => Cow::Borrowed(value),
            // A value that was never saved is an absent one.
            Operand::Saved(_) | Operand::Template(_) => Cow::Owned(operand.value(self.saved).unwrap_or_default()),
        }
    }

    fn describe(&self, test: &Test) -> String {
        let list =
            |operands: &[Operand], last| join(&operands.iter().map(|one| self.name(one)).collect::<Vec<_>>(), last);
        match test {
            Test::Is(operand) if self.measured && self.value(operand).is_number() => {
                format!("about {}", self.name(operand))
            }
            Test::Is(operand) => self.name(operand),
            Test::Not(operand) => format!("not {}", self.name(operand)),
            Test::In(operands) => format!("one of {}", list(operands, "or")),
            Test::HasAll(operands) => format!("holding {}", list(operands, "and")),
            Test::HasOnly(operands) if operands.is_empty() => "empty".to_owned(),
            Test::HasOnly(operands) => format!("holding {} and nothing else", list(operands, "and")),
            Test::Matches(pattern) => format!("text matching /{pattern}/"),
            Test::AtLeast(operand) => format!("at least {}", self.name(operand)),
            Test::AtMost(operand) => format!("at most {}", self.name(operand)),
            Test::Present(true) => "present".to_owned(),
            Test::Present(false) => "absent".to_owned(),
            Test::About(operand) => format!("about {} (give or take {} s)", self.name(operand), self.tolerance),
        }
    }

    fn name(&self, operand: &Operand) -> String {
        let value = self.value(operand);
        let shown = match value.as_f64() {
            Some(number) if self.measured => seconds(number),
            _ => show(&value),
        };
        match operand {
            Operand::Saved(name) => format!("${name}, which is {shown}"),
            Operand::Literal(_) | Operand::Template(_) => shown,
        }
    }
}

/// Equality of JSON values: numbers by value, objects as sets of members.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64(), a.as_u64(), b.as_u64()) {
            (Some(a), Some(b), _, _) => a == b,
            (_, _, Some(a), Some(b)) => a == b,
            _ => a.as_f64() == b.as_f64(),
        },
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => left == right,
    }
}

/// Whether a list holds a value, an object a key, a text a part.
fn has(container: &Value, wanted: &Value) -> bool {
    match container {
        Value::Array(list) => list.iter().any(|entry| same(entry, wanted)),
        Value::Object(object) => wanted.as_str().is_some_and(|key| object.contains_key(key)),
        Value::String(text) => wanted.as_str().is_some_and(|part| text.contains(part)),
        _ => false,
    }
}

/// The entries of a list, the keys of an object.
fn members(container: &Value) -> Option<Vec<Value>> {
    match container {
        Value::Array(list) => Some(list.clone()),
        Value::Object(object) => Some(object.keys().map(|key| Value::from(key.as_str())).collect()),
        _ => None,
    }
}

/// Whether both lists hold the same values equally often, in any order.
fn same_members(left: &[Value], right: &[Value]) -> bool {
    let mut open: Vec<&Value> = right.iter().collect();
    left.len() == right.len()
        && left.iter().all(|value| match open.iter().position(|candidate| same(candidate, value)) {
            Some(at) => {
                open.swap_remove(at);
                true
            }
            None => false,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(test: Test, actual: impl Into<Value>) -> bool {
        let saved = Saved::from_iter([("key".to_owned(), json!("k1"))]);
        Matching::new(&saved, 2000).holds(&Matcher::of(test), &actual.into())
    }

    fn literal(value: Value) -> Operand {
        Operand::Literal(value)
    }

    fn literals(values: &[Value]) -> Vec<Operand> {
        values.iter().cloned().map(Operand::Literal).collect()
    }

    #[test]
    fn equality_is_by_value() {
        assert!(holds(Test::Is(literal(json!(1))), json!(1.0)));
        assert!(holds(Test::Is(literal(json!({"a": 1, "b": [2]}))), json!({"b": [2.0], "a": 1})));
        assert!(!holds(Test::Is(literal(json!([1, 2]))), json!([2, 1])));
        assert!(!holds(Test::Is(literal(json!("1"))), json!(1)));
        assert!(holds(Test::Not(literal(json!("1"))), json!(1)));
    }

    #[test]
    fn saved_values_stand_for_themselves_and_absent_ones_for_null() {
        assert!(holds(Test::Is(Operand::Saved("key".into())), json!("k1")));
        assert!(holds(Test::Is(Operand::Saved("missing".into())), Value::Null));
        assert!(!holds(Test::Is(Operand::Saved("missing".into())), json!("k1")));
        assert!(holds(Test::Is(Operand::Template(json!(["$key", 1]))), json!(["k1", 1])));
    }

    #[test]
    fn containers_are_looked_into() {
        assert!(holds(Test::HasAll(literals(&[json!("a")])), json!(["b", "a"])));
        assert!(holds(Test::HasAll(literals(&[json!("a")])), json!({"a": null})));
        assert!(holds(Test::HasAll(literals(&[json!("oo")])), json!("book")));
        assert!(!holds(Test::HasAll(literals(&[json!("a")])), json!(null)));
        assert!(holds(Test::HasOnly(literals(&[json!("a"), json!("b")])), json!(["b", "a"])));
        assert!(!holds(Test::HasOnly(literals(&[json!("a")])), json!(["a", "a"])));
        assert!(holds(Test::HasOnly(vec![]), json!([])));
    }

    #[test]
    fn numbers_have_bounds_and_tolerance() {
        assert!(holds(Test::About(literal(json!(60))), json!(58)));
        assert!(!holds(Test::About(literal(json!(60))), json!(57.9)));
        assert!(holds(Test::AtLeast(literal(json!(60))), json!(60)));
        assert!(!holds(Test::AtLeast(literal(json!(60))), json!(59)));
        assert!(!holds(Test::AtMost(literal(json!(60))), json!("59")));
    }

    #[test]
    fn a_measured_number_is_never_exact() {
        let saved = Saved::new();
        let measured = Matching::new(&saved, 2000).measured();
        let check = |test: Test, actual: i64| measured.holds(&Matcher::of(test), &json!(actual));
        assert!(check(Test::Is(literal(json!(60))), 59));
        assert!(!check(Test::Is(literal(json!(60))), 63));
        assert!(!check(Test::Not(literal(json!(60))), 59));
        assert!(check(Test::AtLeast(literal(json!(60))), 58));
        assert!(check(Test::AtMost(literal(json!(60))), 62));
        assert!(!check(Test::AtMost(literal(json!(60))), 63));
    }

    #[test]
    fn texts_match_patterns_and_presence_is_not_null() {
        assert!(holds(Test::Matches("^[a-z0-9]{3}$".into()), json!("ab1")));
        assert!(!holds(Test::Matches("^[a-z]+$".into()), json!("ab1")));
        assert!(!holds(Test::Matches("(".into()), json!("(")));
        assert!(holds(Test::Present(true), json!("")));
        assert!(holds(Test::Present(false), Value::Null));
    }

    #[test]
    fn words_name_what_is_meant() {
        let saved = Saved::from_iter([("key".to_owned(), json!("k1"))]);
        let matching = Matching::new(&saved, 2000);
        let words = |test: Test| matching.words(&Matcher::of(test));
        assert_eq!(words(Test::Is(literal(json!("blue")))), "\"blue\"");
        assert_eq!(words(Test::Not(Operand::Saved("key".into()))), "not $key, which is \"k1\"");
        assert_eq!(words(Test::In(literals(&[json!(1), json!(2), json!(3)]))), "one of 1, 2 or 3");
        let about = matching.measured().words(&Matcher::of(Test::Is(literal(json!(3600)))));
        assert_eq!(about, "about 3600 s (1 hours)");
    }
}
