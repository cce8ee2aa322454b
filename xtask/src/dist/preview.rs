//! The contract in the form of OpenAPI 3.1.
//!
//! 3.1 takes its schemas from JSON Schema. Of what the contract uses, only a few keywords are written differently
//! there.

use serde_json::{Map, Value, json};

use crate::model::{Kind, walk};

/// What marks the document for those who see only its text.
const NOTICE: &str = "\
**Preview.** This is the contract in the form of OpenAPI 3.1, derived mechanically from the document for
OpenAPI 3.0, which is what is maintained and tested. Its form may change without a new version.";

/// The document in the form of OpenAPI 3.1, marked as a preview.
///
/// # Errors
///
/// The document is not of version 3.0, or a schema has no form in 3.1.
pub(super) fn preview(document: &Value) -> Result<Value, String> {
    let version = document["openapi"].as_str().unwrap_or_default();
    if !version.starts_with("3.0.") {
        return Err(format!("/openapi: expected 3.0, found `{version}`"));
    }
    let mut preview = document.clone();
    preview["openapi"] = "3.1.0".into();
    mark(&mut preview);
    let schemas = walk(document)
        .into_iter()
        .filter(|node| node.kind == Kind::Schema && node.reference.is_none());
    for node in schemas {
        if let Some(Value::Object(schema)) = preview.pointer_mut(&node.pointer) {
            *schema = converted(std::mem::take(schema))
                .map_err(|error| format!("{}: {error}", node.pointer))?;
        }
    }
    Ok(preview)
}

fn mark(preview: &mut Value) {
    let info = &mut preview["info"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let title = text(&info["title"]);
    let description = text(&info["description"]);
    info["title"] = format!("{title} (OpenAPI 3.1 preview)").into();
    info["description"] = format!("{NOTICE}\n\n{description}").into();
}

/// One schema without those inside it, with its members in the order that they had.
fn converted(schema: Map<String, Value>) -> Result<Map<String, Value>, String> {
    let is_true = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    let is_nullable = is_true("nullable");
    if is_nullable && !schema.get("type").is_some_and(Value::is_string) {
        return Err("`nullable` without a type means nothing".to_owned());
    }
    let exclusive = [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ]
    .map(|(bound, flag)| (bound, flag, is_true(flag)));
    let mut converted = Map::new();
    for (key, value) in schema {
        let (key, value) = match key.as_str() {
            "nullable" => continue,
            "type" if is_nullable => (key, json!([value, "null"])),
            "example" => ("examples".to_owned(), json!([value])),
            // There a flag beside the bound, here the bound itself under another name.
            "exclusiveMinimum" | "exclusiveMaximum" if value.is_boolean() => continue,
            _ => match exclusive.iter().find(|(bound, ..)| key == *bound) {
                Some((_, flag, true)) => ((*flag).to_owned(), value),
                _ => (key, value),
            },
        };
        converted.insert(key, value);
    }
    Ok(converted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_that_changed_are_rewritten_in_their_place() {
        let cases = [
            (
                json!({"type": "string", "nullable": true, "description": "x"}),
                json!({"type": ["string", "null"], "description": "x"}),
            ),
            (
                json!({"type": "string", "nullable": false}),
                json!({"type": "string"}),
            ),
            (
                json!({"type": "string", "example": "a", "x-extensible-enum": ["a"]}),
                json!({"type": "string", "examples": ["a"], "x-extensible-enum": ["a"]}),
            ),
            (
                json!({"type": "array", "items": {}, "example": ["a"]}),
                json!({"type": "array", "items": {}, "examples": [["a"]]}),
            ),
            (
                json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true, "maximum": 9}),
                json!({"type": "integer", "exclusiveMinimum": 1, "maximum": 9}),
            ),
            (
                json!({"type": "integer", "maximum": 9, "exclusiveMaximum": false}),
                json!({"type": "integer", "maximum": 9}),
            ),
        ];
        for (before, after) in cases {
            let before = before.as_object().cloned().expect("an object");
            let found = converted(before).expect("it has a form in 3.1");
            // As text, so that the order counts.
            assert_eq!(Value::Object(found).to_string(), after.to_string());
        }
    }

    fn document() -> Value {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "T", "version": "1.2.3", "description": "D"},
            "paths": {"/a": {"get": {"parameters": [{
                "name": "nullable", "in": "query", "example": "stays",
                "schema": {"type": "string", "nullable": true, "example": "moves"},
            }]}}},
            "components": {"schemas": {
                "A": {"type": "object", "example": {"nullable": true, "example": 1}, "properties": {
                    "nullable": {"type": "boolean", "nullable": true},
                    "example": {"$ref": "#/components/schemas/A"},
                }},
            }},
        })
    }

    #[test]
    fn only_schemas_change_and_data_in_them_does_not() {
        let preview = preview(&document()).expect("it has a form in 3.1");
        assert_eq!(preview["openapi"], "3.1.0");
        assert_eq!(
            preview["paths"]["/a"]["get"]["parameters"][0],
            json!({
                "name": "nullable", "in": "query", "example": "stays",
                "schema": {"type": ["string", "null"], "examples": ["moves"]},
            })
        );
        assert_eq!(
            preview["components"]["schemas"]["A"],
            json!({"type": "object", "examples": [{"nullable": true, "example": 1}], "properties": {
                "nullable": {"type": ["boolean", "null"]},
                "example": {"$ref": "#/components/schemas/A"},
            }})
        );
    }

    #[test]
    fn it_says_that_it_is_a_preview_and_keeps_the_version() {
        let preview = preview(&document()).expect("it has a form in 3.1");
        let info = &preview["info"];
        assert_eq!(info["title"], "T (OpenAPI 3.1 preview)");
        assert_eq!(info["description"], format!("{NOTICE}\n\nD"));
        assert_eq!(info["version"], "1.2.3");
    }

    #[test]
    fn what_has_no_form_in_31_is_refused_at_its_place() {
        let mut odd = document();
        odd["components"]["schemas"]["A"] = json!({"nullable": true});
        assert_eq!(
            preview(&odd).expect_err("it is refused"),
            "/components/schemas/A: `nullable` without a type means nothing"
        );
        odd["openapi"] = "3.1.0".into();
        assert_eq!(
            preview(&odd).expect_err("it is refused"),
            "/openapi: expected 3.0, found `3.1.0`"
        );
    }
}
