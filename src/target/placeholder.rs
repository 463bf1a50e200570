//! Placeholders in commands and environments: `{port}`, `{engine}`, `{cache.url}`.

use std::ops::Range;

use crate::contract::ServiceRole;

/// What a placeholder stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placeholder {
    /// `{port}`: the loopback port on which the server shall listen.
    Port,
    /// `{data_dir}`: a fresh folder for what the server stores, removed afterwards.
    DataDir,
    /// `{env_dir}`: the folder `.env` beside the target file, for what `install` makes.
    EnvDir,
    /// `{folder}`: the folder of the target file.
    Folder,
    /// `{cache.url}`: where a service answers, `host:port`.
    ServiceUrl(ServiceRole),
    /// `{engine}`: the variant's value on an axis.
    Axis(String),
}

/// Names that are not free for axes.
pub(super) const RESERVED: [&str; 4] = ["port", "data_dir", "env_dir", "folder"];

impl Placeholder {
    /// The placeholder called `name`, without braces; any other word is taken for an axis.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "port" => Self::Port,
            "data_dir" => Self::DataDir,
            "env_dir" => Self::EnvDir,
            "folder" => Self::Folder,
            _ => [ServiceRole::Cache, ServiceRole::Database]
                .into_iter()
                .find(|role| name.strip_suffix(".url") == Some(role.name()))
                .map_or_else(|| Self::Axis(name.to_owned()), Self::ServiceUrl),
        }
    }

    /// Whether it is known only once the server is about to start.
    #[must_use]
    pub(super) fn is_late(&self) -> bool {
        matches!(self, Self::Port | Self::DataDir | Self::ServiceUrl(_))
    }
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Stands for itself.
    Literal(&'a str),
    /// The name between braces, and where it stands with them.
    Name(&'a str, Range<usize>),
}

/// Cuts a text at its placeholders. `{{name}}` stands for `{name}`; braces around anything but a name stand for
/// themselves, so that JSON needs no quoting.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut literal = 0;
    let mut at = 0;
    while let Some(brace) = text[at..].find('{').map(|offset| at + offset) {
        let quoted = text[brace + 1..].starts_with('{');
        let start = brace + 1 + usize::from(quoted);
        let end = start + text[start..].find(|c| !is_name(c)).unwrap_or(text.len() - start);
        let closing = if quoted { "}}" } else { "}" };
        at = start;
        if end == start || !text[end..].starts_with(closing) {
            continue;
        }
        at = end + closing.len();
        if quoted {
            pieces.push(Piece::Literal(&text[literal..=brace]));
            pieces.push(Piece::Literal(&text[start..=end]));
        } else {
            pieces.push(Piece::Literal(&text[literal..brace]));
            pieces.push(Piece::Name(&text[start..end], brace..at));
        }
        literal = at;
    }
    pieces.push(Piece::Literal(&text[literal..]));
    pieces.retain(|piece| *piece != Piece::Literal(""));
    pieces
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// Puts values in place of placeholders; fails with the first name that has none.
pub fn expand(text: &str, value: impl Fn(&Placeholder) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Name(name, _) => {
                out.push_str(&value(&Placeholder::named(name)).ok_or_else(|| name.to_owned())?);
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_replaced_and_nothing_else() {
        let value = |placeholder: &Placeholder| match placeholder {
            Placeholder::Port => Some("8000".to_owned()),
            Placeholder::ServiceUrl(ServiceRole::Cache) => Some("127.0.0.1:1".to_owned()),
            Placeholder::Axis(name) if name == "engine" => Some("db".to_owned()),
            _ => None,
        };
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("{port}", "8000"),
            ("a{port}b{engine}c", "a8000bdbc"),
            ("{port}{port}", "80008000"),
            ("memcached://{cache.url}/", "memcached://127.0.0.1:1/"),
            ("{{port}}", "{port}"),
            ("a{{port}}b", "a{port}b"),
            (r#"{"a": {"b": {port}}}"#, r#"{"a": {"b": 8000}}"#),
            ("{}", "{}"),
            ("{", "{"),
            ("{port", "{port"),
            ("${é}", "${é}"),
            ("{ port }", "{ port }"),
        ] {
            assert_eq!(expand(text, value).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(expand("{port} {lost}", value), Err("lost".to_owned()));
        assert_eq!(expand("{folder}", value), Err("folder".to_owned()));
    }
}
