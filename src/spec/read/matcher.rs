//! Matchers and operands.

use serde_json::Value;

use super::saved::Saved;
use super::values::{Values, seconds};
use super::{Findings, did_you_mean, error};
use crate::document::{self, Node, Source, Span, Written as Style, nearest};
use crate::spec::variable::{Written, written};
use crate::spec::{Matcher, Operand, Test, code};

/// Reads matchers and values at one place of a case.
pub(super) struct Matchers<'a> {
    pub(super) source: &'a Source,
    pub(super) saved: &'a Saved,
    pub(super) findings: &'a mut Findings,
}

impl Matchers<'_> {
    /// A matcher on an observation that has `values`.
    pub(super) fn matcher(&mut self, node: &Node, values: Values) -> Matcher {
        if self.is_left_out(node) {
            self.findings.push(
                error(code::MATCHER, "there is no value to compare with")
                    .at(node.span, "nothing stands here")
                    .because("a `:` with nothing behind it is read as null, which is rarely meant")
                    .fix("write the value, or `null`"),
            );
        }
        let Some(entries) = node.as_map() else {
            return Matcher::of(Test::Is(self.operand(node, values)));
        };
        Matcher { tests: entries.iter().filter_map(|(key, value)| self.test(&key.text, value, values)).collect() }
    }

    /// Whether nothing is written where a value should be.
    fn is_left_out(&self, node: &Node) -> bool {
        node.is_null() && node.written == Style::Plain && self.source.slice(node.span).trim().is_empty()
    }

    fn test(&mut self, key: &str, node: &Node, values: Values) -> Option<Test> {
        Some(match key {
            "is" => Test::Is(self.operand(node, values)),
            "not" => Test::Not(self.operand(node, values)),
            "in" => Test::In(self.operands(node, values)),
            "has_all" => Test::HasAll(self.operands(node, Values::Any)),
            "has_only" => Test::HasOnly(self.operands(node, Values::Any)),
            "matches" => Test::Matches(self.regex(node)?),
            "at_least" => Test::AtLeast(self.amount(key, node)?),
            "at_most" => Test::AtMost(self.amount(key, node)?),
            "about" => Test::About(self.amount(key, node)?),
            "present" => Test::Present(node.as_bool()?),
            _ => return None,
        })
    }

    fn operands(&mut self, node: &Node, values: Values) -> Vec<Operand> {
        node.as_seq().unwrap_or_default().iter().map(|item| self.operand(item, values)).collect()
    }

    /// A value to compare with.
    fn operand(&mut self, node: &Node, values: Values) -> Operand {
        let literal = match Operand::written(self.value(node)) {
            Operand::Literal(literal) => literal,
            other => return other,
        };
        let literal = match literal {
            Value::String(text) if values.are_seconds() => seconds(&text).unwrap_or(Value::String(text)),
            other => other,
        };
        if !values.allow(&literal) {
            let near = literal.as_str().and_then(|text| nearest(text, values.words().iter().copied()));
            self.findings.push(
                error(code::IMPOSSIBLE, "this can never be observed")
                    .at(node.span, "")
                    .because(format!("what is observed here is {}", values.describe()))
                    .fix(did_you_mean(near, format!("write {}", values.describe()))),
            );
        }
        Operand::Literal(literal)
    }

    /// A number, a duration or a saved value.
    fn amount(&mut self, key: &str, node: &Node) -> Option<Operand> {
        let why = match Operand::written(self.value(node)) {
            Operand::Literal(Value::String(text)) => match seconds(&text) {
                Ok(number) => return Some(Operand::Literal(number)),
                Err(why) => why.to_string(),
            },
            number @ (Operand::Literal(Value::Number(_)) | Operand::Saved(_)) => return Some(number),
            _ => format!("`{key}` compares numbers"),
        };
        self.findings.push(
            error(code::MATCHER, format!("`{key}` needs a number"))
                .at(node.span, "")
                .because(why)
                .fix("write a number, a duration such as `1h`, or a saved number such as `$lifetime`"),
        );
        None
    }

    fn regex(&mut self, node: &Node) -> Option<String> {
        let text = node.as_text()?;
        if let Err(why) = regex_lite::Regex::new(text) {
            self.findings.push(
                error(code::REGEX, "this is not a regular expression")
                    .at(node.span, "")
                    .because(why.to_string())
                    .fix("correct it; the syntax is that of the regex-lite crate, without look-around"),
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// A value of the spec as JSON, its `$name` texts checked.
    pub(super) fn value(&mut self, node: &Node) -> Value {
        self.variables(node);
        node.to_json()
    }

    fn variables(&mut self, node: &Node) {
        match &node.value {
            document::Value::Text(text) => match written(text) {
                Written::Plain(_) => {}
                Written::Saved(name) => self.used(name, node.span),
                Written::Malformed => self.findings.push(
                    error(code::DOLLAR, "a text that begins with a dollar must be a saved value")
                        .at(node.span, "")
                        .because("`$name` stands for a whole saved value; nothing is put into the middle of a text")
                        .fix(format!("write the name of a saved value, or `$${}` for the text itself", &text[1..])),
                ),
            },
            document::Value::Seq(items) => items.iter().for_each(|item| self.variables(item)),
            document::Value::Map(entries) => entries.iter().for_each(|(_, value)| self.variables(value)),
            _ => {}
        }
    }

    /// A saved value is used at `span`.
    pub(super) fn used(&mut self, name: &str, span: Span) {
        if self.saved.has(name) {
            return;
        }
        self.findings.push(if self.saved.is_column(name) {
            error(code::UNSAVED, format!("`${name}` is a column of the examples, not a saved value"))
                .at(span, "")
                .because("a column stands for a value; here the name of a saved value is needed")
                .fix("name a value that a step saves")
        } else if let Some(later) = self.saved.later(name) {
            error(code::UNSAVED, format!("`${name}` is used before it is saved"))
                .at(span, "used here")
                .also(later, "saved here")
                .because("steps run in order; requests under `together` do not see what the others save")
                .fix("save it in an earlier step")
        } else {
            let near = nearest(name, self.saved.names()).map(|near| format!("${near}"));
            error(code::UNSAVED, format!("nothing is saved as `${name}`"))
                .at(span, "")
                .because("`$name` stands for what an earlier step saves, for a given value, or for a column")
                .fix(did_you_mean(
                    near.as_deref(),
                    format!("add `save: {{{name}: …}}` to an earlier step, or write `$${name}` for the text itself"),
                ))
        });
    }
}
