//! The rules for texts, names, formats and extensions.

use super::*;
use Part::Rules as In;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = descriptions();
    cases.extend(values());
    cases.extend(examples());
    cases.extend(extensions());
    cases.extend(vocabulary());
    cases
}

fn descriptions() -> Vec<Case> {
    let mut cases = Vec::new();
    for (pointer, kind) in [
        (LISTING.to_owned(), "operation"),
        (query("limit"), "parameter"),
        (field("id"), "schema"),
        (RECORD.to_owned(), "schema"),
        (format!("{SYNCHRONIZATION}/requestBody"), "request body"),
        ("/components/headers/XRequestId".to_owned(), "header"),
        (
            "/components/securitySchemes/XAuthToken".to_owned(),
            "security scheme",
        ),
        ("/servers/1/variables/region".to_owned(), "server variable"),
    ] {
        let words = format!("this {kind} has no description");
        cases.push(case(
            HSS,
            drop_at(format!("{pointer}/description")),
            In,
            pointer,
            words,
        ));
    }
    let response = format!("{LISTING}/responses/200");
    cases.push(case(
        HSS,
        // An empty text is none.
        set(format!("{response}/description"), " "),
        In,
        response,
        "this response has no description",
    ));
    cases.push(case(
        HSS,
        drop_at(format!("{LISTING}/summary")),
        In,
        LISTING,
        "no summary",
    ));
    cases.push(case(
        HSS,
        Text("The size of the image in bytes.", "The size of the image."),
        In,
        format!("{}/x-unit", field("image_size")),
        "the description does not say \"bytes\"",
    ));
    cases
}

fn values() -> Vec<Case> {
    let values = "/components/schemas/SharedStatus/x-extensible-enum";
    vec![
        case(
            HSS,
            Text("        - `effective`: the share holds.\n", ""),
            In,
            format!("{values}/=effective"),
            "no line \"- `effective`: …\"",
        ),
        case(
            HSS,
            set(format!("{values}/-"), "expired"),
            In,
            format!("{values}/2"),
            "listed twice",
        ),
        case(
            HSS,
            set(format!("{values}/-"), 7),
            In,
            format!("{values}/2"),
            "expected text, found 7",
        ),
        case(
            HSS,
            set(values, json!([])),
            In,
            values,
            "expected a list of values",
        ),
        case(
            HSS,
            set(format!("{}/format", field("id")), "long"),
            In,
            format!("{}/format", field("id")),
            "unknown format long",
        ),
        case(
            HSS,
            set(format!("{}/format", field("image_id")), "int64"),
            In,
            format!("{}/format", field("image_id")),
            "belongs to the type integer",
        ),
        case(
            HSS,
            Rename(field("image_name"), "imageName"),
            In,
            field("imageName"),
            "the property `imageName` is not in snake_case",
        ),
    ]
}

fn examples() -> Vec<Case> {
    let shown = "content/application~1json/examples";
    let answer = format!("{LISTING}/responses/200");
    let question = format!("{SYNCHRONIZATION}/requestBody");
    vec![
        case(
            HSS,
            drop_at(format!("{}/example", query("limit"))),
            In,
            query("limit"),
            "no example",
        ),
        case(
            HSS,
            drop_at(format!("{answer}/{shown}")),
            In,
            answer,
            "as application/json has no example",
        ),
        case(
            HSS,
            drop_at(format!("{question}/{shown}")),
            In,
            question,
            "has no example",
        ),
    ]
}

fn extensions() -> Vec<Case> {
    let internal = format!("{}/x-internal", field("id"));
    let misplaced = format!("{LISTING}/x-extensible-enum");
    let note = format!("{}/x-provenance/0", query("limit"));
    vec![
        case(HSS, set(&internal, true), In, internal, "unknown extension"),
        case(
            HSS,
            set(&misplaced, json!(["a"])),
            In,
            misplaced,
            "an open enum is a schema",
        ),
        case(
            HSS,
            set(format!("{note}/note"), "x"),
            In,
            &note,
            "exactly `source` and `claim`",
        ),
        case(
            HSS,
            drop_at(format!("{note}/claim")),
            In,
            &note,
            "exactly `source` and `claim`",
        ),
        case(
            IAM,
            set(
                "/info/x-provenance",
                json!({"source": "sdk-python", "claim": "All."}),
            ),
            In,
            "/info/x-provenance",
            "expected a list",
        ),
    ]
}

/// What no source is asked about would be a promise that nothing compares.
fn vocabulary() -> Vec<Case> {
    let list = "/components/schemas/SwrImagePage/properties/data_list";
    let nowhere = "no source is asked";
    vec![
        case(
            HSS,
            set(format!("{list}/maxItems"), 200),
            In,
            format!("{list}/maxItems"),
            "no source is asked what `maxItems` says of this schema",
        ),
        case(
            HSS,
            set(format!("{RECORD}/allOf"), json!([{"type": "object"}])),
            In,
            format!("{RECORD}/allOf"),
            nowhere,
        ),
        case(
            HSS,
            set(format!("{}/schema/exclusiveMaximum", query("limit")), true),
            In,
            format!("{}/schema/exclusiveMaximum", query("limit")),
            nowhere,
        ),
        case(
            HSS,
            set(format!("{}/style", query("limit")), "pipeDelimited"),
            In,
            format!("{}/style", query("limit")),
            "no source is asked what `style` says of this parameter",
        ),
        // A typing error is such a member as well.
        case(
            HSS,
            Rename(format!("{}/required", query("image_type")), "requried"),
            In,
            format!("{}/requried", query("image_type")),
            nowhere,
        ),
        case(
            HSS,
            set(
                format!("{LISTING}/servers"),
                json!([{"url": "https://example.com"}]),
            ),
            In,
            format!("{LISTING}/servers"),
            "no source is asked what `servers` says of this operation",
        ),
        case(
            HSS,
            Swap("/servers/0".to_owned(), "/servers/1".to_owned()),
            In,
            "/servers/0/url",
            "the first server has a variable",
        ),
        case(
            HSS,
            set(
                "/servers/3/url",
                "https://hss.cn-north-4.alphaedge.tmone.com.my",
            ),
            Part::Documents,
            "/servers/3",
            "expected https://SERVICE.REGION.DOMAIN with the REGION that `x-region` names",
        ),
        case(
            HSS,
            set("/servers/3/url", "https://hss.my-kualalumpur-1.example.com"),
            Part::Deviations,
            "/servers/3/url",
            "server my-kualalumpur-1: domain: example.com (contract); alphaedge.tmone.com.my (endpoints-kl, sdk-tm)",
        ),
        case_in(
            IAM,
            drop_at("/servers/2"),
            Part::Deviations,
            "openapi/pages/iam.endpoints-eu.yaml",
            "/servers/0",
            "server eu-west-101: presence: no (contract); yes (endpoints-eu, sdk-python)",
        ),
        case(
            HSS,
            set(
                "/servers/-",
                json!({"url": "https://hss.r-1.cloud.example", "description": "D", "x-region": "r-1"}),
            ),
            In,
            "/servers/8",
            "nobody is named who says that there is server r-1",
        ),
        case(
            HSS,
            set(format!("{RECORD}/x-region"), "r-1"),
            In,
            format!("{RECORD}/x-region"),
            "only a server belongs to a region",
        ),
        case(
            HSS,
            set(format!("{LIMITS}/0/calls"), 6),
            Part::Deviations,
            format!("{LIMITS}/0/calls"),
            "call limit user: calls: 6 in 60 s (contract); 5 in 60 s (limits-page)",
        ),
        case(
            HSS,
            set(format!("{LIMITS}/0/per"), "app"),
            Part::Documents,
            LIMITS,
            "expected a list of `per` (user, ip or api)",
        ),
        case(
            HSS,
            set(format!("{LIMITS}/1/per"), "user"),
            Part::Documents,
            LIMITS,
            "a `per` appears twice",
        ),
        case(
            HSS,
            drop_at(format!("{LIMITS}/1/x-provenance")),
            In,
            format!("{LIMITS}/1"),
            "nobody is named who says that there is call limit ip",
        ),
        case(
            HSS,
            set(format!("{RECORD}/x-call-limits"), json!([])),
            In,
            format!("{RECORD}/x-call-limits"),
            "only an operation has a limit of calls",
        ),
        case(
            IAM,
            drop_at("/components/schemas/TokenInfo/properties/methods/items"),
            In,
            "/components/schemas/TokenInfo/properties/methods",
            "this list does not say what it holds",
        ),
        case(
            HSS,
            set(
                format!("{RECORD}/additionalProperties"),
                json!({"type": "string"}),
            ),
            In,
            format!("{RECORD}/additionalProperties"),
            "strict clients would refuse them",
        ),
    ]
}
