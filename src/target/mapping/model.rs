//! A mapping, as the reader leaves it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::condition::Condition;
use super::extract::Extract;
use super::template::Template;
use crate::document::Span;

/// How an application's own requests serve as operations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// The operations that it offers, by name.
    pub operations: BTreeMap<String, MappedOperation>,
    /// Users that exist, in the order of the file.
    pub users: Vec<MappedUser>,
    /// Secrets by name: the environment variable that holds each, and where that is written.
    pub secrets: BTreeMap<String, (String, Span)>,
}

/// A user that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedUser {
    /// The name in the file.
    pub name: String,
    /// What `$user` stands for; the name when left out.
    pub login: Template,
    /// What `auth.whoami` shows; the login when left out.
    pub shown: Option<Template>,
    /// Other texts about the user: `$user.password`.
    pub fields: BTreeMap<String, Template>,
}

/// One operation as requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedOperation {
    /// Where it stands in the file.
    pub span: Span,
    /// Pages to get first, in order.
    pub before: Vec<Send>,
    /// The request that performs it.
    pub send: Send,
    /// What holds of the answer when it worked; `None` for a status below 400.
    pub worked: Option<Condition>,
    /// What holds of an answer that means nothing: nobody is logged in, no value is there.
    pub nothing: Option<Condition>,
    /// What holds of an answer that says that what was asked for does not exist.
    pub missing: Option<Condition>,
    /// Where the parts of the result stand, by the names that specs use.
    pub result: BTreeMap<String, Extract>,
    /// Values of the answer that the browser keeps for later requests, beside its cookies.
    pub keep: BTreeMap<String, Extract>,
    /// Values that the application can take, by parameter.
    pub accepts: BTreeMap<String, Vec<Value>>,
}

/// One request of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Send {
    /// Where it stands in the file.
    pub span: Span,
    /// The method.
    pub method: String,
    /// The path; values in it are percent-encoded.
    pub path: Template,
    /// Pairs of the query.
    pub query: Vec<(String, Template)>,
    /// Fields.
    pub headers: Vec<(String, Template)>,
    /// The body.
    pub body: Body,
    /// Whether redirects are followed, as far as the hosts are named.
    pub follow: bool,
    /// Values taken from its answer, for the requests after it.
    pub take: BTreeMap<String, Extract>,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// None.
    Empty,
    /// A form.
    Form(Vec<(String, Template)>),
    /// JSON; texts in it are templates.
    Json(Value),
    /// Any text, with its media type in a field.
    Text(Template),
}

impl Send {
    /// Everything in it that may ask for names.
    pub(super) fn names(&self) -> Vec<String> {
        let pairs = self.query.iter().chain(&self.headers).map(|(_, template)| template);
        let mut templates: Vec<&Template> = std::iter::once(&self.path).chain(pairs).collect();
        let mut in_json = Vec::new();
        match &self.body {
            Body::Form(pairs) => templates.extend(pairs.iter().map(|(_, template)| template)),
            Body::Text(template) => templates.push(template),
            Body::Json(value) => names_in(value, &mut in_json),
            Body::Empty => {}
        }
        templates.into_iter().flat_map(Template::names).map(str::to_owned).chain(in_json).collect()
    }

    /// Method and path, in words.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} {}", self.method, self.path.0)
    }
}

fn names_in(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(text) => names.extend(Template(text.clone()).names().into_iter().map(str::to_owned)),
        Value::Array(items) => items.iter().for_each(|item| names_in(item, names)),
        Value::Object(members) => members.values().for_each(|member| names_in(member, names)),
        _ => {}
    }
}

impl MappedOperation {
    /// Whether any of its requests, or its reading, uses a name.
    #[must_use]
    pub fn uses(&self, name: &str) -> bool {
        let extracts = self.result.values().chain(self.keep.values());
        let in_extracts = extracts.flat_map(Extract::names).any(|used| used == name);
        in_extracts || self.before.iter().chain([&self.send]).flat_map(Send::names).any(|used| used == name)
    }
}
