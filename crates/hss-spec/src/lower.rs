//! A copy of a document that progenitor turns into good Rust.
//!
//! The published document describes the service to people and to every tool. progenitor reads some of that
//! description as a promise to be enforced: a documented `minimum: 1` becomes a type that refuses the zero a
//! server sends after all. So the generator gets a copy with all such promises taken out, and this is the
//! one place that knows what it cannot take.

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};

use crate::{Contract, Error, error_ranges};

/// Keywords that describe values and that the generator would turn into types which refuse other values.
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

/// Makes a copy of `contract` for the generator:
///
/// - bounds and defaults of values are taken out: a value beyond them is for the server to refuse, or to send;
/// - an array that is not required takes `null` too (a scalar that is not required does so anyway);
/// - errors are responses by range, as [`error_ranges`] makes them;
/// - `additionalProperties: true` beside named properties becomes `{}`, which keeps unknown members;
/// - examples and extensions are left out. The open enums are schemas of plain strings then; progenitor is to
///   be told to use the types of [`open_enum_source`](crate::open_enum_source) in their place.
///
/// # Errors
///
/// The copy does not have the structure of an OpenAPI 3.0 document.
pub fn lower(contract: &Contract) -> Result<OpenAPI, Error> {
    serde_json::from_value(lowered(contract)).map_err(|error| {
        Error::shape(
            contract.name(),
            "/",
            format!("not an OpenAPI 3.0 document: {error}"),
        )
    })
}

fn lowered(contract: &Contract) -> Value {
    let mut value = contract.value().clone();
    drop_annotations(&mut value);
    error_ranges(&mut value);
    for_each_schema(&mut value, &mut lower_schema);
    value
}

/// Takes out extensions, examples and response headers, none of which the generator uses.
fn drop_annotations(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| {
                !key.starts_with("x-") && !matches!(key.as_str(), "example" | "examples")
            });
            if members.contains_key("content") {
                members.shift_remove("headers");
            }
            for (key, member) in members {
                match (key.as_str(), member) {
                    // Here the keys are names of properties, which may look like keywords.
                    ("properties", Value::Object(properties)) => {
                        properties.values_mut().for_each(drop_annotations);
                    }
                    (_, other) => drop_annotations(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(drop_annotations),
        _ => {}
    }
}

/// Calls `change` on every schema of the document: components, parameters, bodies, and all within them.
fn for_each_schema(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let Value::Object(members) = value else {
        if let Value::Array(items) = value {
            for item in items {
                for_each_schema(item, change);
            }
        }
        return;
    };
    for (key, member) in members.iter_mut() {
        match (key.as_str(), member) {
            ("schema", schema) => visit_schema(schema, change),
            ("schemas", Value::Object(schemas)) => {
                for schema in schemas.values_mut() {
                    visit_schema(schema, change);
                }
            }
            (_, other) => for_each_schema(other, change),
        }
    }
}

fn visit_schema(schema: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let Value::Object(members) = schema else {
        return;
    };
    change(members);
    for key in ["items", "additionalProperties", "not"] {
        if let Some(inner) = members.get_mut(key) {
            visit_schema(inner, change);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(inner)) = members.get_mut(key) {
            for schema in inner {
                visit_schema(schema, change);
            }
        }
    }
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        for property in properties.values_mut() {
            visit_schema(property, change);
        }
    }
}

fn lower_schema(schema: &mut Map<String, Value>) {
    for keyword in BOUNDS {
        schema.shift_remove(keyword);
    }
    if schema.contains_key("properties")
        && schema.get("additionalProperties") == Some(&Value::Bool(true))
    {
        schema.insert("additionalProperties".to_owned(), json!({}));
    }
    let required: Vec<String> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            if property.get("type") == Some(&json!("array")) && !required.contains(name) {
                property["nullable"] = Value::Bool(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowered_contract() {
        for (name, contract) in [
            ("hss_image", Contract::hss_image()),
            ("iam", Contract::iam()),
        ] {
            lower(contract).expect("an OpenAPI 3.0 document");
            insta::assert_json_snapshot!(name, lowered(contract));
        }
    }

    #[test]
    fn a_property_that_is_named_like_a_keyword_stays() {
        let contract = Contract::parse(
            "x.yaml",
            "openapi: 3.0.3\ninfo:\n  title: T\n  version: '1'\npaths: {}\ncomponents:\n  schemas:\n    A:\n      type: object\n      properties:\n        example:\n          type: string\n        minimum:\n          type: integer\n          minimum: 1\n",
        )
        .expect("readable");
        let lowered = lowered(&contract);
        let properties = &lowered["components"]["schemas"]["A"]["properties"];
        assert_eq!(properties["example"], json!({"type": "string"}));
        assert_eq!(properties["minimum"], json!({"type": "integer"}));
    }
}
