//! Building requests: templates with the values of one operation.

use serde_json::Value;
use url::form_urlencoded;

use super::model::{Body, Send};
use super::template::{Template, Variables};
use crate::wire::{HeaderLine, Request};

/// Builds the requests of an operation.
#[derive(Clone, Copy)]
pub struct Fill<'a> {
    /// Where values come from.
    pub variables: &'a dyn Variables,
    /// Whether a name may be without a value yet, since only some answers give it: then what asks for it is left out.
    pub is_kept: &'a dyn Fn(&str) -> bool,
}

/// A name without a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("${0} has no value here")]
pub struct FillError(pub String);

impl Fill<'_> {
    /// The request, without Host, cookies and what identifies hardtack.
    pub fn request(&self, send: &Send) -> Result<Request, FillError> {
        let mut target = self.text(&send.path, |text| percent_encoded(&text))?;
        let query = self.pairs(&send.query)?;
        if !query.is_empty() {
            let separator = if target.contains('?') { '&' } else { '?' };
            target = format!("{target}{separator}{}", form(&query));
        }
        let mut request = match &send.body {
            Body::Empty => Request::new(send.method.as_str(), target),
            Body::Form(pairs) => {
                with_body(send, target, "application/x-www-form-urlencoded", form(&self.pairs(pairs)?))
            }
            Body::Json(value) => {
                let value = self.json(value)?.unwrap_or_default();
                with_body(send, target, "application/json", value.to_string())
            }
            Body::Text(template) => {
                let text = self.text(template, |text| text)?;
                with_body(send, target, "text/plain; charset=utf-8", text)
            }
        };
        for (name, value) in self.pairs(&send.headers)? {
            request.headers.retain(|line| !line.is(&name));
            request.headers.push(HeaderLine::new(name, value));
        }
        Ok(request)
    }

    fn text(&self, template: &Template, written: impl Fn(String) -> String) -> Result<String, FillError> {
        template.expand(self.variables, written).map_err(FillError)
    }

    /// Pairs with values; those that ask for a kept value that is not there yet are left out.
    fn pairs(&self, pairs: &[(String, Template)]) -> Result<Vec<(String, String)>, FillError> {
        let mut filled = Vec::new();
        for (name, template) in pairs {
            match self.text(template, |text| text) {
                Ok(text) => filled.push((name.clone(), text)),
                Err(FillError(missing)) if (self.is_kept)(&missing) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// JSON with values; `None` for what asks for a kept value that is not there yet.
    fn json(&self, value: &Value) -> Result<Option<Value>, FillError> {
        Ok(Some(match value {
            Value::String(text) => match Template(text.clone()).value(self.variables) {
                Ok(value) => value,
                Err(missing) if (self.is_kept)(&missing) => return Ok(None),
                Err(missing) => return Err(FillError(missing)),
            },
            Value::Array(items) => {
                let items = items.iter().map(|item| self.json(item)).collect::<Result<Vec<_>, _>>()?;
                Value::Array(items.into_iter().flatten().collect())
            }
            Value::Object(members) => {
                let mut object = serde_json::Map::new();
                for (name, member) in members {
                    if let Some(member) = self.json(member)? {
                        object.insert(name.clone(), member);
                    }
                }
                Value::Object(object)
            }
            other => other.clone(),
        }))
    }
}

fn with_body(send: &Send, target: String, media_type: &str, body: String) -> Request {
    let mut request = Request::new(send.method.as_str(), target).with_header("Content-Type", media_type);
    request.body = body.into_bytes();
    request
}

fn form(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A value as one segment of a path.
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|octet| match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(octet).to_string(),
            _ => format!("%{octet:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::document::Span;

    fn template(text: &str) -> Template {
        Template(text.to_owned())
    }

    fn send(body: Body) -> Send {
        Send {
            span: Span::START,
            method: "POST".into(),
            path: template("/cart/$key"),
            query: vec![("q".into(), template("$key"))],
            headers: vec![("Authorization".into(), template("Bearer $token"))],
            body,
            follow: false,
            take: BTreeMap::new(),
        }
    }

    fn filled(body: Body, token: Option<&'static str>) -> Result<Request, FillError> {
        let variables = move |name: &str| match name {
            "key" => Some(Value::from("a b/c")),
            "n" => Some(Value::from(2)),
            "token" => token.map(Value::from),
            _ => None,
        };
        Fill { variables: &variables, is_kept: &|name| name == "token" }.request(&send(body))
    }

    #[test]
    fn values_are_written_as_their_place_asks() {
        let form = vec![("sku".into(), template("$key")), ("t".into(), template("$token"))];
        let request = filled(Body::Form(form), Some("x y")).unwrap();
        assert_eq!(request.target, "/cart/a%20b%2Fc?q=a+b%2Fc");
        assert_eq!(request.body, b"sku=a+b%2Fc&t=x+y");
        assert_eq!(request.header("Authorization"), Some(&b"Bearer x y"[..]));
        let request =
            filled(Body::Json(json!({"sku": "$key", "qty": "$n", "list": ["$token"], "p": 1.5})), None).unwrap();
        assert_eq!(request.body, br#"{"sku":"a b/c","qty":2,"list":[],"p":1.5}"#);
        assert_eq!(request.header("Authorization"), None);
        assert_eq!(request.header("Content-Type"), Some(&b"application/json"[..]));
    }

    #[test]
    fn a_name_without_a_value_is_told() {
        let error = filled(Body::Text(template("$csrf")), None).unwrap_err();
        assert_eq!(error, FillError("csrf".into()));
    }
}
