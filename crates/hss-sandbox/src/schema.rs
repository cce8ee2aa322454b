//! Checks a JSON value against the part of JSON Schema that the contract uses for its responses.

use hss_spec::Contract;
use serde_json::Value;

/// Checks an image record against the contract.
///
/// The error names the field and what is wrong with it. Unknown fields and unknown values of an open enum
/// are fine, and `null` counts as absent: a client has to bear all of them, so a sandbox has to hold them.
pub(crate) fn check_record(record: &Value) -> Result<(), String> {
    let schema = Contract::hss_image()
        .value()
        .pointer("/components/schemas/PrivateImageRepositoryInfo")
        .expect("the contract describes a record");
    check(schema, record, "")
}

fn check(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let schema = Contract::hss_image()
        .resolve(schema)
        .expect("the references of the contract lead somewhere");
    if value.is_null() {
        return Ok(());
    }
    let wrong = |expected: &str| {
        let prefix = if place.is_empty() {
            String::new()
        } else {
            format!("{place}: ")
        };
        Err(format!(
            "{prefix}expected {expected}, found {}",
            describe(value)
        ))
    };
    match schema.get("type").and_then(Value::as_str) {
        Some("string") if !value.is_string() => wrong("a text"),
        Some("boolean") if !value.is_boolean() => wrong("true or false"),
        Some("integer") => {
            let (bits, fits) = if schema.get("format").and_then(Value::as_str) == Some("int32") {
                (32, value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()))
            } else {
                (64, value.as_i64().is_some())
            };
            if fits {
                Ok(())
            } else {
                wrong(&format!("a {bits}-bit whole number"))
            }
        }
        Some("array") => {
            let Some(entries) = value.as_array() else {
                return wrong("an array");
            };
            for (index, entry) in entries.iter().enumerate() {
                check(&schema["items"], entry, &format!("{place}[{index}]"))?;
            }
            Ok(())
        }
        Some("object") => {
            let Some(members) = value.as_object() else {
                return wrong("an object");
            };
            for (name, member) in members {
                if let Some(schema) = schema["properties"].get(name) {
                    let place = if place.is_empty() {
                        name.clone()
                    } else {
                        format!("{place}.{name}")
                    };
                    check(schema, member, &place)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What a value is, short enough for a message.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.chars().count() > 40 => {
            format!("the text {:?}…", text.chars().take(40).collect::<String>())
        }
        Value::String(text) => format!("the text {text:?}"),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_members_unknown_values_and_nulls_are_fine() {
        let record = json!({
            "id": 1, "image_type": "future_image", "scan_status": "quantum_scanned", "vul_num": null,
            "nobody_knows": {"a": [1]}, "association_images": [{"scan_status": "new", "extra": 1}, null],
        });
        assert_eq!(check_record(&record), Ok(()));
    }

    #[test]
    fn a_wrong_type_is_named_with_its_place() {
        let message = |record: Value| check_record(&record).expect_err("a wrong type");
        insta::assert_snapshot!(message(json!([])), @"expected an object, found an array");
        insta::assert_snapshot!(message(json!({"id": "111 (example for private images)"})), @r#"id: expected a 64-bit whole number, found the text "111 (example for private images)""#);
        insta::assert_snapshot!(message(json!({"id": 1.5})), @"id: expected a 64-bit whole number, found the number 1.5");
        insta::assert_snapshot!(message(json!({"vul_num": 2_147_483_648_i64})), @"vul_num: expected a 32-bit whole number, found the number 2147483648");
        insta::assert_snapshot!(message(json!({"image_name": ["a"]})), @"image_name: expected a text, found an array");
        insta::assert_snapshot!(message(json!({"scannable": "false"})), @r#"scannable: expected true or false, found the text "false""#);
        insta::assert_snapshot!(message(json!({"association_images": {}})), @"association_images: expected an array, found an object");
        insta::assert_snapshot!(message(json!({"association_images": [{}, {"image_name": 5}]})), @"association_images[1].image_name: expected a text, found the number 5");
    }
}
