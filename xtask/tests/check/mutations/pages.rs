//! The transcripts of the two pages of the listing, which are known in full.

use super::*;
use Part::{Deviations, Documents, Errata};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = operation();
    cases.extend(parameters());
    cases.extend(fields());
    cases.extend(form());
    cases
}

fn operation() -> Vec<Case> {
    vec![
        case_in(
            EN,
            set("/updated", "2026-01-01"),
            Part::Deviations,
            EN,
            "/updated",
            "operation: updated: 2026-01-01 (page-en); lost (page-zh); 2025-09-23 (page-zh-copy)",
        ),
        // What was lost is not to be filled in by guessing.
        case_in(
            ZH,
            set("/updated", "2025-09-24"),
            Deviations,
            EN,
            "/updated",
            "operation: updated: 2025-09-24 (page-en, page-zh); 2025-09-23 (page-zh-copy)",
        ),
        case_in(
            EN,
            drop_at("/sections/=calling method"),
            Part::Errata,
            ERRATA,
            "/errata/21/claims/0",
            "no deviation reads like this",
        ),
        case_in(
            ZH,
            drop_at("/sections/=error codes"),
            Deviations,
            EN,
            "/sections",
            "operation: sections: function, calling method",
        ),
        case_in(
            EN,
            set("/deprecated", true),
            Part::Deviations,
            HSS,
            "/paths/~1v5~1{project_id}~1image~1swr-repository/get/deprecated",
            "operation: deprecated: no (contract, page-zh, page-ally, page-cloud-ru); yes (page-en, page-main, sdk-python)",
        ),
        case_in(
            EN,
            set("/path", "/v5/{project_id}/image/swr-repositories"),
            Deviations,
            HSS,
            LISTING,
            "operation: path: GET /v5/{project_id}/image/swr-repository (contract, page-zh, page-cloud-ru); GET /v5/{project_id}/i",
        ),
        case_in(
            ZH,
            set("/method", "POST"),
            Deviations,
            HSS,
            LISTING,
            "operation: path: GET /v5/{project_id}/image/swr-repository (contract, page-en, page-cloud-ru); POST /v5",
        ),
        case_in(
            EN,
            set("/statuses/-", 400),
            Deviations,
            HSS,
            format!("{LISTING}/responses"),
            "(contract, error-bodies); 200, 400 (page-en); 200 (page-zh)",
        ),
    ]
}

fn parameters() -> Vec<Case> {
    let row = |name: &str, member: &str| format!("/parameters/name={name}/{member}");
    let limit = query("limit");
    vec![
        case_in(
            EN,
            set(row("limit", "mandatory"), true),
            Deviations,
            HSS,
            format!("{limit}/required"),
            "query limit: mandatory: no (contract, page-zh, sdk-php); yes (page-en)",
        ),
        case_in(
            ZH,
            set(row("limit", "mandatory"), true),
            Deviations,
            HSS,
            format!("{limit}/required"),
            "query limit: mandatory: no (contract, page-en, sdk-php); yes (page-zh)",
        ),
        case_in(
            EN,
            set(row("limit", "type"), "Long"),
            Deviations,
            HSS,
            format!("{limit}/schema/format"),
            "query limit: type: integer int32 (contract, page-zh, sdk-php); integer int64 (page-en)",
        ),
        case_in(
            EN,
            drop_at("/parameters/name=has_vul"),
            Deviations,
            HSS,
            query("has_vul"),
            "query has_vul: presence: yes (contract, page-zh, sdk-php); no (page-en)",
        ),
        case(
            EN,
            set("/parameters/name=has_vul/name", "has_vulnerability"),
            Deviations,
            "/parameters/name=has_vulnerability",
            "query has_vulnerability: presence: no (contract, page-zh); yes (page-en)",
        ),
        case(
            ZH,
            set(
                "/parameters/-",
                json!({"in": "query", "name": "sort", "mandatory": false, "type": "String"}),
            ),
            Deviations,
            "/parameters/name=sort",
            "query sort: presence: no (contract, page-en); yes (page-zh)",
        ),
        case_in(
            EN,
            drop_at(row("offset", "default")),
            Deviations,
            HSS,
            format!("{}/schema/default", query("offset")),
            "query offset: default: 0 (contract, page-zh, page-2024); none (page-en)",
        ),
        case_in(
            ZH,
            set(row("limit", "maximum"), 100),
            Deviations,
            HSS,
            format!("{limit}/schema/maximum"),
            "query limit: range: 10..200 (contract, page-2024, sdk-php); none (page-en); ..100 (page-zh)",
        ),
        case_in(
            EN,
            set(row("x-auth-token", "name"), "X-Auth-Token"),
            Deviations,
            HSS,
            "/components/securitySchemes/XAuthToken/name",
            "header x-auth-token: spelling: X-Auth-Token (contract, page-en, page-2024, page-ally, page-cloud-ru); x-auth-token (page-zh)",
        ),
        case_in(
            EN,
            drop_at("/parameters/name=scan_status/values/=unscan"),
            Deviations,
            HSS,
            "/components/schemas/ScanStatus/x-extensible-enum",
            "query scan_status: values: unscan, success, scanning, failed, download_failed, image_oversized, waiti",
        ),
        case_in(
            EN,
            set(row("image_type", "explained/-"), "local_image"),
            Errata,
            ERRATA,
            "/errata/id=values-unexplained/claims/=query image_type: explained",
            "no deviation reads like this",
        ),
    ]
}

fn fields() -> Vec<Case> {
    let row = |name: &str, member: &str| {
        format!("/objects/PrivateImageRepositoryInfo/name={name}/{member}")
    };
    let shared = "/components/schemas/SharedStatus/x-extensible-enum";
    let said = "response data_list[].shared_status: values: expired, effective (contract);";
    vec![
        case_in(
            EN,
            set(row("id", "type"), "String"),
            Deviations,
            HSS,
            format!("{}/format", field("id")),
            "response data_list[].id: type: integer int64 (contract, page-zh, sdk-php); string (page-en)",
        ),
        case_in(
            EN,
            drop_at("/objects/PrivateImageRepositoryInfo/name=vul_num"),
            Deviations,
            HSS,
            field("vul_num"),
            "response data_list[].vul_num: presence: yes (contract, page-zh, sdk-php); example only (page-en)",
        ),
        case_in(
            EN,
            drop_at(row("shared_status", "values/=expired")),
            Deviations,
            HSS,
            shared,
            format!("{said} effective (page-en)"),
        ),
        case_in(
            EN,
            set(row("shared_status", "values/-"), "revoked"),
            Deviations,
            HSS,
            shared,
            format!("{said} expired, effective, revoked (page-en)"),
        ),
        case_in(
            EN,
            Swap(
                row("shared_status", "values/0"),
                row("shared_status", "values/1"),
            ),
            Deviations,
            HSS,
            shared,
            format!("{said} effective, expired (page-en)"),
        ),
        case_in(
            ZH,
            set(row("scan_failed_desc", "count"), 15),
            Errata,
            ERRATA,
            "/errata/id=scan-failed-count/claims/0",
            "no deviation reads like this",
        ),
        case_in(
            ZH,
            set(row("shared_status", "count"), 3),
            Deviations,
            HSS,
            format!("{RECORD}/properties/shared_status"),
            "response data_list[].shared_status: count: 2 (contract, page-en); 3 (page-zh)",
        ),
        case_in(
            ZH,
            set(
                row("shared_status", "values"),
                json!(["expired", "effective"]),
            ),
            Errata,
            ERRATA,
            "/errata/id=zh-lists-lost/claims/=response data_list[].shared_status",
            "no deviation reads like this",
        ),
        case_in(
            ZH,
            set("/objects/AssociateImages/0/nullable", true),
            Deviations,
            HSS,
            "/components/schemas/AssociateImages/properties/image_name",
            "response data_list[].association_images[].image_name: nullable: none (contract, page-en); yes (page-zh)",
        ),
        case_in(
            EN,
            set(row("latest_scan_time", "unit"), "milliseconds"),
            Deviations,
            HSS,
            format!("{}/x-unit", field("latest_scan_time")),
            "response data_list[].latest_scan_time: unit: milliseconds (contract, page-en, sdk-python, successor); n",
        ),
    ]
}

/// Transcripts that contradict themselves, or are none.
fn form() -> Vec<Case> {
    let type_of_list = "/objects/PrivateImageRepositoryInfo/name=association_images/type";
    vec![
        case(
            EN,
            set("/parameters/name=limit/type", "Int"),
            Deviations,
            "/parameters/name=limit/type",
            "unknown type `Int`; expected String, Integer",
        ),
        case(
            EN,
            set(
                "/parameters/-",
                json!({"in": "query", "name": "limit", "mandatory": false, "type": "Integer"}),
            ),
            Deviations,
            "/parameters/21",
            "this parameter appears twice",
        ),
        case(
            EN,
            set(
                "/objects/AssociateImages/-",
                json!({"name": "namespace", "type": "String"}),
            ),
            Deviations,
            "/objects/AssociateImages/6",
            "this field appears twice",
        ),
        case(
            EN,
            drop_at("/parameters/0/in"),
            Deviations,
            "/parameters/0",
            "a parameter needs `in`",
        ),
        case(
            ZH,
            drop_at("/objects/AssociateImages"),
            Deviations,
            type_of_list,
            "the fields of AssociateImages are missing from `objects`",
        ),
        case(
            ZH,
            set("/objects/Layer", json!([{"name": "size", "type": "Long"}])),
            Deviations,
            "/objects/Layer",
            "no type names this object",
        ),
        case(
            EN,
            set("/parameters/name=image_type/explained/0", "privat_image"),
            Deviations,
            "/parameters/name=image_type/explained",
            "`privat_image` is none of the values",
        ),
        case(
            EN,
            set("/operation", "RunImageSynchronize"),
            Documents,
            "/operation",
            "the name of the file is that of another operation",
        ),
        case(
            EN,
            set("/operation", "ListImages"),
            Deviations,
            "/operation",
            "the contract has no operation `ListImages`",
        ),
        case(
            EN,
            set("/source", "page-fr"),
            Documents,
            "/source",
            "no source of the errata has this key",
        ),
        case_in(
            EN,
            set("/source", "page-zh"),
            Deviations,
            HSS,
            "/components/headers/XRequestId",
            "response header X-Request-Id: presence: yes (contract, sdk-python); no (page-zh, page-zh)",
        ),
        case_in(
            EN,
            set("/complete", false),
            Part::Rules,
            HSS,
            "/components/schemas/ImageType/x-extensible-enum",
            "nobody is named who says",
        ),
        case_in(
            EN,
            Remove,
            Part::Rules,
            HSS,
            "/components/schemas/ImageType/x-extensible-enum",
            "nobody is named who says",
        ),
    ]
}
