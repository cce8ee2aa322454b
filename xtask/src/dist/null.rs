//! Responses in which `null` may stand for a value.
//!
//! No source says that the service sends `null`, so the contract does not state it. But no field is promised either,
//! and one `null` that is not declared makes a strict client refuse a whole page.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::model::{Kind, Node, resolve, walk};

/// Declares each text, number, boolean and list of a response as nullable.
///
/// `nullable` counts only in the schema that has the type. So a text that is a component of its own, as an open enum
/// is, gets copied to where it is used: the component is that of a parameter too, which is never `null`. A closed enum
/// stays, since its name is what one wants of it, and so does an object.
///
/// # Errors
///
/// An object is in a request, too, where `null` would be something else.
pub(super) fn nullable(document: &mut Value) -> Result<(), String> {
    let original = document.clone();
    let nodes = walk(&original);
    let received = objects(&nodes, Kind::Responses);
    let sent = objects(&nodes, Kind::RequestBody);
    if let Some(both) = received.intersection(&sent).next() {
        return Err(format!(
            "{both}: this object is in a request and in a response; give each its own"
        ));
    }
    for pointer in received {
        let schema = document.pointer_mut(&pointer);
        let schema = schema.and_then(Value::as_object_mut);
        let properties = schema.and_then(|schema| schema.get_mut("properties"));
        let properties = properties.and_then(Value::as_object_mut);
        for property in properties.into_iter().flat_map(Map::values_mut) {
            let Some((_, target)) = resolve(&original, "", property) else {
                continue;
            };
            let is_object = target.get("type").is_none_or(|kind| kind == "object");
            if is_object || target.get("enum").is_some() {
                continue;
            }
            *property = with_null(target);
        }
    }
    Ok(())
}

/// The places of the schemas of objects that bodies of a kind hold.
fn objects(nodes: &[Node<'_>], bodies: Kind) -> BTreeSet<String> {
    let mut waiting: Vec<String> = nodes
        .iter()
        .filter(|node| node.kind == bodies)
        .map(|node| node.pointer.clone())
        .collect();
    let (mut seen, mut objects) = (BTreeSet::new(), BTreeSet::new());
    while let Some(place) = waiting.pop() {
        if !seen.insert(place.clone()) {
            continue;
        }
        let within = format!("{place}/");
        let here = nodes
            .iter()
            .filter(|node| node.pointer == place || node.pointer.starts_with(&within));
        for node in here {
            if let Some(reference) = node.reference {
                waiting.extend(reference.strip_prefix('#').map(str::to_owned));
            } else if node.kind == Kind::Schema && node.value.get("properties").is_some() {
                objects.insert(node.pointer.clone());
            }
        }
    }
    objects
}

/// A schema that takes `null`, with the word behind its type.
fn with_null(schema: &Value) -> Value {
    let mut nullable = Map::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        nullable.insert(key.clone(), value.clone());
        if key == "type" {
            nullable.insert("nullable".to_owned(), Value::Bool(true));
        }
    }
    Value::Object(nullable)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        let body = |name: &str| json!({"content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}});
        json!({
            "paths": {"/a": {"post": {
                "parameters": [{"schema": {"$ref": "#/components/schemas/Open"}}],
                "requestBody": body("Sent"),
                "responses": {"200": body("Page"), "default": {"$ref": "#/components/responses/E"}},
            }}},
            "components": {
                "responses": {"E": body("Error")},
                "schemas": {
                    "Sent": {"type": "object", "properties": {"kind": {"$ref": "#/components/schemas/Open"}}},
                    "Page": {"type": "object", "properties": {
                        "count": {"type": "integer", "description": "d"},
                        "kind": {"$ref": "#/components/schemas/Open"},
                        "way": {"$ref": "#/components/schemas/Closed"},
                        "next": {"$ref": "#/components/schemas/Inner"},
                        "list": {"type": "array", "items": {"$ref": "#/components/schemas/Inner"}},
                    }},
                    "Inner": {"type": "object", "properties": {"a": {"type": "string", "nullable": true}}},
                    "Error": {"type": "object", "properties": {"code": {"type": "string"}}},
                    "Open": {"type": "string", "x-extensible-enum": ["a"]},
                    "Closed": {"type": "string", "enum": ["a"]},
                },
            },
        })
    }

    #[test]
    fn only_what_is_received_may_be_null_and_objects_and_closed_enums_stay() {
        let mut changed = document();
        nullable(&mut changed).expect("it can be done");
        let (before, after) = (&document()["components"], &changed["components"]);
        assert_eq!(
            after["schemas"]["Page"]["properties"],
            json!({
                "count": {"type": "integer", "nullable": true, "description": "d"},
                "kind": {"type": "string", "nullable": true, "x-extensible-enum": ["a"]},
                "way": {"$ref": "#/components/schemas/Closed"},
                "next": {"$ref": "#/components/schemas/Inner"},
                "list": {"type": "array", "nullable": true, "items": {"$ref": "#/components/schemas/Inner"}},
            })
        );
        assert_eq!(
            after["schemas"]["Error"]["properties"]["code"],
            json!({"type": "string", "nullable": true})
        );
        for same in ["Sent", "Inner", "Open", "Closed"] {
            assert_eq!(after["schemas"][same], before["schemas"][same], "{same}");
        }
        assert_eq!(changed["paths"], document()["paths"]);
    }

    #[test]
    fn an_object_of_both_directions_is_refused() {
        let mut both = document();
        both["components"]["schemas"]["Page"]["properties"]["next"] =
            json!({"$ref": "#/components/schemas/Sent"});
        assert_eq!(
            nullable(&mut both).expect_err("it is refused"),
            "/components/schemas/Sent: this object is in a request and in a response; give each its own"
        );
    }
}
