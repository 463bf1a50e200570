//! Comparing the entries of a map with the keys that it may have.

use super::check::{Check, Step, text_fault};
use super::code;
use super::describe::{listed, quoted};
use super::diagnostic::Diagnostic;
use super::map_shape::{Field, KeyRule, Keys};
use super::shape::Shape;
use super::source::Span;
use super::suggest::nearest;
use super::tree::{Key, Kind, Node};

impl<'a> Check<'a> {
    /// Checks the entries of the map `title` at `span`.
    pub(super) fn map(&mut self, title: &str, keys: &'a Keys, entries: &'a [(Key, Node)], span: Span) {
        let name = if title.is_empty() { "this map".to_owned() } else { title.to_owned() };
        let present = |key: &str| entries.iter().find(|(name, _)| name.text == key);
        let free: Vec<&str> =
            keys.fields.iter().map(|field| field.key.as_str()).filter(|key| present(key).is_none()).collect();
        // Keys that were probably meant by an unknown one; they are not reported as missing too.
        let mut meant: Vec<&str> = Vec::new();
        for (key, value) in entries {
            if let Some(field) = keys.get(&key.text) {
                self.entry(key, &field.doc, &field.shape, value);
            } else if let Some((key_shape, value_shape)) = keys.others.as_deref() {
                if let Some(found) = self.other_key(keys, key_shape, key) {
                    self.found.push(found);
                }
                self.entry(key, "", value_shape, value);
            } else {
                let near = nearest(&key.text, free.iter().copied());
                meant.extend(near);
                self.found.push(unknown_key(&name, keys, key, near));
            }
        }
        for field in &keys.fields {
            if field.required && present(&field.key).is_none() && !meant.contains(&field.key.as_str()) {
                self.found.push(missing_key(&name, field, span));
            }
        }
        for rule in &keys.rules {
            let (choices, one_needed, several_allowed) = match rule {
                KeyRule::ExactlyOne(choices) => (choices, true, false),
                KeyRule::AtMostOne(choices) => (choices, false, false),
                KeyRule::AtLeastOne(choices) => (choices, true, true),
            };
            let written: Vec<&Key> = choices.iter().filter_map(|choice| present(choice).map(|(key, _)| key)).collect();
            let misspelled = choices.iter().any(|choice| meant.contains(&choice.as_str()));
            match written.as_slice() {
                [] if one_needed && !misspelled => {
                    self.found.push(no_choice(&name, choices, span));
                }
                [first, second, ..] if !several_allowed => {
                    self.found.push(two_choices(&name, choices, first, second));
                }
                _ => {}
            }
        }
    }

    fn entry(&mut self, key: &'a Key, doc: &'a str, shape: &'a Shape, value: &'a Node) {
        self.path.push(Step::Key(&key.text, doc));
        self.node(shape, value);
        self.path.pop();
    }

    /// What is wrong with a key that is not among the known ones.
    fn other_key(&self, keys: &Keys, shape: &Shape, key: &Key) -> Option<Diagnostic> {
        let concrete = self.shapes.pick(shape, Kind::Text)?;
        let here = format!("the key `{}`", quoted(&key.text));
        let found = text_fault(&here, concrete, &key.text, key.span)?;
        let known = keys.fields.iter().map(|field| field.key.as_str());
        Some(match nearest(&key.text, known) {
            Some(near) => found.fix(format!("did you mean `{near}`?")),
            None => found,
        })
    }
}

fn unknown_key(name: &str, keys: &Keys, key: &Key, near: Option<&str>) -> Diagnostic {
    let found = Diagnostic::error(code::UNKNOWN_KEY, format!("`{}` is not a key of {name}", quoted(&key.text)))
        .at(key.span, "unknown key");
    let found = if keys.fields.is_empty() {
        found.because(format!("{name} has no keys"))
    } else {
        let known = keys.fields.iter().map(|field| field.key.as_str());
        found.because(format!("the keys of {name} are {}", listed(known)))
    };
    found.fix(near.map_or_else(
        || "remove it, or check that it is indented under the right key".to_owned(),
        |near| format!("did you mean `{near}`?"),
    ))
}

fn missing_key(name: &str, field: &Field, span: Span) -> Diagnostic {
    let because = if field.doc.is_empty() {
        format!("every {name} has it")
    } else {
        format!("`{}` is needed: {}", field.key, field.doc)
    };
    Diagnostic::error(code::MISSING_KEY, format!("the key `{}` is missing", field.key))
        .at(span, format!("in {name}"))
        .because(because)
        .fix(format!("add `{}: …`", field.key))
}

fn no_choice(name: &str, choices: &[String], span: Span) -> Diagnostic {
    let choices = listed(choices.iter().map(String::as_str));
    Diagnostic::error(code::KEY_CHOICE, format!("one of {choices} is missing"))
        .at(span, format!("in {name}"))
        .because(format!("{name} needs one of them"))
        .fix(format!("add one of {choices}"))
}

fn two_choices(name: &str, choices: &[String], first: &Key, second: &Key) -> Diagnostic {
    Diagnostic::error(code::KEY_CHOICE, format!("`{}` and `{}` exclude each other", first.text, second.text))
        .also(first.span, "first here")
        .at(second.span, "and this one here")
        .because(format!("{name} has at most one of {}", listed(choices.iter().map(String::as_str))))
        .fix("remove one of them")
}
