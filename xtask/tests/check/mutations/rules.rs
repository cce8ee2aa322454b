//! The rules for texts, names, formats and extensions.

use serde_json::json;

use super::*;

#[test]
fn rules_for_texts_and_names() {
    use Part::Rules as In;
    for (pointer, kind) in [
        (LISTING.to_owned(), "operation"),
        (query("limit"), "parameter"),
        (format!("{LISTING}/responses/200"), "response"),
        (format!("{RECORD}/properties/id"), "schema"),
        (RECORD.to_owned(), "schema"),
        (format!("{SYNCHRONIZATION}/requestBody"), "request body"),
        ("/components/headers/XRequestId".to_owned(), "header"),
        (
            "/components/securitySchemes/XAuthToken".to_owned(),
            "security scheme",
        ),
    ] {
        let words = format!("this {kind} has no description");
        // An empty text is none.
        let empty = set(format!("{pointer}/description"), json!(" "));
        reported(HSS, &empty, In, &pointer, &words);
        if kind != "response" {
            reported(
                HSS,
                &drop_at(format!("{pointer}/description")),
                In,
                &pointer,
                &words,
            );
        }
    }
    let summary = drop_at(format!("{LISTING}/summary"));
    reported(HSS, &summary, In, LISTING, "no summary");
    let value = set(
        "/components/schemas/SharedStatus/x-extensible-enum/-",
        json!("new"),
    );
    let place = "/components/schemas/SharedStatus/x-extensible-enum/2";
    reported(HSS, &value, In, place, "no line \"- `new`: …\"");
    let twice = set(
        "/components/schemas/SharedStatus/x-extensible-enum/-",
        json!("expired"),
    );
    reported(HSS, &twice, In, place, "listed twice");
    let example = drop_at(format!("{}/example", query("limit")));
    reported(HSS, &example, In, &query("limit"), "no example");
    let body = format!("{LISTING}/responses/200");
    let example = drop_at(format!("{body}/content/application~1json/examples"));
    reported(HSS, &example, In, &body, "has no example");
    let body = format!("{SYNCHRONIZATION}/requestBody");
    let example = drop_at(format!("{body}/content/application~1json/examples"));
    reported(HSS, &example, In, &body, "has no example");
    let name = set(
        format!("{RECORD}/properties/imageName"),
        json!({"type": "string", "description": "A name."}),
    );
    reported(
        HSS,
        &name,
        In,
        &format!("{RECORD}/properties/imageName"),
        "snake_case",
    );
}

#[test]
fn rules_for_formats_and_extensions() {
    use Part::Rules as In;
    let id = format!("{RECORD}/properties/id");
    let long = set(format!("{id}/format"), json!("long"));
    reported(
        HSS,
        &long,
        In,
        &format!("{id}/format"),
        "unknown format long",
    );
    let text = set(
        format!("{RECORD}/properties/image_id/format"),
        json!("int64"),
    );
    reported(
        HSS,
        &text,
        In,
        &format!("{RECORD}/properties/image_id/format"),
        "belongs to the type integer",
    );
    let bare = drop_at(format!("{id}/format"));
    reported(HSS, &bare, In, &id, "this integer has no format");
    let unknown = set(format!("{id}/x-internal"), json!(true));
    reported(
        HSS,
        &unknown,
        In,
        &format!("{id}/x-internal"),
        "unknown extension",
    );
    let misplaced = set(format!("{LISTING}/x-extensible-enum"), json!(["a"]));
    reported(
        HSS,
        &misplaced,
        In,
        &format!("{LISTING}/x-extensible-enum"),
        "an open enum is a schema",
    );
    let place = format!("{}/x-provenance/0", query("limit"));
    let source = set(format!("{place}/source"), json!("hearsay"));
    reported(HSS, &source, In, &place, "unknown source `hearsay`");
    let extra = set(format!("{place}/note"), json!("x"));
    reported(HSS, &extra, In, &place, "exactly `source` and `claim`");
    let claim = drop_at(format!("{place}/claim"));
    reported(HSS, &claim, In, &place, "exactly `source` and `claim`");
    let no_list = set(
        "/info/x-provenance",
        json!({"source": "sdk-python", "claim": "All."}),
    );
    reported(IAM, &no_list, In, "/info/x-provenance", "expected a list");
    let unused = set("/sources/hearsay", json!({"title": "Hearsay"}));
    reported(
        ERRATA,
        &unused,
        In,
        "/sources/hearsay",
        "no claim of the contract uses",
    );
}
