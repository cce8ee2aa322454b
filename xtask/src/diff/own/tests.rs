use serde_json::json;

use super::*;

/// A document with something of each kind that has a rule.
fn document() -> Value {
    json!({
        "info": {"title": "T", "version": "0.1.0"},
        "servers": [{"url": "https://one.example"}, {"url": "https://two.example"}],
        "security": [{"Token": []}, {"Key": [], "Secret": []}],
        "paths": {
            "/a": {"get": {
                "operationId": "ListA",
                "parameters": [
                    {"name": "size", "in": "query", "schema": {"type": "integer", "x-unit": "bytes"}},
                    {"name": "kind", "in": "query", "schema": {"$ref": "#/components/schemas/Kind"}},
                    {"$ref": "#/components/parameters/Page"},
                ],
                "responses": {"200": {"description": "x", "content": {"application/json": {
                    "example": {"x-unit": "data", "operationId": "data"},
                }}}},
            }},
            "/open": {"get": {"operationId": "Open", "security": [], "responses": {}}},
        },
        "components": {
            "parameters": {"Page": {"name": "page", "in": "query", "schema": {"type": "integer"}}},
            "schemas": {
                "Kind": {"type": "string", "x-extensible-enum": ["one", "two"]},
                "Other": {"type": "string", "x-extensible-enum": ["one"]},
                "ErrorResponse": {"type": "object", "properties": {
                    "error_code": {"type": "string", "x-extensible-enum": ["E.1", "E.2"]},
                }},
                "Plain": {"type": "object", "properties": {
                    "time": {"type": "integer", "x-provenance": [{"source": "a", "claim": "b"}]},
                }},
            },
            "securitySchemes": {
                "Token": {"type": "apiKey", "in": "header", "name": "X-Token", "description": "x"},
                "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "Secret": {"type": "apiKey", "in": "header", "name": "X-Secret"},
            },
        },
    })
}

/// Replaces what stands at a pointer, or adds a member.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (above, step) = pointer.rsplit_once('/').expect("a step");
    let above = document.pointer_mut(above).expect("something is there");
    above[step.replace("~1", "/").as_str()] = value;
}

fn take(document: &mut Value, pointer: &str) -> Value {
    let (above, step) = pointer.rsplit_once('/').expect("a step");
    let above = document.pointer_mut(above).expect("something is there");
    let object = above.as_object_mut().expect("an object");
    let step = step.replace("~1", "/");
    object.shift_remove(&step).expect("something is there")
}

/// The changes after an edit, one in a line.
fn after(edit: impl Fn(&mut Value)) -> Vec<String> {
    let mut now = document();
    edit(&mut now);
    let mut found: Vec<_> = changes(&document(), &now)
        .into_iter()
        .map(|change| format!("{} {}: {}", change.severity, change.place, change.what))
        .collect();
    found.sort();
    found
}

const KIND: &str = "/components/schemas/Kind/x-extensible-enum";
const CODES: &str = "/components/schemas/ErrorResponse/properties/error_code/x-extensible-enum";
const SIZE: &str = "/paths/~1a/get/parameters/0/schema/x-unit";
const TIME: &str = "/components/schemas/Plain/properties/time";

#[test]
fn open_enums_and_error_codes() {
    let cases = [
        (
            KIND,
            json!(["one"]),
            vec![r#"major P: the known value "two" was removed"#],
        ),
        (
            KIND,
            json!(["one", "two", "three"]),
            vec![r#"minor P: the known value "three" is new"#],
        ),
        (
            KIND,
            json!(["two", "one"]),
            vec!["patch P: the known values stand in another order"],
        ),
        (
            KIND,
            json!(["three", "one"]),
            vec![
                r#"major P: the known value "two" was removed"#,
                r#"minor P: the known value "three" is new"#,
            ],
        ),
        (
            CODES,
            json!(["E.1"]),
            vec![r#"major P: the error code "E.2" was removed"#],
        ),
        (
            CODES,
            json!(["E.1", "E.2", "E.3"]),
            vec![r#"minor P: the error code "E.3" is new"#],
        ),
        (
            CODES,
            json!(["E.2", "E.1"]),
            vec!["patch P: the error codes stand in another order"],
        ),
    ];
    for (pointer, values, expected) in cases {
        let expected: Vec<_> = expected
            .iter()
            .map(|line| line.replace('P', pointer))
            .collect();
        assert_eq!(after(|now| set(now, pointer, values.clone())), expected);
    }
    assert_eq!(
        after(|now| drop(take(now, KIND))),
        [
            format!(r#"major {KIND}: the known value "one" was removed"#),
            format!(r#"major {KIND}: the known value "two" was removed"#),
        ]
    );
}

#[test]
fn another_schema_in_its_place_is_another_type() {
    let place = "/paths/~1a/get/parameters/1/schema";
    assert_eq!(
        after(|now| set(
            now,
            &format!("{place}/$ref"),
            json!("#/components/schemas/Other")
        )),
        [
            format!(r#"major {place}/x-extensible-enum: the known value "two" was removed"#),
            format!(
                "major {place}: the schema is no longer `#/components/schemas/Kind` but \
                 `#/components/schemas/Other`, another generated type"
            ),
        ]
    );
    // One that is now written out at this place is looked into.
    let inline = json!({"type": "string", "x-extensible-enum": ["one", "two"]});
    assert_eq!(after(|now| set(now, place, inline.clone())), [""; 0]);
}

#[test]
fn units() {
    assert_eq!(
        after(|now| set(now, SIZE, json!("kilobytes"))),
        [format!(
            r#"major {SIZE}: `x-unit` changed from "bytes" to "kilobytes""#
        )]
    );
    assert_eq!(
        after(|now| drop(take(now, SIZE))),
        [format!(
            r#"major {SIZE}: `x-unit` changed from "bytes" to nothing"#
        )]
    );
    assert_eq!(
        after(|now| set(now, &format!("{TIME}/x-unit"), json!("milliseconds"))),
        [format!(
            r#"minor {TIME}/x-unit: `x-unit` changed from nothing to "milliseconds""#
        )]
    );
}

#[test]
fn names_that_generated_code_takes_over() {
    assert_eq!(
        after(|now| set(now, "/paths/~1a/get/operationId", json!("ListB"))),
        ["major /paths/~1a/get/operationId: the operation `ListA` is now called `ListB`"]
    );
    assert_eq!(
        after(|now| {
            let schema = take(now, "/components/schemas/Plain");
            set(now, "/components/schemas/Renamed", schema);
        }),
        [
            "major /components/schemas/Plain: the schema `Plain` was removed or renamed, and with it a generated \
             type",
            "minor /components/schemas/Renamed: the schema `Renamed` is new",
        ]
    );
}

#[test]
fn servers() {
    assert_eq!(
        after(|now| set(now, "/servers", json!([{"url": "https://two.example"}]))),
        ["major /servers/0/url: the server `https://one.example` was removed"]
    );
    assert_eq!(
        after(|now| {
            let servers = now["servers"].as_array_mut().expect("a list");
            servers.insert(0, json!({"url": "https://new.example"}));
        }),
        ["minor /servers/0/url: the server `https://new.example` is new"]
    );
}

#[test]
fn schemes() {
    let scheme = "/components/securitySchemes/Token";
    for (key, value) in [("name", "X-Other"), ("in", "query"), ("type", "http")] {
        let place = format!("{scheme}/{key}");
        let found = after(|now| set(now, &place, json!(value)));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with(&format!("major {place}: `{key}` changed from ")),
            "{found:?}"
        );
    }
    let new = "/components/securitySchemes/New";
    assert_eq!(
        after(|now| set(now, new, json!({"type": "http", "scheme": "basic"}))),
        [format!("minor {new}: the security scheme `New` is new")]
    );
    assert_eq!(
        after(|now| drop(take(now, scheme))),
        [format!(
            "major {scheme}: the security scheme `Token` was removed or renamed"
        )]
    );
}

#[test]
fn ways_of_calling_an_operation() {
    let cases = [
        (
            "/security",
            json!([{"Token": []}]),
            vec!["major /paths/~1a/get: `Key` with `Secret` is no longer accepted"],
        ),
        // A part of a way is another way.
        (
            "/security",
            json!([{"Token": []}, {"Key": []}]),
            vec![
                "major /paths/~1a/get: `Key` with `Secret` is no longer accepted",
                "minor /paths/~1a/get: `Key` is now accepted",
            ],
        ),
        (
            "/security",
            json!([{"Secret": [], "Key": []}, {"Token": []}]),
            vec![],
        ),
        (
            "/security",
            json!([{"Token": []}, {"Key": [], "Secret": []}, {"Key": []}]),
            vec!["minor /paths/~1a/get: `Key` is now accepted"],
        ),
        (
            "/paths/~1open/get/security",
            json!([{"Token": []}]),
            vec![
                "major /paths/~1open/get: the operation can no longer be called without a proof of who calls",
                "minor /paths/~1open/get: `Token` is now accepted",
            ],
        ),
        ("/paths/~1open/get/security", json!([{}]), vec![]),
        (
            "/paths/~1a/get/security",
            json!([{}, {"Token": []}]),
            vec![
                "minor /paths/~1a/get: (nothing) is now accepted",
                "patch /paths/~1a/get: `Key` with `Secret` is no longer mentioned",
            ],
        ),
    ];
    for (pointer, value, expected) in cases {
        assert_eq!(after(|now| set(now, pointer, value.clone())), expected);
    }
    // Without its own list, the operation has that of the document.
    assert_eq!(
        after(|now| drop(take(now, "/paths/~1open/get/security"))),
        [
            "major /paths/~1open/get: the operation can no longer be called without a proof of who calls",
            "minor /paths/~1open/get: `Key` with `Secret` is now accepted",
            "minor /paths/~1open/get: `Token` is now accepted",
        ]
    );
}

#[test]
fn other_extensions_are_seen() {
    assert_eq!(
        after(|now| set(now, &format!("{TIME}/x-provenance"), json!([]))),
        [format!("patch {TIME}/x-provenance: `x-provenance` changed")]
    );
    let limits = "/paths/~1open/get/x-call-limits";
    assert_eq!(
        after(|now| set(
            now,
            limits,
            json!([{"per": "ip", "calls": 5, "seconds": 60}])
        )),
        [format!("minor {limits}: `x-call-limits` changed")]
    );
    assert_eq!(
        after(|now| set(now, "/info/x-new", json!(1))),
        ["patch /info/x-new: `x-new` changed"]
    );
}

#[test]
fn what_means_the_same_or_is_judged_elsewhere_is_no_change() {
    let parameters = "/paths/~1a/get/parameters";
    assert_eq!(after(|_| {}), [""; 0]);
    // Another order of parameters, and one more in front.
    assert_eq!(
        after(|now| {
            let listed = now
                .pointer_mut(parameters)
                .and_then(Value::as_array_mut)
                .expect("a list");
            listed.reverse();
            listed.insert(
                0,
                json!({"name": "new", "in": "query", "schema": {"type": "string"}}),
            );
        }),
        [""; 0]
    );
    let example = "/paths/~1a/get/responses/200/content/application~1json/example";
    let data = json!({"x-unit": "other data", "operationId": "other data"});
    let edited = |now: &mut Value| *now.pointer_mut(example).expect("an example") = data.clone();
    assert_eq!(after(edited), [""; 0]);
}
