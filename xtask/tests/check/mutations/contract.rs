//! The contract: documents, structure and references.

use serde_json::json;

use super::*;

#[test]
fn documents() {
    use Part::Documents as In;
    reported(HSS, &Remove, In, "", "missing");
    reported(ERRATA, &Remove, In, "", "missing");
    let twice = Text("paths:\n", "openapi: 3.0.3\npaths:\n");
    reported(IAM, &twice, In, "", "duplicate mapping key: openapi");
    reported(
        HSS,
        &Text("info:\n", "info: [\n"),
        In,
        "",
        "not readable as YAML",
    );
    let extra = set("/errata/0/color", json!("red"));
    reported(ERRATA, &extra, In, "", "unknown field");
    let long = set(format!("{}/schema/type", query("limit")), json!("number"));
    let place = format!("{LISTING}, parameter limit");
    reported(HSS, &long, In, &place, "the code generator cannot read it");
}

#[test]
fn structure() {
    use Part::Structure as In;
    let id = format!("{RECORD}/properties/id");
    let typo = set(format!("{}/requried", query("limit")), json!(true));
    reported(HSS, &typo, In, &query("limit"), "unknown member `requried`");
    let list = set(format!("{id}/type"), json!(["integer", "null"]));
    reported(HSS, &list, In, &format!("{id}/type"), "is none of");
    let long = set(format!("{id}/type"), json!("long"));
    reported(HSS, &long, In, &format!("{id}/type"), "\"long\" is none of");
    let flag = set(format!("{id}/required"), json!(true));
    reported(HSS, &flag, In, &format!("{id}/required"), "is not of type");
    let sibling = set(
        format!("{RECORD}/properties/image_type/description"),
        json!("The kind."),
    );
    reported(
        HSS,
        &sibling,
        In,
        &format!("{RECORD}/properties/image_type"),
        "unknown member",
    );
    let response = drop_at("/components/responses/Error/description");
    reported(
        IAM,
        &response,
        In,
        "/components/responses/Error",
        "`description` is missing",
    );
    let version = set("/openapi", json!("3.1.0"));
    reported(HSS, &version, In, "/openapi", "3.0.3");
    // As JSON Schema counts, this is an integer; only the second reader minds.
    let fraction = set(format!("{id}/minLength"), json!(1.0));
    reported(HSS, &fraction, In, "", "openapiv3");
}

#[test]
fn references() {
    use Part::References as In;
    let items =
        "/components/schemas/ListSwrImageRepositoryResponse/properties/data_list/items/$ref";
    let dangling = set(items, json!("#/components/schemas/Gone"));
    reported(
        HSS,
        &dangling,
        In,
        items,
        "nothing is at #/components/schemas/Gone",
    );
    let outside = set(items, json!("other.yaml#/components/schemas/A"));
    reported(HSS, &outside, In, items, "leads out of the document");
    let wrong = set(items, json!("#/components/parameters/Region"));
    reported(HSS, &wrong, In, items, "is parameter, expected schema");
    let circle = set(
        "/components/schemas/SharedStatus",
        json!({"$ref": "#/components/schemas/SharedStatus"}),
    );
    reported(
        HSS,
        &circle,
        In,
        "/components/schemas/SharedStatus/$ref",
        "back to itself",
    );
    let unused = set(
        "/components/schemas/Extra",
        json!({"type": "object", "description": "Unused."}),
    );
    reported(
        HSS,
        &unused,
        In,
        "/components/schemas/Extra",
        "nothing uses",
    );
    // A component that only another unused one refers to is unused too.
    let unlinked = drop_at(format!("{RECORD}/properties/association_images"));
    reported(
        HSS,
        &unlinked,
        In,
        "/components/schemas/AssociateImages",
        "nothing uses",
    );
    let alone = set(
        "/components/schemas/Loop",
        json!({
            "type": "object", "description": "A loop.",
            "properties": {"inner": {"$ref": "#/components/schemas/Loop"}},
        }),
    );
    reported(IAM, &alone, In, "/components/schemas/Loop", "nothing uses");

    let id = format!("{SYNCHRONIZATION}/operationId");
    let twice = set(&id, json!("ListSwrImageRepository"));
    reported(HSS, &twice, In, &id, "has the id of");
    let nameless = drop_at(&id);
    reported(
        HSS,
        &nameless,
        In,
        SYNCHRONIZATION,
        "`operationId` is missing",
    );
    let undeclared = drop_at(format!("{LISTING}/parameters/0"));
    reported(
        HSS,
        &undeclared,
        In,
        LISTING,
        "no path parameter is declared for `{project_id}`",
    );
    let untemplated = Text(
        "/v5/{project_id}/image/synchronize",
        "/v5/image/synchronize",
    );
    let place = "/paths/~1v5~1image~1synchronize/post/parameters/0";
    reported(
        HSS,
        &untemplated,
        In,
        place,
        "the path has no `{project_id}`",
    );
    let again = set(
        format!("{LISTING}/parameters/-"),
        json!({
            "name": "limit", "in": "query", "description": "Again.", "example": "a", "schema": {"type": "string"},
        }),
    );
    let place = format!(
        "{LISTING}/parameters/{}",
        count(&format!("{LISTING}/parameters"))
    );
    reported(HSS, &again, In, &place, "declared twice");
    let scheme = set("/security/0", json!({"Gone": []}));
    reported(
        HSS,
        &scheme,
        In,
        "/security/0/Gone",
        "there is no security scheme `Gone`",
    );
    let scopes = set("/security/0/XAuthToken", json!(["read"]));
    reported(
        IAM,
        &scopes,
        In,
        "/security/0/XAuthToken",
        "leave the list empty",
    );
    let tag = set(format!("{LISTING}/tags/0"), json!("Gone"));
    reported(
        HSS,
        &tag,
        In,
        &format!("{LISTING}/tags/0"),
        "not among the `tags`",
    );
    let required = set("/components/schemas/Auth/required/-", json!("scoop"));
    reported(
        IAM,
        &required,
        In,
        "/components/schemas/Auth/required",
        "`scoop` is required",
    );
}
