//! `--filter`: a small language that chooses cases.
//!
//! ```text
//! cookies/delete                    ids that contain this text
//! sessions/*#enforced               ids that match as a whole; `*` is any text, `?` any one character
//! rule:cookie.set                   cases that decide a rule with this beginning
//! ref:tutorial:R8                   cases with this reference, or one that begins so and goes on with a separator
//! fault:delete-ignores-path         cases that are meant to catch this fault
//! not A, A and B, A or B, (A)       `not` binds before `and`, `and` before `or`
//! ```

use crate::spec::Case;

/// A choice of cases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter(Option<Choice>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    Id(String),
    Rule(String),
    Reference(String),
    Fault(String),
    Not(Box<Choice>),
    And(Box<Choice>, Box<Choice>),
    Or(Box<Choice>, Box<Choice>),
}

/// A filter that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to read the filter: {what} at character {position} of `{filter}`")]
pub struct FilterError {
    /// What is wrong.
    pub what: String,
    /// Where, in characters from 1.
    pub position: usize,
    /// The whole filter.
    pub filter: String,
}

impl Filter {
    /// Reads a filter. The empty text chooses everything.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let mut reader = Reader { text, tokens: tokens(text), at: 0 };
        if reader.tokens.is_empty() {
            return Ok(Self(None));
        }
        let choice = reader.any()?;
        match reader.peek() {
            None => Ok(Self(Some(choice))),
            Some(")") => Err(reader.wrong("a `)` without its `(`")),
            Some(_) => Err(reader.wrong("write `and` or `or` between two conditions: the second one stands")),
        }
    }

    /// Whether it chooses everything.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        self.0.is_none()
    }

    /// Whether it chooses a case.
    #[must_use]
    pub fn chooses(&self, case: &Case) -> bool {
        self.0.as_ref().is_none_or(|choice| choice.holds(case))
    }
}

impl Choice {
    fn holds(&self, case: &Case) -> bool {
        match self {
            Self::Id(pattern) if pattern.contains(['*', '?']) => glob(pattern.as_bytes(), case.id.as_str().as_bytes()),
            Self::Id(part) => case.id.as_str().contains(part.as_str()),
            Self::Rule(prefix) => case.rules.iter().any(|rule| rule.as_str().starts_with(prefix.as_str())),
            Self::Reference(text) => case.refs.iter().any(|reference| refers(reference, text)),
            Self::Fault(name) => case.catches.iter().any(|fault| fault.as_str() == name),
            Self::Not(choice) => !choice.holds(case),
            Self::And(left, right) => left.holds(case) && right.holds(case),
            Self::Or(left, right) => left.holds(case) || right.holds(case),
        }
    }
}

/// Whether a reference is this one: equal, or longer after a separator.
fn refers(reference: &str, wanted: &str) -> bool {
    reference
        .strip_prefix(wanted)
        .is_some_and(|rest| wanted.ends_with(':') || !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
}

/// Whether a text matches a pattern as a whole.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=text.len()).any(|skipped| glob(rest, &text[skipped..])),
        ([b'?', rest @ ..], [_, text @ ..]) => glob(rest, text),
        ([first, rest @ ..], [octet, text @ ..]) if first == octet => glob(rest, text),
        _ => false,
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Each token with its byte offset.
    tokens: Vec<(usize, &'a str)>,
    at: usize,
}

/// Words and parentheses, with their byte offsets.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    let mut rest = 0;
    while let Some(start) = text[rest..].find(|one: char| !one.is_whitespace()).map(|skipped| rest + skipped) {
        let length = match text[start..].chars().next() {
            Some('(' | ')') => 1,
            _ => text[start..]
                .find(|one: char| one.is_whitespace() || one == '(' || one == ')')
                .unwrap_or(text.len() - start),
        };
        tokens.push((start, &text[start..start + length]));
        rest = start + length;
    }
    tokens
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).map(|(_, token)| *token)
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn wrong(&self, what: &str) -> FilterError {
        let offset = self.tokens.get(self.at).map_or(self.text.len(), |(offset, _)| *offset);
        let position = self.text[..offset].chars().count() + 1;
        FilterError { what: what.to_owned(), position, filter: self.text.to_owned() }
    }

    fn any(&mut self) -> Result<Choice, FilterError> {
        let mut choice = self.all()?;
        while self.take("or") {
            choice = Choice::Or(Box::new(choice), Box::new(self.all()?));
        }
        Ok(choice)
    }

    fn all(&mut self) -> Result<Choice, FilterError> {
        let mut choice = self.one()?;
        while self.take("and") {
            choice = Choice::And(Box::new(choice), Box::new(self.one()?));
        }
        Ok(choice)
    }

    fn one(&mut self) -> Result<Choice, FilterError> {
        if self.take("not") {
            return Ok(Choice::Not(Box::new(self.one()?)));
        }
        if self.take("(") {
            let choice = self.any()?;
            return if self.take(")") { Ok(choice) } else { Err(self.wrong("a `(` is not closed: `)` is missing")) };
        }
        match self.peek() {
            None | Some(")" | "and" | "or") => Err(self.wrong("a condition is missing")),
            Some(word) => {
                let choice = self.condition(word)?;
                self.at += 1;
                Ok(choice)
            }
        }
    }

    fn condition(&self, word: &str) -> Result<Choice, FilterError> {
        let Some((kind, value)) = word.split_once(':') else { return Ok(Choice::Id(word.to_owned())) };
        let value = value.to_owned();
        match kind {
            _ if value.is_empty() => Err(self.wrong(&format!("nothing stands after `{kind}:`"))),
            "rule" => Ok(Choice::Rule(value)),
            "ref" => Ok(Choice::Reference(value)),
            "fault" => Ok(Choice::Fault(value)),
            _ => Err(self.wrong(&format!("`{kind}:` is no kind of condition (there are rule:, ref: and fault:)"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::verify::sample::case;

    fn sample() -> Arc<Case> {
        let mut case = case("cookies/delete#same-path@row");
        case.rules = vec![crate::spec::RuleId::new("cookie.delete.expires")];
        case.refs = vec!["tutorial:R8".into(), "django:http/response.py#set_cookie".into()];
        case.catches = vec![crate::spec::FaultName::new("delete-ignores-path")];
        Arc::new(case)
    }

    #[test]
    fn conditions_look_at_the_case() {
        let case = sample();
        for (filter, expected) in [
            ("", true),
            ("delete", true),
            ("cookies/*", true),
            ("*#same-path", false),
            ("*#same-????@row", true),
            ("rule:cookie.delete", true),
            ("rule:delete", false),
            ("ref:tutorial:R8", true),
            ("ref:tutorial:R", false),
            ("ref:tutorial:", true),
            ("ref:django:http/response.py", true),
            ("fault:delete-ignores-path", true),
            ("fault:delete", false),
            ("not delete", false),
            ("not not delete", true),
            ("delete and sessions", false),
            ("sessions or delete and not rule:session", true),
            ("(sessions or delete) and not rule:cookie", false),
            ("not(sessions)", true),
        ] {
            assert_eq!(Filter::parse(filter).unwrap().chooses(&case), expected, "{filter}");
        }
    }

    #[test]
    fn mistakes_have_a_place() {
        for (filter, position, part) in [
            ("a b", 3, "between"),
            ("(a or b", 8, "not closed"),
            ("a)", 2, "without"),
            ("a and", 6, "missing"),
            ("or a", 1, "missing"),
            ("é and tag:x", 7, "`tag:`"),
            ("rule:", 1, "nothing"),
        ] {
            let error = Filter::parse(filter).unwrap_err();
            assert_eq!(error.position, position, "{error}");
            assert!(error.what.contains(part), "{error}");
        }
    }
}
