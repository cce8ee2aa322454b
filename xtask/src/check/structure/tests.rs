//! The schema of the object model takes every valid document and refuses every defect.

use serde_json::json;

use super::*;
use crate::model::join;

/// A document with every object and field of OpenAPI 3.0.3.
fn everything() -> Value {
    let text = include_str!("../../../tests/data/everything.yaml");
    hss_spec::parse_yaml("everything.yaml", text).expect("YAML")
}

fn lines(document: &Value) -> Vec<String> {
    faults(&OBJECT_MODEL, document)
        .into_iter()
        .map(|(place, what)| format!("{place}: {what}"))
        .collect()
}

#[test]
fn everything_that_the_specification_has_is_taken() {
    assert_eq!(lines(&everything()), Vec::<String>::new());
}

/// Puts `value` at `key` of the object at `pointer`; `null` takes the key out.
fn edited(pointer: &str, key: &str, value: Value) -> Value {
    let mut document = everything();
    let object = document
        .pointer_mut(pointer)
        .and_then(Value::as_object_mut)
        .unwrap_or_else(|| panic!("no object is at {pointer}"));
    if value.is_null() {
        assert!(object.shift_remove(key).is_some(), "{pointer} has no {key}");
    } else {
        object.insert(key.to_owned(), value);
    }
    document
}

const PATH: &str = "/paths/~1things~1{id}";
const GET: &str = "/paths/~1things~1{id}/get";
const QUERY: &str = "/paths/~1things~1{id}/get/parameters/0";
const ID: &str = "/components/schemas/Thing/properties/id";

/// Every object that the specification closes, so that an unknown field in any of them is refused.
const OBJECTS: [&str; 38] = [
    "",
    "/info",
    "/info/contact",
    "/info/license",
    "/servers/0",
    "/servers/0/variables/host",
    "/tags/0",
    "/tags/0/externalDocs",
    "/paths",
    PATH,
    GET,
    QUERY,
    "/paths/~1things~1{id}/get/parameters/1",
    "/paths/~1things~1{id}/get/parameters/2",
    "/paths/~1things~1{id}/get/parameters/3",
    "/paths/~1things~1{id}/get/responses",
    "/paths/~1things~1{id}/get/responses/200",
    "/paths/~1things~1{id}/get/responses/200/content/application~1json; charset=utf-8",
    "/paths/~1things~1{id}/get/responses/200/content/application~1json; charset=utf-8/examples/one",
    "/paths/~1things~1{id}/get/responses/200/links/self",
    "/paths/~1things~1{id}/post/requestBody",
    "/paths/~1things~1{id}/post/requestBody/content/multipart~1form-data/encoding/file",
    "/components",
    "/components/schemas/Thing",
    ID,
    "/components/schemas/Thing/properties/list/xml",
    "/components/schemas/Either/discriminator",
    "/components/parameters/Id",
    "/components/headers/Rate",
    "/components/securitySchemes/key",
    "/components/securitySchemes/basic",
    "/components/securitySchemes/open",
    "/components/securitySchemes/oauth",
    "/components/securitySchemes/oauth/flows",
    "/components/securitySchemes/oauth/flows/implicit",
    "/components/securitySchemes/oauth/flows/password",
    "/components/securitySchemes/oauth/flows/authorizationCode",
    // A reference has no other fields, extensions included.
    "/paths/~1things~1{id}/get/responses/default",
];

#[test]
fn every_object_is_closed() {
    for pointer in OBJECTS {
        let lines = lines(&edited(pointer, "requried", json!(true)));
        let expected = format!("{pointer}: unknown member `requried`");
        assert!(
            lines.iter().any(|line| line.starts_with(&expected)),
            "expected {expected}, found {lines:?}"
        );
    }
}

#[test]
fn a_reference_and_a_discriminator_take_no_extension() {
    for pointer in [
        "/paths/~1things~1{id}/get/responses/default",
        "/components/schemas/Either/discriminator",
    ] {
        let document = edited(pointer, "x-extra", json!(1));
        assert!(
            lines(&document)[0].contains("unknown member `x-extra`"),
            "{pointer}"
        );
    }
}

#[test]
fn every_required_field_is_wanted() {
    for (pointer, key) in [
        ("", "openapi"),
        ("", "info"),
        ("", "paths"),
        ("/info", "title"),
        ("/info", "version"),
        ("/info/license", "name"),
        ("/servers/0", "url"),
        ("/servers/0/variables/host", "default"),
        ("/tags/0", "name"),
        ("/externalDocs", "url"),
        (GET, "responses"),
        (QUERY, "name"),
        (QUERY, "in"),
        (QUERY, "schema"),
        ("/components/parameters/Id", "required"),
        ("/components/responses/Any", "description"),
        ("/components/requestBodies/Empty", "content"),
        ("/components/headers/Rate", "schema"),
        ("/components/links/Self", "operationId"),
        ("/components/schemas/Thing/properties/list", "items"),
        ("/components/schemas/Either/discriminator", "propertyName"),
        ("/components/securitySchemes/key", "type"),
        ("/components/securitySchemes/key", "name"),
        ("/components/securitySchemes/key", "in"),
        ("/components/securitySchemes/basic", "scheme"),
        ("/components/securitySchemes/open", "openIdConnectUrl"),
        ("/components/securitySchemes/oauth", "flows"),
        (
            "/components/securitySchemes/oauth/flows/implicit",
            "authorizationUrl",
        ),
        ("/components/securitySchemes/oauth/flows/implicit", "scopes"),
        (
            "/components/securitySchemes/oauth/flows/password",
            "tokenUrl",
        ),
        (
            "/components/securitySchemes/oauth/flows/authorizationCode",
            "tokenUrl",
        ),
    ] {
        let lines = lines(&edited(pointer, key, Value::Null));
        let expected = format!("{pointer}: `{key}` is missing");
        assert!(
            lines.contains(&expected),
            "expected {expected}, found {lines:?}"
        );
    }
}

#[test]
fn every_defect_is_refused_at_its_place() {
    let defects = [
        (
            "a version of the next generation",
            "",
            "openapi",
            json!("3.1.0"),
        ),
        (
            "a list of types, as in 3.1",
            ID,
            "type",
            json!(["integer", "null"]),
        ),
        ("a type of another language", ID, "type", json!("long")),
        ("the type null, as in 3.1", ID, "type", json!("null")),
        (
            "a required property marked at the property",
            ID,
            "required",
            json!(true),
        ),
        (
            "a numeric exclusive bound, as in 3.1",
            ID,
            "exclusiveMinimum",
            json!(0),
        ),
        ("a bound as text", ID, "minimum", json!("0")),
        ("a length below zero", ID, "minLength", json!(-1)),
        ("a step of zero", ID, "multipleOf", json!(0)),
        ("a broken pattern", ID, "pattern", json!("(")),
        ("a value listed twice", ID, "enum", json!([1, 1])),
        ("an empty enum", ID, "enum", json!([])),
        (
            "no required property",
            "/components/schemas/Thing",
            "required",
            json!([]),
        ),
        ("read-only and write-only", ID, "writeOnly", json!(true)),
        ("the keyword const, as in 3.1", ID, "const", json!(1)),
        (
            "a schema that is a flag",
            "/components/schemas",
            "Flag",
            json!(true),
        ),
        (
            "a component with a space",
            "/components/schemas",
            "A Thing",
            json!({}),
        ),
        ("a body parameter, as in 2.0", QUERY, "in", json!("body")),
        (
            "the style of another place",
            QUERY,
            "style",
            json!("matrix"),
        ),
        (
            "a schema and a content",
            QUERY,
            "content",
            json!({"text/plain": {}}),
        ),
        ("an example and examples", QUERY, "example", json!(1)),
        (
            "a path parameter that is optional",
            "/components/parameters/Id",
            "required",
            json!(false),
        ),
        (
            "an empty header",
            "/paths/~1things~1{id}/get/parameters/2",
            "allowEmptyValue",
            json!(true),
        ),
        (
            "two media types of one parameter",
            "/paths/~1things~1{id}/get/parameters/1",
            "content",
            json!({"text/plain": {}, "text/html": {}}),
        ),
        (
            "a header with a name",
            "/components/headers/Rate",
            "name",
            json!("X-Rate"),
        ),
        ("a path without a slash", "/paths", "things", json!({})),
        ("a method that is none", PATH, "fetch", json!({})),
        ("no response", GET, "responses", json!({})),
        (
            "responses that are extensions alone",
            GET,
            "responses",
            json!({"x-a": 1}),
        ),
        (
            "a status with small letters",
            "/paths/~1things~1{id}/get/responses",
            "5xx",
            json!({"description": ""}),
        ),
        (
            "a status that is none",
            "/paths/~1things~1{id}/get/responses",
            "600",
            json!({"description": ""}),
        ),
        (
            "a media type that is none",
            "/components/requestBodies/Empty",
            "content",
            json!({"json": {}}),
        ),
        ("tags as one text", GET, "tags", json!("things")),
        (
            "a value and an external value",
            "/components/examples/One",
            "externalValue",
            json!("far.json"),
        ),
        (
            "two ways of naming an operation",
            "/components/links/Self",
            "operationRef",
            json!("#/paths"),
        ),
        (
            "an unknown kind of security",
            "/components/securitySchemes/key",
            "type",
            json!("basic"),
        ),
        (
            "a key in the path",
            "/components/securitySchemes/key",
            "in",
            json!("path"),
        ),
        (
            "a token format without tokens",
            "/components/securitySchemes/basic",
            "bearerFormat",
            json!("JWT"),
        ),
        (
            "scopes of an unknown form",
            "",
            "security",
            json!([{"oauth": "read"}]),
        ),
        (
            "an address with a space",
            "/externalDocs",
            "url",
            json!("not a url"),
        ),
        (
            "a mail address that is none",
            "/info/contact",
            "email",
            json!("nobody"),
        ),
        ("a version that is a number", "/info", "version", json!(1)),
        (
            "a description that is none",
            "/info",
            "description",
            json!(["a"]),
        ),
        (
            "a reference that is no text",
            "/components/schemas",
            "Broken",
            json!({"$ref": 1}),
        ),
    ];
    let mut outcome = String::new();
    for (what, pointer, key, value) in defects {
        let lines = lines(&edited(pointer, key, value));
        let place = join(pointer, key);
        let near = |line: &String| line.starts_with(pointer) && !line.is_empty();
        assert!(
            lines.iter().any(near),
            "{what}: nothing near {place} in {lines:?}"
        );
        outcome += &format!("{what}\n    {}\n", lines.join("\n    "));
    }
    insta::assert_snapshot!(outcome);
}
