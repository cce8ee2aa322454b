//! What examples a converted schema takes.

use serde_json::{Value, json};

use crate::validation::{faults, validator};

/// The faults of `value` under `schema`, in a document with a few components.
fn check(schema: &Value, value: &Value) -> Vec<String> {
    let document = json!({"components": {"schemas": {
        "Named": {"type": "object", "properties": {"name": {"type": "string"}}},
        "Free": {"type": "object", "properties": {}, "additionalProperties": true},
        "Loop": {"$ref": "#/components/schemas/Loop"},
    }}});
    let validator = validator(&document, schema).expect("a schema");
    faults(&validator, value)
        .into_iter()
        .map(|(place, what)| format!("{place}: {what}"))
        .collect()
}

fn accepts(schema: &Value, value: &Value) -> bool {
    check(schema, value).is_empty()
}

#[test]
fn null_needs_nullable() {
    assert!(!accepts(&json!({"type": "string"}), &Value::Null));
    let nullable = json!({"type": "string", "nullable": true, "x-extensible-enum": ["a"]});
    assert!(accepts(&nullable, &Value::Null));
}

#[test]
fn integers_keep_to_their_format_and_to_their_own_bounds() {
    let int32 = json!({"type": "integer", "format": "int32", "minimum": 0});
    assert!(accepts(&int32, &json!(2_147_483_647)));
    assert!(!accepts(&int32, &json!(2_147_483_648_i64)));
    assert!(!accepts(&int32, &json!(-1)));
    let int64 = json!({"type": "integer", "format": "int64"});
    assert!(accepts(&int64, &json!(i64::MAX)));
    assert!(!accepts(&int64, &json!(u64::MAX)));
    // Fractions are none, even where nothing is behind the point.
    assert!(!accepts(&int64, &json!(1.0)));
    let above = json!({"type": "number", "minimum": 1, "exclusiveMinimum": true});
    assert!(!accepts(&above, &json!(1)));
    assert!(accepts(&above, &json!(1.5)));
}

#[test]
fn unknown_members_are_refused_unless_allowed() {
    let named = json!({"$ref": "#/components/schemas/Named"});
    assert_eq!(
        check(&named, &json!({"nmae": "x"})),
        [": unknown member `nmae`; correct its name, or take it out"]
    );
    let free = json!({"$ref": "#/components/schemas/Free"});
    assert!(accepts(&free, &json!({"nmae": "x"})));
}

#[test]
fn parts_of_a_composed_schema_close_together() {
    let composed = json!({"allOf": [
        {"$ref": "#/components/schemas/Named"},
        {"type": "object", "properties": {"age": {"type": "integer", "format": "int32"}}},
    ]});
    assert!(accepts(&composed, &json!({"name": "x", "age": 1})));
    assert!(!accepts(&composed, &json!({"name": "x", "years": 1})));
}

#[test]
fn an_open_enum_takes_its_known_values_only() {
    let known = json!({"type": "string", "x-extensible-enum": ["a", "b"]});
    assert!(accepts(&known, &json!("b")));
    assert!(!accepts(&known, &json!("c")));
}

#[test]
fn a_circle_of_references_ends() {
    let circle = json!({"$ref": "#/components/schemas/Loop"});
    assert!(accepts(&circle, &json!(1)));
}

#[test]
fn a_schema_that_is_a_part_of_itself_ends() {
    let document = json!({"components": {"schemas": {
        "Part": {"allOf": [{"$ref": "#/components/schemas/Part"}]},
    }}});
    let part = json!({"$ref": "#/components/schemas/Part"});
    let validator = validator(&document, &part).expect("a schema");
    assert!(faults(&validator, &json!({})).is_empty());
}
