//! The Chinese text: complete, up to date, and nothing but text.

use serde_json::json;

use super::*;

const OVERLAY: &str = "openapi/hss-image.zh-CN.overlay.yaml";
const IAM_OVERLAY: &str = "openapi/iam.zh-CN.overlay.yaml";
const RECORD_TARGET: &str = "$.components.schemas.PrivateImageRepositoryInfo";
const LISTING_TARGET: &str = "$.paths['/v5/{project_id}/image/swr-repository'].get";

/// The place of the action with this target.
fn action(target: &str) -> String {
    action_in(OVERLAY, target)
}

fn action_in(overlay: &str, target: &str) -> String {
    let overlay = read(&real_tree(), overlay);
    let actions = overlay["actions"].as_array().expect("a list");
    let index = actions
        .iter()
        .position(|action| action["target"] == target)
        .unwrap_or_else(|| panic!("no action for {target}"));
    format!("/actions/{index}")
}

fn component(section: &str, name: &str) -> String {
    action(&format!("$.components.{section}.{name}"))
}

fn schema(name: &str) -> String {
    component("schemas", name)
}

fn parameter(name: &str) -> String {
    action(&format!("{LISTING_TARGET}.parameters[?@.name=='{name}']"))
}

/// One edit of the overlay, and what is reported there.
fn in_overlay(edit: &Edit, place: &str, words: &str) {
    reported(OVERLAY, edit, Part::Translation, place, words);
}

/// One edit of the overlay, and what is reported at the contract.
fn at_contract(edit: &Edit, place: &str, words: &str) {
    reported_in(OVERLAY, edit, Part::Translation, HSS, place, words);
}

/// One edit of the contract, and what is reported at the overlay.
fn after_contract(edit: &Edit, place: &str, words: &str) {
    reported_in(HSS, edit, Part::Translation, OVERLAY, place, words);
}

#[test]
fn every_text_is_translated() {
    let missing = "this text has no Chinese translation";
    let record = action(RECORD_TARGET);
    for (edit, place) in [
        (
            drop_at(format!("{record}/update/description")),
            format!("{RECORD}/description"),
        ),
        (
            drop_at(format!("{record}/update/properties/image_size/description")),
            format!("{RECORD}/properties/image_size/description"),
        ),
        (
            drop_at(format!("{}/update/summary", action(LISTING_TARGET))),
            format!("{LISTING}/summary"),
        ),
        (
            drop_at(parameter("limit")),
            format!("{}/description", query("limit")),
        ),
        (drop_at("/actions/0/update/title"), "/info/title".to_owned()),
    ] {
        at_contract(&edit, &place, missing);
    }
    // New texts of the contract.
    for (pointer, value) in [
        (
            format!("{RECORD}/properties/created/description"),
            json!("When."),
        ),
        (
            format!("{}/schema/title", query("limit")),
            json!("A number"),
        ),
        (
            "/components/examples/ErrorAccessDenied/description".to_owned(),
            json!("More."),
        ),
    ] {
        let (holder, field) = pointer.rsplit_once('/').expect("a field");
        let edit = if pointer.contains("created") {
            set(holder, json!({"type": "string", (field): value}))
        } else {
            set(pointer.clone(), value)
        };
        reported_in(HSS, &edit, Part::Translation, HSS, &pointer, missing);
    }
    let server = set(
        "/servers/-",
        json!({"url": "https://iam.cloud.example", "description": "Another"}),
    );
    let place = "/servers/7/description";
    reported_in(IAM, &server, Part::Translation, IAM, place, missing);
}

#[test]
fn a_missing_text_comes_with_the_place_to_put_it() {
    let mut sources = real_tree();
    let edit = drop_at(format!(
        "{}/update/responses/200/description",
        action(LISTING_TARGET)
    ));
    apply(&edit, OVERLAY, &mut sources);
    let report = check::run(&sources);
    let settle = report
        .problems()
        .find(|problem| problem.part == Part::Translation && problem.file == HSS)
        .map(|problem| problem.settle.as_str());
    let expected = format!(
        "add it to {OVERLAY}: target `{LISTING_TARGET}`, member `update.responses['200'].description`"
    );
    assert_eq!(settle, Some(expected.as_str()));
}

#[test]
fn an_overlay_is_there_and_belongs_to_this_version_of_the_contract() {
    in_overlay(&Remove, "", "the file is missing");
    let version = set("/overlay", json!("1.1.0"));
    in_overlay(&version, "/overlay", "expected version 1.0.0, found 1.1.0");
    let version = set("/info/version", json!("0.0.9"));
    in_overlay(
        &version,
        "/info/version",
        "the version of openapi/hss-image.yaml, found 0.0.9",
    );
    after_contract(
        &set("/info/version", json!("9.0.0")),
        "/info/version",
        "expected 9.0.0",
    );
    let extends = set("/extends", json!("./iam.yaml"));
    in_overlay(&extends, "/extends", "expected ./hss-image.yaml");
    let extends = set("/extends", json!("./hss-image.yaml"));
    let words = "expected ./iam.yaml";
    reported(IAM_OVERLAY, &extends, Part::Translation, "/extends", words);
    in_overlay(&drop_at("/info/title"), "/info", "`title` is missing");
}

#[test]
fn an_overlay_is_readable() {
    for edit in [
        Text("actions:", "actions: ["),
        // Within one update, a reader that lets this pass would keep one of the two.
        Text("      summary: 将", "      summary: 甲\n      summary: 将"),
    ] {
        let mut sources = real_tree();
        apply(&edit, OVERLAY, &mut sources);
        let report = check::run(&sources);
        let problems: Vec<_> = report
            .problems()
            .filter(|problem| problem.part == Part::Translation)
            .collect();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        assert_eq!(problems[0].file, OVERLAY);
        assert!(
            problems[0].what.contains("not readable as YAML"),
            "{problems:#?}"
        );
    }
}

#[test]
fn an_action_selects_one_object() {
    let record = action(RECORD_TARGET);
    let target = format!("{record}/target");
    for (path, words) in [
        ("$.components.schemas.PrivateImage", "selects nothing"),
        ("$.components.schemas[?@.name=='x']", "selects nothing"),
        ("components.schemas", "is not JSONPath"),
        ("$.components.schemas.", "is not JSONPath"),
        ("$.components.schemas[?(@.name=='x')", "is not JSONPath"),
        ("$.components.schemas.*", "objects, expected one"),
        (
            "$.info.title",
            "selects /info/title, which is not an object",
        ),
        ("$.tags", "selects /tags, which is not an object"),
    ] {
        in_overlay(&set(&target, json!(path)), &target, words);
    }
    // The contract loses what is translated, or calls it something else.
    let gone = drop_at("/components/headers/XRequestId");
    let place = format!("{}/target", component("headers", "XRequestId"));
    after_contract(&gone, &place, "selects nothing");
    let renamed = set(format!("{}/name", query("limit")), json!("page_size"));
    let place = format!("{}/target", parameter("limit"));
    after_contract(&renamed, &place, "selects nothing");
}

#[test]
fn an_action_has_a_target_and_an_update() {
    let record = action(RECORD_TARGET);
    let remove = set(format!("{record}/remove"), json!(true));
    in_overlay(&remove, &format!("{record}/remove"), "removes nothing");
    let typo = set(format!("{record}/updates"), json!({"title": "甲"}));
    in_overlay(&typo, &format!("{record}/updates"), "unknown member");
    let typo = set("/extend", json!("./hss-image.yaml"));
    in_overlay(&typo, "/extend", "unknown member");
    for member in ["target", "update"] {
        let words = format!("`{member}` is missing");
        in_overlay(&drop_at(format!("{record}/{member}")), &record, &words);
    }
    let empty = set(format!("{record}/update"), json!({}));
    in_overlay(&empty, &format!("{record}/update"), "object with members");
    let list = set("/actions", json!({}));
    in_overlay(&list, "/actions", "expected a list of actions");
}

#[test]
fn nothing_but_texts_is_changed() {
    let update = format!("{}/update", action(RECORD_TARGET));
    let no_text = "not a title, summary or description";
    for (member, value, words) in [
        ("type", json!("array"), no_text),
        // Nor is the same said again.
        ("type", json!("object"), no_text),
        ("properties/id/format", json!("int32"), no_text),
        ("properties/image_size/x-provenance", json!(["甲"]), no_text),
        ("properties/namespace/example", json!("甲"), no_text),
        ("properties/id", json!("标识符"), no_text),
        ("description", json!(7), "expected text, found 7"),
        ("properties/id/title", json!("甲"), "invents no text"),
        ("properties/id/maximum", json!(9), "has nothing at"),
        (
            "properties/created",
            json!({"description": "时间"}),
            "has nothing at",
        ),
    ] {
        let place = format!("{update}/{member}");
        in_overlay(&set(&place, value), &place, words);
    }
    let reference = format!("{update}/properties/image_type");
    in_overlay(
        &set(&reference, json!({"description": "类型"})),
        &format!("{reference}/description"),
        "a reference to #/components/schemas/ImageType here",
    );
    // The contract calls a property something else.
    let renamed = Text(
        "        vul_num:\n          type",
        "        vulnerabilities:\n          type",
    );
    let place = format!("{update}/properties/vul_num");
    after_contract(&renamed, &place, "has nothing at");
}

#[test]
fn what_is_only_called_like_a_text_is_none() {
    let no_text = "not a title, summary or description";
    // A property.
    let project = action_in(IAM_OVERLAY, "$.components.schemas.Project");
    let place = format!("{project}/update/properties/description");
    let property = set(&place, json!("任意文字。"));
    reported(IAM_OVERLAY, &property, Part::Translation, &place, no_text);
    // A member of what an example shows.
    let update = format!("{}/update", component("examples", "ErrorAccessDenied"));
    let value = set(
        format!("{update}/value"),
        json!({"error_description": "甲"}),
    );
    in_overlay(
        &value,
        &format!("{update}/value/error_description"),
        no_text,
    );
}

#[test]
fn no_text_is_translated_twice() {
    let again = set(
        "/actions/-",
        json!({"target": "$.components.responses.Forbidden", "update": {"description": "调用失败。"}}),
    );
    let overlay = read(&real_tree(), OVERLAY);
    let last = overlay["actions"].as_array().map_or(0, Vec::len);
    let first = component("responses", "Forbidden");
    in_overlay(
        &again,
        &format!("/actions/{last}/update/description"),
        &format!("translated twice, first at {first}/update/description"),
    );
}

#[test]
fn a_translation_is_chinese() {
    let place = format!("{}/update/description", component("responses", "Forbidden"));
    let english = set(&place, json!("The caller lacks a permission."));
    in_overlay(&english, &place, "this is the English text");
    let other = set(&place, json!("The call failed."));
    in_overlay(
        &other,
        &place,
        "no Chinese character in \"The call failed.\"",
    );
    let empty = set(&place, json!(" "));
    in_overlay(&empty, &place, "the translation is empty");
    let place = format!("{}/update/description", schema("SharedStatus"));
    let line = Text(
        "- `effective`: 共享有效。",
        "- `effective`: The share holds.",
    );
    in_overlay(&line, &place, "no Chinese character in \"- `effective`");
}

#[test]
fn known_values_have_their_lines() {
    let place = format!("{}/update/description", schema("SharedStatus"));
    for (edit, words) in [
        (
            Text("        - `effective`: 共享有效。\n", ""),
            "no line \"- `effective`: …\"",
        ),
        (
            Text("- `effective`: 共享", "- `effective`：共享"),
            "no line \"- `effective`: …\"",
        ),
        (
            Text(
                "`effective`: 共享有效。",
                "`effective`: 共享有效。\n        - `new`: 新。",
            ),
            "a line for `new`, which is not a known value",
        ),
        (
            Text(
                "- `expired`: 共享已到期。\n        - `effective`: 共享有效。",
                "- `effective`: 共享有效。\n        - `expired`: 共享已到期。",
            ),
            "in another order",
        ),
    ] {
        in_overlay(&edit, &place, words);
    }
    // A parameter shows those of its schema; it stands before the schema.
    in_overlay(
        &Text("- `shared_image`: 共享", "- `shared_image`：共享"),
        &format!("{}/update/description", parameter("image_type")),
        "no line \"- `shared_image`: …\"",
    );
    let value = set(
        "/components/schemas/SharedStatus/x-extensible-enum/-",
        json!("new"),
    );
    after_contract(&value, &place, "no line \"- `new`: …\"");
    let place = "/components/schemas/SharedStatus/x-extensible-enum/0";
    let update = format!("{}/update/description", schema("SharedStatus"));
    after_contract(&drop_at(place), &update, "a line for `expired`");
}

#[test]
fn a_translation_keeps_up_with_the_contract() {
    let scan_status = format!("{}/update/description", parameter("scan_status"));
    let listing = format!("{}/update/description", action(LISTING_TARGET));
    let token = format!(
        "{}/update/description",
        component("securitySchemes", "XAuthToken")
    );
    let info = "/actions/0/update/description";
    // The translation loses or invents something.
    for (edit, place, words) in [
        (
            Text("请先运行 `RunImageSynchronize`", "请先同步"),
            listing.as_str(),
            "the name `RunImageSynchronize` of the English text is missing",
        ),
        (
            Text("除 `waiting_for_scan`", "除 `waiting`"),
            &scan_status,
            "the name `waiting` is not in the English text",
        ),
        (
            Text("有效期为 24 小时", "有效期为一天"),
            &token,
            "the number `24` of the English text is missing",
        ),
        (
            Text(
                "允许字段为 `null`。\n",
                "允许字段为 `null`。\n\n        新的一段。\n",
            ),
            info,
            "paragraphs: expected 7, as in the English text, found 8",
        ),
    ] {
        in_overlay(&edit, place, words);
    }
    // The contract says something else.
    for (edit, place, words) in [
        (
            Text("for 24 hours", "for 12 hours"),
            token.as_str(),
            "the number `12` of the English text is missing",
        ),
        (
            Text(
                "longer\n            `download_failed`",
                "longer\n            `gone`",
            ),
            &scan_status,
            "the name `gone` of the English text is missing",
        ),
        (
            Text("for one, too.\n", "for one, too.\n\n    New.\n"),
            info,
            "paragraphs: expected 8, as in the English text, found 7",
        ),
    ] {
        after_contract(&edit, place, words);
    }
}
