//! Parameters of the contract.

use super::*;
use Part::{Deviations, Rules};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = presence();
    cases.extend(types());
    cases.extend(limits());
    cases.extend(headers());
    cases
}

fn presence() -> Vec<Case> {
    let listed = |name: &str| format!("{LISTING}/parameters/name={name}");
    let sort = json!({
        "name": "sort_dir", "in": "query", "description": "The order.", "example": "asc",
        "schema": {"type": "string"},
    });
    vec![
        case_in(
            HSS,
            drop_at(query("limit")),
            Deviations,
            EN,
            "/parameters/name=limit",
            "query limit: presence: no (contract); yes (page-en, ",
        ),
        case_in(
            HSS,
            drop_at(format!(
                "{LISTING}/parameters/$ref=#~1components~1parameters~1Region"
            )),
            Deviations,
            "openapi/pages/list-swr-image-repository.page-ally.yaml",
            "/parameters/name=region",
            "header region: presence: no (contract, page-en, page-zh); yes (page-ally",
        ),
        case(
            HSS,
            set(format!("{LISTING}/parameters/-"), sort.clone()),
            Deviations,
            listed("sort_dir"),
            "query sort_dir: presence: yes (contract); no (page-en, page-zh)",
        ),
        // Of an operation whose page is not known in full, nothing differs; but nobody says so either.
        case(
            HSS,
            set(format!("{SYNCHRONIZATION}/parameters/0"), sort),
            Part::Rules,
            format!("{SYNCHRONIZATION}/parameters/0"),
            "nobody is named who says that there is query sort_dir",
        ),
        case(
            HSS,
            set(format!("{}/name", query("limit")), "page_size"),
            Deviations,
            listed("page_size"),
            "query page_size: presence: yes (contract); no (page-en, page-zh)",
        ),
        case(
            HSS,
            set(format!("{}/required", query("limit")), true),
            Deviations,
            format!("{}/required", query("limit")),
            "query limit: mandatory: yes (contract); no (page-en, page-zh, sdk-php)",
        ),
        case(
            HSS,
            drop_at(format!("{}/required", query("image_type"))),
            Deviations,
            format!("{}/required", query("image_type")),
            "query image_type: mandatory: no (contract); yes (page-en, page-zh, sdk-php)",
        ),
        case(
            HSS,
            set("/components/parameters/ProjectId/name", "project"),
            Deviations,
            "/components/parameters/ProjectId",
            "path project: presence: yes (contract); no (page-en, page-zh)",
        ),
    ]
}

fn types() -> Vec<Case> {
    let schema = |name: &str, member: &str| format!("{}/schema/{member}", query(name));
    vec![
        case(
            HSS,
            set(schema("has_vul", "type"), "string"),
            Deviations,
            schema("has_vul", "type"),
            "query has_vul: type: string (contract); boolean (page-en, page-zh, sdk-php)",
        ),
        case(
            HSS,
            drop_at(schema("namespace", "type")),
            Deviations,
            query("namespace"),
            "query namespace: type: none (contract); string (page-en, page-zh, sdk-php)",
        ),
        case(
            HSS,
            set(schema("image_size", "format"), "int32"),
            Deviations,
            schema("image_size", "format"),
            "query image_size: type: integer int32 (contract); integer int64 (page-en, page-zh, sdk-php)",
        ),
        case(
            HSS,
            drop_at(schema("limit", "format")),
            Rules,
            format!("{}/schema", query("limit")),
            "this integer has no format",
        ),
        case(
            HSS,
            set(schema("namespace", "nullable"), true),
            Deviations,
            schema("namespace", "nullable"),
            "query namespace: nullable: yes (contract); none (page-en, page-zh)",
        ),
        case(
            HSS,
            set(
                schema("image_type", "$ref"),
                "#/components/schemas/ScanStatus",
            ),
            Deviations,
            "/components/schemas/ScanStatus/x-extensible-enum",
            "query image_type: values: unscan",
        ),
        case(
            HSS,
            drop_at(schema("image_size", "x-unit")),
            Deviations,
            query("image_size"),
            "query image_size: unit: none (contract, page-en, page-zh); bytes (successor)",
        ),
        case(
            HSS,
            set(schema("image_size", "x-unit"), "milliseconds"),
            Deviations,
            schema("image_size", "x-unit"),
            "query image_size: unit: milliseconds (contract); none (page-en, page-zh); bytes (successor)",
        ),
        case(
            HSS,
            set(schema("image_size", "x-unit"), "kilobytes"),
            Rules,
            schema("image_size", "x-unit"),
            "unknown unit \"kilobytes\"; expected milliseconds or bytes",
        ),
        case(
            HSS,
            set(schema("has_vul", "x-unit"), "bytes"),
            Rules,
            schema("has_vul", "x-unit"),
            "a unit belongs to an integer",
        ),
    ]
}

fn limits() -> Vec<Case> {
    let schema = |name: &str, member: &str| format!("{}/schema/{member}", query(name));
    vec![
        case(
            HSS,
            set(schema("limit", "maximum"), 300),
            Deviations,
            schema("limit", "maximum"),
            "query limit: range: 10..300 (contract); none (page-en, page-zh); 10..200 (page-2024, sdk-php)",
        ),
        case(
            HSS,
            set(schema("limit", "minimum"), 1),
            Deviations,
            schema("limit", "maximum"),
            "query limit: range: 1..200 (contract); none",
        ),
        case(
            HSS,
            drop_at(schema("offset", "maximum")),
            Deviations,
            schema("offset", "minimum"),
            "query offset: range: 0.. (contract, page-en, page-zh); 0..2000000 (page-2024, sdk-php)",
        ),
        case(
            HSS,
            set(schema("image_size", "maximum"), 2_147_483_547),
            Deviations,
            schema("image_size", "maximum"),
            "query image_size: range: 0..2147483547 (contract, page-2024, sdk-php); none (page-en, page-zh)",
        ),
        case(
            HSS,
            set(schema("namespace", "maxLength"), 255),
            Deviations,
            schema("namespace", "maxLength"),
            "query namespace: length: 1..255 (contract); none (page-en, page-zh); 1..256 (page-2024, sdk-php)",
        ),
        case(
            HSS,
            drop_at(schema("image_name", "minLength")),
            Deviations,
            schema("image_name", "maxLength"),
            "query image_name: length: 0..128 (contract)",
        ),
        case(
            HSS,
            set(schema("limit", "default"), 20),
            Deviations,
            schema("limit", "default"),
            "query limit: default: 20 (contract); none (page-en, page-zh); 10 (page-2024)",
        ),
        case(
            HSS,
            drop_at(schema("offset", "default")),
            Deviations,
            query("offset"),
            "query offset: default: none (contract); 0 (page-en, page-zh, page-2024)",
        ),
        // What the errata decided not to declare.
        case(
            HSS,
            set(schema("start_latest_scan_time", "default"), 0),
            Deviations,
            schema("start_latest_scan_time", "default"),
            "query start_latest_scan_time: default: 0 (contract, page-2024); none (page-en, page-zh)",
        ),
        case(
            HSS,
            set(schema("namespace", "pattern"), "^[a-z]+$"),
            Deviations,
            schema("namespace", "pattern"),
            "query namespace: pattern: ^[a-z]+$ (contract); none (page-en, page-zh)",
        ),
    ]
}

fn headers() -> Vec<Case> {
    let region = "/components/parameters/Region";
    vec![
        case(
            HSS,
            set(format!("{region}/name"), "Region"),
            Deviations,
            format!("{region}/name"),
            "header region: spelling: Region (contract); region (page-ally",
        ),
        case(
            HSS,
            set(format!("{region}/name"), "x-region"),
            Deviations,
            region,
            "header x-region: presence: yes (contract); no (page-en, page-zh)",
        ),
        case(
            HSS,
            set(format!("{region}/in"), "query"),
            Deviations,
            region,
            "query region: presence: yes (contract, sdk-php); no (page-en, page-zh)",
        ),
        case(
            HSS,
            set(format!("{region}/required"), true),
            Deviations,
            format!("{region}/required"),
            "header region: mandatory: yes (contract, page-synchronize); no (page-synchronize-newer",
        ),
        case(
            HSS,
            set("/components/securitySchemes/XAuthToken/name", "X-Auth-Key"),
            Deviations,
            "/components/securitySchemes/XAuthToken",
            "header x-auth-key: presence: yes (contract); no (page-en, page-zh)",
        ),
        case_in(
            HSS,
            drop_at("/security/1"),
            Deviations,
            "openapi/pages/list-swr-image-repository.signing-guide.yaml",
            "/parameters/0",
            "header authorization: presence: no (contract, page-en, page-zh); yes (signing-guide)",
        ),
        case_in(
            HSS,
            set(format!("{LISTING}/security"), json!([])),
            Deviations,
            EN,
            "/parameters/name=x-auth-token",
            "header x-auth-token: presence: no (contract); yes (page-en",
        ),
    ]
}
