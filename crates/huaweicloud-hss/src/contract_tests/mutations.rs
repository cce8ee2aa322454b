//! The proof that the comparison can fail: the same types beside contracts that say something else.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::compare::compare;
use super::types::{Generated, generated};

/// One change of a contract.
enum Edit {
    /// Puts a value at a JSON pointer within the component schemas, beside what is there or in its place.
    Put(&'static str, Value),
    /// Takes out what is there.
    Take(&'static str),
}
use Edit::{Put, Take};

impl Edit {
    fn apply(self, document: &mut Value) {
        let schemas = &mut document["components"]["schemas"];
        match self {
            Put(pointer, value) => {
                let (parent, key) = split(schemas, pointer);
                parent[key] = value;
            }
            Take(pointer) => {
                let (parent, key) = split(schemas, pointer);
                let taken = match parent {
                    Value::Object(members) => members.shift_remove(key),
                    Value::Array(items) => {
                        let index: usize = key.parse().expect("an index");
                        Some(items.remove(index))
                    }
                    _ => None,
                };
                assert!(taken.is_some(), "{pointer} does not exist");
            }
        }
    }
}

fn split<'a>(root: &'a mut Value, pointer: &'static str) -> (&'a mut Value, &'static str) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = root.pointer_mut(parent);
    (
        parent.unwrap_or_else(|| panic!("{pointer} has no parent")),
        key,
    )
}

/// What the comparison says after each change that it did not say before.
fn render(
    document: &Generated,
    changes: impl IntoIterator<Item = (&'static str, Vec<Edit>)>,
) -> String {
    let before = compare(document.contract.value(), &document.types).differences;
    let mut text = String::new();
    for (name, edits) in changes {
        let mut changed = document.contract.value().clone();
        for edit in edits {
            edit.apply(&mut changed);
        }
        let mut found = compare(&changed, &document.types).differences;
        found.retain(|line| !before.contains(line));
        assert!(!found.is_empty(), "{name}: nothing was found");
        writeln!(text, "{name}\n    {}", found.join("\n    ")).expect("text takes all");
    }
    text
}

#[test]
fn each_change_of_the_contract_of_hss_is_found() {
    let [hss, _] = generated();
    let changes = [
        (
            "a property is dropped",
            vec![Take("/PrivateImageRepositoryInfo/properties/scannable")],
        ),
        (
            "a property is added",
            vec![Put(
                "/AssociateImages/properties/new",
                json!({"type": "string"}),
            )],
        ),
        (
            "a property is renamed",
            vec![
                Take("/AssociateImages/properties/namespace"),
                Put(
                    "/AssociateImages/properties/name_space",
                    json!({"type": "string"}),
                ),
            ],
        ),
        (
            "an integer gets narrower",
            vec![Put(
                "/PrivateImageRepositoryInfo/properties/id/format",
                json!("int32"),
            )],
        ),
        (
            "an integer gets wider",
            vec![Put(
                "/ImageSynchronizationResult/properties/error_code/format",
                json!("int64"),
            )],
        ),
        (
            "an integer loses its width",
            vec![Take(
                "/PrivateImageRepositoryInfo/properties/vul_num/format",
            )],
        ),
        (
            "a string becomes an integer",
            vec![Put(
                "/PrivateImageRepositoryInfo/properties/image_name",
                json!({"type": "integer", "format": "int64"}),
            )],
        ),
        (
            "a string gets a format",
            vec![Put(
                "/AssociateImages/properties/image_name/format",
                json!("uuid"),
            )],
        ),
        (
            "a boolean becomes a string",
            vec![Put(
                "/PrivateImageRepositoryInfo/properties/latest_version/type",
                json!("string"),
            )],
        ),
        (
            "an optional property becomes required",
            vec![Put("/SwrImagePage/required", json!(["data_list"]))],
        ),
        (
            "a required property becomes optional",
            vec![Take("/ImageSynchronizationRequest/required")],
        ),
        (
            "a required property becomes nullable",
            vec![Put(
                "/ImageSynchronizationRequest/properties/image_type/nullable",
                json!(true),
            )],
        ),
        (
            "the items of an array refer to another schema",
            vec![Put(
                "/SwrImagePage/properties/data_list/items/$ref",
                json!("#/components/schemas/AssociateImages"),
            )],
        ),
        (
            "the items of an array may be null",
            vec![Put(
                "/PrivateImageRepositoryInfo/properties/association_images/items/nullable",
                json!(true),
            )],
        ),
        (
            "an array becomes one object",
            vec![Put(
                "/PrivateImageRepositoryInfo/properties/association_images",
                json!({"$ref": "#/components/schemas/AssociateImages"}),
            )],
        ),
        (
            "a reference leads to another schema",
            vec![Put(
                "/AssociateImages/properties/scan_status/$ref",
                json!("#/components/schemas/SharedStatus"),
            )],
        ),
        (
            "a property gets a keyword that the comparison does not know",
            vec![Put(
                "/AssociateImages/properties/namespace/enum",
                json!(["a"]),
            )],
        ),
        (
            "an open enum loses a value",
            vec![Take("/SharedStatus/x-extensible-enum/1")],
        ),
        (
            "an open enum gets a value",
            vec![Put(
                "/SharedStatus/x-extensible-enum",
                json!(["expired", "effective", "new"]),
            )],
        ),
        (
            "an object keeps other members no longer",
            vec![Take("/ErrorResponse/additionalProperties")],
        ),
        (
            "an object refuses other members",
            vec![Put("/ErrorResponse/additionalProperties", json!(false))],
        ),
        ("a schema is dropped", vec![Take("/SynchronizeImageType")]),
        (
            "a schema is added",
            vec![Put("/New", json!({"type": "object", "properties": {}}))],
        ),
    ];
    insta::assert_snapshot!(render(&hss, changes));
}

#[test]
fn each_change_of_the_contract_of_iam_is_found() {
    let [_, iam] = generated();
    let changes = [
        (
            "the items of an array become integers",
            vec![Put(
                "/Identity/properties/methods/items/type",
                json!("integer"),
            )],
        ),
        (
            "an undeclared member gets a type",
            vec![Put(
                "/IamErrorDetail/properties/code",
                json!({"type": "string"}),
            )],
        ),
        (
            "a property whose name is a word of Rust is renamed",
            vec![
                Take("/SelfLink/properties/self"),
                Put("/SelfLink/properties/self_", json!({"type": "string"})),
            ],
        ),
        (
            "one of several required properties becomes optional",
            vec![Take("/PasswordUser/required/2")],
        ),
    ];
    insta::assert_snapshot!(render(&iam, changes));
}
