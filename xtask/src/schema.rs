//! From a schema of OpenAPI 3.0 to a JSON Schema that examples are checked against.
//!
//! It is stricter than the contract is for a client: a member that no schema names is refused unless
//! `additionalProperties` allows it, and an open enum takes only its known values. A client has to live with
//! news; an example with news is a mistake.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// Whether unknown members of an object are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Members {
    Closed,
    /// For a part of a composed schema: the whole refuses what no part names.
    Open,
}

/// The keyword for a number that is written without a fraction: JSON Schema counts `1.0` among the integers,
/// and the decoders of most languages do not.
pub(crate) const WHOLE_NUMBER: &str = "x-whole-number";

/// The JSON Schema for `schema`, with all that it refers to.
pub(crate) fn json_schema(document: &Value, schema: &Value) -> Value {
    let mut conversion = Conversion {
        document,
        targets: Vec::new(),
        numbers: HashMap::new(),
    };
    let mut root = conversion.convert(schema, Members::Closed);
    let mut definitions = Map::new();
    // Converting a target may add further ones.
    let mut next = 0;
    while let Some((target, members)) = conversion.targets.get(next).cloned() {
        let converted = match document.pointer(&target) {
            Some(schema) => conversion.convert(schema, members),
            None => Value::Bool(true),
        };
        definitions.insert(next.to_string(), converted);
        next += 1;
    }
    if let Value::Object(root) = &mut root {
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    root
}

struct Conversion<'a> {
    document: &'a Value,
    targets: Vec<(String, Members)>,
    numbers: HashMap<(String, Members), usize>,
}

/// Keywords that mean the same in both, and whose values hold no schemas.
const SAME: [&str; 11] = [
    "enum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "required",
];

impl Conversion<'_> {
    fn convert(&mut self, schema: &Value, members: Members) -> Value {
        if schema.get("$ref").is_some() {
            return self.reference(schema, members);
        }
        let Value::Object(schema) = schema else {
            // The structure check has said that it is no schema.
            return Value::Bool(true);
        };
        let mut converted = Map::new();
        for key in SAME {
            if let Some(value) = schema.get(key) {
                converted.insert(key.to_owned(), value.clone());
            }
        }
        convert_type(schema, &mut converted);
        convert_bounds(schema, &mut converted);
        self.convert_contents(schema, &mut converted);
        self.convert_composition(schema, &mut converted);
        convert_format(schema, &mut converted);
        if members == Members::Closed {
            close(schema, &mut converted);
        }
        Value::Object(converted)
    }

    fn reference(&mut self, schema: &Value, members: Members) -> Value {
        // A broken reference is reported where it stands; here it must not stop the rest, or go in a circle.
        let Some((target, _)) = crate::model::resolve(self.document, "", schema) else {
            return Value::Bool(true);
        };
        let key = (target, members);
        let number = *self.numbers.entry(key).or_insert_with_key(|key| {
            self.targets.push(key.clone());
            self.targets.len() - 1
        });
        json!({"$ref": format!("#/$defs/{number}")})
    }

    fn convert_contents(
        &mut self,
        schema: &Map<String, Value>,
        converted: &mut Map<String, Value>,
    ) {
        if let Some(items) = schema.get("items") {
            let items = self.convert(items, Members::Closed);
            converted.insert("items".to_owned(), items);
        }
        if let Some(Value::Object(properties)) = schema.get("properties") {
            let properties = properties
                .iter()
                .map(|(name, property)| (name.clone(), self.convert(property, Members::Closed)))
                .collect();
            converted.insert("properties".to_owned(), Value::Object(properties));
        }
        if let Some(additional) = schema.get("additionalProperties") {
            let additional = match additional {
                Value::Bool(_) => additional.clone(),
                schema => self.convert(schema, Members::Closed),
            };
            converted.insert("additionalProperties".to_owned(), additional);
        }
    }

    fn convert_composition(
        &mut self,
        schema: &Map<String, Value>,
        converted: &mut Map<String, Value>,
    ) {
        for key in ["allOf", "anyOf", "oneOf"] {
            if let Some(Value::Array(parts)) = schema.get(key) {
                let parts = parts
                    .iter()
                    .map(|part| self.convert(part, Members::Open))
                    .collect();
                converted.insert(key.to_owned(), Value::Array(parts));
            }
        }
        if let Some(not) = schema.get("not") {
            let not = self.convert(not, Members::Open);
            converted.insert("not".to_owned(), not);
        }
    }
}

/// `type` with `nullable`, and the known values of an open enum.
fn convert_type(schema: &Map<String, Value>, converted: &mut Map<String, Value>) {
    let nullable = schema.get("nullable") == Some(&Value::Bool(true));
    if let Some(kind) = schema.get("type") {
        // Without a type, `nullable` says nothing: any type is allowed anyway.
        if kind == "integer" {
            converted.insert(WHOLE_NUMBER.to_owned(), Value::Bool(true));
        }
        let kind = if nullable {
            json!([kind, "null"])
        } else {
            kind.clone()
        };
        converted.insert("type".to_owned(), kind);
    }
    if let Some(Value::Array(known)) = schema.get("x-extensible-enum") {
        let mut known = known.clone();
        if nullable {
            known.push(Value::Null);
        }
        converted.insert("enum".to_owned(), Value::Array(known));
    }
}

/// The bounds of numbers. In OpenAPI 3.0, exclusiveness is a flag beside the bound.
fn convert_bounds(schema: &Map<String, Value>, converted: &mut Map<String, Value>) {
    for (bound, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        if let Some(value) = schema.get(bound) {
            let is_exclusive = schema.get(exclusive) == Some(&Value::Bool(true));
            let keyword = if is_exclusive { exclusive } else { bound };
            converted.insert(keyword.to_owned(), value.clone());
        }
    }
}

/// The range of an integer format, beside the schema's own bounds and not in their place.
fn convert_format(schema: &Map<String, Value>, converted: &mut Map<String, Value>) {
    // Other formats are refused by the rules, so there is none to be checked.
    let range = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => json!({"minimum": i32::MIN, "maximum": i32::MAX}),
        Some("int64") => json!({"minimum": i64::MIN, "maximum": i64::MAX}),
        _ => return,
    };
    let all = converted.entry("allOf").or_insert_with(|| json!([]));
    if let Value::Array(all) = all {
        all.push(range);
    }
}

/// Refuses unknown members of an object.
fn close(schema: &Map<String, Value>, converted: &mut Map<String, Value>) {
    let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
    if has(&["additionalProperties"]) {
        return;
    }
    if has(&["allOf", "anyOf", "oneOf"]) {
        converted.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    } else if has(&["properties"]) || schema.get("type") == Some(&json!("object")) {
        converted.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}

#[cfg(test)]
mod tests;
