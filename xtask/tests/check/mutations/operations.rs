//! Operations of the contract as a whole: their names, paths, responses and bodies.

use super::*;
use Part::{Deviations, Rules};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = names();
    cases.extend(responses());
    cases
}

fn names() -> Vec<Case> {
    vec![
        case(
            HSS,
            set(format!("{LISTING}/operationId"), "ListImages"),
            Rules,
            format!("{LISTING}/operationId"),
            "the operationId is frozen as `ListSwrImageRepository`",
        ),
        case(
            IAM,
            drop_at("/paths/~1v3~1projects/get/operationId"),
            Rules,
            "/paths/~1v3~1projects/get/operationId",
            "the operationId is frozen as `KeystoneListProjects`",
        ),
        case(
            HSS,
            Text(
                "/v5/{project_id}/image/swr-repository:",
                "/v6/{project_id}/image/swr-repository:",
            ),
            Deviations,
            "/paths/~1v6~1{project_id}~1image~1swr-repository/get",
            "operation: path: GET /v6/{project_id}/image/swr-repository (contract); GET /v5/",
        ),
        case(
            HSS,
            Text("/image/synchronize:", "/image/synchronise:"),
            Rules,
            "/paths/~1v5~1{project_id}~1image~1synchronise/post",
            "not among the frozen operationIds",
        ),
        case(
            HSS,
            Rename(LISTING.to_owned(), "post"),
            Deviations,
            "/paths/~1v5~1{project_id}~1image~1swr-repository/post",
            "operation: path: POST /v5/{project_id}/image/swr-repository (contract); GET /v5/",
        ),
        case(
            HSS,
            drop_at("/paths/~1v5~1{project_id}~1image~1synchronize"),
            Rules,
            "/paths",
            "`RunImageSynchronize` is gone; it was at /v5/{project_id}/image/synchronize",
        ),
        case_in(
            IAM,
            drop_at("/paths/~1v3~1projects"),
            Deviations,
            "openapi/pages/keystone-list-projects.sdk-python.yaml",
            "/operation",
            "the contract has no operation `KeystoneListProjects`",
        ),
        case(
            HSS,
            set(format!("{LISTING}/deprecated"), true),
            Deviations,
            format!("{LISTING}/deprecated"),
            "operation: deprecated: yes (contract, page-main, sdk-python); no (page-en",
        ),
    ]
}

fn responses() -> Vec<Case> {
    let responses = format!("{LISTING}/responses");
    let synchronized = format!("{SYNCHRONIZATION}/requestBody");
    vec![
        case(
            HSS,
            Rename(format!("{responses}/200"), "201"),
            Deviations,
            &responses,
            "operation: statuses: 201, 400, 401",
        ),
        case(
            HSS,
            drop_at(format!("{responses}/404")),
            Deviations,
            &responses,
            "operation: statuses: 200, 400, 401, 403, 405",
        ),
        case(
            HSS,
            drop_at(format!("{SYNCHRONIZATION}/responses/504")),
            Deviations,
            format!("{SYNCHRONIZATION}/responses"),
            "502, 503 (contract); 200, 400, 401, 403, 404, 405, 413, 414, 429, 500, 502, 503, 504 (error-bodies)",
        ),
        case_in(
            HSS,
            drop_at(format!("{responses}/200/headers")),
            Deviations,
            "openapi/pages/list-swr-image-repository.sdk-python.yaml",
            "/response_headers/0",
            "response header X-Request-Id: presence: no (contract, page-en, page-zh); yes (sdk-python)",
        ),
        case(
            HSS,
            Rename(
                format!("{responses}/200/headers/X-Request-Id"),
                "X-Trace-Id",
            ),
            Deviations,
            "/components/headers/XRequestId",
            "response header X-Trace-Id: presence: yes (contract); no (page-en, page-zh)",
        ),
        case_in(
            HSS,
            Rename(
                format!("{responses}/200/content/application~1json"),
                "application/xml",
            ),
            Part::Documented,
            ENGLISH,
            "",
            "ListSwrImageRepository has no such body as JSON",
        ),
        case(
            HSS,
            set(
                format!("{responses}/200/content/application~1json/schema/$ref"),
                "#/components/schemas/ImageSynchronizationResult",
            ),
            Deviations,
            "/components/schemas/ImageSynchronizationResult/properties/error_code",
            "response error_code: presence: yes (contract); no (page-en, page-zh)",
        ),
        case_in(
            HSS,
            drop_at(&synchronized),
            Deviations,
            "openapi/pages/run-image-synchronize.en.yaml",
            "/request/name=image_type",
            "request image_type: presence: no (contract); yes (page-synchronize",
        ),
        case(
            HSS,
            drop_at(format!("{synchronized}/required")),
            Rules,
            &synchronized,
            "its schema has required members, so the body is required",
        ),
    ]
}
