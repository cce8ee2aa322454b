//! Examples of the contract and of the pages, and the errata.

use serde_json::json;

use super::*;

#[test]
fn examples() {
    use Part::Examples as In;
    let record = format!("{SHOWN}/data_list/0");
    for (edit, place, words) in [
        (
            set(format!("{record}/id"), json!("111")),
            format!("{record}/id"),
            "is not of type",
        ),
        (
            set(format!("{record}/vul_num"), json!(3_000_000_000_u64)),
            format!("{record}/vul_num"),
            "maximum",
        ),
        (
            set(format!("{record}/image_type"), json!("spare_image")),
            format!("{record}/image_type"),
            "is none of",
        ),
        (
            set(format!("{record}/colour"), json!("red")),
            record.clone(),
            "unknown member `colour`",
        ),
        (
            set(format!("{record}/domain_name"), json!(null)),
            format!("{record}/domain_name"),
            "is not of type",
        ),
    ] {
        reported(HSS, &edit, In, &place, words);
    }
    let place = format!("{}/example", query("limit"));
    reported(
        HSS,
        &set(&place, json!(5)),
        In,
        &place,
        "less than the minimum",
    );
    reported(HSS, &set(&place, json!("50")), In, &place, "is not of type");
    let default = format!("{}/schema/default", query("limit"));
    reported(
        HSS,
        &set(&default, json!(1)),
        In,
        &default,
        "less than the minimum",
    );
    let property = format!("{RECORD}/properties/image_version/example");
    reported(
        HSS,
        &set(&property, json!(5.5)),
        In,
        &property,
        "is not of type",
    );
    let header = "/components/headers/XRequestId/example";
    reported(HSS, &set(header, json!(1)), In, header, "is not of type");
    let token = "/components/examples/CreateTokenForProjectName/value/auth";
    let missing = drop_at(format!("{token}/identity/methods"));
    reported(
        IAM,
        &missing,
        In,
        &format!("{token}/identity"),
        "`methods` is missing",
    );
    let external = set(
        "/components/examples/ErrorFromService",
        json!({"externalValue": "https://example.com"}),
    );
    reported(
        HSS,
        &external,
        In,
        "/components/examples/ErrorFromService",
        "no `value`",
    );
}

#[test]
fn documented_examples() {
    use Part::Documented as In;
    reported(
        ENGLISH,
        &Text("\"total_num\" : 3", "\"total_num\" : \"3\""),
        In,
        "/total_num",
        "does not fit the contract",
    );
    reported(
        ENGLISH,
        &Text("\"scannable\"", "\"scanable\""),
        In,
        "/data_list/0",
        "unknown member `scanable`",
    );
    reported(
        ENGLISH,
        &Text("\"scannable\"", "\"scanable\""),
        In,
        "/data_list/0/scanable",
        "generated type lacks this",
    );
    reported(
        ENGLISH,
        &Text("centos7", "centos8"),
        In,
        "/data_list/0/image_name",
        "the example `documented`",
    );
    reported(
        CHINESE,
        &Text("private_image", "spare_image"),
        In,
        "/data_list/0/image_type",
        "is none of",
    );
    reported(
        CHINESE,
        &Text("\"total_num\" : 3,", "\"total_num\" : 3"),
        In,
        "",
        "not readable as JSON",
    );
    reported(
        SYNCHRONIZE,
        &Text(": 0", ": null"),
        In,
        "/error_code",
        "does not fit the contract",
    );
    reported(
        SYNCHRONIZE,
        &Text(": 0", ": \"0\""),
        In,
        "",
        "the generated type refuses it",
    );
    let shown = drop_at(format!(
        "{LISTING}/responses/200/content/application~1json/examples/documented"
    ));
    reported_in(
        HSS,
        &shown,
        In,
        ENGLISH,
        "",
        "no example named `documented`",
    );

    let mut sources = real_tree();
    sources.set(
        "openapi/pages/list-swr-image-repository.fr.response.json",
        "{}",
    );
    sources.set("openapi/pages/show-image.en.response.json", "{}");
    let report = check::run(&sources);
    let whats: Vec<_> = report
        .problems()
        .map(|problem| problem.what.as_str())
        .collect();
    assert!(
        whats
            .iter()
            .any(|what| what.contains("unknown kind of file")),
        "{whats:?}"
    );
    assert!(
        whats
            .iter()
            .any(|what| what.contains("no operation of the contract")),
        "{whats:?}"
    );
}

#[test]
fn errata() {
    use Part::Documented as In;
    let change = "/errata/0/normalise/1";
    let stale = set(format!("{change}/documented"), json!("222"));
    reported(ERRATA, &stale, In, change, "stale or mistyped");
    let nowhere = set(format!("{change}/pointer"), json!("/data_list/9/id"));
    reported(
        ERRATA,
        &nowhere,
        In,
        change,
        "the example has nothing there",
    );
    let page = set(
        format!("{change}/page"),
        json!("list-swr-image-repository.fr.response.json"),
    );
    reported(ERRATA, &page, In, change, "there is no file");
    let other = set(
        format!("{change}/page"),
        json!("run-image-synchronize.en.response.json"),
    );
    reported(
        ERRATA,
        &other,
        In,
        change,
        "is no page of ListSwrImageRepository",
    );
    let operation = set("/errata/2/operation", json!("ListImages"));
    reported(
        ERRATA,
        &operation,
        In,
        "/errata/2/operation",
        "no operation `ListImages`",
    );
    // The record keeps the documented text, which is no number.
    let dropped = drop_at(change);
    reported_in(
        ERRATA,
        &dropped,
        In,
        ENGLISH,
        "/data_list/1/id",
        "is not of type",
    );
    let fixed = Text("111 (example for private images)", "111");
    reported_in(
        ENGLISH,
        &fixed,
        In,
        ERRATA,
        "/errata/0/normalise/0",
        "stale or mistyped",
    );
}

#[test]
fn request_lines() {
    use Part::Documented as In;
    let cases = [
        (
            "limit=50",
            "limits=50",
            "?limits",
            "no such query parameter",
        ),
        (
            "limit=50",
            "limit=5000",
            "?limit",
            "does not fit the contract",
        ),
        (
            "limit=50",
            "limit=many",
            "?limit",
            "does not fit the contract",
        ),
        (
            "=private_image",
            "=spare_image",
            "?image_type",
            "does not fit the contract",
        ),
        (
            "image_type=private_image&",
            "",
            "",
            "`image_type` is required and missing",
        ),
        ("limit=50", "limit=50&limit=60", "?limit", "sent twice"),
        (
            "swr-repository",
            "swr-repositories",
            "",
            "the contract has GET /v5/",
        ),
        ("GET", "POST", "", "the contract has GET /v5/"),
    ];
    for (from, to, place, words) in cases {
        reported(REQUEST_LINE, &Text(from, to), In, place, words);
    }
}
