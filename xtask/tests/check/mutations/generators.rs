//! What generators trip over, and what sources have to tell.

use super::*;
use Part::Rules as In;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = names();
    cases.extend(responses());
    cases.extend(sources());
    cases
}

fn names() -> Vec<Case> {
    let own = "generators make a type of this name for the operation";
    let label = "generators make an identifier of this label";
    let mut cases = Vec::new();
    for name in [
        "ListSwrImageRepositoryResponse",
        "ListSwrImageRepository",
        "listSwrImageRepositoryParams",
        "RunImageSynchronizeRequest",
    ] {
        let place = format!("/components/schemas/{name}");
        let schema = json!({"type": "string", "description": "x"});
        cases.push(case(HSS, set(&place, schema), In, place, own));
    }
    for text in [
        "Huawei Cloud, Singapore",
        "9 lives",
        "A label of a few too many letters",
        "Other regions",
    ] {
        let place = "/servers/0/description";
        let found = if text == "Other regions" {
            "/servers/1/description"
        } else {
            place
        };
        cases.push(case(HSS, set(place, text), In, found, label));
    }
    cases
}

fn responses() -> Vec<Case> {
    let of_projects = "/paths/~1v3~1projects/get/responses";
    let image_type = format!("{}/description", query("image_type"));
    vec![
        case(
            IAM,
            drop_at(format!("{of_projects}/default")),
            In,
            of_projects,
            "no response for default",
        ),
        case(
            IAM,
            Rename(format!("{of_projects}/403"), "4XX"),
            In,
            format!("{of_projects}/4XX"),
            "many generators cannot read the range 4XX",
        ),
        case(
            IAM,
            set(
                format!("{of_projects}/503/$ref"),
                "#/components/responses/Forbidden",
            ),
            In,
            format!("{of_projects}/503"),
            "its first example is that of 403",
        ),
        case(
            IAM,
            set(
                "/components/responses/Forbidden/content/application~1json/schema/$ref",
                "#/components/schemas/IamErrorDetail",
            ),
            In,
            format!("{of_projects}/403"),
            "its body has another schema than that of default",
        ),
        case(
            HSS,
            set(&image_type, "The kind of image to list."),
            In,
            &image_type,
            "does not name a known value",
        ),
        case(
            HSS,
            Text(
                "- `unscan`: the image has not been scanned.",
                "- `unscan`: not scanned.",
            ),
            In,
            format!("{}/description", query("scan_status")),
            "does not name a known value",
        ),
    ]
}

fn sources() -> Vec<Case> {
    let listing = format!("{LISTING}/externalDocs");
    vec![
        case(
            ERRATA,
            set("/sources/page-en/date", "2025-09-25"),
            In,
            "/sources/page-en/date",
            "list-swr-image-repository.en.yaml was made of a state of 2025-09-24",
        ),
        case(
            ERRATA,
            set("/sources/terraform/date", "June 2025"),
            In,
            "/sources/terraform/date",
            "expected a day",
        ),
        case(
            ERRATA,
            set("/sources/page-2024/date", "2025-04-08 to 2024-05-13"),
            In,
            "/sources/page-2024/date",
            "expected a day",
        ),
        case(
            ERRATA,
            set("/sources/terraform/url", "the provider"),
            In,
            "/sources/terraform/url",
            "expected an address",
        ),
        case(
            HSS,
            drop_at(&listing),
            In,
            LISTING,
            "this operation links no page",
        ),
        case(
            IAM,
            drop_at("/externalDocs"),
            In,
            "",
            "this document links no page",
        ),
        case(
            HSS,
            set(format!("{listing}/url"), "https://hss.example/docs"),
            In,
            format!("{listing}/url"),
            "not the address of a source",
        ),
    ]
}
