//! The models of an official SDK.

use super::*;
use Part::Deviations;

pub(super) fn cases() -> Vec<Case> {
    let request = "/models/ListSwrImageRepositoryRequest";
    let record = "/models/PrivateImageRepositoryInfo";
    let limit = format!("{}/schema", query("limit"));
    vec![
        case_in(
            MODELS,
            set(format!("{request}/limit/max"), "100"),
            Deviations,
            HSS,
            format!("{limit}/maximum"),
            "query limit: range: 10..200 (contract, page-2024); none (page-en, page-zh); 10..100 (sdk-php)",
        ),
        case_in(
            MODELS,
            drop_at(format!("{request}/limit/min")),
            Deviations,
            HSS,
            format!("{limit}/maximum"),
            "none (page-en, page-zh); ..200 (sdk-php)",
        ),
        case_in(
            MODELS,
            set(format!("{request}/limit/required"), true),
            Part::Deviations,
            HSS,
            "/paths/~1v5~1{project_id}~1image~1swr-repository/get/parameters/8/required",
            "query limit: mandatory: no (contract, page-en, page-zh); yes (sdk-php)",
        ),
        case_in(
            MODELS,
            drop_at(format!("{request}/image_type/required")),
            Deviations,
            HSS,
            format!("{}/required", query("image_type")),
            "query image_type: mandatory: yes (contract, page-en, page-zh); no (sdk-php)",
        ),
        case_in(
            MODELS,
            set(format!("{request}/has_vul/pattern"), "/^true$/"),
            Part::Deviations,
            HSS,
            "/paths/~1v5~1{project_id}~1image~1swr-repository/get/parameters/19",
            "query has_vul: pattern: none (contract, page-en, page-zh); /^true$/ (sdk-php)",
        ),
        case_in(
            MODELS,
            set(format!("{request}/image_size/format"), "int32"),
            Deviations,
            HSS,
            format!("{}/schema/format", query("image_size")),
            "query image_size: type: integer int64 (contract, page-en, page-zh); integer int32 (sdk-php)",
        ),
        case(
            MODELS,
            set(format!("{request}/sort"), json!({"type": "string"})),
            Deviations,
            format!("{request}/sort"),
            "query sort: presence: no (contract, page-en, page-zh); yes (sdk-php)",
        ),
        case_in(
            MODELS,
            drop_at(format!("{record}/instance_id")),
            Deviations,
            HSS,
            field("instance_id"),
            "response data_list[].instance_id: presence: yes (contract); example only (page-en, page-zh)",
        ),
        case_in(
            MODELS,
            set(format!("{record}/id/type"), "string"),
            Deviations,
            HSS,
            format!("{}/format", field("id")),
            "response data_list[].id: type: integer int64 (contract, page-en, page-zh); string int64 (sdk-php)",
        ),
        case(
            MODELS,
            Rename(format!("{record}/vul_num"), "vuln_num"),
            Deviations,
            format!("{record}/vuln_num"),
            "response data_list[].vuln_num: presence: no (contract, page-en, page-zh); yes (sdk-php)",
        ),
        case_in(
            MODELS,
            set(format!("{record}/scannable/required"), true),
            Part::Deviations,
            HSS,
            "/components/schemas/PrivateImageRepositoryInfo/properties/scannable",
            "response data_list[].scannable: mandatory: none (contract, page-en, page-zh); yes (sdk-php)",
        ),
        case_in(
            MODELS,
            drop_at(format!("{record}/scannable/format")),
            Part::Errata,
            ERRATA,
            "/errata/id=scannable-stray-format/claims/0",
            "no deviation reads like this",
        ),
        case(
            MODELS,
            set("/source", "sdk-go"),
            Part::Documents,
            "/source",
            "no source of the errata has this key",
        ),
        case_in(
            MODELS,
            drop_at("/models/RunImageSynchronizeResponse"),
            Part::Deviations,
            HSS,
            "/components/schemas/ImageSynchronizationResult/properties/error_description",
            "response error_description: length: none (contract); 0..512 (sdk-python)",
        ),
    ]
}
