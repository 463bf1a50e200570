//! A page about a format of files, from the schema that editors complete from.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::cell;

/// How many words of a closed list are named.
const WORDS: usize = 20;

pub(super) fn page(title: &str, introduction: &str, schema: &Value) -> String {
    let mut page = Page { text: format!("# {title}\n\n{introduction}\n"), waiting: Vec::new(), told: Vec::new() };
    page.map("the file", schema);
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        page.section(name, definition);
    }
    page.text
}

/// A page in the making. Maps inside of maps get sections of their own, in the order in which they are met.
struct Page {
    text: String,
    waiting: Vec<(String, Value)>,
    /// Maps that have a section, or wait for one, and where: the same map twice is told once.
    told: Vec<(Value, String)>,
}

impl Page {
    /// A section of a named shape.
    fn section(&mut self, name: &str, schema: &Value) {
        // Writing to a string cannot fail.
        let _ = write!(self.text, "\n## {name}\n");
        if let Some(about) = schema["description"].as_str() {
            let _ = write!(self.text, "\n{about}\n");
        }
        if is_map(schema) {
            self.map(name, schema);
        } else {
            let words = self.words(name, schema);
            let _ = write!(self.text, "\nIs {words}.\n");
            self.sections_that_wait();
        }
    }

    /// The keys of a map, then the maps that its values are.
    fn map(&mut self, path: &str, schema: &Value) {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if let Some(properties) = schema["properties"].as_object() {
            self.text.push_str("\n| key | is | means |\n| --- | --- | --- |\n");
            for (key, value) in properties {
                let words = self.words(&below(path, key), value);
                let must = if required.contains(&key.as_str()) { ", required" } else { "" };
                let about = value["description"].as_str().unwrap_or_default();
                let _ = writeln!(self.text, "| `{key}`{must} | {} | {} |", cell(&words), cell(about));
            }
        }
        for rule in rules(schema) {
            let _ = write!(self.text, "\n{rule}\n");
        }
        if schema["additionalProperties"].is_object() {
            let words = self.words(&below(path, "*"), &schema["additionalProperties"]);
            let name = key_words(&schema["propertyNames"]);
            let further = if schema["properties"].is_object() { "Any further key" } else { "Every key" };
            let _ = write!(self.text, "\n{further} is {name}; its value is {words}.\n");
        }
        self.sections_that_wait();
    }

    fn sections_that_wait(&mut self) {
        for (path, schema) in std::mem::take(&mut self.waiting) {
            let _ = write!(self.text, "\n### `{path}`\n");
            if let Some(about) = schema["description"].as_str() {
                let _ = write!(self.text, "\n{about}\n");
            }
            self.map(&path, &schema);
        }
    }

    /// What a value is, in words; a map with keys of its own waits for a section.
    fn words(&mut self, path: &str, schema: &Value) -> String {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return format!("[{name}](#{})", name.to_lowercase());
        }
        if let Some(words) = schema["enum"].as_array() {
            return listed(words.iter().map(Value::to_string).map(|word| word.trim_matches('"').to_owned()));
        }
        if let Some(words) =
            schema["oneOf"].as_array().filter(|words| words.iter().all(|word| word["const"].is_string()))
        {
            let told = words.iter().map(|word| {
                let about = word["description"].as_str().unwrap_or_default().trim_end_matches('.');
                format!("`{}` ({about})", word["const"].as_str().unwrap_or_default())
            });
            return told.collect::<Vec<_>>().join(", ");
        }
        if let Some(alternatives) = schema["anyOf"].as_array() {
            let words: Vec<String> = alternatives.iter().map(|one| self.words(path, one)).collect();
            return words.join(", or ");
        }
        match &schema["type"] {
            Value::String(kind) => self.of_type(kind, path, schema),
            // Durations alone have several types.
            Value::Array(_) => "a duration (`2s`, `14d`), or seconds".to_owned(),
            _ => "any value".to_owned(),
        }
    }

    /// A link to the section of a map.
    fn map_elsewhere(&mut self, path: &str, schema: &Value) -> String {
        let mut known = schema.clone();
        known.as_object_mut().map(|fields| fields.remove("description"));
        if let Some((_, place)) = self.told.iter().find(|(told, _)| *told == known) {
            return format!("[a map](#{})", anchor(place));
        }
        self.told.push((known, path.to_owned()));
        self.waiting.push((path.to_owned(), schema.clone()));
        format!("[a map](#{})", anchor(path))
    }

    fn of_type(&mut self, kind: &str, path: &str, schema: &Value) -> String {
        match kind {
            "object" if is_plain_map(schema) => {
                let value = self.words(&below(path, "*"), &schema["additionalProperties"]);
                format!("a map from {} to {value}", key_words(&schema["propertyNames"]))
            }
            "object" => self.map_elsewhere(path, schema),
            "array" => {
                let some = if schema["minItems"] == 1 { "a list, not empty, of" } else { "a list of" };
                format!("{some} {}", self.words(&below(path, "[]"), &schema["items"]))
            }
            "string" => match schema["examples"][0].as_str() {
                Some(example) => format!("text such as `{example}`"),
                None => "text".to_owned(),
            },
            "integer" => format!("a whole number{}", bounds(schema)),
            "number" => format!("a number{}", bounds(schema)),
            "boolean" => "`true` or `false`".to_owned(),
            other => format!("`{other}`"),
        }
    }
}

fn is_map(schema: &Value) -> bool {
    schema["type"] == "object"
}

/// A map without known keys.
fn is_plain_map(schema: &Value) -> bool {
    schema["properties"].as_object().is_none_or(Map::is_empty) && schema["additionalProperties"].is_object()
}

fn below(path: &str, key: &str) -> String {
    match (path, key) {
        ("the file", _) => key.to_owned(),
        (_, "[]") => format!("{path}[]"),
        _ => format!("{path}.{key}"),
    }
}

/// The anchor of a heading, as Markdown renderers make it.
fn anchor(path: &str) -> String {
    path.to_lowercase().chars().filter(|one| one.is_alphanumeric() || matches!(one, '-' | '_')).collect()
}

fn key_words(schema: &Value) -> String {
    if let Some(words) = schema["enum"].as_array().or_else(|| schema["anyOf"][1]["enum"].as_array()) {
        return listed(words.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    if let Some(words) = schema["oneOf"].as_array() {
        return listed(words.iter().filter_map(|word| word["const"].as_str()).map(str::to_owned));
    }
    match schema["examples"][0].as_str().or_else(|| schema["anyOf"][1]["examples"][0].as_str()) {
        Some(example) => format!("a name such as `{example}`"),
        None => "a name".to_owned(),
    }
}

/// Words of a closed list; the first of a long one.
fn listed(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    let count = words.len();
    if count > WORDS {
        words.truncate(3);
        words.push(format!("… ({count} words; the JSON Schema has them all)"));
    }
    words.join(", ")
}

fn bounds(schema: &Value) -> String {
    match (&schema["minimum"], &schema["maximum"]) {
        (Value::Null, Value::Null) => String::new(),
        (least, Value::Null) => format!(" from {least}"),
        (Value::Null, most) => format!(" up to {most}"),
        (least, most) if least == most => format!(": {least}"),
        (least, most) => format!(" from {least} to {most}"),
    }
}

/// Which keys go together.
fn rules(schema: &Value) -> Vec<String> {
    let keys = |alternatives: &Value| {
        let mut keys: Vec<&str> = Vec::new();
        for key in alternatives.as_array().into_iter().flatten().filter_map(|one| one["required"].as_array()).flatten()
        {
            keys.extend(key.as_str().filter(|key| !keys.contains(key)));
        }
        listed(keys.into_iter().map(str::to_owned))
    };
    let rules = schema["allOf"].as_array().into_iter().flatten();
    let told = rules.map(|rule| match rule.as_object().and_then(|rule| rule.iter().next()) {
        Some((kind, alternatives)) if kind == "oneOf" => format!("Exactly one of {}.", keys(alternatives)),
        Some((kind, alternatives)) if kind == "anyOf" => format!("At least one of {}.", keys(alternatives)),
        Some((_, not)) => format!("At most one of {}.", keys(&not["anyOf"])),
        None => String::new(),
    });
    told.filter(|rule| !rule.is_empty()).collect()
}
