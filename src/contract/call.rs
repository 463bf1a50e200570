//! One operation with its arguments.

use serde_json::{Map, Value};

/// One operation with its arguments, as it stands in a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The operation's name.
    pub op: String,
    /// Arguments by parameter name.
    pub arguments: Map<String, Value>,
    /// Whether a failure escapes to the framework instead of being reported.
    pub fatal: bool,
}

impl Call {
    /// A call without arguments.
    #[must_use]
    pub fn new(op: impl Into<String>) -> Self {
        Self { op: op.into(), arguments: Map::new(), fatal: false }
    }

    /// The same call with one more argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.to_owned(), value.into());
        self
    }

    /// The same call, its failure escaping to the framework.
    #[must_use]
    pub const fn fatal(mut self) -> Self {
        self.fatal = true;
        self
    }

    /// The argument called `name`.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name)
    }

    /// The member of a program's list: `{"op": …, arguments…, "fatal": true}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = Map::with_capacity(self.arguments.len() + 2);
        object.insert("op".to_owned(), Value::from(self.op.as_str()));
        object.extend(self.arguments.iter().map(|(name, value)| (name.clone(), value.clone())));
        if self.fatal {
            object.insert("fatal".to_owned(), Value::Bool(true));
        }
        Value::Object(object)
    }

    /// Reads what [`Call::to_json`] writes; `None` when `op` is missing or a member has the wrong type.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let op = object.get("op")?.as_str()?.to_owned();
        let fatal = match object.get("fatal") {
            None => false,
            Some(flag) => flag.as_bool()?,
        };
        let arguments = object
            .iter()
            .filter(|(name, _)| *name != "op" && *name != "fatal")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Some(Self { op, arguments, fatal })
    }
}
