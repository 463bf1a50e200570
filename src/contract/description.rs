//! What `GET {base}` answers: the server describes itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::facts::{FactInfo, Facts};

/// One operation that a server offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offer {
    /// Parameters of the contract that the framework does not know, `partitioned`, and forms of typed times that it
    /// does not take, `to.at` or `to.null`.
    pub lacks: BTreeSet<String>,
}

impl Offer {
    /// What it lacks of an argument: the parameter itself, or one form of a typed time, `to.at`.
    #[must_use]
    pub fn lacking(&self, name: &str, value: &Value) -> Option<String> {
        if self.lacks.contains(name) {
            return Some(name.to_owned());
        }
        let null = value.is_null().then(|| format!("{name}.null"));
        let forms = value.as_object().into_iter().flat_map(|forms| forms.keys());
        null.into_iter().chain(forms.map(|form| format!("{name}.{form}"))).find(|form| self.lacks.contains(form))
    }
}

/// A server's description of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Description {
    /// The framework, `django`.
    pub framework: String,
    /// The framework's version.
    pub version: String,
    /// The HTTP server in front of it, with its version.
    pub server: Option<String>,
    /// What it says about its design.
    pub facts: Facts,
    /// The names of the cookies that make up the session; the first carries the key.
    pub session_cookies: Vec<String>,
    /// The names of the cookies that anti-forgery tokens use.
    pub csrf_cookies: Vec<String>,
    /// The operations on offer, by name.
    pub operations: BTreeMap<String, Offer>,
}

/// Why an answer is not a description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// Not a JSON object with a `contract` member: no contract here.
    #[error("the answer is not a description of a contract")]
    NotAContract,
    /// Another version of the contract.
    #[error("the server speaks contract {0}, this hardtack speaks 1: update the older of the two")]
    Version(u64),
    /// A member is missing or has the wrong type.
    #[error("`{member}` of the description should be {expected}")]
    Member {
        /// Which member.
        member: String,
        /// What it should be.
        expected: String,
    },
}

impl Description {
    /// Reads the body of `GET {base}`.
    pub fn parse(body: &[u8]) -> Result<Self, DescriptionError> {
        let value: Value = serde_json::from_slice(body).map_err(|_| DescriptionError::NotAContract)?;
        let object = value.as_object().ok_or(DescriptionError::NotAContract)?;
        match object.get("contract").and_then(Value::as_u64) {
            Some(super::VERSION) => {}
            Some(other) => return Err(DescriptionError::Version(other)),
            None => return Err(DescriptionError::NotAContract),
        }
        let session_cookies = texts(object, "session_cookies")?;
        if session_cookies.is_empty() {
            return Err(member("session_cookies", "a list with at least one cookie name"));
        }
        Ok(Self {
            framework: text(object, "framework")?,
            version: text(object, "version")?,
            server: object.get("server").and_then(Value::as_str).map(str::to_owned),
            facts: facts(object)?,
            session_cookies,
            csrf_cookies: if object.contains_key("csrf_cookies") { texts(object, "csrf_cookies")? } else { Vec::new() },
            operations: operations(object)?,
        })
    }

    /// The JSON object that a server answers.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let operations: Vec<Value> = self
            .operations
            .iter()
            .map(
                |(name, offer)| {
                    if offer.lacks.is_empty() { json!(name) } else { json!({"op": name, "lacks": offer.lacks}) }
                },
            )
            .collect();
        json!({
            "contract": super::VERSION,
            "framework": self.framework,
            "version": self.version,
            "server": self.server,
            "facts": self.facts,
            "session_cookies": self.session_cookies,
            "csrf_cookies": self.csrf_cookies,
            "operations": operations,
        })
    }
}

fn member(member: impl Into<String>, expected: impl Into<String>) -> DescriptionError {
    DescriptionError::Member { member: member.into(), expected: expected.into() }
}

fn text(object: &Map<String, Value>, name: &str) -> Result<String, DescriptionError> {
    object.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| member(name, "text"))
}

fn texts(object: &Map<String, Value>, name: &str) -> Result<Vec<String>, DescriptionError> {
    let wrong = || member(name, "a list of texts");
    let list = object.get(name).and_then(Value::as_array).ok_or_else(wrong)?;
    list.iter().map(|entry| entry.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

fn facts(object: &Map<String, Value>) -> Result<Facts, DescriptionError> {
    let Some(value) = object.get("facts") else { return Ok(Facts::new()) };
    let facts = value.as_object().ok_or_else(|| member("facts", "an object"))?;
    for (name, value) in facts {
        let info = FactInfo::named(name).ok_or_else(|| member(format!("facts.{name}"), "left out: no such fact"))?;
        if !info.allows(value) {
            return Err(member(format!("facts.{name}"), format!("{:?}, not {value}", info.kind)));
        }
    }
    Ok(facts.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn operations(object: &Map<String, Value>) -> Result<BTreeMap<String, Offer>, DescriptionError> {
    let wrong = || member("operations", "a list of names or {\"op\": name, \"lacks\": [parameters]}");
    let list = object.get("operations").and_then(Value::as_array).ok_or_else(wrong)?;
    list.iter()
        .map(|entry| match entry {
            Value::String(name) => Ok((name.clone(), Offer::default())),
            Value::Object(detail) => {
                let lacks = if detail.contains_key("lacks") { texts(detail, "lacks")? } else { Vec::new() };
                Ok((text(detail, "op")?, Offer { lacks: lacks.into_iter().collect() }))
            }
            _ => Err(wrong()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_lacks_a_parameter_or_one_form_of_a_time() {
        let offer = Offer { lacks: ["partitioned".to_owned(), "to.at".to_owned()].into() };
        assert_eq!(offer.lacking("partitioned", &json!(true)).as_deref(), Some("partitioned"));
        assert_eq!(offer.lacking("to", &json!({"at": 8})).as_deref(), Some("to.at"));
        assert_eq!(offer.lacking("to", &json!({"in": 8})), None);
        assert_eq!(offer.lacking("to", &json!(8)), None);
        assert_eq!(offer.lacking("to", &json!(null)), None);
        let offer = Offer { lacks: ["to.null".to_owned()].into() };
        assert_eq!(offer.lacking("to", &json!(null)).as_deref(), Some("to.null"));
    }

    #[test]
    fn a_description_survives_its_json() {
        let mut description = Description {
            framework: "toy".into(),
            version: "1".into(),
            session_cookies: vec!["sid".into()],
            ..Description::default()
        };
        description.facts.insert("storage".into(), json!("server"));
        description.operations.insert("session.get".into(), Offer::default());
        description.operations.insert("cookie.set".into(), Offer { lacks: ["partitioned".to_owned()].into() });
        assert_eq!(Description::parse(description.to_json().to_string().as_bytes()), Ok(description));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(Description::parse(b"<html>"), Err(DescriptionError::NotAContract));
        assert_eq!(Description::parse(br#"{"contract": 2}"#), Err(DescriptionError::Version(2)));
        let body = br#"{"contract": 1, "framework": "x", "version": "1", "session_cookies": ["s"],
            "operations": [], "facts": {"storage": "cloud"}}"#;
        let error = Description::parse(body).unwrap_err();
        assert!(error.to_string().starts_with("`facts.storage`"), "{error}");
    }
}
