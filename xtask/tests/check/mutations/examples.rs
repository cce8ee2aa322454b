//! The examples of the contract.

use super::*;
use Part::{Documented, Examples as In};

pub(super) fn cases() -> Vec<Case> {
    let record = format!("{SHOWN}/data_list/0");
    let limit = |member: &str| format!("{}/{member}", query("limit"));
    let version = format!("{}/example", field("image_version"));
    let header = "/components/headers/XRequestId/example";
    let token = "/components/examples/CreateTokenForProjectName/value/auth/identity";
    let error = "/components/examples/ErrorInvalidParameter";
    let shown = "content/application~1json/examples/documented";
    vec![
        case(
            HSS,
            set(format!("{record}/id"), "111"),
            In,
            format!("{record}/id"),
            "is not of type",
        ),
        case(
            HSS,
            set(format!("{record}/vul_num"), 3_000_000_000_u64),
            In,
            format!("{record}/vul_num"),
            "maximum",
        ),
        case(
            HSS,
            set(format!("{record}/image_type"), "spare_image"),
            In,
            format!("{record}/image_type"),
            "is none of",
        ),
        case(
            HSS,
            set(format!("{record}/colour"), "red"),
            In,
            &record,
            "unknown member `colour`",
        ),
        case(
            HSS,
            set(format!("{record}/domain_name"), json!(null)),
            In,
            format!("{record}/domain_name"),
            "is not of type",
        ),
        case(
            HSS,
            set(limit("example"), 5),
            In,
            limit("example"),
            "less than the minimum",
        ),
        case(
            HSS,
            set(limit("example"), "50"),
            In,
            limit("example"),
            "is not of type",
        ),
        case(
            HSS,
            set(limit("schema/default"), 1),
            In,
            limit("schema/default"),
            "less than the minimum",
        ),
        case(
            HSS,
            set(&version, json!(5.5)),
            In,
            version,
            "is not of type",
        ),
        case(HSS, set(header, 1), In, header, "is not of type"),
        case(
            IAM,
            drop_at(format!("{token}/methods")),
            In,
            token,
            "`methods` is missing",
        ),
        case(
            HSS,
            set(error, json!({"externalValue": "https://example.com"})),
            In,
            error,
            "no `value`",
        ),
        // Examples that fit, and are not the documented ones.
        case_in(
            HSS,
            set(format!("{record}/image_name"), "centos8"),
            Documented,
            ENGLISH,
            "/data_list/0/image_name",
            "the example `documented` in openapi/hss-image.yaml has \"centos8\" for \"centos7\"",
        ),
        case_in(
            HSS,
            drop_at(format!("{SHOWN}/data_list/2")),
            Documented,
            ENGLISH,
            "/data_list/2",
            "the example `documented` in openapi/hss-image.yaml lacks this",
        ),
        case_in(
            HSS,
            Rename(format!("{LISTING}/responses/200/{shown}"), "other"),
            Documented,
            ENGLISH,
            "",
            "no example named `documented`",
        ),
        case_in(
            HSS,
            set(
                "/components/examples/RunImageSynchronizeRequestDocumented/value/image_type",
                "shared_image",
            ),
            Documented,
            "openapi/pages/run-image-synchronize.en.request.json",
            "/image_type",
            "has \"shared_image\" for \"private_image\"",
        ),
    ]
}
