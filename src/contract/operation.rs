//! What an operation is: name, parameters, result and scope.

/// One operation of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its name on the wire, `session.put`.
    pub name: &'static str,
    /// One sentence for documentation and editors.
    pub about: &'static str,
    /// Its parameters, in the order of documentation.
    pub parameters: &'static [Parameter],
    /// How its result is spoken of in specs.
    pub result: ResultField,
    /// What it can touch.
    pub scope: Scope,
}

impl Operation {
    /// The parameter called `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// One parameter of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// What values it takes.
    pub kind: ParameterKind,
    /// Whether an adapter answers `invalid` without it.
    pub required: bool,
    /// One sentence for documentation and editors.
    pub about: &'static str,
}

/// The values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Text, passed to the framework unchanged.
    Text,
    /// Text, or null for "no attribute".
    TextOrNull,
    /// The name of a user: the runner makes it unique to the case.
    User,
    /// Any JSON value, or `{"b64": …}` for octets.
    Json,
    /// An object of JSON values.
    Object,
    /// A whole number.
    Integer,
    /// true or false.
    Boolean,
    /// A typed time, see [`crate::contract::TimeValue`].
    Time,
}

/// How the result of an operation is spoken of in specs: `result: {value: …}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultField {
    /// The operation answers null.
    Nothing,
    /// One value; the spec calls it by this name.
    Value(&'static str),
    /// One user or null, called `user`; the runner undoes its renaming.
    User,
    /// An object; the spec calls its members by these names.
    Members(&'static [&'static str]),
}

impl ResultField {
    /// The names that a spec may use under `result`.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Value(name) => vec![name],
            Self::User => vec!["user"],
            Self::Members(names) => names.to_vec(),
        }
    }
}

/// What an operation or control can touch: decides what may run beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Only the browser that asks.
    Browser,
    /// The session record of the browser that asks.
    Record,
    /// Records of others too.
    Store,
    /// The server, its clock or its services.
    World,
}
