//! Who says so: `x-provenance`, and the sources that it may name.

use super::*;
use Part::Rules as In;

pub(super) fn cases() -> Vec<Case> {
    let limit = format!("{}/x-provenance", query("limit"));
    let size = format!("{}/x-provenance", query("image_size"));
    let url = field("instance_url");
    let region = "/components/parameters/Region";
    let signature = "/components/securitySchemes/SdkHmacSha256";
    let header = "/components/headers/XRequestId";
    vec![
        case(
            HSS,
            drop_at(&limit),
            In,
            format!("{}/schema/maximum", query("limit")),
            "nobody is named who says 10..200 for query limit: range",
        ),
        case(
            HSS,
            drop_at(format!("{limit}/source=page-2024")),
            In,
            format!("{}/schema/default", query("limit")),
            "nobody is named who says 10 for query limit: default",
        ),
        case(
            HSS,
            drop_at(format!("{size}/source=successor")),
            In,
            format!("{}/schema/x-unit", query("image_size")),
            "nobody is named who says bytes for query image_size: unit",
        ),
        case(
            HSS,
            drop_at(format!("{url}/x-provenance")),
            In,
            &url,
            "nobody is named who says that there is response data_list[].instance_url",
        ),
        case(
            HSS,
            drop_at(format!("{region}/x-provenance")),
            In,
            region,
            "nobody is named who says that there is header region",
        ),
        case(
            HSS,
            drop_at(format!("{signature}/x-provenance")),
            In,
            signature,
            "nobody is named who says that there is header authorization",
        ),
        case(
            HSS,
            drop_at(format!("{header}/x-provenance")),
            In,
            header,
            "nobody is named who says that there is response header X-Request-Id",
        ),
        case(
            HSS,
            drop_at("/components/schemas/ErrorResponse/properties/error_code/x-provenance"),
            In,
            "/components/schemas/ErrorResponse/properties/error_code/x-extensible-enum",
            "nobody is named who says HSS.0001",
        ),
        // Whoever is named is known, and says something of the place.
        case(
            HSS,
            set(format!("{limit}/0/source"), "hearsay"),
            In,
            format!("{limit}/0/source"),
            "unknown source `hearsay`",
        ),
        case(
            HSS,
            set(format!("{limit}/0/source"), "signing-guide"),
            In,
            format!("{limit}/0/source"),
            "signing-guide says nothing of query limit",
        ),
        case(
            HSS,
            set(
                format!("{}/x-provenance", query("has_vul")),
                json!([{"source": "successor", "claim": "It."}]),
            ),
            In,
            format!("{}/x-provenance/0/source", query("has_vul")),
            "successor says nothing of query has_vul",
        ),
        // A source that nobody needs.
        case(
            ERRATA,
            set(
                "/sources/hearsay",
                json!({"title": "Hearsay", "date": "2026-01-01", "url": "https://hearsay.example"}),
            ),
            In,
            "/sources/hearsay",
            "nothing uses this source",
        ),
        case_in(
            HSS,
            drop_at(format!("{region}/x-provenance/source=terraform")),
            In,
            ERRATA,
            "/sources/terraform",
            "nothing uses this source",
        ),
        case_in(
            ERRATA,
            Rename("/sources/terraform".to_owned(), "terra"),
            In,
            HSS,
            format!("{region}/x-provenance/source=terraform/source"),
            "unknown source `terraform`",
        ),
    ]
}
