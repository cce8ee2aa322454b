//! Fields of the bodies, and the known values of their schemas.

use super::*;
use Part::{Deviations, Rules};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = presence();
    cases.extend(types());
    cases.extend(values());
    cases
}

fn presence() -> Vec<Case> {
    let request = "/components/schemas/ImageSynchronizationRequest";
    let error = "/components/schemas/ErrorResponse/properties";
    let new = json!({"type": "integer", "format": "int32", "description": "Layers.", "example": 1});
    vec![
        case_in(
            HSS,
            drop_at(field("domain_name")),
            Deviations,
            EN,
            "/objects/PrivateImageRepositoryInfo/name=domain_name",
            "response data_list[].domain_name: presence: no (contract); yes (page-en, page-zh, sdk-php)",
        ),
        // Only the example and an SDK have it.
        case_in(
            HSS,
            drop_at(field("instance_url")),
            Deviations,
            MODELS,
            "/models/PrivateImageRepositoryInfo/instance_url",
            "response data_list[].instance_url: presence: no (contract); example only (page-en, page-zh); yes",
        ),
        case(
            HSS,
            set(field("layer_num"), new.clone()),
            Deviations,
            field("layer_num"),
            "response data_list[].layer_num: presence: yes (contract); no (page-en, page-zh)",
        ),
        case(
            HSS,
            Rename(field("vul_num"), "vuln_num"),
            Deviations,
            field("vuln_num"),
            "response data_list[].vuln_num: presence: yes (contract); no (page-en, page-zh)",
        ),
        case(
            HSS,
            set(format!("{RECORD}/required"), json!(["id"])),
            Deviations,
            field("id"),
            "response data_list[].id: mandatory: yes (contract); none (page-en, page-zh)",
        ),
        case_in(
            HSS,
            drop_at(format!("{request}/required")),
            Deviations,
            HSS,
            format!("{request}/properties/image_type"),
            "request image_type: mandatory: no (contract); yes (page-synchronize, sdk-python, sdk-php)",
        ),
        case(
            HSS,
            Rename(format!("{request}/properties/image_type"), "type"),
            Rules,
            format!("{request}/properties/type"),
            "nobody is named who says that there is request type",
        ),
        case_in(
            HSS,
            drop_at(format!("{error}/request_id")),
            Deviations,
            "openapi/pages/list-swr-image-repository.error-bodies.yaml",
            "/error/name=request_id",
            "error request_id: presence: no (contract, page-en, page-zh); yes (error-bodies)",
        ),
        case(
            HSS,
            set(format!("{error}/layer_num"), new.clone()),
            Deviations,
            format!("{error}/layer_num"),
            "error layer_num: presence: yes (contract); no (page-en, page-zh)",
        ),
        case_in(
            IAM,
            drop_at("/components/schemas/TokenInfo/properties/expires_at"),
            Deviations,
            "openapi/pages/keystone-create-user-token-by-password.en.yaml",
            "/response/name=token.expires_at",
            "response token.expires_at: presence: no (contract); yes (iam-token-page)",
        ),
    ]
}

fn types() -> Vec<Case> {
    let list = "/components/schemas/SwrImagePage/properties/data_list";
    vec![
        case(
            HSS,
            set(format!("{}/type", field("image_digest")), "boolean"),
            Deviations,
            format!("{}/type", field("image_digest")),
            "response data_list[].image_digest: type: boolean (contract); string (page-en, page-zh, sdk-php)",
        ),
        case(
            HSS,
            set(format!("{}/format", field("id")), "int32"),
            Deviations,
            format!("{}/format", field("id")),
            "response data_list[].id: type: integer int32 (contract); integer int64 (page-en",
        ),
        case(
            HSS,
            set(format!("{}/nullable", field("domain_name")), true),
            Deviations,
            format!("{}/nullable", field("domain_name")),
            "response data_list[].domain_name: nullable: yes (contract); none (page-en, page-zh)",
        ),
        case(
            HSS,
            set(
                format!("{list}/items/$ref"),
                "#/components/schemas/AssociateImages",
            ),
            Deviations,
            format!("{list}/type"),
            "response data_list: type: array of AssociateImages (contract); array of PrivateImageRepositoryInfo",
        ),
        case(
            HSS,
            drop_at(format!("{}/items", field("association_images"))),
            Deviations,
            field("association_images"),
            "response data_list[].association_images: type: none (contract); array of AssociateImages (page-en",
        ),
        case(
            HSS,
            set(format!("{}/minimum", field("vul_num")), 0),
            Deviations,
            format!("{}/minimum", field("vul_num")),
            "response data_list[].vul_num: range: 0.. (contract); none (page-en, page-zh); 0..2147483647",
        ),
        case(
            HSS,
            drop_at(format!("{}/x-unit", field("latest_scan_time"))),
            Deviations,
            field("latest_scan_time"),
            "response data_list[].latest_scan_time: unit: none (contract, page-en, page-zh); milliseconds",
        ),
        case(
            HSS,
            set(
                "/components/schemas/ImageSynchronizationResult/properties/error_code/format",
                "int64",
            ),
            Deviations,
            "/components/schemas/ImageSynchronizationResult/properties/error_code/format",
            "response error_code: type: integer int64 (contract); integer int32 (sdk-php)",
        ),
        // A promise that the service never made.
        case(
            HSS,
            set(format!("{RECORD}/additionalProperties"), false),
            Rules,
            format!("{RECORD}/additionalProperties"),
            "strict clients would refuse them",
        ),
        case_in(
            IAM,
            set(
                "/components/schemas/Identity/properties/methods/type",
                "string",
            ),
            Part::Deviations,
            IAM,
            "/components/schemas/Identity/properties/methods/type",
            "request auth.identity.methods: type: string (contract); array of string (iam-token-page)",
        ),
    ]
}

fn values() -> Vec<Case> {
    let shared = "/components/schemas/SharedStatus/x-extensible-enum";
    let types = "/components/schemas/ImageType/x-extensible-enum";
    let said = "response data_list[].shared_status: values:";
    vec![
        case(
            HSS,
            drop_at(format!("{shared}/=expired")),
            Deviations,
            shared,
            format!("{said} effective (contract); expired, effective (page-en)"),
        ),
        case(
            HSS,
            set(format!("{shared}/-"), "revoked"),
            Deviations,
            shared,
            format!("{said} expired, effective, revoked (contract); expired, effective (page-en)"),
        ),
        case(
            HSS,
            set(format!("{shared}/0"), "ended"),
            Deviations,
            shared,
            format!("{said} ended, effective (contract)"),
        ),
        case(
            HSS,
            Swap(format!("{shared}/0"), format!("{shared}/1")),
            Deviations,
            shared,
            format!("{said} effective, expired (contract)"),
        ),
        case(
            HSS,
            drop_at(shared),
            Deviations,
            field("shared_status"),
            format!("{said} none (contract); expired, effective (page-en)"),
        ),
        case(
            HSS,
            drop_at(format!("{types}/=local_image")),
            Deviations,
            types,
            "query image_type: values: private_image, shared_image, instance_image (contract); private_image, s",
        ),
        case(
            HSS,
            drop_at(
                "/components/schemas/ErrorResponse/properties/error_code/x-extensible-enum/=APIGW.0308",
            ),
            Deviations,
            "/components/schemas/ErrorResponse/properties/error_code/x-extensible-enum",
            "error error_code: values: HSS.0001",
        ),
        // A closed list would cost a client a whole page for one new value.
        case(
            HSS,
            Rename(shared.to_owned(), "enum"),
            Rules,
            "/components/schemas/SharedStatus/enum",
            "a closed enum makes strict clients refuse",
        ),
        case(
            HSS,
            set("/components/schemas/SharedStatus/type", "integer"),
            Rules,
            shared,
            "an open enum is of type string",
        ),
    ]
}
