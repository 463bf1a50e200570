//! Shapes as JSON Schema (draft 2020-12), so that editors complete and explain.

use serde_json::{Map, Value, json};

use super::duration;
use super::map_shape::{KeyRule, Keys};
use super::shape::{Shape, ShapeKind, Shapes};

/// The schema of documents of a shape, with the named shapes under `$defs`.
pub(super) fn schema(shapes: &Shapes, root: &Shape, id: &str) -> Value {
    let mut out = Map::new();
    out.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    out.insert("$id".to_owned(), json!(id));
    out.extend(of(root));
    let named: Map<String, Value> = shapes
        .iter()
        .map(|(name, shape)| {
            let mut definition = of(shape);
            definition.entry("title").or_insert_with(|| Value::String(name.to_owned()));
            (name.to_owned(), Value::Object(definition))
        })
        .collect();
    if !named.is_empty() {
        out.insert("$defs".to_owned(), Value::Object(named));
    }
    Value::Object(out)
}

fn of(shape: &Shape) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, text) in [("title", &shape.title), ("description", &shape.doc)] {
        if !text.is_empty() {
            out.insert(name.to_owned(), json!(text));
        }
    }
    out.extend(constraints(&shape.kind));
    out
}

fn constraints(kind: &ShapeKind) -> Map<String, Value> {
    let value = match kind {
        ShapeKind::Any => json!({}),
        ShapeKind::Null => json!({"type": "null"}),
        ShapeKind::Bool => json!({"type": "boolean"}),
        ShapeKind::Integer { min, max } => {
            let mut out = json!({"type": "integer"});
            if *min != i64::MIN {
                out["minimum"] = json!(min);
            }
            if *max != i64::MAX {
                out["maximum"] = json!(max);
            }
            out
        }
        ShapeKind::Number { min, max } => {
            let mut out = json!({"type": "number"});
            if min.is_finite() {
                out["minimum"] = json!(min);
            }
            if max.is_finite() {
                out["maximum"] = json!(max);
            }
            out
        }
        ShapeKind::Text { not_empty, syntax } => {
            let mut out = json!({"type": "string"});
            if let Some(syntax) = syntax {
                out["pattern"] = json!(syntax.pattern);
                out["examples"] = json!([syntax.example]);
            } else if *not_empty {
                out["pattern"] = json!("\\S");
            }
            out
        }
        ShapeKind::OneOf(words) if words.iter().all(|word| word.doc.is_empty()) => {
            json!({"enum": words.iter().map(|word| &word.text).collect::<Vec<_>>()})
        }
        ShapeKind::OneOf(words) => {
            let words = words.iter().map(|word| json!({"const": word.text, "description": word.doc}));
            json!({"type": "string", "oneOf": words.collect::<Vec<_>>()})
        }
        // `pattern` judges texts only, and `minimum` numbers only.
        ShapeKind::Duration => json!({
            "type": ["string", "number"],
            "pattern": duration::PATTERN,
            "minimum": 0,
            "examples": ["2s", "1h", "14d"],
        }),
        ShapeKind::List { item, not_empty } => {
            let mut out = json!({"type": "array", "items": of(item)});
            if *not_empty {
                out["minItems"] = json!(1);
            }
            out
        }
        ShapeKind::Map(keys) => map(keys),
        ShapeKind::Either(alternatives) => {
            json!({"anyOf": alternatives.iter().map(of).collect::<Vec<_>>()})
        }
        ShapeKind::Reference(name) => json!({"$ref": format!("#/$defs/{name}")}),
    };
    match value {
        Value::Object(out) => out,
        _ => Map::new(),
    }
}

fn map(keys: &Keys) -> Value {
    let mut properties = Map::new();
    for field in &keys.fields {
        let mut property = of(&field.shape);
        if !field.doc.is_empty() {
            property.insert("description".to_owned(), json!(field.doc));
        }
        properties.insert(field.key.clone(), Value::Object(property));
    }
    let mut out = json!({"type": "object", "additionalProperties": false});
    if !properties.is_empty() {
        out["properties"] = Value::Object(properties);
    }
    let required: Vec<&str> =
        keys.fields.iter().filter(|field| field.required).map(|field| field.key.as_str()).collect();
    if !required.is_empty() {
        out["required"] = json!(required);
    }
    if let Some((key, value)) = keys.others.as_deref() {
        others(&mut out, keys, key, value);
    }
    if keys.not_empty {
        out["minProperties"] = json!(1);
    }
    let rules: Vec<Value> = keys.rules.iter().map(rule).collect();
    if !rules.is_empty() {
        out["allOf"] = Value::Array(rules);
    }
    out
}

/// Entries beyond the known keys. The known keys need not have the form of the others.
fn others(out: &mut Value, keys: &Keys, key: &Shape, value: &Shape) {
    out["additionalProperties"] = Value::Object(of(value));
    let names = of(key);
    if names.keys().all(|name| matches!(name.as_str(), "type" | "title" | "description")) {
        return;
    }
    out["propertyNames"] = if keys.fields.is_empty() {
        Value::Object(names)
    } else {
        let known: Vec<&str> = keys.fields.iter().map(|field| field.key.as_str()).collect();
        json!({"anyOf": [{"enum": known}, names]})
    };
}

fn rule(rule: &KeyRule) -> Value {
    let one = |key: &String| json!({"required": [key]});
    match rule {
        KeyRule::ExactlyOne(keys) => json!({"oneOf": keys.iter().map(one).collect::<Vec<_>>()}),
        KeyRule::AtLeastOne(keys) => json!({"anyOf": keys.iter().map(one).collect::<Vec<_>>()}),
        KeyRule::AtMostOne(keys) => {
            let pairs = keys.iter().enumerate().flat_map(|(index, first)| {
                keys[index + 1..].iter().map(move |second| json!({"required": [first, second]}))
            });
            json!({"not": {"anyOf": pairs.collect::<Vec<_>>()}})
        }
    }
}
