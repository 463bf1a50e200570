//! Paths into JSON answers: `json.items[].sku`, `json.cart[sku=$key].qty`.

use serde_json::Value;

use super::template::{Template, Variables, as_text};

/// A path into a JSON document. It gives all values that it leads to, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// `.name`
    Member(String),
    /// `[0]`
    Item(usize),
    /// `[]`: every item of a list, every value of an object.
    All,
    /// `[sku=$key]`: items whose member is equal to a text.
    Where(String, Template),
    /// `[~]`: the names of the members of an object.
    Names,
}

/// Why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonPathError {
    /// It does not begin with `json`.
    #[error("a path begins with `json`")]
    Root,
    /// Something else than `.name` and `[…]`.
    #[error("after `json` come `.name` and `[…]`; `{0}` is neither")]
    Unexpected(String),
    /// A bracket without its end.
    #[error("`[` has no `]`")]
    Open,
}

impl JsonPath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, JsonPathError> {
        let mut rest = text.strip_prefix("json").ok_or(JsonPathError::Root)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                if end == 0 {
                    return Err(JsonPathError::Unexpected(rest.to_owned()));
                }
                steps.push(Step::Member(after[..end].to_owned()));
                rest = &after[end..];
            } else if let Some(after) = rest.strip_prefix('[') {
                let (inner, next) = after.split_once(']').ok_or(JsonPathError::Open)?;
                steps.push(bracket(inner));
                rest = next;
            } else {
                return Err(JsonPathError::Unexpected(rest.to_owned()));
            }
        }
        Ok(Self { steps })
    }

    /// The names that it asks for.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.steps.iter().flat_map(Step::names).collect()
    }

    /// The values that it leads to; a name without a value otherwise.
    pub fn find(&self, document: &Value, variables: &dyn Variables) -> Result<Vec<Value>, String> {
        let mut found = vec![document.clone()];
        for step in &self.steps {
            let mut next = Vec::new();
            for value in &found {
                step.take(value, variables, &mut next)?;
            }
            found = next;
        }
        Ok(found)
    }
}

fn bracket(inner: &str) -> Step {
    match (inner, inner.split_once('=')) {
        ("", _) => Step::All,
        ("~", _) => Step::Names,
        (_, Some((member, text))) => Step::Where(member.trim().to_owned(), Template(text.trim().to_owned())),
        (text, None) => text.parse().map_or_else(|_| Step::Member(text.trim_matches('"').to_owned()), Step::Item),
    }
}

impl Step {
    fn names(&self) -> Vec<&str> {
        if let Self::Where(_, template) = self { template.names() } else { Vec::new() }
    }

    fn take(&self, value: &Value, variables: &dyn Variables, next: &mut Vec<Value>) -> Result<(), String> {
        match self {
            Self::Member(name) => next.extend(value.get(name).cloned()),
            Self::Item(index) => next.extend(value.get(index).cloned()),
            Self::All => match value {
                Value::Array(items) => next.extend(items.iter().cloned()),
                Value::Object(members) => next.extend(members.values().cloned()),
                _ => {}
            },
            Self::Names => {
                if let Value::Object(members) = value {
                    next.extend(members.keys().map(|name| Value::from(name.as_str())));
                }
            }
            Self::Where(member, template) => {
                let wanted = template.expand(variables, |text| text)?;
                let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
                next.extend(
                    items.iter().filter(|item| item.get(member).is_some_and(|it| as_text(it) == wanted)).cloned(),
                );
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_lead_to_values() {
        let document =
            json!({"user": {"name": "bob"}, "items": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}, {}], "x.y": 5});
        let key = |name: &str| (name == "key").then(|| Value::from("b"));
        for (path, expected) in [
            ("json", json!([document])),
            ("json.user.name", json!(["bob"])),
            ("json.items[].sku", json!(["a", "b"])),
            ("json.items[1].n", json!([2])),
            ("json.items[sku=$key].n", json!([2])),
            ("json.items[n=1].sku", json!(["a"])),
            ("json.user[~]", json!(["name"])),
            ("json.user[]", json!(["bob"])),
            ("json[\"x.y\"]", json!([5])),
            ("json.nothing[].at.all", json!([])),
            ("json.items[9]", json!([])),
        ] {
            let found = JsonPath::parse(path).unwrap().find(&document, &key).unwrap();
            assert_eq!(Value::from(found), expected, "{path}");
        }
        assert_eq!(JsonPath::parse("json.a[b=$c]").unwrap().find(&json!({"a": []}), &key), Err("c".to_owned()));
    }

    #[test]
    fn other_texts_are_no_paths() {
        for text in ["", "items", "jsonitems", "json..a", "json.a[b", "json.", "json a"] {
            assert!(JsonPath::parse(text).is_err(), "{text}");
        }
    }
}
