//! `$name` in values: whole texts stand for saved values.

use serde_json::Value;

use super::Saved;

/// The value with every text `$name`, at any depth, replaced by the value saved under that name (null when there is
/// none), and with `$$` at the beginning of a text read as a plain `$`.
#[must_use]
pub fn substitute(value: &Value, saved: &Saved) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('$') {
            Some(rest) if rest.starts_with('$') => Value::from(rest),
            Some(name) if is_name(name) => saved.get(name).cloned().unwrap_or_default(),
            _ => value.clone(),
        },
        Value::Array(list) => list.iter().map(|entry| substitute(entry, saved)).collect(),
        Value::Object(object) => {
            object.iter().map(|(name, member)| (name.clone(), substitute(member, saved))).collect()
        }
        other => other.clone(),
    }
}

/// A small letter, then small letters, digits and underscores.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_texts_are_replaced_and_parts_are_not() {
        let saved = Saved::from_iter([("key".to_owned(), json!("k1")), ("n".to_owned(), json!(5))]);
        let value = json!({"a": "$key", "b": ["$n", "x$n", "$$n", "$", "$5", "$missing"]});
        assert_eq!(substitute(&value, &saved), json!({"a": "k1", "b": [5, "x$n", "$n", "$", "$5", null]}));
    }
}
