//! A document with what its references lead to in their places.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::model::{Kind, join, walk};

/// Puts what the references lead to in their places.
///
/// Of the components only the security schemes stay, for they are used by name. Nothing refers to the others any
/// more, and a linter would have each of them removed.
///
/// # Errors
///
/// A reference leads out of the document, nowhere, or round in a circle, or something other than a reference names
/// a component.
pub(super) fn dereferenced(document: &Value) -> Result<Value, String> {
    let nodes = walk(document);
    for node in &nodes {
        let names_component = match node.kind {
            Kind::PathItem => node.value.get("$ref").is_some(),
            Kind::Discriminator => true,
            Kind::Link => node.value.get("operationRef").is_some(),
            _ => false,
        };
        if names_component {
            return Err(format!(
                "{}: this {} cannot be kept in the file without references",
                node.pointer,
                node.kind.name()
            ));
        }
    }
    let references = nodes
        .iter()
        .filter_map(|node| Some((node.pointer.as_str(), node.reference?)))
        .collect();
    let mut copier = Copier {
        document,
        references,
        trail: Vec::new(),
    };
    let mut inlined = Map::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        let value = if key == "components" {
            let schemes = value.get("securitySchemes");
            let Some(schemes) = schemes else { continue };
            let schemes = copier.copy("/components/securitySchemes", schemes)?;
            Value::Object(Map::from_iter([("securitySchemes".to_owned(), schemes)]))
        } else {
            copier.copy(&join("", key), value)?
        };
        inlined.insert(key.clone(), value);
    }
    Ok(Value::Object(inlined))
}

struct Copier<'a> {
    document: &'a Value,
    /// The targets of the references by the places of the references; a `$ref` elsewhere is data.
    references: HashMap<&'a str, &'a str>,
    /// The targets that are being copied, each within the one before.
    trail: Vec<&'a str>,
}

impl<'a> Copier<'a> {
    fn copy(&mut self, pointer: &str, value: &'a Value) -> Result<Value, String> {
        if let Some(reference) = self.references.get(pointer) {
            return self.follow(pointer, reference);
        }
        Ok(match value {
            Value::Object(object) => Value::Object(
                object
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), self.copy(&join(pointer, key), value)?)))
                    .collect::<Result<_, String>>()?,
            ),
            Value::Array(items) => Value::Array(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.copy(&join(pointer, &index.to_string()), item))
                    .collect::<Result<_, String>>()?,
            ),
            plain => plain.clone(),
        })
    }

    fn follow(&mut self, pointer: &str, reference: &'a str) -> Result<Value, String> {
        let target = reference
            .strip_prefix('#')
            .ok_or_else(|| format!("{pointer}: `{reference}` leads out of the document"))?;
        let value = self
            .document
            .pointer(target)
            .ok_or_else(|| format!("{pointer}: `{reference}` cannot be resolved"))?;
        if let Some(start) = self
            .trail
            .iter()
            .position(|on_the_way| *on_the_way == target)
        {
            let mut circle = self.trail[start..].to_vec();
            circle.push(target);
            return Err(format!(
                "{pointer}: these references go round in a circle, which has no form without references: {}",
                circle.join(" -> ")
            ));
        }
        self.trail.push(target);
        let copy = self.copy(target, value);
        self.trail.pop();
        copy
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with_schemas(schemas: &Value) -> Value {
        json!({
            "openapi": "3.0.3",
            "paths": {"/a": {"get": {"responses": {"200": {
                "description": "x",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}},
            }}}}},
            "components": {
                "schemas": schemas,
                "securitySchemes": {"S": {"type": "apiKey", "in": "header", "name": "X"}},
            },
        })
    }

    const PLACE: &str = "/paths/~1a/get/responses/200/content/application~1json/schema";

    #[test]
    fn chains_and_nested_references_are_followed() {
        let document = with_schemas(&json!({
            "A": {"type": "object", "properties": {
                "one": {"$ref": "#/components/schemas/B"},
                "two": {"type": "array", "items": {"$ref": "#/components/schemas/B"}},
            }},
            "B": {"$ref": "#/components/schemas/C"},
            "C": {"type": "string", "x-unit": "bytes"},
        }));
        let inlined = dereferenced(&document).expect("it has a form without references");
        let text = json!({"type": "string", "x-unit": "bytes"});
        assert_eq!(
            inlined.pointer(PLACE),
            Some(&json!({"type": "object", "properties": {
                "one": text, "two": {"type": "array", "items": text},
            }}))
        );
        assert_eq!(
            inlined["components"],
            json!({"securitySchemes": {"S": {"type": "apiKey", "in": "header", "name": "X"}}})
        );
    }

    #[test]
    fn a_reference_in_data_is_data() {
        let example = json!({"$ref": "#/nowhere"});
        let document = with_schemas(&json!({"A": {"type": "object", "example": example}}));
        let inlined = dereferenced(&document).expect("it has a form without references");
        assert_eq!(inlined.pointer(&format!("{PLACE}/example")), Some(&example));
    }

    #[test]
    fn without_security_schemes_no_components_stay() {
        let mut document = with_schemas(&json!({"A": {"type": "string"}}));
        if let Some(components) = document["components"].as_object_mut() {
            components.remove("securitySchemes");
        }
        let inlined = dereferenced(&document).expect("it has a form without references");
        assert_eq!(inlined.get("components"), None);
    }

    #[test]
    fn what_has_no_form_without_references_is_refused_at_its_place() {
        let cases = [
            (
                json!({"A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
                       "B": {"items": {"$ref": "#/components/schemas/A"}}}),
                "/components/schemas/B/items: these references go round in a circle, which has no form without \
                 references: /components/schemas/A -> /components/schemas/B -> /components/schemas/A"
                    .to_owned(),
            ),
            (
                json!({"A": {"$ref": "#/components/schemas/A"}}),
                "/components/schemas/A: these references go round in a circle, which has no form without \
                 references: /components/schemas/A -> /components/schemas/A"
                    .to_owned(),
            ),
            (
                json!({"B": {}}),
                format!("{PLACE}: `#/components/schemas/A` cannot be resolved"),
            ),
            (
                json!({"A": {"$ref": "other.yaml#/A"}}),
                "/components/schemas/A: `other.yaml#/A` leads out of the document".to_owned(),
            ),
            (
                json!({"A": {"oneOf": [], "discriminator": {"propertyName": "kind"}}}),
                "/components/schemas/A/discriminator: this discriminator cannot be kept in the file without \
                 references"
                    .to_owned(),
            ),
        ];
        for (schemas, expected) in cases {
            assert_eq!(
                dereferenced(&with_schemas(&schemas)).expect_err("it is refused"),
                expected
            );
        }
    }
}
