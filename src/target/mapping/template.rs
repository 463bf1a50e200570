//! Texts with `$names` in them.

use serde_json::Value;

/// A text in which `$name`, `$name.field` and `${name}` stand for values; `$$` is a dollar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(pub String);

/// Where the values of names come from.
pub trait Variables {
    /// The value of a name without its `$`; `None` when it has none now.
    fn value(&self, name: &str) -> Option<Value>;
}

impl<F: Fn(&str) -> Option<Value>> Variables for F {
    fn value(&self, name: &str) -> Option<Value> {
        self(name)
    }
}

/// A part of a template.
enum Piece<'a> {
    Literal(&'a str),
    Name(&'a str),
}

impl Template {
    /// The names that it asks for, in order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let name = |piece| if let Piece::Name(name) = piece { Some(name) } else { None };
        pieces(&self.0).into_iter().filter_map(name).collect()
    }

    /// The text with values in place, each passed through `written`; the first name without a value otherwise.
    pub fn expand(&self, variables: &dyn Variables, written: impl Fn(String) -> String) -> Result<String, String> {
        let mut text = String::new();
        for piece in pieces(&self.0) {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Name(name) => {
                    let value = variables.value(name).ok_or_else(|| name.to_owned())?;
                    text.push_str(&written(as_text(&value)));
                }
            }
        }
        Ok(text)
    }

    /// The value of a template that is nothing but one name, with its type; the text of any other.
    pub fn value(&self, variables: &dyn Variables) -> Result<Value, String> {
        match pieces(&self.0).as_slice() {
            [Piece::Name(name)] => variables.value(name).ok_or_else(|| (*name).to_owned()),
            _ => self.expand(variables, |text| text).map(Value::String),
        }
    }
}

/// A JSON value as people write it into a form.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let (piece, next) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((name, next)) if !name.is_empty() && name_length(name) == name.len() => (Piece::Name(name), next),
            _ if after.starts_with('$') => (Piece::Literal("$"), &after[1..]),
            _ => match name_length(after) {
                0 => (Piece::Literal("$"), after),
                length => (Piece::Name(&after[..length]), &after[length..]),
            },
        };
        if !before.is_empty() {
            pieces.push(Piece::Literal(before));
        }
        pieces.push(piece);
        rest = next;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    pieces
}

/// How many octets of a text are a name: words of letters, digits and `_`, joined by single dots.
fn name_length(text: &str) -> usize {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut length = 0;
    loop {
        let word = text[length..].find(|c| !is_word(c)).unwrap_or(text.len() - length);
        if word == 0 || text[length..].starts_with(|c: char| c.is_ascii_digit()) {
            return length.saturating_sub(usize::from(length > 0));
        }
        length += word;
        if !text[length..].starts_with('.') {
            return length;
        }
        length += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_and_nothing_else() {
        let variables = |name: &str| match name {
            "key" => Some(Value::from("apple")),
            "user.password" => Some(Value::from("p$key")),
            "n" => Some(Value::from(3)),
            _ => None,
        };
        for (text, expected) in [
            ("", Ok("")),
            ("plain", Ok("plain")),
            ("$key", Ok("apple")),
            ("a${key}s", Ok("aapples")),
            ("/cart/$key.", Ok("/cart/apple.")),
            ("$user.password", Ok("p$key")),
            ("$$key", Ok("$key")),
            ("5$", Ok("5$")),
            ("$5", Ok("$5")),
            ("$n$n", Ok("33")),
            ("${key", Ok("${key")),
            ("$keys", Err("keys")),
            ("$user", Err("user")),
        ] {
            let template = Template(text.to_owned());
            let expanded = template.expand(&variables, |text| text);
            assert_eq!(expanded.as_deref().map_err(String::as_str), expected, "{text}");
        }
        assert_eq!(Template("$n".into()).value(&variables), Ok(Value::from(3)));
        assert_eq!(Template("$n ".into()).value(&variables), Ok(Value::from("3 ")));
        assert_eq!(Template("$a, ${b.c} $$d".into()).names(), ["a", "b.c"]);
    }
}
