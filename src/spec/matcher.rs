//! Matchers: what a value should be. There are no expressions.

use serde_json::Value;

/// A value written in a spec: itself, or a whole saved value by name.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// The value itself. Lists and objects may hold further `$name` texts; see [`Operand::Template`].
    Literal(Value),
    /// `$name`: the value saved under this name.
    Saved(String),
    /// A list or object with `$name` somewhere inside.
    Template(Value),
}

/// What a value should be. All parts must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matcher {
    /// The parts.
    pub tests: Vec<Test>,
}

/// One part of a matcher.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Equal; numbers by value, objects as sets of members.
    Is(Operand),
    /// Not equal.
    Not(Operand),
    /// Equal to one of these.
    In(Vec<Operand>),
    /// A list, object (its keys) or text that contains all of these.
    HasAll(Vec<Operand>),
    /// A list or object (its keys) whose members are these, in any order.
    HasOnly(Vec<Operand>),
    /// Text in which this regular expression (regex-lite syntax) is found.
    Matches(String),
    /// A number of at least this; durations in seconds.
    AtLeast(Operand),
    /// A number of at most this; durations in seconds.
    AtMost(Operand),
    /// Whether there is a value at all (`null` is none).
    Present(bool),
    /// A number within the tolerance of the spec; durations in seconds.
    About(Operand),
}

impl Test {
    /// The keys of matchers, in the order of documentation.
    pub const KEYS: [&'static str; 10] =
        ["is", "not", "in", "has_all", "has_only", "matches", "at_least", "at_most", "present", "about"];
}

impl Matcher {
    /// A matcher of one part.
    #[must_use]
    pub fn of(test: Test) -> Self {
        Self { tests: vec![test] }
    }
}
