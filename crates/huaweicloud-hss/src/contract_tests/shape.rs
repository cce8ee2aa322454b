//! A schema in terms in which a component of the contract and a Rust type can be compared.
//!
//! The contract is OpenAPI 3.0, and the types describe themselves in JSON Schema 2020-12. Of what is used
//! here, the two differ in how they allow null.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// A schema in which everything is allowed, null too.
const ANYTHING: &str = "any value";

const ANNOTATIONS: [&str; 9] = [
    "$schema",
    "$defs",
    "title",
    "description",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "externalDocs",
];

/// Keywords of the contract that lowering takes out on purpose, so no type may have them.
const BOUNDS: [&str; 11] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "default",
];

/// What a schema allows.
pub(super) struct Shape {
    /// The type with format, items and so on, in words. Two schemas with the same words allow the same.
    pub(super) kind: String,
    /// The properties by their names on the wire.
    pub(super) properties: BTreeMap<String, Property>,
    /// The known values of an open enum.
    pub(super) values: BTreeSet<String>,
}

/// What an object has under one name.
pub(super) struct Property {
    /// As in [`Shape`].
    pub(super) kind: String,
    /// Whether it is always there.
    pub(super) required: bool,
    /// Whether null is allowed.
    pub(super) null: bool,
}

impl Shape {
    /// What a component schema of the contract asks of its type. A property that need not be there may also
    /// be null: servers send the one for the other, and lowering allows it everywhere.
    pub(super) fn asked(schema: &Value) -> Self {
        let mut shape = Self::of(schema, &BOUNDS);
        for property in shape.properties.values_mut() {
            property.null |= !property.required;
        }
        shape
    }

    /// What a type allows, by its own description.
    pub(super) fn given(schema: &Value) -> Self {
        Self::of(schema, &[])
    }

    fn of(schema: &Value, ignored: &[&str]) -> Self {
        let required: Vec<_> = strings(&schema["required"]).collect();
        let properties = schema["properties"].as_object().into_iter().flatten();
        let properties = properties.map(|(name, property)| {
            let (kind, null) = describe(property, ignored);
            let property = Property {
                required: required.contains(&name.as_str()),
                null: null || kind == ANYTHING,
                kind,
            };
            (name.clone(), property)
        });
        let mut rest = schema.clone();
        if let Value::Object(members) = &mut rest {
            members.retain(|key, _| !matches!(key.as_str(), "required" | "properties"));
        }
        Self {
            kind: describe_or_null(&rest, ignored),
            properties: properties.collect(),
            values: strings(&schema["x-extensible-enum"])
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// A schema in words, and whether it allows null besides.
fn describe(schema: &Value, ignored: &[&str]) -> (String, bool) {
    let Value::Object(members) = schema else {
        let kind = match schema {
            Value::Bool(true) => ANYTHING.to_owned(),
            other => other.to_string(),
        };
        return (kind, false);
    };
    let mut rest = members.clone();
    rest.retain(|key, _| !is_annotation(key) && !ignored.contains(&key.as_str()));
    let (mut kind, null) = match base(&mut rest, ignored) {
        Some(found) => found,
        None if rest.is_empty() => (ANYTHING.to_owned(), false),
        None => ("a value".to_owned(), false),
    };
    // What is not understood has to be the same word by word, and is not silently taken for equal.
    for (key, value) in rest {
        kind += &format!(" with {key}: {value}");
    }
    (kind, null)
}

/// Takes the keywords that say what kind of value is meant.
fn base(members: &mut Map<String, Value>, ignored: &[&str]) -> Option<(String, bool)> {
    let mut null = members.shift_remove("nullable") == Some(Value::Bool(true));
    if let Some(reference) = members.shift_remove("$ref") {
        let target = reference.as_str().unwrap_or_default();
        let name = target.rsplit('/').next().unwrap_or_default();
        return Some((name.to_owned(), null));
    }
    if let Some([one, other]) = members
        .get("anyOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        && *other == serde_json::json!({"type": "null"})
    {
        let (kind, _) = describe(one, ignored);
        members.shift_remove("anyOf");
        return Some((kind, true));
    }
    let mut types: Vec<_> = match members.shift_remove("type")? {
        Value::Array(types) => types,
        one => vec![one],
    };
    types.retain(|one| {
        null |= one == "null";
        one != "null"
    });
    let mut kind: String = types
        .iter()
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join(" or ");
    if let Some(Value::String(format)) = members.shift_remove("format") {
        kind += &format!(" {format}");
    }
    if let Some(items) = members.shift_remove("items") {
        kind += &format!(" of {}", describe_or_null(&items, ignored));
    }
    if let Some(others) = members.shift_remove("additionalProperties") {
        kind += &match describe_or_null(&others, ignored).as_str() {
            "false" => " without other members".to_owned(),
            others => format!(" with other members: {others}"),
        };
    }
    Some((kind, null))
}

fn describe_or_null(schema: &Value, ignored: &[&str]) -> String {
    match describe(schema, ignored) {
        (kind, true) => format!("{kind} or null"),
        (kind, false) => kind,
    }
}

/// Whether the keyword says nothing about what is allowed.
pub(super) fn is_annotation(keyword: &str) -> bool {
    keyword.starts_with("x-") || ANNOTATIONS.contains(&keyword)
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}
