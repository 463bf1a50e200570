//! Shapes in words, for messages and reference pages.

use super::shape::{Shape, ShapeKind, Shapes};

/// How many words of a closed list are named.
const NAMED: usize = 16;

impl Shapes {
    /// What a value of this shape is, in words: "a list of Case", "text or a map".
    #[must_use]
    pub fn describe(&self, shape: &Shape) -> String {
        let mut parts: Vec<String> = Vec::new();
        for concrete in self.concrete(shape) {
            let part = describe_concrete(concrete);
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        match parts.split_last() {
            None => "a value".to_owned(),
            Some((only, [])) => only.clone(),
            Some((last, rest)) => {
                let rest = rest.join(", ");
                // A part that is an enumeration itself needs the comma to end it.
                let comma = if rest.contains([',', '`']) { "," } else { "" };
                format!("{rest}{comma} or {last}")
            }
        }
    }
}

fn describe_concrete(shape: &Shape) -> String {
    match &shape.kind {
        ShapeKind::Any | ShapeKind::Either(_) | ShapeKind::Reference(_) => "any value".to_owned(),
        ShapeKind::Null => "`null`".to_owned(),
        ShapeKind::Bool => "`true` or `false`".to_owned(),
        ShapeKind::Integer { min, max } if min == max => format!("the number {min}"),
        ShapeKind::Integer { min, max } => {
            let lowest = (*min != i64::MIN).then(|| min.to_string());
            let highest = (*max != i64::MAX).then(|| max.to_string());
            format!("a whole number{}", bounds(lowest, highest))
        }
        ShapeKind::Number { min, max } => {
            let lowest = min.is_finite().then(|| min.to_string());
            let highest = max.is_finite().then(|| max.to_string());
            format!("a number{}", bounds(lowest, highest))
        }
        ShapeKind::Text { syntax, .. } => syntax.map_or("text", |syntax| syntax.name).to_owned(),
        ShapeKind::OneOf(words) => match words.as_slice() {
            [only] => format!("`{}`", only.text),
            words => format!("one of {}", listed(words.iter().map(|word| word.text.as_str()))),
        },
        ShapeKind::Duration => "a duration".to_owned(),
        ShapeKind::List { item, .. } => match short_name(item) {
            Some(name) => format!("a list of {name}"),
            None => "a list".to_owned(),
        },
        ShapeKind::Map(_) if shape.title.is_empty() => "a map".to_owned(),
        ShapeKind::Map(_) => format!("a map ({})", shape.title),
    }
}

/// A name for the items of a list, if there is a short one.
fn short_name(shape: &Shape) -> Option<&str> {
    if let ShapeKind::Reference(name) = &shape.kind {
        return Some(name);
    }
    if !shape.title.is_empty() {
        return Some(&shape.title);
    }
    match &shape.kind {
        ShapeKind::Text { .. } | ShapeKind::OneOf(_) => Some("texts"),
        ShapeKind::Integer { .. } | ShapeKind::Number { .. } => Some("numbers"),
        ShapeKind::Duration => Some("durations"),
        ShapeKind::Map(_) => Some("maps"),
        _ => None,
    }
}

fn bounds(lowest: Option<String>, highest: Option<String>) -> String {
    match (lowest, highest) {
        (None, None) => String::new(),
        (Some(lowest), None) => format!(" of at least {lowest}"),
        (None, Some(highest)) => format!(" of at most {highest}"),
        (Some(lowest), Some(highest)) => format!(" from {lowest} to {highest}"),
    }
}

/// Text of the document as messages quote it: on one line, and shortened when it is long.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut out = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == LONGEST {
            out.push('…');
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Words in backticks with commas between them; the rest of a long list is counted.
pub(super) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    if words.len() <= NAMED {
        return words.join(", ");
    }
    format!("{} and {} more", words[..NAMED].join(", "), words.len() - NAMED)
}
