//! The transcripts of which only a part is known.

use super::*;
use Part::{Deviations, Documents, Errata};

const COPY: &str = "openapi/pages/list-swr-image-repository.page-zh-copy.yaml";
const SDK: &str = "openapi/pages/list-swr-image-repository.sdk-python.yaml";
const MAIN: &str = "openapi/pages/list-swr-image-repository.page-main.yaml";
const SUCCESSOR: &str = "openapi/pages/list-swr-image-repository.successor.yaml";
const SIGNING: &str = "openapi/pages/list-swr-image-repository.signing-guide.yaml";
const CODES: &str = "openapi/pages/run-image-synchronize.error-codes.yaml";
const BODIES: &str = "openapi/pages/list-swr-image-repository.error-bodies.yaml";
const SYNCHRONIZE_PAGE: &str = "openapi/pages/run-image-synchronize.en.yaml";
const TOKEN: &str = "openapi/pages/keystone-create-user-token-by-password.en.yaml";
const PROJECTS: &str = "openapi/pages/keystone-list-projects.sdk-python.yaml";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = listing();
    cases.extend(others());
    cases
}

fn listing() -> Vec<Case> {
    let limit = format!("{}/schema", query("limit"));
    vec![
        case_in(
            OLDER,
            set("/parameters/name=limit/maximum", 100),
            Deviations,
            HSS,
            format!("{limit}/maximum"),
            "query limit: range: 10..200 (contract, sdk-php); none (page-en, page-zh); 10..100 (page-2024)",
        ),
        case_in(
            OLDER,
            drop_at("/parameters/name=limit/default"),
            Part::Deviations,
            HSS,
            "/paths/~1v5~1{project_id}~1image~1swr-repository/get/parameters/8/schema/default",
            "query limit: default: 10 (contract); none (page-en, page-zh)",
        ),
        case_in(
            OLDER,
            set("/parameters/name=image_name/max_length", 64),
            Deviations,
            HSS,
            format!("{}/schema/maxLength", query("image_name")),
            "query image_name: length: 1..128 (contract, sdk-php); none (page-en, page-zh); 1..64 (page-2024)",
        ),
        case_in(
            OLDER,
            set("/parameters/name=image_size/default", json!(null)),
            Errata,
            ERRATA,
            "/errata/id=filter-defaults/claims/=query image_size",
            "no deviation reads like this",
        ),
        case_in(
            COPY,
            set("/parameters/name=scan_status/values/-", "waiting_for_scan"),
            Deviations,
            HSS,
            "/components/schemas/ScanStatus/x-extensible-enum",
            "waiting_for_scan (contract, page-zh-copy); unscan",
        ),
        case_in(
            COPY,
            set("/updated", "2025-09-24"),
            Deviations,
            EN,
            "/updated",
            "operation: updated: 2025-09-24 (page-en, page-zh-copy); lost (page-zh)",
        ),
        case_in(
            MAIN,
            set("/deprecated", false),
            Part::Deviations,
            HSS,
            "/paths/~1v5~1{project_id}~1image~1swr-repository/get/deprecated",
            "operation: deprecated: no (contract, page-en, page-zh, page-ally, page-cloud-ru, page-main); yes (sdk-python)",
        ),
        case_in(
            SUCCESSOR,
            set("/response/name=data_list[].image_size/unit", "kilobytes"),
            Deviations,
            HSS,
            format!("{}/x-unit", field("image_size")),
            "response data_list[].image_size: unit: bytes (contract); none (page-en, page-zh); kilobytes (successor)",
        ),
        case_in(
            SUCCESSOR,
            drop_at("/response/name=total_num"),
            Errata,
            ERRATA,
            "/errata/id=total-num-scope/evidence/source=successor/at",
            "successor has no place `response total_num`",
        ),
        case_in(
            SIGNING,
            Remove,
            Errata,
            ERRATA,
            "/errata/id=token-or-signature/claims/=header authorization",
            "the sources now say something else: header authorization: presence: yes (contract); no (page-en, page-zh)",
        ),
        case_in(
            BODIES,
            drop_at("/error/name=request_id"),
            Deviations,
            HSS,
            "/components/schemas/ErrorResponse/properties/request_id",
            "error request_id: presence: yes (contract); no (page-en, page-zh)",
        ),
        case(
            SDK,
            set("/source", "sdk-php"),
            Documents,
            "/source",
            "the name of the file is that of another source",
        ),
        case(
            SDK,
            set("/operation", "RunImageSynchronize"),
            Documents,
            "/operation",
            "the name of the file is that of another operation",
        ),
    ]
}

fn others() -> Vec<Case> {
    vec![
        case_in(
            CODES,
            drop_at("/error/0/values/=APIGW.0802"),
            Deviations,
            HSS,
            "/components/schemas/ErrorResponse/properties/error_code/x-extensible-enum",
            "error error_code: values: HSS.0001",
        ),
        case_in(
            SYNCHRONIZE_PAGE,
            set("/request/name=image_type/mandatory", false),
            Deviations,
            HSS,
            "/components/schemas/ImageSynchronizationRequest/properties/image_type",
            "request image_type: mandatory: yes (contract, sdk-python, sdk-php); no (page-synchronize)",
        ),
        case_in(
            SYNCHRONIZE_PAGE,
            set("/path", "/v5/{project_id}/image/sync"),
            Deviations,
            HSS,
            SYNCHRONIZATION,
            "operation: path: POST /v5/{project_id}/image/synchronize (contract); POST /v5/{project_id}/image/sync",
        ),
        case_in(
            TOKEN,
            set("/statuses/0", 200),
            Deviations,
            IAM,
            "/paths/~1v3~1auth~1tokens/post/responses",
            "operation: statuses: 201, 400, 401, 403, 404, 500, 503 (contract); 200, 400",
        ),
        case_in(
            TOKEN,
            drop_at("/response_headers"),
            Part::Rules,
            IAM,
            "/paths/~1v3~1auth~1tokens/post/responses/201/headers/X-Subject-Token",
            "nobody is named who says that there is response header X-Subject-Token",
        ),
        case_in(
            TOKEN,
            set(
                "/request/name=auth.identity.password.user.name/mandatory",
                false,
            ),
            Deviations,
            IAM,
            "/components/schemas/PasswordUser/properties/name",
            "request auth.identity.password.user.name: mandatory: yes (contract); no (iam-token-page)",
        ),
        case(
            PROJECTS,
            set("/response/-", json!({"name": "projects[].region"})),
            Deviations,
            "/response/name=projects[].region",
            "response projects[].region: presence: no (contract); yes (sdk-python)",
        ),
    ]
}
